//! Listing, making, changing and deleting parts.

use http::{Method, StatusCode};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::kinds::MACHINE_TAG;
use super::{Act, Changes, Part, all_of, alter, create, exists, find, listed, take_away};
use crate::apis::gbif::entity::{Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::quirk::{BARE_PATHS, BROKEN_REFERENCES};
use crate::apis::gbif::shape::{Document, Sent};
use crate::apis::gbif::{expect_json, grscicoll, moment, paging, record};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
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
    let id = |deed: &str| format!("{}.{}.{deed}", entity.id(), part.name);
    let editors = entity.rules.editors;
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
    if part.deletes_by_query {
        endpoints.push(
            Endpoint::delete(&path)
                .id(id("delete-by-query"))
                .summary("Deletes the comment that the query names")
                .access(editors)
                .takes([&KEY as _, &QUERY_ID as _])
                .handler(move |call, db| remove(call, db, entity, part, None)),
        );
    }
    if let Some(changes) = &part.changes {
        endpoints.push(
            Endpoint::put(format!("{path}/{{id}}"))
                .id(id("update"))
                .summary("Changes a part of an entity")
                .access(editors)
                .takes([&KEY as _, &ID as _])
                .handler(move |call, db| {
                    change(call, db, entity, (part, changes), Some(call.get(&ID)))
                }),
        );
        if changes.by_body {
            endpoints.push(
                Endpoint::put(&path)
                    .id(id("update-by-body"))
                    .summary("Changes the part that the body names")
                    .access(editors)
                    .takes([&KEY as _])
                    .handler(move |call, db| change(call, db, entity, (part, changes), None)),
            );
        }
    }
    endpoints
}

fn machine_tag_endpoints(entity: &'static Entity, path: &str) -> Vec<Endpoint> {
    vec![
        Endpoint::delete(format!("{path}/{{tag}}"))
            .id(format!("{}.machineTag.delete", entity.id()))
            .summary("Deletes a machine tag by its key, or those of a namespace")
            .takes([&KEY as _, &TAG as _])
            .handler(move |call, db| remove_machine_tags(call, db, entity)),
        Endpoint::delete(format!("{path}/{{tag}}/{{name}}"))
            .id(format!("{}.machineTag.delete-by-name", entity.id()))
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
    (entity.rules.permit_part)(db, part, id, Act::Add)?;
    let number = create(call, db, part, id, &user)?;
    record::show_all(db, [key.as_str()])?;
    Ok(call.answer_with(StatusCode::CREATED, &number))
}

fn change(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    (part, changes): (&'static Part, &'static Changes),
    path_id: Option<i64>,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    expect_json(call)?;
    let id = holder(call, db, entity)?;
    let mut sent = Sent::read(part.fields, call.request.body())?;
    sent.demand(changes.demands);
    let whole = sent.whole.clone();
    let doc = sent.checked()?;
    let body_id = whole.get("key").and_then(Value::as_i64);
    let part_key = match (path_id, body_id, changes.keys_differ) {
        (Some(path_id), Some(body_id), _) if path_id == body_id => body_id,
        (_, _, Some(text)) => return Err(Error::refused(text)),
        (None, Some(body_id), None) => body_id,
        (_, None, None) => return Err(Error::Unreadable("key is no number".to_owned())),
        (Some(_), Some(_), None) => return Err(Error::KeysDiffer),
    };
    (entity.rules.permit_part)(db, part, id, Act::Change)?;
    let stored = find(db, part, id, part_key)?.ok_or_else(|| {
        let text = "The provided contact is not connected to the given entity";
        Error::Refused(text.to_owned())
    })?;
    alter(call, db, part, (id, &user), &stored, doc, &whole)?;
    record::show_all(db, [key.as_str()])?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn remove(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    part: &'static Part,
    path_id: Option<i64>,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    // Quirk (contract 10.2): a comment has to be named, in the path or, as documented, in the query.
    let in_query = || call.get(&QUERY_ID).filter(|_| !call.is_live(&BARE_PATHS));
    let Some(id) = path_id.or_else(in_query) else {
        let allow = vec!["GET".to_owned(), "POST".to_owned()];
        return Err(Rejection::WrongMethod { allow }.into());
    };
    remove_one(call, db, (entity, &key), (part, id), &user)
}

fn remove_machine_tags(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let tag = call.get(&TAG);
    if tag.bytes().all(|byte| byte.is_ascii_digit()) {
        let id = tag.parse().unwrap_or(i64::MAX);
        let user = (entity.may)(call, db, entity, Deed::RemoveMachineTag { key: &key, id })?;
        return remove_one(call, db, (entity, &key), (machine_tag_of(entity), id), &user);
    }
    let user = (entity.may)(call, db, entity, Deed::RemoveMachineTags { key: &key })?;
    let sql = "SELECT key FROM gbif_part
               WHERE name = 'machineTag' AND entity = ? AND namespace = ? ORDER BY key";
    remove_machine_tags_where(call, db, (entity, &key), &user, |holder| {
        db.prepare_cached(sql)?.query_map((holder, &tag), |row| row.get(0))?.collect()
    })
}

fn remove_machine_tags_by_name(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::RemoveMachineTags { key: &key })?;
    let sql = "SELECT key FROM gbif_part WHERE name = 'machineTag' AND entity = ?
                   AND namespace = ? AND doc ->> 'name' = ? ORDER BY key";
    remove_machine_tags_where(call, db, (entity, &key), &user, |holder| {
        let named = (holder, call.get(&TAG), call.get(&NAME));
        db.prepare_cached(sql)?.query_map(named, |row| row.get(0))?.collect()
    })
}

/// An entity's own kind of machine tags.
fn machine_tag_of(entity: &Entity) -> &'static Part {
    let found = entity.parts.iter().find(|part| part.name == MACHINE_TAG.name);
    found.expect("only entities with machine tags have endpoints to remove them")
}

fn remove_machine_tags_where(
    call: &Call,
    db: &Connection,
    (entity, key): (&'static Entity, &str),
    user: &str,
    select: impl Fn(i64) -> rusqlite::Result<Vec<i64>>,
) -> Result<Reply, Error> {
    if let Some(holder) = record::find_id(db, entity, key)? {
        let part = machine_tag_of(entity);
        let tags = select(holder)?;
        for id in &tags {
            take_away(call, db, part, (holder, *id), user)?;
        }
        if !tags.is_empty() {
            record::show_all(db, [key])?;
        }
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

// Quirk (contract 4.1): to delete what is not there succeeds and changes nothing, but for parts in GRSciColl that
// nobody has.
fn remove_one(
    call: &Call,
    db: &Connection,
    (entity, key): (&'static Entity, &str),
    (part, id): (&'static Part, i64),
    user: &str,
) -> Result<Reply, Error> {
    let holder = record::find_id(db, entity, key)?;
    if let Some(holder) = holder {
        (entity.rules.permit_part)(db, part, holder, Act::Remove)?;
    }
    if let Some(text) = part.unknown_delete
        && !exists(db, part, id)?
    {
        return Err(Error::refused(text));
    }
    if let Some(holder) = holder
        && take_away(call, db, part, (holder, id), user)?
    {
        record::show_all(db, [key])?;
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The number of the entity that the path names.
fn holder(call: &Call, db: &Connection, entity: &'static Entity) -> Result<i64, Error> {
    let key = call.get(&KEY).to_string();
    let is_write = *call.request.method() != Method::GET;
    record::find_id(db, entity, &key)?.ok_or_else(|| {
        if is_write && grscicoll::is_asked(call.request) && call.is_live(&BROKEN_REFERENCES) {
            Error::Dangling { member: "key", key }
        } else {
            Error::NoSuchEntity { entity: entity.name, key }
        }
    })
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
