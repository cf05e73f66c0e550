//! Entities in the store: found, put in, changed, and shown anew.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde_json::Value;

use super::entity::{self, Entity};
use super::search::merging;
use super::shape::Document;
use crate::kit::filter::Where;

/// An entity as it is kept.
pub struct Record {
    pub id: i64,
    pub entity: &'static Entity,
    pub doc: Document,
}

impl Record {
    pub fn key(&self) -> &str {
        text(&self.doc, "key")
    }

    pub fn is_deleted(&self) -> bool {
        self.doc.contains_key("deleted")
    }

    fn read(row: &Row) -> rusqlite::Result<Self> {
        let kind: String = row.get("kind")?;
        let doc: Value = row.get("doc")?;
        let Value::Object(doc) = doc else { unreachable!("documents are objects") };
        let entity = entity::find(&kind).expect("the store holds only known kinds");
        Ok(Self { id: row.get("id")?, entity, doc })
    }
}

/// A text of a document; empty when it is not there.
pub fn text<'d>(doc: &'d Document, name: &str) -> &'d str {
    doc.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text of a document, if it is there.
pub fn maybe_text<'d>(doc: &'d Document, name: &str) -> Option<&'d str> {
    doc.get(name).and_then(Value::as_str)
}

/// The entity of this key, deleted or not, whatever its kind.
pub fn find_any(db: &Connection, key: &str) -> rusqlite::Result<Option<Record>> {
    let sql = "SELECT id, kind, doc FROM gbif_entity WHERE key = ?";
    db.prepare_cached(sql)?.query_row([key], Record::read).optional()
}

/// The entity of this kind and key, deleted or not.
pub fn find(
    db: &Connection,
    entity: &'static Entity,
    key: &str,
) -> rusqlite::Result<Option<Record>> {
    let record = find_any(db, key)?;
    Ok(record.filter(|record| record.entity.name == entity.name))
}

/// The number of the entity of this kind and key.
pub fn find_id(db: &Connection, entity: &Entity, key: &str) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT id FROM gbif_entity WHERE key = ? AND kind = ?";
    db.prepare_cached(sql)?.query_row([key, entity.name], |row| row.get(0)).optional()
}

/// The kind of the entity of this number.
pub fn kind_of(db: &Connection, id: i64) -> rusqlite::Result<&'static Entity> {
    let sql = "SELECT kind FROM gbif_entity WHERE id = ?";
    let kind: String = db.prepare_cached(sql)?.query_row([id], |row| row.get(0))?;
    Ok(entity::find(&kind).expect("the store holds only known kinds"))
}

/// The key of the entity of this number.
pub fn key_of(db: &Connection, id: i64) -> rusqlite::Result<String> {
    let sql = "SELECT key FROM gbif_entity WHERE id = ?";
    db.prepare_cached(sql)?.query_row([id], |row| row.get(0))
}

/// What is answered for one entity on a day.
pub fn find_shown(
    db: &Connection,
    entity: &Entity,
    key: &str,
    day: &str,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT shown, day_at FROM gbif_entity WHERE key = ? AND kind = ?";
    let read =
        |row: &Row| Ok(entity::render::with_day(row.get_ref(0)?.as_bytes()?, row.get(1)?, day));
    db.prepare_cached(sql)?.query_row([key, entity.name], read).optional()
}

/// The columns for members of a document by which entities are found.
const FOUND_BY: &str =
    "created, modified, deleted, type, title, country, organization, installation, node,
                        approved, parent, duplicate_of, doi";

/// The values of [`FOUND_BY`].
fn found_by(doc: &Document) -> [Sql; 13] {
    let text = |name| maybe_text(doc, name);
    let owner = text("publishingOrganizationKey").or_else(|| text("organizationKey"));
    let approved = doc.get("endorsementApproved").and_then(Value::as_bool);
    [
        text("created").map(str::to_owned).into(),
        text("modified").map(str::to_owned).into(),
        text("deleted").map(str::to_owned).into(),
        text("type").map(str::to_owned).into(),
        text("title").map(str::to_owned).into(),
        text("country").map(str::to_owned).into(),
        owner.map(str::to_owned).into(),
        text("installationKey").map(str::to_owned).into(),
        text("endorsingNodeKey").map(str::to_owned).into(),
        approved.into(),
        text("parentDatasetKey").map(str::to_owned).into(),
        text("duplicateOfDatasetKey").map(str::to_owned).into(),
        text("doi").map(str::to_owned).into(),
    ]
}

/// Puts an entity into the store; [`show`] has to follow when its parts are there too.
pub fn insert(db: &Connection, entity: &Entity, doc: &Document) -> rusqlite::Result<i64> {
    let sql = format!(
        "INSERT INTO gbif_entity (key, kind, doc, {FOUND_BY})
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    let doc_text = serde_json::to_string(doc).expect("documents serialize");
    let own = [text(doc, "key").to_owned(), entity.name.to_owned(), doc_text].map(Sql::from);
    let values = own.into_iter().chain(found_by(doc));
    db.prepare_cached(&sql)?.insert(params_from_iter(values))
}

/// Replaces what an entity is.
pub fn replace(db: &Connection, id: i64, doc: &Document) -> rusqlite::Result<()> {
    let sql = format!(
        "UPDATE gbif_entity SET (doc, {FOUND_BY}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         WHERE id = ?"
    );
    let doc_text = serde_json::to_string(doc).expect("documents serialize");
    let values = std::iter::once(doc_text.into()).chain(found_by(doc)).chain([id.into()]);
    db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

/// Works out anew what is answered for an entity and by what it is found.
pub fn show(db: &Connection, record: &Record) -> rusqlite::Result<()> {
    let shown = entity::render::shown(db, record)?;
    let sql = "UPDATE gbif_entity SET shown = ?, day_at = ? WHERE id = ?";
    db.prepare_cached(sql)?.execute(params![shown.text, shown.day_at, record.id])?;
    (record.entity.index)(db, record)
}

/// The same for entities of which only the key is known; an unknown key is nobody's. Ends what a request writes, so that
/// the indexes of words are tended to here.
pub fn show_all<'k>(
    db: &Connection,
    keys: impl IntoIterator<Item = &'k str>,
) -> rusqlite::Result<()> {
    let mut count = 1;
    for key in keys {
        if let Some(record) = find_any(db, key)? {
            show(db, &record)?;
            count += 1;
        }
    }
    merging::merge(db, count)
}

/// The order of all lists that ask for no other.
pub const NEWEST_FIRST: &str = "ORDER BY created DESC, key";

/// How many rows there are.
pub fn count(db: &Connection, rows: &Where) -> rusqlite::Result<i64> {
    let sql = format!("SELECT count(*) FROM gbif_entity {rows}");
    db.prepare_cached(&sql)?.query_row(params_from_iter(rows.values()), |row| row.get(0))
}

/// The keys of the entities of these rows.
pub fn keys(db: &Connection, rows: &Where) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT key FROM gbif_entity {rows}");
    let mut query = db.prepare_cached(&sql)?;
    query.query_map(params_from_iter(rows.values()), |row| row.get(0))?.collect()
}

/// The next number of a kind of numbered thing.
pub fn next_number(db: &Connection, name: &str) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO gbif_number (name, last) VALUES (?, 1)
               ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last";
    db.prepare_cached(sql)?.query_row([name], |row| row.get(0))
}
