//! What pages about datasets ask the registry's neighbours: how many occurrences there are, who downloaded what.

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::error::Error;
use super::paging::{self, LIMIT, OFFSET, Window};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static DATASET_KEY: Param<Option<Uuid>> = Param::optional("datasetKey", "Key of a dataset.");
static NAME: Param<String> = Param::path("name", "Name of a user.");
const NOTHING: [&str; 0] = [];

pub fn endpoints() -> Vec<Endpoint> {
    let empty = |call: &Call, _: &Connection| -> Result<Reply, Error> {
        Ok(paging::page(Window::of(call), 0, &NOTHING))
    };
    vec![
        Endpoint::get("/v1/occurrence/count")
            .id("occurrence.count")
            .summary("Counts the occurrences of a dataset, or of all")
            .takes([&DATASET_KEY as _])
            .handler(|call, db| Ok::<_, Error>(call.answer(&count(call, db)?))),
        Endpoint::get("/v1/occurrence/search")
            .id("occurrence.search")
            .summary("Counts the occurrences of a dataset, and lists none")
            .takes([&DATASET_KEY as _, &LIMIT as _, &OFFSET as _])
            .handler(search),
        Endpoint::get("/v1/derivedDataset/user/{name}")
            .id("derivedDataset.user")
            .summary("Lists the derived datasets of a user: there are none")
            .takes([&NAME as _, &LIMIT as _, &OFFSET as _])
            .handler(empty),
        Endpoint::get("/v1/occurrence/download/user/{name}")
            .id("occurrence.download-user")
            .summary("Lists the downloads of a user: there are none")
            .takes([&NAME as _, &LIMIT as _, &OFFSET as _])
            .handler(empty),
    ]
}

fn search(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let facets = [("facets", b"[]".to_vec())];
    Ok(paging::page_with(Window::of(call), count(call, db)?, &NOTHING, &facets))
}

fn count(call: &Call, db: &Connection) -> rusqlite::Result<i64> {
    match call.get(&DATASET_KEY) {
        None => {
            let sql = "SELECT ifnull(sum(records), 0) FROM gbif_hit";
            db.prepare_cached(sql)?.query_row([], |row| row.get(0))
        }
        Some(key) => {
            let sql = "SELECT occurrences FROM gbif_volume WHERE dataset = ?";
            let found = db
                .prepare_cached(sql)?
                .query_row([key.to_string()], |row| row.get(0))
                .optional()?;
            Ok(found.unwrap_or(0))
        }
    }
}
