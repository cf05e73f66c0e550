//! The scenarios of a session: listed, shown, added, replaced, taken away, switched on and off.

use std::sync::Arc;

use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

use super::body::Body;
use super::error::{Error, Fault};
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::negotiate;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::upload;
use crate::scenario::definition::{LONGEST_TEXT, Reading, Scenario};
use crate::scenario::repertoire::Source;
use crate::scenario::stage::{Cast, Role};
use crate::session::Session;

static NAME: Param<String> = Param::path("name", "Name of the scenario.");

const YAML: &str = "application/yaml";

/// How many scenarios a session may have.
const MOST: usize = 1000;

/// Media types that a definition may come as.
const DEFINITIONS: [&str; 4] = ["application/json", YAML, "application/x-yaml", "text/yaml"];

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/scenarios")
            .id("scenario.list")
            .summary("Lists the scenarios of a session, and how often their rules fired")
            .takes([&SESSION as _, &HEADER as _])
            .handler(list),
        Endpoint::post("/__admin/scenarios")
            .id("scenario.create")
            .summary("Adds a scenario to a session, as JSON or YAML")
            .takes([&SESSION as _, &HEADER as _])
            .accepts(&DEFINITIONS)
            .handler(create),
        Endpoint::get("/__admin/scenarios/{name}")
            .id("scenario.get")
            .summary("Shows one scenario with its definition, as JSON or YAML")
            .takes([&NAME as _, &SESSION as _, &HEADER as _])
            .handler(get),
        Endpoint::put("/__admin/scenarios/{name}")
            .id("scenario.update")
            .summary("Replaces a scenario of a session")
            .takes([&NAME as _, &SESSION as _, &HEADER as _])
            .accepts(&DEFINITIONS)
            .handler(update),
        Endpoint::delete("/__admin/scenarios/{name}")
            .id("scenario.delete")
            .summary("Takes a scenario away; a built-in one is put back as it was")
            .takes([&NAME as _, &SESSION as _, &HEADER as _])
            .handler(delete),
        Endpoint::put("/__admin/scenarios/{name}/active")
            .id("scenario.activate")
            .summary("Switches a scenario on or off")
            .takes([&NAME as _, &SESSION as _, &HEADER as _])
            .handler(activate),
    ]
}

#[derive(Serialize)]
struct Shown<'s> {
    name: &'s str,
    title: &'s str,
    description: &'s str,
    source: &'static str,
    active: bool,
    state: &'s str,
    rules: Vec<ShownRule<'s>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<&'s Value>,
}

#[derive(Serialize)]
struct ShownRule<'s> {
    name: &'s str,
    matched: u64,
    fired: u64,
}

impl<'s> Shown<'s> {
    fn brief(role: &'s Role, active: bool) -> Self {
        let Scenario { name, title, description, rules, .. } = &*role.scenario;
        let rules = rules.iter().zip(&role.counts).map(|(rule, count)| ShownRule {
            name: &rule.name,
            matched: count.matched,
            fired: count.fired,
        });
        Self {
            name,
            title,
            description,
            source: role.source.into(),
            active,
            state: &role.state,
            rules: rules.collect(),
            definition: None,
        }
    }

    fn whole(role: &'s Role, active: bool) -> Self {
        Self { definition: Some(&role.scenario.definition), ..Self::brief(role, active) }
    }
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let cast = session.stage.cast();
    let shown: Vec<Shown> = cast.roles().map(|(role, active)| Shown::brief(role, active)).collect();
    Ok(call.answer(&json!({ "scenarios": shown })))
}

fn get(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let cast = session.stage.cast();
    let name = call.get(&NAME);
    let (role, _) = cast.find(&name).ok_or_else(|| Error::UnknownScenario(name.clone()))?;
    match negotiate::choose(call.request, &["application/json", YAML]) {
        Some(YAML) => Ok(Reply::new(StatusCode::OK, YAML, role.scenario.to_yaml())),
        _ => show(call, StatusCode::OK, &cast, &name),
    }
}

fn show(call: &Call, status: StatusCode, cast: &Cast, name: &str) -> Result<Reply, Error> {
    let (role, active) = cast.find(name).ok_or_else(|| Error::UnknownScenario(name.to_owned()))?;
    Ok(call.answer_with(status, &Shown::whole(role, active)))
}

/// The scenario of a request's body.
fn read(call: &Call, session: &Session) -> Result<Scenario, Error> {
    let reading = Reading { vocabulary: &session.stage.repertoire().vocabulary, folder: None };
    let body = std::str::from_utf8(call.request.body())
        .map_err(|_| Fault::new("", "the body is no UTF-8 text"))?;
    if body.len() > LONGEST_TEXT {
        return Err(Fault::new("", "the text is longer than 1 MiB").into());
    }
    let media_type = upload::media_type(call.request).unwrap_or_default();
    let read = if media_type.contains("yaml") {
        Scenario::from_yaml(body, reading)
    } else {
        Scenario::from_json(body, reading)
    };
    read.map_err(Error::BadScenario)
}

fn create(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let scenario = read(call, &session)?;
    let name = scenario.name.clone();
    session.stage.change(|cast| {
        if cast.find(&name).is_some() {
            return Err(Error::ScenarioExists(name.clone()));
        }
        if cast.roles().count() >= MOST {
            return Err(Fault::new("", "the session has a thousand scenarios already").into());
        }
        cast.put(Arc::new(scenario), Source::Session);
        Ok(())
    })?;
    let place = HeaderValue::try_from(format!("/__admin/scenarios/{name}"))
        .expect("a scenario's name is header text");
    let reply = show(call, StatusCode::CREATED, &session.stage.cast(), &name)?;
    Ok(reply.with(header::LOCATION, place))
}

fn update(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let name = call.get(&NAME);
    // An unknown name is told before what may be wrong with the body.
    if session.stage.cast().find(&name).is_none() {
        return Err(Error::UnknownScenario(name));
    }
    let scenario = read(call, &session)?;
    if scenario.name != name {
        let message = format!("{:?} is not the name in the path, {name:?}", scenario.name);
        return Err(Fault::new("/name", message).into());
    }
    session.stage.change(|cast| {
        if cast.find(&name).is_none() {
            return Err(Error::UnknownScenario(name.clone()));
        }
        cast.put(Arc::new(scenario), Source::Session);
        Ok(())
    })?;
    show(call, StatusCode::OK, &session.stage.cast(), &name)
}

fn delete(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let name = call.get(&NAME);
    let built_in = session.stage.repertoire().scenarios.get(&name);
    let built_in = built_in.filter(|(source, _)| *source == Source::BuiltIn);
    session.stage.change(|cast| match built_in {
        Some((source, scenario)) => {
            cast.put(scenario.clone(), *source);
            Ok(())
        }
        None if cast.remove(&name) => Ok(()),
        None => Err(Error::UnknownScenario(name.clone())),
    })?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn activate(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let name = call.get(&NAME);
    let mut body = Body::read(call)?;
    let active = body.optional("active", "true or false", Value::as_bool);
    body.finish()?;
    let active = active.ok_or_else(|| Fault::new("/active", "is missing"))?;
    if !session.stage.change(|cast| cast.switch(&name, active)) {
        return Err(Error::UnknownScenario(name));
    }
    show(call, StatusCode::OK, &session.stage.cast(), &name)
}
