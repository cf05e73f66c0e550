//! What the registry registers: datasets, organizations, installations, nodes, networks.
//!
//! Each kind is a value of [`Entity`]; making, reading, changing, deleting and listing are written once over it.

pub mod citation;
pub mod dataset;
mod endpoints;
pub mod filters;
pub mod installation;
pub mod lists;
pub mod network;
pub mod node;
pub mod organization;
pub mod render;
pub mod rules;
mod suggest;

use rusqlite::Connection;

pub use self::endpoints::{change, endpoints, mark_deleted, register, settle};
use self::rules::{Rules, shrug, stumble};
pub use self::suggest::endpoint as suggest;
use super::error::Error;
use super::grscicoll::{COLLECTION, INSTITUTION};
use super::part::Part;
use super::record::Record;
use super::shape::{Document, Field};
use crate::kit::call::Call;
use crate::kit::endpoint::SchemaOf;
use crate::kit::filter::Filter;

/// A kind of thing that is registered.
pub struct Entity {
    /// `dataset`: in the store and in refusals.
    pub name: &'static str,
    /// `/v1/dataset`
    pub path: &'static str,
    /// In the order of the wire.
    pub fields: &'static [Field],
    /// The same, as OpenAPI describes them.
    pub schema: SchemaOf,
    pub parts: &'static [&'static Part],
    /// Where it follows other rules than other families of kinds.
    pub rules: &'static Rules,
    /// What narrows its list.
    pub filters: &'static [Filter],
    /// Members that a PUT must bring along, besides the key.
    pub demands: &'static [&'static str],
    /// Whether there is a list of deleted ones.
    pub lists_deleted: bool,
    /// What a PUT of an unknown key gets.
    pub unknown_put: fn(&str) -> Error,
    /// What a DELETE of an unknown key gets.
    pub unknown_delete: fn(&str) -> Result<(), Error>,
    /// Whether the caller may do a deed, and the name under which it is written down.
    pub may: fn(&Call, &Connection, &'static Entity, Deed) -> Result<String, Error>,
    /// Fills in what the server adds when one is made or changed; `stored` is what it was.
    pub complete: fn(&Completing, &mut Document) -> Result<(), Error>,
    /// Works out the members that depend on other rows.
    pub derive: fn(&Connection, &Deriving, &mut Document) -> rusqlite::Result<()>,
    /// Keeps by what it is found.
    pub index: fn(&Connection, &Record) -> rusqlite::Result<()>,
    /// The keys of the entities in whose answers a change shows.
    pub relatives: fn(&Connection, &Change) -> rusqlite::Result<Vec<String>>,
}

impl Entity {
    /// Its path with dots, from which its endpoints have their ids: `dataset`, `grscicoll.institution`.
    pub fn id(&self) -> String {
        self.path.trim_start_matches("/v1/").replace('/', ".")
    }
}

/// A deed that needs a permission.
#[derive(Clone, Copy, Debug)]
pub enum Deed<'d> {
    Create {
        body: &'d [u8],
    },
    Change {
        key: &'d str,
    },
    AddMachineTag {
        key: &'d str,
    },
    /// One, by its number.
    RemoveMachineTag {
        key: &'d str,
        id: i64,
    },
    /// All of a namespace.
    RemoveMachineTags {
        key: &'d str,
    },
    RemoveMetadata {
        key: &'d str,
        id: i64,
    },
}

/// An entity on its way into the store.
pub struct Completing<'c, 'r> {
    pub call: &'c Call<'r>,
    pub db: &'c Connection,
    pub user: &'c str,
    pub stored: Option<&'c Record>,
}

/// An entity on its way into an answer.
pub struct Deriving<'d> {
    pub record: &'d Record,
    pub parts: &'d [super::part::Kept],
}

/// What became of an entity.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    pub before: Option<&'c Document>,
    pub after: &'c Document,
}

impl Change<'_> {
    /// Whether a member is another than before.
    pub fn touches(&self, member: &str) -> bool {
        self.before.is_none_or(|before| before.get(member) != self.after.get(member))
    }

    /// The keys that a member holds or held.
    pub fn keys(&self, member: &str) -> Vec<String> {
        let documents = self.before.into_iter().chain([self.after]);
        documents.filter_map(|doc| doc.get(member)?.as_str().map(str::to_owned)).collect()
    }
}

/// Every kind.
pub static ENTITIES: [&Entity; 7] = [
    &dataset::DATASET,
    &installation::INSTALLATION,
    &organization::ORGANIZATION,
    &node::NODE,
    &network::NETWORK,
    &INSTITUTION,
    &COLLECTION,
];

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static Entity> {
    ENTITIES.into_iter().find(|entity| entity.name == name)
}
