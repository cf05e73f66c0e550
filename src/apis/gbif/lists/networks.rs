//! What belongs to a network, and who joins and leaves it.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use super::{Below, KEY};
use crate::apis::gbif::entity::Deed;
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::entity::network::NETWORK;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::quirk::BARE_PATHS;
use crate::apis::gbif::{permission, record};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::{Rejection, Reply};

static DATASET_KEY: Param<Uuid> = Param::path("datasetKey", "Key of a dataset.");
static QUERY_DATASET_KEY: Param<Option<Uuid>> =
    Param::optional("datasetKey", "Key of a dataset, unless the body names one.");

static BELOW: [Below; 2] = [
    Below {
        of: &NETWORK,
        path: "/v1/network/{key}/constituents",
        id: "network.constituents",
        summary: "Lists the datasets of a network",
        condition: "kind = 'dataset' AND key IN
                    (SELECT dataset FROM gbif_constituent WHERE network = ?)",
    },
    Below {
        of: &NETWORK,
        path: "/v1/network/{key}/organization",
        id: "network.organizations",
        summary: "Lists the publishers of a network's datasets",
        condition: "kind = 'organization' AND key IN
                    (SELECT dataset.organization FROM gbif_constituent
                     JOIN gbif_entity dataset ON dataset.key = gbif_constituent.dataset
                                             AND dataset.deleted IS NULL
                     WHERE network = ?)",
    },
];

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = BELOW.iter().map(Below::endpoint).collect();
    let path = "/v1/network/{key}/constituents";
    let one = format!("{path}/{{datasetKey}}");
    let editors = Access::Role(permission::EDITOR);
    endpoints.extend([
        Endpoint::post(&one)
            .id("network.constituents.add")
            .summary("Adds a dataset to a network")
            .access(editors)
            .takes([&KEY as _, &DATASET_KEY as _])
            .handler(|call, db| add(call, db, Some(call.get(&DATASET_KEY)))),
        Endpoint::delete(&one)
            .id("network.constituents.remove")
            .summary("Takes a dataset out of a network")
            .access(editors)
            .takes([&KEY as _, &DATASET_KEY as _])
            .handler(|call, db| remove(call, db, Some(call.get(&DATASET_KEY)))),
        // Quirk (contract 10.3): the documents name the dataset nowhere; query and body will do.
        Endpoint::post(path)
            .id("network.constituents.add-by-body")
            .summary("Adds the dataset that query or body names to a network")
            .access(editors)
            .takes([&KEY as _, &QUERY_DATASET_KEY as _])
            .handler(|call, db| add(call, db, named(call)?)),
        Endpoint::delete(path)
            .id("network.constituents.remove-by-body")
            .summary("Takes the dataset that query or body names out of a network")
            .access(editors)
            .takes([&KEY as _, &QUERY_DATASET_KEY as _])
            .handler(|call, db| remove(call, db, named(call)?)),
    ]);
    endpoints
}

/// The dataset that the query or the body names.
fn named(call: &Call) -> Result<Option<Uuid>, Error> {
    if call.is_live(&BARE_PATHS) {
        return Err(Rejection::WrongMethod { allow: vec!["GET".to_owned()] }.into());
    }
    Ok(call.get(&QUERY_DATASET_KEY).or_else(|| {
        let body: Value = serde_json::from_slice(call.request.body()).ok()?;
        let text =
            body.as_str().or_else(|| body["key"].as_str()).or_else(|| body["datasetKey"].as_str());
        text?.parse().ok()
    }))
}

/// The keys of network and dataset, if the caller may change the one's membership of the other.
fn permitted(
    call: &Call,
    db: &Connection,
    dataset: Option<Uuid>,
) -> Result<(String, String), Error> {
    let network = call.get(&KEY).to_string();
    (NETWORK.may)(call, db, &NETWORK, Deed::Change { key: &network })?;
    let dataset = dataset.ok_or_else(|| Error::Refused("No dataset key given".to_owned()))?;
    Ok((network, dataset.to_string()))
}

fn add(call: &Call, db: &Connection, dataset: Option<Uuid>) -> Result<Reply, Error> {
    let (network, dataset) = permitted(call, db, dataset)?;
    if record::find_id(db, &NETWORK, &network)?.is_none() {
        return Err(Error::Refused(format!("NetworkKey {network} not found")));
    }
    if record::find_id(db, &DATASET, &dataset)?.is_none() {
        return Err(Error::Refused(format!("Dataset {dataset} not found")));
    }
    if !join(db, &network, &dataset)? {
        let text = format!("Dataset {dataset} is already connected to the network {network}");
        return Err(Error::Refused(text));
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn remove(call: &Call, db: &Connection, dataset: Option<Uuid>) -> Result<Reply, Error> {
    let (network, dataset) = permitted(call, db, dataset)?;
    if !leave(db, &network, &dataset)? {
        let text = format!("Dataset {dataset} is not connected to the network {network}");
        return Err(Error::Refused(text));
    }
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// Adds a dataset to a network; whether it was new there.
pub fn join(db: &Connection, network: &str, dataset: &str) -> rusqlite::Result<bool> {
    let sql =
        "INSERT INTO gbif_constituent (network, dataset) VALUES (?, ?) ON CONFLICT DO NOTHING";
    let is_new = db.prepare_cached(sql)?.execute((network, dataset))? > 0;
    record::show_all(db, [network, dataset])?;
    Ok(is_new)
}

/// Takes a dataset out of a network; whether it was in there.
pub fn leave(db: &Connection, network: &str, dataset: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM gbif_constituent WHERE network = ? AND dataset = ?";
    let was_member = db.prepare_cached(sql)?.execute((network, dataset))? > 0;
    record::show_all(db, [network, dataset])?;
    Ok(was_member)
}
