//! Refusals of wardian itself, as problem details (RFC 9457).

use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::kit::reply::{Rejection, Reply};
use crate::session::registry::NoSession;

/// A problem with a title that is the same for all of its kind, and a detail about this one.
pub fn of(status: StatusCode, title: &str, detail: &str) -> Reply {
    with(status, title, detail, &json!({}))
}

/// A problem with further members.
pub fn with(status: StatusCode, title: &str, detail: &str, members: &Value) -> Reply {
    let mut body = json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    if let (Some(body), Some(members)) = (body.as_object_mut(), members.as_object()) {
        body.extend(members.clone());
    }
    Reply::new(status, "application/problem+json", body.to_string())
}

/// A path that belongs to no API and not to wardian.
pub fn outside(emulator: &Emulator, path: &str) -> Reply {
    let prefixes: Vec<String> =
        emulator.mounts.iter().map(|mount| format!("/{}", mount.api.name())).collect();
    let detail = format!("Nothing is mounted at {path}.");
    with(StatusCode::NOT_FOUND, "Not found", &detail, &json!({ "prefixes": prefixes }))
}

/// A path that the real service has and wardian does not emulate: a client must not take it for missing data.
pub fn unemulated(title: &str, path: &str, nearest: Option<&str>) -> Reply {
    let detail = format!("{title} has {path}, wardian does not emulate it.");
    let members = json!({ "nearest": nearest });
    with(StatusCode::NOT_IMPLEMENTED, "Not emulated", &detail, &members)
}

pub fn of_no_session(error: &NoSession) -> Reply {
    let status = match error {
        NoSession::Exists(_) | NoSession::IsDefault => StatusCode::CONFLICT,
        NoSession::Unknown(_) => StatusCode::NOT_FOUND,
        NoSession::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        NoSession::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let reply = of(status, "No session", &error.to_string());
    match error {
        NoSession::TooMany(_) => reply.with(header::RETRY_AFTER, HeaderValue::from_static("60")),
        _ => reply,
    }
}

/// What the doors find wrong with requests for wardian itself.
pub fn of_rejection(rejection: &Rejection) -> Reply {
    let (status, title) = match rejection {
        Rejection::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "Body too large"),
        Rejection::HeadersTooLarge => {
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Headers too large")
        }
        Rejection::NoSuchPath => (StatusCode::NOT_FOUND, "Not found"),
        Rejection::WrongMethod { .. } => (StatusCode::METHOD_NOT_ALLOWED, "Wrong method"),
        Rejection::Broken { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "Wardian failed"),
        _ => (StatusCode::BAD_REQUEST, "Bad request"),
    };
    of(status, title, &rejection.to_string())
}
