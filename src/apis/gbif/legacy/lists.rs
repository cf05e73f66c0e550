//! What IPTs read: organizations, resources and networks in short.

use http::StatusCode;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};
use uuid::Uuid;

use super::demand_login;
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::entity::organization::ORGANIZATION;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::{self, Record, text};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static FILE: Param<String> = Param::path("file", "Key of the organization, and `.json`.");
static RESOURCE: Param<String> = Param::path("key", "Key of the resource, perhaps with `.json`.");
static ORGANISATION_KEY: Param<Uuid> = Param::path("organisationKey", "Key of the organization.");
static OF_ORGANISATION: Param<Option<Uuid>> =
    Param::optional("organisationKey", "Key of the publisher.");
static OP: Param<Option<String>> = Param::optional("op", "`login` only tests the password.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/registry/organisation.json")
            .id("legacy.organisations")
            .searches()
            .summary("Lists all organizations by key and name")
            .handler(|call, db| named(call, db, "organization")),
        Endpoint::get("/registry/organisation/{file}")
            .id("legacy.organisation")
            .summary("Shows an organization, or tests its password")
            .takes([&FILE as _, &OP as _])
            .handler(organisation),
        Endpoint::get("/registry/resource.json")
            .id("legacy.resources")
            .searches()
            .summary("Lists the resources of an organization")
            .takes([&OF_ORGANISATION as _])
            .handler(resources),
        Endpoint::get("/registry/resource/{key}")
            .id("legacy.resource")
            .summary("Shows a resource")
            .takes([&RESOURCE as _])
            .handler(|call, db| {
                let dataset = find_resource(call, db)?;
                Ok::<_, Error>(call.answer(&resource(&dataset)))
            }),
        Endpoint::get("/registry/resource/{key}/belongs/organisation/{organisationKey}")
            .id("legacy.resource.belongs")
            .summary("Says whether a resource belongs to an organization")
            .takes([&RESOURCE as _, &ORGANISATION_KEY as _])
            .handler(belongs),
        Endpoint::get("/registry/network.json")
            .id("legacy.networks")
            .searches()
            .summary("Lists all networks by key and name")
            .handler(|call, db| named(call, db, "network")),
        Endpoint::get("/registry/resource/{key}/networks")
            .id("legacy.resource.networks")
            .summary("Lists the networks that a resource belongs to")
            .takes([&RESOURCE as _])
            .handler(networks),
    ]
}

fn key_and_name(row: &Row) -> rusqlite::Result<Value> {
    Ok(json!({ "key": row.get::<_, String>(0)?, "name": row.get::<_, String>(1)? }))
}

fn named(call: &Call, db: &Connection, kind: &str) -> Result<Reply, Error> {
    let sql = "SELECT key, title FROM gbif_entity
               WHERE kind = ? AND deleted IS NULL ORDER BY title, key";
    let mut query = db.prepare_cached(sql)?;
    let listed = query.query_map([kind], key_and_name)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(call.answer(&listed))
}

fn organisation(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let file = call.get(&FILE);
    let key = file.trim_end_matches(".json");
    if call.get(&OP).is_some_and(|op| op == "login") {
        demand_login(call, db, key)?;
        return Ok(Reply::empty(StatusCode::OK));
    }
    let organization = record::find(db, &ORGANIZATION, key)?;
    let Some(Record { doc, .. }) = organization.filter(|known| !known.is_deleted()) else {
        return Err(Error::NotFound);
    };
    let node = record::find_any(db, text(&doc, "endorsingNodeKey"))?;
    let node_title = node.as_ref().map_or("", |node| text(&node.doc, "title"));
    Ok(call.answer(&json!({
        "key": key,
        "name": text(&doc, "title"),
        "nameLanguage": text(&doc, "language"),
        "description": text(&doc, "description"),
        "descriptionLanguage": text(&doc, "language"),
        "homepageURL": doc.get("homepage").and_then(|list| list[0].as_str()).unwrap_or_default(),
        "nodeKey": text(&doc, "endorsingNodeKey"),
        "nodeName": node_title,
        "nodeContactEmail": "",
    })))
}

fn resource(dataset: &Record) -> Value {
    let doc = &dataset.doc;
    json!({
        "key": dataset.key(),
        "organisationKey": text(doc, "publishingOrganizationKey"),
        "name": text(doc, "title"),
        "nameLanguage": text(doc, "language"),
        "description": text(doc, "description"),
        "descriptionLanguage": text(doc, "language"),
        "homepageURL": text(doc, "homepage"),
    })
}

fn resources(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let Some(organization) = call.get(&OF_ORGANISATION) else {
        return Err(Error::Refused("organisationKey is missing".to_owned()));
    };
    let sql = "SELECT key FROM gbif_entity WHERE organization = ? AND kind = 'dataset'
               AND deleted IS NULL ORDER BY title, key";
    let mut query = db.prepare_cached(sql)?;
    let keys = query
        .query_map([organization.to_string()], |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut listed = Vec::with_capacity(keys.len());
    for key in keys {
        listed.extend(record::find(db, &DATASET, &key)?.as_ref().map(resource));
    }
    Ok(call.answer(&listed))
}

fn find_resource(call: &Call, db: &Connection) -> Result<Record, Error> {
    let key = call.get(&RESOURCE);
    let found = record::find(db, &DATASET, key.trim_end_matches(".json"))?;
    found.filter(|dataset| !dataset.is_deleted()).ok_or(Error::NotFound)
}

fn belongs(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let dataset = find_resource(call, db)?;
    let owner = call.get(&ORGANISATION_KEY).to_string();
    if text(&dataset.doc, "publishingOrganizationKey") == owner {
        Ok(Reply::empty(StatusCode::OK))
    } else {
        Err(Error::NotFound)
    }
}

fn networks(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let dataset = find_resource(call, db)?;
    let sql = "SELECT key, title FROM gbif_constituent
               JOIN gbif_entity ON key = network AND deleted IS NULL
               WHERE dataset = ? ORDER BY title, key";
    let mut query = db.prepare_cached(sql)?;
    let listed =
        query.query_map([dataset.key()], key_and_name)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(call.answer(&listed))
}
