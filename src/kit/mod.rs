//! What an API is built from. Nothing in here knows any API.
//!
//! An API is a list of [`Endpoint`]s. Each names the [`Param`](param::Param)s it takes, so that
//! routing, checking, typed reading, SQL binding, OpenAPI and the generic tests all read one declaration. The
//! [`Habits`] say how a service behaves as a web server whatever the endpoint.

use jiff::Timestamp;
use rusqlite::Connection;

use self::call::{Call, Caller, Request};
use self::cors::Cors;
use self::credential::Credential;
use self::endpoint::Endpoint;
use self::fields::Fields;
use self::habits::{Habits, Host};
use self::quirk::{LiveQuirks, Quirk};
use self::reply::{Rejection, Reply};
use crate::world::World;

pub mod call;
pub mod chance;
pub mod cors;
pub mod credential;
pub mod csv;
pub mod delivery;
pub mod duration;
pub mod endpoint;
pub mod fields;
pub mod filter;
pub mod geometry;
pub mod glob;
pub mod habits;
pub mod headers;
pub mod job;
pub mod json;
pub mod links;
pub mod mount;
pub mod nearest;
pub mod negotiate;
pub mod openapi;
pub mod outbox;
pub mod outside;
pub mod paging;
pub mod param;
pub mod quirk;
pub mod records;
pub mod reply;
pub mod rest;
pub mod routes;
pub mod subquery;
pub mod upload;
pub mod validators;
pub mod value;
pub mod xml;

/// One emulated web API.
pub trait Api: Send + Sync {
    /// The prefix below which it is mounted, its folder, and its key in scenarios: `gbif`.
    fn name(&self) -> &'static str;

    /// The service's name for people: `GBIF Registry`.
    fn title(&self) -> &'static str;

    /// Where clients' base URLs point, below the prefix: `/v1`.
    fn base_path(&self) -> &'static str;

    /// The real service's host names, and the path below the prefix that each stands for.
    fn hosts(&self) -> &'static [Host];

    /// How the service behaves as a web server.
    fn habits(&self) -> &'static Habits;

    /// Where the service differs from its documentation, and can be followed instead.
    fn quirks(&self) -> &'static [&'static Quirk] {
        &[]
    }

    /// What web pages of other origins may do.
    fn cors(&self, _live: &LiveQuirks) -> Cors {
        self.habits().cors
    }

    /// The tables, as SQL; indexes that only speed up reading belong into [`Api::indexes`].
    fn schema(&self) -> &'static str;

    /// Tables that hold nothing but what is worked out from others, to be left out where changes are told.
    fn derived_tables(&self) -> &'static [&'static str] {
        &[]
    }

    /// Columns that hold credentials, each with its table, to be left out where changes are told.
    fn secret_columns(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// What is made after seeding because it is quicker then: indexes, full-text tables.
    fn indexes(&self) -> &'static str {
        ""
    }

    /// Fills this API's tables from the world.
    ///
    /// # Errors
    /// When the store refuses a row, which is a mistake in the seed.
    fn seed(&self, world: &World, db: &Connection) -> anyhow::Result<()>;

    /// The table whose rows are "the records" of this API, for totals in banners and `/ready`.
    fn records_table(&self) -> &'static str;

    /// How many records the seed makes of that table, near enough for a progress bar.
    fn expected_records(&self, world: &World) -> u64;

    /// Everything the API answers.
    fn endpoints(&self) -> Vec<Endpoint>;

    /// Who is calling.
    ///
    /// # Errors
    /// When credentials were given and do not pass, or a filter in front of everything turns the caller away.
    fn caller(&self, _call: &Call, _db: &Connection) -> Result<Caller, Rejection> {
        Ok(Caller::Nobody)
    }

    /// What a request brings to say who is calling, by whose name and however good; `fields` are its parameters.
    fn credential(&self, _request: &Request, _fields: &Fields) -> Option<Credential> {
        None
    }

    /// Whether the caller may use an endpoint that asks for `role`.
    ///
    /// # Errors
    /// When not, with the reason.
    fn admit(&self, _call: &Call, _role: &str, _db: &Connection) -> Result<(), Rejection> {
        Ok(())
    }

    /// The API's words for what the shared code found wrong, at the time `now` of the session's clock.
    fn refuse(&self, request: &Request, now: Timestamp, rejection: Rejection) -> Reply;

    /// The last look at what a handler answered or refused, with everything known of the call: renewed tokens.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn finish(&self, _call: &Call, _db: &Connection, _reply: &mut Reply) -> rusqlite::Result<()> {
        Ok(())
    }

    /// The path by which an endpoint is found, where the service writes one path in several ways.
    fn canonical<'p>(&self, path: &'p str) -> &'p str {
        path
    }

    /// The last look at every answer, for headers that depend on the request.
    fn dress(&self, _request: &Request, _reply: &mut Reply) {}

    /// Paths (as route templates) that the real service has and wardian does not emulate.
    fn unemulated(&self) -> &'static [&'static str] {
        &[]
    }

    /// The credentials that the seed made, as `/__admin/credentials` shows them.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn credentials(&self, _db: &Connection, _base: &str) -> rusqlite::Result<serde_json::Value> {
        Ok(serde_json::Value::Array(Vec::new()))
    }
}
