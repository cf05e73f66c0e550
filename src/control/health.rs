//! Whether wardian is up, and whether its world is there.

use std::collections::BTreeMap;

use http::{HeaderValue, StatusCode, header};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Value, json};

use super::error::Error;
use super::problem;
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::reply::Reply;
use crate::store::{Database, Transaction};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/health")
            .id("health.get")
            .summary("Says that the process listens")
            .handler(health),
        Endpoint::get("/__admin/ready")
            .id("ready.get")
            .summary("Says that the world is there, and what it holds")
            .handler(ready),
    ]
}

/// What a world was made of.
#[derive(Clone, Debug, Serialize)]
pub struct WorldFacts {
    seed: u64,
    scale: Value,
    records: BTreeMap<String, i64>,
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn health(call: &Call, _: &Installation) -> Result<Reply, Error> {
    Ok(call.answer(&json!({ "status": "up" })))
}

fn ready(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let world = installation.world()?;
    Ok(call.answer(&json!({
        "status": "ready",
        "version": env!("CARGO_PKG_VERSION"),
        "world": world,
    })))
}

/// What a server answers whose world is still growing.
pub fn before_ready(path: &str) -> Reply {
    if path == "/__admin/health" {
        return Reply::new(StatusCode::OK, "application/json", "{\"status\":\"up\"}\n");
    }
    let detail = "The world is still growing; GET /__admin/ready tells when it is there.";
    problem::of(StatusCode::SERVICE_UNAVAILABLE, "Not ready", detail)
        .with(header::RETRY_AFTER, HeaderValue::from_static("1"))
}

impl Installation {
    fn world(&self) -> Result<&WorldFacts, Error> {
        if let Some(facts) = self.world.get() {
            return Ok(facts);
        }
        let pristine = Database::fork(self.sessions.world());
        let facts = pristine.transact(Transaction::Read, read_facts)?;
        Ok(self.world.get_or_init(|| facts))
    }
}

fn read_facts(db: &Connection) -> rusqlite::Result<WorldFacts> {
    let sql = "SELECT world_seed, scale FROM wardian_state";
    let (seed, scale): (i64, String) =
        db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut query = db.prepare("SELECT api, count FROM wardian_records")?;
    let records = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(WorldFacts {
        seed: seed.cast_unsigned(),
        // One factor for all is a number; factors for some stand as the option writes them.
        scale: scale.parse::<u32>().map_or_else(|_| Value::from(scale), Value::from),
        records: records.collect::<rusqlite::Result<_>>()?,
    })
}
