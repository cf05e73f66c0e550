//! Mushroom Observer's API, version 2: sightings of fungi with their photos, names and discussions.
//!
//! Nineteen tables, each a [`Table`](table::Table) in `tables/`, are read and changed by the same four methods, which
//! are written once in `table.rs`. What is worth knowing before reading on:
//!
//! - Every answer is 200, failures too: an envelope with `errors` instead of `results`. `error.rs` has all of them.
//! - The order in which a request is checked stands in `request.rs`: version, key, method, parameters, help or unknown
//!   parameters, and only then the work.
//! - PATCH and DELETE select with the same parameters as GET and walk over all that they find. Records that refuse give
//!   one error each, the others are changed all the same.
//! - Answers are trees ([`tree::Object`]) that `render/` writes as JSON or as XML.
//! - Parameters are typed values ([`parameter::Parameter`]); help, refusals and OpenAPI read the same declaration.
//! - The `query` of an answer is the SQL that ran, with its values put in.

mod account;
mod arguments;
mod consensus;
mod context;
mod dump;
mod error;
mod fetch;
mod filter;
mod geography;
mod help;
mod image_file;
mod injected;
mod key;
mod model;
mod page;
mod parameter;
mod parse;
mod permission;
mod picture;
mod place_name;
mod quirk;
mod render;
mod request;
mod route;
mod rows;
mod scientific;
mod search;
mod seed;
mod sent;
mod sniff;
mod table;
mod tables;
mod textile;
mod tree;
mod upload;

use std::sync::Arc;

use http::StatusCode;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::kit::Api;
use crate::kit::call::Request;
use crate::kit::cors::{Cors, Terms};
use crate::kit::credential::Credential;
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Fields;
use crate::kit::habits::{Habits, Host, Options, Repeated, Unknown};
use crate::kit::json::{Floats, JsonStyle};
use crate::kit::paging::{Number, Paging};
use crate::kit::quirk::Quirk;
use crate::kit::records::{Coordinates, Records};
use crate::kit::reply::{Rejection, Reply};
use crate::world::World;

/// Mushroom Observer.
#[derive(Debug, Default)]
pub struct MushroomObserver {
    /// Hosts, with their port where it is another than 80, that images may be fetched from.
    pub upload_hosts: Arc<[String]>,
}

static HABITS: Habits = Habits {
    // The API checks for itself, in an order of its own: see `request.rs`.
    checks: &[],
    repeated: Repeated::Last,
    empty_is_absent: false,
    names_ignore_case: false,
    unknown_params: Unknown::Ignore,
    trailing_slash: true,
    json: JsonStyle { floats: Floats::Ruby, ..JsonStyle::COMPACT },
    records: Records {
        lists: &["/results"],
        alone: false,
        elements: &["response/results/result"],
        counted: Some("number"),
        // The dumps are as the database writes them: whatever needs it is escaped, nothing quoted.
        quoted_cells: false,
        coordinates: Coordinates {
            pairs: &[
                ("latitude", "longitude"),
                ("latitude_north", "longitude_east"),
                ("latitude_south", "longitude_west"),
                ("lat", "lng"),
                ("north", "east"),
                ("south", "west"),
            ],
            joined: &[],
        },
    },
    paging: Paging::Number(Number {
        page: "page",
        shown_page: "/page_number",
        pages: "/number_of_pages",
        total: "/number_of_records",
    }),
    locks_out: true,
    cors: Cors::ReadersOnly(Terms {
        methods: "GET",
        headers: "Origin, X-Requested-With, Content-Type, Accept",
        max_age: None,
        always_whole: true,
    }),
    options: Options::Refuse,
    headers: &[],
};

static HOSTS: [Host; 2] =
    [Host::new("mushroomobserver.org"), Host::new("www.mushroomobserver.org")];

impl Api for MushroomObserver {
    fn name(&self) -> &'static str {
        "mo"
    }

    fn title(&self) -> &'static str {
        "Mushroom Observer"
    }

    fn base_path(&self) -> &'static str {
        "/api2"
    }

    fn hosts(&self) -> &'static [Host] {
        &HOSTS
    }

    fn habits(&self) -> &'static Habits {
        &HABITS
    }

    fn quirks(&self) -> &'static [&'static Quirk] {
        &quirk::ALL
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("indexes.sql")
    }

    fn seed(&self, world: &World, db: &Connection) -> anyhow::Result<()> {
        seed::fill(world, db)
    }

    fn records_table(&self) -> &'static str {
        "mo_observations"
    }

    fn expected_records(&self, world: &World) -> u64 {
        seed::observations(world) as u64
    }

    fn endpoints(&self) -> Vec<Endpoint> {
        tables::ALL
            .iter()
            .flat_map(|table| route::endpoints(table, &self.upload_hosts))
            .chain(request::index())
            .chain(dump::endpoints())
            .chain(image_file::endpoints())
            .chain(account::endpoints())
            .collect()
    }

    fn credential(&self, request: &Request, _: &Fields) -> Option<Credential> {
        key::credential(request)
    }

    fn refuse(&self, request: &Request, now: Timestamp, rejection: Rejection) -> Reply {
        match rejection {
            Rejection::NoSuchPath | Rejection::WrongMethod { .. } => page::not_found(request),
            Rejection::TooLarge { .. } if upload::is_upload(request) => {
                upload::too_large(request, now)
            }
            Rejection::TooLarge { .. } => {
                page::html(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.")
            }
            Rejection::Injected(fault) => injected::refuse(request, now, fault),
            Rejection::AuthFault(fault) => injected::auth_fault(request, now, fault),
            Rejection::Broken { .. } => page::broken(),
            _ => page::bad_request(),
        }
    }

    /// One path is written with and without the extension that names the format.
    fn canonical<'p>(&self, path: &'p str) -> &'p str {
        match path.strip_suffix(".json").or_else(|| path.strip_suffix(".xml")) {
            Some(shorter) if path.starts_with("/api2/") => shorter,
            _ => path,
        }
    }

    fn secret_columns(&self) -> &'static [(&'static str, &'static str)] {
        &[("mo_api_keys", "key")]
    }

    fn credentials(&self, db: &Connection, _: &str) -> rusqlite::Result<serde_json::Value> {
        key::credentials(db)
    }
}
