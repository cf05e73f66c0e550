//! A pending change, put on what the entity is now.

use serde_json::Value;

use super::difference::{is_counterpart, is_same, meant};
use super::suggested::{CONTACTS, contacts, written};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::address;
use crate::apis::gbif::grscicoll::transfer::is_same_contact;
use crate::apis::gbif::shape::Document;

/// What an entity would become, and the changes that lead there.
pub struct View {
    pub entity: Document,
    pub changes: Vec<Value>,
}

/// Puts changes on an entity, one after the other; those that it has undergone already are outdated.
pub fn of(entity: &'static Entity, current: &Document, mut changes: Vec<Value>) -> View {
    let mut merged = current.clone();
    for change in &mut changes {
        let Value::Object(change) = change else { continue };
        let is_outdated = is_outdated(entity, current, change);
        change.insert("outdated".to_owned(), is_outdated.into());
        apply(&mut merged, change);
    }
    address::keep_keys(current, &mut merged);
    View { entity: written(entity, merged), changes }
}

fn field_of(change: &Document) -> &str {
    change.get("field").and_then(Value::as_str).unwrap_or_default()
}

fn contact_of<'c>(change: &'c Document, member: &str) -> Option<&'c Document> {
    change.get(member).and_then(Value::as_object)
}

fn is_outdated(entity: &'static Entity, current: &Document, change: &Document) -> bool {
    let name = field_of(change);
    if name == CONTACTS {
        return match (contact_of(change, "suggested"), contact_of(change, "previous")) {
            (Some(suggested), _) => {
                contacts(current).any(|contact| is_same_contact(contact, suggested))
            }
            (None, Some(previous)) => {
                !contacts(current).any(|contact| is_counterpart(contact, previous))
            }
            (None, None) => false,
        };
    }
    let field = entity.fields.iter().find(|field| field.name == name);
    field.is_some_and(|field| {
        is_same(field, change.get("suggested"), meant(field, current).as_ref())
    })
}

/// Contacts change one by one, so that all changes of them count, overwritten or not.
fn apply(merged: &mut Document, change: &Document) {
    let name = field_of(change);
    if name == CONTACTS {
        apply_to_contacts(merged, change);
    } else if change.get("overwritten") != Some(&Value::Bool(true)) {
        match change.get("suggested") {
            Some(value) => merged.insert(name.to_owned(), value.clone()),
            None => merged.shift_remove(name),
        };
    }
}

fn apply_to_contacts(merged: &mut Document, change: &Document) {
    let (suggested, previous) = (contact_of(change, "suggested"), contact_of(change, "previous"));
    let entry = merged.entry(CONTACTS).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(contacts) = entry else { return };
    let place = previous.and_then(|previous| {
        contacts.iter().position(|contact| {
            contact.as_object().is_some_and(|one| is_counterpart(one, previous))
        })
    });
    match (place, suggested) {
        (Some(place), Some(suggested)) => contacts[place] = Value::Object(suggested.clone()),
        (Some(place), None) => drop(contacts.remove(place)),
        (None, Some(suggested)) => contacts.push(Value::Object(suggested.clone())),
        (None, None) => {}
    }
}
