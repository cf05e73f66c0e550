//! Bodies of requests to the control plane: JSON objects, read member by member, so that every fault is told at once.

use serde_json::{Map, Value};

use super::error::{Error, Fault};
use crate::kit::call::Call;
use crate::scenario::node::Node;

/// A JSON object, of which members are taken until none is left.
#[derive(Debug)]
pub struct Body {
    members: Map<String, Value>,
    faults: Vec<Fault>,
}

impl Body {
    /// The body of a request; without one, an object without members.
    pub fn read(call: &Call) -> Result<Self, Error> {
        let bytes = call.request.body();
        let value = if bytes.is_empty() {
            Value::Object(Map::new())
        } else {
            let value = serde_json::from_slice(bytes)
                .map_err(|error| Fault::new("", format!("the body is no JSON: {error}")))?;
            let text = std::str::from_utf8(bytes).expect("JSON is UTF-8");
            Node::from_json_text(text).map_err(|fault| Fault::new(fault.path, fault.message))?;
            value
        };
        match value {
            Value::Object(members) => Ok(Self { members, faults: Vec::new() }),
            _ => Err(Fault::new("", "the body has to be an object").into()),
        }
    }

    /// Takes a member that may be absent (or null), and reads it; `expected` says what it should have been.
    pub fn optional<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        let found = read(&value);
        if found.is_none() {
            self.fault(name, format!("{value} is not {expected}"));
        }
        found
    }

    /// Notes a member that is not there.
    pub fn required(&mut self, name: &str) {
        if !self.members.contains_key(name) {
            self.fault(name, "is missing");
        }
    }

    /// Takes a member that is a list of names (or absent, or null), each with its place.
    pub fn names(&mut self, name: &str) -> Vec<(usize, String)> {
        let Some(value) = self.members.remove(name).filter(|value| !value.is_null()) else {
            return Vec::new();
        };
        let Value::Array(items) = value else {
            self.fault(name, format!("{value} is not a list of names"));
            return Vec::new();
        };
        let mut names = Vec::with_capacity(items.len());
        for (place, item) in items.into_iter().enumerate() {
            match item {
                Value::String(text) => names.push((place, text)),
                other => self.fault_at(name, place, format!("{other} is not a name")),
            }
        }
        names
    }

    /// Notes that a member does not fit.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        let escaped = name.replace('~', "~0").replace('/', "~1");
        self.faults.push(Fault::new(format!("/{escaped}"), message));
    }

    /// Notes that an item of a member does not fit.
    pub fn fault_at(&mut self, name: &str, place: usize, message: impl Into<String>) {
        self.faults.push(Fault::new(format!("/{name}/{place}"), message));
    }

    /// Ends the reading: what was not taken is unknown.
    pub fn finish(mut self) -> Result<(), Error> {
        let unknown: Vec<String> = self.members.keys().cloned().collect();
        for name in unknown {
            self.fault(&name, "is no member here");
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Error::BadFields(self.faults)) }
    }
}
