//! Users, their keys, and the licences they choose.

use std::collections::HashSet;

use jiff::ToSpan;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};

use super::{KEY_HOLDERS, USERS, words, written};
use crate::apis::mo::key;
use crate::world::{World, draw, epoch};

/// What logins begin with; the number of the user follows.
const HANDLES: [&str; 12] = [
    "sporeprint",
    "boletehunter",
    "hyphae",
    "inkcap",
    "chanterelle",
    "earthstar",
    "mycophile",
    "truffledog",
    "waxcap",
    "polypora",
    "stinkhorn",
    "morelman",
];

/// Whom the documented example asks for.
const DOCUMENTED: i64 = 7;
const ADMIN: i64 = 1;
const BLOCKED: i64 = 57;
const UNVERIFIED: std::ops::RangeInclusive<i64> = 58..=60;

/// Whose first key waits to be verified.
const WITH_UNVERIFIED_KEY: i64 = 13;

/// Licences that images have; the others are there to choose.
pub const USED_LICENSES: [i64; 4] = [2, 3, 4, 6];

pub fn fill(world: &World, db: &Connection) -> anyhow::Result<()> {
    licenses(world, db)?;
    users(world, db)?;
    keys(world, db)
}

fn licenses(world: &World, db: &Connection) -> rusqlite::Result<()> {
    let sql = "INSERT INTO mo_licenses (id, display_name, url, deprecated) VALUES (?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let own = world.licences.iter().filter_map(|licence| {
        let id: i64 = licence.name.strip_prefix("MO_")?.parse().ok()?;
        Some((id, licence))
    });
    for (id, licence) in own {
        insert.execute(params![id, licence.title, licence.url, id == 1])?;
    }
    Ok(())
}

/// So many percent of all users, but not the one of the documented example: they are too few to leave it to chance.
fn chosen(random: &mut ChaCha8Rng, percent: i64) -> HashSet<i64> {
    let mut others: Vec<i64> = (1..=USERS).filter(|id| *id != DOCUMENTED).collect();
    let wanted = USERS * percent / 100;
    (0..wanted).map(|_| others.swap_remove(random.random_range(0..others.len()))).collect()
}

fn users(world: &World, db: &Connection) -> rusqlite::Result<()> {
    let mut random = world.stream("mo users");
    let sql = "INSERT INTO mo_users (id, login, name, email, password, verified, blocked, admin, created_at,
               updated_at, last_login, last_activity, contribution, notes, notes_template,
               mailing_address, location_id, image_id, license_id, votes_anonymous)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut shares = world.stream("mo profiles");
    let mut share = |percent| chosen(&mut shares, percent);
    let (nameless, anonymous) = (share(15), share(10));
    let (with_notes, with_template, with_address) = (share(20), share(15), share(10));
    let (with_location, with_image) = (share(30), share(20));
    for id in 1..=USERS {
        let random = &mut random;
        // The person of the documented example is the first of all.
        let person = match id {
            DOCUMENTED => 0,
            id if id < DOCUMENTED => usize::try_from(id).unwrap_or_default(),
            id => usize::try_from(id - 1).unwrap_or_default(),
        };
        let person = &world.people[person % world.people.len()];
        let handle = if id == DOCUMENTED { "mycophile" } else { draw::one(random, &HANDLES) };
        let login = format!("{handle}{id}");
        let name = if nameless.contains(&id) { String::new() } else { person.full_name() };
        let is_verified = !UNVERIFIED.contains(&id);
        // Whoever saw anything was there before the first sighting.
        let joined =
            draw::moment(random, epoch() - (21 * 8766).hours(), epoch() - (20 * 8766).hours());
        let seen = draw::moment(random, epoch() - 8766.hours(), epoch());
        let (joined, seen) = (written(joined), written(seen));
        let notes = if with_notes.contains(&id) {
            words::one(world, random, "user", "note")
        } else {
            String::new()
        };
        let template = if with_template.contains(&id) { "Cap, Gills, Stem" } else { "" };
        let address = if with_address.contains(&id) {
            format!("{}\n{} Spore Lane\n{}", person.full_name(), id * 3, person.country)
        } else {
            String::new()
        };
        let location: Option<i64> =
            with_location.contains(&id).then(|| random.random_range(2..=150));
        insert.execute(params![
            id,
            login,
            name,
            format!("{login}@mo.example.org"),
            format!("secret-{login}"),
            is_verified.then_some(&joined),
            id == BLOCKED,
            id == ADMIN,
            joined,
            if is_verified { &seen } else { &joined },
            is_verified.then_some(&seen),
            is_verified.then_some(&seen),
            10_i64.pow(random.random_range(1..4)) + random.random_range(0..900),
            notes,
            template,
            address,
            location,
            // Which image it is, the seed of images decides.
            with_image.contains(&id).then_some(0),
            *draw::one(random, &[2, 3, 3, 3, 4, 6]),
            anonymous.contains(&id)
        ])?;
    }
    Ok(())
}

/// What keys are for.
const APPS: [&str; 4] =
    ["Mushroom Observer Mobile", "Personal script", "Herbarium labels", "Photo sync"];

fn keys(world: &World, db: &Connection) -> anyhow::Result<()> {
    let mut random = world.stream("mo api keys");
    let sql =
        "INSERT INTO mo_api_keys (user_id, key, notes, created_at, last_used, verified, num_uses)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut make = |user: i64, app: &str, is_verified: bool| -> anyhow::Result<()> {
        let created = draw::moment(&mut random, epoch() - 8760.hours(), epoch() - 24.hours());
        let last = draw::moment(&mut random, created, epoch());
        let (created, last) = (written(created), written(last));
        let uses = if is_verified { random.random_range(1..500) } else { 0 };
        insert.execute(params![
            user,
            key::draw(&mut random),
            app,
            created,
            is_verified.then_some(last),
            is_verified.then_some(&created),
            uses
        ])?;
        Ok(())
    };
    for (number, user) in KEY_HOLDERS.into_iter().enumerate() {
        make(user, APPS[number % APPS.len()], user != WITH_UNVERIFIED_KEY)?;
    }
    make(4, "Weather station", false)
}
