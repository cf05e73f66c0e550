//! The six verbs.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use uuid::Uuid;

use super::arguments::{Arguments, Verb};
use super::records::{Found, Prefix};
use super::token::Place;
use super::{ProtocolError, Trouble};
use crate::apis::gbif::vocabulary::DATASET_TYPE;
use crate::apis::gbif::{moment, place};
use crate::kit::call::Call;
use crate::kit::filter::Where;
use crate::kit::xml::Element;

const RECORDS: i64 = 100;
const IDENTIFIERS: i64 = 1000;
const SETS: i64 = 1000;

/// The element that answers a request.
pub fn answer(
    call: &Call,
    db: &Connection,
    arguments: &Arguments,
    base_url: &str,
) -> Result<Element, Trouble> {
    let day = moment::day(call.now);
    match arguments.verb {
        None => Err(ProtocolError::new("badVerb", "Illegal verb").into()),
        Some(Verb::Identify) => Ok(identify(base_url)),
        Some(Verb::ListMetadataFormats) => list_formats(db, arguments, &day),
        Some(Verb::ListSets) => list_sets(db, arguments),
        Some(Verb::GetRecord) => get_record(db, arguments, &day),
        Some(Verb::ListIdentifiers) => list(db, arguments, Verb::ListIdentifiers, &day),
        Some(Verb::ListRecords) => list(db, arguments, Verb::ListRecords, &day),
    }
}

fn identify(base_url: &str) -> Element {
    let about = Element::new("oai_dc:dc")
        .attribute("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
        .attribute("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .attribute(
            "xsi:schemaLocation",
            "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        )
        .with(Element::text("dc:title", "GBIF Registry"))
        .with(Element::text(
            "dc:creator",
            "Global Biodiversity Information Facility Secretariat",
        ))
        .with(Element::text("dc:description", "Metadata of all datasets that are registered."));
    Element::new("Identify")
        .with(Element::text("repositoryName", "GBIF Registry"))
        .with(Element::text("baseURL", base_url))
        .with(Element::text("protocolVersion", "2.0"))
        .with(Element::text("adminEmail", "dev@gbif.org"))
        .with(Element::text("earliestDatestamp", "2007-01-01T00:00:01Z"))
        .with(Element::text("deletedRecord", "persistent"))
        .with(Element::text("granularity", "YYYY-MM-DDThh:mm:ssZ"))
        .with(Element::new("description").with(about))
}

fn list_formats(db: &Connection, arguments: &Arguments, day: &str) -> Result<Element, Trouble> {
    if let Some(identifier) = &arguments.identifier {
        find(db, identifier, day)?;
    }
    let format = |prefix: &str, schema: &str, namespace: &str| {
        Element::new("metadataFormat")
            .with(Element::text("metadataPrefix", prefix))
            .with(Element::text("schema", schema))
            .with(Element::text("metadataNamespace", namespace))
    };
    Ok(Element::new("ListMetadataFormats")
        .with(format(
            "oai_dc",
            "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            "http://www.openarchives.org/OAI/2.0/oai_dc/",
        ))
        // Quirk (contract 10.16): an older version of EML is announced than is sent.
        .with(format(
            "eml",
            "http://rs.gbif.org/schema/eml-gbif-profile/1.2/eml.xsd",
            "eml://ecoinformatics.org/eml-2.1.1",
        )))
}

fn list_sets(db: &Connection, arguments: &Arguments) -> Result<Element, Trouble> {
    let start = match &arguments.resumption_token {
        Some(token) => Place::read(token)?,
        None => Place::default(),
    };
    let sets = all_sets(db)?;
    let offset = usize::try_from(start.offset).unwrap_or(usize::MAX);
    let page: Vec<Element> = sets
        .iter()
        .skip(offset)
        .take(usize::try_from(SETS).unwrap_or_default())
        .map(|(spec, name)| {
            Element::new("set")
                .with(Element::text("setSpec", spec))
                .with(Element::text("setName", name))
        })
        .collect();
    if page.is_empty() {
        return Err(ProtocolError::no_records().into());
    }
    let count = i64::try_from(sets.len()).unwrap_or(i64::MAX);
    Ok(Element::new("ListSets").with_all(page).with_all(resumption(&start, SETS, count)))
}

/// The names of all sets, in order.
fn all_sets(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut sets = vec![("dataset_type".to_owned(), "per dataset type".to_owned())];
    sets.extend(
        DATASET_TYPE
            .values
            .iter()
            .map(|kind| (format!("dataset_type:{kind}"), kind.to_lowercase())),
    );
    sets.push(("country".to_owned(), "per country".to_owned()));
    let sql = "SELECT DISTINCT publishing_country FROM gbif_hit
               WHERE publishing_country IS NOT NULL ORDER BY 1";
    let mut query = db.prepare_cached(sql)?;
    for code in query.query_map([], |row| row.get::<_, String>(0))? {
        let code = code?;
        let title = place::country_title(&code).unwrap_or(&code).to_owned();
        sets.push((format!("country:{code}"), title));
    }
    sets.push(("installation".to_owned(), "per installation".to_owned()));
    let sql = "SELECT key, title FROM gbif_entity
               WHERE kind = 'installation' AND key IN (SELECT installation FROM gbif_hit)
               ORDER BY key";
    let mut query = db.prepare_cached(sql)?;
    for row in query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))? {
        let (key, title) = row?;
        sets.push((format!("installation:{key}"), title));
    }
    Ok(sets)
}

/// The token that goes on after this page; an empty one ends a list of several pages.
fn resumption(start: &Place, size: i64, count: i64) -> Option<Element> {
    let next = start.offset + size;
    let cursor = (next / size).to_string();
    if next < count {
        let token = Place { offset: next, ..start.clone() }.token();
        return Some(Element::text("resumptionToken", token).attribute("cursor", cursor));
    }
    let is_last_of_several = start.offset > 0;
    is_last_of_several.then(|| Element::new("resumptionToken").attribute("cursor", cursor))
}

fn get_record(db: &Connection, arguments: &Arguments, day: &str) -> Result<Element, Trouble> {
    let prefix = Prefix::read(arguments.metadata_prefix.as_deref())?;
    let found = find(db, arguments.identifier.as_deref().unwrap_or_default(), day)?;
    Ok(Element::new("GetRecord").with(found.record(prefix)))
}

/// The dataset that an identifier names, deleted or not.
fn find(db: &Connection, identifier: &str, day: &str) -> Result<Found, Trouble> {
    let unknown = || ProtocolError::new("idDoesNotExist", "The given id does not exist");
    let key: Uuid = identifier.parse().map_err(|_| unknown())?;
    let sql = format!("{} WHERE kind = 'dataset' AND key = ?", Found::SELECT);
    let mut query = db.prepare_cached(&sql)?;
    let found = query.query_row([key.to_string()], |row| Found::read(row, day)).optional()?;
    Ok(found.ok_or_else(unknown)?)
}

fn list(db: &Connection, arguments: &Arguments, verb: Verb, day: &str) -> Result<Element, Trouble> {
    let start = match &arguments.resumption_token {
        Some(token) => Place::read(token)?,
        None => Place {
            offset: 0,
            set: arguments.set.clone(),
            from: arguments.from,
            until: arguments.until,
            metadata_prefix: arguments.metadata_prefix.clone(),
        },
    };
    let prefix = Prefix::read(start.metadata_prefix.as_deref())?;
    let size = if verb == Verb::ListRecords { RECORDS } else { IDENTIFIERS };
    let rows = chosen(&start)?;
    let sql = format!("SELECT count(*) FROM gbif_entity {rows}");
    let count =
        db.prepare_cached(&sql)?.query_row(params_from_iter(rows.values()), |row| row.get(0))?;
    let sql = format!("{} {rows} ORDER BY created DESC, key LIMIT {size} OFFSET ?", Found::SELECT);
    let values = rows.values().iter().cloned().chain([Sql::Integer(start.offset)]);
    let mut query = db.prepare_cached(&sql)?;
    let mut elements = Vec::new();
    for found in query.query_map(params_from_iter(values), |row| Found::read(row, day))? {
        let found = found?;
        elements.push(match verb {
            Verb::ListRecords => found.record(prefix),
            _ => found.header(),
        });
    }
    if elements.is_empty() {
        return Err(ProtocolError::no_records().into());
    }
    Ok(Element::new(verb.name()).with_all(elements).with_all(resumption(&start, size, count)))
}

/// The datasets of a set and a stretch of time.
fn chosen(start: &Place) -> Result<Where, ProtocolError> {
    let mut rows = Where::new("kind = 'dataset' AND deleted IS NULL");
    if let Some(from) = start.from {
        rows = rows.and("modified >= ?", [moment::written(from).into()]);
    }
    if let Some(until) = start.until {
        rows = rows.and("modified < ?", [moment::written(until).into()]);
    }
    let Some(set) = &start.set else { return Ok(rows) };
    let (kind, value) = match set.split_once(':') {
        Some((kind, value)) => (kind, Some(value)),
        None => (set.as_str(), None),
    };
    match (kind.to_ascii_lowercase().as_str(), value) {
        ("country" | "installation" | "dataset_type", None) => Ok(rows),
        ("country", Some(value)) => Ok(rows.and(
            "organization IN (SELECT publisher.key FROM gbif_entity publisher
                              WHERE publisher.country = ? AND publisher.kind = 'organization')",
            [value.to_uppercase().into()],
        )),
        ("installation", Some(value)) => {
            Ok(rows.and("installation = ?", [value.to_lowercase().into()]))
        }
        ("dataset_type", Some(value)) => Ok(rows.and("type = ?", [value.to_uppercase().into()])),
        _ => Err(ProtocolError::no_records()),
    }
}
