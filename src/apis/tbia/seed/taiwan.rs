//! The reference data of Taiwan, and which of its parts go together.

use std::collections::HashMap;

use anyhow::{Context, Result};
use jiff::civil::Date;
use serde::Deserialize;

use crate::world::World;
use crate::world::draw::Weighted;

/// Taxa, places, datasets and people of Taiwan.
pub struct Taiwan {
    pub taxa: Vec<Taxon>,
    pub places: Vec<Place>,
    pub datasets: Vec<Dataset>,
    pub people: Vec<Person>,
    /// `南投縣` and `信義鄉` on a herbarium label: `Nantou Co., Hsinyi Hsiang`.
    pub labels: HashMap<(String, String), String>,
}

/// A taxon of `taiwan/taxa.csv`; empty text for what is not known.
#[derive(Debug, Deserialize)]
pub struct Taxon {
    #[serde(rename = "taxonID")]
    pub id: String,
    #[serde(rename = "taxonRank")]
    pub rank: String,
    #[serde(rename = "scientificName")]
    pub name: String,
    pub name_author: String,
    pub common_name_c: String,
    pub alternative_name_c: String,
    pub synonyms: String,
    pub misapplied: String,
    pub kingdom: String,
    pub kingdom_c: String,
    pub phylum: String,
    pub phylum_c: String,
    pub class: String,
    pub class_c: String,
    pub order: String,
    pub order_c: String,
    pub family: String,
    pub family_c: String,
    pub genus: String,
    pub genus_c: String,
    #[serde(rename = "bioGroup")]
    pub group: String,
    pub alien_type: String,
    pub protected: String,
    habitats: String,
}

impl Taxon {
    /// Whether records are matched to it because nothing lower was found.
    pub fn is_higher(&self) -> bool {
        matches!(self.rank.as_str(), "genus" | "family")
    }

    /// `Spilornis cheela` of `Spilornis cheela hoya`.
    pub fn species(&self) -> Option<String> {
        let words: Vec<&str> = self.name.split(' ').take(2).collect();
        (!self.is_higher()).then(|| words.join(" "))
    }
}

#[derive(Debug, Deserialize)]
pub struct Place {
    pub county: String,
    pub municipality: String,
    pub place: String,
    pub english: String,
    pub longitude: f64,
    pub latitude: f64,
    habitats: String,
}

impl Place {
    pub fn is_marine(&self) -> bool {
        self.habitats.split(' ').any(|habitat| matches!(habitat, "sea" | "reef"))
    }
}

#[derive(Debug, Deserialize)]
pub struct Dataset {
    pub tbia_dataset_id: String,
    pub name: String,
    pub rights_holder: String,
    pub is_collection: bool,
    pub in_gbif: bool,
    pub licence: String,
    pub resource_contacts: String,
    pub share: f64,
    pub institution_code: String,
    groups: String,
    habitats: String,
    pub first_year: i16,
    pub last_year: i16,
    pub occurrence_id: String,
    pub catalog_number: String,
    pub link: String,
    pub contacts_on_records: bool,
    pub reimported: Date,
}

impl Dataset {
    fn holds(&self, taxon: &Taxon) -> bool {
        let group = if taxon.group.is_empty() { "其他" } else { &taxon.group };
        self.groups.split(' ').any(|held| held == "*" || held == group)
    }
}

/// Somebody who observes or collects.
#[derive(Debug, Deserialize)]
pub struct Person {
    pub name: String,
    pub kind: PersonKind,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    Person,
    Team,
    Account,
    Camera,
}

#[derive(Deserialize)]
struct Label {
    county: String,
    municipality: String,
    english: String,
}

impl Taiwan {
    pub fn read(world: &World) -> Result<Self> {
        let labels: Vec<Label> = world.data.rows("taiwan/municipalities.csv")?;
        Ok(Self {
            taxa: world.data.rows("taiwan/taxa.csv")?,
            places: world.data.rows("taiwan/places.csv")?,
            datasets: world.data.rows("taiwan/datasets.csv")?,
            people: world.data.rows("taiwan/people.csv")?,
            labels: labels
                .into_iter()
                .map(|label| ((label.county, label.municipality), label.english))
                .collect(),
        })
    }

    pub fn dataset(&self, name: &str) -> Result<usize> {
        let found = self.datasets.iter().position(|dataset| dataset.name.contains(name));
        found.with_context(|| format!("seed data: there is no dataset {name} of Taiwan"))
    }

    pub fn taxon(&self, name: &str) -> Result<usize> {
        let found = self.taxa.iter().position(|taxon| taxon.common_name_c == name);
        found.with_context(|| format!("seed data: there is no taxon {name} of Taiwan"))
    }

    pub fn place(&self, name: &str) -> Result<usize> {
        let found = self.places.iter().position(|place| place.place == name);
        found.with_context(|| format!("seed data: there is no place {name} of Taiwan"))
    }
}

/// What a dataset records, and where.
pub struct Habits {
    /// Species and what is below them, the common ones more often.
    pub taxa: Weighted<usize>,
    /// Genera and families, for what was not identified further.
    pub higher: Vec<usize>,
}

/// The ten commonest taxa, which make about half of all records, and how much commoner they are than others.
const COMMON: [(&str, f64); 10] = [
    ("Passer montanus", 60.0),
    ("Pycnonotus sinensis", 60.0),
    ("Egretta garzetta", 55.0),
    ("Duttaphrynus melanostictus", 45.0),
    ("Hylarana latouchii", 35.0),
    ("Bidens alba var. radiata", 35.0),
    ("Macaca cyclopis", 30.0),
    ("Cinnamomum camphora", 25.0),
    ("Begonia formosana", 25.0),
    ("Polypedates braueri", 25.0),
];

impl Taiwan {
    /// The habits of each dataset; how common the less common taxa are is taken from `rarity`.
    pub fn habits(&self, mut rarity: impl FnMut() -> f64) -> Vec<Habits> {
        let weights: Vec<f64> = self
            .taxa
            .iter()
            .map(|taxon| {
                let common = COMMON.iter().find(|(name, _)| *name == taxon.name);
                common.map_or_else(&mut rarity, |(_, weight)| *weight)
            })
            .collect();
        let of = |dataset: &Dataset| {
            let held = |is_higher: bool| {
                let is_held =
                    move |taxon: &Taxon| taxon.is_higher() == is_higher && dataset.holds(taxon);
                (0..self.taxa.len()).filter(move |index| is_held(&self.taxa[*index]))
            };
            Habits {
                taxa: Weighted::new(held(false).map(|index| (index, weights[index]))),
                higher: held(true).collect(),
            }
        };
        self.datasets.iter().map(of).collect()
    }

    /// The places where each dataset finds each taxon: `haunts[dataset][taxon]`. There is always one.
    pub fn haunts(&self) -> Vec<Vec<Vec<usize>>> {
        let with_any = |habitats: &str| -> Vec<bool> {
            let wanted: Vec<&str> = habitats.split(' ').collect();
            let has_any = |place: &Place| place.habitats.split(' ').any(|h| wanted.contains(&h));
            self.places.iter().map(has_any).collect()
        };
        let of_taxa: Vec<Vec<bool>> =
            self.taxa.iter().map(|taxon| with_any(&taxon.habitats)).collect();
        let of = |dataset: &Dataset| {
            let covered = with_any(&dataset.habitats);
            let places = |lived_in: &Vec<bool>| -> Vec<usize> {
                let lived_in = (0..self.places.len()).filter(|place| lived_in[*place]);
                let both: Vec<usize> = lived_in.clone().filter(|place| covered[*place]).collect();
                if both.is_empty() { lived_in.collect() } else { both }
            };
            of_taxa.iter().map(places).collect()
        };
        self.datasets.iter().map(of).collect()
    }
}
