//! Datasets on their way into the store: with the people, places and numbers that belong to them.

use jiff::{Timestamp, ToSpan};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Oddity, Seedling};
use crate::apis::gbif::crawl::Attempt;
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::seed::gardener::{Contact, Gardener, Past, key, slug};
use crate::apis::gbif::seed::metrics;
use crate::world::draw;

/// Puts a dataset into the store, with its parts and its history.
pub fn plant(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    seedling: &Seedling,
    past: Past,
) -> rusqlite::Result<()> {
    let mut doc = seedling.doc.clone();
    let host = &seedling.publisher.host;
    let slug = slug(seedling.title());
    if draw::chance(random, 0.46) {
        doc["homepage"] = format!("https://www.{host}/data/{slug}").into();
    }
    if draw::chance(random, 0.31) {
        doc["logoUrl"] = format!("https://www.{host}/logos/{slug}.png").into();
    }
    let id = gardener.plant(&DATASET, doc)?;
    add_contacts(gardener, random, id, seedling, past)?;
    let resource = format!("https://{}/resource?r={slug}", seedling.installation.host);
    let archive = add_endpoints(gardener, random, id, (seedling, &slug), past)?;
    gardener.identifier(id, past, "URL", &resource)?;
    if seedling.kind == "CHECKLIST" && draw::chance(random, 0.5) {
        let number: u32 = random.random_range(1000..300_000);
        gardener.identifier(id, past, "CLB_DATASET_KEY", &number.to_string())?;
    } else if draw::chance(random, 0.4) {
        gardener.identifier(id, past, "UUID", &key(random))?;
    }
    if draw::chance(random, 0.08) {
        let number: u32 = random.random_range(1..15_000);
        gardener.identifier(id, past, "GBIF_PORTAL", &number.to_string())?;
    } else if draw::chance(random, 0.05) {
        let number: u32 = random.random_range(1000..10_000);
        gardener.identifier(id, past, "DOI", &format!("10.5072/{slug}-{number}"))?;
    }
    let attempts = seedling.attempts.to_string();
    gardener.machine_tag(id, past, ["crawler.gbif.org", "crawl_attempt", &attempts])?;
    if seedling.installation.kind == "BIOCASE_INSTALLATION" {
        let count = seedling.records.to_string();
        gardener.machine_tag(id, past, ["metasync.gbif.org", "declaredCount", &count])?;
    }
    if draw::chance(random, 0.04) {
        gardener.machine_tag(id, past, ["orphans.gbif.org", "status", "CANDIDATE"])?;
    }
    if draw::chance(random, 0.19) {
        let comment = *draw::one(
            random,
            &[
                "Asked the publisher about the missing coordinates.",
                "The archive moved; endpoint changed at the publisher's request.",
                "Licence confirmed by e-mail.",
            ],
        );
        gardener.comment(id, past, comment)?;
    }
    if draw::chance(random, 0.05) {
        gardener.tag(id, past, seedling.setting.get("habitat"))?;
    }
    note_volume(gardener, random, seedling, past)?;
    note_attempts(gardener, seedling, archive.as_deref(), past)
}

/// Three to eight people: who made it, who looks after it, who described it.
fn add_contacts(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    id: i64,
    seedling: &Seedling,
    past: Past,
) -> rusqlite::Result<()> {
    const FIRST: [&str; 3] = ["ORIGINATOR", "ADMINISTRATIVE_POINT_OF_CONTACT", "METADATA_AUTHOR"];
    const MORE: [&str; 8] = [
        "ORIGINATOR",
        "ORIGINATOR",
        "ORIGINATOR",
        "CONTENT_PROVIDER",
        "POINT_OF_CONTACT",
        "PRINCIPAL_INVESTIGATOR",
        "CURATOR",
        "USER",
    ];
    let publisher = seedling.publisher;
    let count = random.random_range(3..=8);
    for place in 0..count {
        let role = FIRST.get(place).copied().unwrap_or_else(|| *draw::one(random, &MORE));
        let contact = Contact {
            person: gardener.person(random, &publisher.country),
            role,
            is_primary: place < FIRST.len(),
            organization: &publisher.title,
            host: &publisher.host,
            city: Some(&publisher.city),
        };
        gardener.contact(random, id, past, &contact)?;
    }
    Ok(())
}

/// Adds where a dataset is read from; gives the address of its archive.
fn add_endpoints(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    id: i64,
    (seedling, slug): (&Seedling, &str),
    past: Past,
) -> rusqlite::Result<Option<String>> {
    if seedling.oddity == Oddity::WithoutEndpoint {
        return Ok(None);
    }
    let host = &seedling.installation.host;
    let kind = match seedling.installation.kind {
        "BIOCASE_INSTALLATION" => "BIOCASE",
        _ if seedling.kind == "CHECKLIST" && draw::chance(random, 0.05) => "COLDP",
        _ if seedling.kind != "CHECKLIST" && draw::chance(random, 0.02) => "CAMTRAP_DP",
        _ => "DWC_ARCHIVE",
    };
    let archive = if kind == "BIOCASE" {
        format!("https://{host}/pywrapper.cgi?dsa={slug}")
    } else {
        format!("https://{host}/archive.do?r={slug}")
    };
    gardener.endpoint(id, past, kind, &archive)?;
    gardener.endpoint(id, past, "EML", &format!("https://{host}/eml.do?r={slug}"))?;
    Ok(Some(archive))
}

fn note_volume(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    seedling: &Seedling,
    past: Past,
) -> rusqlite::Result<()> {
    let metrics = (seedling.kind == "CHECKLIST").then(|| {
        let number = gardener.next("metrics");
        metrics::document(random, number, seedling.key(), seedling.names, past.modified).to_string()
    });
    let sql = "INSERT INTO gbif_volume (dataset, occurrences, names, metrics) VALUES (?, ?, ?, ?)";
    let values = (seedling.key(), seedling.records, seedling.names, metrics);
    gardener.db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// The last two attempts at crawling it.
fn note_attempts(
    gardener: &Gardener,
    seedling: &Seedling,
    archive: Option<&str>,
    past: Past,
) -> rusqlite::Result<()> {
    let Some(archive) = archive else { return Ok(()) };
    let first = (seedling.attempts - 1).max(1);
    for attempt in first..=seedling.attempts {
        let weeks = (seedling.attempts - attempt) * 7 * 24;
        let started = past.modified.checked_sub(weeks.hours()).unwrap_or(past.created);
        let minutes: i64 = 2 + seedling.records.rem_euclid(55);
        let finished: Timestamp = started.checked_add(minutes.minutes()).unwrap_or(started);
        Attempt {
            dataset: seedling.key(),
            kind: seedling.kind,
            number: attempt,
            endpoint: Some(("DWC_ARCHIVE", archive)),
            started,
            finished,
            records: seedling.records,
        }
        .store(gardener.db)?;
    }
    Ok(())
}
