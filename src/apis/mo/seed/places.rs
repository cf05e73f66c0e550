//! Locations and countries.

use std::collections::{HashMap, HashSet};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};

use super::{after, first_day, founded, last_day, owner, words};
use crate::apis::mo::geography::Edges;
use crate::world::geography::Place;
use crate::world::{World, draw};

const COUNT: usize = 200;
const AMERICAN: usize = 139;

/// The last locations, where nobody has been: whoever made them may change them.
pub const UNSEEN: usize = 20;

/// A location as observations use it.
#[derive(Clone)]
pub struct Location {
    pub id: i64,
    pub name: String,
    pub country: String,
    pub edges: Edges,
    pub elevation: Option<f64>,
}

/// Locations where something can have been seen.
pub struct Places {
    pub seen: Vec<Location>,
    /// Places in `seen` that lie in Delaware.
    pub delaware: Vec<usize>,
}

pub fn fill(world: &World, db: &Connection) -> anyhow::Result<Places> {
    let countries = countries(world, db)?;
    let mut random = world.stream("mo locations");
    let mut locations = vec![earth()];
    let mut names: HashSet<String> = locations.iter().map(|place| place.name.clone()).collect();
    let is_american = |place: &&Place| place.country == "US";
    for place in world.places.iter().filter(is_american) {
        push(&mut locations, &mut names, named(place, &countries, &mut random));
    }
    for place in world.places.iter().filter(is_american) {
        if locations.len() > AMERICAN {
            break;
        }
        push(&mut locations, &mut names, county(place, &mut random));
    }
    let mut others: Vec<&Place> = world
        .places
        .iter()
        .filter(|place| place.country != "US" && countries.contains_key(&place.country))
        .collect();
    while locations.len() < COUNT && !others.is_empty() {
        let place = others.remove(random.random_range(0..others.len()));
        push(&mut locations, &mut names, named(place, &countries, &mut random));
    }
    insert(world, db, &mut random, &mut locations)?;
    let seen: Vec<Location> =
        locations.iter().skip(1).take(locations.len() - 1 - UNSEEN).cloned().collect();
    let delaware = (0..seen.len()).filter(|at| seen[*at].name.ends_with("Delaware, USA")).collect();
    Ok(Places { seen, delaware })
}

/// Puts the countries in and gives their names by code.
fn countries(world: &World, db: &Connection) -> rusqlite::Result<HashMap<String, String>> {
    let mut insert =
        db.prepare("INSERT OR IGNORE INTO mo_countries (name, continent) VALUES (?, ?)")?;
    let mut names = HashMap::new();
    for country in &world.countries {
        // A name with a comma would be two parts of a place.
        if country.title.contains(',') {
            continue;
        }
        let name = if country.alpha2 == "US" { "USA" } else { country.title.as_str() };
        let continent = match country.participant_region.as_str() {
            "AFRICA" => "Africa",
            "ASIA" => "Asia",
            "EUROPE" => "Europe",
            "OCEANIA" => "Oceania",
            "ANTARCTICA" => "Antarctica",
            "NORTH_AMERICA" => "North America",
            _ if country.north > 12.6 => "North America",
            _ => "South America",
        };
        insert.execute(params![name, continent])?;
        names.insert(country.alpha2.clone(), name.to_owned());
    }
    Ok(names)
}

fn push(locations: &mut Vec<Location>, names: &mut HashSet<String>, location: Location) {
    if names.insert(location.name.clone()) {
        locations.push(location);
    }
}

fn earth() -> Location {
    Location {
        id: 1,
        name: "Earth".to_owned(),
        country: String::new(),
        edges: Edges { north: 90.0, south: -90.0, east: 180.0, west: -180.0 },
        elevation: None,
    }
}

/// The location of a place: `Lums Pond State Park, New Castle Co., Delaware, USA`.
fn named(place: &Place, countries: &HashMap<String, String>, random: &mut ChaCha8Rng) -> Location {
    let country = countries.get(&place.country).map_or("USA", String::as_str);
    let mut parts = vec![plain(&place.locality)];
    if place.country == "US" {
        if place.county == "Los Angeles" {
            // Its towns are well known by themselves.
            if place.municipality != place.locality {
                parts.push(place.municipality.clone());
            }
        } else if !place.county.is_empty() {
            parts.push(format!("{} Co.", place.county));
        }
    }
    if !place.state.is_empty() && place.state != parts[0] {
        parts.push(plain(&place.state));
    }
    parts.push(country.to_owned());
    let edges = match place.locality.as_str() {
        "Burbank" => Edges { north: 34.22, south: 34.15, east: -118.29, west: -118.37 },
        "Pasadena" => Edges { north: 34.25, south: 34.11, east: -118.07, west: -118.2 },
        "Madison Heights" => Edges { north: 34.137, south: 34.12, east: -118.13, west: -118.15 },
        _ => around(place, random.random_range(0.01..0.06)),
    };
    Location {
        id: 0,
        name: parts.join(", "),
        country: place.country.clone(),
        edges,
        elevation: place.elevation,
    }
}

/// A name without the commas that part the parts of a place.
fn plain(name: &str) -> String {
    name.replace(", ", " - ")
}

fn county(place: &Place, random: &mut ChaCha8Rng) -> Location {
    Location {
        id: 0,
        name: format!("{} Co., {}, USA", place.county, place.state),
        country: "US".to_owned(),
        edges: around(place, random.random_range(0.15..0.35)),
        elevation: None,
    }
}

fn around(place: &Place, reach: f64) -> Edges {
    let round = |degrees: f64| draw::round(degrees, 4);
    Edges {
        north: round(place.latitude + reach),
        south: round(place.latitude - reach),
        east: round(place.longitude + reach * 1.3),
        west: round(place.longitude - reach * 1.3),
    }
}

fn insert(
    world: &World,
    db: &Connection,
    random: &mut ChaCha8Rng,
    locations: &mut [Location],
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_locations (id, name, north, south, east, west, box_area, center_lat, center_lng,
               high, low, notes, user_id, created_at, updated_at, num_views, last_view, ok_for_export)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut version =
        db.prepare("INSERT INTO mo_location_versions (location_id, user_id) VALUES (?, ?)")?;
    let unseen = locations.len() - UNSEEN;
    for (index, location) in locations.iter_mut().enumerate() {
        location.id = i64::try_from(index + 1)?;
        let drawn = draw::day(random, first_day(), last_day());
        let day = if index == 0 { founded() } else { drawn };
        let (created, updated) = after(random, day);
        let is_unseen = index >= unseen;
        let user = if is_unseen {
            owner(random, index - unseen, 2)
        } else {
            random.random_range(1..=super::USERS)
        };
        let burbank = location.name.starts_with("Burbank,");
        let heights = match location.elevation {
            _ if burbank => Some((294.0, 148.0)),
            Some(elevation) if draw::chance(random, 0.5) => Some((
                elevation + f64::from(random.random_range(5..120)),
                elevation.max(20.0) - 20.0,
            )),
            _ => None,
        };
        let notes = if draw::chance(random, 0.15) {
            words::one(world, random, "locality", "location_notes")
        } else {
            String::new()
        };
        let Edges { north, south, east, west } = location.edges;
        let (latitude, longitude) = location.edges.center();
        insert.execute(params![
            location.id,
            location.name,
            north,
            south,
            east,
            west,
            location.edges.area(),
            latitude,
            longitude,
            heights.map(|(high, _)| high),
            heights.map(|(_, low)| low),
            notes,
            user,
            created,
            updated,
            random.random_range(0..2000),
            draw::chance(random, 0.8).then_some(&updated),
            draw::chance(random, 0.95)
        ])?;
        version.execute([location.id, user])?;
    }
    Ok(())
}
