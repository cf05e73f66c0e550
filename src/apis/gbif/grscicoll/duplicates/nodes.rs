//! Entities as numbers: equal texts have equal numbers, so that comparing many is quick.

use std::collections::HashMap;

use rusqlite::Connection;

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

/// Loads the entities that may be in a wanted pair.
pub fn load(db: &Connection, entity: &Entity, wanted: &Wanted) -> rusqlite::Result<Nodes> {
    let sql = "SELECT id, key, code, folded_name, name, institution,
                      physical_country, mailing_country, physical_city, mailing_city
               FROM gbif_grscicoll WHERE kind = ? AND deleted IS NULL";
    let (mut codes, mut names, mut spellings) =
        (Numbers::default(), Numbers::default(), Numbers::default());
    let (mut places, mut institutions) = (Numbers::default(), Numbers::default());
    // Squeezing is dear, and cities are few.
    let mut cities: HashMap<String, u32> = HashMap::new();
    let compares_countries = wanted.same_country.is_some();
    let compares_cities = wanted.same_city.is_some();
    let compares_institutions = wanted.same_institution.is_some();
    let (compares_codes, compares_names) = (wanted.compares_codes(), wanted.compares_names());
    let compares_spellings = wanted.compares_spellings();
    let mut kinds: HashMap<Traits, Vec<(u128, i64)>> = HashMap::new();
    let mut query = db.prepare_cached(sql)?;
    let mut rows = query.query([entity.name])?;
    while let Some(row) = rows.next()? {
        let text = |column: usize| row.get_ref(column).map(|value| value.as_str().ok());
        let key = text(1)?.and_then(|key| key.parse::<uuid::Uuid>().ok()).unwrap_or_default();
        let key = key.as_u128();
        let institution = text(5)?;
        let countries = [text(6)?, text(7)?];
        let is_of = |set: &std::collections::HashSet<&str>| {
            countries.iter().flatten().any(|country| set.contains(country))
        };
        let is_left_out = wanted.without_keys.contains(&key)
            || is_of(&wanted.not_in_countries)
            || institution.is_some_and(|key| wanted.not_in_institutions.contains(key));
        if is_left_out {
            continue;
        }
        let mut traits = Traits::default();
        if compares_codes {
            traits.code = codes.of(text(2)?);
        }
        if compares_names {
            traits.name = names.of(text(3)?);
        }
        if compares_spellings {
            traits.spelling = spellings.of(text(4)?);
        }
        if compares_institutions {
            traits.institution = institutions.of(institution);
        }
        if compares_countries {
            traits.countries = countries.map(|country| places.of(country));
        }
        if compares_cities {
            for (place, column) in [(0, 8), (1, 9)] {
                let Some(city) = text(column)? else { continue };
                traits.cities[place] = match cities.get(city) {
                    Some(number) => *number,
                    None => {
                        let number = places.of(Some(&squeeze(city)));
                        cities.insert(city.to_owned(), number);
                        number
                    }
                };
            }
        }
        traits.is_in_countries = is_of(&wanted.in_countries);
        traits.is_in_institutions =
            institution.is_some_and(|key| wanted.in_institutions.contains(key));
        kinds.entry(traits).or_default().push((key, row.get(0)?));
    }
    Ok(gather(kinds, spellings))
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
