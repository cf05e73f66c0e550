//! Answers and refusals.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName};
use http::{HeaderValue, StatusCode};

use super::credential::AuthFault;
use super::delivery::Delivery;
use super::headers::Headers;
use super::rest::Rest;
use super::value::Expects;

/// What goes back over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: Headers,
    pub body: Bytes,
    /// What follows the body, if that is only the beginning.
    pub rest: Option<Rest>,
    /// Why it is a refusal, where what was written stays all the same.
    pub why: Option<Box<str>>,
    /// How it is sent, if not at once and whole; only scenarios ask for that.
    pub delivery: Option<Box<Delivery>>,
}

impl Reply {
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = Headers::default();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self { status, headers, body: body.into(), rest: None, why: None, delivery: None }
    }

    pub fn html(status: StatusCode, page: impl Into<Bytes>) -> Self {
        Self::new(status, "text/html; charset=utf-8", page)
    }

    pub fn empty(status: StatusCode) -> Self {
        let (headers, body) = (Headers::default(), Bytes::new());
        Self { status, headers, body, rest: None, why: None, delivery: None }
    }

    /// The same answer, which goes on after its body.
    pub fn followed_by(mut self, rest: Rest) -> Self {
        self.rest = Some(rest);
        self
    }

    /// Whether anything follows the headers.
    pub fn has_body(&self) -> bool {
        !has_no_body(self.status) && (self.rest.is_some() || !self.body.is_empty())
    }

    /// Whether the client gets at least the status and headers.
    pub fn sends_head(&self) -> bool {
        self.delivery.as_ref().is_none_or(|delivery| delivery.ending.sends_head())
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// Whether answers of a status consist of headers alone, so that a body would be taken for the next answer.
pub fn has_no_body(status: StatusCode) -> bool {
    status.is_informational()
        || matches!(
            status,
            StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED
        )
}

/// Why a request is turned away before its handler runs, or by it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Rejection {
    #[error("no such path")]
    NoSuchPath,
    #[error("the path holds bytes that are no UTF-8")]
    BadPath,
    #[error("the path has no such method, only {}", allow.join(", "))]
    WrongMethod { allow: Vec<String> },
    #[error("nobody is logged in")]
    NotAuthenticated,
    #[error("credentials do not pass: {reason}")]
    BadCredentials { reason: String },
    #[error("{role} is needed")]
    NotAllowed { role: String },
    #[error("parameter {name} is missing")]
    MissingParam { name: &'static str },
    #[error("parameter {name} cannot be {text:?}")]
    BadParam { name: &'static str, text: String, expects: Expects },
    #[error("unknown parameters: {}", names.join(", "))]
    UnknownParams { names: Vec<String> },
    #[error("the body does not fit: {reason}")]
    BadBody { reason: String },
    #[error("the body is larger than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the headers are too large")]
    HeadersTooLarge,
    #[error("no acceptable media type")]
    NotAcceptable,
    #[error("the media type of the body is not taken")]
    UnsupportedMedia,
    /// A scenario asks for this status.
    #[error("a scenario asked for {}", .0.status)]
    Injected(Injected),
    /// A scenario finds fault with the credentials.
    #[error("a scenario finds fault with the credentials: {0:?}")]
    AuthFault(AuthFault),
    /// Wardian itself failed.
    #[error("wardian failed: {reason}")]
    Broken { reason: String },
    /// The handler refused, and has worded it already.
    #[error("{why}")]
    Failed { reply: Box<Reply>, why: String },
}

/// The failure that a scenario asks for; the API words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injected {
    pub status: StatusCode,
    /// Replaces what the API would say.
    pub message: Option<String>,
    /// The API's own name of the failure, where it has names for them.
    pub code: Option<String>,
    /// What the `Retry-After` of the answer will say, for bodies that say it too.
    pub retry_after: Option<Duration>,
}

impl Injected {
    /// A status and nothing else.
    pub fn of(status: StatusCode) -> Self {
        Self { status, message: None, code: None, retry_after: None }
    }
}

impl From<rusqlite::Error> for Rejection {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken { reason: error.to_string() }
    }
}
