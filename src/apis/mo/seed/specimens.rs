//! Specimens: herbaria, records, collectors' numbers, field slips, occurrences, sequences.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};

use super::observations::{Seen, Sighting};
use super::{KEY_HOLDERS, Times, after, factor, since};
use crate::world::{World, draw};

const HERBARIA: usize = 30;
const PERSONAL: usize = 8;
const RECORDS: usize = 220;
const NUMBERS: usize = 150;
const SLIPS: usize = 60;
const OCCURRENCES: usize = 40;
const SEQUENCES: usize = 90;

pub fn fill(world: &World, db: &Connection, seen: &Seen) -> anyhow::Result<()> {
    let mut random = world.stream("mo specimens");
    herbaria(world, db, &mut random)?;
    let factor = factor(world);
    // One after the other through what was seen, so that no observation gets everything.
    let nth =
        |number: usize, step: usize| &seen.observations[(number * step) % seen.observations.len()];
    records(db, &mut random, RECORDS * factor, |number| nth(number, 5))?;
    numbers(db, &mut random, NUMBERS * factor, |number| nth(number, 7))?;
    slips_and_occurrences(db, &mut random, factor, seen)?;
    sequences(db, &mut random, SEQUENCES * factor, |number| nth(number, 11))?;
    db.execute_batch(
        "UPDATE mo_observations SET specimen = 1 WHERE id IN (SELECT observation_id FROM mo_observation_herbarium_records)
            OR id IN (SELECT observation_id FROM mo_observation_collection_numbers);
         UPDATE mo_occurrences SET has_specimen = 1 WHERE id IN
            (SELECT occurrence_id FROM mo_observations WHERE occurrence_id NOT NULL AND specimen = 1);",
    )?;
    Ok(())
}

fn herbaria(world: &World, db: &Connection, random: &mut ChaCha8Rng) -> anyhow::Result<()> {
    let sql =
        "INSERT INTO mo_herbaria (code, name, email, mailing_address, description, location_id,
               personal_user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut curator = db.prepare(
        "INSERT OR IGNORE INTO mo_herbarium_curators (herbarium_id, user_id) VALUES (?, ?)",
    )?;
    let is_first = |code: &str| matches!(code, "NY" | "FH" | "UBC");
    let of_fungi = world.institutions.iter().filter(|i| i.types().any(|kind| kind == "Herbarium"));
    let (mut chosen, others): (Vec<_>, Vec<_>) = of_fungi.partition(|i| is_first(&i.code));
    chosen.extend(others);
    for (number, institution) in chosen.into_iter().take(HERBARIA - PERSONAL).enumerate() {
        let (created, updated) = after(random, super::first_day());
        let description =
            if draw::chance(random, 0.5) { "Fungi and lichens of the region." } else { "" };
        let id = insert.insert(params![
            institution.code,
            institution.name,
            format!("fungi@{}.example.org", institution.code.to_lowercase()),
            format!("{}\n{}, {}", institution.name, institution.city, institution.state),
            description,
            draw::chance(random, 0.5).then(|| random.random_range(2..=170)),
            None::<i64>,
            created,
            updated
        ])?;
        curator.execute([id, KEY_HOLDERS[number % KEY_HOLDERS.len()]])?;
        curator.execute([id, random.random_range(1..=super::USERS)])?;
    }
    for user in KEY_HOLDERS.into_iter().take(PERSONAL) {
        let name: String = db.query_row(
            "SELECT CASE name WHEN '' THEN login ELSE name END FROM mo_users WHERE id = ?",
            [user],
            |row| row.get(0),
        )?;
        let pattern = draw::one(random, &["{person}: Personal Fungarium"]);
        let name = crate::world::prose::fill(pattern, &[("person", &name)]);
        let (created, updated) = after(random, super::first_day());
        let none = None::<i64>;
        let id = insert.insert(params!["", name, "", "", "", none, user, created, updated])?;
        curator.execute([id, user])?;
    }
    Ok(())
}

fn records<'s>(
    db: &Connection,
    random: &mut ChaCha8Rng,
    count: usize,
    nth: impl Fn(usize) -> &'s Sighting,
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_herbarium_records (herbarium_id, user_id, initial_det, accession_number, notes,
               created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut link = db.prepare(
        "INSERT OR IGNORE INTO mo_observation_herbarium_records (observation_id, herbarium_record_id) VALUES (?, ?)",
    )?;
    for number in 0..count {
        let sighting = nth(number);
        let Times { created, updated, .. } = since(random, sighting.entered);
        let notes = if draw::chance(random, 0.2) { "Dried at 45 °C." } else { "" };
        let accession = if draw::chance(random, 0.6) {
            format!("MO {}", sighting.id)
        } else {
            format!("{:06}", 10_000 + number)
        };
        let herbarium = random.random_range(1..=HERBARIA);
        let id = insert.insert(params![
            i64::try_from(herbarium)?,
            sighting.user,
            sighting.name,
            accession,
            notes,
            created,
            updated
        ])?;
        link.execute([sighting.id, id])?;
    }
    Ok(())
}

fn numbers<'s>(
    db: &Connection,
    random: &mut ChaCha8Rng,
    count: usize,
    nth: impl Fn(usize) -> &'s Sighting,
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_collection_numbers (user_id, name, number, created_at, updated_at)
               SELECT id, CASE name WHEN '' THEN login ELSE name END, ?, ?, ? FROM mo_users WHERE id = ?";
    let mut insert = db.prepare(sql)?;
    let mut link = db.prepare(
        "INSERT OR IGNORE INTO mo_observation_collection_numbers (observation_id, collection_number_id) VALUES (?, ?)",
    )?;
    for number in 0..count {
        let sighting = nth(number);
        let Times { created, updated, .. } = since(random, sighting.entered);
        let text = format!("{}-{}", sighting.day.year(), number + 1);
        let id = insert.insert(params![text, created, updated, sighting.user])?;
        link.execute([sighting.id, id])?;
    }
    Ok(())
}

/// Slips of projects with a prefix; most are on an observation, some occurrences have several.
fn slips_and_occurrences(
    db: &Connection,
    random: &mut ChaCha8Rng,
    factor: usize,
    seen: &Seen,
) -> anyhow::Result<()> {
    let mut slip = db.prepare(
        "INSERT INTO mo_field_slips (code, project_id, user_id, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
    )?;
    let mut occurrence = db.prepare(
        "INSERT INTO mo_occurrences (user_id, primary_observation_id, field_slip_id, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?)",
    )?;
    let mut member = db.prepare("UPDATE mo_observations SET occurrence_id = ? WHERE id = ?")?;
    let occurrences = OCCURRENCES * factor;
    for number in 0..SLIPS * factor {
        let sighting = &seen.observations[(number * 17 + 3) % seen.observations.len()];
        let Times { created, updated, .. } = since(random, sighting.entered);
        let (prefix, project) = super::details::PREFIXES[number % super::details::PREFIXES.len()];
        let code = format!("{prefix}-{:05}", 100 + number);
        let owner = draw::chance(random, 0.9).then_some(sighting.user);
        let slip = slip.insert(params![code, project, owner, created, updated])?;
        if number >= occurrences {
            continue;
        }
        let has_slip = number % 4 != 3;
        let id = occurrence.insert(params![
            sighting.user,
            sighting.id,
            has_slip.then_some(slip),
            created,
            updated
        ])?;
        member.execute([id, sighting.id])?;
        // Without a slip, an occurrence has more than one observation.
        if !has_slip || number % 4 == 0 {
            member.execute([id, sighting.id + 1])?;
        }
    }
    Ok(())
}

fn sequences<'s>(
    db: &Connection,
    random: &mut ChaCha8Rng,
    count: usize,
    nth: impl Fn(usize) -> &'s Sighting,
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_sequences (observation_id, user_id, locus, bases, archive, accession, notes,
               created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for number in 0..count {
        let sighting = nth(number);
        let Times { created, updated, .. } = since(random, sighting.entered);
        let is_deposited = number % 2 == 0;
        let length = random.random_range(80..240);
        let bases: String =
            (0..length).map(|_| *draw::one(random, &['A', 'C', 'G', 'T'])).collect();
        let archive =
            if is_deposited { *draw::one(random, &["GenBank", "UNITE", "ENA"]) } else { "" };
        let accession =
            if is_deposited { format!("MO{:06}", 1000 + number) } else { String::new() };
        insert.execute(params![
            sighting.id,
            sighting.user,
            *draw::one(random, &["ITS", "ITS", "LSU"]),
            bases,
            archive,
            accession,
            if draw::chance(random, 0.2) { "Forward and reverse reads agree." } else { "" },
            created,
            updated
        ])?;
    }
    Ok(())
}
