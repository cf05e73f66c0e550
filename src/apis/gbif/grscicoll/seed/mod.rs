//! GRSciColl's share of the world: the museums and herbaria that publish elsewhere too, and what they keep.

mod collections;
mod history;
mod institutions;
mod known;
mod merges;
mod setting;
mod suggestions;

use anyhow::Result;

use self::history::History;
use crate::apis::gbif::seed::datasets::Dataset;
use crate::apis::gbif::seed::factor;
use crate::apis::gbif::seed::gardener::Gardener;
use crate::apis::gbif::seed::organizations::Organization;
use crate::world::World;

/// How many there are of each at scale 1: a block. Every block is made up alike.
const INSTITUTIONS: usize = 80;
const COLLECTIONS: usize = 160;

/// How many entities will be made.
pub fn expected(world: &World) -> u64 {
    ((INSTITUTIONS + COLLECTIONS) * factor(world)) as u64
}

/// Fills the tables; what is answered is worked out later, with that of all entities.
pub fn sow(
    gardener: &mut Gardener,
    organizations: &[Organization],
    datasets: &[Dataset],
) -> Result<()> {
    let mut history = History::default();
    let institutions = institutions::draw(gardener);
    let collections = collections::draw(gardener, &institutions);
    institutions::plant(gardener, &institutions, &collections, organizations, &mut history)?;
    collections::plant(gardener, &institutions, &collections, datasets, &mut history)?;
    history.note_parts(gardener)?;
    merges::leave(gardener, &institutions, &collections, &mut history)?;
    suggestions::sow(gardener, &mut history)?;
    Ok(history.write(gardener)?)
}
