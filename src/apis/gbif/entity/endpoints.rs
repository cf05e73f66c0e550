//! Making, reading, changing, deleting and listing, for every kind of entity.

use http::StatusCode;
use http::header::{ACCEPT, CONTENT_TYPE};
use rusqlite::Connection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lists;
use super::rules::{Event, Phase, Standing, Step};
use super::{Change, Completing, Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{LIMIT, OFFSET, Window};
use crate::apis::gbif::record::{self, Record};
use crate::apis::gbif::shape::{Document, Sent};
use crate::apis::gbif::{expect_json, moment};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the entity.");

/// The endpoints that every kind of entity has, those of its parts included.
pub fn endpoints(entity: &'static Entity) -> Vec<Endpoint> {
    let path = entity.path;
    let one = format!("{path}/{{key}}");
    let id = |deed: &str| format!("{}.{deed}", entity.id());
    let editors = entity.rules.editors;
    let mut endpoints = vec![
        Endpoint::get(path)
            .id(id("list"))
            .summary("Lists those that are not deleted")
            .takes([&LIMIT as _, &OFFSET as _])
            .filters(entity.filters)
            .handler(move |call, db| list(call, db, entity)),
        Endpoint::post(path)
            .id(id("create"))
            .summary("Registers one and gives its key")
            .access(editors)
            .handler(move |call, db| create(call, db, entity)),
        Endpoint::get(&one)
            .id(id("get"))
            .summary("Gets one, deleted or not")
            .takes([&KEY as _])
            .handler(move |call, db| get(call, db, entity)),
        Endpoint::put(&one)
            .id(id("update"))
            .summary("Replaces what one is, and brings a deleted one back")
            .access(editors)
            .takes([&KEY as _])
            .handler(move |call, db| update(call, db, entity)),
        Endpoint::delete(&one)
            .id(id("delete"))
            .summary("Marks one as deleted")
            .access(editors)
            .takes([&KEY as _])
            .handler(move |call, db| delete(call, db, entity)),
    ];
    if entity.rules.has_titles {
        endpoints.push(
            Endpoint::post(format!("{path}/titles"))
                .id(id("titles"))
                .summary("Gives the titles of those whose keys the body lists")
                .reads()
                .handler(move |call, db| titles(call, db, entity)),
        );
    }
    if entity.lists_deleted {
        endpoints.push(
            Endpoint::get(format!("{path}/deleted"))
                .id(id("deleted"))
                .summary("Lists those that are deleted")
                .takes([&LIMIT as _, &OFFSET as _])
                .filters(entity.filters)
                .handler(move |call, db| list_deleted(call, db, entity)),
        );
    }
    for endpoint in &mut endpoints {
        match endpoint.id.rsplit('.').next() {
            Some("create" | "update") => endpoint.body = Some(entity.schema),
            Some("get") => endpoint.returns = Some(entity.schema),
            _ => {}
        }
    }
    for part in entity.parts {
        endpoints.extend(crate::apis::gbif::part::endpoints(entity, part));
    }
    endpoints
}

fn list(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let rows = (entity.rules.rows)(call, db, entity, Standing::Live)?;
    // Quirk (contract 6.3): of all lists of datasets this one alone generates citations.
    Ok(lists::answer(db, &rows, Window::of(call), &lists::Form::WithDay(moment::day(call.now)))?)
}

fn list_deleted(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let rows = (entity.rules.rows)(call, db, entity, Standing::Deleted)?;
    Ok(lists::answer(db, &rows, Window::of(call), &lists::Form::Raw)?)
}

fn get(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let shown = record::find_shown(db, entity, &key, &moment::day(call.now))?;
    Ok(Reply::new(StatusCode::OK, "application/json", shown.ok_or(Error::NotFound)?))
}

fn create(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let user = (entity.may)(call, db, entity, Deed::Create { body: call.request.body() })?;
    expect_json(call)?;
    let mut sent = Sent::read(entity.fields, call.request.body())?;
    sent.refuse(entity.rules.forbids);
    (entity.rules.examine)(entity, &mut sent, Phase::Making)?;
    let whole = sent.whole.clone();
    let doc = sent.checked()?;
    (entity.rules.permit)(&Step::Make { sent: &whole })?;
    let key = register(call, db, entity, doc, &user)?;
    Ok(key_reply(call, &key))
}

/// Registers an entity of which the client's part has been read.
pub fn register(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    mut doc: Document,
    user: &str,
) -> Result<String, Error> {
    let key = call.new_uuid().to_string();
    let now = moment::written(call.now);
    for (member, text) in [
        ("key", key.as_str()),
        ("createdBy", user),
        ("modifiedBy", user),
        ("created", &now),
        ("modified", &now),
    ] {
        doc.insert(member.to_owned(), text.into());
    }
    (entity.complete)(&Completing { call, db, user, stored: None }, &mut doc)?;
    let id = record::insert(db, entity, &doc)?;
    let record = Record { id, entity, doc };
    settle(db, &record, None)?;
    (entity.rules.witness)(call, db, &Event::Made { record: &record, user })?;
    Ok(key)
}

fn key_reply(call: &Call, key: &str) -> Reply {
    let accepts = call.request.headers().get(ACCEPT).and_then(|value| value.to_str().ok());
    if accepts.is_some_and(|types| types.trim().starts_with("text/plain")) {
        return Reply::new(StatusCode::CREATED, "text/plain", key.to_owned());
    }
    call.answer_with(StatusCode::CREATED, &key)
}

fn update(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    expect_json(call)?;
    let mut sent = Sent::read(entity.fields, call.request.body())?;
    sent.demand(entity.rules.demands);
    sent.demand(entity.demands);
    (entity.rules.examine)(entity, &mut sent, Phase::Changing)?;
    let whole = sent.whole.clone();
    let doc = sent.checked()?;
    let body_key = whole.get("key").and_then(Value::as_str).unwrap_or_default();
    if !body_key.eq_ignore_ascii_case(&key) {
        return Err(Error::KeysDiffer);
    }
    let stored = record::find(db, entity, &key)?.ok_or_else(|| (entity.unknown_put)(&key))?;
    (entity.rules.permit)(&Step::Change { stored: &stored, sent: &whole })?;
    change(call, db, &stored, doc, &user)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Replaces what the client may set of an entity, and brings it back if it was deleted.
pub fn change(
    call: &Call,
    db: &Connection,
    stored: &Record,
    mut doc: Document,
    user: &str,
) -> Result<(), Error> {
    let entity = stored.entity;
    let is_clients = |name: &str| {
        let origin = entity.fields.iter().find(|field| field.name == name);
        origin.is_some_and(|field| field.origin == crate::apis::gbif::shape::Origin::Client)
    };
    for (name, value) in &stored.doc {
        if !is_clients(name) && name != "deleted" {
            doc.insert(name.clone(), value.clone());
        }
    }
    doc.insert("modified".to_owned(), moment::written(call.now).into());
    doc.insert("modifiedBy".to_owned(), user.into());
    (entity.complete)(&Completing { call, db, user, stored: Some(stored) }, &mut doc)?;
    record::replace(db, stored.id, &doc)?;
    let record = Record { id: stored.id, entity, doc };
    settle(db, &record, Some(&stored.doc))?;
    (entity.rules.witness)(
        call,
        db,
        &Event::Changed { record: &record, before: &stored.doc, user },
    )?;
    Ok(())
}

fn delete(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    match record::find(db, entity, &key)? {
        None => (entity.unknown_delete)(&key)?,
        Some(stored) => {
            (entity.rules.permit)(&Step::Delete { stored: &stored })?;
            mark_deleted(call, db, stored, &user)?;
        }
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Marks an entity as deleted; its parts and its relations stay.
pub fn mark_deleted(
    call: &Call,
    db: &Connection,
    mut record: Record,
    user: &str,
) -> Result<(), Error> {
    let before = record.doc.clone();
    let now = moment::written(call.now);
    for (member, text) in [("deleted", now.as_str()), ("modified", &now), ("modifiedBy", user)] {
        record.doc.insert(member.to_owned(), text.into());
    }
    record::replace(db, record.id, &record.doc)?;
    settle(db, &record, Some(&before))?;
    let event = Event::Deleted { record: &record, before: &before, user };
    (record.entity.rules.witness)(call, db, &event)
}

/// Shows an entity anew, and those in whose answers its change shows.
pub fn settle(db: &Connection, record: &Record, before: Option<&Document>) -> rusqlite::Result<()> {
    record::show(db, record)?;
    let change = Change { before, after: &record.doc };
    let relatives = (record.entity.relatives)(db, &change)?;
    record::show_all(db, relatives.iter().map(String::as_str))
}

fn titles(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    expect_json(call)?;
    let keys: Vec<Uuid> = serde_json::from_slice(call.request.body())
        .map_err(|error| Error::Unreadable(format!("JSON parse error: {error}")))?;
    let sql = "SELECT title FROM gbif_entity WHERE key = ? AND kind = ?";
    let mut query = db.prepare_cached(sql)?;
    let mut titles = Document::new();
    for key in keys {
        let key = key.to_string();
        let mut found = query.query((&key, entity.name))?;
        if let Some(row) = found.next()? {
            titles.insert(key, json!(row.get::<_, String>(0)?));
        }
    }
    let mut reply = call.answer_with(StatusCode::CREATED, &titles);
    reply.headers.insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    Ok(reply)
}
