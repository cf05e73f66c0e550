//! Searching institutions and collections: fewer members than in lists, with facets and with what was found marked.

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::filters::Q;
use super::highlight::{Highlight, highlights};
use super::institution::INSTITUTION;
use super::{address, facets, index, rules, words};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::entity::lists::Rows;
use crate::apis::gbif::entity::rules::Standing;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::json_bytes;
use crate::apis::gbif::paging::{self, LIMIT, OFFSET, Window};
use crate::apis::gbif::record::maybe_text;
use crate::apis::gbif::search::facets::declared;
use crate::apis::gbif::shape::Document;
use crate::apis::gbif::value::Yes;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::Where;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;

static HIGHLIGHT: Param<Option<Yes>> = Param::optional("hl", "Whether to mark what was found.");

/// What collections could be found by if they had descriptors.
static DESCRIPTORS: [Param<Vec<String>>; 12] = [
    descriptor("usageName"),
    descriptor("usageKey"),
    descriptor("usageRank"),
    descriptor("taxonKey"),
    descriptor("descriptorCountry"),
    descriptor("individualCount"),
    descriptor("identifiedBy"),
    descriptor("typeStatus"),
    descriptor("recordedBy"),
    descriptor("objectClassification"),
    descriptor("biome"),
    descriptor("biomeType"),
];

const fn descriptor(name: &'static str) -> Param<Vec<String>> {
    Param::repeated(name, "A value of descriptors, of which there are none.")
}

/// Members of a result that are those of the entity, behind what both kinds have.
const OF_INSTITUTIONS: [&str; 9] = [
    "types",
    "institutionalGovernances",
    "disciplines",
    "latitude",
    "longitude",
    "foundingDate",
    "numberSpecimens",
    "occurrenceCount",
    "typeSpecimenCount",
];
const OF_COLLECTIONS: [&str; 14] = [
    "contentTypes",
    "personalCollection",
    "preservationTypes",
    "accessionStatus",
    "institutionKey",
    "institutionCode",
    "institutionName",
    "numberSpecimens",
    "taxonomicCoverage",
    "geographicCoverage",
    "department",
    "division",
    "occurrenceCount",
    "typeSpecimenCount",
];

pub fn endpoint(entity: &'static Entity) -> Endpoint {
    let mut endpoint = Endpoint::get(format!("{}/search", entity.path))
        .id(format!("{}.search", entity.id()))
        .summary(
            "Finds those that fit, counts by what they could be narrowed, marks what was found",
        )
        .takes([&HIGHLIGHT as _, &LIMIT as _, &OFFSET as _])
        .takes(declared())
        .filters(entity.filters)
        .handler(move |call, db| search(call, db, entity));
    if entity.name != INSTITUTION.name {
        endpoint = endpoint.takes(DESCRIPTORS.iter().map(|param| param as &dyn AnyParam));
    }
    endpoint
}

fn search(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let mut found = rules::rows(call, db, entity, Standing::Live)?;
    let asks_for_descriptors = entity.name != INSTITUTION.name
        && DESCRIPTORS.iter().any(|param| param.is_given(&call.fields));
    if asks_for_descriptors {
        found = found.none();
    }
    let all = Where::new("deleted IS NULL").and("kind = ?", [entity.name.to_owned().into()]);
    let all = Rows { table: "gbif_grscicoll", ..Rows::all(all) };
    let window = Window::of(call);
    let facets = facets::count(call, db, entity, (&found, &all))?;
    let words: Vec<String> = match call.get(&Q) {
        Some(q) if call.get(&HIGHLIGHT).is_some_and(|hl| hl.0) => words::words(&q).collect(),
        _ => Vec::new(),
    };
    let shown = if window.limit == 0 { Vec::new() } else { found.shown(db, window)? };
    let results: Vec<Vec<u8>> = shown
        .iter()
        .map(|shown| {
            let doc = serde_json::from_slice(shown).expect("what is shown is a JSON object");
            json_bytes(&result(entity, &doc, &words))
        })
        .collect();
    let facets = [("facets", json_bytes(&facets))];
    Ok(paging::page_with(window, found.count(db)?, &results, &facets))
}

/// An entity as a search shows it.
fn result(entity: &Entity, doc: &Document, words: &[String]) -> Document {
    let mut shown = Map::new();
    let mut keep = |member: &str, value: Option<Value>| {
        if let Some(value) = value {
            shown.insert(member.to_owned(), value);
        }
    };
    let own = |member: &str| doc.get(member).cloned();
    let of_address = |of: &str, member: &str| address::part(doc, of, member).map(Value::from);
    for member in
        ["key", "code", "name", "alternativeCodes", "description", "active", "displayOnNHCPortal"]
    {
        keep(member, own(member));
    }
    keep("country", of_address("address", "country"));
    keep("mailingCountry", of_address("mailingAddress", "country"));
    keep("city", of_address("address", "city"));
    keep("mailingCity", of_address("mailingAddress", "city"));
    for member in ["featuredImageLicense", "featuredImageUrl", "featuredImageAttribution"] {
        keep(member, own(member));
    }
    let marked = highlighted(doc, words);
    keep("highlights", Some(serde_json::to_value(marked).expect("highlights serialize")));
    let is_institution = entity.name == INSTITUTION.name;
    let members: &[&str] = if is_institution { &OF_INSTITUTIONS } else { &OF_COLLECTIONS };
    for member in members {
        keep(member, own(member));
    }
    if !is_institution {
        keep("descriptorMatches", Some(Value::Array(Vec::new())));
    }
    shown
}

/// The texts of an entity in which words were found, marked.
pub fn highlighted(doc: &Document, words: &[String]) -> Vec<Highlight> {
    if words.is_empty() {
        return Vec::new();
    }
    let codes: Vec<&str> =
        index::alternative_codes(doc).filter_map(|code| code["code"].as_str()).collect();
    let codes = codes.join(" ");
    let texts = [
        ("code", maybe_text(doc, "code")),
        ("name", maybe_text(doc, "name")),
        ("description", maybe_text(doc, "description")),
        ("alternativeCode", Some(codes.as_str())),
        ("address", address::part(doc, "address", "address")),
        ("city", address::part(doc, "address", "city")),
        ("province", address::part(doc, "address", "province")),
        ("country", address::part(doc, "address", "country")),
        ("mailingAddress", address::part(doc, "mailingAddress", "address")),
        ("mailingCity", address::part(doc, "mailingAddress", "city")),
        ("mailingProvince", address::part(doc, "mailingAddress", "province")),
        ("mailingCountry", address::part(doc, "mailingAddress", "country")),
    ];
    highlights(words, texts)
}
