//! Cross-origin headers, as each service sends them.

use http::{HeaderValue, Method, StatusCode, header};

use super::call::Request;
use super::headers::Headers;
use super::reply::Reply;

/// To whom a service says that browsers may read its answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cors {
    /// To nobody.
    Nobody,
    /// To anybody, in every answer.
    Anyone(Terms),
    /// To anybody, in answers to requests that carry an `Origin`.
    WhoeverAsks(Terms),
    /// To anybody, in answers to GET alone; a preflight is refused like any other method.
    ReadersOnly(Terms),
}

/// What is allowed across origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// `Access-Control-Allow-Methods`.
    pub methods: &'static str,
    /// `Access-Control-Allow-Headers`; `*` mirrors what a preflight asks for.
    pub headers: &'static str,
    /// `Access-Control-Max-Age` in seconds.
    pub max_age: Option<u32>,
    /// Whether methods and headers stand in every answer, or only in answers to preflights.
    pub always_whole: bool,
}

/// What `--cors permissive` makes of every API.
pub const PERMISSIVE: Cors = Cors::Anyone(Terms {
    methods: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    headers: "*",
    max_age: Some(3600),
    always_whole: false,
});

impl Cors {
    /// The answer to a preflight, if the service gives one.
    pub fn preflight(self, request: &Request) -> Option<Reply> {
        let is_preflight = request.method() == Method::OPTIONS
            && request.headers().has(header::ACCESS_CONTROL_REQUEST_METHOD);
        match self {
            Self::Anyone(_) | Self::WhoeverAsks(_) if is_preflight => {
                Some(Reply::empty(StatusCode::OK))
            }
            _ => None,
        }
    }

    /// Adds the service's cross-origin headers to an answer.
    pub fn dress(self, request: &Request, headers: &mut Headers) {
        let (terms, applies) = match self {
            Self::Nobody => return,
            Self::Anyone(terms) => (terms, true),
            Self::WhoeverAsks(terms) => (terms, request.headers().has(header::ORIGIN)),
            Self::ReadersOnly(terms) => (terms, request.method() == Method::GET),
        };
        if !applies {
            return;
        }
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        if terms.always_whole || request.method() == Method::OPTIONS {
            headers.insert(
                header::ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static(terms.methods),
            );
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed(request, terms.headers));
            if let Some(seconds) = terms.max_age {
                headers.insert(header::ACCESS_CONTROL_MAX_AGE, seconds.into());
            }
        }
    }
}

fn allowed(request: &Request, headers: &'static str) -> HeaderValue {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS);
    match asked {
        Some(asked) if headers == "*" => asked.clone(),
        _ => HeaderValue::from_static(headers),
    }
}
