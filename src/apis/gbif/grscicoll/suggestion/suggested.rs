//! The entity that a suggestion brings along: as it should be.

use serde_json::Value;

use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::{Error, Violation};
use crate::apis::gbif::grscicoll::index;
use crate::apis::gbif::grscicoll::parts::CONTACT_PERSON;
use crate::apis::gbif::shape::{self, Document, Origin, Sent};

/// Where contact persons stand in an entity.
pub const CONTACTS: &str = "contactPersons";

/// Reads a suggested entity; what speaks against it is noted.
pub fn read(
    entity: &'static Entity,
    given: &Value,
    violations: &mut Vec<Violation>,
) -> Result<Document, Error> {
    let Value::Object(given) = given else {
        return Err(Error::Unreadable(format!(
            "Cannot deserialize value of type `{}`",
            entity.name
        )));
    };
    let mut sent = Sent::of(entity.fields, given.clone())?;
    violations.append(&mut sent.violations);
    let mut doc = sent.values;
    name_concepts(entity, &mut doc);
    // What a client may not set is remembered all the same: refusals come when it is applied.
    for field in entity.fields.iter().filter(|field| !is_derived(field.origin)) {
        if let Some(value) = given.get(field.name).filter(|value| !value.is_null())
            && field.origin != Origin::Client
        {
            doc.insert(field.name.to_owned(), value.clone());
        }
    }
    if let Some(Value::Array(contacts)) = given.get(CONTACTS) {
        let contacts: Result<Vec<Value>, Error> =
            contacts.iter().map(|contact| read_contact(contact, violations)).collect();
        doc.insert(CONTACTS.to_owned(), Value::Array(contacts?));
    }
    Ok(doc)
}

fn is_derived(origin: Origin) -> bool {
    origin == Origin::Derived
}

fn read_contact(given: &Value, violations: &mut Vec<Violation>) -> Result<Value, Error> {
    let Value::Object(given) = given else {
        return Err(Error::Unreadable("Cannot deserialize value of type `Contact`".to_owned()));
    };
    let mut sent = Sent::of(CONTACT_PERSON.fields, given.clone())?;
    violations.append(&mut sent.violations);
    let mut doc = sent.values;
    for field in CONTACT_PERSON.fields.iter().filter(|field| field.origin == Origin::Server) {
        if let Some(value) = given.get(field.name).filter(|value| !value.is_null()) {
            doc.insert(field.name.to_owned(), value.clone());
        }
    }
    let written = shape::write(CONTACT_PERSON.fields, &doc);
    Ok(serde_json::from_str(&written).expect("it was written as JSON"))
}

/// Puts the names of concepts in the place of older ones; what is none stays, and is refused when it is applied.
fn name_concepts(entity: &'static Entity, doc: &mut Document) {
    for vocabulary in index::vocabularies(entity) {
        let named = |text: &str| vocabulary.concept(text).unwrap_or(text).to_owned();
        match doc.get_mut(vocabulary.member) {
            Some(Value::String(text)) => *text = named(text),
            Some(Value::Array(list)) => {
                for concept in list {
                    if let Value::String(text) = concept {
                        *text = named(text);
                    }
                }
            }
            _ => {}
        }
    }
}

/// An entity in the order of the wire, with what stands for members that are absent.
// Quirk (contract 5.9): a suggested collection does not name its institution.
pub fn written(entity: &'static Entity, mut doc: Document) -> Document {
    for member in ["institutionName", "institutionCode"] {
        doc.shift_remove(member);
    }
    // Whoever says nothing about portals lets them show the entity.
    doc.entry("displayOnNHCPortal").or_insert(Value::Bool(true));
    let written = shape::write(entity.fields, &doc);
    serde_json::from_str(&written).expect("it was written as JSON")
}

/// The contact persons of an entity.
pub fn contacts(doc: &Document) -> impl Iterator<Item = &Document> {
    let contacts = doc.get(CONTACTS).and_then(Value::as_array).into_iter().flatten();
    contacts.filter_map(Value::as_object)
}
