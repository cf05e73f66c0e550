//! The synthetic world: what all five APIs draw from, so that a demo hangs together.
//!
//! A [`World`] is the reference data of `seed-data/` read into plain structs, a seed and a scale. The same taxon stands
//! under one name, the same museum under one code, the same person under one spelling in every API. Each API's
//! `seed.rs` picks its share and makes up its records with the random [`stream`](World::stream) of that list's name,
//! so that one more field in one list shifts no other.

pub mod draw;
pub mod geography;
pub mod institution;
pub mod licence;
pub mod person;
pub mod prose;
pub mod reference;
pub mod scale;
pub mod taxon;

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::date;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use xxhash_rust::xxh3::xxh3_64;

use self::geography::{Country, Language, Place};
use self::institution::{Collection, Institution};
use self::licence::Licence;
use self::person::Person;
use self::prose::Patterns;
use self::reference::SeedData;
use self::scale::Scale;
use self::taxon::Taxa;

/// The seed of the world when nobody says otherwise.
pub const DEFAULT_SEED: u64 = 42;

/// What a world is made from. Naming it costs nothing; reading the reference data happens when it is grown.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub seed: u64,
    pub scale: Scale,
    pub data: SeedData,
}

impl Default for Recipe {
    fn default() -> Self {
        Self { seed: DEFAULT_SEED, scale: Scale::default(), data: SeedData::embedded() }
    }
}

/// The world that a seed and a scale give.
pub struct World {
    pub seed: u64,
    pub scale: Scale,
    pub data: SeedData,
    pub taxa: Taxa,
    pub countries: Vec<Country>,
    pub languages: Vec<Language>,
    /// Localities outside Taiwan; Taiwan's stand in `seed-data/taiwan`.
    pub places: Vec<Place>,
    pub people: Vec<Person>,
    pub institutions: Vec<Institution>,
    pub collections: Vec<Collection>,
    pub licences: Vec<Licence>,
    pub titles: Patterns,
    pub prose: Patterns,
    /// How many records the seeds have made so far, for progress bars.
    records: AtomicU64,
}

impl World {
    /// Reads the reference data.
    ///
    /// # Errors
    /// When a file is missing or malformed; the error names it.
    pub fn new(recipe: &Recipe) -> Result<Self> {
        let Recipe { seed, scale, data } = recipe.clone();
        Ok(Self {
            taxa: Taxa::read(&data)?,
            countries: data.rows("countries.csv")?,
            languages: data.rows("languages.csv")?,
            places: data.rows("places.csv")?,
            people: data.rows("people.csv")?,
            institutions: data.rows("institutions.csv")?,
            collections: data.rows("collections.csv")?,
            licences: data.rows("licences.csv")?,
            titles: data.toml("titles.toml")?,
            prose: data.toml("prose.toml")?,
            seed,
            scale,
            data,
            records: AtomicU64::new(0),
        })
    }

    /// Notes that a seed made a record.
    pub fn count_record(&self) {
        self.records.fetch_add(1, Ordering::Relaxed);
    }

    /// How many records the seeds have made so far.
    pub fn records_made(&self) -> u64 {
        self.records.load(Ordering::Relaxed)
    }

    /// The random sequence of one list: the same for one seed, whatever the other lists draw.
    pub fn stream(&self, list: &str) -> ChaCha8Rng {
        let mut sequence = ChaCha8Rng::seed_from_u64(self.seed);
        sequence.set_stream(xxh3_64(list.as_bytes()));
        sequence
    }
}

/// The moment that the world was made; everything in it happened before.
pub fn epoch() -> Timestamp {
    date(2025, 6, 30)
        .at(12, 0, 0, 0)
        .in_tz("UTC")
        .expect("UTC is built in and the date exists")
        .timestamp()
}
