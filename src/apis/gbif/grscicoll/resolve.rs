//! Resolving identifiers: from an identifier to the page of what it identifies.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use rusqlite::{Connection, OptionalExtension};

use crate::apis::gbif::error::Error;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static IDENTIFIER: Param<String> =
    Param::required("identifier", "An identifier of an institution or collection.");

pub fn endpoint() -> Endpoint {
    Endpoint::get("/v1/grscicoll/resolve")
        .id("grscicoll.resolve")
        .summary("Leads to the page of what an identifier identifies")
        .takes([&IDENTIFIER as _])
        .handler(resolve)
}

fn resolve(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let identifier = call.get(&IDENTIFIER);
    let bare = ["dev.", "uat."]
        .iter()
        .fold(identifier.as_str(), |text, prefix| text.strip_prefix(prefix).unwrap_or(text));
    // `http://` says nothing, wherever it stands.
    let bare = bare.replace("http://", "");
    let sql = "SELECT gbif_grscicoll.kind, gbif_grscicoll.key FROM gbif_part
               JOIN gbif_grscicoll ON id = entity AND deleted IS NULL
               WHERE gbif_part.name = 'identifier' AND identifier IN (?1, 'http://' || ?1)
               ORDER BY gbif_grscicoll.kind DESC, gbif_part.key";
    let found: Option<(String, String)> = db
        .prepare_cached(sql)?
        .query_row([&bare], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((kind, key)) = found else { return Ok(Reply::empty(StatusCode::NOT_FOUND)) };
    let page = format!("https://www.gbif.org/grscicoll/{kind}/{key}");
    let page = HeaderValue::try_from(page).expect("kinds and keys are header text");
    Ok(Reply::empty(StatusCode::SEE_OTHER).with(LOCATION, page))
}
