//! The scene of a dataset: what its titles and sentences speak of.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::gardener::Gardener;
use super::organizations::Organization;
use crate::world::draw;
use crate::world::taxon::Taxon;

/// Lists of words that patterns draw from.
const WORDS: [&str; 14] = [
    "collection_kind",
    "atlas_subject",
    "singing_group",
    "trap",
    "trapped_group",
    "waterbody",
    "programme_period",
    "habitat",
    "habitat_adjective",
    "ocean",
    "continent",
    "mountain_range",
    "society",
    "taxon_group",
];

/// Values for the placeholders of patterns.
pub struct Setting {
    values: Vec<(&'static str, String)>,
    /// Years that it covers.
    pub since: i16,
    pub until: i16,
    pub latitude: f64,
    pub longitude: f64,
}

impl Setting {
    pub fn draw(
        random: &mut ChaCha8Rng,
        gardener: &Gardener,
        organization: &Organization,
        families: &[&Taxon],
    ) -> Self {
        let world = gardener.world;
        let country = world.countries.iter().find(|known| known.alpha2 == organization.country);
        let country_title = country.map_or("the world", |country| country.title.as_str());
        let place = gardener.place(random, &organization.country);
        let person = gardener.person(random, &organization.country);
        let since: i16 = random.random_range(1890..2018);
        let until: i16 = random.random_range(since + 1..=2024);
        let count: u32 = random.random_range(4..400);
        let mut values = vec![
            ("institution", organization.title.clone()),
            ("code", organization.code.clone()),
            ("country", country_title.to_owned()),
            ("region", place.map_or(country_title, |place| place.state.as_str()).to_owned()),
            ("city", organization.city.clone()),
            (
                "place",
                place
                    .map_or(organization.city.as_str(), |place| place.locality.as_str())
                    .to_owned(),
            ),
            ("person_family", person.family.clone()),
            ("person", person.full_name()),
            ("family", draw::one(random, families).name.clone()),
            ("from", since.to_string()),
            ("to", until.to_string()),
            ("year", until.to_string()),
            ("count", (count * 100).to_string()),
            ("species", random.random_range(20..900).to_string()),
            ("percent", draw::one(random, &["30", "55", "70", "80", "90"]).to_string()),
        ];
        for kind in WORDS {
            let word = draw::one(random, world.titles.about("words", kind)).clone();
            match kind {
                "taxon_group" => {
                    values.push(("taxon_group_lower", word.to_lowercase()));
                    values.push(("taxon", word.to_lowercase()));
                }
                "collection_kind" => values.push(("collection_kind_lower", word.to_lowercase())),
                _ => {}
            }
            values.push((kind, word));
        }
        let (latitude, longitude) = match place {
            Some(place) => (place.latitude, place.longitude),
            None => (organization.latitude, organization.longitude),
        };
        Self { values, since, until, latitude, longitude }
    }

    pub fn values(&self) -> Vec<(&str, &str)> {
        self.values.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    pub fn get(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}
