//! Lists of nodes and of what they endorse.

use http::StatusCode;
use rusqlite::Connection;

use super::{Below, KEY, Plain, existing};
use crate::apis::gbif::entity::node::NODE;
use crate::apis::gbif::entity::{Deed, lists, lists::Rows};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::{permission, place};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::filter::Where;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static ISO: Param<String> = Param::path("iso", "A country's code of two or three letters.");
static ID: Param<i64> = Param::path("id", "Key of the contact.");

static PLAIN: [Plain; 1] = [Plain {
    path: "/v1/node/pendingEndorsement",
    id: "node.all-pending-endorsements",
    summary: "Lists organizations that no node endorses yet",
    condition: "kind = 'organization' AND deleted IS NULL AND NOT approved",
}];

static BELOW: [Below; 4] = [
    Below {
        of: &NODE,
        path: "/v1/node/{key}/organization",
        id: "node.organizations",
        summary: "Lists the organizations that a node endorses",
        condition: "kind = 'organization' AND node = ? AND approved",
    },
    Below {
        of: &NODE,
        path: "/v1/node/{key}/pendingEndorsement",
        id: "node.pending-endorsements",
        summary: "Lists the organizations that wait for a node",
        condition: "kind = 'organization' AND node = ? AND NOT approved",
    },
    Below {
        of: &NODE,
        path: "/v1/node/{key}/dataset",
        id: "node.datasets",
        summary: "Lists the datasets of the organizations that a node endorses",
        condition: "kind = 'dataset' AND organization IN
                    (SELECT publisher.key FROM gbif_entity publisher
                     WHERE publisher.node = ? AND publisher.approved)",
    },
    Below {
        of: &NODE,
        path: "/v1/node/{key}/installation",
        id: "node.installations",
        summary: "Lists the installations of a node's organizations",
        condition: "kind = 'installation' AND organization IN
                    (SELECT owner.key FROM gbif_entity owner WHERE owner.node = ?)",
    },
];

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = PLAIN.iter().map(Plain::endpoint).collect();
    endpoints.extend(BELOW.iter().map(Below::endpoint));
    endpoints.extend([
        Endpoint::get("/v1/node/country")
            .id("node.countries")
            .searches()
            .summary("Lists the codes of countries that have a node")
            .handler(|call, db| {
                let countries = countries(db, "type = 'COUNTRY'")?;
                Ok::<_, Error>(call.answer(&countries))
            }),
        Endpoint::get("/v1/node/activeCountries")
            .id("node.active-countries")
            .searches()
            .summary("Lists the codes of countries that take part")
            .handler(active_countries),
        Endpoint::get("/v1/node/country/{iso}")
            .id("node.by-country")
            .summary("Gets the node of a country")
            .takes([&ISO as _])
            .handler(by_country),
    ]);
    endpoints.extend(contact_endpoints());
    endpoints
}

fn countries(db: &Connection, condition: &str) -> rusqlite::Result<Vec<String>> {
    let sql = format!(
        "SELECT DISTINCT country FROM gbif_entity
         WHERE kind = 'node' AND deleted IS NULL AND country IS NOT NULL AND {condition}
         ORDER BY country"
    );
    db.prepare_cached(&sql)?.query_map([], |row| row.get(0))?.collect()
}

fn active_countries(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let mut active = countries(
        db,
        "type = 'COUNTRY' AND doc ->> 'participationStatus' IN ('VOTING', 'ASSOCIATE')",
    )?;
    // Quirk (contract 4.7): Chinese Taipei counts as active, though its node is of another type.
    if let Err(at) = active.binary_search_by(|code| code.as_str().cmp("TW")) {
        active.insert(at, "TW".to_owned());
    }
    Ok(call.answer(&active))
}

// Quirk (contract 4.7): an unknown country is no mistake, it just has no node.
fn by_country(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let Some(code) = place::country_code(&call.get(&ISO)) else {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    };
    let rows = Where::new("kind = 'node' AND deleted IS NULL")
        .and("country = ?", [code.to_owned().into()]);
    let body = lists::array(db, &Rows::all(rows), 1)?.body;
    // The array holds one node or none.
    if body.len() == "[]".len() {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    Ok(Reply::new(StatusCode::OK, "application/json", body.slice(1..body.len() - 1)))
}

/// Contacts of nodes are kept in a directory of participants.
fn contact_endpoints() -> Vec<Endpoint> {
    let path = "/v1/node/{key}/contact";
    let refuse = |endpoint: Endpoint, id: &str| {
        let is_write = endpoint.writes;
        let endpoint =
            if is_write { endpoint.access(Access::Role(permission::EDITOR)) } else { endpoint };
        endpoint
            .id(format!("node.contact.{id}"))
            .summary("Contacts of nodes are managed elsewhere")
            .takes([&KEY as _])
            .handler(move |call, db| {
                let key = call.get(&KEY).to_string();
                if is_write {
                    (NODE.may)(call, db, &NODE, Deed::Change { key: &key })?;
                } else {
                    existing(call, db, &NODE)?;
                }
                Err::<Reply, _>(Error::ContactsOfNode)
            })
    };
    let one = format!("{path}/{{id}}");
    vec![
        refuse(Endpoint::get(path), "list"),
        refuse(Endpoint::post(path), "create"),
        refuse(Endpoint::put(path), "update-by-body"),
        refuse(Endpoint::put(&one).takes([&ID as _]), "update"),
        refuse(Endpoint::delete(&one).takes([&ID as _]), "delete"),
    ]
}
