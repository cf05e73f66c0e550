//! Master sources: where the data of an entity are kept when GRSciColl only shows them.

use rusqlite::Connection;
use serde_json::Value;

use super::parts::MASTER_SOURCE_METADATA;
use crate::apis::gbif::entity::Deriving;
use crate::apis::gbif::part;
use crate::apis::gbif::shape::Document;

/// Shows where an entity's data come from.
pub fn derive(_: &Connection, deriving: &Deriving, shown: &mut Document) -> rusqlite::Result<()> {
    if let Some(metadata) = metadata_among(deriving.parts) {
        shown.insert("masterSourceMetadata".to_owned(), metadata);
    }
    Ok(())
}

/// The metadata among an entity's parts.
pub fn metadata_among(parts: &[part::Kept]) -> Option<Value> {
    let kept = part::listed(&MASTER_SOURCE_METADATA, parts).into_iter().next()?;
    Some(serde_json::from_str(&kept.shown).expect("parts are kept as JSON"))
}

/// Keeps the stored values of the fields that an entity's master source decides about.
pub fn keep_locked(_: &crate::apis::gbif::record::Record, _: &mut Document) {}
