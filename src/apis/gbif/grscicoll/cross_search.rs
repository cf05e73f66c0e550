//! Searching institutions and collections at once, by words, by a whole code, or by a name that is much alike.

use http::StatusCode;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, named_params};
use serde::Serialize;
use serde_json::Value;

use super::highlight::Highlight;
use super::search::highlighted;
use super::value::{EntityType, Exact};
use super::{COLLECTION, KINDS, similarity, words};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::json_bytes;
use crate::apis::gbif::paging;
use crate::apis::gbif::value::{CountryCode, Yes};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::json_array;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;
use crate::kit::value::{Expects, FromText};
use crate::store::text::fold;

static Q: Param<Option<String>> =
    Param::optional("q", "Beginnings of words, all of them; or a whole code, or nearly a name.");
static HIGHLIGHT: Param<Option<Yes>> = Param::optional("hl", "Whether to mark what was found.");
static ENTITY_TYPE: Param<Option<Exact<EntityType>>> =
    Param::optional("entityType", "INSTITUTION or COLLECTION.");
static DISPLAYED: Param<Vec<Yes>> =
    Param::repeated("displayOnNHCPortal", "Whether portals show it.");
static COUNTRY: Param<Vec<CountryCode>> =
    Param::repeated("country", "Country of either address, by code or name.");
static LIMIT: Param<Limit> = Param::or("limit", "20", "How many results to give, without a bound.");

/// How many results are asked for.
#[derive(Clone, Copy, Debug)]
struct Limit(i32);

impl FromText for Limit {
    const EXPECTS: Expects = Expects::Integer { min: i32::MIN as i64, max: i32::MAX as i64 };

    fn from_text(text: &str) -> Option<Self> {
        text.trim().parse().ok().map(Self)
    }

    fn into_sql(self) -> Sql {
        Sql::Integer(self.0.into())
    }
}

/// The endpoint.
pub fn endpoint() -> Endpoint {
    Endpoint::get("/v1/grscicoll/search")
        .id("grscicoll.search")
        .summary("Finds institutions and collections, the best first")
        .takes([
            &Q as _,
            &HIGHLIGHT as _,
            &ENTITY_TYPE as _,
            &DISPLAYED as _,
            &COUNTRY as _,
            &LIMIT as _,
        ])
        .handler(search)
}

/// A result, in the order of the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    name: String,
    // Quirk (contract 5.11): always empty.
    alternative_codes: [Value; 0],
    #[serde(rename = "displayOnNHCPortal")]
    displayed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailing_country: Option<String>,
    highlights: Vec<Highlight>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    institution_name: Option<String>,
    descriptor_matches: [Value; 0],
}

fn search(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let limit = call.get(&LIMIT).0;
    if limit < 0 {
        return Err(Error::refused("LIMIT must not be negative"));
    }
    let q = call.get(&Q).map(|q| q.trim().to_owned()).filter(|q| !q.is_empty());
    let given = |param: &dyn AnyParam| {
        let values = param.sql_values(&call.fields);
        (!values.is_empty()).then(|| json_array(values))
    };
    let marks = call.get(&HIGHLIGHT).is_some_and(|hl| hl.0);
    let words = match &q {
        Some(q) if marks => parts_of_words(q),
        _ => Vec::new(),
    };
    let alike = match &q {
        Some(q) => alike(db, q)?,
        None => "[]".to_owned(),
    };
    let values = named_params! {
        ":all": q.is_none(),
        // An empty expression finds nothing.
        ":words": q.as_deref().and_then(words::expression).unwrap_or_else(|| "\"\"".to_owned()),
        ":code": q,
        ":folded_code": q.as_deref().map(fold),
        ":alike": alike,
        ":kind": call.get(&ENTITY_TYPE).map(|kind| kind.value.to_ascii_lowercase()),
        ":displayed": given(&DISPLAYED),
        ":countries": given(&COUNTRY),
        ":limit": limit,
        ":marks": marks,
    };
    let mut query = db.prepare_cached(include_str!("cross_search.sql"))?;
    let found = query.query_map(values, |row| read(row, marks.then_some(words.as_slice())))?;
    let found: Vec<Vec<u8>> = found.collect::<rusqlite::Result<_>>()?;
    Ok(Reply { status: StatusCode::OK, ..paging::array(&found) })
}

/// Who has a name much like what is sought, with how much, as JSON.
fn alike(db: &Connection, q: &str) -> rusqlite::Result<String> {
    let mut all = Vec::new();
    for entity in KINDS {
        all.extend(similarity::alike(db, entity, q)?);
    }
    Ok(serde_json::to_string(&all).expect("numbers serialize"))
}

/// The words that are marked, taken apart as the texts in the index are.
fn parts_of_words(q: &str) -> Vec<String> {
    let parts = words::words(q).flat_map(|word| {
        let parts = word.split(|c: char| !c.is_alphanumeric());
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<String>>()
    });
    parts.collect()
}

fn read(row: &Row, words: Option<&[String]>) -> rusqlite::Result<Vec<u8>> {
    let name: String = row.get("name")?;
    let highlights = match words {
        None => Vec::new(),
        Some(words) => {
            let doc: Value = row.get("doc")?;
            match doc.as_object() {
                Some(doc) if row.get("is_marked")? => highlighted(doc, words),
                // Quirk (contract 6.8): a name that is only much alike is told without marks.
                _ if !words.is_empty() => vec![Highlight { field: "name", snippet: name.clone() }],
                _ => Vec::new(),
            }
        }
    };
    let kind: String = row.get("kind")?;
    let is_collection = kind == COLLECTION.name;
    Ok(json_bytes(&Found {
        key: row.get("key")?,
        code: row.get("code")?,
        name,
        alternative_codes: [],
        displayed: row.get("displayed")?,
        country: row.get("physical_country")?,
        mailing_country: row.get("mailing_country")?,
        highlights,
        institution_key: if is_collection { row.get("institution")? } else { None },
        institution_code: if is_collection { row.get("institution_code")? } else { None },
        institution_name: if is_collection { row.get("institution_name")? } else { None },
        kind,
        descriptor_matches: [],
    }))
}
