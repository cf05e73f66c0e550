//! The journal: what was asked of a session, newest first.

use http::StatusCode;
use jiff::Timestamp;
use rusqlite::types::Value as SqlValue;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::error::{Error, Fault};
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::glob::Pattern;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;
use crate::kit::value::{Expects, FromText};
use crate::session::journal::masking::{Masking, ShownBody};
use crate::session::journal::{Entry, EntryId, Recorded};

static API: Param<Option<String>> = Param::optional("api", "Requests of this API.");
static METHOD: Param<Option<String>> = Param::optional("method", "Requests with this method.");
static PATH: Param<Option<String>> =
    Param::optional("path", "Requests whose path fits: `*` is one segment, `**` any number.");
static STATUS: Param<Option<Statuses>> =
    Param::optional("status", "Requests with this status, or one of its class: 503, 5xx.");
static SINCE: Param<Option<Moment>> = Param::optional("since", "Requests from this time on.");
static SCENARIO: Param<Option<String>> =
    Param::optional("scenario", "Requests on which a rule of this scenario fired.");
static LIMIT: Param<PageSize> = Param::or("limit", "100", "How many entries a page has.");
static CURSOR: Param<Option<Cursor>> =
    Param::optional("cursor", "The `next_cursor` of the page before.");
static ID: Param<String> = Param::path("id", "The entry's id, as `X-Wardian-Request` told.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/requests")
            .id("request.list")
            .summary("Lists the requests of a session, newest first")
            .takes([&SESSION as _, &HEADER as _])
            .takes(conditions())
            .takes([&LIMIT as _, &CURSOR as _])
            .handler(list),
        Endpoint::delete("/__admin/requests")
            .id("request.clear")
            .summary("Empties the journal of a session")
            .takes([&SESSION as _, &HEADER as _])
            .handler(clear),
        Endpoint::get("/__admin/requests/{id}")
            .id("request.get")
            .summary("Shows one request and its answer whole")
            .takes([&ID as _, &SESSION as _, &HEADER as _])
            .handler(get),
    ]
}

/// The parameters that choose entries.
pub fn conditions() -> [&'static dyn AnyParam; 6] {
    [&API, &METHOD, &PATH, &STATUS, &SINCE, &SCENARIO]
}

/// One status, or all of its class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Statuses {
    One(u16),
    /// The first digit of the three.
    Class(u16),
}

impl Statuses {
    fn include(self, status: StatusCode) -> bool {
        match self {
            Self::One(wanted) => status.as_u16() == wanted,
            Self::Class(digit) => status.as_u16() / 100 == digit,
        }
    }
}

impl FromText for Statuses {
    const EXPECTS: Expects = Expects::Form("a status such as 503, or a class of them such as 5xx");

    fn from_text(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if let Some(digit) = lower.strip_suffix("xx") {
            let digit = digit.parse().ok().filter(|digit| (1..=5).contains(digit));
            return digit.map(Self::Class);
        }
        lower.parse().ok().filter(|status| (100..=599).contains(status)).map(Self::One)
    }

    fn into_sql(self) -> SqlValue {
        match self {
            Self::One(status) => i64::from(status).into(),
            Self::Class(digit) => format!("{digit}xx").into(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Moment(Timestamp);

impl FromText for Moment {
    const EXPECTS: Expects = Expects::Form("a time such as 2026-01-31T12:00:00Z");

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    fn into_sql(self) -> SqlValue {
        self.0.to_string().into()
    }
}

#[derive(Clone, Copy, Debug)]
struct PageSize(usize);

impl FromText for PageSize {
    const EXPECTS: Expects = Expects::Integer { min: 1, max: 1000 };

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|size| (1..=1000).contains(size)).map(Self)
    }

    fn into_sql(self) -> SqlValue {
        i64::try_from(self.0).unwrap_or(i64::MAX).into()
    }
}

/// The id of the last entry of the page before.
#[derive(Clone, Copy, Debug)]
struct Cursor(EntryId);

impl FromText for Cursor {
    const EXPECTS: Expects = Expects::Form("the next_cursor of a page");

    fn from_text(text: &str) -> Option<Self> {
        EntryId::parse(text).map(Self)
    }

    fn into_sql(self) -> SqlValue {
        self.0.to_string().into()
    }
}

/// An entry as the list shows it.
#[derive(Serialize)]
pub struct Line<'e> {
    id: String,
    time: Timestamp,
    api: &'e str,
    endpoint: Option<&'e str>,
    method: &'e str,
    path: String,
    query: String,
    status: Option<u16>,
    duration_ms: f64,
    faults: &'e [String],
}

impl<'e> Line<'e> {
    pub fn of(entry: &'e Entry, masking: &Masking) -> Self {
        Self {
            id: entry.id.to_string(),
            time: entry.time,
            api: entry.api,
            endpoint: entry.endpoint.as_deref(),
            method: entry.method.as_str(),
            path: masking.path(),
            query: masking.query(),
            status: entry.status.map(|status| status.as_u16()),
            duration_ms: entry.duration.as_micros() as f64 / 1000.0,
            faults: &entry.faults,
        }
    }
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let wanted = Wanted::read(call, installation)?;
    let entries = session.journal.entries();
    let start = match call.get(&CURSOR) {
        None => 0,
        // An entry that is gone was the oldest, so that nothing comes after it.
        Some(Cursor(last)) => {
            let place = entries.iter().position(|entry| entry.id == last);
            place.map_or(entries.len(), |place| place + 1)
        }
    };
    let PageSize(limit) = call.get(&LIMIT);
    let mut fitting = entries[start..].iter().filter(|entry| wanted.includes(entry));
    let page: Vec<&Entry> = fitting.by_ref().take(limit).collect();
    let next_cursor = fitting.next().and(page.last()).map(|last| last.id.to_string());
    let lines: Vec<Line> = page.iter().map(|entry| Line::of(entry, &Masking::new(entry))).collect();
    Ok(call.answer(&json!({ "requests": lines, "next_cursor": next_cursor })))
}

/// Which entries a request asks for.
pub struct Wanted {
    api: Option<String>,
    method: Option<String>,
    path: Option<Pattern>,
    status: Option<Statuses>,
    since: Option<Timestamp>,
    scenario: Option<String>,
}

impl Wanted {
    pub fn read(call: &Call, installation: &Installation) -> Result<Self, Error> {
        let api = call.get(&API);
        let names = || installation.mounts.iter().map(|mount| mount.api.name());
        if let Some(api) = api.as_deref().filter(|api| !names().any(|name| name == *api)) {
            let known: Vec<&str> = names().collect();
            let message = format!("{api:?} is not one of {}", known.join(", "));
            return Err(Fault::new(API.name, message).into());
        }
        Ok(Self {
            api,
            method: call.get(&METHOD),
            path: call.get(&PATH).map(Pattern::new),
            status: call.get(&STATUS),
            since: call.get(&SINCE).map(|Moment(since)| since),
            scenario: call.get(&SCENARIO),
        })
    }

    pub fn includes(&self, entry: &Entry) -> bool {
        let is_of = |fault: &String, scenario: &str| {
            fault.split_once('/').is_some_and(|(name, _)| name == scenario)
        };
        self.api.as_ref().is_none_or(|api| entry.api == api)
            && self.method.as_ref().is_none_or(|m| entry.method.as_str().eq_ignore_ascii_case(m))
            && self.path.as_ref().is_none_or(|pattern| pattern.matches(&entry.path))
            && self.status.is_none_or(|wanted| entry.status.is_some_and(|s| wanted.include(s)))
            && self.since.is_none_or(|since| entry.time >= since)
            && self.scenario.as_ref().is_none_or(|name| entry.faults.iter().any(|f| is_of(f, name)))
    }
}

fn clear(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    sessions::chosen(call, installation)?.clear_journal();
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// An entry whole.
#[derive(Serialize)]
struct Whole<'e> {
    #[serde(flatten)]
    line: Line<'e>,
    /// Why the request was refused.
    why: Option<String>,
    request: Value,
    response: Value,
}

fn get(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let id = call.get(&ID);
    let entry = EntryId::parse(&id).and_then(|id| session.journal.find(id));
    let entry = entry.ok_or(Error::UnknownRequest(id))?;
    let masking = Masking::new(&entry);
    let mut request = json!({ "url": masking.url() });
    add_message(&mut request, masking.request_headers(), masking.request_body(), &entry.request);
    let mut response = json!({ "status": entry.status.map(|status| status.as_u16()) });
    let headers = masking.response_headers();
    add_message(&mut response, headers, masking.response_body(), &entry.response);
    let line = Line::of(&entry, &masking);
    Ok(call.answer(&Whole { line, why: masking.why(), request, response }))
}

fn add_message(
    shown: &mut Value,
    headers: Vec<(String, String)>,
    body: ShownBody,
    recorded: &Recorded,
) {
    let headers: Map<String, Value> =
        headers.into_iter().map(|(name, value)| (name, value.into())).collect();
    shown["headers"] = headers.into();
    match body {
        ShownBody::Text(text) => shown["body"] = text.into(),
        ShownBody::Base64(text) => {
            shown["body"] = text.into();
            shown["encoding"] = "base64".into();
        }
    }
    shown["truncated"] = recorded.is_truncated.into();
}
