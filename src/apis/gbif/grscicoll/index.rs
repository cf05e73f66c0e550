//! By what institutions and collections are found: kept up to date with every write, in the same transaction.

use rusqlite::{Connection, params};
use serde_json::Value;

use super::address;
use super::institution::INSTITUTION;
use super::lookup;
use super::master_source::metadata_among;
use super::parts::CONTACT_PERSON;
use super::similarity::Trigrams;
use super::vocabulary::{OF_COLLECTIONS, OF_INSTITUTIONS, Vocabulary};
use super::words;
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::part::{self, Kept};
use crate::apis::gbif::place;
use crate::apis::gbif::record::{Record, maybe_text, text};
use crate::apis::gbif::shape::Document;
use crate::store::text::fold;

/// How many contact persons of one entity can be found by their words; rows of theirs are numbered so.
const MOST_PERSONS: i64 = 1024;

/// Keeps by what an entity is listed and searched.
pub fn keep(db: &Connection, record: &Record) -> rusqlite::Result<()> {
    let parts = part::all_of(db, record.id)?;
    keep_entry(db, record, &parts)?;
    keep_words(db, record)?;
    let persons: Vec<Document> = part::listed(&CONTACT_PERSON, &parts)
        .into_iter()
        .map(|kept| serde_json::from_str(&kept.shown).expect("parts are kept as JSON"))
        .collect();
    keep_persons(db, record.id, &persons)?;
    keep_terms(db, record, &persons, &lookup::terms(&record.doc, &parts))
}

/// A text in which case, accents and blanks say nothing.
pub fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// The vocabularies that describe a kind.
pub fn vocabularies(entity: &Entity) -> &'static [&'static Vocabulary] {
    if entity.name == INSTITUTION.name { &OF_INSTITUTIONS } else { &OF_COLLECTIONS }
}

fn keep_entry(db: &Connection, record: &Record, parts: &[Kept]) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO gbif_grscicoll (
                   id, key, kind, created, deleted, code, folded_code, name, folded_name, name_sketch,
                   country, region, city, folded_city,
                   physical_country, mailing_country, physical_city, mailing_city,
                   active, displayed, personal, institution, replaced_by,
                   master_source, source, source_id,
                   specimens, occurrences, types, latitude, longitude)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let doc = &record.doc;
    let is = |member: &str| doc.get(member) == Some(&Value::Bool(true));
    let count = |member: &str| doc.get(member).and_then(Value::as_i64);
    let degrees = |member: &str| doc.get(member).and_then(Value::as_f64);
    let metadata = metadata_among(parts).unwrap_or_default();
    let country = address::either(doc, "country");
    let city = address::either(doc, "city");
    let code = maybe_text(doc, "code");
    let name = text(doc, "name");
    let institution = if record.entity.name == INSTITUTION.name {
        maybe_text(doc, "key")
    } else {
        maybe_text(doc, "institutionKey")
    };
    db.prepare_cached(sql)?.execute(params![
        record.id,
        text(doc, "key"),
        record.entity.name,
        text(doc, "created"),
        maybe_text(doc, "deleted"),
        code,
        code.map(fold),
        name,
        squeeze(name),
        Trigrams::of(name).sketch(),
        country,
        country.and_then(region_of),
        city,
        city.map(squeeze),
        address::part(doc, "address", "country"),
        address::part(doc, "mailingAddress", "country"),
        address::part(doc, "address", "city"),
        address::part(doc, "mailingAddress", "city"),
        is("active"),
        is("displayOnNHCPortal"),
        is("personalCollection"),
        institution,
        maybe_text(doc, "replacedBy"),
        text(doc, "masterSource"),
        metadata["source"].as_str(),
        metadata["sourceId"].as_str(),
        count("numberSpecimens"),
        count("occurrenceCount"),
        count("typeSpecimenCount"),
        degrees("latitude"),
        degrees("longitude"),
    ])?;
    Ok(())
}

fn region_of(country: &str) -> Option<&'static str> {
    let known = place::countries().iter().find(|known| known.alpha2 == country)?;
    Some(known.participant_region.as_str())
}

// Quirk (contract 6.7): code and name weigh most, the street of the mailing address least.
fn keep_words(db: &Connection, record: &Record) -> rusqlite::Result<()> {
    let doc = &record.doc;
    let heading = format!("{} {}", text(doc, "code"), text(doc, "name"));
    let mut body = Words::default();
    for member in ["description", "additionalNames", "taxonomicCoverage", "division", "department"]
    {
        body.add(doc.get(member));
    }
    for code in alternative_codes(doc) {
        body.add(code.get("code"));
    }
    let mut street = Words::default();
    let mut mailing = Words::default();
    for member in ["city", "province", "country"] {
        body.add_text(address::part(doc, "address", member));
        street.add_text(address::part(doc, "mailingAddress", member));
    }
    street.add_text(address::part(doc, "address", "address"));
    mailing.add_text(address::part(doc, "mailingAddress", "address"));
    db.prepare_cached("DELETE FROM gbif_grscicoll_text WHERE rowid = ?")?.execute([record.id])?;
    let sql = "INSERT INTO gbif_grscicoll_text (rowid, heading, body, place, mailing, standing)
               VALUES (?, ?, ?, ?, ?, ?)";
    let standing = words::standing(record.entity.name).filter(|_| !record.is_deleted());
    let texts = (record.id, heading, body.0, street.0, mailing.0, standing);
    db.prepare_cached(sql)?.execute(texts)?;
    Ok(())
}

/// Texts with blanks between.
#[derive(Default)]
struct Words(String);

impl Words {
    fn add(&mut self, value: Option<&Value>) {
        match value {
            Some(Value::String(text)) => self.add_text(Some(text)),
            Some(Value::Array(list)) => list.iter().for_each(|value| self.add(Some(value))),
            Some(Value::Object(members)) => {
                members.values().for_each(|value| self.add(Some(value)));
            }
            _ => {}
        }
    }

    fn add_text(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.0.push_str(text);
            self.0.push(' ');
        }
    }
}

/// An entity's alternative codes.
pub fn alternative_codes(doc: &Document) -> impl Iterator<Item = &Value> {
    doc.get("alternativeCodes").and_then(Value::as_array).into_iter().flatten()
}

fn keep_persons(db: &Connection, entry: i64, persons: &[Document]) -> rusqlite::Result<()> {
    let first = entry * MOST_PERSONS;
    let sql = "DELETE FROM gbif_grscicoll_person WHERE rowid >= ? AND rowid < ?";
    db.prepare_cached(sql)?.execute((first, first + MOST_PERSONS))?;
    let mut insert =
        db.prepare_cached("INSERT INTO gbif_grscicoll_person (rowid, words) VALUES (?, ?)")?;
    for (rowid, person) in (first..first + MOST_PERSONS).zip(persons) {
        let mut words = Words::default();
        for member in ["firstName", "lastName", "email", "taxonomicExpertise"] {
            words.add(person.get(member));
        }
        for user_id in user_ids(person) {
            words.add_text(Some(user_id));
        }
        insert.execute((rowid, words.0))?;
    }
    Ok(())
}

fn user_ids(person: &Document) -> impl Iterator<Item = &str> {
    let ids = person.get("userIds").and_then(Value::as_array).into_iter().flatten();
    ids.filter_map(|user_id| user_id["id"].as_str())
}

fn keep_terms(
    db: &Connection,
    record: &Record,
    persons: &[Document],
    sought: &[(&str, String)],
) -> rusqlite::Result<()> {
    let mut terms: Vec<(&str, &str)> = Vec::new();
    for vocabulary in vocabularies(record.entity) {
        for concept in concepts(&record.doc, vocabulary) {
            // An entity has its concepts and every one above them.
            let above = std::iter::successors(Some(concept), |concept| vocabulary.parent(concept));
            terms.extend(above.map(|concept| (vocabulary.member, concept)));
        }
    }
    let codes = alternative_codes(&record.doc).filter_map(|code| code["code"].as_str());
    terms.extend(codes.map(|code| ("alternativeCode", code)));
    for person in persons {
        terms.extend(user_ids(person).map(|id| ("contactUserId", id)));
        let emails = person.get("email").and_then(Value::as_array).into_iter().flatten();
        terms.extend(emails.filter_map(|email| Some(("contactEmail", email.as_str()?))));
    }
    terms.extend(sought.iter().map(|(field, value)| (*field, value.as_str())));
    db.prepare_cached("DELETE FROM gbif_grscicoll_term WHERE entry = ?")?.execute([record.id])?;
    let sql = "INSERT OR IGNORE INTO gbif_grscicoll_term (field, value, entry) VALUES (?, ?, ?)";
    let mut insert = db.prepare_cached(sql)?;
    for (field, value) in terms {
        insert.execute((field, value, record.id))?;
    }
    Ok(())
}

/// The concepts of a vocabulary that a document names: in a list, or as a single word.
pub fn concepts<'d>(doc: &'d Document, vocabulary: &Vocabulary) -> Vec<&'d str> {
    match doc.get(vocabulary.member) {
        Some(Value::String(concept)) => vec![concept],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
