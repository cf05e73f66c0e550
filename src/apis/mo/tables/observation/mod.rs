//! Observations: somebody saw something somewhere on a day, and people say what it was.

mod change;
mod create;
mod filters;
mod parts;
mod show;

use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::geography;
use crate::apis::mo::model::Model;
use crate::apis::mo::table::{Create, Delete, STANDARD, Table, Update};

pub use self::change::destroy;
pub use self::create::{add_image, remove_image};
pub use self::filters::next_level;

/// The name of what nobody can name: `Fungi`.
pub const UNKNOWN: i64 = 1;

pub static TABLE: Table = Table {
    name: "observations",
    model: Model::Observation,
    refused_as: "observation",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: filters::FILTERS,
    also: Some(geography::observations),
    show: show::show,
    create: Some(Create { parameters: create::PARAMETERS, run: create::create }),
    update: Some(Update {
        parameters: change::PARAMETERS,
        check: Some(change::check),
        permit: change::permit,
        run: change::change,
    }),
    delete: Some(Delete { only_if: None, permit: change::permit_delete, run: destroy }),
};

/// Notes that an observation changed by what belongs to it.
pub fn note_change(context: &Context, id: i64) -> Result<(), Error> {
    context.update(Model::Observation, id, [])
}

/// As refusals quote an observation: name, author and id.
pub fn title(context: &Context, id: i64) -> Result<String, Error> {
    let sql = "SELECT trim(n.text_name || ' ' || n.author) || ' (' || o.id || ')'
               FROM mo_observations o JOIN mo_names n ON n.id = o.name_id WHERE o.id = ?";
    Ok(context.find(sql, [id])?.unwrap_or_default())
}
