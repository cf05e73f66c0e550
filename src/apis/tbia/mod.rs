//! TBIA: the occurrence records of some twenty Taiwanese databases, merged by one portal and matched to TaiCOL, the
//! catalogue of the names of Taiwan's organisms.
//!
//! Everything is read-only. One endpoint is documented, [`occurrence`], which searches records and gives single ones by
//! their id; [`dataset`], [`map`], [`region`] and [`site`] stand beside it on the same host.
//!
//! What surprises clients:
//!
//! - What is wrong with a parameter is answered with HTTP status 200 and a code in the body; all other failures are
//!   pages for people, in English or Chinese, even below `/api` ([`error`], [`page`]).
//! - A page of records has the keys that some record of it fills. What none fills is absent, what others fill is null
//!   ([`occurrence::sheet`]).
//! - Boxes are written greatest values first, zero is no coordinate, a radius is whole, a range of days without an end is
//!   ignored or refused depending on the field ([`value`]).
//! - Cursors are marks of a search engine; a wrong one breaks the page instead of being refused ([`cursor`]).
//! - Places of sensitive records are blurred when they come in. Filters know only the blurred place; who has a key reads
//!   the exact one in six more columns ([`blur`], [`key`]).
//! - JSON is what Python's standard library writes: ASCII only, a blank after each comma and colon, `1.0`.
//!
//! The data never change after the seed, which is why what records share stands in small tables of its own, and why
//! there are tallies (`schema.sql`, `indexes.sql`).

mod blur;
mod cursor;
mod dataset;
mod envelope;
mod error;
mod key;
mod map;
mod occurrence;
mod page;
mod quirk;
mod region;
mod seed;
mod site;
mod value;
mod vocabulary;

use http::header::{self, CONTENT_LANGUAGE};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;

use self::page::Language;
use crate::kit::Api;
use crate::kit::call::Request;
use crate::kit::cors::{Cors, Terms};
use crate::kit::credential::Credential;
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Fields;
use crate::kit::habits::{Check, Habits, Host, Options, Repeated, Unknown};
use crate::kit::json::{Floats, JsonStyle};
use crate::kit::paging::{Cursor, Paging};
use crate::kit::quirk::{LiveQuirks, Quirk};
use crate::kit::records::{Coordinates, Records};
use crate::kit::reply::{Rejection, Reply};
use crate::world::World;

pub struct Tbia;

static HABITS: Habits = Habits {
    // The key is looked at by the search itself, after everything else.
    checks: &[Check::Params],
    repeated: Repeated::Last,
    empty_is_absent: true,
    names_ignore_case: false,
    unknown_params: Unknown::Ignore,
    trailing_slash: false,
    json: JsonStyle {
        sorted_keys: false,
        ascii: true,
        spaced: true,
        html_safe: false,
        indent: 0,
        final_newline: false,
        floats: Floats::Python,
    },
    records: Records {
        lists: &["/data", "/features"],
        alone: false,
        elements: &[],
        counted: None,
        quoted_cells: true,
        coordinates: Coordinates {
            pairs: &[
                ("standardLatitude", "standardLongitude"),
                ("standardRawLatitude", "standardRawLongitude"),
                ("verbatimLatitude", "verbatimLongitude"),
                ("verbatimRawLatitude", "verbatimRawLongitude"),
            ],
            joined: &[],
        },
    },
    paging: Paging::Cursor(Cursor {
        parameter: "cursor",
        next: "/links/next",
        this: Some("/links/self"),
        total: Some("/meta/total"),
        earlier: None,
    }),
    // The real portal keeps a short list of origins (contract 10, 16): emulated for anybody, since a list of strangers'
    // hosts would be of no use.
    locks_out: false,
    cors: Cors::Anyone(Terms {
        methods: "DELETE, GET, OPTIONS, PATCH, POST, PUT",
        headers: "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with",
        max_age: Some(86_400),
        always_whole: false,
    }),
    options: Options::Body { content_type: "application/json", body: "{}" },
    headers: &HEADERS,
};

static HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'self'; img-src 'self' data: https:"),
    ),
    (header::VARY, HeaderValue::from_static("Accept-Language, origin")),
];

impl Api for Tbia {
    fn name(&self) -> &'static str {
        "tbia"
    }

    fn title(&self) -> &'static str {
        "Taiwan Biodiversity Information Alliance"
    }

    fn base_path(&self) -> &'static str {
        "/api/v1"
    }

    fn hosts(&self) -> &'static [Host] {
        const HOSTS: &[Host] = &[Host::new("tbiadata.tw")];
        HOSTS
    }

    fn habits(&self) -> &'static Habits {
        &HABITS
    }

    fn quirks(&self) -> &'static [&'static Quirk] {
        &quirk::ALL
    }

    // Quirk (contract 10.16): the list of the live portal is not known, and would be of no use.
    fn cors(&self, live: &LiveQuirks) -> Cors {
        if live.has(&quirk::CORS_ALLOW_LIST) { Cors::Nobody } else { HABITS.cors }
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn indexes(&self) -> &'static str {
        include_str!("indexes.sql")
    }

    fn seed(&self, world: &World, db: &Connection) -> anyhow::Result<()> {
        seed::seed(world, db)
    }

    fn records_table(&self) -> &'static str {
        "tbia_occurrence"
    }

    fn expected_records(&self, world: &World) -> u64 {
        seed::expected_records(world)
    }

    fn endpoints(&self) -> Vec<Endpoint> {
        let mut endpoints = occurrence::endpoints();
        endpoints.extend(dataset::endpoints());
        endpoints.extend(map::endpoints());
        endpoints.extend(region::endpoints());
        endpoints.extend(site::endpoints());
        endpoints
    }

    fn credential(&self, _: &Request, fields: &Fields) -> Option<Credential> {
        key::credential(fields)
    }

    fn refuse(&self, request: &Request, _: Timestamp, rejection: Rejection) -> Reply {
        error::refuse(request, rejection)
    }

    fn dress(&self, request: &Request, reply: &mut Reply) {
        let language = Language::of(request).code();
        reply.headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language));
    }

    fn unemulated(&self) -> &'static [&'static str] {
        // Whole collections are asked for here, and sent by mail.
        &["/send_download_request"]
    }

    fn credentials(&self, db: &Connection, _base: &str) -> rusqlite::Result<serde_json::Value> {
        let keys = key::passing(db)?;
        Ok(keys.into_iter().map(|apikey| json!({ "apikey": apikey })).collect())
    }
}
