//! TBIA.
use http::StatusCode;
use rusqlite::Connection;

use crate::kit::Api;
use crate::kit::call::Request;
use crate::kit::cors::Cors;
use crate::kit::endpoint::Endpoint;
use crate::kit::habits::{Habits, Host, Options, Repeated, Unknown};
use crate::kit::json::JsonStyle;
use crate::kit::reply::{Rejection, Reply};
use crate::world::World;

pub struct Tbia;

static HABITS: Habits = Habits {
    checks: &[],
    repeated: Repeated::Last,
    empty_is_absent: true,
    names_ignore_case: false,
    unknown_params: Unknown::Ignore,
    trailing_slash: false,
    json: JsonStyle::COMPACT,
    records: "/data",
    cors: Cors::Nobody,
    options: Options::Allow,
    headers: &[],
};

impl Api for Tbia {
    fn name(&self) -> &'static str {
        "tbia"
    }
    fn title(&self) -> &'static str {
        "TBIA"
    }
    fn base_path(&self) -> &'static str {
        "/api/v1"
    }
    fn hosts(&self) -> &'static [Host] {
        &[]
    }
    fn habits(&self) -> &'static Habits {
        &HABITS
    }
    fn schema(&self) -> &'static str {
        "CREATE TABLE tbia_occurrence (id TEXT) STRICT;"
    }
    fn seed(&self, _world: &World, _db: &Connection) -> anyhow::Result<()> {
        Ok(())
    }
    fn records_table(&self) -> &'static str {
        "tbia_occurrence"
    }
    fn expected_records(&self, _world: &World) -> u64 {
        0
    }
    fn endpoints(&self) -> Vec<Endpoint> {
        vec![]
    }
    fn refuse(&self, _: &Request, _: Rejection) -> Reply {
        Reply::empty(StatusCode::NOT_FOUND)
    }
}
