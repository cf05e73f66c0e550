//! What the control plane refuses, and in which words.

use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::json;

use super::problem;
use crate::kit::call::Call;
use crate::kit::endpoint::Failure;
use crate::kit::reply::{Rejection, Reply};
use crate::kit::value::Expects;
use crate::scenario;
use crate::session::registry::NoSession;

/// A value that does not fit, and where it stands: a JSON Pointer into the body, or the name of a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub path: String,
    pub message: String,
}

impl Fault {
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

/// Why a handler of the control plane refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}", list(.0))]
    BadFields(Vec<Fault>),
    #[error("there is no API {0:?}")]
    UnknownApi(String),
    #[error("the journal of the session holds no request {0:?}")]
    UnknownRequest(String),
    #[error("the outbox of the session holds no mail {0}")]
    UnknownMail(String),
    #[error("the mail asks nobody to open a link")]
    NoLink,
    #[error("there is no scenario {0:?}")]
    UnknownScenario(String),
    #[error("there is a scenario {0:?} already")]
    ScenarioExists(String),
    /// A definition or match that does not fit.
    #[error("{}", .0.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; "))]
    BadScenario(Vec<scenario::read::Fault>),
    #[error("there is no such file")]
    UnknownFile,
    #[error(transparent)]
    Session(#[from] NoSession),
    #[error("the store failed: {0}")]
    Store(#[from] rusqlite::Error),
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::BadFields(vec![fault])
    }
}

impl Failure for Error {
    fn into_reply(self, _: &Call) -> Reply {
        match self {
            Self::BadFields(faults) => bad_fields(&faults),
            Self::BadScenario(faults) => bad_scenario(&faults),
            Self::ScenarioExists(_) => {
                problem::of(StatusCode::CONFLICT, "Scenario exists", &sentence(&self.to_string()))
            }
            Self::Session(error) => of_no_session(&error),
            Self::UnknownApi(_)
            | Self::UnknownRequest(_)
            | Self::UnknownMail(_)
            | Self::UnknownScenario(_)
            | Self::UnknownFile => {
                problem::of(StatusCode::NOT_FOUND, "Not found", &sentence(&self.to_string()))
            }
            Self::NoLink => {
                problem::of(StatusCode::CONFLICT, "No link", &sentence(&self.to_string()))
            }
            Self::Store(_) => broken(&self.to_string()),
        }
    }
}

/// A refusal because of a session's name or number.
pub fn of_no_session(error: &NoSession) -> Reply {
    let detail = sentence(&error.to_string());
    match error {
        NoSession::Exists(_) => problem::of(StatusCode::CONFLICT, "Session exists", &detail),
        NoSession::SnapshotExists(_) => {
            problem::of(StatusCode::CONFLICT, "Snapshot exists", &detail)
        }
        NoSession::UnknownSnapshot(_) => {
            problem::of(StatusCode::NOT_FOUND, "Unknown snapshot", &detail)
        }
        NoSession::UnknownOrigin(_) => {
            problem::of(StatusCode::NOT_FOUND, "Unknown origin", &detail)
        }
        NoSession::TooManySnapshots { .. } => {
            problem::of(StatusCode::TOO_MANY_REQUESTS, "Too many snapshots", &detail)
        }
        NoSession::Store(_) => broken(&error.to_string()),
        NoSession::IsDefault => problem::of(StatusCode::CONFLICT, "Default session", &detail),
        NoSession::Unknown(_) => {
            let how = "X-Wardian-Session, ?session= or /session/NAME must name a live session; \
                       POST /__admin/sessions makes one.";
            problem::of(StatusCode::NOT_FOUND, "Unknown session", &format!("{detail} {how}"))
        }
        NoSession::TooMany { room_in, .. } => {
            // Without an end in sight, somebody has to delete one: now and then is often enough.
            let seconds = room_in.map_or(60, |left: Duration| left.as_secs() + 1);
            problem::of(StatusCode::TOO_MANY_REQUESTS, "Too many sessions", &detail)
                .with(header::RETRY_AFTER, seconds.into())
        }
    }
}

/// A refusal because of values that do not fit.
pub fn bad_fields(faults: &[Fault]) -> Reply {
    let members = json!({ "errors": faults });
    problem::with(StatusCode::BAD_REQUEST, "Bad request", &list(faults), &members)
}

/// A refusal because of a definition or match that does not fit.
fn bad_scenario(faults: &[scenario::read::Fault]) -> Reply {
    let shown: Vec<Fault> =
        faults.iter().map(|fault| Fault::new(fault.path.clone(), fault.message.clone())).collect();
    let members = json!({ "errors": faults });
    problem::with(StatusCode::BAD_REQUEST, "Bad request", &list(&shown), &members)
}

/// A refusal of a request to an API that wardian makes in its own words.
pub fn problem(status: StatusCode, title: &str, detail: &str) -> Reply {
    problem::of(status, title, &sentence(detail))
}

/// The control plane's words for what the shared code found wrong.
pub fn word(rejection: Rejection) -> Reply {
    match rejection {
        Rejection::Failed { reply, .. } => *reply,
        Rejection::BadParam { name, text, expects } => {
            let message = format!("{text:?} is not {}", expected(expects));
            bad_fields(&[Fault::new(name, message)])
        }
        Rejection::MissingParam { name } => bad_fields(&[Fault::new(name, "is missing")]),
        Rejection::UnknownParams { names } => {
            let faults: Vec<Fault> =
                names.into_iter().map(|name| Fault::new(name, "is no parameter here")).collect();
            bad_fields(&faults)
        }
        Rejection::BadBody { reason } => bad_fields(&[Fault::new("", reason)]),
        Rejection::WrongMethod { allow } => {
            let allowed = allow.join(", ");
            let detail = format!("This path takes {allowed}.");
            let allow = HeaderValue::try_from(allowed).expect("methods are header text");
            problem::of(StatusCode::METHOD_NOT_ALLOWED, "Wrong method", &detail)
                .with(header::ALLOW, allow)
        }
        Rejection::Broken { reason } => broken(&reason),
        other => plain(&other),
    }
}

/// The refusal of a body that is none of the media types that a call takes.
pub fn other_media(taken: &[&str]) -> Rejection {
    let detail = format!("The body has to be {}, told by Content-Type.", taken.join(" or "));
    let reply = problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Another media type", &detail);
    Rejection::Failed { reply: Box::new(reply), why: detail }
}

fn plain(rejection: &Rejection) -> Reply {
    let (status, title) = match rejection {
        Rejection::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "Body too large"),
        Rejection::HeadersTooLarge => {
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Headers too large")
        }
        Rejection::UnsupportedMedia => {
            let detail = "The body has to be JSON, with Content-Type: application/json.";
            return problem::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, "No JSON", detail);
        }
        Rejection::NoSuchPath => (StatusCode::NOT_FOUND, "Not found"),
        _ => (StatusCode::BAD_REQUEST, "Bad request"),
    };
    problem::of(status, title, &sentence(&rejection.to_string()))
}

fn broken(reason: &str) -> Reply {
    tracing::error!(reason, "the control plane failed");
    problem::of(StatusCode::INTERNAL_SERVER_ERROR, "Wardian failed", &sentence(reason))
}

fn list(faults: &[Fault]) -> String {
    let texts: Vec<String> = faults
        .iter()
        .map(|Fault { path, message }| match path.as_str() {
            "" => message.clone(),
            path => format!("{path}: {message}"),
        })
        .collect();
    texts.join("; ")
}

fn expected(expects: Expects) -> String {
    match expects {
        Expects::Text => "a text".to_owned(),
        Expects::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Expects::Number => "a number".to_owned(),
        Expects::Boolean => "true or false".to_owned(),
        Expects::Date => "a date".to_owned(),
        Expects::Uuid => "a UUID".to_owned(),
        Expects::OneOf(choices) => format!("one of {}", choices.join(", ")),
        Expects::Form(words) => words.to_owned(),
    }
}

/// An error's text as a sentence of its own.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
