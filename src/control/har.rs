//! The journal as HAR 1.2, which browsers' tools open.

use http::header::{COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderName, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::error::Error;
use super::requests::{self, Wanted};
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::headers::Headers;
use crate::kit::reply::Reply;
use crate::session::journal::masking::{Masking, ShownBody};
use crate::session::journal::{Entry, Recorded};

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/requests.har")
            .id("request.har")
            .summary("Gives the journal as HAR 1.2, oldest first")
            .takes([&SESSION as _, &HEADER as _])
            .takes(requests::conditions())
            .handler(archive),
    ]
}

fn archive(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let wanted = Wanted::read(call, installation)?;
    let entries = session.journal.entries();
    let entries: Vec<Value> =
        entries.iter().rev().filter(|entry| wanted.includes(entry)).map(show).collect();
    Ok(call.answer(&json!({
        "log": {
            "version": "1.2",
            "creator": { "name": "wardian", "version": env!("CARGO_PKG_VERSION") },
            "pages": [],
            "entries": entries,
        }
    })))
}

fn show(entry: &Entry) -> Value {
    let masking = Masking::new(entry);
    // What the client waited for: wardian's own work and what a scenario added to it.
    let milliseconds = (entry.duration + entry.delay).as_micros() as f64 / 1000.0;
    let mut request = json!({
        "method": entry.method.as_str(),
        "url": masking.url(),
        "httpVersion": "HTTP/1.1",
        "cookies": cookies(&entry.request.headers(), &COOKIE),
        "headers": headers(masking.request_headers()),
        "queryString": query(&masking.query()),
        "headersSize": -1,
        "bodySize": size(&entry.request),
    });
    if !entry.request.body().is_empty() {
        let (text, encoding) = body(masking.request_body());
        request["postData"] = json!({ "mimeType": media_type(&entry.request), "text": text });
        if let Some(encoding) = encoding {
            // The format has no member for it here, and allows own ones with an underscore.
            request["postData"]["_encoding"] = encoding.into();
        }
        comment_if_cut(&mut request["postData"], &entry.request);
    }
    let (text, encoding) = body(masking.response_body());
    let mut content = json!({
        "size": size(&entry.response),
        "mimeType": media_type(&entry.response),
        "text": text,
    });
    if let Some(encoding) = encoding {
        content["encoding"] = encoding.into();
    }
    comment_if_cut(&mut content, &entry.response);
    json!({
        "startedDateTime": entry.time,
        "time": milliseconds,
        "request": request,
        "response": {
            "status": entry.status.map_or(0, |status| status.as_u16()),
            "statusText": entry.status.and_then(|status| StatusCode::canonical_reason(&status)).unwrap_or_default(),
            "httpVersion": "HTTP/1.1",
            "cookies": cookies(&entry.response.headers(), &SET_COOKIE),
            "headers": headers(masking.response_headers()),
            "content": content,
            "redirectURL": location(&masking),
            "headersSize": -1,
            "bodySize": size(&entry.response),
        },
        "cache": {},
        "timings": { "send": 0, "wait": milliseconds, "receive": 0 },
        "_id": entry.id.to_string(),
        "_faults": entry.faults,
        "_why": masking.why(),
    })
}

/// The cookies of a message, without their values.
fn cookies(headers: &Headers, header: &HeaderName) -> Vec<Value> {
    let values = headers.get_all(header).filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| match *header {
        // What follows the first semicolon are attributes.
        SET_COOKIE => value.splitn(2, ';').take(1),
        _ => value.splitn(usize::MAX, ';').take(usize::MAX),
    });
    pairs
        .map(|pair| pair.trim().split_once('=').map_or("", |(name, _)| name))
        .map(|name| json!({ "name": name, "value": "***" }))
        .collect()
}

/// Where the answer leads to; empty where it does not.
fn location(masking: &Masking) -> String {
    let mut headers = masking.response_headers().into_iter();
    headers.find(|(name, _)| name == LOCATION.as_str()).map_or_else(String::new, |(_, value)| value)
}

/// Bytes of a body as it was sent; -1, as the format has it, where that is not known.
fn size(message: &Recorded) -> i64 {
    message.length.and_then(|length| i64::try_from(length).ok()).unwrap_or(-1)
}

fn comment_if_cut(shown: &mut Value, message: &Recorded) {
    if message.is_truncated {
        let kept = message.body().len();
        shown["comment"] = format!("The journal kept the first {kept} bytes.").into();
    }
}

fn headers(headers: Vec<(String, String)>) -> Vec<Value> {
    headers.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn query(query: &str) -> Vec<Value> {
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            json!({ "name": plain(name), "value": plain(value) })
        })
        .collect()
}

fn body(body: ShownBody) -> (String, Option<&'static str>) {
    match body {
        ShownBody::Text(text) => (text, None),
        ShownBody::Base64(text) => (text, Some("base64")),
    }
}

fn media_type(message: &Recorded) -> String {
    let headers = message.headers();
    let value = headers.get(http::header::CONTENT_TYPE);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
