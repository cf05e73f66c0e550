//! Metadata documents: uploaded ones, which change the dataset that they describe, and the one that is written from
//! what the registry knows.

mod additional;
mod apply;
pub mod eml;
mod package;
mod read;
mod tree;

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Value, json};
use uuid::Uuid;

use self::read::Described;
use super::entity::Deed;
use super::entity::dataset::DATASET;
use super::error::Error;
use super::record::{Record, text};
use super::shape::{Document, Field, write};
use super::value::{MetadataType, Word};
use super::{moment, paging, permission, record};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::upload;

static KEY: Param<Uuid> = Param::path("key", "Key of the dataset.");
static ID: Param<i64> = Param::path("id", "Key of the metadata document.");
static TYPE: Param<Option<Word<MetadataType>>> =
    Param::optional("type", "The kind of metadata document.");

const XML: &str = "application/xml";

/// What a document may come as.
const MEDIA_TYPES: [&str; 4] = [XML, "text/xml", "multipart/form-data", "application/json"];

static METADATA: [Field; 8] = [
    Field::kept("key"),
    Field::kept("datasetKey"),
    Field::kept("type"),
    Field::kept("contentJson"),
    Field::kept("createdBy"),
    Field::kept("modifiedBy"),
    Field::kept("created"),
    Field::kept("modified"),
];

pub fn endpoints() -> Vec<Endpoint> {
    let editors = Access::Role(permission::EDITOR);
    vec![
        Endpoint::get("/v1/dataset/{key}/document")
            .id("dataset.document.get")
            .summary("Writes a dataset's metadata as EML")
            .media_type(XML)
            .takes([&KEY as _])
            .handler(get_eml),
        Endpoint::post("/v1/dataset/{key}/document")
            .id("dataset.document.upload")
            .summary("Takes a metadata document and brings the dataset up to date with it")
            .access(editors)
            .form()
            .takes([&KEY as _])
            .handler(take),
        Endpoint::get("/v1/dataset/{key}/metadata")
            .id("dataset.metadata.list")
            .summary("Lists the metadata documents of a dataset")
            .takes([&KEY as _, &TYPE as _])
            .handler(list),
        Endpoint::get("/v1/dataset/metadata/{id}")
            .id("dataset.metadata.get")
            .summary("Gets what is known of a metadata document")
            .takes([&ID as _])
            .handler(get),
        Endpoint::get("/v1/dataset/metadata/{id}/document")
            .id("dataset.metadata.document")
            .summary("Gets a metadata document as it was uploaded")
            .media_type(XML)
            .takes([&ID as _])
            .handler(get_content),
        Endpoint::delete("/v1/dataset/metadata/{id}")
            .id("dataset.metadata.delete")
            .summary("Deletes a metadata document for good")
            .access(editors)
            .takes([&ID as _])
            .handler(delete),
    ]
}

fn get_eml(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let shown = record::find_shown(db, &DATASET, &key, &moment::day(call.now))?;
    let shown = shown.ok_or(Error::NoSuchEntity { entity: DATASET.name, key })?;
    let dataset: Value = serde_json::from_slice(&shown).expect("what is shown is JSON");
    let body = eml::write(&dataset).document(0);
    Ok(Reply::new(StatusCode::OK, XML, body))
}

fn take(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (DATASET.may)(call, db, &DATASET, Deed::Change { key: &key })?;
    let media_type = upload::media_type(call.request);
    if !media_type.as_deref().is_none_or(|media_type| MEDIA_TYPES.contains(&media_type)) {
        return Err(Error::UNSUPPORTED_MEDIA);
    }
    let dataset = record::find(db, &DATASET, &key)?
        .ok_or_else(|| Error::Missing(format!("Dataset {key} not existing")))?;
    if dataset.is_deleted() {
        return Err(Error::Missing(format!("Dataset {key} has been deleted")));
    }
    let sent = call.uploads.iter().find(|upload| upload.field == "document");
    let content = sent.map_or(call.request.body(), |upload| &upload.content);
    let package = package::kind_of(content);
    let described = if package.is_some() { None } else { Some(Described::read(content)?) };
    let kind = package.or(described.as_ref().map(|read| read.kind)).unwrap_or_default();
    let shown = store(db, &dataset, kind, content, &user, call.now)?;
    match described {
        Some(described) if is_preferred(db, &key, kind)? => {
            apply::to_dataset(call, db, dataset, &described, &user)?;
        }
        // Descriptors of data packages are kept, and tell the registry nothing.
        _ => record::show(db, &dataset)?,
    }
    Ok(Reply::new(StatusCode::CREATED, "application/json", shown))
}

/// Puts a document in the place of an older one of its type; gives what is known of it.
fn store(
    db: &Connection,
    dataset: &Record,
    kind: &str,
    content: &[u8],
    user: &str,
    now: jiff::Timestamp,
) -> Result<String, Error> {
    let key = dataset.key();
    let sql = "SELECT doc FROM gbif_metadata WHERE dataset = ? AND type = ? AND content = ?";
    let same: Option<String> =
        db.prepare_cached(sql)?.query_row((key, kind, content), |row| row.get(0)).optional()?;
    if let Some(same) = same {
        return Ok(same);
    }
    let sql = "DELETE FROM gbif_metadata WHERE dataset = ? AND type = ?";
    db.prepare_cached(sql)?.execute((key, kind))?;
    let number = record::next_number(db, "metadata")?;
    Ok(insert(db, number, (key, kind), content, (user, &moment::written(now)))?)
}

/// Puts a document into the store.
pub fn insert(
    db: &Connection,
    number: i64,
    (dataset, kind): (&str, &str),
    content: &[u8],
    (user, now): (&str, &str),
) -> rusqlite::Result<String> {
    let mut doc = Document::new();
    doc.insert("key".to_owned(), number.into());
    for (member, text) in [
        ("datasetKey", dataset),
        ("type", kind),
        ("createdBy", user),
        ("modifiedBy", user),
        ("created", now),
        ("modified", now),
    ] {
        doc.insert(member.to_owned(), text.into());
    }
    if package::is_one(kind) {
        doc.insert("contentJson".to_owned(), String::from_utf8_lossy(content).into());
    }
    let doc = write(&METADATA, &doc);
    let sql = "INSERT INTO gbif_metadata (key, dataset, type, doc, content) VALUES (?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute((number, dataset, kind, &doc, content))?;
    Ok(doc)
}

/// The order in which documents of a dataset are listed and preferred.
const BY_PREFERENCE: &str = "CASE type WHEN 'EML' THEN 0 WHEN 'DC' THEN 1
                                       WHEN 'DWC_DP' THEN 2 ELSE 3 END, created DESC, key";

/// Whether no document of a dataset goes before those of this type.
fn is_preferred(db: &Connection, dataset: &str, kind: &str) -> rusqlite::Result<bool> {
    let sql = format!(
        "SELECT type FROM gbif_metadata WHERE dataset = ? ORDER BY {BY_PREFERENCE} LIMIT 1"
    );
    let first: Option<String> =
        db.prepare_cached(&sql)?.query_row([dataset], |row| row.get(0)).optional()?;
    Ok(first.is_none_or(|first| first == kind))
}

fn list(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    if record::find_id(db, &DATASET, &key)?.is_none() {
        return Err(Error::NoSuchEntity { entity: DATASET.name, key });
    }
    let sql = format!(
        "SELECT doc FROM gbif_metadata WHERE dataset = ? AND type = ifnull(?, type)
         ORDER BY {BY_PREFERENCE}"
    );
    let kind = call.get(&TYPE).map(|kind| kind.value);
    let mut query = db.prepare_cached(&sql)?;
    let listed = query
        .query_map((key, kind), |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(paging::array(&listed))
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let sql = "SELECT doc FROM gbif_metadata WHERE key = ?";
    let found: Option<String> =
        db.prepare_cached(sql)?.query_row([call.get(&ID)], |row| row.get(0)).optional()?;
    Ok(Reply::new(StatusCode::OK, "application/json", found.ok_or(Error::NotFound)?))
}

fn get_content(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let sql = "SELECT type, content FROM gbif_metadata WHERE key = ?";
    let read = |row: &Row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?));
    let found = db.prepare_cached(sql)?.query_row([call.get(&ID)], read).optional()?;
    let (kind, content) = found.ok_or(Error::NotFound)?;
    let media_type = if package::is_one(&kind) { "application/json" } else { XML };
    Ok(Reply::new(StatusCode::OK, media_type, content))
}

fn delete(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let id = call.get(&ID);
    let sql = "SELECT dataset FROM gbif_metadata WHERE key = ?";
    let found: Option<String> =
        db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    let deed = Deed::RemoveMetadata { key: found.as_deref().unwrap_or_default(), id };
    (DATASET.may)(call, db, &DATASET, deed)?;
    let key = found.ok_or(Error::NotFound)?;
    db.prepare_cached("DELETE FROM gbif_metadata WHERE key = ?")?.execute([id])?;
    let dataset = record::find(db, &DATASET, &key)?.ok_or(Error::NotFound)?;
    apply::what_is_left(db, dataset)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// The preferred document of a dataset, read.
fn preferred(db: &Connection, dataset: &str) -> Result<Option<Described>, Error> {
    let sql = format!(
        "SELECT content FROM gbif_metadata WHERE dataset = ? AND type IN ('EML', 'DC')
         ORDER BY {BY_PREFERENCE} LIMIT 1"
    );
    let read = |row: &Row| row.get::<_, Vec<u8>>(0);
    let content: Option<Vec<u8>> =
        db.prepare_cached(&sql)?.query_row([dataset], read).optional()?;
    content.map(|content| Described::read(&content)).transpose()
}

/// Gives a seeded dataset the document that its publisher would have uploaded.
pub fn sow(db: &Connection, key: &str, number: i64) -> rusqlite::Result<()> {
    let Some(shown) = record::find_shown(db, &DATASET, key, "2025-06-30")? else { return Ok(()) };
    let dataset: Value = serde_json::from_slice(&shown).expect("what is shown is JSON");
    let content = eml::write(&dataset).document(0);
    let doc = dataset.as_object().cloned().unwrap_or_default();
    let past = (text(&doc, "modifiedBy"), text(&doc, "modified"));
    insert(db, number, (key, "EML"), &content, past)?;
    record::show_all(db, [key])
}

/// A person or organization without its place among the parts.
fn is_empty(value: &Value) -> bool {
    value.is_null() || *value == json!([]) || *value == json!("")
}
