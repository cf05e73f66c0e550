//! Lists of datasets.

use rusqlite::Connection;
use serde_json::json;

use super::{Below, KEY, Plain, existing};
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::entity::lists::{self, Rows};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{LIMIT, OFFSET};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::Where;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static DOI: Param<String> = Param::path("doi", "A DOI, its slashes encoded or not.");

static PLAIN: [Plain; 3] = [
    Plain {
        path: "/v1/dataset/duplicate",
        id: "dataset.duplicate",
        summary: "Lists datasets that duplicate another",
        condition: "kind = 'dataset' AND deleted IS NULL AND duplicate_of IS NOT NULL",
    },
    Plain {
        path: "/v1/dataset/withNoEndpoint",
        id: "dataset.with-no-endpoint",
        summary: "Lists datasets that can be read nowhere",
        condition: "kind = 'dataset' AND deleted IS NULL AND parent IS NULL
                    AND NOT ifnull(doc ->> 'external', FALSE)
                    AND NOT EXISTS (SELECT 1 FROM gbif_part WHERE entity = id AND name = 'endpoint')",
    },
    Plain {
        path: "/v1/dataset/constituents",
        id: "dataset.all-constituents",
        summary: "Lists datasets that are part of another",
        condition: "kind = 'dataset' AND deleted IS NULL AND parent IS NOT NULL",
    },
];

static BELOW: [Below; 1] = [Below {
    of: &DATASET,
    path: "/v1/dataset/{key}/constituents",
    id: "dataset.constituents",
    summary: "Lists the datasets that are part of one",
    condition: "kind = 'dataset' AND parent = ?",
}];

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = PLAIN.iter().map(Plain::endpoint).collect();
    endpoints.extend(BELOW.iter().map(Below::endpoint));
    endpoints.extend([
        Endpoint::get("/v1/dataset/doi/{*doi}")
            .id("dataset.doi")
            .searches()
            .summary("Lists the datasets that have a DOI, or had it")
            .takes([&DOI as _, &LIMIT as _, &OFFSET as _])
            .handler(by_doi),
        Endpoint::get("/v1/dataset/{key}/networks")
            .id("dataset.networks")
            .summary("Lists the networks that a dataset belongs to")
            .takes([&KEY as _])
            .handler(networks),
        Endpoint::get("/v1/dataset/{key}/gridded")
            .id("dataset.gridded")
            .summary("Says whether a dataset's occurrences lie on a grid: none of them do")
            .takes([&KEY as _])
            .handler(|call, db| {
                existing(call, db, &DATASET)?;
                Ok::<_, Error>(call.answer(&json!([])))
            }),
    ]);
    endpoints
}

fn by_doi(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let doi = call.get(&DOI).to_lowercase();
    let rows = Where::new("kind = 'dataset' AND deleted IS NULL").and(
        "doi = ? OR id IN (SELECT entity FROM gbif_part WHERE name = 'identifier'
                           AND doc ->> 'type' = 'DOI' AND lower(identifier) = ?)",
        [doi.clone().into(), doi.into()],
    );
    Ok(lists::page_of(call, db, rows)?)
}

fn networks(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = existing(call, db, &DATASET)?;
    let rows = Where::new("kind = 'network' AND deleted IS NULL")
        .and("key IN (SELECT network FROM gbif_constituent WHERE dataset = ?)", [key.into()]);
    Ok(lists::array(db, &Rows::all(rows), u32::MAX)?)
}
