//! Entities as numbers: equal texts have equal numbers, so that comparing many is quick.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Row};

use super::wanted::Wanted;
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::index::squeeze;

/// Stands for a text that is not there.
pub const NONE: u32 = 0;

/// What is compared of an entity. What the question leaves out is the same for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Traits {
    pub code: u32,
    /// But for case, accents and blanks.
    pub name: u32,
    /// As it is written.
    pub spelling: u32,
    pub institution: u32,
    /// Of the address and of the mailing address.
    pub countries: [u32; 2],
    pub cities: [u32; 2],
    /// Whether it is in one of the wanted countries, of one of the wanted institutions.
    pub is_in_countries: bool,
    pub is_in_institutions: bool,
}

/// All entities of a kind that may be in a pair.
#[derive(Default)]
pub struct Nodes {
    /// Those with the same traits together.
    pub kinds: Vec<Kind>,
    /// Names as they are written, by their numbers.
    pub spellings: Vec<String>,
}

/// Entities with the same traits.
pub struct Kind {
    pub traits: Traits,
    /// Keys and numbers, the smallest key first.
    pub members: Vec<(u128, i64)>,
}

/// Gives each text a number, from 1 on.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return NONE };
        if let Some(number) = self.0.get(text) {
            return *number;
        }
        let number = u32::try_from(self.0.len() + 1).expect("there are fewer than 4 billion texts");
        self.0.insert(text.to_owned(), number);
        number
    }
}

/// All texts that have numbers.
#[derive(Default)]
struct Numbering {
    codes: Numbers,
    names: Numbers,
    spellings: Numbers,
    institutions: Numbers,
    countries: Numbers,
    squeezed_cities: Numbers,
    /// To squeeze a text is dear, and of cities there are few.
    cities: HashMap<String, u32>,
}

impl Numbering {
    fn city(&mut self, city: Option<&str>) -> u32 {
        let Some(city) = city else { return NONE };
        if let Some(number) = self.cities.get(city) {
            return *number;
        }
        let number = self.squeezed_cities.of(Some(&squeeze(city)));
        self.cities.insert(city.to_owned(), number);
        number
    }
}

/// An entity as the store has it.
struct Stored<'r> {
    key: u128,
    code: Option<&'r str>,
    name: Option<&'r str>,
    spelling: Option<&'r str>,
    institution: Option<&'r str>,
    countries: [Option<&'r str>; 2],
    cities: [Option<&'r str>; 2],
}

impl<'r> Stored<'r> {
    fn read(row: &'r Row) -> rusqlite::Result<Self> {
        let text = |column: usize| row.get_ref(column).map(|value| value.as_str().ok());
        let key = text(1)?.and_then(|key| key.parse::<uuid::Uuid>().ok()).unwrap_or_default();
        Ok(Self {
            key: key.as_u128(),
            code: text(2)?,
            name: text(3)?,
            spelling: text(4)?,
            institution: text(5)?,
            countries: [text(6)?, text(7)?],
            cities: [text(8)?, text(9)?],
        })
    }

    fn is_in(&self, countries: &HashSet<&str>) -> bool {
        self.countries.iter().flatten().any(|country| countries.contains(country))
    }

    fn is_of(&self, institutions: &HashSet<String>) -> bool {
        self.institution.is_some_and(|key| institutions.contains(key))
    }

    /// Whether no pair with it is wanted.
    fn is_left_out(&self, wanted: &Wanted) -> bool {
        wanted.without_keys.contains(&self.key)
            || self.is_in(&wanted.not_in_countries)
            || self.is_of(&wanted.not_in_institutions)
    }

    fn traits(&self, wanted: &Wanted, numbering: &mut Numbering) -> Traits {
        let mut traits = Traits {
            is_in_countries: self.is_in(&wanted.in_countries),
            is_in_institutions: self.is_of(&wanted.in_institutions),
            ..Traits::default()
        };
        if wanted.compares_codes() {
            traits.code = numbering.codes.of(self.code);
        }
        if wanted.compares_names() {
            traits.name = numbering.names.of(self.name);
        }
        if wanted.compares_spellings() {
            traits.spelling = numbering.spellings.of(self.spelling);
        }
        if wanted.same_institution.is_some() {
            traits.institution = numbering.institutions.of(self.institution);
        }
        if wanted.same_country.is_some() {
            traits.countries = self.countries.map(|country| numbering.countries.of(country));
        }
        if wanted.same_city.is_some() {
            traits.cities = self.cities.map(|city| numbering.city(city));
        }
        traits
    }
}

/// Loads the entities that may be in a wanted pair.
pub fn load(db: &Connection, entity: &Entity, wanted: &Wanted) -> rusqlite::Result<Nodes> {
    let sql = "SELECT id, key, code, folded_name, name, institution,
                      physical_country, mailing_country, physical_city, mailing_city
               FROM gbif_grscicoll WHERE kind = ? AND deleted IS NULL";
    let mut numbering = Numbering::default();
    let mut kinds: HashMap<Traits, Vec<(u128, i64)>> = HashMap::new();
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([entity.name])?;
    while let Some(row) = rows.next()? {
        let stored = Stored::read(row)?;
        if !stored.is_left_out(wanted) {
            let traits = stored.traits(wanted, &mut numbering);
            kinds.entry(traits).or_default().push((stored.key, row.get(0)?));
        }
    }
    Ok(gather(kinds, numbering.spellings))
}

fn gather(kinds: HashMap<Traits, Vec<(u128, i64)>>, spellings: Numbers) -> Nodes {
    let mut kinds: Vec<Kind> = kinds
        .into_iter()
        .map(|(traits, mut members)| {
            members.sort_unstable();
            Kind { traits, members }
        })
        .collect();
    kinds.sort_unstable_by_key(|kind| kind.members[0]);
    let mut spelled = vec![String::new(); spellings.0.len() + 1];
    for (text, number) in spellings.0 {
        spelled[number as usize] = text;
    }
    Nodes { kinds, spellings: spelled }
}
