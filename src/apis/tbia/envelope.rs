//! How answers are wrapped: status, counts, links, and the data.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::quirk::CURSORS_PILE_UP;
use super::value::PageSize;
use crate::kit::call::Call;
use crate::kit::links;
use crate::kit::param::Param;

pub static LIMIT: Param<PageSize> =
    Param::or("limit", "20", "How many records a page holds, at most 1000.");

/// A parameter of the portal's own pages, which means nothing and is not repeated in links.
const FROM_EXAMPLE: &str = "from_example";
const CURSOR: &str = "cursor";

/// An answer that found what was asked for, be it nothing. One that refuses a parameter has the status alone.
#[derive(Serialize, JsonSchema)]
#[schemars(extend("required" = ["status"]))]
pub struct Answer<D> {
    pub status: Status,
    pub meta: Meta,
    pub links: Links,
    pub data: D,
}

#[derive(Serialize, JsonSchema)]
pub struct Status {
    /// 200, or 400 when a parameter does not fit; the HTTP status is 200 in both cases.
    pub code: u16,
    pub message: &'static str,
}

impl Status {
    pub const SUCCESS: Self = Self { code: 200, message: "Success" };
}

#[derive(Serialize, JsonSchema)]
pub struct Meta {
    /// How many records match.
    pub total: i64,
    /// The most that a page holds.
    pub limit: usize,
}

#[derive(Serialize, JsonSchema)]
pub struct Links {
    #[serde(rename = "self")]
    pub this: String,
    /// Empty when there is no next page.
    pub next: String,
}

impl Links {
    /// Links to this page and to the next, if there is one.
    pub fn new(call: &Call, path: &str, cursor: &str, next: Option<&str>) -> Self {
        let query = query(call);
        let start = format!("{}{path}?{query}", call.base());
        let link = |cursor: &str| {
            let and = if query.is_empty() { "" } else { "&" };
            // Quirk (contract 3.4): the cursor is not encoded.
            format!("{start}{and}cursor={cursor}")
        };
        Self { this: link(cursor), next: next.map(link).unwrap_or_default() }
    }
}

/// The parameters of the request as links repeat them: encoded anew, the values of one name side by side.
fn query(call: &Call) -> String {
    // Quirk (contract 10.3): the live portal forgets to take the cursor away.
    let is_repeated = |name: &str| match name {
        FROM_EXAMPLE => false,
        CURSOR => call.is_live(&CURSORS_PILE_UP),
        _ => true,
    };
    let mut given: Vec<(&str, &str)> =
        call.fields.query().filter(|(name, _)| is_repeated(name)).collect();
    let mut first_seen = HashMap::new();
    for (position, (name, _)) in given.iter().enumerate() {
        first_seen.entry(*name).or_insert(position);
    }
    given.sort_by_key(|(name, _)| first_seen[name]);
    links::encode(given)
}
