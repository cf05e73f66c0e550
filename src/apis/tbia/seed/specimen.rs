//! What only records of collections have.

use rand_chacha::ChaCha8Rng;

use super::draft::{fill_pattern, is_plant};
use super::taiwan::{Dataset, Taxon};
use crate::world::draw;

#[derive(Debug, Default)]
pub struct Specimen {
    pub catalog_number: Option<String>,
    pub record_number: Option<String>,
    pub preservation: Option<&'static str>,
    pub type_status: Option<&'static str>,
}

pub fn draw(
    dataset: &Dataset,
    taxon: Option<&Taxon>,
    serial: u64,
    year: i16,
    random: &mut ChaCha8Rng,
) -> Specimen {
    if !dataset.is_collection {
        return Specimen::default();
    }
    let has_catalogue = !dataset.catalog_number.is_empty();
    Specimen {
        catalog_number: (has_catalogue && draw::chance(random, 0.82))
            .then(|| fill_pattern(&dataset.catalog_number, serial, year, random)),
        record_number: draw::chance(random, 0.5).then(|| (1 + serial * 7 % 24_989).to_string()),
        preservation: draw::chance(random, 0.29).then(|| preservation(taxon, random)),
        type_status: draw::chance(random, 0.036).then(|| type_status(dataset, random)),
    }
}

fn preservation(taxon: Option<&Taxon>, random: &mut ChaCha8Rng) -> &'static str {
    let ways: &[&'static str] = match taxon {
        Some(taxon) if is_plant(taxon) => &["蠟葉標本"],
        Some(taxon) if taxon.class == "Insecta" => &["針插標本", "針插標本", "酒精"],
        Some(taxon) if taxon.kingdom == "Fungi" => &["乾燥標本"],
        Some(taxon) if matches!(taxon.class.as_str(), "Aves" | "Mammalia") => &["乾燥標本", "冷凍"],
        _ => &["浸液標本", "浸液標本", "酒精", "冷凍"],
    };
    *draw::one::<&'static str>(random, ways)
}

fn type_status(dataset: &Dataset, random: &mut ChaCha8Rng) -> &'static str {
    if dataset.institution_code == "NMMBA" {
        return *draw::one::<&'static str>(
            random,
            &["正模標本", "副模標本", "選模標本", "一般標本"],
        );
    }
    let types = ["Holotype", "Isotype", "Isotype", "Paratype", "Paratype", "Syntype"];
    *draw::one(random, &types)
}
