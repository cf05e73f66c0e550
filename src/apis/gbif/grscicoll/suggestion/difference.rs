//! What a suggested entity would change about another.

use serde_json::{Value, json};

use super::suggested::{CONTACTS, contacts};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::transfer::is_same_contact;
use crate::apis::gbif::shape::{Absent, Document, Field, Kind, Origin};

/// Who says so, and when.
#[derive(Clone, Copy)]
pub struct Authorship<'a> {
    pub author: Option<&'a str>,
    pub created: &'a str,
}

impl Authorship<'_> {
    fn change(self, field: &str, suggested: Option<Value>, previous: Option<Value>) -> Value {
        let mut change = Document::new();
        change.insert("field".to_owned(), field.into());
        for (member, value) in [("suggested", suggested), ("previous", previous)] {
            if let Some(value) = value {
                change.insert(member.to_owned(), value);
            }
        }
        change.insert("created".to_owned(), self.created.into());
        if let Some(author) = self.author {
            change.insert("author".to_owned(), author.into());
        }
        change.insert("overwritten".to_owned(), false.into());
        change.insert("outdated".to_owned(), false.into());
        Value::Object(change)
    }
}

/// One change for each field that would be another, and for each contact person.
pub fn between(
    entity: &'static Entity,
    suggested: &Document,
    current: &Document,
    authorship: Authorship,
) -> Vec<Value> {
    let mut changes = Vec::new();
    for field in entity.fields {
        if field.name == CONTACTS {
            changes.extend(of_contacts(suggested, current, authorship));
        } else if field.origin == Origin::Client {
            let (new, old) = (meant(field, suggested), meant(field, current));
            if !is_same(field, new.as_ref(), old.as_ref()) {
                changes.push(authorship.change(field.name, new, old));
            }
        }
    }
    changes
}

/// The value of a field, or what stands for it where it is absent.
pub fn meant(field: &Field, doc: &Document) -> Option<Value> {
    match (doc.get(field.name).filter(|value| !value.is_null()), field.absent) {
        (Some(Value::Object(address)), _) if address.keys().all(|member| member == "key") => None,
        (Some(value), _) => Some(value.clone()),
        // Whoever says nothing about portals lets them show the entity.
        (None, _) if field.name == "displayOnNHCPortal" => Some(json!(true)),
        (None, Absent::EmptyList) => Some(json!([])),
        (None, Absent::False) => Some(json!(false)),
        (None, Absent::Omitted) => None,
    }
}

/// Whether two values of a field mean the same.
pub fn is_same(field: &Field, one: Option<&Value>, other: Option<&Value>) -> bool {
    match (&field.kind, one, other) {
        (Kind::Number { .. }, Some(one), Some(other)) => one.as_f64() == other.as_f64(),
        // Whatever key an address comes with, it is the one that is there.
        (Kind::Object(_), Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut members = one.keys().chain(other.keys()).filter(|member| *member != "key");
            members.all(|member| one.get(member) == other.get(member))
        }
        _ => one == other,
    }
}

/// Contacts are known by their keys.
fn of_contacts(suggested: &Document, current: &Document, authorship: Authorship) -> Vec<Value> {
    let change = |new: Option<&Document>, old: Option<&Document>| {
        let value = |contact: Option<&Document>| contact.cloned().map(Value::Object);
        authorship.change(CONTACTS, value(new), value(old))
    };
    let mut changes = Vec::new();
    let mut left: Vec<&Document> = contacts(current).collect();
    for new in contacts(suggested) {
        match left.iter().position(|old| is_counterpart(old, new)) {
            Some(place) => {
                let old = left.remove(place);
                if !is_same_contact(old, new) {
                    changes.push(change(Some(new), Some(old)));
                }
            }
            None => changes.push(change(Some(new), None)),
        }
    }
    changes.extend(left.into_iter().map(|old| change(None, Some(old))));
    changes
}

/// Whether two contacts are one: by their key, or word for word where they have none yet.
pub fn is_counterpart(one: &Document, other: &Document) -> bool {
    match (one.get("key"), other.get("key")) {
        (None, None) => is_same_contact(one, other),
        (one, other) => one == other,
    }
}
