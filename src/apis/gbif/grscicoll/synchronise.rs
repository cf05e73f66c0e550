//! Bringing collections up to date from datasets, and institutions from organizations.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::address;
use super::institution::INSTITUTION;
use super::master_source;
use super::parts::{COMMENT, CONTACT_PERSON, IDENTIFIER};
use crate::apis::gbif::entity;
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::entity::organization::ORGANIZATION;
use crate::apis::gbif::entity::rules::Event;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::CONTACT;
use crate::apis::gbif::record::{self, Record, maybe_text, text};
use crate::apis::gbif::shape::Document;
use crate::apis::gbif::{moment, part};
use crate::kit::call::Call;

/// Members that an institution has from its organization.
const FROM_ORGANIZATION: [&str; 10] = [
    "name",
    "description",
    "active",
    "email",
    "phone",
    "homepage",
    "latitude",
    "longitude",
    "address",
    "logoUrl",
];

/// Members that a collection has from its dataset.
const FROM_DATASET: [&str; 10] = [
    "name",
    "description",
    "active",
    "homepage",
    "preservationTypes",
    "address",
    "taxonomicCoverage",
    "geographicCoverage",
    "temporalCoverage",
    "incorporatedCollections",
];

/// What an entity has from its master.
pub struct Drawn {
    pub members: Document,
    pub contacts: Vec<Document>,
    /// Types and identifiers.
    pub identifiers: Vec<(&'static str, String)>,
}

impl Drawn {
    pub fn from(db: &Connection, master: &Record) -> rusqlite::Result<Self> {
        if master.entity.name == DATASET.name {
            Self::from_dataset(db, master)
        } else {
            Self::from_organization(db, master)
        }
    }

    fn from_organization(db: &Connection, organization: &Record) -> rusqlite::Result<Self> {
        let doc = &organization.doc;
        let mut members = Document::new();
        members.insert("name".to_owned(), doc["title"].clone());
        members.insert("active".to_owned(), true.into());
        for member in ["description", "email", "phone", "latitude", "longitude", "logoUrl"] {
            if let Some(value) = doc.get(member) {
                members.insert(member.to_owned(), value.clone());
            }
        }
        if let Some(homepage) = doc.get("homepage").and_then(|pages| pages.get(0)) {
            members.insert("homepage".to_owned(), homepage.clone());
        }
        members.insert("address".to_owned(), Value::Object(address_of(doc)));
        Ok(Self { members, contacts: contacts(db, organization)?, identifiers: Vec::new() })
    }

    fn from_dataset(db: &Connection, dataset: &Record) -> rusqlite::Result<Self> {
        let doc = &dataset.doc;
        let mut members = Document::new();
        members.insert("name".to_owned(), doc["title"].clone());
        members.insert("active".to_owned(), true.into());
        for member in ["description", "homepage"] {
            if let Some(value) = doc.get(member) {
                members.insert(member.to_owned(), value.clone());
            }
        }
        let coverages = [
            ("taxonomicCoverage", taxonomic_coverage(doc)),
            ("geographicCoverage", geographic_coverage(doc)),
            ("temporalCoverage", temporal_coverage(doc)),
        ];
        for (member, text) in coverages {
            if !text.is_empty() {
                members.insert(member.to_owned(), text.into());
            }
        }
        let held: Vec<&Value> = list(doc, "collections").collect();
        let names: Vec<&Value> = held.iter().filter_map(|held| held.get("name")).collect();
        members.insert("incorporatedCollections".to_owned(), json!(names));
        members.insert("preservationTypes".to_owned(), json!(preservation_types(&held)));
        let publisher = text(doc, "publishingOrganizationKey");
        if let Some(publisher) = record::find(db, &ORGANIZATION, publisher)? {
            members.insert("address".to_owned(), Value::Object(address_of(&publisher.doc)));
        }
        let identifiers =
            maybe_text(doc, "doi").map(|doi| ("DOI", format!("https://doi.org/{doi}")));
        Ok(Self {
            members,
            contacts: contacts(db, dataset)?,
            identifiers: identifiers.into_iter().collect(),
        })
    }
}

fn list<'d>(doc: &'d Document, member: &str) -> impl Iterator<Item = &'d Value> {
    doc.get(member).and_then(Value::as_array).into_iter().flatten()
}

/// The lines of an address in one, and what else both kinds of addresses have.
fn address_of(doc: &Document) -> Document {
    let mut address = Document::new();
    let lines: Vec<&str> = list(doc, "address").filter_map(Value::as_str).collect();
    if !lines.is_empty() {
        address.insert("address".to_owned(), lines.join(".").into());
    }
    for member in ["city", "province", "postalCode", "country"] {
        if let Some(value) = doc.get(member) {
            address.insert(member.to_owned(), value.clone());
        }
    }
    address
}

/// `description: name, common; name`, joined by `;`.
fn taxonomic_coverage(dataset: &Document) -> String {
    let named = |taxon: &Value| {
        let names = [&taxon["scientificName"], &taxon["commonName"]];
        names.into_iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    let coverages: Vec<String> = list(dataset, "taxonomicCoverages")
        .map(|coverage| {
            let taxa = coverage["coverages"].as_array().into_iter().flatten();
            let taxa = taxa.map(named).collect::<Vec<_>>().join("; ");
            match coverage["description"].as_str() {
                Some(description) if taxa.is_empty() => description.to_owned(),
                Some(description) => format!("{description}: {taxa}"),
                None => taxa,
            }
        })
        .collect();
    coverages.join(";")
}

fn geographic_coverage(dataset: &Document) -> String {
    let descriptions: Vec<&str> = list(dataset, "geographicCoverages")
        .filter_map(|coverage| coverage["description"].as_str())
        .collect();
    descriptions.join(".")
}

/// `2001-04-01 - 2010-10-31`, joined by `; `.
fn temporal_coverage(dataset: &Document) -> String {
    let day = |value: &Value| value.as_str().and_then(|text| text.get(..10)).map(str::to_owned);
    let periods: Vec<String> = list(dataset, "temporalCoverages")
        .filter_map(|coverage| match coverage["@type"].as_str()? {
            "range" => Some(format!("{} - {}", day(&coverage["start"])?, day(&coverage["end"])?)),
            "single" => day(&coverage["date"]),
            _ => coverage["period"].as_str().map(str::to_owned),
        })
        .collect();
    periods.join("; ")
}

/// How specimens are kept, in the words of collections.
fn preservation_types(held: &[&Value]) -> Vec<&'static str> {
    let mut types: Vec<&str> = held
        .iter()
        .filter_map(|held| {
            Some(match held["specimenPreservationMethod"].as_str()? {
                "ALCOHOL" | "FORMALIN" | "GLYCERIN" => "SampleFluidPreserved",
                "DEEP_FROZEN" => "StorageFrozenMinus80",
                "DRIED" => "SampleDried",
                "DRIED_AND_PRESSED" => "SamplePressed",
                "FREEZE_DRIED" => "SampleFreezeDrying",
                "MICROSCOPIC_PREPARATION" | "GUM_ARABIC" => "SampleSlideMount",
                "PINNED" => "SamplePinned",
                "REFRIGERATED" => "StorageRefrigerated",
                "NO_TREATMENT" => return None,
                _ => "SampleOther",
            })
        })
        .collect();
    types.sort_unstable();
    types.dedup();
    types
}

/// A master's contacts as contact persons, but for those who only wrote programs or metadata.
fn contacts(db: &Connection, master: &Record) -> rusqlite::Result<Vec<Document>> {
    let is_meant =
        |contact: &Document| !matches!(text(contact, "type"), "PROGRAMMER" | "METADATA_AUTHOR");
    let contacts = part::documents(db, &CONTACT, master.id)?;
    Ok(contacts.into_iter().filter(is_meant).map(|contact| contact_person(&contact)).collect())
}

fn contact_person(contact: &Document) -> Document {
    const ALIKE: [&str; 11] = [
        "firstName",
        "lastName",
        "position",
        "email",
        "phone",
        "address",
        "city",
        "province",
        "country",
        "postalCode",
        "primary",
    ];
    let mut person: Document = ALIKE
        .into_iter()
        .filter_map(|member| Some((member.to_owned(), contact.get(member)?.clone())))
        .collect();
    let ids: Vec<Value> = list(contact, "userId")
        .filter_map(|id| {
            let id = id.as_str()?;
            let kind = if id.contains("orcid.org") { "ORCID" } else { "OTHER" };
            Some(json!({ "type": kind, "id": id }))
        })
        .collect();
    person.insert("userIds".to_owned(), ids.into());
    person
}

/// Brings an entity up to date from its master: what it has from there is overwritten, its contacts are replaced.
pub fn bring_up_to_date(
    call: &Call,
    db: &Connection,
    mut stored: Record,
    master: &Record,
    user: &str,
) -> Result<(), Error> {
    let drawn = Drawn::from(db, master)?;
    let before = stored.doc.clone();
    let members: &[&str] =
        if stored.entity.name == INSTITUTION.name { &FROM_ORGANIZATION } else { &FROM_DATASET };
    for member in members {
        match drawn.members.get(*member) {
            Some(value) => stored.doc.insert((*member).to_owned(), value.clone()),
            None => stored.doc.shift_remove(*member),
        };
    }
    address::number(db, Some(&before), &mut stored.doc)?;
    stored.doc.insert("modified".to_owned(), moment::written(call.now).into());
    stored.doc.insert("modifiedBy".to_owned(), user.into());
    record::replace(db, stored.id, &stored.doc)?;
    replace_contacts(call, db, stored.id, drawn.contacts, user)?;
    add_identifiers(call, db, stored.id, &drawn.identifiers, user)?;
    entity::settle(db, &stored, Some(&before))?;
    let event = Event::Changed { record: &stored, before: &before, user };
    (stored.entity.rules.witness)(call, db, &event)
}

fn replace_contacts(
    call: &Call,
    db: &Connection,
    entity: i64,
    contacts: Vec<Document>,
    user: &str,
) -> Result<(), Error> {
    let sql = "DELETE FROM gbif_part WHERE name = ? AND entity = ?";
    db.prepare_cached(sql)?.execute((CONTACT_PERSON.name, entity))?;
    for mut contact in contacts {
        // What the registry lets pass as an id is dropped where it has no form that is known here.
        if super::contact::check_user_ids(&contact).is_err() {
            contact.shift_remove("userIds");
        }
        let sent = contact.clone();
        part::keep(call, db, &CONTACT_PERSON, (entity, user), contact, &sent)?;
    }
    Ok(())
}

fn add_identifiers(
    call: &Call,
    db: &Connection,
    entity: i64,
    identifiers: &[(&'static str, String)],
    user: &str,
) -> Result<(), Error> {
    let known = part::documents(db, &IDENTIFIER, entity)?;
    for (kind, identifier) in identifiers {
        let is_known = |known: &Document| {
            text(known, "type") == *kind && text(known, "identifier") == identifier
        };
        if !known.iter().any(is_known) {
            let mut doc = Document::new();
            doc.insert("type".to_owned(), (*kind).into());
            doc.insert("identifier".to_owned(), identifier.as_str().into());
            let sent = doc.clone();
            part::keep(call, db, &IDENTIFIER, (entity, user), doc, &sent)?;
        }
    }
    Ok(())
}

/// What happens to datasets and organizations happens to what is kept up to date from them.
pub fn follow(call: &Call, db: &Connection, event: &Event) -> Result<(), Error> {
    let (id, user) = match event {
        Event::Made { .. } => return Ok(()),
        Event::Changed { record, user, .. } | Event::Deleted { record, user, .. } => {
            (record.id, *user)
        }
        Event::Part { entity, user, .. } => (*entity, *user),
    };
    let sql = "SELECT follower.key FROM gbif_entity
               JOIN gbif_grscicoll follower ON source_id = gbif_entity.key
                AND source = iif(gbif_entity.kind = 'dataset', 'DATASET', 'ORGANIZATION')
               WHERE gbif_entity.id = ? AND gbif_entity.kind IN ('dataset', 'organization')";
    let followers: Vec<String> = db
        .prepare_cached(sql)?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if followers.is_empty() {
        return Ok(());
    }
    let Some(master) = record::find_any(db, &record::key_of(db, id)?)? else { return Ok(()) };
    for key in followers {
        let Some(follower) = record::find_any(db, &key)? else { continue };
        if master.is_deleted() {
            let id = follower.id;
            let note = farewell(&follower, &master);
            master_source::unset(db, follower)?;
            comment(call, db, (id, &key), &note, user)?;
        } else {
            bring_up_to_date(call, db, follower, &master, user)?;
        }
    }
    Ok(())
}

fn farewell(follower: &Record, master: &Record) -> String {
    let article = if master.entity.name == DATASET.name { "a" } else { "an" };
    format!(
        "The master source of this {} used to be {article} {} that was deleted: {}",
        follower.entity.name,
        master.entity.name,
        master.key()
    )
}

fn comment(
    call: &Call,
    db: &Connection,
    (entity, key): (i64, &str),
    content: &str,
    user: &str,
) -> Result<(), Error> {
    let mut doc = Document::new();
    doc.insert("content".to_owned(), content.into());
    let sent = doc.clone();
    part::keep(call, db, &COMMENT, (entity, user), doc, &sent)?;
    Ok(record::show_all(db, [key])?)
}
