//! What the web framework answers by itself: pages, not envelopes.

use std::time::Duration;

use http::header::{CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, StatusCode};
use quick_xml::escape::partial_escape;
use serde::Serialize;

use super::render::Format;
use crate::kit::call::Request;
use crate::kit::json;
use crate::kit::reply::Reply;

/// What the service says of whatever it knows no better words for.
pub const WENT_WRONG: &str = "We're sorry, but something went wrong.";

/// The answer to a path that there is not, in the form that its extension asks for.
pub fn not_found(request: &Request) -> Reply {
    not_found_saying(request, "The page you were looking for doesn't exist.")
}

/// The same, with another sentence where it is a page.
pub fn not_found_saying(request: &Request, sentence: &str) -> Reply {
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
    html(status, sentence)
}

pub fn bad_request() -> Reply {
    html(
        StatusCode::BAD_REQUEST,
        "Your browser sent a request that this server could not understand.",
    )
}

/// The answer when wardian itself fails.
pub fn broken() -> Reply {
    html(StatusCode::INTERNAL_SERVER_ERROR, WENT_WRONG)
}

pub fn html(status: StatusCode, sentence: &str) -> Reply {
    let reason = status.canonical_reason().unwrap_or("Error");
    let code = status.as_u16();
    let sentence = partial_escape(sentence);
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
    turned_away(text)
}

/// The same in other words.
pub fn turned_away(text: String) -> Reply {
    Reply::new(StatusCode::TOO_MANY_REQUESTS, "text/plain; charset=utf-8", text)
}

/// Where a request comes from, as far as it says so itself.
pub fn address(request: &Request) -> &str {
    let forwarded = request.headers().get("x-forwarded-for").and_then(|list| list.to_str().ok());
    forwarded.and_then(|list| list.split(',').next()).map_or("127.0.0.1", str::trim)
}

/// What everybody gets while new code is put in place.
pub fn maintenance(message: Option<String>, retry_after: Option<Duration>) -> Reply {
    #[derive(Serialize)]
    struct Body {
        error: &'static str,
        message: String,
        retry_after_seconds: u64,
    }

    let seconds =
        retry_after.map_or(120, |wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
    let body = Body {
        error: "service_unavailable",
        message: message.unwrap_or_else(|| {
            "Mushroom Observer is temporarily unavailable while we deploy new code. We should be back in a couple of \
             minutes. If you have questions, email webmaster@mushroomobserver.org."
                .to_owned()
        }),
        retry_after_seconds: seconds,
    };
    let body = json::write(super::HABITS.json, &body);
    Reply::new(StatusCode::SERVICE_UNAVAILABLE, "application/json; charset=utf-8", body)
        .with(RETRY_AFTER, seconds.into())
        .with(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}
