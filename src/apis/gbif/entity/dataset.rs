//! Datasets: what is published.

use rand::RngExt;
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::filters::{
    BY_CONTACT_EMAIL, BY_CONTACT_USER_ID, BY_CREATED, BY_IDENTIFIER, BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAME, BY_MACHINE_TAG_NAMESPACE, BY_MACHINE_TAG_VALUE, BY_MODIFIED, BY_WORDS,
};
use super::{Change, Completing, Deriving, Entity, citation, rules};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::{COMMENT, CONTACT, ENDPOINT, IDENTIFIER, MACHINE_TAG, TAG};
use crate::apis::gbif::record::{maybe_text, text};
use crate::apis::gbif::shape::{Document, Field, Origin};
use crate::apis::gbif::value::{CountryCode, DatasetType, Word};
use crate::apis::gbif::vocabulary::{DATASET_SUBTYPE, DATASET_TYPE, MAINTENANCE_UPDATE_FREQUENCY};
use crate::apis::gbif::{licence, part, permission, record, search, shape};
use crate::kit::filter::Filter;
use crate::kit::param::Param;

static COUNTRY: Param<Option<CountryCode>> =
    Param::optional("country", "Country of the publishing organization.");
static TYPE: Param<Option<Word<DatasetType>>> = Param::optional("type", "What it holds.");
static CATEGORY: Param<Vec<String>> =
    Param::repeated("category", "A category; of several, all have to hold.");

static FILTERS: [Filter; 13] = [
    BY_WORDS,
    Filter::sql(
        &COUNTRY,
        "organization IN (SELECT publisher.key FROM gbif_entity publisher
                          WHERE publisher.kind = 'organization' AND publisher.country = ?)",
    ),
    Filter::equals(&TYPE, "type"),
    BY_IDENTIFIER,
    BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_NAME,
    BY_MACHINE_TAG_VALUE,
    BY_MODIFIED,
    BY_CREATED,
    BY_CONTACT_USER_ID,
    BY_CONTACT_EMAIL,
    Filter::custom(&CATEGORY, |fields, rows| {
        let categories = CATEGORY.read(fields).unwrap_or_default();
        categories.into_iter().fold(rows, |rows, category| {
            rows.and(
                "EXISTS (SELECT 1 FROM json_each(doc, '$.category') WHERE value = ?)",
                [category.into()],
            )
        })
    }),
];

pub static DATASET: Entity = Entity {
    name: "dataset",
    path: "/v1/dataset",
    schema: |_| shape::schema(DATASET.fields),
    parts: &[&CONTACT, &ENDPOINT, &IDENTIFIER, &TAG, &MACHINE_TAG, &COMMENT],
    rules: &rules::REGISTRY,
    filters: &FILTERS,
    demands: &[],
    lists_deleted: true,
    unknown_put: |key| Error::Refused(format!("Dataset {key} not existing")),
    unknown_delete: |_| Err(Error::NotFound),
    may: permission::of_registry,
    complete,
    derive,
    index: search::index::keep,
    relatives,
    fields: &[
        Field::key("key").by_server(),
        Field::key("parentDatasetKey"),
        Field::key("duplicateOfDatasetKey"),
        Field::key("installationKey").required(),
        Field::key("publishingOrganizationKey").required(),
        Field::derived("networkKeys"),
        Field::doi("doi"),
        Field::text_of("version", 0, 10),
        Field::boolean("external"),
        Field::derived("numConstituents"),
        Field::one_of("type", &DATASET_TYPE).required(),
        Field::one_of("subtype", &DATASET_SUBTYPE),
        Field::text("shortName"),
        Field::text_from("title", 2).required(),
        Field::text_of("alias", 2, 50),
        Field::text_of("abbreviation", 1, 50),
        Field::text("description"),
        Field::language("language"),
        Field::link("homepage"),
        Field::link("logoUrl"),
        Field::citation("citation"),
        Field::derived("contactsCitation"),
        Field::text_from("rights", 1),
        Field::boolean("lockedForAutoUpdate"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
        Field::moment("deleted").by_server(),
        Field::parts("contacts", "contact"),
        Field::parts("endpoints", "endpoint"),
        Field::parts("machineTags", "machineTag"),
        Field::parts("tags", "tag"),
        Field::parts("identifiers", "identifier"),
        Field::parts("comments", "comment"),
        Field::kept_list("bibliographicCitations"),
        Field::kept_list("curatorialUnits"),
        Field::kept_list("taxonomicCoverages"),
        Field::kept("geographicCoverageDescription"),
        Field::kept_list("geographicCoverages"),
        Field::kept_list("temporalCoverages"),
        Field::kept_list("keywordCollections"),
        Field::kept("project"),
        Field::kept("samplingDescription"),
        Field::kept_list("countryCoverage"),
        Field::kept_list("collections"),
        Field::kept_list("dataDescriptions"),
        Field::kept("dataLanguage"),
        Field::kept("purpose"),
        Field::kept("introduction"),
        Field::kept("gettingStarted"),
        Field::kept("acknowledgements"),
        Field::kept("additionalInfo"),
        Field::kept("pubDate"),
        Field::one_of("maintenanceUpdateFrequency", &MAINTENANCE_UPDATE_FREQUENCY),
        Field::kept("maintenanceDescription"),
        Field::license("license"),
        Field::kept("dwca"),
        Field::texts("category").or_omitted(),
    ],
};

/// The members that the preferred metadata document decides about.
pub const FROM_METADATA: [&str; 21] = [
    "bibliographicCitations",
    "curatorialUnits",
    "taxonomicCoverages",
    "geographicCoverageDescription",
    "geographicCoverages",
    "temporalCoverages",
    "keywordCollections",
    "project",
    "samplingDescription",
    "countryCoverage",
    "collections",
    "dataDescriptions",
    "dataLanguage",
    "purpose",
    "introduction",
    "gettingStarted",
    "acknowledgements",
    "additionalInfo",
    "pubDate",
    "maintenanceDescription",
    "contactsCitation",
];

/// A dataset as lists show it that do not look into its metadata: as its row is stored.
pub fn raw(shown: &[u8], doc: &Value, publisher: &str) -> Vec<u8> {
    let Ok(Value::Object(mut dataset)) = serde_json::from_slice(shown) else {
        unreachable!("the store holds only what this module wrote")
    };
    for member in FROM_METADATA {
        match dataset.get(member) {
            Some(Value::Array(_)) => dataset[member] = json!([]),
            Some(_) => drop(dataset.shift_remove(member)),
            None => {}
        }
    }
    if let Some(description) = doc.get("description") {
        dataset["description"] = description.clone();
    }
    let plain = || format!("{publisher}: {}", doc["title"].as_str().unwrap_or_default());
    let stored = doc["citation"]["text"].as_str();
    dataset["citation"] = json!({
        "text": stored.map_or_else(plain, str::to_owned),
        "citationProvidedBySource": false,
    });
    json!(dataset).to_string().into_bytes()
}

fn complete(completing: &Completing, dataset: &mut Document) -> Result<(), Error> {
    let Completing { db, stored, .. } = completing;
    for (member, entity) in [
        ("installationKey", "installation"),
        ("publishingOrganizationKey", "organization"),
        ("parentDatasetKey", "dataset"),
        ("duplicateOfDatasetKey", "dataset"),
    ] {
        super::organization::demand_existing(db, dataset, member, entity)?;
    }
    if !dataset.contains_key("language") {
        dataset.insert("language".to_owned(), "eng".into());
    }
    let is_concrete = maybe_text(dataset, "license").is_some_and(licence::is_concrete);
    match stored.and_then(|stored| stored.doc.get("license")) {
        // Quirk (contract 6.3): a licence once given can be replaced, not taken back.
        Some(license) if !is_concrete => {
            dataset.insert("license".to_owned(), license.clone());
        }
        None if !dataset.contains_key("license") => {
            dataset.insert("license".to_owned(), licence::written("CC_BY_4_0").into());
        }
        _ => {}
    }
    complete_doi(completing, dataset)
}

/// Keeps that a dataset has one DOI, and that those it had are not lost.
fn complete_doi(completing: &Completing, dataset: &mut Document) -> Result<(), Error> {
    let Completing { db, stored, .. } = completing;
    let Some(stored) = stored else {
        if !dataset.contains_key("doi") {
            dataset.insert("doi".to_owned(), mint(completing)?.into());
        }
        return Ok(());
    };
    let old = maybe_text(&stored.doc, "doi").map(str::to_owned);
    let wanted = maybe_text(dataset, "doi").map(str::to_owned);
    let doi = match (&old, wanted) {
        (_, Some(wanted)) => wanted,
        (Some(old), None) if is_ours(old) => old.clone(),
        (_, None) => {
            let previous = other_dois(db, stored.id)?;
            match previous.into_iter().find(|(_, doi)| is_ours(doi)) {
                Some((_, doi)) => doi,
                None => mint(completing)?,
            }
        }
    };
    if let Some(old) = old.filter(|old| *old != doi) {
        for (key, _) in other_dois(db, stored.id)?.into_iter().filter(|(_, other)| *other == doi) {
            part::delete(db, &IDENTIFIER, stored.id, key)?;
        }
        if other_dois(db, stored.id)?.iter().all(|(_, other)| *other != old) {
            add_doi(completing, stored.id, &old)?;
        }
    }
    dataset.insert("doi".to_owned(), doi.into());
    Ok(())
}

fn is_ours(doi: &str) -> bool {
    doi.starts_with("10.15468/") || doi.starts_with("10.21373/")
}

/// The DOIs among a dataset's identifiers.
fn other_dois(db: &Connection, dataset: i64) -> rusqlite::Result<Vec<(i64, String)>> {
    let sql = "SELECT key, lower(identifier) FROM gbif_part
               WHERE entity = ? AND name = 'identifier' AND doc ->> 'type' = 'DOI'
               ORDER BY created DESC, key DESC";
    let mut query = db.prepare_cached(sql)?;
    query.query_map([dataset], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn add_doi(completing: &Completing, dataset: i64, doi: &str) -> Result<(), Error> {
    let key = record::next_number(completing.db, IDENTIFIER.name)?;
    let mut identifier = Document::new();
    identifier.insert("key".to_owned(), key.into());
    for (member, text) in [
        ("type", "DOI"),
        ("identifier", doi),
        ("createdBy", completing.user),
        ("created", &crate::apis::gbif::moment::written(completing.call.now)),
    ] {
        identifier.insert(member.to_owned(), text.into());
    }
    Ok(part::insert(completing.db, &IDENTIFIER, dataset, key, &identifier)?)
}

/// A new DOI that no dataset has.
fn mint(completing: &Completing) -> Result<String, Error> {
    let sql = "SELECT EXISTS (SELECT 1 FROM gbif_entity WHERE doi = ?)";
    loop {
        let doi = completing.call.draw(new_doi);
        let is_taken: bool =
            completing.db.prepare_cached(sql)?.query_row(params![doi], |row| row.get(0))?;
        if !is_taken {
            return Ok(doi);
        }
    }
}

/// A DOI of the registry's own prefix, of letters and digits that are not mistaken for each other.
pub fn new_doi(random: &mut rand_chacha::ChaCha8Rng) -> String {
    const SIGNS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let suffix: String =
        (0..6).map(|_| char::from(SIGNS[random.random_range(0..SIGNS.len())])).collect();
    format!("10.15468/{suffix}")
}

fn derive(db: &Connection, deriving: &Deriving, shown: &mut Document) -> rusqlite::Result<()> {
    let dataset = &deriving.record.doc;
    let key = text(dataset, "key");
    if !has_metadata(db, key)? {
        shown.insert("networkKeys".to_owned(), json!(networks(db, key)?));
    }
    shown.insert("numConstituents".to_owned(), count_constituents(db, key)?.into());
    if let Some(description) = maybe_text(dataset, "description").filter(|text| text.contains('<'))
    {
        shown.insert("description".to_owned(), ammonia::clean(description).into());
    }
    citation::derive(db, deriving, shown)
}

fn has_metadata(db: &Connection, key: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM gbif_metadata WHERE dataset = ?)";
    db.prepare_cached(sql)?.query_row([key], |row| row.get(0))
}

/// The keys of the networks that a dataset belongs to, deleted ones left out.
pub fn networks(db: &Connection, key: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT network FROM gbif_constituent
               JOIN gbif_entity ON gbif_entity.key = network AND deleted IS NULL
               WHERE dataset = ? ORDER BY network";
    db.prepare_cached(sql)?.query_map([key], |row| row.get(0))?.collect()
}

fn count_constituents(db: &Connection, key: &str) -> rusqlite::Result<i64> {
    let sql = "SELECT count(*) FROM gbif_entity WHERE parent = ? AND deleted IS NULL";
    db.prepare_cached(sql)?.query_row([key], |row| row.get(0))
}

fn relatives(db: &Connection, change: &Change) -> rusqlite::Result<Vec<String>> {
    let is_counted_anew = change.touches("deleted");
    let mut keys = Vec::new();
    for member in ["parentDatasetKey", "publishingOrganizationKey"] {
        if is_counted_anew || change.touches(member) {
            keys.extend(change.keys(member));
        }
    }
    if is_counted_anew && change.before.is_some() {
        keys.extend(networks(db, text(change.after, "key"))?);
    }
    keys.sort();
    keys.dedup();
    Ok(keys)
}

/// Whether a member of a dataset is the client's to set.
pub fn is_clients(member: &str) -> bool {
    DATASET.fields.iter().any(|field| field.name == member && field.origin == Origin::Client)
}
