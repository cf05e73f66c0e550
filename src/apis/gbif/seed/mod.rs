//! The registry's share of the world.
//!
//! Nodes endorse organizations, organizations own installations, installations serve datasets, networks gather them:
//! each list draws from a random sequence of its own. Entities and parts go in first; then every entity is shown once.

pub mod datasets;
pub mod gardener;
mod installations;
mod metrics;
mod networks;
mod nodes;
pub mod organizations;
mod setting;
pub mod users;

use anyhow::Result;
use rusqlite::Connection;

use self::gardener::Gardener;
use super::{document, grscicoll, record};
use crate::world::World;

const NODES: usize = 110;
const ORGANIZATIONS: usize = 120;
const INSTALLATIONS: usize = 110;
const DATASETS: usize = 238;
const NETWORKS: usize = 12;

/// How many entities will be made.
pub fn expected(world: &World) -> u64 {
    let scaled = (ORGANIZATIONS + INSTALLATIONS + DATASETS) * factor(world);
    (NODES + NETWORKS + scaled) as u64 + grscicoll::seed::expected(world)
}

pub fn factor(world: &World) -> usize {
    world.scale.of("gbif") as usize
}

/// Fills the tables.
pub fn sow(world: &World, db: &Connection) -> Result<()> {
    db.set_prepared_statement_cache_capacity(128);
    // Merged once, when all words are there; afterwards by whoever writes.
    db.execute_batch(
        "INSERT INTO gbif_text (gbif_text, rank) VALUES ('automerge', 0), ('usermerge', 16);
         INSERT INTO gbif_title (gbif_title, rank) VALUES ('automerge', 0), ('usermerge', 16);",
    )?;
    let mut gardener = Gardener::new(world, db);
    users::sow(world, db)?;
    let nodes = nodes::sow(&mut gardener)?;
    let organizations = organizations::sow(&mut gardener, &nodes)?;
    let installations = installations::sow(&mut gardener, &organizations)?;
    let datasets = datasets::sow(&mut gardener, &organizations, &installations)?;
    networks::sow(&mut gardener, &datasets)?;
    grscicoll::seed::sow(&mut gardener, &organizations, &datasets)?;
    show_everything(db)?;
    sow_documents(&mut gardener)?;
    Ok(gardener.note_numbers()?)
}

/// Gives every other dataset that was published on a known day the document that says so.
fn sow_documents(gardener: &mut Gardener) -> Result<()> {
    let sql = "SELECT key FROM gbif_entity
               WHERE kind = 'dataset' AND doc ->> 'pubDate' IS NOT NULL AND id % 2 = 0 ORDER BY id";
    let keys: Vec<String> = gardener
        .db
        .prepare(sql)?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for key in keys {
        let number = gardener.next("metadata");
        document::sow(gardener.db, &key, number)?;
    }
    Ok(())
}

/// Works out what is answered for each entity, now that all it depends on is there.
fn show_everything(db: &Connection) -> Result<()> {
    // These make the showing quick; the other indexes are made when all rows are there.
    db.execute_batch(
        "CREATE INDEX gbif_entity_organization ON gbif_entity (organization, kind) WHERE organization IS NOT NULL;
         CREATE INDEX gbif_entity_parent ON gbif_entity (parent) WHERE parent IS NOT NULL;
         CREATE INDEX IF NOT EXISTS gbif_part_entity ON gbif_part (entity, name);
         CREATE INDEX gbif_constituent_dataset ON gbif_constituent (dataset);
         CREATE INDEX gbif_metadata_dataset ON gbif_metadata (dataset);
         CREATE INDEX gbif_term_hit ON gbif_term (hit);
         CREATE INDEX gbif_grscicoll_term_entry ON gbif_grscicoll_term (entry);",
    )?;
    let keys: Vec<String> = db
        .prepare("SELECT key FROM gbif_entity ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    record::show_all(db, keys.iter().map(String::as_str))?;
    Ok(())
}
