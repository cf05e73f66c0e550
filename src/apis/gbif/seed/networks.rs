//! Networks, and which datasets belong to them.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::NETWORKS;
use super::datasets::Dataset;
use super::gardener::{Contact, Gardener, Past, key, slug};
use crate::apis::gbif::entity::network::NETWORK;
use crate::world::draw;

/// Keys that documents and tests of clients use.
const KNOWN: [(&str, &str); 4] = [
    ("2b7c7b4f-4d4f-40d3-94de-c28b6fa054a6", "Ocean Biodiversity Information System"),
    ("99d66b6c-9087-452f-a9d4-f15f2c2d0e7e", "Partnership of Long-Term Monitoring Sites"),
    ("4b0d8edb-7504-42c4-9349-63e86c01bf97", "Forum of Botanic Gardens"),
    ("17abcf75-2f1e-46dd-bf75-a5b21dd02655", "Catalogue of Life Contributors"),
];

pub fn sow(gardener: &mut Gardener, datasets: &[Dataset]) -> rusqlite::Result<()> {
    let mut random = gardener.world.stream("gbif.networks");
    for number in 0..NETWORKS {
        let past = Past::draw(&mut random, number, NETWORKS);
        let doc = document(gardener, &mut random, number, past);
        let network = doc["key"].as_str().unwrap_or_default().to_owned();
        let title = doc["title"].as_str().unwrap_or_default().to_owned();
        let id = gardener.plant(&NETWORK, doc)?;
        if number % 2 == 0 {
            gardener.machine_tag(
                id,
                past,
                ["registry.gbif.org", "visibleOnDatasetPage", "true"],
            )?;
        }
        let contact = Contact {
            person: gardener.person(&mut random, ""),
            role: "POINT_OF_CONTACT",
            is_primary: true,
            organization: &title,
            host: &format!("{}.example.org", slug(&title)),
            city: None,
        };
        gardener.contact(&mut random, id, past, &contact)?;
        for dataset in members(&mut random, datasets, number) {
            let sql = "INSERT INTO gbif_constituent (network, dataset) VALUES (?, ?)";
            gardener.db.prepare_cached(sql)?.execute((&network, &dataset.key))?;
        }
    }
    Ok(())
}

fn document(gardener: &Gardener, random: &mut ChaCha8Rng, number: usize, past: Past) -> Value {
    let titles = &gardener.world.titles;
    let word =
        |random: &mut ChaCha8Rng, list| draw::one(random, titles.about("words", list)).clone();
    let ocean = word(random, "ocean");
    let continent = word(random, "continent");
    let range = word(random, "mountain_range");
    let group = word(random, "taxon_group");
    let region = draw::one(random, &gardener.world.places).state.clone();
    let values = [
        ("ocean", ocean.as_str()),
        ("continent", &continent),
        ("mountain_range", &range),
        ("taxon_group", &group),
        ("region", &region),
    ];
    // Each pattern once before any comes again.
    let patterns = titles.about("network", "titles");
    let invented = crate::world::prose::fill(&patterns[number % patterns.len()], &values);
    let own_key = key(random);
    let (key, title) = KNOWN
        .get(number)
        .map_or((own_key, invented), |(key, title)| ((*key).to_owned(), (*title).to_owned()));
    let host = format!("{}.example.org", slug(&title));
    let mut doc = json!({
        "key": key,
        "title": title,
        "description": format!(
            "{title} brings together datasets that follow the same standards and are reviewed together."
        ),
        "language": "eng",
        "email": [format!("info@{host}")],
        "homepage": [format!("https://{host}")],
        "logoUrl": format!("https://{host}/logo.png"),
    });
    past.write(&mut doc);
    doc
}

/// From a single dataset to half of all.
fn members<'d>(
    random: &mut ChaCha8Rng,
    datasets: &'d [Dataset],
    number: usize,
) -> Vec<&'d Dataset> {
    let is_invited = |dataset: &&Dataset| !dataset.is_deleted && !dataset.is_constituent;
    let mut invited: Vec<&Dataset> = datasets.iter().filter(is_invited).collect();
    invited.shuffle(random);
    let largest = datasets.len() / 2;
    let size = match number {
        0 => largest / 4,
        1 => largest,
        2 => 1,
        _ => random.random_range(2..20 + datasets.len() / 12),
    };
    invited.truncate(size);
    invited
}
