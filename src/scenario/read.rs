//! Reading values out of a tree, so that every fault of a file is told at once, each with its place.

use std::cell::RefCell;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use strum::VariantNames;

use super::node::{Content, Mark, Node};
use super::place::shortened;
use crate::kit::duration;

/// Something that does not fit, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As a JSON Pointer.
    pub path: String,
    pub message: String,
    pub mark: Option<Mark>,
}

impl Fault {
    pub(super) fn at(node: &Node, message: impl Into<String>) -> Self {
        Self { path: node.place.to_string(), message: message.into(), mark: node.mark }
    }
}

/// How a refusal shows it.
impl Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let members = if self.mark.is_some() { 4 } else { 2 };
        let mut shown = serializer.serialize_struct("Fault", members)?;
        shown.serialize_field("path", &self.path)?;
        shown.serialize_field("message", &self.message)?;
        if let Some(mark) = self.mark {
            shown.serialize_field("line", &mark.line)?;
            shown.serialize_field("column", &mark.column)?;
        }
        shown.end()
    }
}

/// How many faults are told.
const MOST: usize = 1000;

/// The faults found so far. A reader that finds one notes it here and returns nothing.
#[derive(Debug, Default)]
pub struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    /// Notes that a value does not fit.
    pub fn note(&self, node: &Node, message: impl Into<String>) {
        self.add(|| Fault::at(node, message));
    }

    fn add(&self, fault: impl FnOnce() -> Fault) {
        let mut faults = self.0.borrow_mut();
        if faults.len() < MOST {
            faults.push(fault());
        }
    }

    /// Notes what was expected instead of a value.
    pub fn expected(&self, node: &Node, what: &str) {
        self.note(node, format!("expected {what}, found {}", node.kind()));
    }

    /// Notes that a value asks for nothing, unless what it asks for has been found at fault already.
    pub fn nothing<T: Default + PartialEq>(&self, node: &Node, read: &T) {
        let within = node.place.to_string() + "/";
        let is_known = self.0.borrow().iter().any(|fault| fault.path.starts_with(&within));
        if *read == T::default() && !is_known {
            self.note(node, "does nothing");
        }
    }

    /// All of them, in the order of the text.
    pub fn finish(self) -> Vec<Fault> {
        let mut faults = self.0.into_inner();
        faults.sort_by_key(|fault| fault.mark);
        faults
    }
}

/// The members of a map, of which each is taken once.
pub struct Members<'n> {
    node: &'n Node,
    left: Vec<&'n (super::node::Key, Node)>,
    known: Vec<&'static str>,
    faults: &'n Faults,
}

impl<'n> Members<'n> {
    /// The members of a map; none when the value is something else.
    pub fn of(node: &'n Node, what: &str, faults: &'n Faults) -> Option<Self> {
        let Content::Map(members) = &node.content else {
            faults.expected(node, what);
            return None;
        };
        Some(Self { node, left: members.iter().collect(), known: Vec::new(), faults })
    }

    /// The value of a member that may be absent.
    pub fn take(&mut self, name: &'static str) -> Option<&'n Node> {
        self.known.push(name);
        let place = self.left.iter().position(|(key, _)| key.name == name)?;
        Some(&self.left.remove(place).1)
    }

    /// The same, read.
    pub fn read<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'n Node, &'n Faults) -> Option<T>,
    ) -> Option<T> {
        let faults = self.faults;
        self.take(name).and_then(|node| read(node, faults))
    }

    /// The value of a member that has to be there.
    pub fn need<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&'n Node, &'n Faults) -> Option<T>,
    ) -> Option<T> {
        let found = self.take(name);
        if found.is_none() {
            self.faults.note(self.node, format!("{name} is missing"));
        }
        found.and_then(|node| read(node, self.faults))
    }

    /// The names of the members, for maps whose names are the writer's own.
    pub fn each(self) -> impl Iterator<Item = (&'n str, &'n Node)> {
        self.left.into_iter().map(|(key, value)| (key.name.as_str(), value))
    }

    /// Ends the reading: what was not taken is unknown.
    pub fn finish(self) {
        for (key, value) in &self.left {
            let name = shortened(&key.name);
            let message = format!("{name} is not known here, only {}", self.known.join(", "));
            self.faults.add(|| {
                let path = self.node.place.member(&key.name).to_string();
                Fault { path, message, mark: key.mark.or(value.mark) }
            });
        }
    }
}

/// Any text; a number or a boolean is one too, as it is written.
pub fn text(node: &Node, faults: &Faults) -> Option<String> {
    let found = match &node.content {
        Content::Plain(plain) => plain.take_text(),
        Content::List(_) | Content::Map(_) => None,
    };
    if found.is_none() {
        faults.expected(node, "a text");
    }
    found
}

pub fn boolean(node: &Node, faults: &Faults) -> Option<bool> {
    let found = node.plain().and_then(Value::as_bool);
    if found.is_none() {
        faults.expected(node, "true or false");
    }
    found
}

/// A whole number of at least `least`.
pub fn count(least: u64) -> impl Fn(&Node, &Faults) -> Option<u64> {
    move |node, faults| {
        let found = node.plain().and_then(Value::as_u64).filter(|number| *number >= least);
        if found.is_none() {
            faults.expected(node, &format!("a whole number from {least} on"));
        }
        found
    }
}

/// A number from 0 to 1.
pub fn probability(node: &Node, faults: &Faults) -> Option<f64> {
    let number = node.plain().and_then(Value::as_f64);
    let found = number.filter(|number| (0.0..=1.0).contains(number));
    if found.is_none() {
        faults.expected(node, "a number from 0 to 1");
    }
    found
}

/// A part of a whole: `60%`, or a number from 0 to 1.
pub fn share(node: &Node, faults: &Faults) -> Option<f64> {
    let found = match node.plain() {
        Some(Value::String(text)) => {
            let percent = text.strip_suffix('%').and_then(|number| number.trim().parse().ok());
            percent.map(|percent: f64| percent / 100.0)
        }
        other => other.and_then(Value::as_f64),
    };
    let found = found.filter(|share| (0.0..=1.0).contains(share));
    if found.is_none() {
        faults.expected(node, "a share such as 60%");
    }
    found
}

/// The longest duration that means anything here: a century.
const LONGEST: Duration = Duration::from_hours(24 * 36525);

pub fn duration(node: &Node, faults: &Faults) -> Option<Duration> {
    let found = node.plain().and_then(Value::as_str).and_then(duration::parse);
    let found = found.filter(|duration| *duration <= LONGEST);
    if found.is_none() {
        faults.expected(node, duration::FORM);
    }
    found
}

/// One of the names of an enumeration.
pub fn one_of<T: std::str::FromStr + VariantNames>(node: &Node, faults: &Faults) -> Option<T> {
    let found = node.plain().and_then(Value::as_str).and_then(|text| text.parse().ok());
    if found.is_none() {
        faults.expected(node, &format!("one of {}", T::VARIANTS.join(", ")));
    }
    found
}

/// One value, or a list of them with at least one.
pub fn one_or_more<T>(
    read: impl Fn(&Node, &Faults) -> Option<T>,
) -> impl Fn(&Node, &Faults) -> Option<Vec<T>> {
    move |node, faults| match &node.content {
        Content::List(items) if items.is_empty() => {
            faults.note(node, "the list is empty");
            None
        }
        // Every item is read, so that every fault is found.
        Content::List(items) => {
            let read: Vec<Option<T>> = items.iter().map(|item| read(item, faults)).collect();
            read.into_iter().collect()
        }
        _ => read(node, faults).map(|value| vec![value]),
    }
}

/// A list, which may be empty.
pub fn list<'n>(node: &'n Node, what: &str, faults: &Faults) -> Option<&'n [Node]> {
    let Content::List(items) = &node.content else {
        faults.expected(node, what);
        return None;
    };
    Some(items)
}
