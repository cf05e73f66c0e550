//! The taxa of the world, over all kingdoms, with their classification.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::reference::SeedData;

const FILES: [&str; 6] = [
    "taxa/vertebrates.csv",
    "taxa/invertebrates.csv",
    "taxa/fossils.csv",
    "taxa/plants.csv",
    "taxa/fungi.csv",
    "taxa/others.csv",
];

/// A name, what it belongs to, and where it lives.
#[derive(Clone, Debug, Deserialize)]
pub struct Taxon {
    /// Without authorship.
    pub name: String,
    /// Lower case: `species`.
    pub rank: String,
    /// The next higher taxon that is listed; the accepted name for a synonym; empty for a kingdom.
    pub parent: String,
    pub authorship: String,
    pub status: Status,
    /// Vernacular names, joined by `;`.
    english: String,
    chinese: String,
    /// Country codes, `world` or `marine`, parted by blanks.
    regions: String,
    /// First and last appearance of a fossil taxon, in millions of years.
    pub since: Option<f64>,
    pub until: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Accepted,
    Synonym,
}

impl Taxon {
    pub fn english(&self) -> impl Iterator<Item = &str> {
        self.english.split(';').filter(|name| !name.is_empty())
    }

    pub fn chinese(&self) -> impl Iterator<Item = &str> {
        self.chinese.split(';').filter(|name| !name.is_empty())
    }

    /// Whether it lives in a country (ISO alpha-2 code); a cosmopolitan one lives in every.
    pub fn lives_in(&self, region: &str) -> bool {
        self.regions.split(' ').any(|listed| listed == region || listed == "world")
    }

    pub fn is_marine(&self) -> bool {
        self.regions.split(' ').any(|listed| listed == "marine")
    }

    pub fn is_fossil(&self) -> bool {
        self.since.is_some()
    }

    pub fn is_accepted(&self) -> bool {
        self.status == Status::Accepted
    }

    /// The name with its author: `Egretta garzetta (Linnaeus, 1766)`.
    pub fn with_authorship(&self) -> String {
        format!("{} {}", self.name, self.authorship).trim_end().to_owned()
    }
}

/// All taxa, found by name.
#[derive(Debug)]
pub struct Taxa {
    list: Vec<Taxon>,
    by_name: HashMap<String, usize>,
}

impl Taxa {
    /// # Errors
    /// When a file is malformed, or a taxon belongs to one that is not listed.
    pub fn read(data: &SeedData) -> Result<Self> {
        let mut list: Vec<Taxon> = Vec::new();
        for file in FILES {
            list.extend(data.rows::<Taxon>(file)?);
        }
        let mut by_name = HashMap::with_capacity(list.len());
        for (index, taxon) in list.iter().enumerate() {
            if by_name.insert(taxon.name.clone(), index).is_some() {
                bail!("seed data: {} is listed twice among the taxa", taxon.name);
            }
        }
        for taxon in list.iter().filter(|taxon| !taxon.parent.is_empty()) {
            by_name.get(&taxon.parent).with_context(|| {
                format!("seed data: {} belongs to {}, not listed", taxon.name, taxon.parent)
            })?;
        }
        Ok(Self { list, by_name })
    }

    /// All of them, in the order of the files.
    pub fn iter(&self) -> impl Iterator<Item = &Taxon> {
        self.list.iter()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn find(&self, name: &str) -> Option<&Taxon> {
        self.by_name.get(name).map(|index| &self.list[*index])
    }

    /// The next higher taxon of an accepted one, the accepted one of a synonym.
    pub fn parent(&self, taxon: &Taxon) -> Option<&Taxon> {
        self.find(&taxon.parent)
    }

    /// From the taxon itself up to its kingdom.
    pub fn lineage<'t>(&'t self, taxon: &'t Taxon) -> impl Iterator<Item = &'t Taxon> {
        std::iter::successors(Some(taxon), |lower| self.parent(lower))
    }

    /// Its ancestor of a rank, or itself if it has that rank.
    pub fn at_rank<'t>(&'t self, taxon: &'t Taxon, rank: &str) -> Option<&'t Taxon> {
        self.lineage(taxon).find(|higher| higher.is_accepted() && higher.rank == rank)
    }

    pub fn synonyms<'t>(&'t self, taxon: &'t Taxon) -> impl Iterator<Item = &'t Taxon> {
        self.list.iter().filter(|other| !other.is_accepted() && other.parent == taxon.name)
    }

    /// Accepted species and what is below them, that belong to `higher`.
    pub fn species_of<'t>(&'t self, higher: &'t str) -> impl Iterator<Item = &'t Taxon> {
        self.list.iter().filter(move |taxon| {
            taxon.is_accepted()
                && matches!(taxon.rank.as_str(), "species" | "subspecies" | "variety" | "form")
                && self.lineage(taxon).any(|ancestor| ancestor.name == higher)
        })
    }
}
