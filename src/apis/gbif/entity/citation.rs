//! How to cite a dataset, generated from its contacts and titles.

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Value, json};

use super::{Deriving, dataset};
use crate::apis::gbif::part;
use crate::apis::gbif::part::kinds::CONTACT;
use crate::apis::gbif::record::{maybe_text, text};
use crate::apis::gbif::shape::Document;

/// The network whose datasets are cited as their publishers say.
const OBIS: &str = "2b7c7b4f-4d4f-40d3-94de-c28b6fa054a6";
/// So is the IUCN Red List.
const RED_LIST: &str = "19491596-35ae-4a91-9a98-85cf505f1bd3";
/// And the Catalogue of Life with its constituents.
const CATALOGUE_OF_LIFE: &str = "7ddf754f-d193-4cc9-b351-99906754a03b";

/// Generates the citation, and lists the authors that it names.
///
/// The text ends in a blank and a full stop, between which the day of access belongs.
pub fn derive(db: &Connection, deriving: &Deriving, shown: &mut Document) -> rusqlite::Result<()> {
    let dataset = &deriving.record.doc;
    let publisher = title_of(db, text(dataset, "publishingOrganizationKey"))?;
    let contacts: Vec<Document> = part::listed(&CONTACT, deriving.parts)
        .into_iter()
        .map(|part| serde_json::from_str(&part.shown).expect("parts are objects"))
        .collect();
    let authors = authors(&contacts);
    let stored = dataset.get("citation");
    let by_source = stored.and_then(|citation| citation["text"].as_str());
    let is_by_source = by_source.is_some() && is_cited_by_source(db, dataset)?;
    let accessed = format!("https://doi.org/{} accessed via GBIF.org on .", text(dataset, "doi"));
    let text = match by_source.filter(|_| is_by_source) {
        Some(text) => format!("{text} {accessed}"),
        None => format!("{} {accessed}", generated(dataset, &authors, &publisher)),
    };
    let mut citation = json!({ "text": text });
    if let Some(identifier) = stored.and_then(|citation| citation.get("identifier")) {
        citation["identifier"] = identifier.clone();
    }
    citation["citationProvidedBySource"] = is_by_source.into();
    shown.insert("citation".to_owned(), citation);
    let cited: Vec<Value> = authors.iter().map(Author::cited).collect();
    shown.insert("contactsCitation".to_owned(), json!(cited));
    Ok(())
}

fn generated(dataset: &Document, authors: &[Author], publisher: &str) -> String {
    let has_originator = authors.iter().any(|author| author.roles.contains(&"ORIGINATOR"));
    let names: Vec<&str> = authors.iter().map(|author| author.name.as_str()).collect();
    let mut text = if has_originator { names.join(", ") } else { publisher.to_owned() };
    match maybe_text(dataset, "pubDate").and_then(|date| date.get(..4)) {
        Some(year) => text.extend([" (", year, "). "]),
        None => text += if text.ends_with('.') { " " } else { ". " },
    }
    text += maybe_text(dataset, "title").unwrap_or_default();
    text += if text.ends_with('.') { " " } else { ". " };
    if let Some(version) = maybe_text(dataset, "version") {
        text.extend(["Version ", version, ". "]);
    }
    if has_originator {
        text += publisher;
        text += ". ";
    }
    text += match maybe_text(dataset, "type") {
        Some("CHECKLIST") => "Checklist",
        Some("METADATA") => "Metadata",
        Some("SAMPLING_EVENT") => "Sampling event",
        _ => "Occurrence",
    };
    text += " dataset";
    text
}

/// A person whom a citation names.
struct Author<'c> {
    contact: &'c Document,
    /// `Finch A B`
    name: String,
    roles: Vec<&'c str>,
}

impl Author<'_> {
    fn cited(&self) -> Value {
        let mut cited = json!({ "key": self.contact.get("key"), "abbreviatedName": self.name });
        for member in ["firstName", "lastName"] {
            if let Some(name) = self.contact.get(member) {
                cited[member] = name.clone();
            }
        }
        cited["roles"] = json!(self.roles);
        cited["userId"] = self.contact.get("userId").cloned().unwrap_or(json!([]));
        cited
    }
}

/// Originators and metadata authors with a last name, each person once.
fn authors(contacts: &[Document]) -> Vec<Author<'_>> {
    let mut authors: Vec<Author> = Vec::new();
    for contact in contacts {
        let role = maybe_text(contact, "type");
        let Some(role @ ("ORIGINATOR" | "METADATA_AUTHOR")) = role else { continue };
        let Some(last) = maybe_text(contact, "lastName") else { continue };
        let first = maybe_text(contact, "firstName").unwrap_or_default();
        let is_same = |author: &&mut Author| {
            text(author.contact, "lastName") == last && text(author.contact, "firstName") == first
        };
        if let Some(known) = authors.iter_mut().find(is_same) {
            if !known.roles.contains(&role) {
                known.roles.push(role);
            }
            continue;
        }
        let initials = first.split([' ', '-', '.']).filter_map(|name| name.chars().next());
        let name = initials
            .fold(last.to_owned(), |name, initial| format!("{name} {}", initial.to_uppercase()));
        authors.push(Author { contact, name, roles: vec![role] });
    }
    authors
}

fn is_cited_by_source(db: &Connection, dataset: &Document) -> rusqlite::Result<bool> {
    let key = text(dataset, "key");
    let is_of_catalogue = text(dataset, "parentDatasetKey") == CATALOGUE_OF_LIFE;
    if is_of_catalogue || matches!(key, RED_LIST | CATALOGUE_OF_LIFE) {
        return Ok(true);
    }
    Ok(dataset::networks(db, key)?.iter().any(|network| network == OBIS))
}

/// The title of an entity; empty when there is none of this key.
pub fn title_of(db: &Connection, key: &str) -> rusqlite::Result<String> {
    let sql = "SELECT title FROM gbif_entity WHERE key = ?";
    Ok(db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?.unwrap_or_default())
}
