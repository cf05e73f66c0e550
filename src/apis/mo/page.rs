//! What the web framework answers by itself: pages, not envelopes.

use http::HeaderValue;
use http::StatusCode;
use http::header::{CACHE_CONTROL, RETRY_AFTER};
use jiff::Timestamp;

use super::error::Error;
use super::render::Format;
use crate::kit::call::Request;
use crate::kit::reply::Reply;

/// The answer to a path that there is not, in the form that its extension asks for.
pub fn not_found(request: &Request) -> Reply {
    let status = StatusCode::NOT_FOUND;
    let format = Format::of_extension(request);
    if format == Some(Format::Json) {
        let body = r#"{"status":404,"error":"Not Found"}"#;
        return Reply::new(status, "application/json; charset=utf-8", body);
    }
    if format == Some(Format::Xml) {
        let body = concat!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<hash>\n",
            "  <status type=\"integer\">404</status>\n  <error>Not Found</error>\n</hash>\n"
        );
        return Reply::new(status, "application/xml; charset=utf-8", body);
    }
    html(status, "The page you were looking for doesn't exist.")
}

pub fn bad_request() -> Reply {
    html(
        StatusCode::BAD_REQUEST,
        "Your browser sent a request that this server could not understand.",
    )
}

/// The answer when wardian itself fails.
pub fn broken() -> Reply {
    html(StatusCode::INTERNAL_SERVER_ERROR, "We're sorry, but something went wrong.")
}

pub fn html(status: StatusCode, sentence: &str) -> Reply {
    let reason = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    Reply::html(
        status,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n  <title>{reason} ({code})</title>\n\
             </head>\n<body>\n  <h1>{reason}</h1>\n  <p>{sentence}</p>\n</body>\n</html>\n"
        ),
    )
}

/// What an address gets that asked too much without a key.
pub fn locked_out(address: &str) -> Reply {
    let text = format!(
        "We have noticed a lot of server-intensive traffic from this IP address ({address}). There may be better ways \
         of doing what you are trying to do. Please contact the webmaster (webmaster@mushroomobserver.org) so that we \
         can talk about it. So that we can best help you, please:\n\
         - include a copy of this message;\n\
         - tell how you generally use Mushroom Observer;\n\
         - tell us what you were doing when you received this message."
    );
    Reply::new(StatusCode::TOO_MANY_REQUESTS, "text/plain; charset=utf-8", text)
}

/// Where a request comes from, as far as it says so itself.
fn address(request: &Request) -> &str {
    let forwarded = request.headers().get("x-forwarded-for").and_then(|list| list.to_str().ok());
    forwarded.and_then(|list| list.split(',').next()).map_or("127.0.0.1", str::trim)
}

/// What everybody gets while new code is put in place.
pub fn maintenance() -> Reply {
    let text = concat!(
        "{\"error\":\"service_unavailable\",\"message\":\"Mushroom Observer is temporarily unavailable while we ",
        "deploy new code. We should be back in a couple of minutes. If you have questions, email ",
        "webmaster@mushroomobserver.org.\",\"retry_after_seconds\":120}"
    );
    Reply::new(StatusCode::SERVICE_UNAVAILABLE, "application/json; charset=utf-8", text)
        .with(RETRY_AFTER, HeaderValue::from_static("120"))
        .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// What a scenario asks for, in the service's style.
pub fn injected(
    request: &Request,
    now: Timestamp,
    status: StatusCode,
    message: Option<String>,
    code: Option<String>,
) -> Reply {
    match status {
        _ if status == StatusCode::OK || code.is_some() => {
            let code = code.unwrap_or_else(|| "API2::RenderFailed".to_owned());
            let details = message.unwrap_or_default();
            super::request::refusal(request, now, Error::Injected { code, details })
        }
        StatusCode::TOO_MANY_REQUESTS => locked_out(address(request)),
        StatusCode::SERVICE_UNAVAILABLE => maintenance(),
        _ => html(status, message.as_deref().unwrap_or("We're sorry, but something went wrong.")),
    }
}
