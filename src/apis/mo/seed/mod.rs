//! The seeded world of Mushroom Observer: people, names and places first, then what was seen, then the talk about it.

mod details;
mod inserts;
mod names;
mod observations;
mod people;
mod places;
mod specimens;
mod words;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rusqlite::Connection;

use crate::world::{World, epoch};

/// Users who hold a published key; each of them owns something of everything.
const KEY_HOLDERS: [i64; 15] = [7, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 57, 58];

const USERS: i64 = 60;

/// How many observations the seed makes.
pub fn observations(world: &World) -> usize {
    1300 * factor(world)
}

fn factor(world: &World) -> usize {
    world.scale.of("mo") as usize
}

/// Fills all tables.
pub fn fill(world: &World, db: &Connection) -> anyhow::Result<()> {
    let places = places::fill(world, db)?;
    let names = names::fill(world, db)?;
    people::fill(world, db)?;
    let seen = observations::fill(world, db, &names, &places)?;
    predate(db)?;
    specimens::fill(world, db, &seen)?;
    details::fill(world, db, &seen)?;
    Ok(())
}

/// A name or place that was used before somebody noted it down was noted down when it was used first.
fn predate(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(
        "UPDATE mo_names SET created_at = first.used FROM
            (SELECT name_id, min(created_at) AS used FROM mo_namings GROUP BY name_id) AS first
            WHERE first.name_id = mo_names.id AND first.used < mo_names.created_at;
         UPDATE mo_locations SET created_at = first.used FROM
            (SELECT location_id, min(created_at) AS used FROM mo_observations GROUP BY location_id) AS first
            WHERE first.location_id = mo_locations.id AND first.used < mo_locations.created_at;",
    )
}

/// Who owns the `number`-th record of a table: the holders of keys take turns first, then it is anybody.
fn owner(random: &mut rand_chacha::ChaCha8Rng, number: usize, rounds: usize) -> i64 {
    if number < KEY_HOLDERS.len() * rounds {
        return KEY_HOLDERS[number % KEY_HOLDERS.len()];
    }
    rand::RngExt::random_range(random, 1..=USERS)
}

/// A moment as the store writes it.
fn written(moment: Timestamp) -> String {
    super::context::written(moment)
}

/// When something came into the store, and when it was last changed.
struct Times {
    entered: Timestamp,
    created: String,
    updated: String,
}

/// Soon after a moment, and sometime after that, both before the world was made.
fn since(random: &mut rand_chacha::ChaCha8Rng, moment: Timestamp) -> Times {
    let draw = |random: &mut rand_chacha::ChaCha8Rng, from: Timestamp, seconds: i64| {
        let later = rand::RngExt::random_range(random, 60..seconds);
        from.checked_add(later.seconds()).unwrap_or(from).min(epoch())
    };
    let entered = draw(random, moment, 3 * 86_400);
    let updated = draw(random, entered, 400 * 86_400);
    Times { entered, created: written(entered), updated: written(updated) }
}

/// Created and updated, soon after a day began.
fn after(random: &mut rand_chacha::ChaCha8Rng, day: Date) -> (String, String) {
    let Times { created, updated, .. } = since(random, midnight(day));
    (created, updated)
}

/// When a day begins, UTC.
fn midnight(day: Date) -> Timestamp {
    day.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).map_or(epoch(), |day| day.timestamp())
}

/// When the service began, with a name for what nobody can name and a place for what was found anywhere.
/// Everybody has come by then, and nothing has been seen yet.
fn founded() -> Date {
    jiff::civil::date(2005, 12, 1)
}

/// The first day that anything can have happened.
fn first_day() -> Date {
    jiff::civil::date(2006, 1, 15)
}

/// The last one.
fn last_day() -> Date {
    jiff::civil::date(2025, 6, 24)
}
