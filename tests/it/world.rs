//! The synthetic world: its reference data hang together, and a seed stays what it is.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;
use std::fs;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};
use tempfile::TempDir;
use wardian::seeding;
use wardian::store::{Database, Transaction};
use wardian::world::reference::SeedData;
use wardian::world::{Recipe, World, draw};
use xxhash_rust::xxh3::Xxh3;

use crate::support::WORLD;

fn world() -> World {
    World::new(&Recipe::default()).unwrap()
}

#[test]
fn there_are_taxa_of_every_kingdom_each_classified_up_to_it() {
    let world = world();
    let mut species: BTreeMap<&str, usize> = BTreeMap::new();
    for taxon in world.taxa.iter().filter(|taxon| taxon.is_accepted()) {
        let highest = world.taxa.lineage(taxon).last().unwrap();
        assert_eq!(highest.rank, "kingdom", "{} ends at {}", taxon.name, highest.name);
        if taxon.rank == "species" {
            *species.entry(&highest.name).or_default() += 1;
        }
    }

    let kingdoms: Vec<&str> = species.keys().copied().collect();
    let expected =
        ["Animalia", "Archaea", "Bacteria", "Chromista", "Fungi", "Plantae", "Protozoa", "Viruses"];
    assert_eq!(kingdoms, expected);
    assert!(species.values().sum::<usize>() >= 1_500, "{species:?}");
}

#[test]
fn synonyms_lead_to_an_accepted_name() {
    let world = world();

    let synonyms: Vec<_> = world.taxa.iter().filter(|taxon| !taxon.is_accepted()).collect();

    assert!(synonyms.len() > 200);
    for synonym in synonyms {
        assert!(world.taxa.parent(synonym).unwrap().is_accepted(), "{}", synonym.name);
    }
}

#[test]
fn every_collection_belongs_to_an_institution() {
    let world = world();
    let codes: HashSet<&str> = world.institutions.iter().map(|i| i.code.as_str()).collect();

    assert!(world.institutions.len() >= 80);
    for collection in &world.collections {
        assert!(codes.contains(collection.institution_code.as_str()), "{}", collection.code);
    }
}

#[test]
fn places_and_institutions_lie_on_earth_in_known_countries() {
    let world = world();
    let countries: HashSet<&str> = world.countries.iter().map(|c| c.alpha2.as_str()).collect();
    let places = world.places.iter().map(|p| (&p.country, p.longitude, p.latitude));
    let institutions = world.institutions.iter().map(|i| (&i.country, i.longitude, i.latitude));

    for (country, longitude, latitude) in places.chain(institutions) {
        assert!(countries.contains(country.as_str()), "{country}");
        assert!((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude));
    }
}

#[test]
fn a_list_draws_the_same_whatever_others_draw() {
    let world = world();
    let items: Vec<u32> = (0..1000).collect();
    let draws = |list: &str| {
        let mut stream = world.stream(list);
        (0..5).map(|_| *draw::one(&mut stream, &items)).collect::<Vec<_>>()
    };

    let before = draws("tbia.occurrence");
    draws("another");

    assert_eq!(draws("tbia.occurrence"), before);
    assert_ne!(draws("another"), before);
}

#[test]
fn a_folder_overrides_reference_data_file_by_file() {
    let folder = TempDir::new().unwrap();
    let header = "given,family,initials,country\n";
    fs::write(folder.path().join("people.csv"), format!("{header}Ada,Example,A.,GB\n")).unwrap();
    let data = SeedData::overridden_by(folder.path()).unwrap();
    let embedded = SeedData::embedded();

    assert_ne!(data.digest().unwrap(), embedded.digest().unwrap());
    let recipe = Recipe { data, ..Recipe::default() };
    let overridden = World::new(&recipe).unwrap();

    assert_eq!(overridden.people.len(), 1);
    assert_eq!(overridden.people[0].full_name(), "Ada Example");
    assert_eq!(overridden.places.len(), world().places.len());
}

#[test]
fn malformed_reference_data_are_named() {
    let folder = TempDir::new().unwrap();
    let text = "given,family,initials,country\nAda,Example,A.\n";
    fs::write(folder.path().join("people.csv"), text).unwrap();
    let data = SeedData::overridden_by(folder.path()).unwrap();

    let Err(error) = World::new(&Recipe { data, ..Recipe::default() }) else {
        panic!("a row without a country was taken");
    };

    let text = format!("{error:#}");
    assert!(text.contains("people.csv") && text.contains("line: 2"), "{text}");
}

#[test]
fn the_world_grows_the_same_in_memory_and_in_a_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("world.db");

    seeding::grow_file(&world(), &wardian::apis::all(), &path).unwrap();

    let grown = Connection::open(&path).unwrap();
    let in_memory = Database::fork(&WORLD);
    in_memory
        .transact(Transaction::Read, |db| {
            assert_eq!(describe(&grown), describe(db));
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// Seed 42 stays seed 42: people's tests rely on ids and values. A change here is a change of the world for all of
/// them and belongs into the changelog.
#[test]
fn the_default_world_is_the_one_that_everybody_knows() {
    let fork = Database::fork(&WORLD);
    let description = fork.transact(Transaction::Read, |db| Ok::<_, Error>(describe(db))).unwrap();

    insta::assert_snapshot!("default_world", description);
}

/// Each table with its number of rows and a digest of them.
fn describe(db: &Connection) -> String {
    let sql = "SELECT name FROM pragma_table_list
               WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'
               ORDER BY name";
    let mut query = db.prepare(sql).unwrap();
    let tables: Vec<String> =
        query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
    let mut text = String::new();
    for table in tables {
        let (rows, digest) = digest(db, &table);
        writeln!(text, "{table:<32} {rows:>7} {digest:016x}").unwrap();
    }
    text
}

fn digest(db: &Connection, table: &str) -> (usize, u64) {
    let mut query = db.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
    let columns = query.column_count();
    let mut rows = query.query([]).unwrap();
    let (mut count, mut digest) = (0, Xxh3::new());
    while let Some(row) = rows.next().unwrap() {
        count += 1;
        for column in 0..columns {
            match row.get_ref(column).unwrap() {
                ValueRef::Null => digest.update(b"\0n"),
                ValueRef::Integer(number) => digest.update(&number.to_le_bytes()),
                ValueRef::Real(number) => digest.update(&number.to_le_bytes()),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => digest.update(bytes),
            }
            digest.update(b"\0");
        }
    }
    (count, digest.digest())
}
