//! Whom a request addresses: which session, which API, which path.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderName, StatusCode};

use super::Emulator;
use crate::control::{error, problem};
use crate::kit::call::Request;
use crate::kit::links;
use crate::kit::reply::Reply;
use crate::session::Session;
use crate::session::name::{BadName, SessionName};
use crate::session::registry::NoSession;

/// Names the session that a request is for.
pub const SESSION_HEADER: HeaderName = HeaderName::from_static("x-wardian-session");

/// Session and target of a request.
pub(super) struct Address {
    pub session: Arc<Session>,
    /// Session and API prefix of the path as the client used them.
    pub prefix: String,
    pub target: Target,
}

/// The answer to a request that cannot be delivered.
type Refusal = Box<Reply>;

pub(super) enum Target {
    /// An emulated API, and the path below its prefix.
    Api { mount: usize, path: String },
    /// Wardian's own surface.
    Wardian { path: String },
}

/// # Errors
/// The refusal of an unknown or doubtful session, or of a path that belongs to nobody.
pub(super) fn read(emulator: &Emulator, request: &Request) -> Result<Address, Refusal> {
    let path = unreserved(request.uri().path());
    let host = links::host_name(request).unwrap_or_default();
    let header = header_session(request)?;
    if let Some((mount, path)) = by_host(emulator, host, &path) {
        let session = choose(emulator, header)?;
        let target = Target::Api { mount, path };
        return Ok(Address { session, prefix: String::new(), target });
    }
    let (from_path, rest) = split_session(&path);
    let named = agree([header, from_path, host.strip_suffix(".localhost")])?;
    if let Some((mount, below)) = by_prefix(emulator, rest) {
        let session = choose(emulator, named)?;
        let prefix = path[..path.len() - below.len()].to_owned();
        let path = below.to_owned();
        return Ok(Address { session, prefix, target: Target::Api { mount, path } });
    }
    if from_path.is_none() && is_own(rest) {
        let session = emulator.sessions.default_session().clone();
        let target = Target::Wardian { path: rest.to_owned() };
        return Ok(Address { session, prefix: String::new(), target });
    }
    Err(Box::new(problem::outside(&emulator.mounts, &path)))
}

fn by_host(emulator: &Emulator, host: &str, path: &str) -> Option<(usize, String)> {
    for (index, mount) in emulator.mounts.iter().enumerate() {
        if let Some(known) = mount.api.hosts().iter().find(|known| known.is(host)) {
            return Some((index, format!("{}{path}", known.path)));
        }
    }
    None
}

fn by_prefix<'p>(emulator: &Emulator, path: &'p str) -> Option<(usize, &'p str)> {
    let rest = path.strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    let index = emulator.mounts.iter().position(|mount| mount.api.name() == &rest[..end])?;
    Some((index, &rest[end..]))
}

fn is_own(path: &str) -> bool {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    path == "/" || matches!(first, "__admin" | "docs" | "openapi" | "assets")
}

/// `/session/NAME/rest` as name and `/rest`.
fn split_session(path: &str) -> (Option<&str>, &str) {
    let Some(rest) = path.strip_prefix("/session/") else { return (None, path) };
    match rest.find('/') {
        Some(end) => (Some(&rest[..end]), &rest[end..]),
        None => (Some(rest), "/"),
    }
}

/// The session that the header names, however often it stands there.
fn header_session(request: &Request) -> Result<Option<&str>, Refusal> {
    let mut found = None;
    for value in request.headers().get_all(SESSION_HEADER) {
        let name = value
            .to_str()
            .map_err(|_| bad_name("X-Wardian-Session holds bytes that no session name has."))
            .map_err(Box::new)?;
        found = agree([found, Some(name)])?;
    }
    Ok(found)
}

fn bad_name(detail: &str) -> Reply {
    problem::of(StatusCode::BAD_REQUEST, "Bad session name", detail)
}

/// The session that header, path and host name, if any of them does.
fn agree<const N: usize>(names: [Option<&str>; N]) -> Result<Option<&str>, Refusal> {
    let mut given = names.into_iter().flatten();
    let first = given.next();
    match given.find(|other| Some(*other) != first) {
        None => Ok(first),
        Some(other) => {
            let first = first.unwrap_or_default();
            let detail =
                format!("The request names the session {first:?} and the session {other:?}.");
            Err(Box::new(problem::of(StatusCode::BAD_REQUEST, "Two sessions", &detail)))
        }
    }
}

fn choose(emulator: &Emulator, name: Option<&str>) -> Result<Arc<Session>, Refusal> {
    let Some(name) = name else { return Ok(emulator.sessions.default_session().clone()) };
    if let Some(session) = emulator.sessions.find(name) {
        return Ok(session);
    }
    if !emulator.settings.auto_sessions {
        let unknown = NoSession::Unknown(name.to_owned());
        return Err(Box::new(error::of_no_session(&unknown)));
    }
    let parsed: SessionName =
        name.parse().map_err(|bad: BadName| Box::new(bad_name(&bad.to_string())))?;
    let pristine = emulator.sessions.pristine();
    match emulator.sessions.make(parsed, &pristine, None) {
        Ok(session) => Ok(session),
        // Another request was quicker.
        Err(_) if emulator.sessions.find(name).is_some() => choose(emulator, Some(name)),
        Err(error) => Err(Box::new(error::of_no_session(&error))),
    }
}

/// The path with needless percent-encoding undone, so that `%6Fcc` is routed as `occ`; `%2F` stays.
fn unreserved(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return path.into();
    }
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        text += &rest[..at];
        let code = rest.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.map(char::from) {
            Some(c) if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') => {
                text.push(c);
                rest = &rest[at + 3..];
            }
            _ => {
                text.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    (text + rest).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_needless_encoding_is_undone() {
        assert_eq!(unreserved("/%6Fcc/%2f%41%zz%"), "/occ/%2fA%zz%");
    }

    #[test]
    fn the_session_is_the_second_segment() {
        assert_eq!(split_session("/session/a/gbif/v1"), (Some("a"), "/gbif/v1"));
        assert_eq!(split_session("/session/a"), (Some("a"), "/"));
        assert_eq!(split_session("/gbif/v1"), (None, "/gbif/v1"));
    }
}
