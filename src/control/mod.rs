//! The control plane: `/__admin`, the documents, the start page.
//!
//! It is declared with the same endpoints as the emulated APIs; its handlers work on the [`Installation`] instead of a
//! store. What it finds wrong it words as `application/problem+json` ([`error`]).

mod body;
mod calls;
mod changes;
mod clock;
mod credentials;
mod docs;
pub mod error;
mod guard;
mod har;
pub mod health;
pub mod metrics;
mod outbox;
pub mod problem;
mod quirks;
mod requests;
mod reset;
mod routes;
mod scenarios;
mod sessions;
mod snapshots;
mod start;
mod stream;
mod verify;

use std::cell::{OnceCell, RefCell};
use std::sync::{Arc, OnceLock};

use http::{HeaderValue, Method, header};
use jiff::Timestamp;

pub use self::guard::Guard;
use self::health::WorldFacts;
use self::metrics::Metrics;
use crate::kit::call::{Call, Caller, Request, Setting};
use crate::kit::cors::Cors;
use crate::kit::endpoint;
use crate::kit::fields::Fields;
use crate::kit::habits::{Check, Habits, Options, Repeated, Unknown};
use crate::kit::json::JsonStyle;
use crate::kit::mount::Mount;
use crate::kit::paging::Paging;
use crate::kit::records::Records;
use crate::kit::reply::{Rejection, Reply};
use crate::kit::routes::{Found, Routes};
use crate::kit::upload;
use crate::kit::value::Expects;
use crate::session::registry::Sessions;

/// An endpoint of the control plane.
pub type Endpoint = endpoint::Endpoint<Installation>;

/// What there is to steer: the mounted APIs, the sessions of their world, and what was counted.
pub struct Installation {
    pub mounts: Arc<[Mount]>,
    pub sessions: Arc<Sessions>,
    pub metrics: Arc<Metrics>,
    world: OnceLock<WorldFacts>,
}

impl Installation {
    pub fn new(mounts: Arc<[Mount]>, sessions: Arc<Sessions>, metrics: Arc<Metrics>) -> Self {
        Self { mounts, sessions, metrics, world: OnceLock::new() }
    }

    /// The mounted API of a name.
    fn mount(&self, api: &str) -> Result<&Mount, error::Error> {
        let found = self.mounts.iter().find(|mount| mount.api.name() == api);
        found.ok_or_else(|| error::Error::UnknownApi(api.to_owned()))
    }
}

static HABITS: Habits = Habits {
    checks: &[Check::Params],
    repeated: Repeated::Last,
    empty_is_absent: false,
    names_ignore_case: false,
    unknown_params: Unknown::Refuse,
    trailing_slash: false,
    json: JsonStyle { final_newline: true, ..JsonStyle::COMPACT },
    records: Records::NONE,
    paging: Paging::None,
    // A web page must not be able to drive wardian.
    locks_out: false,
    cors: Cors::Nobody,
    options: Options::Allow,
    headers: &[],
};

/// Everything that the control plane answers.
pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = start::endpoints();
    endpoints.extend(docs::endpoints());
    endpoints.extend(calls::endpoints());
    endpoints.extend(health::endpoints());
    endpoints.extend(credentials::endpoints());
    endpoints.extend(routes::endpoints());
    endpoints.extend(sessions::endpoints());
    endpoints.extend(reset::endpoints());
    endpoints.extend(snapshots::endpoints());
    endpoints.extend(clock::endpoints());
    endpoints.extend(requests::endpoints());
    endpoints.extend(verify::endpoints());
    endpoints.extend(stream::endpoints());
    endpoints.extend(scenarios::endpoints());
    endpoints.extend(har::endpoints());
    endpoints.extend(changes::endpoints());
    endpoints.extend(outbox::endpoints());
    endpoints.extend(quirks::endpoints());
    endpoints.extend(metrics::endpoints());
    endpoints
}

/// The routes of the control plane, and who may use them.
pub struct Control {
    routes: Routes<Installation>,
    guard: Guard,
    installation: Installation,
}

impl Control {
    pub fn new(installation: Installation, guard: Guard) -> Self {
        Self { routes: Routes::new(endpoints()), guard, installation }
    }

    /// Answers a request to wardian's own surface.
    pub fn answer(&self, request: &Request, path: &str) -> Reply {
        let mut reply = self.attempt(request, path).unwrap_or_else(|rejection| match rejection {
            Rejection::NoSuchPath => self.missing(path),
            other => error::word(other),
        });
        let headers = &mut reply.headers;
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // What is steered changes all the time; the assets of the documents say otherwise themselves.
        let volatile = HeaderValue::from_static("no-store");
        headers.insert_if_absent(header::CACHE_CONTROL, volatile);
        reply
    }

    fn attempt(&self, request: &Request, path: &str) -> Result<Reply, Rejection> {
        let is_admin = path.starts_with("/__admin");
        if is_admin {
            self.guard.check(request, path)?;
        }
        let Found { place, fields } = self.routes.find(&HABITS, request, path)?;
        let endpoint = &self.routes.endpoints[place.endpoint];
        // Pages are opened with whatever a browser or a link adds.
        if is_admin {
            check(endpoint, request, &fields)?;
        }
        let call = Call {
            request,
            path,
            fields,
            uploads: Vec::new(),
            caller: Caller::Nobody,
            prefix: String::new(),
            now: Timestamp::now(),
            habits: &HABITS,
            present: None,
            job: Setting::default(),
            subquery: Setting::default(),
            outside: None,
            chance: RefCell::default(),
            trace: OnceCell::new(),
            base: OnceCell::new(),
        };
        endpoint.run(&call, &self.installation)
    }

    fn missing(&self, path: &str) -> Reply {
        if path.starts_with("/__admin") {
            let templates = self.routes.each().map(|(_, _, template)| template);
            problem::no_such_route(path, templates)
        } else {
            problem::outside(&self.installation.mounts, path)
        }
    }
}

fn check(endpoint: &Endpoint, request: &Request, fields: &Fields) -> Result<(), Rejection> {
    let names = endpoint.unknown(fields);
    if !names.is_empty() {
        return Err(Rejection::UnknownParams { names });
    }
    endpoint.check(fields)?;
    for param in endpoint.all_params().filter(|param| !param.repeats()) {
        let given: Vec<&str> = fields.all(param.place(), param.name()).collect();
        if given.len() > 1 {
            let expects = Expects::Form("one value");
            return Err(Rejection::BadParam {
                name: param.name(),
                text: given.join(", "),
                expects,
            });
        }
    }
    if request.method() == Method::DELETE && !request.body().is_empty() {
        return Err(Rejection::BadBody { reason: "a DELETE has no body here".to_owned() });
    }
    // A form needs no leave to cross origins, JSON does.
    let media_type = upload::media_type(request).unwrap_or_default();
    let is_taken = match endpoint.accepts {
        [] => media_type == "application/json" || media_type.ends_with("+json"),
        others => others.contains(&media_type.as_str()),
    };
    if request.body().is_empty() || is_taken {
        return Ok(());
    }
    match endpoint.accepts {
        [] => Err(Rejection::UnsupportedMedia),
        others => Err(error::other_media(others)),
    }
}
