//! Lists of installations, and their synchronisation.

use http::StatusCode;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

use super::{Below, KEY, Plain, existing};
use crate::apis::gbif::entity::installation::INSTALLATION;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{self, LIMIT, OFFSET, Window};
use crate::apis::gbif::value::{InstallationType, Word};
use crate::apis::gbif::{moment, permission};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static TYPE: Param<Word<InstallationType>> = Param::path("type", "Type of the installations.");

static PLAIN: [Plain; 1] = [Plain {
    path: "/v1/installation/nonPublishing",
    id: "installation.non-publishing",
    summary: "Lists installations that never served a dataset",
    // Quirk (contract 4.5): deleted datasets count as served, and deleted installations are listed too.
    condition: "kind = 'installation' AND NOT EXISTS
                (SELECT 1 FROM gbif_entity dataset WHERE dataset.installation = gbif_entity.key)",
}];

static BELOW: [Below; 1] = [Below {
    of: &INSTALLATION,
    path: "/v1/installation/{key}/dataset",
    id: "installation.datasets",
    summary: "Lists the datasets that an installation serves",
    condition: "kind = 'dataset' AND installation = ?",
}];

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = PLAIN.iter().map(Plain::endpoint).collect();
    endpoints.extend(BELOW.iter().map(Below::endpoint));
    endpoints.extend([
        Endpoint::get("/v1/installation/location/{type}")
            .id("installation.location")
            .searches()
            .summary("Maps the organizations that have installations of a type")
            .takes([&TYPE as _])
            .handler(locations),
        Endpoint::post("/v1/installation/{key}/synchronize")
            .id("installation.synchronize")
            .summary("Brings an installation's metadata up to date")
            .access(Access::Role(permission::ADMIN))
            .takes([&KEY as _])
            .handler(synchronize),
        Endpoint::get("/v1/installation/metasync")
            .id("installation.all-synchronisations")
            .summary("Lists the synchronisations of all installations")
            .takes([&LIMIT as _, &OFFSET as _])
            .handler(|call, db| Ok::<_, Error>(synchronisations(call, db, None)?)),
        Endpoint::get("/v1/installation/{key}/metasync")
            .id("installation.synchronisations")
            .summary("Lists the synchronisations of an installation")
            .takes([&KEY as _, &LIMIT as _, &OFFSET as _])
            .handler(|call, db| {
                let key = existing(call, db, &INSTALLATION)?;
                Ok::<_, Error>(synchronisations(call, db, Some(&key))?)
            }),
    ]);
    endpoints
}

fn locations(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let sql = "SELECT owner.key, owner.title, owner.doc ->> 'longitude', owner.doc ->> 'latitude',
                      count(*)
               FROM gbif_entity installation
               JOIN gbif_entity owner ON owner.key = installation.organization
               WHERE installation.kind = 'installation' AND installation.type = ?
                 AND installation.deleted IS NULL AND owner.doc ->> 'latitude' IS NOT NULL
               GROUP BY owner.key ORDER BY owner.key";
    let mut query = db.prepare_cached(sql)?;
    let features = query.query_map([call.get(&TYPE).value], |row: &Row| {
        Ok(json!({
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [row.get::<_, f64>(2)?, row.get::<_, f64>(3)?],
            },
            "properties": {
                "key": row.get::<_, String>(0)?,
                "title": row.get::<_, String>(1)?,
                "count": row.get::<_, i64>(4)?,
            },
        }))
    })?;
    let features = features.collect::<rusqlite::Result<Vec<Value>>>()?;
    Ok(call.answer(&json!({ "type": "FeatureCollection", "features": features })))
}

fn synchronize(call: &Call, db: &Connection) -> Result<Reply, Error> {
    permission::admin(call)?;
    let key = existing(call, db, &INSTALLATION)?;
    let sql = "SELECT count(*) FROM gbif_entity WHERE installation = ? AND deleted IS NULL";
    let count: i64 = db.prepare_cached(sql)?.query_row([&key], |row| row.get(0))?;
    let doc = json!({
        "installationKey": key,
        "syncDate": moment::written(call.now),
        "result": "OK",
        "details": format!("{count} datasets are up to date"),
    });
    let sql = "INSERT INTO gbif_synchronisation (installation, doc) VALUES (?, ?)";
    db.prepare_cached(sql)?.execute((key, doc.to_string()))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn synchronisations(
    call: &Call,
    db: &Connection,
    installation: Option<&str>,
) -> rusqlite::Result<Reply> {
    let window = Window::of(call);
    let rows = "FROM gbif_synchronisation WHERE installation = ifnull(?, installation)";
    let count = db
        .prepare_cached(&format!("SELECT count(*) {rows}"))?
        .query_row([installation], |row| row.get(0))?;
    let sql = format!("SELECT doc {rows} ORDER BY id DESC LIMIT ? OFFSET ?");
    let mut query = db.prepare_cached(&sql)?;
    let listed = query
        .query_map((installation, window.limit, window.offset), |row| row.get::<_, String>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(paging::page(window, count, &listed))
}
