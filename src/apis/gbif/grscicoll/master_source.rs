//! Master sources: where the data of an entity are kept when GRSciColl only shows them, and which fields that locks.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};
use uuid::Uuid;

use super::institution::INSTITUTION;
use super::parts::MASTER_SOURCE_METADATA;
use super::{gate, synchronise};
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::entity::organization::ORGANIZATION;
use crate::apis::gbif::entity::{self, Deed, Deriving, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::{self, Record, text};
use crate::apis::gbif::shape::{Document, Sent};
use crate::apis::gbif::{expect_json, part};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the entity.");

/// A field that a master source decides about.
struct Sourced {
    field: &'static str,
    by: &'static [Source],
}

/// One master source of a field.
struct Source {
    master: &'static str,
    /// Whether editors may change the field all the same.
    overridable: bool,
    /// The kinds of parts that it decides about, where it does not decide about all.
    parts: &'static [&'static str],
}

const IH: Source = Source { master: "IH", overridable: false, parts: &[] };
const REGISTRY: Source = Source { master: "GBIF_REGISTRY", overridable: false, parts: &[] };
const OVERRIDABLE_IH: Source = Source { master: "IH", overridable: true, parts: &[] };
const IRN_OF_IH: Source = Source { master: "IH", overridable: false, parts: &["IH_IRN"] };
const DOI_OF_REGISTRY: Source =
    Source { master: "GBIF_REGISTRY", overridable: false, parts: &["DOI"] };

const fn sourced(field: &'static str, by: &'static [Source]) -> Sourced {
    Sourced { field, by }
}

static OF_INSTITUTIONS: [Sourced; 15] = [
    sourced("code", &[IH]),
    sourced("name", &[REGISTRY, IH]),
    sourced("description", &[REGISTRY]),
    sourced("active", &[REGISTRY, IH]),
    sourced("email", &[REGISTRY, IH]),
    sourced("phone", &[REGISTRY, IH]),
    sourced("homepage", &[REGISTRY, IH]),
    sourced("latitude", &[REGISTRY, IH]),
    sourced("longitude", &[REGISTRY, IH]),
    sourced("mailingAddress", &[IH]),
    sourced("address", &[REGISTRY, IH]),
    sourced("foundingDate", &[IH]),
    sourced("logoUrl", &[REGISTRY]),
    sourced("identifiers", &[IRN_OF_IH]),
    sourced("contactPersons", &[REGISTRY, IH]),
];

static OF_COLLECTIONS: [Sourced; 20] = [
    sourced("code", &[IH]),
    sourced("name", &[REGISTRY, OVERRIDABLE_IH]),
    sourced("description", &[REGISTRY]),
    sourced("active", &[REGISTRY, IH]),
    sourced("email", &[IH]),
    sourced("phone", &[IH]),
    sourced("homepage", &[REGISTRY, IH]),
    sourced("preservationTypes", &[REGISTRY]),
    sourced("mailingAddress", &[IH]),
    sourced("address", &[REGISTRY, IH]),
    sourced("identifiers", &[IRN_OF_IH, DOI_OF_REGISTRY]),
    sourced("contactPersons", &[REGISTRY, IH]),
    sourced("numberSpecimens", &[IH]),
    sourced("taxonomicCoverage", &[REGISTRY, IH]),
    sourced("geographicCoverage", &[REGISTRY, IH]),
    sourced("notes", &[IH]),
    sourced("incorporatedCollections", &[REGISTRY, IH]),
    sourced("department", &[IH]),
    sourced("division", &[IH]),
    sourced("temporalCoverage", &[REGISTRY]),
];

fn sourced_fields(entity: &Entity) -> &'static [Sourced] {
    if entity.name == INSTITUTION.name { &OF_INSTITUTIONS } else { &OF_COLLECTIONS }
}

/// Keeps the stored values of the fields that an entity's master source decides about.
// Quirk (grscicoll contract 6.2): whoever changes them all the same is not told.
pub fn keep_locked(stored: &Record, entity: &mut Document) {
    let master = text(&stored.doc, "masterSource");
    let locks =
        |source: &Source| source.master == master && !source.overridable && source.parts.is_empty();
    for Sourced { field, by } in sourced_fields(stored.entity) {
        if by.iter().any(locks) {
            match stored.doc.get(*field) {
                Some(value) => entity.insert((*field).to_owned(), value.clone()),
                None => entity.shift_remove(*field),
            };
        }
    }
}

/// Shows where an entity's data come from.
pub fn show(deriving: &Deriving, shown: &mut Document) {
    if let Some(metadata) = metadata_among(deriving.parts) {
        shown.insert("masterSourceMetadata".to_owned(), metadata);
    }
}

/// The metadata among an entity's parts.
pub fn metadata_among(parts: &[part::Kept]) -> Option<Value> {
    let kept = part::listed(&MASTER_SOURCE_METADATA, parts).into_iter().next()?;
    Some(serde_json::from_str(&kept.shown).expect("parts are kept as JSON"))
}

pub fn endpoints(entity: &'static Entity) -> Vec<Endpoint> {
    let path = format!("{}/{{key}}/{}", entity.path, MASTER_SOURCE_METADATA.name);
    let id = |deed: &str| format!("{}.masterSourceMetadata.{deed}", entity.id());
    let editors = entity.rules.editors;
    let mut set = Endpoint::post(&path)
        .id(id("create"))
        .summary("Says where the data of an entity are kept, and brings it up to date from there")
        .access(editors)
        .takes([&KEY as _])
        .handler(move |call, db| create(call, db, entity));
    set.body = Some(MASTER_SOURCE_METADATA.schema);
    vec![
        Endpoint::get(&path)
            .id(id("get"))
            .summary("Says where the data of an entity are kept")
            .takes([&KEY as _])
            .handler(move |call, db| get(call, db, entity)),
        set,
        Endpoint::delete(&path)
            .id(id("delete"))
            .summary("Says that the data of an entity are kept here")
            .access(editors)
            .takes([&KEY as _])
            .handler(move |call, db| delete(call, db, entity)),
        Endpoint::get(format!("{}/sourceableFields", entity.path))
            .id(format!("{}.sourceable-fields", entity.id()))
            .summary("Lists the fields that master sources decide about")
            .handler(move |call, _| Ok::<_, Error>(call.answer(&sourceable(entity)))),
    ]
}

fn sourceable(entity: &Entity) -> Value {
    let shown = |source: &Source| {
        json!({
            "masterSource": source.master,
            "overridable": source.overridable,
            "sourceableParts": source.parts,
        })
    };
    sourced_fields(entity)
        .iter()
        .map(|Sourced { field, by }| {
            json!({ "fieldName": field, "sources": by.iter().map(shown).collect::<Vec<_>>() })
        })
        .collect()
}

fn get(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let id = record::find_id(db, entity, &key)?
        .ok_or(Error::NoSuchEntity { entity: entity.name, key })?;
    Ok(match metadata_among(&part::all_of(db, id)?) {
        Some(metadata) => call.answer(&metadata),
        None => Reply::empty(StatusCode::NO_CONTENT),
    })
}

fn create(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    expect_json(call)?;
    let sent = Sent::read(MASTER_SOURCE_METADATA.fields, call.request.body())?;
    let has_key = sent.gives("key");
    let metadata = sent.checked()?;
    if let Some(text) = MASTER_SOURCE_METADATA.has_key.filter(|_| has_key) {
        return Err(Error::refused(text));
    }
    let stored = record::find(db, entity, &key)?
        .ok_or_else(|| Error::refused("The entity doesn't exist"))?;
    if metadata_among(&part::all_of(db, stored.id)?).is_some() {
        return Err(Error::refused(
            "The entity already has a master source. You have to delete the existing one before adding a new one",
        ));
    }
    let number = set(call, db, stored, metadata, &user)?;
    Ok(call.answer_with(StatusCode::CREATED, &number))
}

/// Gives an entity a master source, and brings it up to date from there.
pub fn set(
    call: &Call,
    db: &Connection,
    mut stored: Record,
    metadata: Document,
    user: &str,
) -> Result<i64, Error> {
    let master = find_master(db, stored.entity, &metadata)?;
    let before = stored.doc.clone();
    let sent = metadata.clone();
    let holder = (stored.id, user);
    let number = part::keep(call, db, &MASTER_SOURCE_METADATA, holder, metadata, &sent)?;
    let name = if master.is_some() { "GBIF_REGISTRY" } else { "IH" };
    stored.doc.insert("masterSource".to_owned(), name.into());
    record::replace(db, stored.id, &stored.doc)?;
    match master {
        Some(master) => synchronise::bring_up_to_date(call, db, stored, &master, user)?,
        None => entity::settle(db, &stored, Some(&before))?,
    }
    Ok(number)
}

/// The dataset or organization that an entity's data are kept with; none for Index Herbariorum.
fn find_master(
    db: &Connection,
    entity: &'static Entity,
    metadata: &Document,
) -> Result<Option<Record>, Error> {
    let is_institution = entity.name == INSTITUTION.name;
    let (kind, title) = match text(metadata, "source") {
        "DATASET" if is_institution => {
            return Err(Error::refused("Dataset sources can be set only to collections"));
        }
        "ORGANIZATION" if !is_institution => {
            return Err(Error::refused("Organization sources can be set only to institutions"));
        }
        "DATASET" => (&DATASET, "Dataset"),
        "ORGANIZATION" => (&ORGANIZATION, "Organization"),
        _ => return Ok(None),
    };
    let source_id = text(metadata, "sourceId");
    let key: Uuid = source_id
        .parse()
        .map_err(|_| Error::Refused(format!("Invalid UUID string: {source_id}")))?;
    let master = record::find(db, kind, &key.to_string())?
        .ok_or_else(|| Error::Refused(format!("{title} not found with key {key}")))?;
    if master.is_deleted() {
        return Err(Error::Refused(format!("Cannot set a deleted {title} as master source")));
    }
    Ok(Some(master))
}

fn delete(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    if let Some(stored) = record::find(db, entity, &key)?
        && let Some(metadata) = metadata_among(&part::all_of(db, stored.id)?)
    {
        if metadata["source"] == "IH_IRN" && !gate::is_admin(&call.caller) {
            demand_another(db, metadata["sourceId"].as_str().unwrap_or_default())?;
        }
        unset(db, stored)?;
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Refuses to leave a number of Index Herbariorum without any entity.
fn demand_another(db: &Connection, irn: &str) -> Result<(), Error> {
    let sql = "SELECT count(*) FROM gbif_grscicoll
               WHERE source = 'IH_IRN' AND source_id = ? AND deleted IS NULL";
    let count: i64 = db.prepare_cached(sql)?.query_row([irn], |row| row.get(0))?;
    if count > 1 {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "This is the only entity connected to IH for the IRN {irn}. \
         Only GRSciColl admins can perform this operation"
    )))
}

/// Takes an entity its master source; what came from there stays.
pub fn unset(db: &Connection, mut stored: Record) -> Result<(), Error> {
    let sql = "DELETE FROM gbif_part WHERE name = ? AND entity = ?";
    db.prepare_cached(sql)?.execute((MASTER_SOURCE_METADATA.name, stored.id))?;
    let before = stored.doc.clone();
    stored.doc.insert("masterSource".to_owned(), "GRSCICOLL".into());
    record::replace(db, stored.id, &stored.doc)?;
    Ok(entity::settle(db, &stored, Some(&before))?)
}
