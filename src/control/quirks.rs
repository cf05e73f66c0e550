//! Where a session follows the live services instead of their documentation.

use serde_json::{Value, json};

use super::body::Body;
use super::error::Error;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::nearest::nearest;
use crate::kit::quirk::{LiveQuirks, Quirk};
use crate::kit::reply::Reply;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/quirks")
            .id("quirks.list")
            .summary("Lists where documentation and live services differ, and which of the two the session follows")
            .takes([&SESSION as _, &HEADER as _])
            .handler(list),
        Endpoint::put("/__admin/quirks")
            .id("quirks.set")
            .summary("Makes just the named quirks follow the live service")
            .takes([&SESSION as _, &HEADER as _])
            .handler(set),
    ]
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    Ok(show(call, installation, &session.live_quirks()))
}

fn set(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let live = read(call, installation)?;
    session.follow_live(live.clone());
    Ok(show(call, installation, &live))
}

/// The quirks that a body names.
fn read(call: &Call, installation: &Installation) -> Result<LiveQuirks, Error> {
    let mut body = Body::read(call)?;
    body.required("live");
    let names = body.names("live");
    let mut live = Vec::with_capacity(names.len());
    for (place, name) in &names {
        match all(installation).find(|(_, quirk)| quirk.name == name) {
            Some((_, quirk)) => live.push(quirk),
            None => body.fault_at("live", *place, unknown(name, installation)),
        }
    }
    body.finish()?;
    Ok(LiveQuirks::of(live))
}

fn unknown(name: &str, installation: &Installation) -> String {
    match nearest(name, all(installation).map(|(_, quirk)| quirk.name)) {
        Some(near) => format!("{name:?} is no quirk; the nearest is {near}"),
        None => format!("{name:?} is no quirk"),
    }
}

/// Every quirk with the name of its API.
fn all(installation: &Installation) -> impl Iterator<Item = (&'static str, &'static Quirk)> {
    let apis = installation.mounts.iter().map(|mount| &mount.api);
    apis.flat_map(|api| api.quirks().iter().map(|quirk| (api.name(), *quirk)))
}

fn show(call: &Call, installation: &Installation, live: &LiveQuirks) -> Reply {
    let quirks: Vec<Value> = all(installation)
        .map(|(api, quirk)| {
            let Quirk { name, summary } = quirk;
            json!({ "name": name, "api": api, "summary": summary, "live": live.has(quirk) })
        })
        .collect();
    call.answer(&json!({ "quirks": quirks }))
}
