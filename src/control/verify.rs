//! Whether a session was asked what a test expects, and what came near.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::body::Body;
use super::error::{Error, Fault};
use super::problem;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::{Call, Request};
use crate::kit::reply::Reply;
use crate::kit::routes::Found;
use crate::scenario::definition::LONGEST_TEXT;
use crate::scenario::matching::{Difference, Match, Subject};
use crate::scenario::node::Node;
use crate::scenario::read::Faults;
use crate::scenario::vocabulary::Vocabulary;
use crate::session::journal::Entry;
use crate::session::journal::masking::{Masking, ShownBody};

/// How many near misses are told.
const NEAREST: usize = 5;

/// Characters of a body that a near miss shows.
const SHOWN: usize = 1000;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/__admin/requests/verify")
            .id("request.verify")
            .summary("Counts the requests that match, and tells what came near")
            .takes([&SESSION as _, &HEADER as _])
            .handler(verify),
    ]
}

/// How many requests have to match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Exactly(u64),
    AtLeast(u64),
    AtMost(u64),
}

impl Expected {
    fn read(value: &Value) -> Option<Self> {
        let members = value.as_object()?;
        let (name, count) = members.iter().next().filter(|_| members.len() == 1)?;
        let count = count.as_u64()?;
        match name.as_str() {
            "exactly" => Some(Self::Exactly(count)),
            "at_least" => Some(Self::AtLeast(count)),
            "at_most" => Some(Self::AtMost(count)),
            _ => None,
        }
    }

    fn holds(self, count: u64) -> bool {
        match self {
            Self::Exactly(wanted) => count == wanted,
            Self::AtLeast(least) => count >= least,
            Self::AtMost(most) => count <= most,
        }
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Exactly(count) => write!(f, "exactly {count}"),
            Self::AtLeast(count) => write!(f, "at least {count}"),
            Self::AtMost(count) => write!(f, "at most {count}"),
        }
    }
}

fn verify(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    if call.request.body().len() > LONGEST_TEXT {
        return Err(Fault::new("", "the body is longer than 1 MiB").into());
    }
    let mut body = Body::read(call)?;
    let wanted = body.optional("match", "an object", |value| Some(value.clone()));
    let form = "one of {\"exactly\": n}, {\"at_least\": n}, {\"at_most\": n}";
    let expected = body.optional("count", form, Expected::read).unwrap_or(Expected::AtLeast(1));
    body.finish()?;
    let wanted = wanted.ok_or_else(|| Fault::new("/match", "is missing"))?;
    let wanted = read_match(wanted, &session.stage.repertoire().vocabulary)?;

    let entries = session.journal.entries();
    let mut misses: Vec<Miss> = Vec::new();
    let mut matched = 0;
    for entry in &entries {
        let replay = Replay::of(entry, installation);
        let differs = wanted.differences(&replay.subject());
        if differs.is_empty() {
            matched += 1;
        } else {
            misses.push(Miss { replay, differs });
        }
    }
    if expected.holds(matched) {
        return Ok(call.answer(&json!({ "matched": matched })));
    }
    // The newest first among those that differ in as much.
    misses.sort_by_key(|miss| miss.differs.len());
    let nearest: Vec<Value> = misses.iter().take(NEAREST).map(Miss::show).collect();
    let detail = format!("{matched} requests match, expected were {expected}.");
    let members = json!({ "matched": matched, "nearest": nearest });
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(problem::with(status, "Not as expected", &detail, &members))
}

fn read_match(value: Value, vocabulary: &Vocabulary) -> Result<Match, Error> {
    // Wrapped, so that pointers are those of the body.
    let wrapped = Node::from_json(Value::Object(Map::from_iter([("match".to_owned(), value)])));
    let node = wrapped.member("match").expect("it was just put there");
    let faults = Faults::default();
    let wanted = Match::read(node, vocabulary, &faults);
    let faults = faults.finish();
    match wanted {
        Some(wanted) if faults.is_empty() => Ok(wanted),
        _ => Err(Error::BadScenario(faults)),
    }
}

/// The request of an entry, and what the API made of it.
struct Replay<'e> {
    entry: &'e Entry,
    request: Request,
    /// The template of its route.
    route: Option<&'e str>,
    credential: Option<String>,
}

impl<'e> Replay<'e> {
    fn of(entry: &'e Entry, installation: &'e Installation) -> Self {
        let request = again(entry);
        let mount = installation.mounts.iter().find(|mount| mount.api.name() == entry.api);
        let found = mount.and_then(|mount| mount.route(&request, &entry.path).ok());
        let template = |found: &Found| Some(mount?.routes.template(found.place.route));
        let route = found.as_ref().and_then(template);
        let fields = found.as_ref().map(|found| &found.fields);
        let credential = mount.and_then(|mount| mount.credential(&request, fields));
        let credential = credential.map(|credential| credential.name);
        Self { entry, request, route, credential }
    }

    fn subject(&self) -> Subject<'_> {
        Subject::new(
            self.entry.api,
            &self.entry.method,
            &self.entry.path,
            self.route,
            self.entry.query(),
            self.request.headers(),
            self.entry.request.body(),
            self.credential.as_deref(),
        )
    }

    /// What stands in it where something else was expected, without credentials.
    fn actual(&self, what: &str, masking: &Masking) -> Option<String> {
        let (side, name) = what.split_once('/').unwrap_or((what, ""));
        match side {
            "api" => Some(self.entry.api.to_owned()),
            "method" => Some(self.entry.method.to_string()),
            "path" => Some(masking.path()),
            "route" => self.route.map(str::to_owned),
            // A user's name is no secret, a key is: which of them it is only the API knows.
            "credential" => self.credential.as_ref().map(|_| "***".to_owned()),
            "query" => {
                let query = masking.query();
                let pairs = form_urlencoded::parse(query.as_bytes());
                let values: Vec<Cow<str>> =
                    pairs.filter(|(given, _)| given == name).map(|(_, value)| value).collect();
                (!values.is_empty()).then(|| values.join(", "))
            }
            "header" => {
                let headers = masking.request_headers();
                headers.into_iter().find(|(given, _)| given == name).map(|(_, value)| value)
            }
            _ => body(what, masking),
        }
    }
}

/// The request of an entry once more.
fn again(entry: &Entry) -> Request {
    let body = Bytes::copy_from_slice(entry.request.body());
    Request::new(entry.method.clone(), entry.target.to_uri(), entry.request.headers(), body)
}

fn body(what: &str, masking: &Masking) -> Option<String> {
    let text = match masking.request_body() {
        ShownBody::Text(text) | ShownBody::Base64(text) => text,
    };
    if let Some(pointer) = what.strip_prefix("body/json") {
        let json: Value = serde_json::from_str(&text).ok()?;
        return json.pointer(pointer).map(Value::to_string);
    }
    (!text.is_empty()).then(|| text.chars().take(SHOWN).collect())
}

/// A request that came near.
struct Miss<'e> {
    replay: Replay<'e>,
    differs: Vec<Difference>,
}

impl Miss<'_> {
    fn show(&self) -> Value {
        let entry = self.replay.entry;
        let masking = Masking::new(entry);
        let differs = self.differs.iter().map(|Difference { what, expected }| {
            let actual = self.replay.actual(what, &masking);
            json!({ "what": what, "expected": expected, "actual": actual })
        });
        let mut shown = json!({
            "id": entry.id.to_string(),
            "method": entry.method.as_str(),
            "path": masking.path(),
            "differs": differs.collect::<Vec<_>>(),
        });
        if entry.request.is_truncated {
            // What its body held beyond that, nobody knows any more.
            shown["truncated"] = true.into();
        }
        shown
    }
}
