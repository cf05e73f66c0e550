//! Every way a request to TBIA can fail, and how the portal words it.
//!
//! What is wrong with a parameter is told in JSON, with HTTP status 200 and the code 400 in the body. Everything else is
//! a page for people, even below `/api`.

use http::StatusCode;
use serde::Serialize;
use tracing::error;

use super::page::{self, Language};
use crate::kit::call::{Call, Request};
use crate::kit::credential::AuthFault;
use crate::kit::endpoint::Failure;
use crate::kit::json;
use crate::kit::reply::{Injected, Rejection, Reply};

const INVALID_KEY: &str = "Invalid API key";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the key is unknown or expired")]
    InvalidKey,
    #[error("the box spans more degrees than a map of this mesh may")]
    TooWide,
    /// Nothing checks these before the search engine does.
    #[error("the index refuses {0}")]
    IndexRefuses(&'static str),
    #[error("there is nothing to show on this page")]
    NoSuchPage,
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
}

impl Failure for Error {
    fn into_reply(self, call: &Call) -> Reply {
        match self {
            Self::InvalidKey => invalid(INVALID_KEY),
            Self::TooWide => invalid("Invalid boundedBy value according to grid size"),
            Self::NoSuchPage => page::error(StatusCode::NOT_FOUND, Language::of(call.request)),
            Self::IndexRefuses(_) => broken(call.request),
            Self::Store(error) => {
                error!(path = call.path, %error, "handler failed");
                broken(call.request)
            }
        }
    }
}

/// The portal's words for what the shared code found wrong.
pub fn refuse(request: &Request, rejection: Rejection) -> Reply {
    let language = Language::of(request);
    match rejection {
        Rejection::NoSuchPath | Rejection::BadPath => page::error(StatusCode::NOT_FOUND, language),
        Rejection::BadParam { name, .. } | Rejection::MissingParam { name } => {
            message(name, &rejection).map_or_else(|| broken(request), invalid)
        }
        // Quirk (contract 2): a key that does not pass is a parameter that does not fit.
        Rejection::BadCredentials { .. }
        | Rejection::NotAuthenticated
        | Rejection::AuthFault(AuthFault::Expire | AuthFault::Reject | AuthFault::Revoke) => {
            invalid(INVALID_KEY)
        }
        Rejection::AuthFault(AuthFault::Forbid)
        | Rejection::WrongMethod { .. }
        | Rejection::NotAllowed { .. } => page::forbidden(),
        Rejection::TooLarge { .. } => page::proxy_error(StatusCode::PAYLOAD_TOO_LARGE),
        Rejection::HeadersTooLarge => {
            page::proxy_error(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
        }
        Rejection::Injected(Injected { status, message, .. }) => {
            injected(status, message.as_deref(), language)
        }
        Rejection::Failed { reply, .. } => *reply,
        Rejection::UnknownParams { .. }
        | Rejection::BadBody { .. }
        | Rejection::NotAcceptable
        | Rejection::UnsupportedMedia
        | Rejection::Broken { .. } => broken(request),
    }
}

/// What is said of a parameter that does not fit; nothing of one that only the index looks at.
fn message(name: &str, rejection: &Rejection) -> Option<&'static str> {
    Some(match name {
        "eventDate" | "created" | "modified" => "Invalid date format",
        "polygon" => "Invalid polygon format",
        "circle" => "Invalid circle format",
        "boundedBy" if matches!(rejection, Rejection::MissingParam { .. }) => {
            "Parameter boundedBy is required"
        }
        "boundedBy" => "Invalid boundedBy format",
        "isCollection" => "Invalid isCollection value",
        "year" => "Invalid year format",
        "grid" => "Invalid grid value",
        _ => return None,
    })
}

/// What a scenario asks for, in the shape in which the portal or what stands before it would refuse.
fn injected(status: StatusCode, message: Option<&str>, language: Language) -> Reply {
    if status == StatusCode::BAD_REQUEST {
        return invalid(message.unwrap_or("Bad Request"));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        let text = message.unwrap_or("Too Many Requests").to_owned();
        return Reply::new(status, "text/plain; charset=utf-8", text);
    }
    match (status, message) {
        (StatusCode::FORBIDDEN, None) => page::forbidden(),
        (StatusCode::FORBIDDEN, Some(reason)) => page::forbidden_saying(reason),
        (StatusCode::SERVICE_UNAVAILABLE, message) => page::maintenance(language, message),
        (StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT, None) => page::proxy_error(status),
        (_, None) => page::error(status, language),
        (_, Some(message)) => page::error_saying(status, language, message),
    }
}

/// Quirk (contract 3.1): a request that does not fit is answered with HTTP status 200.
fn invalid(message: &str) -> Reply {
    #[derive(Serialize)]
    struct Body<'m> {
        status: Status<'m>,
    }
    #[derive(Serialize)]
    struct Status<'m> {
        code: u16,
        message: &'m str,
    }

    let body = Body { status: Status { code: 400, message } };
    Reply::new(StatusCode::OK, "application/json", json::write(super::HABITS.json, &body))
}

fn broken(request: &Request) -> Reply {
    page::error(StatusCode::INTERNAL_SERVER_ERROR, Language::of(request))
}
