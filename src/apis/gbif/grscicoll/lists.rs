//! Lists that only one kind has, and those of what is not emulated, which are empty.

use rusqlite::{Connection, params_from_iter};
use serde_json::json;
use uuid::Uuid;

use super::collection::COLLECTION;
use super::filters;
use super::institution::INSTITUTION;
use super::rules;
use crate::apis::gbif::entity::lists::Rows;
use crate::apis::gbif::entity::rules::Standing;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{self, LIMIT, OFFSET, Window};
use crate::apis::gbif::record;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::{Where, json_array};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the collection.");

pub fn endpoints() -> Vec<Endpoint> {
    let nothing = |path: &str, id: &str| {
        Endpoint::get(format!("{}/{path}", COLLECTION.path))
            .id(format!("{}.{id}", COLLECTION.id()))
            .summary("Lists descriptors, of which there are none")
            .takes([&LIMIT as _, &OFFSET as _])
    };
    let none = |call: &Call, _: &Connection| Ok::<_, Error>(no_results(call));
    vec![
        Endpoint::get(format!("{}/geojson", INSTITUTION.path))
            .id(format!("{}.geojson", INSTITUTION.id()))
            .summary("Gives the places of institutions as GeoJSON")
            .filters(&filters::OF_INSTITUTIONS)
            .handler(geojson),
        Endpoint::get(format!("{}/listForInstitution", COLLECTION.path))
            .id(format!("{}.list-for-institution", COLLECTION.id()))
            .summary("Lists all collections of the institutions that are found")
            .filters(&filters::OF_INSTITUTIONS)
            .handler(list_for_institution),
        nothing("descriptorGroup/suggestion", "descriptorGroup.suggestions").handler(none),
        nothing("{key}/descriptorGroup", "descriptorGroup.list")
            .takes([&KEY as _])
            .handler(of_existing),
        nothing("{key}/descriptorGroup/suggestion", "descriptorGroup.suggestions-of-one")
            .takes([&KEY as _])
            .handler(of_existing),
    ]
}

fn no_results(call: &Call) -> Reply {
    paging::page(Window::of(call), 0, &[] as &[&str])
}

fn of_existing(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    match record::find_id(db, &COLLECTION, &key)? {
        Some(_) => Ok(no_results(call)),
        None => Err(Error::NoSuchEntity { entity: COLLECTION.name, key }),
    }
}

fn geojson(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let mut rows = rules::rows(call, db, &INSTITUTION, Standing::Live)?;
    rows.rows = rows.rows.and("latitude IS NOT NULL AND longitude IS NOT NULL", []);
    let sql = format!(
        "SELECT key, name, longitude, latitude FROM {} {} ORDER BY created DESC, key",
        rows.table, rows.rows
    );
    let mut query = db.prepare_cached(&sql)?;
    let features = query.query_map(params_from_iter(rows.values()), |row| {
        Ok(json!({
            "type": "Feature",
            "properties": { "key": row.get::<_, String>(0)?, "name": row.get::<_, String>(1)? },
            "geometry": {
                "type": "Point",
                "coordinates": [row.get::<_, f64>(2)?, row.get::<_, f64>(3)?],
            },
        }))
    })?;
    let features: Vec<_> = features.collect::<rusqlite::Result<_>>()?;
    Ok(call.answer(&json!({ "type": "FeatureCollection", "features": features })))
}

// Quirk (grscicoll contract 4.2): the page says that it has twenty, and has all.
fn list_for_institution(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let rows = collections_of(call, db)?;
    let count = rows.count(db)?;
    let all = Window { offset: 0, limit: u32::MAX };
    let results = rows.shown(db, all)?;
    Ok(paging::page(Window { offset: 0, limit: 20 }, count, &results))
}

/// The collections of the institutions that a request's filters find.
pub fn collections_of(call: &Call, db: &Connection) -> Result<Rows, Error> {
    let found = rules::rows(call, db, &INSTITUTION, Standing::Live)?;
    let sql = format!("SELECT key FROM {} {}", found.table, found.rows);
    let mut query = db.prepare_cached(&sql)?;
    let keys = query.query_map(params_from_iter(found.values()), |row| row.get(0))?;
    let keys: Vec<rusqlite::types::Value> = keys.collect::<rusqlite::Result<_>>()?;
    let rows = Where::new("deleted IS NULL").and("kind = ?", [COLLECTION.name.to_owned().into()]);
    let rows = rows.and("institution IN (SELECT value FROM json_each(?))", [json_array(keys)]);
    Ok(Rows { table: "gbif_grscicoll", ..Rows::all(rows) })
}
