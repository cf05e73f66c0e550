//! Users, their keys, and the licences they choose.

use jiff::ToSpan;
use rand::RngExt;
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

fn users(world: &World, db: &Connection) -> rusqlite::Result<()> {
    let mut random = world.stream("mo users");
    let sql = "INSERT INTO mo_users (id, login, name, email, password, verified, blocked, admin, created_at,
               updated_at, last_login, last_activity, contribution, notes, notes_template,
               mailing_address, location_id, image_id, license_id, votes_anonymous)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for id in 1..=USERS {
        let random = &mut random;
        // The person of the documented example is the first of all.
        let person = match id {
            7 => 0,
            id if id < 7 => usize::try_from(id).unwrap_or_default(),
            id => usize::try_from(id - 1).unwrap_or_default(),
        };
        let person = &world.people[person % world.people.len()];
        let handle = if id == 7 { "mycophile" } else { draw::one(random, &HANDLES) };
        let login = format!("{handle}{id}");
        let is_named = id == 7 || draw::chance(random, 0.85);
        let name = if is_named { person.full_name() } else { String::new() };
        let is_verified = !UNVERIFIED.contains(&id);
        // Whoever saw anything was there before the first sighting; the unverified have only just come.
        let joined = if is_verified {
            draw::moment(random, epoch() - (21 * 8766).hours(), epoch() - (20 * 8766).hours())
        } else {
            epoch() - (24 * id).hours()
        };
        let seen = draw::moment(random, epoch() - 8766.hours(), epoch());
        let (joined, seen) = (written(joined), written(seen));
        let notes = if draw::chance(random, 0.2) {
            words::one(world, random, "user", "note")
        } else {
            String::new()
        };
        let template = if draw::chance(random, 0.15) { "Cap, Gills, Stem" } else { "" };
        let address = if draw::chance(random, 0.1) {
            format!("{}\n{} Spore Lane\n{}", person.full_name(), id * 3, person.country)
        } else {
            String::new()
        };
        let location: Option<i64> = draw::chance(random, 0.3).then(|| random.random_range(2..=150));
        let has_image = draw::chance(random, 0.2);
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
            has_image.then_some(0),
            *draw::one(random, &[2, 3, 3, 3, 4, 6]),
            id != 7 && draw::chance(random, 0.1)
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
