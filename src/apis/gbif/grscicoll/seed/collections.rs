//! Collections: those of the world, and invented ones for institutions of which none is listed.

use std::collections::HashMap;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::history::History;
use super::institutions::{Fate, Institution};
use super::setting::{self, Holdings, magnitude, phone, some};
use super::{COLLECTIONS, INSTITUTIONS, factor};
use crate::apis::gbif::grscicoll::COLLECTION;
use crate::apis::gbif::grscicoll::parts::MASTER_SOURCE_METADATA;
use crate::apis::gbif::moment;
use crate::apis::gbif::seed::datasets::Dataset;
use crate::apis::gbif::seed::gardener::{Gardener, Past, key};
use crate::world::draw;
use crate::world::institution::Collection as Listed;

/// A collection before it is planted.
pub struct Collection {
    pub key: String,
    pub code: String,
    pub name: String,
    /// Place of its institution; three in a block have none.
    pub institution: Option<usize>,
    /// Place of the institution in whose city it is.
    pub at: usize,
    pub content_types: Vec<String>,
    pub preservation_types: Vec<String>,
    pub taxa: String,
    /// Key of the institution that it was before.
    pub was: Option<String>,
    pub fate: Fate,
    pub past: Past,
}

/// What invented ones hold: part of the code, name, content, preservation, taxa.
const KINDS: [(&str, &str, &str, &str, &str); 8] = [
    ("-ENT", "Entomology", "PreservedOrganisms", "SamplePinned", "Insecta"),
    (":Herb", "Herbarium", "PlantDerived", "SamplePressed", "Plantae"),
    ("-INS", "Insects", "PreservedOrganisms", "SamplePinned", "Insecta"),
    ("-ICH", "Ichthyology Collection", "PreservedOrganisms", "SampleFluidPreserved", "Teleostei"),
    ("-PAL", "Palaeontology Collection", "PlantFossils", "StorageIndoors", "Trilobita"),
    ("-MAL", "Malacology Collection", "Exoskeletons", "SampleDried", "Mollusca"),
    ("-MIN", "Minerals and Rocks", "Minerals", "StorageIndoors", ""),
    ("-FUN", "Fungarium", "PreservedOrganisms", "SampleDried", "Fungi"),
];

/// How many of the world's collections other institutions have in the first block.
const MOST_LISTED: usize = 130;

/// Draws all collections, without writing any.
pub fn draw(gardener: &Gardener, institutions: &[Institution]) -> Vec<Collection> {
    let mut random = gardener.world.stream("gbif.grscicoll.collections");
    let count = COLLECTIONS * factor(gardener.world);
    let mut listed = listed(gardener, institutions);
    let mut collections: Vec<Collection> = Vec::with_capacity(count);
    let mut converted =
        institutions.iter().enumerate().filter(|(_, one)| one.fate == Fate::Converted);
    for number in 0..count {
        let past = setting::past(&mut random);
        let place = number % COLLECTIONS;
        let mut collection = match listed.next() {
            Some((at, listed)) => of_listed(listed, at, &mut random, past),
            None => invented(institutions, number, &mut random, past),
        };
        collection.fate = match place {
            148..154 => Fate::Replaced(number - 20),
            154.. => Fate::Deleted,
            _ => Fate::Live,
        };
        if (140..143).contains(&place) {
            collection.institution = None;
        }
        if (143..145).contains(&place)
            && let Some((at, institution)) = converted.next()
        {
            be_converted(&mut collection, at, institution, institutions);
        }
        if let Fate::Replaced(by) = collection.fate {
            be_like(&mut collection, &collections[by]);
        }
        collections.push(collection);
    }
    collections
}

/// A collection that was an institution: under its name and code, in the hands of another of the country.
fn be_converted(
    collection: &mut Collection,
    at: usize,
    was: &Institution,
    institutions: &[Institution],
) {
    collection.code.clone_from(&was.code);
    collection.name.clone_from(&was.name);
    collection.at = at;
    collection.was = Some(was.key.clone());
    collection.past = Past { created: was.past.modified, ..was.past };
    let is_home = |one: &Institution| one.fate == Fate::Live && one.country == was.country;
    if let Some(home) = institutions.iter().position(is_home) {
        collection.institution = Some(home);
    }
}

/// What is merged was registered twice, for the same institution.
fn be_like(collection: &mut Collection, replacement: &Collection) {
    let letters = replacement.code.replace(['-', ':'], "");
    collection.code = format!("{letters}1");
    collection.name.clone_from(&replacement.name);
    collection.institution = replacement.institution;
    collection.at = replacement.at;
    collection.content_types.clone_from(&replacement.content_types);
    collection.preservation_types.clone_from(&replacement.preservation_types);
    collection.taxa.clone_from(&replacement.taxa);
    collection.past.modified = collection.past.modified.max(replacement.past.modified);
}

/// The world's collections of the first block's institutions, those of known institutions first.
fn listed<'w>(
    gardener: &Gardener<'w>,
    institutions: &[Institution],
) -> impl Iterator<Item = (usize, &'w Listed)> + use<'w> {
    let first_block = institutions.iter().take(INSTITUTIONS).enumerate();
    let places: HashMap<&str, usize> = first_block
        .filter(|(_, institution)| institution.fate == Fate::Live)
        .map(|(place, institution)| (institution.code.as_str(), place))
        .collect();
    let mut listed: Vec<(usize, &Listed)> = gardener
        .world
        .collections
        .iter()
        .filter_map(|listed| Some((*places.get(listed.institution_code.as_str())?, listed)))
        .collect();
    listed.sort_by_key(|(place, _)| *place);
    listed.into_iter().take(MOST_LISTED)
}

fn of_listed(listed: &Listed, at: usize, random: &mut ChaCha8Rng, past: Past) -> Collection {
    Collection {
        key: key(random),
        code: listed.code.clone(),
        name: listed.name.clone(),
        institution: Some(at),
        at,
        content_types: listed.content_types().map(str::to_owned).collect(),
        preservation_types: listed.preservation_types().map(str::to_owned).collect(),
        taxa: listed.taxa.clone(),
        was: None,
        fate: Fate::Live,
        past,
    }
}

fn invented(
    institutions: &[Institution],
    number: usize,
    random: &mut ChaCha8Rng,
    past: Past,
) -> Collection {
    // Institutions take turns; who has a second turn has another kind then.
    let turn = if number < COLLECTIONS { 0 } else { number % COLLECTIONS / 72 };
    let (ending, kind, content, preservation, taxa) = KINDS[(number + turn) % KINDS.len()];
    let at = number / COLLECTIONS * INSTITUTIONS + (number % COLLECTIONS * 7) % 72;
    // Of many thousands, few have names that say nothing else.
    let name = if number < COLLECTIONS || number.is_multiple_of(17) {
        kind.to_owned()
    } else {
        format!("{kind}, {}", institutions[at].name)
    };
    Collection {
        key: key(random),
        code: format!("{}{ending}", institutions[at].code),
        name,
        institution: Some(at),
        at,
        content_types: vec![content.to_owned()],
        preservation_types: vec![preservation.to_owned()],
        taxa: taxa.to_owned(),
        was: None,
        fate: Fate::Live,
        past,
    }
}

/// Writes them with all they hold.
pub fn plant(
    gardener: &mut Gardener,
    institutions: &[Institution],
    collections: &[Collection],
    datasets: &[Dataset],
    history: &mut History,
) -> rusqlite::Result<()> {
    let mut random = gardener.world.stream("gbif.grscicoll.collections.plant");
    let datasets: Vec<&Dataset> = datasets.iter().filter(|dataset| !dataset.is_deleted).collect();
    for (number, collection) in collections.iter().enumerate() {
        let institution = &institutions[collection.at];
        let mut doc = document(gardener, &mut random, collection, institution);
        if let Some(place) = collection.institution {
            doc["institutionKey"] = institutions[place].key.as_str().into();
        }
        if collection.fate != Fate::Live {
            doc["deleted"] = moment::written(collection.past.modified).into();
        }
        if let Fate::Replaced(by) = collection.fate {
            doc["replacedBy"] = collections[by].key.as_str().into();
        }
        let source = source_of(&mut random, number, institution, &datasets);
        doc["masterSource"] = source.as_ref().map_or("GRSCICOLL", |(master, ..)| master).into();
        let id = gardener.plant(&COLLECTION, doc.clone())?;
        history.note_life(&COLLECTION, number < COLLECTIONS, &doc, collection.past);
        let holdings = Holdings {
            id,
            past: collection.past,
            host: &institution.host,
            country: &institution.country,
            city: &institution.city,
        };
        if let Some((master, source, source_id)) = source {
            if master == "IH" {
                holdings.identifier(gardener, "IH_IRN", &format!("gbif:ih:irn:{source_id}"))?;
            }
            let metadata = json!({ "source": source, "sourceId": source_id });
            gardener.add(&MASTER_SOURCE_METADATA, id, collection.past, metadata)?;
        }
        hold(gardener, &mut random, number, &holdings, (institution, &datasets))?;
    }
    Ok(())
}

/// Where its data come from: Index Herbariorum for herbaria there, a dataset for few.
fn source_of(
    random: &mut ChaCha8Rng,
    number: usize,
    institution: &Institution,
    datasets: &[&Dataset],
) -> Option<(&'static str, &'static str, String)> {
    let share = random.random_range(0..100);
    match &institution.irn {
        Some(irn) if share < 55 => Some(("IH", "IH_IRN", irn.clone())),
        _ if share < 15 => {
            Some(("IH", "IH_IRN", random.random_range(130_000..999_999).to_string()))
        }
        _ if share >= 92 => {
            let dataset = datasets[number % datasets.len()].key.clone();
            Some(("GBIF_REGISTRY", "DATASET", dataset))
        }
        _ => None,
    }
}

/// What it holds lists of.
fn hold(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    number: usize,
    holdings: &Holdings,
    (institution, datasets): (&Institution, &[&Dataset]),
) -> rusqlite::Result<()> {
    if draw::chance(random, 0.35) {
        let identifiers = setting::identifiers_of(1_000_000 + number);
        let (kind, identifier) = &identifiers[1 + number % 4];
        holdings.identifier(gardener, kind, identifier)?;
    }
    if draw::chance(random, 0.5) {
        let count = random.random_range(1..=4);
        holdings.contacts(gardener, random, count)?;
    }
    holdings.notes(gardener, random)?;
    // One mapping in twenty names the institution's code too, as records have it.
    if number % 20 == 5 {
        let dataset = &datasets[number % datasets.len()].key;
        let mut mapping = json!({ "code": format!("MAP{number}"), "datasetKey": dataset });
        if number % 40 == 5 {
            mapping["parentCode"] = institution.code.as_str().into();
        }
        holdings.mapping(gardener, mapping)?;
    }
    Ok(())
}

fn document(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    collection: &Collection,
    institution: &Institution,
) -> Value {
    let host = &institution.host;
    let mut doc = json!({
        "key": collection.key,
        "code": collection.code,
        "name": collection.name,
        "active": draw::chance(random, 0.9),
        "personalCollection": draw::chance(random, 0.03),
        "displayOnNHCPortal": draw::chance(random, 0.95),
        "occurrenceCount": magnitude(random, 1.0, 200_000.0),
        "typeSpecimenCount": magnitude(random, 1.0, 4_000.0) - 1,
    });
    let country = gardener.world.countries.iter().find(|known| known.alpha2 == institution.country);
    let country = country.map_or("", |country| country.title.as_str());
    let region = if institution.state.is_empty() { country } else { &institution.state };
    let person = gardener.person(random, &institution.country).full_name();
    let taxon = if collection.taxa.is_empty() { "minerals" } else { &collection.taxa };
    let values = [
        ("institution", institution.name.as_str()),
        ("region", region),
        ("country", country),
        ("taxon", taxon),
        ("person", &person),
        ("year", "1964"),
        ("from", "1888"),
        ("to", "1998"),
        ("percent", "55"),
        ("count", "24000"),
    ];
    let prose = &gardener.world.prose;
    let chances = [
        ("description", "description", 0.75),
        ("geographicCoverage", "geographic_coverage", 0.45),
        ("temporalCoverage", "temporal_coverage", 0.1),
        ("notes", "notes", 0.08),
    ];
    for (member, kind, probability) in chances {
        if draw::chance(random, probability) {
            doc[member] = prose.one(random, "collection", kind, &values).into();
        }
    }
    if draw::chance(random, 0.5) {
        doc["homepage"] = format!("https://www.{host}/collections").into();
    }
    if draw::chance(random, 0.45) {
        doc["email"] = json!([format!("collections@{host}")]);
    }
    if draw::chance(random, 0.2) {
        doc["phone"] = json!([phone(random)]);
    }
    describe(random, &mut doc, collection, host);
    // In most cases it is where its institution is.
    if draw::chance(random, 0.9) || institution.state == "Kansas" {
        doc["address"] = setting::address(gardener, random, institution);
        doc["mailingAddress"] = json!({ "key": gardener.next("address") });
    }
    collection.past.write(&mut doc);
    doc
}

/// What it holds and how that is kept.
fn describe(random: &mut ChaCha8Rng, doc: &mut Value, collection: &Collection, host: &str) {
    const PROJECTS: [&str; 2] = ["Institutional", "Project"];
    const DIVISIONS: [&str; 3] = ["Invertebrates", "Vertebrates", "Botany"];
    if draw::chance(random, 0.55) {
        doc["numberSpecimens"] = magnitude(random, 20.0, 5_000_000.0).into();
    }
    if draw::chance(random, 0.6) {
        doc["contentTypes"] = json!(collection.content_types);
    }
    if draw::chance(random, 0.5) {
        doc["preservationTypes"] = json!(collection.preservation_types);
    }
    if draw::chance(random, 0.45) {
        doc["accessionStatus"] = some(random, &PROJECTS, 1)[0].into();
    }
    if !collection.taxa.is_empty() && draw::chance(random, 0.6) {
        doc["taxonomicCoverage"] = collection.taxa.as_str().into();
    }
    if draw::chance(random, 0.05) {
        doc["department"] = "Natural Sciences".into();
        doc["division"] = (*draw::one(random, &DIVISIONS)).into();
    }
    if draw::chance(random, 0.12) {
        let code = collection.code.replace(['-', ':'], "");
        doc["alternativeCodes"] = json!([{ "code": code, "description": "code on old labels" }]);
    }
    if draw::chance(random, 0.1) {
        doc["featuredImageUrl"] = format!("https://www.{host}/drawer.jpg").into();
        doc["featuredImageLicense"] = "CC_BY_4_0".into();
    }
    if draw::chance(random, 0.06) {
        doc["incorporatedCollections"] = json!(["Teaching collection of the former academy"]);
    }
}
