//! Projects, lists, comments, links and descriptions.

use std::collections::HashSet;

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};

use super::observations::Seen;
use super::{
    KEY_HOLDERS, Times, USERS, after, factor, first_day, last_day, midnight, owner, since, words,
};
use crate::world::{World, draw};

const PROJECTS: i64 = 25;
const LISTS: i64 = 50;
const COMMENTS: usize = 700;
const LINKS: usize = 120;
const NAME_DESCRIPTIONS: usize = 80;
const LOCATION_DESCRIPTIONS: usize = 20;

/// Prefixes of field slips, and the projects that have them.
pub const PREFIXES: [(&str, i64); 5] =
    [("NEMF", 1), ("CALMUSH", 2), ("DELFUNGI", 3), ("PNWMS", 4), ("ROCKY", 5)];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The patterns of list titles that are about fungi in any case.
const FUNGAL_TITLES: usize = 6;
/// Where those of project titles begin.
const FUNGAL_PROJECTS: usize = 9;

pub fn fill(world: &World, db: &Connection, seen: &Seen) -> anyhow::Result<()> {
    let mut random = world.stream("mo details");
    projects(world, db, &mut random, seen)?;
    lists(world, db, &mut random, seen)?;
    comments(world, db, &mut random, seen)?;
    links(world, db, &mut random, seen)?;
    descriptions(world, db, &mut random)
}

/// A title that none has yet.
fn title(
    world: &World,
    random: &mut ChaCha8Rng,
    patterns: &[String],
    taken: &mut HashSet<String>,
) -> String {
    let place = draw::one(random, &world.places);
    let (state, locality) = (place.state.as_str(), place.locality.as_str());
    let year = random.random_range(2008..=2024).to_string();
    let values = [
        ("place", locality),
        ("region", state),
        ("year", &year),
        ("month", draw::one::<&str>(random, &MONTHS)),
    ];
    let base = crate::world::prose::fill(draw::one::<String>(random, patterns), &values);
    let mut title = base.clone();
    let mut number = 2;
    while !taken.insert(title.clone()) {
        title = format!("{base} ({number})");
        number += 1;
    }
    title
}

fn projects(
    world: &World,
    db: &Connection,
    random: &mut ChaCha8Rng,
    seen: &Seen,
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_projects (id, user_id, title, summary, field_slip_prefix, created_at, updated_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut member = db.prepare(
        "INSERT OR IGNORE INTO mo_project_members (project_id, user_id, admin, trusting) VALUES (?, ?, ?, ?)",
    )?;
    let mut observation = db.prepare(
        "INSERT OR IGNORE INTO mo_project_observations (project_id, observation_id) VALUES (?, ?)",
    )?;
    let mut image =
        db.prepare("INSERT OR IGNORE INTO mo_project_images (project_id, image_id) VALUES (?, ?)")?;
    let patterns = &world.titles.about("project", "titles")[FUNGAL_PROJECTS..];
    let mut taken = HashSet::new();
    for id in 1..=PROJECTS {
        let number = usize::try_from(id - 1)?;
        let user = owner(random, number, 1);
        let title = title(world, random, patterns, &mut taken);
        let prefix = PREFIXES.iter().find(|(_, project)| *project == id).map(|(prefix, _)| prefix);
        let summary = if draw::chance(random, 0.7) {
            "Everybody who was there is welcome to add their finds.\nPlease photograph the label too."
        } else {
            ""
        };
        let day = draw::day(random, first_day(), last_day());
        let (created, updated) = after(random, day);
        insert.execute(params![id, user, title, summary, prefix, created, updated])?;
        member.execute(params![id, user, true, true])?;
        for _ in 0..random.random_range(3..9) {
            let is_trusting = draw::chance(random, 0.5);
            member.execute(params![id, random.random_range(1..=USERS), false, is_trusting])?;
        }
        for _ in 0..random.random_range(10..40) {
            let sighting = draw::one(random, &seen.observations);
            observation.execute([id, sighting.id])?;
            for picture in &sighting.images {
                image.execute([id, *picture])?;
            }
        }
    }
    Ok(())
}

fn lists(
    world: &World,
    db: &Connection,
    random: &mut ChaCha8Rng,
    seen: &Seen,
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_species_lists (id, user_id, title, `when`, `where`, location_id, notes,
               created_at, updated_at)
               SELECT ?1, ?2, ?3, ?4, name, CASE WHEN ?8 THEN id END, ?5, ?6, ?7 FROM mo_locations WHERE id = ?9";
    let mut insert = db.prepare(sql)?;
    let mut member = db.prepare(
        "INSERT OR IGNORE INTO mo_species_list_observations (species_list_id, observation_id) VALUES (?, ?)",
    )?;
    let mut project = db.prepare(
        "INSERT OR IGNORE INTO mo_project_species_lists (project_id, species_list_id) VALUES (?, ?)",
    )?;
    let patterns = &world.titles.about("species_list", "titles")[..FUNGAL_TITLES];
    let mut taken = HashSet::new();
    for id in 1..=LISTS {
        let user = owner(random, usize::try_from(id - 1)?, 2);
        let title = title(world, random, patterns, &mut taken);
        let day = draw::day(random, first_day(), last_day());
        let (created, updated) = after(random, day);
        let notes = if draw::chance(random, 0.4) {
            words::field_note(world, random)
        } else {
            String::new()
        };
        insert.execute(params![
            id,
            user,
            title,
            day.to_string(),
            notes,
            created,
            updated,
            draw::chance(random, 0.85),
            random.random_range(1..=170)
        ])?;
        for _ in 0..random.random_range(4..30) {
            member.execute([id, draw::one(random, &seen.observations).id])?;
        }
        if draw::chance(random, 0.3) {
            project.execute([random.random_range(1..=PROJECTS), id])?;
        }
    }
    Ok(())
}

/// What else is commented on: class, table, and how many of its records are.
const COMMENTED: [(&str, &str, i64); 4] = [
    ("Name", "mo_names", 680),
    ("Location", "mo_locations", 180),
    ("SpeciesList", "mo_species_lists", LISTS),
    ("Project", "mo_projects", PROJECTS),
];

/// When a record came into the store.
fn entered(db: &Connection, table: &str, id: i64) -> anyhow::Result<Timestamp> {
    let sql = format!("SELECT created_at FROM {table} WHERE id = ?");
    let created: String = db.prepare_cached(&sql)?.query_row([id], |row| row.get(0))?;
    Ok(format!("{created}Z").parse()?)
}

fn comments(
    world: &World,
    db: &Connection,
    random: &mut ChaCha8Rng,
    seen: &Seen,
) -> anyhow::Result<()> {
    let sql = "INSERT INTO mo_comments (user_id, summary, comment, target_type, target_id, created_at, updated_at)
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for number in 0..COMMENTS * factor(world) {
        let user = owner(random, number, 4);
        let (class, target, known) = if draw::chance(random, 0.85) {
            let sighting = draw::one(random, &seen.observations);
            ("Observation", sighting.id, sighting.entered)
        } else {
            let (class, table, count) = *draw::one(random, &COMMENTED);
            let day = draw::day(random, first_day(), last_day());
            let target = random.random_range(1..=count);
            (class, target, midnight(day).max(entered(db, table, target)?))
        };
        let Times { created, updated, .. } = since(random, known);
        let summary = words::one(world, random, "comment", "summary");
        let mut text = words::one(world, random, "comment", "text");
        if draw::chance(random, 0.2) {
            text += "\n\n";
            text += &words::one(world, random, "comment", "text");
        }
        insert.execute(params![user, summary, text, class, target, created, updated])?;
    }
    Ok(())
}

fn links(
    world: &World,
    db: &Connection,
    random: &mut ChaCha8Rng,
    seen: &Seen,
) -> anyhow::Result<()> {
    let sites = [
        (
            "MyCoPortal",
            "https://mycoportal.example.org/portal/collections/individual/index.php?occid={id}",
        ),
        ("iNaturalist", "https://inaturalist.example.org/observations/{id}"),
        ("GenBank", "https://genbank.example.org/nuccore/{id}"),
    ];
    for (project, (name, template)) in (6..).zip(sites) {
        let sql = "INSERT INTO mo_external_sites (name, project_id, url_template) VALUES (?, ?, ?)";
        db.execute(sql, params![name, project, template])?;
    }
    let sql = "INSERT INTO mo_external_links (user_id, observation_id, external_site_id, url, external_id,
               created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for number in 0..LINKS * factor(world) {
        let sighting = &seen.observations[(number * 13 + 1) % seen.observations.len()];
        let site = number % sites.len();
        let other = (100_000 + number * 37).to_string();
        let is_by_id = number % 2 == 0;
        let url = sites[site].1.replace("{id}", &other);
        let Times { created, updated, .. } = since(random, sighting.entered);
        insert.execute(params![
            sighting.user,
            sighting.id,
            i64::try_from(site + 1)?,
            (!is_by_id).then_some(url),
            is_by_id.then_some(other),
            created,
            updated
        ])?;
    }
    Ok(())
}

fn descriptions(world: &World, db: &Connection, random: &mut ChaCha8Rng) -> anyhow::Result<()> {
    const SOURCES: [&str; 5] = ["public", "public", "user", "project", "source"];
    let sql = "INSERT INTO mo_name_descriptions (name_id, user_id, created_at, updated_at, num_views, last_view,
               ok_for_export, source_type, source_name, license_id, public, gen_desc, diag_desc, distribution,
               habitat, look_alikes, uses, notes, refs)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 3, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for number in 0..NAME_DESCRIPTIONS {
        let name = i64::try_from(40 + number * 7)?;
        let day = draw::day(random, first_day(), last_day());
        let known = midnight(day).max(entered(db, "mo_names", name)?);
        let Times { created, updated, .. } = since(random, known);
        let source = *draw::one(random, &SOURCES);
        let mut text = |kind: &str, probability: f64| {
            if !draw::chance(random, probability) {
                return String::new();
            }
            let text = words::one(world, random, "description", kind);
            text.replace("{region}", "the Pacific Northwest").replace("{country}", "the USA")
        };
        let texts = [
            text("general", 0.8),
            text("diagnostic", 0.6),
            text("distribution", 0.6),
            text("habitat", 0.6),
            text("look_alikes", 0.4),
            text("uses", 0.3),
        ];
        insert.execute(params![
            name,
            KEY_HOLDERS[number % KEY_HOLDERS.len()],
            created,
            updated,
            random.random_range(0..500),
            draw::chance(random, 0.8).then_some(&updated),
            draw::chance(random, 0.9),
            source,
            if matches!(source, "project" | "source") { "Fungal Survey" } else { "" },
            draw::chance(random, 0.85),
            texts[0],
            texts[1],
            texts[2],
            texts[3],
            texts[4],
            texts[5],
            if draw::chance(random, 0.2) { "Needs a better photo." } else { "" },
            if draw::chance(random, 0.3) { "Arora, D. 1986. Mushrooms Demystified." } else { "" }
        ])?;
    }
    let sql = "INSERT INTO mo_location_descriptions (location_id, user_id, created_at, updated_at, num_views,
               last_view, ok_for_export, source_type, license_id, public, gen_desc, ecology, species, notes)
               VALUES (?, ?, ?, ?, ?, ?, 1, ?, 3, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    for number in 0..LOCATION_DESCRIPTIONS {
        let location = i64::try_from(2 + number * 8)?;
        let day = draw::day(random, first_day(), last_day());
        let known = midnight(day).max(entered(db, "mo_locations", location)?);
        let Times { created, updated, .. } = since(random, known);
        insert.execute(params![
            location,
            KEY_HOLDERS[number % KEY_HOLDERS.len()],
            created,
            updated,
            random.random_range(0..300),
            draw::chance(random, 0.8).then_some(&updated),
            *draw::one(random, &SOURCES[..3]),
            // So few are not left to chance.
            number % 7 != 3,
            words::one(world, random, "locality", "location_notes"),
            words::one(world, random, "locality", "ecology"),
            if draw::chance(random, 0.3) { "_Amanita muscaria_ and many others." } else { "" },
            ""
        ])?;
    }
    Ok(())
}
