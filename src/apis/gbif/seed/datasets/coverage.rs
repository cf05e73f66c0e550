//! What a dataset's metadata say: which organisms, where, when, how, and within which project.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::apis::gbif::seed::gardener::Gardener;
use crate::apis::gbif::seed::setting::Setting;
use crate::world::draw;

/// Adds to a dataset what its metadata document would say.
pub fn describe(gardener: &Gardener, random: &mut ChaCha8Rng, setting: &Setting, doc: &mut Value) {
    if draw::chance(random, 0.19) {
        doc["taxonomicCoverages"] = taxa(gardener, random, setting);
    }
    if draw::chance(random, 0.28) {
        doc["geographicCoverages"] = places(random, setting);
    }
    if draw::chance(random, 0.18) {
        doc["temporalCoverages"] = times(random, setting);
    }
    if draw::chance(random, 0.28) {
        doc["keywordCollections"] = keywords(gardener, random, doc["type"].as_str());
    }
    if draw::chance(random, 0.13) {
        doc["project"] = project(gardener, random, setting);
    }
    if draw::chance(random, 0.18) {
        doc["samplingDescription"] = sampling(gardener, random, setting);
    }
    if draw::chance(random, 0.1) {
        let purpose = gardener.world.prose.one(random, "dataset", "purpose", &setting.values());
        doc["purpose"] = purpose.into();
    }
}

/// What an archive holds.
pub fn archive(random: &mut ChaCha8Rng, kind: &str) -> Value {
    let (core, extensions): (&str, &[&str]) = match kind {
        "CHECKLIST" => (
            "http://rs.tdwg.org/dwc/terms/Taxon",
            &[
                "http://rs.gbif.org/terms/1.0/VernacularName",
                "http://rs.gbif.org/terms/1.0/Distribution",
                "http://rs.gbif.org/terms/1.0/Reference",
            ],
        ),
        "SAMPLING_EVENT" => (
            "http://rs.tdwg.org/dwc/terms/Event",
            &[
                "http://rs.tdwg.org/dwc/terms/Occurrence",
                "http://rs.tdwg.org/dwc/terms/MeasurementOrFact",
            ],
        ),
        _ => (
            "http://rs.tdwg.org/dwc/terms/Occurrence",
            &["http://rs.gbif.org/terms/1.0/Multimedia"],
        ),
    };
    let count = random.random_range(0..=extensions.len());
    json!({ "coreType": core, "extensions": &extensions[..count] })
}

fn taxa(gardener: &Gardener, random: &mut ChaCha8Rng, setting: &Setting) -> Value {
    let families: Vec<_> =
        gardener.world.taxa.iter().filter(|taxon| taxon.rank == "family").collect();
    let count = random.random_range(1..=4);
    let coverages: Vec<Value> = (0..count)
        .map(|_| {
            let family = draw::one(random, &families);
            let mut coverage = json!({ "scientificName": family.name });
            if let Some(name) = family.english().next() {
                coverage["commonName"] = name.into();
            }
            coverage["rank"] = json!({ "verbatim": "family", "interpreted": "FAMILY" });
            coverage
        })
        .collect();
    let description = format!("All {} found in {}.", setting.get("taxon"), setting.get("region"));
    json!([{ "description": description, "coverages": coverages }])
}

fn places(random: &mut ChaCha8Rng, setting: &Setting) -> Value {
    let reach = random.random_range(0.3..3.0);
    let box_of = |center: f64, limit: f64| {
        (draw::round((center - reach).max(-limit), 3), draw::round((center + reach).min(limit), 3))
    };
    let (south, north) = box_of(setting.latitude, 90.0);
    let (west, east) = box_of(setting.longitude, 180.0);
    json!([{
        "description": format!("{}, {}", setting.get("region"), setting.get("country")),
        "boundingBox": {
            "minLatitude": south,
            "maxLatitude": north,
            "minLongitude": west,
            "maxLongitude": east,
            "globalCoverage": false,
        },
    }])
}

fn times(random: &mut ChaCha8Rng, setting: &Setting) -> Value {
    let day = |year: i16, day: &str| format!("{year}-{day}T00:00:00.000+00:00");
    match random.random_range(0..20) {
        0 => json!([{ "@type": "single", "date": day(setting.until, "06-14") }]),
        1 => json!([{
            "@type": "verbatim",
            "period": format!("since {}", setting.since),
            "type": "LIVING_TIME_PERIOD",
        }]),
        _ => json!([{
            "@type": "range",
            "start": day(setting.since, "04-01"),
            "end": day(setting.until, "10-31"),
        }]),
    }
}

fn keywords(gardener: &Gardener, random: &mut ChaCha8Rng, kind: Option<&str>) -> Value {
    let kind = match kind {
        Some("CHECKLIST") => "Checklist",
        Some("SAMPLING_EVENT") => "Samplingevent",
        Some("METADATA") => "Metadata",
        _ => "Occurrence",
    };
    let words = gardener.world.titles.about("words", "keyword");
    let count = random.random_range(2..=4);
    let mut chosen: Vec<&String> = Vec::new();
    while chosen.len() < count {
        let word = draw::one(random, words);
        if !chosen.contains(&word) {
            chosen.push(word);
        }
    }
    json!([
        {
            "thesaurus": "GBIF Dataset Type Vocabulary: http://rs.gbif.org/vocabulary/gbif/dataset_type.xml",
            "keywords": [kind],
        },
        { "thesaurus": "n/a", "keywords": chosen },
    ])
}

fn project(gardener: &Gardener, random: &mut ChaCha8Rng, setting: &Setting) -> Value {
    let world = gardener.world;
    let values = setting.values();
    let number: u32 = random.random_range(1..400);
    let person = draw::one(random, &world.people);
    json!({
        "title": world.titles.one(random, "project", "titles", &values),
        "identifier": format!("BID-{}-{number:03}", setting.until),
        "contacts": [{
            "key": 0,
            "type": "PRINCIPAL_INVESTIGATOR",
            "primary": true,
            "userId": [],
            "firstName": person.given,
            "lastName": person.family,
            "position": [],
            "email": [],
            "phone": [],
            "homepage": [],
            "address": [],
        }],
        "abstract": world.prose.one(random, "dataset", "purpose", &values),
        "funding": world.titles.one(random, "project", "abstract_of_grant", &values),
        "awards": [],
        "studyAreaDescription": world.prose.one(random, "sampling", "study_extent", &values),
        "relatedProjects": [],
    })
}

fn sampling(gardener: &Gardener, random: &mut ChaCha8Rng, setting: &Setting) -> Value {
    let prose = &gardener.world.prose;
    let values = setting.values();
    let steps: Vec<String> =
        (0..2).map(|_| prose.one(random, "sampling", "step", &values)).collect();
    json!({
        "studyExtent": prose.one(random, "sampling", "study_extent", &values),
        "sampling": prose.one(random, "sampling", "description", &values),
        "qualityControl": prose.one(random, "sampling", "quality_control", &values),
        "methodSteps": steps,
    })
}
