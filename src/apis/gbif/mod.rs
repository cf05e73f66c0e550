//! The GBIF Registry: who publishes biodiversity data, from where, and which datasets there are.
//!
//! **Where to read first.** [`entity`] holds the five kinds of things that are registered, each a value over one
//! implementation; [`part`] what they hold lists of. [`shape`] says what a document is made of, [`record`] keeps it.
//! Around them: [`permission`] and [`auth`], [`search`], [`document`] (metadata and EML), [`oai`] (harvesting).
//!
//! **Its quirks, in one screen.** A filter in front of all writes answers 403 where others answer 401, and decides
//! before it reads a body or knows whether the thing exists. Deleted entities stay readable and come back by a PUT;
//! their parts go for good. Values of queries are read leniently, values of bodies are not. Null members are left out,
//! empty lists are not. Only two of the many lists of datasets show what their metadata say. Errors speak in three
//! voices (see [`error`]). The content type of JSON has no charset, and clients rely on it.

mod auth;
mod cache;
mod crawl;
mod crawl_job;
mod document;
mod endorsement;
pub mod entity;
mod enumeration;
mod error;
mod found;
pub mod grscicoll;
mod legacy;
mod licence;
mod lists;
mod metrics;
mod moment;
mod neighbours;
mod oai;
mod paging;
mod part;
mod permission;
mod place;
mod quirk;
mod record;
mod search;
mod seed;
mod shape;
mod user;
mod value;
mod vocabulary;

use http::header::VARY;
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use self::entity::ENTITIES;
use self::error::Error;
use crate::kit::Api;
use crate::kit::call::{Call, Caller, Request};
use crate::kit::cors::{Cors, Terms};
use crate::kit::credential::Credential;
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Fields;
use crate::kit::habits::{Check, Habits, Host, Options, Repeated, Unknown};
use crate::kit::json::{self, JsonStyle};
use crate::kit::paging::{Offset, Paging};
use crate::kit::quirk::Quirk;
use crate::kit::records::{Coordinates, Records};
use crate::kit::reply::{Rejection, Reply};
use crate::kit::upload;
use crate::world::World;

pub struct Gbif;

static HABITS: Habits = Habits {
    checks: &[Check::Caller, Check::Path, Check::Access, Check::Params],
    repeated: Repeated::First,
    empty_is_absent: true,
    names_ignore_case: false,
    unknown_params: Unknown::Ignore,
    trailing_slash: true,
    json: JsonStyle::COMPACT,
    records: Records {
        lists: &["/results", "/features"],
        alone: true,
        elements: &[
            "OAI-PMH/ListRecords/record",
            "OAI-PMH/ListIdentifiers/header",
            "OAI-PMH/ListSets/set",
            "OAI-PMH/GetRecord/record",
            "eml",
        ],
        counted: None,
        quoted_cells: true,
        coordinates: Coordinates {
            pairs: &[
                ("latitude", "longitude"),
                ("minLatitude", "minLongitude"),
                ("maxLatitude", "maxLongitude"),
                ("northBoundingCoordinate", "eastBoundingCoordinate"),
                ("southBoundingCoordinate", "westBoundingCoordinate"),
            ],
            joined: &[],
        },
    },
    paging: Paging::Offset(Offset {
        offset: &["offset"],
        limit: &["limit"],
        shown_offset: Some("/offset"),
        shown_limit: Some("/limit"),
        total: Some("/count"),
        end: Some("/endOfRecords"),
    }),
    locks_out: false,
    cors: Cors::WhoeverAsks(Terms {
        methods: "HEAD, GET, POST, DELETE, PUT, OPTIONS",
        headers: "authorization, content-type",
        max_age: None,
        always_whole: false,
    }),
    options: Options::Allow,
    headers: &HEADERS,
};

static HEADERS: [(HeaderName, HeaderValue); 1] = [(
    VARY,
    HeaderValue::from_static(
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    ),
)];

static HOSTS: [Host; 4] = [
    Host::new("api.gbif.org"),
    Host::new("api.gbif-uat.org"),
    // What IPTs register with.
    Host::new("gbrds.gbif.org"),
    Host::at("registry-api.gbif.org", "/v1"),
];

impl Api for Gbif {
    fn name(&self) -> &'static str {
        "gbif"
    }

    fn title(&self) -> &'static str {
        "GBIF Registry"
    }

    fn base_path(&self) -> &'static str {
        "/v1"
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
        concat!(include_str!("schema.sql"), include_str!("grscicoll/schema.sql"))
    }

    fn derived_tables(&self) -> &'static [&'static str] {
        &["gbif_found", "gbif_hit", "gbif_number", "gbif_term"]
    }

    fn indexes(&self) -> &'static str {
        concat!(include_str!("indexes.sql"), include_str!("grscicoll/indexes.sql"))
    }

    fn seed(&self, world: &World, db: &Connection) -> anyhow::Result<()> {
        seed::sow(world, db)
    }

    fn records_table(&self) -> &'static str {
        "gbif_entity"
    }

    fn expected_records(&self, world: &World) -> u64 {
        seed::expected(world)
    }

    fn endpoints(&self) -> Vec<Endpoint> {
        let mut endpoints: Vec<Endpoint> =
            ENTITIES.into_iter().flat_map(entity::endpoints).collect();
        endpoints.extend(lists::endpoints());
        endpoints.extend(endorsement::endpoints());
        endpoints.extend(crawl::endpoints());
        endpoints.extend(document::endpoints());
        endpoints.extend(metrics::endpoints());
        endpoints.extend(search::endpoints());
        endpoints.extend(oai::endpoints());
        endpoints.extend(enumeration::endpoints());
        endpoints.extend(user::endpoints());
        endpoints.extend(neighbours::endpoints());
        endpoints.extend(legacy::endpoints());
        endpoints.extend(grscicoll::endpoints());
        endpoints
    }

    fn caller(&self, call: &Call, db: &Connection) -> Result<Caller, Rejection> {
        let caller = auth::caller(call, db)?;
        grscicoll::gate::pass(call, &caller, db)
            .map_err(|error| permission::rejection(call, error))?;
        Ok(caller)
    }

    fn credential(&self, request: &Request, _: &Fields) -> Option<Credential> {
        auth::credential(request)
    }

    fn admit(&self, call: &Call, role: &str, _: &Connection) -> Result<(), Rejection> {
        permission::admit(call, role).map_err(|error| permission::rejection(call, error))
    }

    fn refuse(&self, request: &Request, now: Timestamp, rejection: Rejection) -> Reply {
        error::worded(request, now, rejection)
    }

    fn finish(&self, call: &Call, db: &Connection, reply: &mut Reply) -> rusqlite::Result<()> {
        cache::mark(call.request, reply);
        grscicoll::negotiate(call, reply);
        auth::renew(call, db, reply)
    }

    fn unemulated(&self) -> &'static [&'static str] {
        &[
            "/v1/occurrence/{*rest}",
            "/v1/species/{*rest}",
            "/v1/literature/{*rest}",
            "/v1/derivedDataset/{*rest}",
            "/v1/pipelines/{*rest}",
            "/v1/map/{*rest}",
            "/v1/image/{*rest}",
            "/v1/geocode/{*rest}",
            "/v1/parser/{*rest}",
            "/v1/vocabularies/{*rest}",
            "/v1/directory/{*rest}",
            "/v2/map/{*rest}",
        ]
    }

    fn credentials(&self, db: &Connection, _: &str) -> rusqlite::Result<serde_json::Value> {
        user::credentials(db)
    }
}

/// Refuses a body that is no JSON by its content type.
fn expect_json(call: &Call) -> Result<(), Error> {
    match upload::media_type(call.request).as_deref() {
        Some("application/json") => Ok(()),
        // Who sends nothing is told that a body is missing.
        None if call.request.body().is_empty() => Ok(()),
        _ => Err(Error::UNSUPPORTED_MEDIA),
    }
}

fn json_bytes(value: &impl Serialize) -> Vec<u8> {
    json::write(JsonStyle::COMPACT, value)
}
