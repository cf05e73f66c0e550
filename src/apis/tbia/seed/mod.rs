//! From the world to TBIA's tables: taxa and datasets as they are listed, records drawn one by one and written at once, so
//! that a million takes no more memory than a hundred.

mod catalogue;
mod draft;
mod event;
mod import;
mod ledger;
mod media;
mod naming;
mod scene;
mod source;
mod specimen;
mod spot;
mod taiwan;

use anyhow::Result;
use rusqlite::Connection;

use self::draft::Drafter;
use self::ledger::Ledger;
use self::taiwan::Taiwan;
use crate::world::World;

/// The records of a world at scale 1.
const RECORDS: u64 = 5_000;

pub fn expected_records(world: &World) -> u64 {
    RECORDS * u64::from(world.scale.of("tbia"))
}

pub fn seed(world: &World, db: &Connection) -> Result<()> {
    let taiwan = Taiwan::read(world)?;
    catalogue::write(&taiwan, world, db)?;
    source::write(&taiwan, world, db)?;
    source::write_keys(world, db)?;
    write_records(&taiwan, world, db)
}

/// Scenes come at equal distances among what chance gives.
fn write_records(taiwan: &Taiwan, world: &World, db: &Connection) -> Result<()> {
    let records = expected_records(world);
    let scenes = scene::scenes(taiwan)?;
    let distance = records / (scenes.len() as u64 + 1);
    let mut scenes = scenes.iter();
    let mut drafter = Drafter::new(taiwan, world);
    let mut ledger = Ledger::new(taiwan, db);
    let stamps = import::stamps(records, &mut world.stream("tbia.import"));
    for (position, stamp) in (0_u64..).zip(stamps) {
        let is_staged = position % distance == distance - 1;
        let record = if stamp.is_documented {
            draft::documented(taiwan, stamp)?
        } else if is_staged && let Some(scene) = scenes.next() {
            drafter.play(stamp, scene)
        } else {
            drafter.draw(stamp)
        };
        ledger.write(record)?;
        world.count_record();
    }
    Ok(())
}

/// A place in a list as the store numbers it.
fn row_number(index: usize) -> i64 {
    i64::try_from(index).expect("reference data are short")
}
