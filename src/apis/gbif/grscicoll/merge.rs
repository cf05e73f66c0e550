//! Merging: one entity takes the place of another, and all that it has and the first lacks.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::audit::{self, Entry};
use super::institution::INSTITUTION;
use super::parts::{IDENTIFIER, MACHINE_TAG, MASTER_SOURCE_METADATA};
use super::transfer::{IDIGBIO, Transfer, is_external, move_collections};
use crate::apis::gbif::entity::{self, Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::{self, Record, maybe_text, text};
use crate::apis::gbif::shape::{self, Absent, Document, Field, Origin, Sent};
use crate::apis::gbif::{expect_json, moment, part, permission};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the entity that is replaced.");

static BODY: [Field; 1] = [Field::key("replacementEntityKey").required()];

/// The endpoint of one kind.
pub fn endpoint(entity: &'static Entity) -> Endpoint {
    let mut endpoint = Endpoint::post(format!("{}/{{key}}/merge", entity.path))
        .id(format!("{}.merge", entity.id()))
        .summary("Puts another entity in the place of one")
        .access(Access::Role(permission::GRSCICOLL_EDITOR))
        .takes([&KEY as _])
        .handler(move |call, db| answer(call, db, entity));
    endpoint.body = Some(|_| shape::schema(&BODY));
    endpoint
}

fn answer(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    expect_json(call)?;
    let sent = Sent::read(&BODY, call.request.body())?.checked()?;
    merge(call, db, entity, [&key, text(&sent, "replacementEntityKey")], &user)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Replaces an entity by another.
pub fn merge(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    keys: [&str; 2],
    user: &str,
) -> Result<(), Error> {
    let [replaced, replacement] = find_both(db, entity, keys)?;
    permit(db, &replaced, &replacement)?;
    mark_replaced(call, db, &replaced, &replacement, user)?;
    let filled = filled(&replacement, &replaced);
    entity::change(call, db, &replacement, filled, user)?;
    let transfer = Transfer { call, db, user, from: replaced.id, to: replacement.id };
    transfer.identifiers()?;
    transfer.machine_tags(Some(IDIGBIO))?;
    hand_over_master_source(&transfer, &replaced)?;
    transfer.contacts()?;
    let trace = json!({ "type": "UUID", "identifier": replaced.key() });
    transfer.add(&IDENTIFIER, trace.as_object().expect("it was written as an object"))?;
    transfer.occurrence_mappings()?;
    if entity.name == INSTITUTION.name {
        move_collections(call, db, keys, user)?;
    }
    Ok(record::show_all(db, [replacement.key()])?)
}

fn find_both(
    db: &Connection,
    entity: &'static Entity,
    [replaced, replacement]: [&str; 2],
) -> Result<[Record; 2], Error> {
    if replaced == replacement {
        let text = "The replacement has to be different than the entity to replace";
        return Err(Error::refused(text));
    }
    let find = |key: &str, role: &str, if_deleted: &str| {
        let found = record::find(db, entity, key)?
            .ok_or_else(|| Error::Refused(format!("Not found {role} with key {key}")))?;
        if found.is_deleted() { Err(Error::refused(if_deleted)) } else { Ok(found) }
    };
    Ok([
        find(replaced, "entity to replace", "Cannot merge a deleted entity")?,
        find(
            replacement,
            "replacement entity",
            "Cannot merge an entity with a deleted replacement",
        )?,
    ])
}

/// Refuses what two live entities forbid; those that were replaced are deleted.
fn permit(db: &Connection, replaced: &Record, replacement: &Record) -> Result<(), Error> {
    if is_external(&replaced.doc) && is_external(&replacement.doc) {
        return Err(Error::refused(
            "Cannot do the replacement because both entities have an external master source",
        ));
    }
    if is_of_idigbio(db, replaced)? && is_of_idigbio(db, replacement)? {
        return Err(Error::refused(
            "Cannot do the replacement because both entities are iDigBio records",
        ));
    }
    let institution = maybe_text(&replaced.doc, "institutionKey");
    if institution.is_some() && institution != maybe_text(&replacement.doc, "institutionKey") {
        return Err(Error::refused(
            "Cannot do the replacement because the collections don't belong to the same institution",
        ));
    }
    Ok(())
}

fn is_of_idigbio(db: &Connection, record: &Record) -> Result<bool, Error> {
    let tags = part::documents(db, &MACHINE_TAG, record.id)?;
    Ok(tags.iter().any(|tag| text(tag, "namespace") == IDIGBIO))
}

fn mark_replaced(
    call: &Call,
    db: &Connection,
    replaced: &Record,
    replacement: &Record,
    user: &str,
) -> Result<(), Error> {
    let mut doc = replaced.doc.clone();
    let now = moment::written(call.now);
    for (member, text) in
        [("deleted", now.as_str()), ("replacedBy", replacement.key()), ("modifiedBy", user)]
    {
        doc.insert(member.to_owned(), text.into());
    }
    record::replace(db, replaced.id, &doc)?;
    let after = Record { id: replaced.id, entity: replaced.entity, doc };
    entity::settle(db, &after, Some(&replaced.doc))?;
    let entry = Entry {
        replacement: Some(replacement.key()),
        pre_state: Some(audit::state(replaced.entity, &replaced.doc)),
        post_state: Some(audit::state(after.entity, &after.doc)),
        ..Entry::of(replaced.entity, "REPLACE", replaced.key(), user)
    };
    Ok(audit::write(call, db, &entry)?)
}

/// The lists of each kind that become those of both.
fn united(entity: &Entity) -> &'static [&'static str] {
    if entity.name == INSTITUTION.name {
        &["email", "phone", "disciplines", "additionalNames"]
    } else {
        &["email", "phone", "contentTypes", "preservationTypes", "incorporatedCollections"]
    }
}

/// The replacement, with what it lacked.
pub fn filled(replacement: &Record, replaced: &Record) -> Document {
    let mut doc = replacement.doc.clone();
    let entity = replacement.entity;
    for field in entity.fields.iter().filter(|field| field.origin == Origin::Client) {
        let Some(theirs) = replaced.doc.get(field.name) else { continue };
        match field.absent {
            // An address comes without its key, and gets one of its own.
            Absent::Omitted => {
                doc.entry(field.name).or_insert_with(|| theirs.clone());
            }
            Absent::EmptyList if united(entity).contains(&field.name) => {
                unite(doc.entry(field.name).or_insert_with(|| json!([])), theirs);
            }
            Absent::EmptyList | Absent::False => {}
        }
    }
    let codes = doc.entry("alternativeCodes").or_insert_with(|| json!([]));
    if let Some(code) = maybe_text(&replaced.doc, "code") {
        let description = format!("Code from replaced entity {}", replaced.key());
        unite(codes, &json!([{ "code": code, "description": description }]));
    }
    if let Some(theirs) = replaced.doc.get("alternativeCodes") {
        unite(codes, theirs);
    }
    doc
}

/// Adds the members of a list that another does not have.
fn unite(list: &mut Value, more: &Value) {
    let (Value::Array(list), Value::Array(more)) = (list, more) else { return };
    for member in more {
        if !list.contains(member) {
            list.push(member.clone());
        }
    }
}

/// The replacement is kept from then on where the replaced entity was.
fn hand_over_master_source(transfer: &Transfer, replaced: &Record) -> Result<(), Error> {
    let Transfer { db, to, .. } = *transfer;
    let metadata = part::documents(db, &MASTER_SOURCE_METADATA, replaced.id)?;
    let Some(metadata) = metadata.first() else { return Ok(()) };
    transfer.add(&MASTER_SOURCE_METADATA, metadata)?;
    let key = record::key_of(db, to)?;
    if let Some(mut replacement) = record::find(db, replaced.entity, &key)? {
        let source = text(&replaced.doc, "masterSource");
        replacement.doc.insert("masterSource".to_owned(), source.into());
        record::replace(db, to, &replacement.doc)?;
    }
    Ok(())
}
