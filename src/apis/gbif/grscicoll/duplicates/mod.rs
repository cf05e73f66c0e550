//! Which entities may be registered twice.
//!
//! [`wanted`] reads the question, [`nodes`] brings all entities into numbers that compare quickly, [`alike`] finds names
//! that are much alike, [`groups`] puts together who goes together.

mod alike;
mod groups;
mod nodes;
mod wanted;

use std::collections::HashMap;

use http::StatusCode;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Row};
use serde::Serialize;

use self::wanted::Wanted;
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::push_array;
use crate::apis::gbif::{grscicoll, json_bytes};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::json_array;
use crate::kit::reply::Reply;

/// The endpoint of a kind.
pub fn endpoint(entity: &'static Entity) -> Endpoint {
    Endpoint::get(format!("{}/possibleDuplicates", entity.path))
        .id(format!("{}.possible-duplicates", entity.id()))
        .searches()
        .summary("Groups those that may be registered twice")
        .takes(wanted::params(entity))
        .heavy()
        .handler(move |call, db| answer(call, db, entity))
}

/// One that may be there twice, in the order of the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Duplicate {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailing_country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailing_city: Option<String>,
    active: bool,
    ih: bool,
    idigbio: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_key: Option<String>,
}

fn answer(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let wanted = Wanted::read(call, entity)?;
    let nodes = nodes::load(db, entity, &wanted)?;
    let groups = groups::of(&nodes, &wanted);
    let mut body = b"{".to_vec();
    if !groups.is_empty() {
        // Quirk (contract 5.13): the only moment of GRSciColl that has a blank and no milliseconds.
        let moment = call.now.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%SZ");
        body.extend_from_slice(format!(r#""generationDate":"{moment}","#).as_bytes());
    }
    body.extend_from_slice(br#""duplicates":["#);
    let shown = shown(db, entity, &groups)?;
    for (place, group) in groups.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        let members: Vec<&Vec<u8>> = group.iter().filter_map(|id| shown.get(id)).collect();
        push_array(&mut body, &members);
    }
    body.extend_from_slice(b"]}");
    Ok(Reply::new(StatusCode::OK, "application/json", body))
}

/// The members of all groups, as they are answered.
fn shown(
    db: &Connection,
    entity: &Entity,
    groups: &[Vec<i64>],
) -> rusqlite::Result<HashMap<i64, Vec<u8>>> {
    let sql = "SELECT id, key, code, name, physical_country, physical_city, mailing_country,
                      mailing_city, active, coalesce(source, '') = 'IH_IRN' AS ih, institution,
                      EXISTS (SELECT 1 FROM gbif_part
                              WHERE namespace = 'iDigBio.org' AND entity = gbif_grscicoll.id
                                AND gbif_part.name = 'machineTag') AS idigbio
               FROM gbif_grscicoll WHERE id IN (SELECT value FROM json_each(?))";
    let has_institution = entity.name == grscicoll::COLLECTION.name;
    let read = |row: &Row| {
        let duplicate = Duplicate {
            key: row.get("key")?,
            code: row.get("code")?,
            name: row.get("name")?,
            physical_country: row.get("physical_country")?,
            physical_city: row.get("physical_city")?,
            mailing_country: row.get("mailing_country")?,
            mailing_city: row.get("mailing_city")?,
            active: row.get("active")?,
            ih: row.get("ih")?,
            idigbio: row.get("idigbio")?,
            institution_key: if has_institution { row.get("institution")? } else { None },
        };
        Ok((row.get("id")?, json_bytes(&duplicate)))
    };
    let mut ids: Vec<i64> = groups.iter().flatten().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let ids = json_array(ids.into_iter().map(rusqlite::types::Value::Integer));
    let mut query = db.prepare_cached(sql)?;
    query.query_map([ids], read)?.collect()
}
