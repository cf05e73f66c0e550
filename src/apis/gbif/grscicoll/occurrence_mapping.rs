//! Occurrence mappings: which records of a dataset are of a collection or institution, where their codes do not tell.

use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::Preparing;
use crate::apis::gbif::record::{self, text};
use crate::apis::gbif::shape::Document;

/// Refuses a dataset that does not exist.
pub fn prepare(preparing: &Preparing, mapping: &mut Document) -> Result<(), Error> {
    let key = text(mapping, "datasetKey");
    match record::find_id(preparing.db, &DATASET, key)? {
        Some(_) => Ok(()),
        None => Err(Error::Refused(format!("Dataset not found with key {key}"))),
    }
}
