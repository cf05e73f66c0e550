//! Metrics of checklists that add up.

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use crate::apis::gbif::moment;
use crate::apis::gbif::vocabulary::KINGDOM;
use crate::world::draw;

/// The extensions whose records are counted, those without records too.
const EXTENSIONS: [&str; 8] = [
    "VERNACULAR_NAME",
    "DISTRIBUTION",
    "DESCRIPTION",
    "IDENTIFIER",
    "MULTIMEDIA",
    "REFERENCE",
    "SPECIES_PROFILE",
    "TYPES_AND_SPECIMEN",
];

/// Metrics of a checklist with so many names.
pub fn document(
    random: &mut ChaCha8Rng,
    number: i64,
    key: &str,
    names: i64,
    downloaded: Timestamp,
) -> Value {
    let share = |part: i64, of: i64| if of == 0 { 0 } else { part * 100 / of };
    let synonyms = names * random.random_range(5..35) / 100;
    let matching = names * random.random_range(55..98) / 100;
    let matching_col = names * random.random_range(50..95) / 100;
    let english = names * random.random_range(0..40) / 100;
    let mut extensions = Map::new();
    for extension in EXTENSIONS {
        let count = if draw::chance(random, 0.4) { random.random_range(0..=names) } else { 0 };
        extensions.insert(extension.to_owned(), count.into());
    }
    let languages = if english > 0 {
        json!({ "ENGLISH": english, "SPANISH": english / 3, "GERMAN": english / 5 })
    } else {
        json!({})
    };
    json!({
        "key": number,
        "datasetKey": key,
        "usagesCount": names,
        "synonymsCount": synonyms,
        "distinctNamesCount": names - names / 50,
        "nubMatchingCount": matching,
        "colMatchingCount": matching_col,
        "nubCoveragePct": share(matching, names),
        "colCoveragePct": share(matching_col, names),
        "countByConstituent": {},
        "countByKingdom": by_kingdom(random, names),
        "countByRank": by_rank(names),
        "countNamesByLanguage": languages,
        "countExtRecordsByExtension": extensions,
        "countByOrigin": { "SOURCE": names - names / 40, "DENORMED_CLASSIFICATION": names / 40 },
        "countByIssue": { "BACKBONE_MATCH_NONE": names - matching },
        "otherCount": {},
        "downloaded": moment::written(downloaded),
    })
}

fn by_kingdom(random: &mut ChaCha8Rng, names: i64) -> Value {
    let main = *draw::one(random, &["ANIMALIA", "PLANTAE", "FUNGI"]);
    let other = *draw::one(random, &KINGDOM.values[1..]);
    let rest = names / 30;
    let mut counts = Map::new();
    counts.insert(main.to_owned(), (names - rest).into());
    if other != main && rest > 0 {
        counts.insert(other.to_owned(), rest.into());
    }
    Value::Object(counts)
}

/// Mostly species; the largest first, none that is zero.
fn by_rank(names: i64) -> Value {
    let genera = names / 6;
    let families = names / 60;
    let subspecies = names / 25;
    let mut counts = [
        ("SPECIES", names - genera - families - subspecies),
        ("GENUS", genera),
        ("SUBSPECIES", subspecies),
        ("FAMILY", families),
    ];
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let members = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(rank, count)| (rank.to_owned(), Value::from(count)));
    Value::Object(members.collect())
}
