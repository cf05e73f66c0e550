//! The lists that one kind of entity has and others have not: what belongs to it, and what is wanting.

mod datasets;
mod installations;
pub mod networks;
mod nodes;
mod organizations;

use rusqlite::Connection;
use uuid::Uuid;

use super::entity::installation::INSTALLATION;
use super::entity::network::NETWORK;
use super::entity::node::NODE;
use super::entity::organization::ORGANIZATION;
use super::entity::{self, Entity};
use super::error::Error;
use super::paging::{LIMIT, OFFSET};
use super::record;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::Where;
use crate::kit::param::Param;

static KEY: Param<Uuid> = Param::path("key", "Key of the entity.");

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> =
        [&INSTALLATION, &ORGANIZATION, &NODE, &NETWORK].map(entity::suggest).into();
    endpoints.extend(datasets::endpoints());
    endpoints.extend(installations::endpoints());
    endpoints.extend(organizations::endpoints());
    endpoints.extend(nodes::endpoints());
    endpoints.extend(networks::endpoints());
    endpoints
}

/// A paged list of entities, deleted ones left out: its path, its summary, and a condition.
struct Plain {
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    condition: &'static str,
}

impl Plain {
    fn endpoint(&'static self) -> Endpoint {
        Endpoint::get(self.path)
            .id(self.id)
            .summary(self.summary)
            .takes([&LIMIT as _, &OFFSET as _])
            .handler(|call, db| {
                let rows = Where::new(self.condition);
                Ok::<_, Error>(entity::lists::page_of(call, db, rows)?)
            })
    }
}

/// A paged list of what belongs to one entity; each `?` of the condition stands for its key.
struct Below {
    of: &'static Entity,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    condition: &'static str,
}

impl Below {
    fn endpoint(&'static self) -> Endpoint {
        Endpoint::get(self.path)
            .id(self.id)
            .summary(self.summary)
            .takes([&KEY as _, &LIMIT as _, &OFFSET as _])
            .handler(|call, db| {
                let key = existing(call, db, self.of)?;
                let count = self.condition.matches('?').count();
                let rows =
                    Where::new("deleted IS NULL").and(self.condition, vec![key.into(); count]);
                Ok::<_, Error>(entity::lists::page_of(call, db, rows)?)
            })
    }
}

/// The key that the path names, of an entity that exists.
fn existing(call: &Call, db: &Connection, entity: &'static Entity) -> Result<String, Error> {
    let key = call.get(&KEY).to_string();
    match record::find_id(db, entity, &key)? {
        Some(_) => Ok(key),
        None => Err(Error::NoSuchEntity { entity: entity.name, key }),
    }
}
