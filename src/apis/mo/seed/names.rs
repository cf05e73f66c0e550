//! Names: the world's fungi, with synonyms, misspellings and classification.

use std::collections::{HashMap, HashSet};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};

use super::{after, first_day, founded, last_day, owner};
use crate::apis::mo::scientific::{GENUS, SPECIES, rank_code};
use crate::apis::mo::tables::observation::UNKNOWN;
use crate::world::taxon::Taxon;
use crate::world::{World, draw};

/// How many names there are.
const COUNT: usize = 700;
const HIGHER: usize = 34;
const BELOW_SPECIES: usize = 21;
const GROUPS: usize = 14;
const SYNONYMS: usize = 77;
const MISSPELT: usize = 28;
/// How many misspellings a group of synonyms has, one group after the other.
const MISSPELLINGS: [usize; 3] = [1, 2, 3];
/// Of one genus, unless it is one of the well-known ones.
const SPECIES_OF_A_GENUS: usize = 5;

const WELL_KNOWN: [&str; 8] = [
    "Agaricus",
    "Amanita",
    "Boletus",
    "Cantharellus",
    "Coprinus",
    "Lactarius",
    "Tulostoma",
    "Xylaria",
];

/// The last names, which nobody has observed: whoever made them may change them.
pub const UNSEEN: usize = 20;

/// The names that observations can have.
pub struct Names {
    /// Id and taxon of species and what is below them.
    pub species: Vec<(i64, String)>,
    /// By country (ISO alpha-2), places in `species`.
    pub by_country: HashMap<String, Vec<usize>>,
    pub genera: Vec<i64>,
}

/// A name to be put in.
struct Row {
    text_name: String,
    author: String,
    rank: i64,
    deprecated: bool,
    correct: Option<String>,
    group: Option<i64>,
    classification: String,
}

pub fn fill(world: &World, db: &Connection) -> anyhow::Result<Names> {
    let mut random = world.stream("mo names");
    let chosen = choose(world);
    let rows = rows(world, &mut random, &chosen);
    insert(db, &mut random, &rows)?;
    Ok(observable(world, &rows))
}

/// Taxa that become names, in the order of their ids.
fn choose(world: &World) -> Vec<&Taxon> {
    let fungi: Vec<&Taxon> = world
        .taxa
        .iter()
        .filter(|taxon| world.taxa.lineage(taxon).last().is_some_and(|top| top.name == "Fungi"))
        .collect();
    let accepted = |rank: &'static str| {
        fungi.iter().copied().filter(move |taxon| taxon.is_accepted() && taxon.rank == rank)
    };
    let mut chosen: Vec<&Taxon> = Vec::with_capacity(COUNT);
    chosen.extend(fungi.iter().filter(|taxon| taxon.name == "Fungi"));
    let is_higher = |rank: &str| matches!(rank, "phylum" | "class" | "order" | "family");
    chosen.extend(fungi.iter().filter(|t| t.is_accepted() && is_higher(&t.rank)).take(HIGHER));
    let is_well_known = |name: &str| WELL_KNOWN.contains(&name);
    let genera = accepted("genus").filter(|genus| is_well_known(&genus.name));
    let others = accepted("genus").filter(|genus| !is_well_known(&genus.name));
    let genera: Vec<&Taxon> = genera.chain(others).take(105).collect();
    let of_genera: HashSet<&str> = genera.iter().map(|genus| genus.name.as_str()).collect();
    chosen.extend(&genera);
    chosen.extend(accepted("group").take(GROUPS));
    let lower = fungi.iter().copied().filter(|taxon| {
        taxon.is_accepted() && matches!(taxon.rank.as_str(), "variety" | "form" | "subspecies")
    });
    chosen.extend(lower.take(BELOW_SPECIES));
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let (mut first, mut later): (Vec<&Taxon>, Vec<&Taxon>) = (Vec::new(), Vec::new());
    for species in accepted("species") {
        let count = counts.entry(&species.parent).or_default();
        *count += 1;
        let is_first = is_well_known(&species.parent)
            || (*count <= SPECIES_OF_A_GENUS && of_genera.contains(species.parent.as_str()));
        if is_first { first.push(species) } else { later.push(species) }
    }
    // Two names are of the same species by different authors.
    let room = COUNT - chosen.len() - SYNONYMS - MISSPELT - 2;
    let species: Vec<&Taxon> = first.into_iter().chain(later).take(room).collect();
    let kept: HashSet<&str> = species.iter().map(|taxon| taxon.name.as_str()).collect();
    let synonyms = fungi.iter().copied().filter(|taxon| {
        !taxon.is_accepted() && taxon.rank == "species" && kept.contains(taxon.parent.as_str())
    });
    chosen.extend(synonyms.take(SYNONYMS));
    chosen.extend(species);
    chosen
}

fn rows(world: &World, random: &mut ChaCha8Rng, chosen: &[&Taxon]) -> Vec<Row> {
    let mut groups: HashMap<&str, i64> = HashMap::new();
    for taxon in chosen.iter().filter(|taxon| !taxon.is_accepted()) {
        let next = i64::try_from(groups.len()).unwrap_or_default() + 1;
        groups.entry(&taxon.parent).or_insert(next);
    }
    let misspelt = misspelt(chosen, &groups);
    let row = |taxon: &&Taxon, random: &mut ChaCha8Rng| {
        let accepted = if taxon.is_accepted() { &taxon.name } else { &taxon.parent };
        let keeps_author = taxon.rank == "kingdom" || draw::chance(random, 0.95);
        let is_classified = taxon.rank != "kingdom" && draw::chance(random, 0.93);
        Row {
            text_name: taxon.name.clone(),
            author: if keeps_author { taxon.authorship.clone() } else { String::new() },
            rank: rank_code(&taxon.rank).unwrap_or(SPECIES),
            deprecated: !taxon.is_accepted(),
            correct: None,
            group: groups.get(accepted.as_str()).copied(),
            classification: if is_classified {
                classification(world, taxon)
            } else {
                String::new()
            },
        }
    };
    let split = chosen.len() - UNSEEN;
    let mut rows: Vec<Row> = chosen[..split].iter().map(|taxon| row(taxon, random)).collect();
    rows.extend(misspelt);
    let amanita =
        world.taxa.find("Amanita vaginata").or_else(|| world.taxa.find("Amanita muscaria"));
    for author in ["Arora", "Borealis"] {
        rows.push(Row {
            text_name: "Amanita baccata".to_owned(),
            author: author.to_owned(),
            rank: SPECIES,
            deprecated: false,
            correct: None,
            group: None,
            classification: amanita.map_or_else(String::new, |taxon| classification(world, taxon)),
        });
    }
    rows.extend(chosen[split..].iter().map(|taxon| row(taxon, random)));
    rows.truncate(COUNT);
    rows
}

/// Misspellings of species that have one synonym each, so that their groups have from three to five names.
fn misspelt(chosen: &[&Taxon], groups: &HashMap<&str, i64>) -> Vec<Row> {
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    for taxon in chosen.iter().filter(|taxon| !taxon.is_accepted()) {
        *sizes.entry(&taxon.parent).or_default() += 1;
    }
    let species: Vec<&Taxon> = chosen
        .iter()
        .copied()
        .filter(|taxon| taxon.is_accepted() && sizes.get(taxon.name.as_str()) == Some(&1))
        .collect();
    let of_a_turn: usize = MISSPELLINGS.iter().sum();
    let needed = (MISSPELT * MISSPELLINGS.len()).div_ceil(of_a_turn);
    let spread = species.iter().step_by((species.len() / needed).max(1));
    spread
        .zip(MISSPELLINGS.into_iter().cycle())
        .flat_map(|(taxon, count)| (0..count).map(move |nth| (taxon, nth)))
        .take(MISSPELT)
        .map(|(taxon, nth)| Row {
            text_name: misspell(&taxon.name, nth),
            author: String::new(),
            rank: SPECIES,
            deprecated: true,
            correct: Some(taxon.name.clone()),
            group: groups.get(taxon.name.as_str()).copied(),
            classification: String::new(),
        })
        .collect()
}

/// A letter before the last one is doubled or lost: the one next to it, or the `nth` before that.
fn misspell(name: &str, nth: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = letters.len() - 2 - nth;
    if letters[at] == letters[at - 1] {
        letters.remove(at);
    } else {
        letters.insert(at, letters[at]);
    }
    letters.into_iter().collect()
}

/// From the kingdom down to the family, without the taxon itself.
fn classification(world: &World, taxon: &Taxon) -> String {
    let mut lines: Vec<String> = world
        .taxa
        .lineage(taxon)
        .filter(|higher| higher.is_accepted() && higher.name != taxon.name)
        .filter_map(|higher| {
            let rank = match higher.rank.as_str() {
                "kingdom" => "Kingdom",
                "phylum" => "Phylum",
                "class" => "Class",
                "order" => "Order",
                "family" => "Family",
                _ => return None,
            };
            Some(format!("{rank}: _{}_", higher.name))
        })
        .collect();
    lines.reverse();
    lines.join("\r\n")
}

fn insert(db: &Connection, random: &mut ChaCha8Rng, rows: &[Row]) -> anyhow::Result<()> {
    let ids: HashMap<&str, i64> =
        (1..).zip(rows).map(|(id, row)| (row.text_name.as_str(), id)).collect();
    let sql = "INSERT INTO mo_names (id, text_name, author, rank, deprecated, correct_spelling_id, synonym_id,
               citation, classification, notes, user_id, created_at, updated_at, num_views, last_view,
               ok_for_export) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let mut insert = db.prepare(sql)?;
    let mut version =
        db.prepare("INSERT INTO mo_name_versions (name_id, user_id) VALUES (?, ?)")?;
    let unseen = rows.len() - UNSEEN;
    for (index, row) in rows.iter().enumerate() {
        let id = i64::try_from(index + 1)?;
        let drawn = draw::day(random, first_day(), last_day());
        let day = if id == UNKNOWN { founded() } else { drawn };
        let (created, updated) = after(random, day);
        let user = if index < unseen {
            random.random_range(1..=super::USERS)
        } else {
            owner(random, index - unseen, 2)
        };
        let citation = if draw::chance(random, 0.25) {
            let (volume, page, year) = (
                random.random_range(1..120),
                random.random_range(1..900),
                random.random_range(1801..2020),
            );
            format!("{} {year}. Mycologia {volume}: {page}.", row.author)
        } else {
            String::new()
        };
        let notes = if draw::chance(random, 0.1) {
            "See also _Agaricus_.\nWanted: photos of the spores."
        } else {
            ""
        };
        insert.execute(params![
            id,
            row.text_name,
            row.author,
            row.rank,
            row.deprecated,
            row.correct.as_ref().and_then(|name| ids.get(name.as_str())),
            row.group,
            citation.trim(),
            row.classification,
            notes,
            user,
            created,
            updated,
            random.random_range(0..4000),
            draw::chance(random, 0.8).then_some(&updated),
            draw::chance(random, 0.95)
        ])?;
        version.execute([id, user])?;
        if index < unseen && draw::chance(random, 0.3) {
            version.execute([id, random.random_range(1..=super::USERS)])?;
        }
    }
    Ok(())
}

fn observable(world: &World, rows: &[Row]) -> Names {
    let mut names = Names { species: Vec::new(), by_country: HashMap::new(), genera: Vec::new() };
    let seen = rows.len() - UNSEEN;
    for (id, row) in (1..).zip(&rows[..seen]) {
        if row.rank == GENUS {
            names.genera.push(id);
        }
        let Some(taxon) = world.taxa.find(&row.text_name) else { continue };
        if row.rank > 410 || row.deprecated {
            continue;
        }
        let place = names.species.len();
        names.species.push((id, row.text_name.clone()));
        for country in COUNTRIES.iter().filter(|country| taxon.lives_in(country)) {
            names.by_country.entry((*country).to_owned()).or_default().push(place);
        }
    }
    names
}

/// Countries whose fungi are told apart; elsewhere anything may grow.
const COUNTRIES: [&str; 12] =
    ["US", "CA", "MX", "GB", "DE", "FR", "ES", "AU", "BR", "SE", "DK", "JP"];
