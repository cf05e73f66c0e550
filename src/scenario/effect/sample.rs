//! A small service for tests of effects.

use http::StatusCode;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::kit::cors::Cors;
use crate::kit::habits::{Habits, Options, Repeated, Unknown};
use crate::kit::json::JsonStyle;
use crate::kit::paging::Paging;
use crate::kit::records::{Coordinates, Records};
use crate::kit::reply::Reply;

pub static HABITS: Habits = Habits {
    checks: &[],
    repeated: Repeated::Last,
    empty_is_absent: true,
    names_ignore_case: false,
    unknown_params: Unknown::Ignore,
    trailing_slash: false,
    json: JsonStyle::COMPACT,
    records: Records {
        lists: &["/found/all", "/sheets"],
        alone: true,
        elements: &["herbarium/sheets/sheet", "sheet"],
        counted: Some("number"),
        quoted_cells: true,
        coordinates: Coordinates { pairs: &[("lat", "lon")], joined: &["latLon"] },
    },
    paging: Paging::None,
    cors: Cors::Nobody,
    options: Options::Allow,
    headers: &[],
    locks_out: false,
};

pub fn random() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(7)
}

pub fn reply(content_type: &'static str, body: &str) -> Reply {
    Reply::new(StatusCode::OK, content_type, body.to_owned())
}

pub fn json(body: &Value) -> Reply {
    reply("application/json", &body.to_string())
}

pub fn text(reply: &Reply) -> &str {
    std::str::from_utf8(&reply.body).unwrap()
}

pub fn tree(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}
