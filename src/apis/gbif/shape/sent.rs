//! A document as a client sent it, with what is wrong about it.

use serde_json::Value;

use super::{Document, Field, Origin, kind_of};
use crate::apis::gbif::error::{Error, Violation};

/// What a client sent for one document.
#[derive(Debug)]
pub struct Sent {
    /// The fields that are the client's, in their written form.
    pub values: Document,
    /// Everything, as it came.
    pub whole: Document,
    pub violations: Vec<Violation>,
}

impl Sent {
    /// Reads a body.
    ///
    /// # Errors
    /// When it is no JSON object, or a member has a type that the field cannot have.
    pub fn read(fields: &[Field], body: &[u8]) -> Result<Self, Error> {
        if body.is_empty() {
            return Err(Error::NoBody);
        }
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| Error::Unreadable(format!("JSON parse error: {error}")))?;
        let Value::Object(whole) = body else {
            let reason = format!("Cannot deserialize value from {} value", kind_of(&body));
            return Err(Error::Unreadable(reason));
        };
        Self::of(fields, whole)
    }

    /// Reads an object.
    ///
    /// # Errors
    /// When a member has a type that the field cannot have.
    pub fn of(fields: &[Field], whole: Document) -> Result<Self, Error> {
        let mut sent = Self { values: Document::new(), whole, violations: Vec::new() };
        for field in fields {
            let given = sent.whole.get(field.name).filter(|value| !value.is_null());
            let value = match given {
                Some(value) => field.read(value, &mut sent.violations)?,
                None => None,
            };
            if field.origin != Origin::Client {
                continue;
            }
            match value {
                Some(value) => {
                    if let Some(message) = field.objection(&value) {
                        sent.object(field.name, &message);
                    }
                    sent.values.insert(field.name.to_owned(), value);
                }
                // What is said against a blank text has been noted already.
                None if field.required && (given.is_none() || field.objects_to_blank.is_none()) => {
                    sent.object(field.name, "must not be null");
                }
                None => {}
            }
        }
        Ok(sent)
    }

    pub fn object(&mut self, field: &str, message: &str) {
        self.violations.push(Violation { field: field.to_owned(), message: message.to_owned() });
    }

    /// Objects to members that only the server may set.
    pub fn refuse(&mut self, names: &[&str]) {
        for name in names {
            if self.gives(name) {
                self.object(name, "must be null");
            }
        }
    }

    /// Objects to the absence of members.
    pub fn demand(&mut self, names: &[&str]) {
        for name in names {
            if !self.gives(name) {
                self.object(name, "must not be null");
            }
        }
    }

    /// Whether a member is there and not null.
    pub fn gives(&self, name: &str) -> bool {
        self.whole.get(name).is_some_and(|value| !value.is_null())
    }

    /// The values, if nothing speaks against them.
    ///
    /// # Errors
    /// When a constraint is violated.
    pub fn checked(self) -> Result<Document, Error> {
        if self.violations.is_empty() {
            Ok(self.values)
        } else {
            Err(Error::Invalid(self.violations))
        }
    }
}
