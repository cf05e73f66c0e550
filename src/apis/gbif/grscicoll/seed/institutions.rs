//! Institutions: those of the world, some lookalikes, and at larger scales invented ones.

use std::collections::HashMap;

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::collections::Collection;
use super::history::History;
use super::known::{CODES, LOOKALIKES, weight};
use super::setting::{self, Holdings, magnitude, phone, some};
use super::{INSTITUTIONS, factor};
use crate::apis::gbif::grscicoll::INSTITUTION;
use crate::apis::gbif::grscicoll::parts::MASTER_SOURCE_METADATA;
use crate::apis::gbif::moment;
use crate::apis::gbif::seed::gardener::{Gardener, Past, key};
use crate::apis::gbif::seed::organizations::{self, Organization, host_of};
use crate::apis::gbif::seed::users::INSTITUTION_IN_SCOPE;
use crate::store::text::fold;
use crate::world::draw;

/// An institution before it is planted.
pub struct Institution {
    pub key: String,
    pub code: String,
    pub name: String,
    pub city: String,
    pub state: String,
    pub country: String,
    pub latitude: f64,
    pub longitude: f64,
    pub types: Vec<String>,
    pub founded: Option<i32>,
    pub host: String,
    /// Its number in Index Herbariorum, where its data come from there.
    pub irn: Option<String>,
    pub alternative_code: Option<&'static str>,
    pub fate: Fate,
    pub past: Past,
}

/// What became of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Live,
    /// Merged into the one of this place.
    Replaced(usize),
    /// Turned into a collection.
    Converted,
    Deleted,
}

impl Fate {
    fn of(number: usize) -> Self {
        match number % INSTITUTIONS {
            72..76 => Self::Replaced(number - 50),
            76 | 77 => Self::Converted,
            78 | 79 => Self::Deleted,
            _ => Self::Live,
        }
    }
}

/// Draws all institutions, without writing any.
pub fn draw(gardener: &Gardener) -> Vec<Institution> {
    let mut random = gardener.world.stream("gbif.grscicoll.institutions");
    let count = INSTITUTIONS * factor(gardener.world);
    let mut of_world = in_order(gardener, &mut random).into_iter();
    let mut institutions = Vec::with_capacity(count);
    for number in 0..count {
        let past = setting::past(&mut random);
        let lookalike = number.checked_sub(CODES.len()).and_then(|place| LOOKALIKES.get(place));
        let mut institution = if let Some(lookalike) = lookalike {
            Institution {
                key: key(&mut random),
                code: lookalike.code.to_owned(),
                name: lookalike.name.to_owned(),
                city: lookalike.city.to_owned(),
                state: String::new(),
                country: lookalike.country.to_owned(),
                latitude: lookalike.latitude,
                longitude: lookalike.longitude,
                types: vec!["Museum".to_owned()],
                founded: None,
                host: format!("{}.example.org", lookalike.code.to_lowercase()),
                irn: None,
                alternative_code: lookalike.alternative_code,
                fate: Fate::Live,
                past,
            }
        } else if let Some(known) = of_world.next() {
            of_known(known, &mut random, past)
        } else {
            invented(gardener, &mut random, past)
        };
        institution.fate = Fate::of(number);
        if let Fate::Replaced(by) = institution.fate {
            be_part_of(&mut institution, &institutions[by]);
        }
        if institution.code == "MNHN" {
            INSTITUTION_IN_SCOPE.clone_into(&mut institution.key);
        }
        institutions.push(institution);
    }
    institutions
}

/// What is merged was registered once more, as a part of what replaced it.
fn be_part_of(institution: &mut Institution, replacement: &Institution) {
    institution.code = format!("{}D", replacement.code);
    institution.name = format!("{}, Department of Collections", replacement.name);
    institution.city.clone_from(&replacement.city);
    institution.state.clone_from(&replacement.state);
    institution.country.clone_from(&replacement.country);
    institution.latitude = replacement.latitude;
    institution.longitude = replacement.longitude;
    institution.types.clone_from(&replacement.types);
    institution.founded = replacement.founded;
    institution.host.clone_from(&replacement.host);
    institution.irn = None;
    institution.past.modified = institution.past.modified.max(replacement.past.modified);
}

/// The world's institutions: known ones first, then the others so that many countries come early, large ones often.
fn in_order<'w>(
    gardener: &Gardener<'w>,
    random: &mut ChaCha8Rng,
) -> Vec<&'w crate::world::institution::Institution> {
    let mut rest: Vec<_> = gardener.world.institutions.iter().collect();
    let mut ordered = Vec::with_capacity(rest.len());
    for code in CODES {
        if let Some(place) = rest.iter().position(|institution| institution.code == code) {
            ordered.push(rest.remove(place));
        }
    }
    rest.shuffle(random);
    // Countries of those that are there in any case wait longer.
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let known = ordered.iter().map(|institution| institution.country.as_str());
    for country in known.chain(LOOKALIKES.iter().map(|lookalike| lookalike.country)) {
        *seen.entry(country).or_default() += 1;
    }
    let mut ranked: Vec<(usize, _)> = rest
        .into_iter()
        .map(|institution| {
            let rank = seen.entry(&institution.country).or_default();
            *rank += 1;
            (*rank * 100 / weight(&institution.country), institution)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ordered.extend(ranked.into_iter().map(|(_, institution)| institution));
    ordered
}

fn of_known(
    known: &crate::world::institution::Institution,
    random: &mut ChaCha8Rng,
    past: Past,
) -> Institution {
    // Of the herbaria, somewhat less than half are described in Index Herbariorum.
    let is_indexed = draw::chance(random, 0.4);
    Institution {
        key: key(random),
        code: known.code.clone(),
        name: known.name.clone(),
        city: known.city.clone(),
        state: known.state.clone(),
        country: known.country.clone(),
        latitude: known.latitude,
        longitude: known.longitude,
        types: known.types().map(str::to_owned).collect(),
        founded: known.founded,
        host: host_of(&known.homepage),
        irn: known.ih_irn.clone().filter(|_| is_indexed),
        alternative_code: None,
        fate: Fate::Live,
        past,
    }
}

/// What invented ones are: the word in their names, and their type.
const KINDS: [(&str, &str); 8] = [
    ("Museum", "Museum"),
    ("Herbarium", "Herbarium"),
    ("Arboretum", "BotanicalGarden"),
    ("Aquarium", "ZooAquarium"),
    ("College", "UniversityCollege"),
    ("Academy", "OtherTypeResearchInstitutionBiorepository"),
    ("Fungarium", "Herbarium"),
    ("Vivarium", "LivingOrganismCollection"),
];

/// One named after somebody and its city: few of many thousands have the same name or code.
fn invented(gardener: &Gardener, random: &mut ChaCha8Rng, past: Past) -> Institution {
    let drawn = organizations::invented(gardener, random);
    let (word, kind) = *draw::one(random, &KINDS);
    let family = &draw::one(random, &gardener.world.people).family;
    let irn = (kind == "Herbarium" && draw::chance(random, 0.8))
        .then(|| random.random_range(130_000..999_999).to_string());
    let letters = |text: &str, count: usize| -> String {
        let folded = fold(text);
        folded.chars().filter(char::is_ascii_alphabetic).take(count).collect()
    };
    let code = format!("{}{}{}", letters(family, 3), letters(word, 1), letters(&drawn.city, 2));
    Institution {
        key: drawn.key,
        code: code.to_ascii_uppercase(),
        name: format!("{family} {word}, {}", drawn.city),
        city: drawn.city,
        state: String::new(),
        country: drawn.country,
        latitude: drawn.latitude,
        longitude: drawn.longitude,
        types: vec![kind.to_owned()],
        founded: Some(random.random_range(1780..2010)),
        host: drawn.host,
        irn,
        alternative_code: None,
        fate: Fate::Live,
        past,
    }
}

/// Writes them with all they hold.
pub fn plant(
    gardener: &mut Gardener,
    institutions: &[Institution],
    collections: &[Collection],
    organizations: &[Organization],
    history: &mut History,
) -> rusqlite::Result<()> {
    let mut random = gardener.world.stream("gbif.grscicoll.institutions.plant");
    let by_title: HashMap<&str, &Organization> = organizations
        .iter()
        .map(|organization| (organization.title.as_str(), organization))
        .collect();
    for (number, institution) in institutions.iter().enumerate() {
        // Every fourth of those that publish is kept up to date from what the registry says of the publisher.
        let organization = by_title.get(institution.name.as_str()).filter(|organization| {
            institution.irn.is_none() && !organization.is_deleted && number % 4 == 0
        });
        let doc = document(gardener, &mut random, number, institution);
        let mut doc = with_fate(doc, institution, institutions, collections);
        let source = match (&institution.irn, organization) {
            (Some(irn), _) => Some(("IH", "IH_IRN", irn.as_str())),
            (None, Some(organization)) => {
                Some(("GBIF_REGISTRY", "ORGANIZATION", organization.key.as_str()))
            }
            (None, None) => None,
        };
        doc["masterSource"] = source.map_or("GRSCICOLL", |(master, ..)| master).into();
        let id = gardener.plant(&INSTITUTION, doc.clone())?;
        history.note_life(&INSTITUTION, number < INSTITUTIONS, &doc, institution.past);
        if let Some((_, source, source_id)) = source {
            let metadata = json!({ "source": source, "sourceId": source_id });
            gardener.add(&MASTER_SOURCE_METADATA, id, institution.past, metadata)?;
        }
        hold(gardener, &mut random, (number, id), institution)?;
    }
    Ok(())
}

/// What it holds lists of.
fn hold(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    (number, id): (usize, i64),
    institution: &Institution,
) -> rusqlite::Result<()> {
    let holdings = Holdings {
        id,
        past: institution.past,
        host: &institution.host,
        country: &institution.country,
        city: &institution.city,
    };
    if let Some(irn) = &institution.irn {
        holdings.identifier(gardener, "IH_IRN", &format!("gbif:ih:irn:{irn}"))?;
    }
    let identifiers = setting::identifiers_of(number);
    for (kind, identifier) in identifiers.iter().skip(number % 3).step_by(3) {
        holdings.identifier(gardener, kind, identifier)?;
    }
    if draw::chance(random, 0.5) {
        let count = random.random_range(1..=3);
        holdings.contacts(gardener, random, count)?;
    }
    holdings.notes(gardener, random)?;
    Ok(())
}

fn with_fate(
    mut doc: Value,
    institution: &Institution,
    institutions: &[Institution],
    collections: &[Collection],
) -> Value {
    if institution.fate != Fate::Live {
        doc["deleted"] = moment::written(institution.past.modified).into();
    }
    match institution.fate {
        Fate::Replaced(by) => doc["replacedBy"] = institutions[by].key.as_str().into(),
        Fate::Converted => {
            let into = collections
                .iter()
                .find(|collection| collection.was.as_deref() == Some(&institution.key));
            if let Some(collection) = into {
                doc["convertedToCollection"] = collection.key.as_str().into();
            }
        }
        Fate::Live | Fate::Deleted => {}
    }
    doc
}

fn document(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    number: usize,
    institution: &Institution,
) -> Value {
    const DISCIPLINES: [&str; 8] = [
        "Botany",
        "Zoology",
        "Ecology",
        "Paleontology",
        "Taxonomy",
        "EvolutionaryBiology",
        "Prehistoric",
        "Geological",
    ];
    const GOVERNANCES: [&str; 6] =
        ["Academic", "AcademicState", "Federal", "State", "NonProfit", "Local"];
    let host = &institution.host;
    let mut doc = json!({
        "key": institution.key,
        "code": institution.code,
        "name": institution.name,
        "active": draw::chance(random, 0.9),
        "displayOnNHCPortal": draw::chance(random, 0.95),
        "homepage": format!("https://www.{host}"),
        "occurrenceCount": magnitude(random, 1.0, 500_000.0),
        // Every fifth has a modest number of types.
        "typeSpecimenCount": if number.is_multiple_of(5) { 10 + (number / 5) % 90 } else { number % 7 * 250 },
    });
    if draw::chance(random, 0.7) {
        doc["types"] = json!(institution.types);
    }
    if draw::chance(random, 0.75) {
        let values = [
            ("institution", institution.name.as_str()),
            (
                "region",
                if institution.state.is_empty() { &institution.city } else { &institution.state },
            ),
            ("year", "1901"),
            ("from", "1873"),
        ];
        doc["description"] =
            gardener.world.prose.one(random, "collection", "institution", &values).into();
    }
    if draw::chance(random, 0.6) {
        doc["latitude"] = json!(draw::round(institution.latitude, 4));
        doc["longitude"] = json!(draw::round(institution.longitude, 4));
    }
    if let Some(founded) = institution.founded.filter(|_| draw::chance(random, 0.35)) {
        doc["foundingDate"] = founded.into();
    }
    if draw::chance(random, 0.55) {
        doc["disciplines"] = json!(some(random, &DISCIPLINES, 3));
    }
    if draw::chance(random, 0.45) {
        doc["institutionalGovernances"] = json!(some(random, &GOVERNANCES, 1));
    }
    if number % 5 == 2 {
        doc["additionalNames"] = json!([format!("{} ({})", institution.name, institution.city)]);
    }
    if number % 10 == 3 {
        doc["logoUrl"] = format!("https://www.{host}/logo.png").into();
    }
    if draw::chance(random, 0.55) {
        doc["numberSpecimens"] = magnitude(random, 20.0, 5_000_000.0).into();
    }
    if draw::chance(random, 0.5) {
        doc["email"] = json!([format!("info@{host}")]);
    }
    if draw::chance(random, 0.3) {
        doc["phone"] = json!([phone(random)]);
    }
    if let Some(code) = institution.alternative_code {
        doc["alternativeCodes"] = json!([{ "code": code, "description": "former code" }]);
    } else if draw::chance(random, 0.12) {
        let code = format!("{}X", institution.code);
        doc["alternativeCodes"] = json!([{ "code": code, "description": "code on old labels" }]);
    }
    // Few have none; never those that must be found by their place.
    if !matches!(number % INSTITUTIONS, 60 | 70) {
        doc["address"] = setting::address(gardener, random, institution);
        doc["mailingAddress"] = if draw::chance(random, 0.3) {
            json!({ "key": gardener.next("address") })
        } else {
            setting::address(gardener, random, institution)
        };
    }
    institution.past.write(&mut doc);
    doc
}
