//! What all lists of the seed need: numbers, moments, people, and a hand that puts rows in.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::part::Part;
use crate::apis::gbif::part::kinds::{COMMENT, CONTACT, ENDPOINT, IDENTIFIER, MACHINE_TAG, TAG};
use crate::apis::gbif::shape::Document;
use crate::apis::gbif::{moment, part, record};
use crate::world::geography::Place;
use crate::world::person::Person;
use crate::world::{World, draw, epoch};

/// Names under which the registry's entities were made.
const EDITORS: [&str; 6] = [
    "amelia.stone",
    "jonas.lind",
    "marta.vidal",
    "registry-migration",
    "kofi.asante",
    "registry_admin",
];

pub struct Gardener<'w> {
    pub world: &'w World,
    pub db: &'w Connection,
    numbers: HashMap<&'static str, i64>,
    people: HashMap<&'w str, Vec<&'w Person>>,
    places: HashMap<&'w str, Vec<&'w Place>>,
}

/// When something was made and changed, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    pub created: Timestamp,
    pub modified: Timestamp,
    pub by: &'static str,
}

impl Past {
    /// A past for the `index`-th of `count` things: those of one list are all made at different moments.
    pub fn draw(random: &mut ChaCha8Rng, index: usize, count: usize) -> Self {
        let first = "2007-02-05T09:00:00Z".parse::<Timestamp>().expect("it is a moment");
        let step = (epoch().as_millisecond() - first.as_millisecond())
            / i64::try_from(count + 1).expect("lists are short");
        let position = i64::try_from(index).expect("lists are short");
        let offset = step * position + random.random_range(0..step.max(1));
        let created = Timestamp::from_millisecond(first.as_millisecond() + offset)
            .expect("it lies before the epoch");
        let modified = Timestamp::from_millisecond(
            random.random_range(created.as_millisecond()..epoch().as_millisecond()),
        )
        .expect("it lies between two moments");
        Self { created, modified, by: *draw::one(random, &EDITORS) }
    }

    /// Puts the four members of a past into a document.
    pub fn write(self, doc: &mut Value) {
        doc["createdBy"] = self.by.into();
        doc["modifiedBy"] = self.by.into();
        doc["created"] = moment::written(self.created).into();
        doc["modified"] = moment::written(self.modified).into();
    }
}

impl<'w> Gardener<'w> {
    pub fn new(world: &'w World, db: &'w Connection) -> Self {
        let mut people: HashMap<&str, Vec<&Person>> = HashMap::new();
        for person in &world.people {
            people.entry(&person.country).or_default().push(person);
        }
        let mut places: HashMap<&str, Vec<&Place>> = HashMap::new();
        for place in &world.places {
            places.entry(&place.country).or_default().push(place);
        }
        Self { world, db, numbers: HashMap::new(), people, places }
    }

    /// Somebody from a country, or from anywhere when nobody lives there.
    pub fn person(&self, random: &mut ChaCha8Rng, country: &str) -> &'w Person {
        match self.people.get(country) {
            Some(people) => people[random.random_range(0..people.len())],
            None => draw::one(random, &self.world.people),
        }
    }

    pub fn place(&self, random: &mut ChaCha8Rng, country: &str) -> Option<&'w Place> {
        self.places.get(country).map(|places| *draw::one(random, places))
    }

    pub fn next(&mut self, name: &'static str) -> i64 {
        let last = self.numbers.entry(name).or_default();
        *last += 1;
        *last
    }

    /// Notes how far the numbers have been given.
    pub fn note_numbers(&self) -> rusqlite::Result<()> {
        let mut insert = self.db.prepare("INSERT INTO gbif_number (name, last) VALUES (?, ?)")?;
        for (name, last) in &self.numbers {
            insert.execute((name, last))?;
        }
        Ok(())
    }

    pub fn plant(&self, entity: &Entity, doc: Value) -> rusqlite::Result<i64> {
        let Value::Object(doc) = doc else { unreachable!("seeds are objects") };
        self.world.count_record();
        record::insert(self.db, entity, &doc)
    }

    /// Adds a part to an entity; its past is that of the entity, a little later.
    pub fn add(
        &mut self,
        part: &'static Part,
        entity: i64,
        of_entity: Past,
        mut doc: Value,
    ) -> rusqlite::Result<i64> {
        let key = self.next(part.name);
        let later = of_entity.created.checked_add(key.rem_euclid(977).milliseconds());
        let when = moment::written(later.unwrap_or(of_entity.created));
        for (member, text) in [
            ("createdBy", of_entity.by),
            ("modifiedBy", of_entity.by),
            ("created", &when),
            ("modified", &when),
        ] {
            if part.is_audited(member) {
                doc[member] = text.into();
            }
        }
        doc["key"] = key.into();
        let Value::Object(doc) = doc else { unreachable!("seeds are objects") };
        part::insert(self.db, part, entity, key, &Document::from_iter(doc))?;
        Ok(key)
    }

    pub fn tag(&mut self, entity: i64, past: Past, value: &str) -> rusqlite::Result<i64> {
        self.add(&TAG, entity, past, json!({ "value": value }))
    }

    pub fn comment(&mut self, entity: i64, past: Past, text: &str) -> rusqlite::Result<i64> {
        self.add(&COMMENT, entity, past, json!({ "content": text }))
    }

    pub fn machine_tag(
        &mut self,
        entity: i64,
        past: Past,
        [namespace, name, value]: [&str; 3],
    ) -> rusqlite::Result<i64> {
        let tag = json!({ "namespace": namespace, "name": name, "value": value });
        self.add(&MACHINE_TAG, entity, past, tag)
    }

    pub fn identifier(
        &mut self,
        entity: i64,
        past: Past,
        kind: &str,
        identifier: &str,
    ) -> rusqlite::Result<i64> {
        let doc = json!({ "type": kind, "identifier": identifier });
        self.add(&IDENTIFIER, entity, past, doc)
    }

    pub fn endpoint(
        &mut self,
        entity: i64,
        past: Past,
        kind: &str,
        url: &str,
    ) -> rusqlite::Result<i64> {
        self.add(&ENDPOINT, entity, past, json!({ "type": kind, "url": url }))
    }

    /// Adds a person as contact.
    pub fn contact(
        &mut self,
        random: &mut ChaCha8Rng,
        entity: i64,
        past: Past,
        contact: &Contact,
    ) -> rusqlite::Result<i64> {
        let doc = contact.document(random);
        self.add(&CONTACT, entity, past, doc)
    }
}

/// A person in a role.
pub struct Contact<'c> {
    pub person: &'c Person,
    pub role: &'c str,
    pub is_primary: bool,
    pub organization: &'c str,
    pub host: &'c str,
    pub city: Option<&'c str>,
}

impl Contact<'_> {
    pub fn document(&self, random: &mut ChaCha8Rng) -> Value {
        const POSITIONS: [&str; 7] = [
            "Collections Manager",
            "Curator",
            "Data Manager",
            "Director",
            "Professor",
            "Research Scientist",
            "Biodiversity Informatician",
        ];
        let Self { person, role, is_primary, organization, host, city } = *self;
        let mut doc = json!({
            "type": role,
            "primary": is_primary,
            "firstName": person.given,
            "lastName": person.family,
            "email": [format!("{}@{host}", mail_name(person))],
            "organization": organization,
            "country": person.country,
        });
        if draw::chance(random, 0.6) {
            doc["position"] = json!([draw::one(random, &POSITIONS)]);
        }
        if draw::chance(random, 0.35) {
            doc["userId"] = json!([format!("https://orcid.org/{}", orcid(random))]);
        }
        if draw::chance(random, 0.2) {
            doc["phone"] = json!([format!(
                "+{} {:07}",
                random.random_range(1..99),
                random.random_range(1_000_000..9_999_999)
            )]);
        }
        if let Some(city) = city {
            doc["city"] = city.into();
        }
        doc
    }
}

/// `maria.andersen`
pub fn mail_name(person: &Person) -> String {
    let plain = |name: &str| {
        crate::store::text::fold(name).chars().filter(char::is_ascii_alphabetic).collect::<String>()
    };
    format!("{}.{}", plain(&person.given), plain(&person.family))
}

/// An ORCID iD whose last digit checks.
pub fn orcid(random: &mut ChaCha8Rng) -> String {
    let digits: Vec<u32> = [0, 0, 0, 0, 0, 0, 0]
        .into_iter()
        .chain((0..8).map(|_| random.random_range(0..10)))
        .collect();
    let total = digits.iter().fold(0, |total, digit| (total + digit) * 2);
    let check = match (12 - total % 11) % 11 {
        10 => "X".to_owned(),
        check => check.to_string(),
    };
    let text: String = digits.iter().map(ToString::to_string).chain([check]).collect();
    format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..])
}

/// A random version 4 key.
pub fn key(random: &mut ChaCha8Rng) -> String {
    uuid::Builder::from_random_bytes(random.random()).into_uuid().to_string()
}

/// Letters and digits of a text, with dashes between words.
pub fn slug(text: &str) -> String {
    let folded = crate::store::text::fold(text).into_owned();
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}
