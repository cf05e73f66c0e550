//! Lists of organizations and of what is theirs.

use rusqlite::{Connection, params_from_iter};
use serde_json::{Value, json};

use super::{Below, KEY, Plain, existing};
use crate::apis::gbif::entity::filters::Q;
use crate::apis::gbif::entity::lists::count;
use crate::apis::gbif::entity::organization::ORGANIZATION;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::permission;
use crate::apis::gbif::search::words;
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint, Issues};
use crate::kit::filter::Where;
use crate::kit::reply::Reply;

static PLAIN: [Plain; 2] = [
    Plain {
        path: "/v1/organization/pending",
        id: "organization.pending",
        summary: "Lists organizations that no node endorses yet",
        condition: "kind = 'organization' AND deleted IS NULL AND NOT approved",
    },
    Plain {
        path: "/v1/organization/nonPublishing",
        id: "organization.non-publishing",
        summary: "Lists organizations that never published a dataset",
        condition: "kind = 'organization' AND deleted IS NULL AND NOT EXISTS
                    (SELECT 1 FROM gbif_entity dataset
                     WHERE dataset.organization = gbif_entity.key AND dataset.kind = 'dataset')",
    },
];

static BELOW: [Below; 3] = [
    Below {
        of: &ORGANIZATION,
        path: "/v1/organization/{key}/publishedDataset",
        id: "organization.published-datasets",
        summary: "Lists the datasets that an organization publishes",
        condition: "kind = 'dataset' AND organization = ?",
    },
    Below {
        of: &ORGANIZATION,
        path: "/v1/organization/{key}/hostedDataset",
        id: "organization.hosted-datasets",
        summary: "Lists the datasets that an organization hosts for others",
        condition: "kind = 'dataset' AND organization <> ? AND installation IN
                    (SELECT own.key FROM gbif_entity own
                     WHERE own.organization = ? AND own.kind = 'installation')",
    },
    Below {
        of: &ORGANIZATION,
        path: "/v1/organization/{key}/installation",
        id: "organization.installations",
        summary: "Lists the installations of an organization",
        condition: "kind = 'installation' AND organization = ?",
    },
];

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints: Vec<Endpoint> = PLAIN.iter().map(Plain::endpoint).collect();
    endpoints.extend(BELOW.iter().map(Below::endpoint));
    endpoints.extend([
        Endpoint::get("/v1/organization/count")
            .id("organization.count")
            .searches()
            .summary("Counts the endorsed organizations that publish")
            .handler(publishing),
        Endpoint::get("/v1/organization/geojson")
            .id("organization.geojson")
            .searches()
            .summary("Maps organizations")
            .filters(ORGANIZATION.filters)
            .handler(map),
        Endpoint::get("/v1/organization/{key}/password")
            .id("organization.password")
            .summary("Tells the password with which an IPT acts for an organization")
            .access(Access::Role(permission::EDITOR))
            .takes([&KEY as _])
            .issues(Issues::Whole)
            .handler(password),
    ]);
    endpoints
}

fn publishing(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let rows = Where::new(
        "kind = 'organization' AND deleted IS NULL AND approved AND EXISTS
         (SELECT 1 FROM gbif_entity dataset
          WHERE dataset.organization = gbif_entity.key AND dataset.kind = 'dataset'
            AND dataset.deleted IS NULL)",
    );
    Ok(call.answer(&count(db, &rows)?))
}

fn map(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let mut rows = Where::new(
        "kind = 'organization' AND deleted IS NULL
         AND doc ->> 'latitude' IS NOT NULL AND doc ->> 'longitude' IS NOT NULL",
    )
    .filter(ORGANIZATION.filters, &call.fields);
    if let Some(q) = call.get(&Q) {
        rows = match words::of_entity_query(&q) {
            Some(expression) => rows.and(
                "id IN (SELECT rowid FROM gbif_text WHERE gbif_text MATCH ?)",
                [expression.into()],
            ),
            None => rows.and("FALSE", []),
        };
    }
    let sql = format!(
        "SELECT key, title, shown ->> 'numPublishedDatasets', doc ->> 'longitude',
                doc ->> 'latitude'
         FROM gbif_entity {rows} ORDER BY created DESC, key"
    );
    let mut query = db.prepare_cached(&sql)?;
    let features = query.query_map(params_from_iter(rows.values()), |row| {
        Ok(json!({
            "type": "Feature",
            "properties": {
                "key": row.get::<_, String>(0)?,
                "title": row.get::<_, String>(1)?,
                "numPublishedDatasets": row.get::<_, i64>(2)?,
            },
            "geometry": {
                "type": "Point",
                "coordinates": [row.get::<_, f64>(3)?, row.get::<_, f64>(4)?],
            },
        }))
    })?;
    let features = features.collect::<rusqlite::Result<Vec<Value>>>()?;
    Ok(call.answer(&json!({ "type": "FeatureCollection", "features": features })))
}

fn password(call: &Call, db: &Connection) -> Result<Reply, Error> {
    permission::in_scope(call, db, &call.get(&KEY).to_string())?;
    let key = existing(call, db, &ORGANIZATION)?;
    let sql = "SELECT password FROM gbif_password WHERE entity = ?";
    let password: String = db.prepare_cached(sql)?.query_row([key], |row| row.get(0))?;
    Ok(Reply::new(http::StatusCode::OK, "text/plain", password))
}
