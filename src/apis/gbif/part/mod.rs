//! What entities hold lists of, and the endpoints by which clients manage them: written once for every kind of part
//! under every kind of entity.

mod endpoints;
pub mod kinds;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

pub use self::endpoints::{endpoints, set_machine_tag};
use super::entity::rules::{Event, Happened};
use super::error::Error;
use super::record::{self, maybe_text};
use super::shape::{self, Document, Field, Sent};
use crate::kit::call::Call;
use crate::kit::endpoint::SchemaOf;

/// A kind of part: contacts, endpoints, tags.
#[derive(Debug)]
pub struct Part {
    /// Last segment of its paths, and its name in the store.
    pub name: &'static str,
    pub fields: &'static [Field],
    /// The same, as OpenAPI describes them.
    pub schema: SchemaOf,
    pub order: Order,
    /// Members that a new one must not bring along.
    pub forbids: &'static [&'static str],
    /// What is said of a new one that has a key already, where that breaks a rule and no constraint.
    pub has_key: Option<&'static str>,
    /// How a client changes one; otherwise it deletes one and makes another.
    pub changes: Option<Changes>,
    /// What is told to whoever deletes one that does not exist; where nothing is, it succeeds.
    pub unknown_delete: Option<&'static str>,
    /// Whether the query may name the one to delete.
    pub deletes_by_query: bool,
    /// What else happens when one is made or changed, before it is stored.
    pub prepare: fn(&Preparing, &mut Document) -> Result<(), Error>,
}

/// How parts of a kind are changed.
#[derive(Debug)]
pub struct Changes {
    /// Members that a changed one must bring along.
    pub demands: &'static [&'static str],
    /// What is said when path and body name two; nothing, where it is none.
    pub keys_differ: Option<&'static str>,
    /// Whether the path may leave out the key that the body names.
    pub by_body: bool,
}

/// What a client does to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Add,
    Change,
    Remove,
}

/// A part on its way into the store.
pub struct Preparing<'p> {
    pub db: &'p Connection,
    pub part: &'static Part,
    /// The number of the entity that holds it.
    pub entity: i64,
    pub key: i64,
    pub user: &'p str,
    pub now: &'p str,
    /// What the client sent.
    pub sent: &'p Document,
}

/// In which order parts are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    OldestFirst,
    NewestFirst,
    ByNamespace,
}

/// A part as it is kept.
#[derive(Debug)]
pub struct Kept {
    pub name: String,
    pub key: i64,
    pub created: String,
    pub namespace: Option<String>,
    /// As it is answered.
    pub shown: String,
}

impl Part {
    /// Which members the server sets when a part is made.
    pub fn is_audited(&self, member: &str) -> bool {
        self.fields.iter().any(|field| field.name == member)
    }

    /// Brings parts of this kind into the order in which they are listed.
    pub fn sort(&self, parts: &mut [&Kept]) {
        match self.order {
            Order::OldestFirst => parts.sort_by_key(|part| (&part.created, part.key)),
            Order::NewestFirst => {
                parts.sort_by(|a, b| (&b.created, b.key).cmp(&(&a.created, a.key)));
            }
            Order::ByNamespace => parts.sort_by_key(|part| (&part.namespace, part.key)),
        }
    }
}

/// Reads, checks and stores a new part.
pub(super) fn create(
    call: &Call,
    db: &Connection,
    part: &'static Part,
    entity: i64,
    user: &str,
) -> Result<i64, Error> {
    let mut sent = Sent::read(part.fields, call.request.body())?;
    sent.refuse(part.forbids);
    let has_key = sent.gives("key");
    let whole = sent.whole.clone();
    let doc = sent.checked()?;
    if let Some(text) = part.has_key.filter(|_| has_key) {
        return Err(Error::refused(text));
    }
    keep(call, db, part, (entity, user), doc, &whole)
}

/// Stores a new part of which the client's share has been read.
pub(super) fn keep(
    call: &Call,
    db: &Connection,
    part: &'static Part,
    (entity, user): (i64, &str),
    mut doc: Document,
    sent: &Document,
) -> Result<i64, Error> {
    let now = super::moment::written(call.now);
    let key = record::next_number(db, part.name)?;
    for (member, value) in [
        ("key", Value::from(key)),
        ("createdBy", user.into()),
        ("modifiedBy", user.into()),
        ("created", now.as_str().into()),
        ("modified", now.as_str().into()),
    ] {
        if part.is_audited(member) {
            doc.insert(member.to_owned(), value);
        }
    }
    let preparing = Preparing { db, part, entity, key, user, now: &now, sent };
    (part.prepare)(&preparing, &mut doc)?;
    insert(db, part, entity, key, &doc)?;
    witness(call, db, &Event::Part { entity, part, key, act: Happened::Added(&doc), user })?;
    Ok(key)
}

/// Replaces what the client may set of a part.
pub(super) fn alter(
    call: &Call,
    db: &Connection,
    part: &'static Part,
    (entity, user): (i64, &str),
    stored: &Document,
    mut doc: Document,
    sent: &Document,
) -> Result<(), Error> {
    let now = super::moment::written(call.now);
    for member in ["key", "created", "createdBy"] {
        if let Some(value) = stored.get(member) {
            doc.insert(member.to_owned(), value.clone());
        }
    }
    doc.insert("modified".to_owned(), now.as_str().into());
    doc.insert("modifiedBy".to_owned(), user.into());
    let key = doc.get("key").and_then(Value::as_i64).expect("stored parts have keys");
    let preparing = Preparing { db, part, entity, key, user, now: &now, sent };
    (part.prepare)(&preparing, &mut doc)?;
    replace(db, part, key, &doc)?;
    witness(call, db, &Event::Part { entity, part, key, act: Happened::Changed(&doc), user })
}

/// Takes a part away from the entity that holds it, and writes that down; whether it held it.
pub(super) fn take_away(
    call: &Call,
    db: &Connection,
    part: &'static Part,
    (holder, key): (i64, i64),
    user: &str,
) -> Result<bool, Error> {
    let Some(doc) = find(db, part, holder, key)? else { return Ok(false) };
    delete(db, part, holder, key)?;
    let act = Happened::Removed(&doc);
    witness(call, db, &Event::Part { entity: holder, part, key, act, user })?;
    Ok(true)
}

/// Does what follows from what happened to a part, under the rules of the entity that holds it.
fn witness(call: &Call, db: &Connection, event: &Event) -> Result<(), Error> {
    let Event::Part { entity, .. } = event else { return Ok(()) };
    let holder = record::kind_of(db, *entity)?;
    (holder.rules.witness)(call, db, event)
}

/// Members of a part's document by which entities are asked for, each with a column of its own.
const FOUND_BY: [&str; 4] = ["created", "identifier", "namespace", "type"];

pub fn insert(
    db: &Connection,
    part: &Part,
    entity: i64,
    key: i64,
    doc: &Document,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO gbif_part (name, key, entity, doc, created, identifier, namespace, type)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let [created, identifier, namespace, kind] = FOUND_BY.map(|member| maybe_text(doc, member));
    let doc = shape::write(part.fields, doc);
    let values = params![part.name, key, entity, doc, created, identifier, namespace, kind];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Replaces what a part is.
pub fn replace(db: &Connection, part: &Part, key: i64, doc: &Document) -> rusqlite::Result<()> {
    let sql = "UPDATE gbif_part SET (doc, created, identifier, namespace, type) = (?, ?, ?, ?, ?)
               WHERE name = ? AND key = ?";
    let [created, identifier, namespace, kind] = FOUND_BY.map(|member| maybe_text(doc, member));
    let doc = shape::write(part.fields, doc);
    let values = params![doc, created, identifier, namespace, kind, part.name, key];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// One part of an entity.
pub fn find(
    db: &Connection,
    part: &Part,
    entity: i64,
    key: i64,
) -> rusqlite::Result<Option<Document>> {
    let sql = "SELECT doc FROM gbif_part WHERE name = ? AND key = ? AND entity = ?";
    let doc: Option<Value> = db
        .prepare_cached(sql)?
        .query_row(params![part.name, key, entity], |row| row.get(0))
        .optional()?;
    Ok(doc.and_then(|doc| if let Value::Object(doc) = doc { Some(doc) } else { None }))
}

/// Takes a part away for good; whether it was there.
pub fn delete(db: &Connection, part: &Part, entity: i64, key: i64) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM gbif_part WHERE name = ? AND key = ? AND entity = ?";
    Ok(db.prepare_cached(sql)?.execute(params![part.name, key, entity])? > 0)
}

/// Whether any entity holds the part.
pub fn exists(db: &Connection, part: &Part, key: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM gbif_part WHERE name = ? AND key = ?)";
    db.prepare_cached(sql)?.query_row(params![part.name, key], |row| row.get(0))
}

/// All parts of an entity, of every kind.
pub fn all_of(db: &Connection, entity: i64) -> rusqlite::Result<Vec<Kept>> {
    let sql = "SELECT name, key, created, namespace, doc FROM gbif_part WHERE entity = ?";
    let mut query = db.prepare_cached(sql)?;
    let parts = query.query_map([entity], |row| {
        Ok(Kept {
            name: row.get(0)?,
            key: row.get(1)?,
            created: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            namespace: row.get(3)?,
            shown: row.get(4)?,
        })
    })?;
    parts.collect()
}

/// The documents of an entity's parts of one kind, in their order.
pub fn documents(db: &Connection, part: &Part, entity: i64) -> rusqlite::Result<Vec<Document>> {
    let kept = all_of(db, entity)?;
    let documents = listed(part, &kept).into_iter().map(|part| {
        serde_json::from_str(&part.shown).expect("the store holds only what this module wrote")
    });
    Ok(documents.collect())
}

/// Those of one kind, in their order.
pub fn listed<'k>(part: &Part, parts: &'k [Kept]) -> Vec<&'k Kept> {
    let mut of_kind: Vec<&Kept> = parts.iter().filter(|kept| kept.name == part.name).collect();
    part.sort(&mut of_kind);
    of_kind
}
