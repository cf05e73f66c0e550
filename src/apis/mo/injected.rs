//! What scenarios ask for, in the service's words.

use http::StatusCode;
use jiff::Timestamp;

use super::error::Error;
use super::sent::Sent;
use super::{page, request, tables};
use crate::kit::call::Request;
use crate::kit::credential::AuthFault;
use crate::kit::reply::{Injected, Reply};

/// The failure that a scenario asks for.
pub fn refuse(request: &Request, now: Timestamp, fault: Injected) -> Reply {
    let Injected { status, message, code, retry_after } = fault;
    if status == StatusCode::OK || code.is_some() {
        let code = code.unwrap_or_else(|| "API2::RenderFailed".to_owned());
        let details = message.unwrap_or_else(|| match code.as_str() {
            "API2::MustHaveEditPermission" => not_permitted(request).details(),
            _ => Error::usual_details(&code),
        });
        return request::refusal(request, now, Error::Injected { code, details });
    }
    match status {
        StatusCode::TOO_MANY_REQUESTS => match message {
            Some(text) => page::turned_away(text),
            None => page::locked_out(page::address(request)),
        },
        StatusCode::SERVICE_UNAVAILABLE => page::maintenance(message, retry_after),
        StatusCode::NOT_FOUND => match message {
            Some(sentence) => page::not_found_saying(request, &sentence),
            None => page::not_found(request),
        },
        _ => page::html(status, message.as_deref().unwrap_or(page::WENT_WRONG)),
    }
}

/// What a scenario makes of the caller's key.
pub fn auth_fault(request: &Request, now: Timestamp, fault: AuthFault) -> Reply {
    let error = match fault {
        AuthFault::Forbid => not_permitted(request),
        AuthFault::Expire | AuthFault::Reject | AuthFault::Revoke => {
            let sent = Sent::unread(request);
            Error::BadAPIKey(sent.get("api_key").unwrap_or_default().to_owned())
        }
    };
    request::refusal(request, now, error)
}

fn not_permitted(request: &Request) -> Error {
    let name = id(request, &Sent::unread(request));
    Error::MustHaveEditPermission { kind: kind(request), name }
}

/// What a request is about, as messages name it.
fn kind(request: &Request) -> &'static str {
    let name = below_root(request).next();
    let table = tables::ALL.iter().find(|table| Some(table.name) == name);
    table.map_or("record", |table| table.model.phrase())
}

/// The record that a request is about, the last if there are several, as messages quote those without a name.
fn id(request: &Request, sent: &Sent) -> String {
    let ids = below_root(request).nth(1).or_else(|| sent.get("id"));
    let last = ids.and_then(|ids| ids.rsplit([',', '-']).next());
    last.map(|id| format!("#{}", id.trim())).unwrap_or_default()
}

/// The parts of a path: table, id.
fn below_root(request: &Request) -> impl Iterator<Item = &str> {
    let path = request.uri().path();
    let rest = path.find("/api2/").map_or("", |at| &path[at + "/api2/".len()..]);
    let plain = rest.strip_suffix(".json").or_else(|| rest.strip_suffix(".xml")).unwrap_or(rest);
    plain.split('/').filter(|part| !part.is_empty())
}
