//! Resolving old identifiers to the pages of their entities.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use rusqlite::{Connection, OptionalExtension};

use super::KINDS;
use crate::apis::gbif::error::Error;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static IDENTIFIER: Param<String> =
    Param::required("identifier", "An identifier of any type, such as a Cool URI.");

/// The endpoint.
pub fn endpoint() -> Endpoint {
    Endpoint::get("/v1/grscicoll/resolve")
        .id("grscicoll.resolve")
        .summary("Sends on to the page of the entity that has an identifier")
        .takes([&IDENTIFIER as _])
        .handler(resolve)
}

fn resolve(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let identifier = call.get(&IDENTIFIER);
    // Quirk (contract 4.3): test environments may stand in front.
    let stages = ["dev.", "uat."];
    let sought = plain(&identifier);
    let sought = stages.iter().find_map(|stage| sought.strip_prefix(stage)).unwrap_or(&sought);
    // The same in the two ways that an entity may have it.
    let sql = "SELECT entry.key FROM gbif_part AS part
               CROSS JOIN gbif_grscicoll AS entry ON entry.id = part.entity
               WHERE part.identifier IN (?1, 'http://' || ?1) AND part.name = 'identifier'
                 AND entry.kind = ?2 AND entry.deleted IS NULL ORDER BY entry.created, entry.key LIMIT 1";
    for entity in KINDS {
        let key: Option<String> = db
            .prepare_cached(sql)?
            .query_row((sought, entity.name), |row| row.get(0))
            .optional()?;
        if let Some(key) = key {
            let page = format!("https://www.gbif.org/grscicoll/{}/{key}", entity.name);
            let page = HeaderValue::try_from(page).expect("kinds and keys are header text");
            return Ok(Reply::empty(StatusCode::SEE_OTHER).with(LOCATION, page));
        }
    }
    Ok(Reply::empty(StatusCode::NOT_FOUND))
}

/// An identifier without the scheme that may stand in it.
fn plain(identifier: &str) -> String {
    identifier.trim().replacen("http://", "", 1)
}
