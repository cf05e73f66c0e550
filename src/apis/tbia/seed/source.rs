//! The datasets as the portal lists them, and the keys of its partners.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, params};

use super::super::value::day_number;
use super::import;
use super::row_number;
use super::taiwan::{Dataset, Taiwan};
use crate::store::text::fold;
use crate::world::World;

/// A key that passed once.
const EXPIRED_KEY: &str = "tbia-expired-demo-key";
const PASSING_KEYS: usize = 3;
const KEY_LENGTH: usize = 32;

const INSERT: &str = "INSERT INTO tbia_dataset (number, tbiaDatasetID, datasetName, rightsHolder,
        sourceDatasetID, gbifDatasetID, resourceContacts, recordContacts, folded_contacts, is_collection,
        license, datasetURL, datasetPublisher, created, modified, is_deprecated)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Writes the datasets; the row numbers are their places in the list, counted from one.
pub fn write(taiwan: &Taiwan, world: &World, db: &Connection) -> rusqlite::Result<()> {
    let mut random = world.stream("tbia.dataset");
    for (index, dataset) in taiwan.datasets.iter().enumerate() {
        write_one(db, index, dataset, &mut random)?;
    }
    // The predecessor of the first, whose records have all moved on.
    let last = row_number(taiwan.datasets.len() + 1);
    db.execute(
        "INSERT INTO tbia_dataset (number, tbiaDatasetID, datasetName, rightsHolder, resourceContacts,
            is_collection, license, created, modified, is_deprecated)
         SELECT ?1, 'd6459ffd05b0c3d0017a2b0e1', datasetName || ' 2019', rightsHolder, resourceContacts,
            is_collection, license, created, created, TRUE FROM tbia_dataset WHERE number = 1",
        [last],
    )?;
    Ok(())
}

fn write_one(
    db: &Connection,
    index: usize,
    dataset: &Dataset,
    random: &mut ChaCha8Rng,
) -> rusqlite::Result<()> {
    let is_tbn = dataset.rights_holder.ends_with("TBN");
    let ids: [String; 2] = std::array::from_fn(|_| uuid(random));
    let [source_id, gbif_id] = &ids;
    let source_id = (dataset.in_gbif || is_tbn).then_some(source_id);
    let gbif_id = dataset.in_gbif.then_some(gbif_id);
    let url = gbif_id.map(|id| format!("https://www.gbif.org/dataset/{id}"));
    let contacts = dataset.contacts_on_records.then_some(&dataset.resource_contacts);
    db.prepare_cached(INSERT)?.execute(params![
        row_number(index + 1),
        dataset.tbia_dataset_id,
        dataset.name,
        dataset.rights_holder,
        source_id,
        gbif_id,
        dataset.resource_contacts,
        contacts,
        contacts.map(|contacts| fold(contacts)),
        dataset.is_collection,
        dataset.licence,
        url,
        dataset.in_gbif.then_some(&dataset.resource_contacts),
        import::first_day(),
        day_number(dataset.reimported),
        false,
    ])?;
    Ok(())
}

/// Writes the keys of the portal's partners.
pub fn write_keys(world: &World, db: &Connection) -> rusqlite::Result<()> {
    let mut random = world.stream("tbia.key");
    let mut insert = db.prepare("INSERT INTO tbia_key (apikey, state) VALUES (?, ?)")?;
    insert.execute((EXPIRED_KEY, "expired"))?;
    for _ in 0..PASSING_KEYS {
        insert.execute((key(&mut random), "pass"))?;
    }
    Ok(())
}

/// Letters and digits, beginning with a letter.
fn key(random: &mut ChaCha8Rng) -> String {
    const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut sign = |choice: usize| char::from(SIGNS[random.random_range(0..choice)]);
    let first = sign(52);
    std::iter::once(first).chain((1..KEY_LENGTH).map(|_| sign(SIGNS.len()))).collect()
}

/// A version 4 UUID.
pub fn uuid(random: &mut ChaCha8Rng) -> String {
    uuid::Builder::from_random_bytes(random.random()).into_uuid().to_string()
}
