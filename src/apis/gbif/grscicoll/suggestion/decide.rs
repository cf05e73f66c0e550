//! Deciding about a suggestion: what it asks for is done, or it is put aside.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::revise::standing;
use super::suggested::{CONTACTS, contacts};
use super::{Suggestion, caller_name, current, mail, named};
use crate::apis::gbif::entity::rules::{Phase, Step};
use crate::apis::gbif::entity::{self, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::grscicoll::conversion::{self, Home};
use crate::apis::gbif::grscicoll::institution::INSTITUTION;
use crate::apis::gbif::grscicoll::parts::{CONTACT_PERSON, IDENTIFIER};
use crate::apis::gbif::grscicoll::transfer::{is_external, is_same_contact, own_members};
use crate::apis::gbif::grscicoll::{address, master_source, merge};
use crate::apis::gbif::record::{self, Record, maybe_text, text};
use crate::apis::gbif::shape::{Document, Sent};
use crate::apis::gbif::{moment, part};
use crate::kit::call::Call;
use crate::kit::reply::Reply;

/// Does what a suggestion asks for; what refuses that leaves it pending.
pub fn apply(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let before = named(call, db, entity)?;
    if !before.is_pending() {
        let status = text(&before.doc, "status");
        return Err(Error::Refused(format!("The change suggestion is not pending but {status}")));
    }
    let user = caller_name(call).unwrap_or_default();
    let made = carry_out(call, db, &before, user)?;
    let mut after = before.clone();
    if let Some(made) = made.as_deref().filter(|_| before.kind() == "CREATE") {
        after.doc.insert("entityKey".to_owned(), made.into());
    }
    settle(call, db, &before, after, ["APPLIED", "applied", "appliedBy", "APPLY_SUGGESTION"])?;
    Ok(call.answer(&match made {
        Some(key) => json!({ "entityCreatedKey": key }),
        None => json!({}),
    }))
}

/// Puts a suggestion aside.
// Quirk (contract 6.14): whatever became of it before.
pub fn discard(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let before = named(call, db, entity)?;
    let after = before.clone();
    let words = ["DISCARDED", "discarded", "discardedBy", "DISCARD_SUGGESTION"];
    settle(call, db, &before, after, words)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Writes down what became of a suggestion, and tells of it.
fn settle(
    call: &Call,
    db: &Connection,
    before: &Suggestion,
    mut after: Suggestion,
    [status, when, who, operation]: [&str; 4],
) -> Result<(), Error> {
    let now = moment::written(call.now);
    let user = caller_name(call).unwrap_or_default();
    for (member, text) in
        [("status", status), (when, &now), (who, user), ("modified", &now), ("modifiedBy", user)]
    {
        after.doc.insert(member.to_owned(), text.into());
    }
    after.replace(db)?;
    after.log(call, db, operation, Some(before))?;
    let described = match after.entity_key() {
        Some(key) => current(db, after.entity, key)?,
        None => after.doc.get("suggestedEntity").and_then(Value::as_object).cloned(),
    };
    let described = described.unwrap_or_default();
    let country = address::either(&described, "country");
    Ok(mail::tell_of_end(call, db, &after, text(&described, "name"), country)?)
}

/// Gives the key of the entity that was made, if one was.
fn carry_out(
    call: &Call,
    db: &Connection,
    suggestion: &Suggestion,
    user: &str,
) -> Result<Option<String>, Error> {
    let Suggestion { entity, doc, .. } = suggestion;
    let key = suggestion.entity_key().unwrap_or_default();
    match suggestion.kind() {
        "CREATE" => return create(call, db, suggestion, user).map(Some),
        "UPDATE" => update(call, db, suggestion, key, user)?,
        "DELETE" => {
            let stored = find(db, entity, key, "Entity to delete doesn't exist")?;
            (entity.rules.permit)(&Step::Delete { stored: &stored })?;
            entity::mark_deleted(call, db, stored, user)?;
        }
        "MERGE" => merge::merge(call, db, entity, [key, text(doc, "mergeTargetKey")], user)?,
        _ => {
            let home = Home {
                institution: maybe_text(doc, "institutionForConvertedCollection"),
                new_name: maybe_text(doc, "nameForNewInstitutionForConvertedCollection"),
            };
            return conversion::convert(call, db, key, home, user).map(Some);
        }
    }
    Ok(None)
}

fn find(
    db: &Connection,
    entity: &'static Entity,
    key: &str,
    unknown: &str,
) -> Result<Record, Error> {
    record::find(db, entity, key)?.ok_or_else(|| Error::refused(unknown))
}

/// What a client would have had to send to do the same, read as if they had.
fn as_sent(entity: &'static Entity, whole: &Document, phase: Phase) -> Result<Document, Error> {
    let mut whole = whole.clone();
    // Contacts were read with the suggestion; they are kept one by one, with or without a key.
    whole.shift_remove(CONTACTS);
    let mut sent = Sent::of(entity.fields, whole)?;
    (entity.rules.examine)(entity, &mut sent, phase)?;
    sent.checked()
}

fn create(
    call: &Call,
    db: &Connection,
    suggestion: &Suggestion,
    user: &str,
) -> Result<String, Error> {
    let entity = suggestion.entity;
    let whole = standing(db, suggestion)?;
    let mut doc = as_sent(entity, &whole, Phase::Making)?;
    (entity.rules.permit)(&Step::Make { sent: &whole })?;
    let is_wanted = suggestion.doc.get("createInstitution") == Some(&Value::Bool(true));
    if is_wanted && entity.name != INSTITUTION.name {
        let institution = create_institution(call, db, &doc, &whole, user)?;
        doc.insert("institutionKey".to_owned(), institution.into());
    }
    let key = entity::register(call, db, entity, doc, user)?;
    let stored = find(db, entity, &key, "Entity doesn't exist")?;
    for contact in contacts(&whole) {
        add_contact(call, db, (stored.id, user), contact)?;
    }
    match maybe_text(&suggestion.doc, "ihIdentifier") {
        Some(irn) => keep_in_index_herbariorum(call, db, stored, irn, user)?,
        None => record::show_all(db, [key.as_str()])?,
    }
    Ok(key)
}

/// The institution of a collection that has none: named like the collection, as a herbarium is.
fn create_institution(
    call: &Call,
    db: &Connection,
    collection: &Document,
    whole: &Document,
    user: &str,
) -> Result<String, Error> {
    const ALIKE: [&str; 6] = ["code", "description", "active", "email", "phone", "address"];
    let mut doc = Document::new();
    for member in ALIKE {
        if let Some(value) = collection.get(member) {
            doc.insert(member.to_owned(), value.clone());
        }
    }
    let name = text(collection, "name");
    let name = name.strip_prefix("Herbarium - ").unwrap_or(name);
    doc.insert("name".to_owned(), name.into());
    let key = entity::register(call, db, &INSTITUTION, doc, user)?;
    if let Some(id) = record::find_id(db, &INSTITUTION, &key)? {
        for contact in contacts(whole) {
            add_contact(call, db, (id, user), contact)?;
        }
    }
    record::show_all(db, [key.as_str()])?;
    Ok(key)
}

/// From then on the entity's data are kept in Index Herbariorum, under this number.
fn keep_in_index_herbariorum(
    call: &Call,
    db: &Connection,
    stored: Record,
    irn: &str,
    user: &str,
) -> Result<(), Error> {
    let document = |value: Value| value.as_object().cloned().unwrap_or_default();
    let identifier = document(json!({ "type": "IH_IRN", "identifier": irn }));
    let sent = identifier.clone();
    part::keep(call, db, &IDENTIFIER, (stored.id, user), identifier, &sent)?;
    let number = irn.rsplit(':').next().unwrap_or(irn);
    let metadata = document(json!({ "source": "IH_IRN", "sourceId": number }));
    master_source::set(call, db, stored, metadata, user).map(drop)
}

fn update(
    call: &Call,
    db: &Connection,
    suggestion: &Suggestion,
    key: &str,
    user: &str,
) -> Result<(), Error> {
    let entity = suggestion.entity;
    let stored = find(db, entity, key, "Entity doesn't exist")?;
    let whole = standing(db, suggestion)?;
    let mut doc = as_sent(entity, &whole, Phase::Changing)?;
    (entity.rules.permit)(&Step::Change { stored: &stored, sent: &whole })?;
    if !is_external(&stored.doc) {
        synchronise_contacts(call, db, (stored.id, user), &whole)?;
    }
    doc.shift_remove("key");
    entity::change(call, db, &stored, doc, user)
}

/// Those without a key are added, known ones updated, missing ones removed.
fn synchronise_contacts(
    call: &Call,
    db: &Connection,
    (holder, user): (i64, &str),
    whole: &Document,
) -> Result<(), Error> {
    let known = part::documents(db, &CONTACT_PERSON, holder)?;
    for contact in contacts(whole) {
        let stored = known.iter().find(|known| known.get("key") == contact.get("key"));
        match stored {
            None if !contact.contains_key("key") => {
                add_contact(call, db, (holder, user), contact)?;
            }
            Some(stored) if !is_same_contact(stored, contact) => {
                let doc = own_members(&CONTACT_PERSON, contact);
                part::alter(call, db, &CONTACT_PERSON, (holder, user), stored, doc, contact)?;
            }
            // Somebody else's, or as it was.
            _ => {}
        }
    }
    for known in known {
        let is_there = contacts(whole).any(|contact| contact.get("key") == known.get("key"));
        if let Some(key) = known.get("key").and_then(Value::as_i64).filter(|_| !is_there) {
            part::take_away(call, db, &CONTACT_PERSON, (holder, key), user)?;
        }
    }
    Ok(())
}

fn add_contact(
    call: &Call,
    db: &Connection,
    holder: (i64, &str),
    contact: &Document,
) -> Result<(), Error> {
    let doc = own_members(&CONTACT_PERSON, contact);
    part::keep(call, db, &CONTACT_PERSON, holder, doc, contact).map(drop)
}
