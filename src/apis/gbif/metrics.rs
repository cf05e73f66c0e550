//! Metrics of checklists: how many names, of which ranks, in which kingdoms.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::entity::dataset::DATASET;
use super::error::Error;
use super::record;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the dataset.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/v1/dataset/{key}/metrics")
            .id("dataset.metrics")
            .summary("Shows the metrics of a checklist")
            .takes([&KEY as _])
            .handler(get),
    ]
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let sql = "SELECT metrics FROM gbif_volume WHERE dataset = ? AND metrics IS NOT NULL";
    let found: Option<String> =
        db.prepare_cached(sql)?.query_row([&key], |row| row.get(0)).optional()?;
    match found {
        Some(metrics) => Ok(Reply::new(StatusCode::OK, "application/json", metrics)),
        None if record::find_id(db, &DATASET, &key)?.is_some() => Err(Error::NotFound),
        None => Err(Error::NoSuchEntity { entity: DATASET.name, key }),
    }
}
