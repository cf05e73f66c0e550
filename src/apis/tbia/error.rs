//! Every way a request to TBIA can fail, and how the portal words it.
//!
//! What is wrong with a parameter is told in JSON, with HTTP status 200 and the code 400 in the body. Everything else is
//! a page for people, even below `/api`.

use http::StatusCode;
use serde::Serialize;
use tracing::error;

use super::page::{self, Language};
use crate::kit::call::{Call, Request};
use crate::kit::endpoint::Failure;
use crate::kit::json;
use crate::kit::reply::{Rejection, Reply};

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
            Self::InvalidKey => invalid("Invalid API key"),
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
        Rejection::BadCredentials { .. } | Rejection::NotAuthenticated => {
            invalid("Invalid API key")
        }
        Rejection::WrongMethod { .. } | Rejection::NotAllowed { .. } => page::forbidden(),
        Rejection::TooLarge { .. } => page::proxy_error(StatusCode::PAYLOAD_TOO_LARGE),
        Rejection::HeadersTooLarge => {
            page::proxy_error(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
        }
        Rejection::Injected { status, message, .. } => injected(status, message, language),
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

fn injected(status: StatusCode, message: Option<String>, language: Language) -> Reply {
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => {
            let message = message.unwrap_or_else(|| "Bad Request".to_owned());
            Reply { status, ..invalid(&message) }
        }
        StatusCode::FORBIDDEN => page::forbidden(),
        StatusCode::TOO_MANY_REQUESTS => {
            Reply::new(status, "text/plain; charset=utf-8", "Too Many Requests")
        }
        StatusCode::SERVICE_UNAVAILABLE => page::maintenance(language),
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => page::proxy_error(status),
        _ => page::error(status, language),
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
