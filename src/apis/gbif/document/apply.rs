//! Bringing a dataset up to date with the metadata document that describes it.

use rusqlite::Connection;
use serde_json::Value;

use super::preferred;
use super::read::Described;
use crate::apis::gbif::entity;
use crate::apis::gbif::entity::dataset::FROM_METADATA;
use crate::apis::gbif::entity::rules::Event;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::{CONTACT, IDENTIFIER, TAG};
use crate::apis::gbif::part::{self, Part};
use crate::apis::gbif::record::{self, Record, text};
use crate::apis::gbif::shape::{Document, Sent};
use crate::apis::gbif::{licence, moment};
use crate::kit::call::Call;

/// Members of the row that a document overwrites, besides those that only a document can set.
const OVERWRITTEN: [&str; 9] = [
    "title",
    "shortName",
    "description",
    "homepage",
    "logoUrl",
    "language",
    "citation",
    "rights",
    "maintenanceUpdateFrequency",
];

/// Overwrites a dataset with what a document says of it, unless it is locked.
pub fn to_dataset(
    call: &Call,
    db: &Connection,
    mut dataset: Record,
    described: &Described,
    user: &str,
) -> Result<(), Error> {
    overlay(&mut dataset.doc, Some(described));
    if dataset.doc.get("lockedForAutoUpdate") == Some(&Value::Bool(true)) {
        record::replace(db, dataset.id, &dataset.doc)?;
        return Ok(record::show(db, &dataset)?);
    }
    let before = dataset.doc.clone();
    for member in OVERWRITTEN {
        if let Some(value) = described.members.get(member) {
            dataset.doc.insert(member.to_owned(), value.clone());
        }
    }
    let license = text(&described.members, "license");
    if licence::is_concrete(license) {
        dataset.doc.insert("license".to_owned(), license.into());
    }
    let now = moment::written(call.now);
    dataset.doc.insert("modified".to_owned(), now.as_str().into());
    dataset.doc.insert("modifiedBy".to_owned(), user.into());
    check(&dataset)?;
    record::replace(db, dataset.id, &dataset.doc)?;
    replace_parts(db, &dataset, described, user, &now)?;
    entity::settle(db, &dataset, Some(&before))?;
    let event = Event::Changed { record: &dataset, before: &before, user };
    (dataset.entity.rules.witness)(call, db, &event)
}

/// Refuses what a client could not have set either.
fn check(dataset: &Record) -> Result<(), Error> {
    let sent = Sent::of(dataset.entity.fields, dataset.doc.clone())?;
    sent.checked().map(drop)
}

fn replace_parts(
    db: &Connection,
    dataset: &Record,
    described: &Described,
    user: &str,
    now: &str,
) -> Result<(), Error> {
    let sql = "DELETE FROM gbif_part WHERE name = 'contact' AND entity = ?";
    db.prepare_cached(sql)?.execute([dataset.id])?;
    let add = |part: &'static Part, mut doc: Document| -> Result<(), Error> {
        let key = record::next_number(db, part.name)?;
        doc.insert("key".to_owned(), key.into());
        for (member, text) in
            [("createdBy", user), ("modifiedBy", user), ("created", now), ("modified", now)]
        {
            if part.is_audited(member) {
                doc.insert(member.to_owned(), text.into());
            }
        }
        Ok(part::insert(db, part, dataset.id, key, &doc)?)
    };
    for contact in &described.contacts {
        add(&CONTACT, contact.clone())?;
    }
    let known = part::documents(db, &IDENTIFIER, dataset.id)?;
    for (kind, identifier) in &described.identifiers {
        let is_own = crate::apis::gbif::shape::read_doi(identifier).as_deref()
            == dataset.doc.get("doi").and_then(Value::as_str);
        if is_own || known.iter().any(|known| text(known, "identifier") == identifier) {
            continue;
        }
        let members = [("type", *kind), ("identifier", identifier.as_str())];
        add(&IDENTIFIER, document(&members))?;
    }
    let tags = part::documents(db, &TAG, dataset.id)?;
    for tag in &described.tags {
        if !tags.iter().any(|known| text(known, "value") == tag) {
            add(&TAG, document(&[("value", tag.as_str())]))?;
        }
    }
    Ok(())
}

fn document(members: &[(&str, &str)]) -> Document {
    members.iter().map(|(member, text)| ((*member).to_owned(), Value::from(*text))).collect()
}

/// Sets the members that only a document can set to what it says; without one they are gone.
fn overlay(dataset: &mut Document, described: Option<&Described>) {
    for member in FROM_METADATA {
        dataset.shift_remove(member);
        if let Some(value) = described.and_then(|described| described.members.get(member)) {
            dataset.insert(member.to_owned(), value.clone());
        }
    }
}

/// After a document was deleted: shows what the next one says, or nothing.
pub fn what_is_left(db: &Connection, mut dataset: Record) -> Result<(), Error> {
    let next = preferred(db, dataset.key())?;
    overlay(&mut dataset.doc, next.as_ref());
    record::replace(db, dataset.id, &dataset.doc)?;
    Ok(record::show(db, &dataset)?)
}
