//! The public cache in front of the registry, as far as clients see it.

use http::header::{AUTHORIZATION, CACHE_CONTROL, HOST};
use http::{HeaderName, HeaderValue, Method};

use crate::kit::call::Request;
use crate::kit::reply::Reply;

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (CACHE_CONTROL, HeaderValue::from_static("public, max-age=3601")),
    (http::header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (http::header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (http::header::X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block")),
    (http::header::EXPIRES, HeaderValue::from_static("0")),
    (http::header::PRAGMA, HeaderValue::from_static("no-cache")),
];

/// Whether a request goes past the cache, to the host on which the registry's paths have no version.
pub fn is_passed(request: &Request) -> bool {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    host.split(':').next().is_some_and(|name| name.eq_ignore_ascii_case("registry-api.gbif.org"))
}

/// Marks the answer to a public page as one that may be kept for an hour.
// Quirk (contract 3.3): two headers for older caches say the opposite.
pub fn mark(request: &Request, reply: &mut Reply) {
    let is_public = matches!(*request.method(), Method::GET | Method::HEAD)
        && reply.status.is_success()
        && !request.headers().has(AUTHORIZATION)
        && !reply.headers.has(&CACHE_CONTROL)
        && !is_passed(request);
    if is_public {
        for (name, value) in HEADERS {
            reply.headers.append(name, value);
        }
    }
}
