//! Sessions: made, shown, ended.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::Body;
use super::error::Error;
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::duration;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::session::Session;
use crate::session::name::SessionName;
use crate::session::registry::NoSession;

/// Which session a call is about.
pub static SESSION: Param<Option<String>> =
    Param::optional("session", "The session that the call is about.");

/// The same, where there is no parameter.
pub static HEADER: Param<Option<String>> =
    Param::header("x-wardian-session", "The session that the call is about.");

static NAME: Param<String> = Param::path("name", "Name of the session.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/sessions")
            .id("session.list")
            .summary("Lists all sessions, `default` first")
            .handler(list),
        Endpoint::post("/__admin/sessions")
            .id("session.create")
            .summary("Makes a session from the pristine world, another session or a snapshot")
            .handler(create),
        Endpoint::get("/__admin/sessions/{name}")
            .id("session.get")
            .summary("Shows one session")
            .takes([&NAME as _])
            .handler(get),
        Endpoint::delete("/__admin/sessions/{name}")
            .id("session.delete")
            .summary("Ends a session at once")
            .takes([&NAME as _])
            .handler(delete),
    ]
}

/// The session that a call is about: that of its parameter, else of its header, else `default`.
pub fn chosen(call: &Call, installation: &Installation) -> Result<Arc<Session>, Error> {
    let name = call.get(&SESSION).or_else(|| call.get(&HEADER));
    let sessions = &installation.sessions;
    let session = match name {
        Some(name) => sessions.find(&name).ok_or(NoSession::Unknown(name))?,
        None => sessions.default_session().clone(),
    };
    session.touch(Timestamp::now());
    Ok(session)
}

/// What stands before the name of an API in addresses of a session, which work without its header too.
pub fn origin(call: &Call, session: &Session) -> String {
    if session.name == SessionName::default_session() {
        call.base().to_owned()
    } else {
        format!("{}/session/{}", call.base(), session.name)
    }
}

#[derive(Serialize)]
struct Shown<'s> {
    name: &'s str,
    header: BTreeMap<&'s str, &'s str>,
    base_urls: serde_json::Map<String, Value>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

fn show<'s>(session: &'s Session, call: &Call, installation: &Installation) -> Shown<'s> {
    let name = session.name.as_str();
    let origin = format!("{}/session/{name}", call.base());
    let base_urls = installation
        .mounts
        .iter()
        .map(|mount| (mount.api.name().to_owned(), mount.base_url(&origin).into()))
        .collect();
    Shown {
        name,
        header: BTreeMap::from([("X-Wardian-Session", name)]),
        base_urls,
        created_at: session.created_at,
        expires_at: session.expires_at(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let sessions = installation.sessions.list();
    let shown: Vec<Shown> =
        sessions.iter().map(|session| show(session, call, installation)).collect();
    Ok(call.answer(&json!({ "sessions": shown })))
}

fn get(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let name = call.get(&NAME);
    let session = installation.sessions.find(&name).ok_or(NoSession::Unknown(name))?;
    Ok(call.answer(&show(&session, call, installation)))
}

fn create(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let wanted = Wanted::read(call, installation)?;
    let mut from = installation.sessions.origin(wanted.from.as_deref().unwrap_or("pristine"))?;
    for name in &wanted.scenarios {
        Arc::make_mut(&mut from.cast).switch(name, true);
    }
    let session = installation.sessions.make(wanted.name, &from, wanted.ttl)?;
    let place = format!("/__admin/sessions/{}", session.name);
    let place = HeaderValue::try_from(place).expect("a session's name is header text");
    let shown = show(&session, call, installation);
    Ok(call.answer_with(StatusCode::CREATED, &shown).with(header::LOCATION, place))
}

/// What the request wants of a new session.
struct Wanted {
    name: SessionName,
    from: Option<String>,
    ttl: Option<Duration>,
    /// Names of scenarios that are active from the start, besides those that are so where it is made from.
    scenarios: Vec<String>,
}

impl Wanted {
    fn read(call: &Call, installation: &Installation) -> Result<Self, Error> {
        let mut body = Body::read(call)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = "a name: 1 to 64 letters, digits, dots, underscores or hyphens";
        let name = body.optional("name", name, |value| value.as_str()?.parse().ok());
        let from = body.optional("from", "\"pristine\" or the name of a session or snapshot", text);
        let ttl = body.optional("ttl", duration::FORM, |value| {
            duration::parse(value.as_str()?).filter(|ttl| !ttl.is_zero())
        });
        let scenarios = body.names("scenarios");
        let origin = from.as_deref().and_then(|from| installation.sessions.origin(from).ok());
        let cast = origin.unwrap_or_else(|| installation.sessions.pristine()).cast;
        for (place, name) in &scenarios {
            if cast.find(name).is_none() {
                body.fault_at("scenarios", *place, format!("there is no scenario {name:?}"));
            }
        }
        body.finish()?;
        let scenarios = scenarios.into_iter().map(|(_, name)| name).collect();
        Ok(Self { name: name.unwrap_or_else(SessionName::made_up), from, ttl, scenarios })
    }
}

fn delete(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    installation.sessions.end(&call.get(&NAME))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
