//! Listing, making, changing and deleting parts.

use http::StatusCode;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::kinds::MACHINE_TAG;
use super::{Part, Preparing, all_of, create, delete, find, listed, replace};
use crate::apis::gbif::entity::{Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::permission;
use crate::apis::gbif::shape::{Document, Sent};
use crate::apis::gbif::{expect_json, moment, paging, record};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::{Rejection, Reply};

static KEY: Param<uuid::Uuid> = Param::path("key", "Key of the entity.");
static ID: Param<i64> = Param::path("id", "Key of the part.");
static TAG: Param<String> = Param::path("tag", "Key of a machine tag, or a namespace.");
static NAME: Param<String> = Param::path("name", "Name of machine tags.");
static OWNER: Param<Option<String>> = Param::optional("owner", "Accepted, and ignored.");
static QUERY_ID: Param<Option<i64>> =
    Param::optional("id", "Key of the comment.").also(&["commentKey"]);

/// The endpoints of one kind of part under one kind of entity.
pub fn endpoints(entity: &'static Entity, part: &'static Part) -> Vec<Endpoint> {
    let path = format!("{}/{{key}}/{}", entity.path, part.name);
    let id = |deed: &str| format!("{}.{}.{deed}", entity.name, part.name);
    let editors = Access::Role("REGISTRY_EDITOR");
    let mut endpoints = vec![
        Endpoint::get(&path)
            .id(id("list"))
            .summary("Lists what an entity holds of one kind")
            .takes([&KEY as _, &OWNER as _])
            .handler(move |call, db| list(call, db, entity, part)),
        Endpoint::post(&path)
            .id(id("create"))
            .summary("Adds a part to an entity")
            .access(editors)
            .takes([&KEY as _])
            .handler(move |call, db| add(call, db, entity, part)),
    ];
    endpoints[1].body = Some(part.schema);
    if part.name == MACHINE_TAG.name {
        endpoints.extend(machine_tag_endpoints(entity, &path));
        return endpoints;
    }
    endpoints.push(
        Endpoint::delete(format!("{path}/{{id}}"))
            .id(id("delete"))
            .summary("Deletes a part of an entity for good")
            .access(editors)
            .takes([&KEY as _, &ID as _])
            .handler(move |call, db| remove(call, db, entity, part, Some(call.get(&ID)))),
    );
    if part.name == "comment" {
        endpoints.push(
            Endpoint::delete(&path)
                .id(id("delete-by-query"))
                .summary("Deletes the comment that the query names")
                .access(editors)
                .takes([&KEY as _, &QUERY_ID as _])
                .handler(move |call, db| remove(call, db, entity, part, call.get(&QUERY_ID))),
        );
    }
    if part.changes {
        endpoints.extend([
            Endpoint::put(format!("{path}/{{id}}"))
                .id(id("update"))
                .summary("Changes a part of an entity")
                .access(editors)
                .takes([&KEY as _, &ID as _])
                .handler(move |call, db| change(call, db, entity, part, Some(call.get(&ID)))),
            Endpoint::put(&path)
                .id(id("update-by-body"))
                .summary("Changes the part that the body names")
                .access(editors)
                .takes([&KEY as _])
                .handler(move |call, db| change(call, db, entity, part, None)),
        ]);
    }
    endpoints
}

fn machine_tag_endpoints(entity: &'static Entity, path: &str) -> Vec<Endpoint> {
    vec![
        Endpoint::delete(format!("{path}/{{tag}}"))
            .id(format!("{}.machineTag.delete", entity.name))
            .summary("Deletes a machine tag by its key, or those of a namespace")
            .takes([&KEY as _, &TAG as _])
            .handler(move |call, db| remove_machine_tags(call, db, entity)),
        Endpoint::delete(format!("{path}/{{tag}}/{{name}}"))
            .id(format!("{}.machineTag.delete-by-name", entity.name))
            .summary("Deletes the machine tags of a namespace and name")
            .takes([&KEY as _, &TAG as _, &NAME as _])
            .handler(move |call, db| remove_machine_tags_by_name(call, db, entity)),
    ]
}

fn list(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    part: &'static Part,
) -> Result<Reply, Error> {
    let id = holder(call, db, entity)?;
    let kept = all_of(db, id)?;
    let shown: Vec<&str> = listed(part, &kept).iter().map(|part| part.shown.as_str()).collect();
    Ok(paging::array(&shown))
}

fn add(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    part: &'static Part,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let deed = if part.name == MACHINE_TAG.name {
        Deed::AddMachineTag { key: &key }
    } else {
        Deed::Change { key: &key }
    };
    let user = (entity.may)(call, db, entity, deed)?;
    expect_json(call)?;
    let id = holder(call, db, entity)?;
    let number = create(call, db, part, id, &user)?;
    record::show_all(db, [key.as_str()])?;
    Ok(call.answer_with(StatusCode::CREATED, &number))
}

fn change(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    part: &'static Part,
    path_id: Option<i64>,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    expect_json(call)?;
    let id = holder(call, db, entity)?;
    let mut sent = Sent::read(part.fields, call.request.body())?;
    sent.demand(&["key", "created", "modified"]);
    let whole = sent.whole.clone();
    let mut doc = sent.checked()?;
    let body_id = whole.get("key").and_then(Value::as_i64);
    let part_key = body_id.ok_or_else(|| Error::Unreadable("key is no number".to_owned()))?;
    if path_id.is_some_and(|path_id| path_id != part_key) {
        return Err(Error::KeysDiffer);
    }
    let stored = find(db, part, id, part_key)?.ok_or_else(|| {
        let text = "The provided contact is not connected to the given entity";
        Error::Refused(text.to_owned())
    })?;
    let now = moment::written(call.now);
    keep(&mut doc, &stored, &["key", "created", "createdBy"]);
    doc.insert("modified".to_owned(), now.as_str().into());
    doc.insert("modifiedBy".to_owned(), user.as_str().into());
    let preparing =
        Preparing { db, part, entity: id, key: part_key, user: &user, now: &now, sent: &whole };
    (part.prepare)(&preparing, &mut doc)?;
    replace(db, part, part_key, &doc)?;
    record::show_all(db, [key.as_str()])?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn keep(doc: &mut Document, stored: &Document, members: &[&str]) {
    for member in members {
        if let Some(value) = stored.get(*member) {
            doc.insert((*member).to_owned(), value.clone());
        }
    }
}

fn remove(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    part: &'static Part,
    id: Option<i64>,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    // Quirk (contract 10.2): a comment has to be named, in the path or else in the query.
    let Some(id) = id else {
        let allow = vec!["GET".to_owned(), "POST".to_owned()];
        return Err(Rejection::WrongMethod { allow }.into());
    };
    remove_where(db, entity, &key, |holder| Ok(delete(db, part, holder, id)?))
}

// Quirk (contract 10.1): whoever knows its number may delete a machine tag; the documents say so.
fn remove_machine_tags(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let tag = call.get(&TAG);
    if tag.bytes().all(|byte| byte.is_ascii_digit()) {
        permission::end_if_only_asked(call)?;
        let id = tag.parse().unwrap_or(i64::MAX);
        return remove_where(db, entity, &key, |holder| Ok(delete(db, &MACHINE_TAG, holder, id)?));
    }
    permission::admin(call)?;
    let sql = "DELETE FROM gbif_part WHERE name = 'machineTag' AND entity = ? AND namespace = ?";
    remove_where(
        db,
        entity,
        &key,
        |holder| Ok(db.prepare_cached(sql)?.execute((holder, &tag))? > 0),
    )
}

fn remove_machine_tags_by_name(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
) -> Result<Reply, Error> {
    permission::admin(call)?;
    let key = call.get(&KEY).to_string();
    let sql = "DELETE FROM gbif_part
               WHERE name = 'machineTag' AND entity = ? AND namespace = ? AND doc ->> 'name' = ?";
    remove_where(db, entity, &key, |holder| {
        Ok(db.prepare_cached(sql)?.execute((holder, call.get(&TAG), call.get(&NAME)))? > 0)
    })
}

// Quirk (contract 4.1): to delete what is not there succeeds and changes nothing.
fn remove_where(
    db: &Connection,
    entity: &'static Entity,
    key: &str,
    delete: impl Fn(i64) -> Result<bool, Error>,
) -> Result<Reply, Error> {
    if let Some(holder) = record::find_id(db, entity, key)?
        && delete(holder)?
    {
        record::show_all(db, [key])?;
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The number of the entity that the path names.
fn holder(call: &Call, db: &Connection, entity: &'static Entity) -> Result<i64, Error> {
    let key = call.get(&KEY).to_string();
    record::find_id(db, entity, &key)?.ok_or(Error::NoSuchEntity { entity: entity.name, key })
}

/// Raises the machine tag of a namespace and name to a value, or makes it.
pub fn set_machine_tag(
    db: &Connection,
    entity: i64,
    [namespace, name, value]: [&str; 3],
    user: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "DELETE FROM gbif_part
               WHERE name = 'machineTag' AND entity = ? AND namespace = ? AND doc ->> 'name' = ?";
    db.prepare_cached(sql)?.execute((entity, namespace, name))?;
    let key = record::next_number(db, MACHINE_TAG.name)?;
    let mut tag = Document::new();
    for (member, text) in [
        ("namespace", namespace),
        ("name", name),
        ("value", value),
        ("createdBy", user),
        ("created", &moment::written(now)),
    ] {
        tag.insert(member.to_owned(), text.into());
    }
    tag.insert("key".to_owned(), key.into());
    super::insert(db, &MACHINE_TAG, entity, key, &tag)
}
