//! Where the registry and GRSciColl part ways, in what they otherwise do alike.

use http::StatusCode;
use rusqlite::Connection;

use super::Entity;
use super::dataset::DATASET;
use super::lists::Rows;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::grscicoll;
use crate::apis::gbif::part::{Act, Part};
use crate::apis::gbif::record::Record;
use crate::apis::gbif::shape::{Document, Sent};
use crate::kit::call::Call;
use crate::kit::endpoint::Access;
use crate::kit::filter::Where;

/// The rules that a family of kinds is kept under.
pub struct Rules {
    /// For whom the endpoints are that write.
    pub editors: Access,
    /// Members that a new entity must not bring along.
    pub forbids: &'static [&'static str],
    /// Members that a changed one must bring along.
    pub demands: &'static [&'static str],
    /// Whether the titles of many can be asked for at once.
    pub has_titles: bool,
    /// Objects to what a body says beyond its fields.
    pub examine: fn(&'static Entity, &mut Sent, Phase) -> Result<(), Error>,
    /// Refuses a step that the fields alone do not forbid.
    pub permit: fn(&Step) -> Result<(), Error>,
    /// Refuses what is done to a part.
    pub permit_part: fn(&Connection, &'static Part, i64, Act) -> Result<(), Error>,
    /// The rows of a list, those of them that are deleted or those that are not.
    pub rows: fn(&Call, &Connection, &'static Entity, Standing) -> Result<Rows, Error>,
    /// Does what follows from what happened, as writing it down.
    pub witness: fn(&Call, &Connection, &Event) -> Result<(), Error>,
}

/// Whether an entity is being made or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Making,
    Changing,
}

/// Whether entities are deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Live,
    Deleted,
}

/// A step in an entity's life, before it is taken.
pub enum Step<'s> {
    Make { sent: &'s Document },
    Change { stored: &'s Record, sent: &'s Document },
    Delete { stored: &'s Record },
}

/// What happened to an entity.
pub enum Event<'e> {
    Made { record: &'e Record, user: &'e str },
    Changed { record: &'e Record, before: &'e Document, user: &'e str },
    Deleted { record: &'e Record, before: &'e Document, user: &'e str },
    Part { entity: i64, part: &'static Part, key: i64, act: Happened<'e>, user: &'e str },
}

/// What happened to a part.
pub enum Happened<'e> {
    Added(&'e Document),
    Changed(&'e Document),
    Removed(&'e Document),
}

/// The registry's own.
pub static REGISTRY: Rules = Rules {
    editors: Access::Role("REGISTRY_EDITOR"),
    forbids: &["key", "created", "modified"],
    demands: &["key"],
    has_titles: true,
    examine: |_, _, _| Ok(()),
    permit,
    permit_part: |_, _, _, _| Ok(()),
    rows: |call, _, entity, standing| {
        let rows = Where::new(match standing {
            Standing::Live => "deleted IS NULL",
            Standing::Deleted => "deleted IS NOT NULL",
        });
        let rows = rows.and("kind = ?", [entity.name.to_owned().into()]);
        let are_hits = entity.name == DATASET.name && standing == Standing::Live;
        Ok(Rows::all(rows.filter(entity.filters, &call.fields)).found(call, are_hits))
    },
    witness: grscicoll::follow,
};

fn permit(step: &Step) -> Result<(), Error> {
    let Step::Change { stored, sent } = step else { return Ok(()) };
    if !gives(sent, "deleted") {
        return Ok(());
    }
    Err(Error::refused(if stored.is_deleted() {
        "Unable to update a previously deleted entity unless you clear the deletion timestamp"
    } else {
        "Cannot delete using the update service.  Use the deletion service"
    }))
}

/// Whether a member is there and not null.
pub fn gives(sent: &Document, member: &str) -> bool {
    sent.get(member).is_some_and(|value| !value.is_null())
}

// Quirk (contract 6.1): only datasets say that there is nothing to change; the rest stumble.
pub fn stumble(_: &str) -> Error {
    Error::Framework(StatusCode::INTERNAL_SERVER_ERROR, "the key to change is unknown")
}

// Quirk (contract 4.1): to delete what never was succeeds, but for datasets.
pub fn shrug(_: &str) -> Result<(), Error> {
    Ok(())
}
