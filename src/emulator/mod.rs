//! The heart: a request goes in, a reply comes out.
//!
//! Doors (the web server, the proxy, tests) bring requests here and carry replies away. Nothing in here knows a socket.
//! [`Emulator::admit`] finds out what a request is for, which takes a microsecond and tells the door where to run the
//! rest; [`Visit::answer`] does the work.

pub mod address;
pub mod circumstances;
mod errand;
mod faults;
pub mod flow;

use std::cell::{OnceCell, RefCell};
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderName, Method};
use jiff::Timestamp;
use rusqlite::Connection;

use self::address::{Address, Target};
use self::circumstances::Circumstances;
use self::errand::{Errand, Outcome};
use self::flow::Onward;
use crate::control::metrics::Metrics;
use crate::control::{Control, Guard, Installation, error, problem};
use crate::kit::Api;
use crate::kit::call::{Call, Caller, Request, Setting};
use crate::kit::chance::{self, Chance};
use crate::kit::cors::{Cors, PERMISSIVE};
use crate::kit::endpoint::{Access, Endpoint, Issues};
use crate::kit::fields::Fields;
use crate::kit::habits::{Check, Unknown};
use crate::kit::mount::Mount;
use crate::kit::nearest::nearest;
use crate::kit::param::AnyParam;
use crate::kit::reply::{Rejection, Reply, has_no_body};
use crate::kit::rest::Rest;
use crate::kit::routes::Found;
use crate::kit::upload::{self, Upload};
use crate::scenario::repertoire::Repertoire;
use crate::scenario::vocabulary::Vocabulary;
use crate::session::journal::{Entry, EntryId, Recorded};
use crate::session::registry::Sessions;
use crate::session::{Session, SessionSettings};
use crate::store::File;
use crate::store::{Database, Transaction};

/// Tells the answer's entry in the journal.
const REQUEST_HEADER: HeaderName = HeaderName::from_static("x-wardian-request");

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Makes an unknown session on its first use.
    pub auto_sessions: bool,
    pub max_sessions: usize,
    pub session: SessionSettings,
    /// Bytes of the largest body that is read.
    pub max_body: usize,
    /// Every API answers preflights and allows every origin.
    pub permissive_cors: bool,
    pub admin: Guard,
    /// The scenarios that every session finds; without it the built-in ones.
    pub repertoire: Option<Arc<Repertoire>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_sessions: false,
            max_sessions: 256,
            session: SessionSettings::default(),
            max_body: 32 << 20,
            permissive_cors: false,
            admin: Guard::default(),
            repertoire: None,
        }
    }
}

/// Five services and the control plane, over one world and its sessions.
pub struct Emulator {
    pub mounts: Arc<[Mount]>,
    pub sessions: Arc<Sessions>,
    pub settings: Settings,
    metrics: Arc<Metrics>,
    control: Control,
}

impl Emulator {
    /// Mounts `apis` on a world. The default session lives in `data` if given, else in memory.
    pub fn new(
        apis: Vec<Box<dyn Api>>,
        world: File,
        data: Option<Database>,
        settings: Settings,
    ) -> Self {
        let mounts: Arc<[Mount]> = Mount::all(apis).into();
        let routes = mounts.iter().map(|mount| mount.routes.count).sum();
        let repertoire = settings.repertoire.clone().unwrap_or_else(|| {
            let seed = Database::fork(&world).transact(Transaction::Read, chance::world_seed);
            let seed = seed.expect("a world that was grown can be read");
            Arc::new(Repertoire::built_in(Vocabulary::of(&mounts), seed))
        });
        let of_session = SessionSettings { repertoire, routes, ..settings.session.clone() };
        let sessions = Sessions::new(world, data, of_session, settings.max_sessions);
        let sessions = Arc::new(sessions);
        let metrics = Arc::new(Metrics::new(mounts.len()));
        let installation = Installation::new(mounts.clone(), sessions.clone(), metrics.clone());
        let control = Control::new(installation, settings.admin.clone());
        Self { mounts, sessions, settings, metrics, control }
    }

    /// Answers one request.
    pub fn answer(self: &Arc<Self>, request: Request) -> Reply {
        self.admit(request).answer()
    }

    /// Finds out what a request is for.
    pub fn admit(self: &Arc<Self>, request: Request) -> Visit {
        let arrived = Arrival { at: Instant::now(), time: Timestamp::now() };
        let purpose = match address::read(self, &request) {
            Err(refusal) => Purpose::Refused(*refusal),
            Ok(Address { target: Target::Wardian { path }, .. }) => Purpose::Control { path },
            Ok(Address { session, base, target: Target::Api { mount, path } }) => {
                let found = self.mounts[mount].route(&request, &path);
                Purpose::Api(Box::new(ApiVisit { mount, session, base, path, found }))
            }
        };
        Visit { emulator: self.clone(), request, arrived, purpose, client: None }
    }

    fn cors(&self, mount: &Mount, session: &Session) -> Cors {
        if self.settings.permissive_cors {
            PERMISSIVE
        } else {
            mount.api.cors(&session.live_quirks())
        }
    }
}

/// A request on its way, of which it is known what it is for.
pub struct Visit {
    emulator: Arc<Emulator>,
    request: Request,
    arrived: Arrival,
    purpose: Purpose,
    client: Option<IpAddr>,
}

#[derive(Clone, Copy)]
struct Arrival {
    at: Instant,
    time: Timestamp,
}

enum Purpose {
    Api(Box<ApiVisit>),
    /// The control plane, the documents, the dashboard.
    Control {
        path: String,
    },
    /// Something is wrong with the address already.
    Refused(Reply),
}

struct ApiVisit {
    mount: usize,
    session: Arc<Session>,
    base: String,
    path: String,
    found: Result<Found, Rejection>,
}

impl Visit {
    /// The same, from a client at an address.
    pub fn from(mut self, client: Option<IpAddr>) -> Self {
        self.client = client;
        self
    }

    /// The same, turned away in the API's words: its body or headers are larger than may be.
    pub fn refused(mut self, rejection: Rejection) -> Self {
        match &mut self.purpose {
            Purpose::Api(api) => api.found = Err(rejection),
            _ => self.purpose = Purpose::Refused(error::word(rejection)),
        }
        self
    }

    /// Whether it is work for the blocking pool.
    pub fn is_heavy(&self) -> bool {
        match &self.purpose {
            Purpose::Api(visit) => {
                faults::are_heavy(&self.request, &visit.session)
                    || visit.found.as_ref().is_ok_and(|found| {
                        let routes = &self.emulator.mounts[visit.mount].routes;
                        routes.endpoints[found.place.endpoint].is_heavy(&found.fields)
                    })
            }
            Purpose::Control { .. } => true,
            Purpose::Refused(_) => false,
        }
    }

    /// Does what the request asks for.
    pub fn answer(self) -> Reply {
        let (mut reply, onward) = self.begin();
        // What is still to happen nobody waits for here.
        if let Some(Onward::Stored(flow)) = onward {
            flow.complete(&mut reply);
        }
        reply
    }

    /// Does what the request asks for, but for what follows the body, which is still to be sent.
    pub fn begin(self) -> (Reply, Option<Onward>) {
        let session = match &self.purpose {
            Purpose::Api(visit) => Some(visit.session.clone()),
            _ => None,
        };
        let wants_body = self.request.method() != Method::HEAD;
        let mut reply = self.reply();
        let rest = reply.rest.take().filter(|_| wants_body);
        (reply, rest.and_then(|rest| Onward::of(rest, session)))
    }

    fn reply(self) -> Reply {
        let Self { emulator, request, arrived, purpose, client } = self;
        let mut reply = match purpose {
            Purpose::Refused(reply) => reply,
            Purpose::Control { path } => {
                let attempt = || emulator.control.answer(&request, &path);
                catch_unwind(AssertUnwindSafe(attempt))
                    .unwrap_or_else(|panic| error::word(broken(&*panic)))
            }
            Purpose::Api(visit) => return answer_api(&emulator, request, arrived, client, *visit),
        };
        if request.method() == Method::HEAD {
            reply.body.clear();
        }
        reply
    }
}

/// Steps 4 to 13 of a request's way: the answer in the API's words, dressed and written down.
fn answer_api(
    emulator: &Arc<Emulator>,
    request: Request,
    arrived: Arrival,
    client: Option<IpAddr>,
    visit: ApiVisit,
) -> Reply {
    let mount = &emulator.mounts[visit.mount];
    let named = faults::named(&request);
    let plot = faults::plot(mount, &request, &visit, client, &named);
    let ApiVisit { mount: place_of_mount, session, base, path, found } = visit;
    session.touch(arrived.time);
    let place = found.as_ref().ok().map(|found| found.place);
    if let Some(place) = place {
        session.hit(mount.first + place.route);
    }
    let endpoint = place.map(|place| place.endpoint);
    let cors = emulator.cors(mount, &session);
    let circumstances = Circumstances::of(&session, &named);
    let errand = Errand { mount, cors, request: &request, session: &session, path: &path };
    let Outcome { mut reply, why, fired } = match plot {
        Ok(None) => errand.carry_out(base, found, &circumstances),
        Ok(Some(plot)) => errand.carry_out_harmed(base, found, circumstances, plot),
        Err(unknown) => Outcome::refused(faults::unknown(&unknown), unknown.to_string()),
    };
    let id = EntryId::next();
    finish(&request, &mut reply, id);
    let duration = arrived.at.elapsed();
    let status = Some(reply.status).filter(|_| reply.sends_head());
    emulator.metrics.count(place_of_mount, endpoint, status, duration);
    emulator.metrics.count_faults(&fired);
    let recorded = Recorded::of_request(&request);
    let (head, _) = request.into_parts();
    session.journal.record(Entry {
        id,
        time: arrived.time,
        api: mount.api.name(),
        endpoint: endpoint.map(|endpoint| mount.routes.id(endpoint).clone()),
        method: head.method,
        target: head.uri,
        path,
        request: recorded,
        status,
        response: status.map(|_| Recorded::of_reply(&reply)).unwrap_or_default(),
        issues: endpoint
            .map_or(Issues::Members(&[]), |endpoint| mount.routes.endpoints[endpoint].issues),
        faults: fired,
        why,
        duration,
        delay: reply.delivery.as_ref().map_or(Duration::ZERO, |delivery| delivery.delay),
    });
    reply
}

/// Names the journal's entry on an answer, and leaves out the body that nobody asked for.
fn finish(request: &Request, reply: &mut Reply, id: EntryId) {
    reply.headers.insert(REQUEST_HEADER, id.header_value());
    if has_no_body(reply.status) {
        reply.body.clear();
        reply.rest = None;
    }
    if request.method() == Method::HEAD {
        if reply.rest.is_none() {
            reply.headers.insert(http::header::CONTENT_LENGTH, reply.body.len().into());
        }
        reply.body.clear();
    }
}

impl Mount {
    /// The reply to a routed request, and why it was refused if it was.
    pub fn answer(
        &self,
        request: &Request,
        found: Result<Found, Rejection>,
        path: &str,
        base: String,
        session: &Session,
    ) -> (Reply, Option<String>) {
        let circumstances = Circumstances::of(session, &[]);
        self.answer_under(request, found, path, base, &circumstances)
    }

    /// The same under circumstances that scenarios make.
    fn answer_under(
        &self,
        request: &Request,
        found: Result<Found, Rejection>,
        path: &str,
        base: String,
        circumstances: &Circumstances,
    ) -> (Reply, Option<String>) {
        let session = circumstances.session;
        let endpoint =
            found.as_ref().ok().map(|found| &self.routes.endpoints[found.place.endpoint]);
        let attempt = || {
            let Found { place, fields } = match found {
                Ok(found) => found,
                Err(rejection) => {
                    return Err(self.unrouted(rejection, request, path, base, session));
                }
            };
            let endpoint = &self.routes.endpoints[place.endpoint];
            self.attempt(endpoint, request, fields, path, base, circumstances)
        };
        let outcome =
            catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|panic| Err(broken(&*panic)));
        match outcome {
            Ok(mut reply) => {
                let why = reply.why.take();
                (reply, why.map(String::from))
            }
            Err(rejection) => {
                let why = self.explain(&rejection, endpoint, path);
                (self.refuse(request, path, session.now(), rejection), why)
            }
        }
    }

    /// What is said of a request that no endpoint takes: first about its caller, where the API asks for that first.
    fn unrouted(
        &self,
        rejection: Rejection,
        request: &Request,
        path: &str,
        base: String,
        session: &Session,
    ) -> Rejection {
        let checks = self.api.habits().checks;
        let place_of = |check| checks.iter().position(|listed| *listed == check);
        let asks_who_first = place_of(Check::Path) > place_of(Check::Caller);
        if !asks_who_first
            || !matches!(rejection, Rejection::NoSuchPath | Rejection::WrongMethod { .. })
        {
            return rejection;
        }
        let mut fields = Fields::new(self.api.habits());
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        let call = self.call(request, path, (fields, Vec::new()), base, session);
        let asked = session.data.transact(Transaction::Read, |db| self.api.caller(&call, db));
        asked.err().unwrap_or(rejection)
    }

    /// A request as handlers see it, of whose caller nothing is known yet.
    fn call<'r>(
        &self,
        request: &'r Request,
        path: &'r str,
        (mut fields, uploads): (Fields, Vec<Upload>),
        base: String,
        session: &Session,
    ) -> Call<'r> {
        fields.follow(session.live_quirks());
        Call {
            request,
            path,
            fields,
            uploads,
            caller: Caller::Nobody,
            base,
            now: session.now(),
            habits: self.api.habits(),
            present: None,
            job: Setting::default(),
            subquery: Setting::default(),
            chance: RefCell::default(),
            trace: OnceCell::new(),
        }
    }

    /// The way of a request through an API, step by step.
    fn attempt(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        mut fields: Fields,
        path: &str,
        base: String,
        circumstances: &Circumstances,
    ) -> Result<Reply, Rejection> {
        let session = circumstances.session;
        let uploads = read_form(endpoint, request, &mut fields)?;
        let call = self.call(request, path, (fields, uploads), base, session);
        let past = circumstances.past(endpoint, &call);
        let transaction = transaction(endpoint, &call.fields);
        let keeps_past = circumstances.reach.filter(|_| transaction == Transaction::Write);
        session.data.transact(transaction, |db| {
            let mut call = circumstances.bear_on(call, past.is_some().then_some(db));
            let before = match keeps_past {
                Some(reach) => Some((session.past.before(&session.data, call.now, reach)?, reach)),
                None => None,
            };
            let reply = self.work(endpoint, &mut call, db, past.as_deref())?;
            match (transaction, before) {
                (_, Some((before, reach))) => session.past.note(before, call.now, reach),
                // What was kept before knows nothing of this write, and would hide it.
                (Transaction::Write, None) => drop(session.past.forget()),
                (Transaction::Read, None) => {}
            }
            Ok(reply)
        })
    }

    /// All that is done in a transaction.
    fn work(
        &self,
        endpoint: &Endpoint,
        call: &mut Call,
        db: &Connection,
        past: Option<&Database>,
    ) -> Result<Reply, Rejection> {
        let writes = endpoint.may_write(&call.fields);
        if writes {
            call.chance = RefCell::new(Chance::load(db)?);
        }
        let mut outcome = self.check_and_run(endpoint, call, db, past);
        match &mut outcome {
            Ok(reply) => self.api.finish(call, db, reply)?,
            Err(Rejection::Failed { reply, .. }) => self.api.finish(call, db, reply)?,
            Err(_) => {}
        }
        let reply = outcome?;
        call.chance.borrow().save(db)?;
        Ok(reply)
    }

    fn check_and_run(
        &self,
        endpoint: &Endpoint,
        call: &mut Call,
        db: &Connection,
        past: Option<&Database>,
    ) -> Result<Reply, Rejection> {
        for check in self.api.habits().checks {
            match (check, endpoint.access) {
                (Check::Caller, _) => call.caller = self.api.caller(call, db)?,
                (Check::Access, Access::Role(role)) => self.api.admit(call, role, db)?,
                (Check::Access, Access::Open | Access::Handler(_)) | (Check::Path, _) => {}
                (Check::Params, _) => self.check_params(endpoint, &call.fields)?,
            }
        }
        let Some(past) = past else { return endpoint.run(call, db) };
        let mut reply = past.transact(Transaction::Read, |db| endpoint.run(call, db))?;
        // What follows the body must not be read from the present.
        if let Some(Rest::Stored(rest)) = reply.rest.take() {
            flow::complete(past, &rest, &mut reply);
        }
        Ok(reply)
    }

    fn check_params(&self, endpoint: &Endpoint, fields: &Fields) -> Result<(), Rejection> {
        if self.api.habits().unknown_params == Unknown::Refuse {
            let names = endpoint.unknown(fields);
            if !names.is_empty() {
                return Err(Rejection::UnknownParams { names });
            }
        }
        endpoint.check(fields)
    }

    /// A refusal in the API's words.
    fn refuse(&self, request: &Request, path: &str, now: Timestamp, rejection: Rejection) -> Reply {
        match rejection {
            Rejection::Failed { reply, .. } => *reply,
            Rejection::NoSuchPath if self.is_unemulated(path) => {
                problem::unemulated(self.api.title(), path, self.nearest(path))
            }
            rejection => {
                if let Rejection::Broken { reason } = &rejection {
                    tracing::error!(api = self.api.name(), path, reason, "wardian failed");
                }
                self.api.refuse(request, now, rejection)
            }
        }
    }

    /// Why a request is refused, and what it may have meant; none for an answer that is no refusal.
    fn explain(
        &self,
        rejection: &Rejection,
        endpoint: Option<&Endpoint>,
        path: &str,
    ) -> Option<String> {
        let near = match (rejection, endpoint) {
            (Rejection::NoSuchPath, _) => self.nearest(path).map(|route| ("route", route)),
            (Rejection::UnknownParams { names }, Some(endpoint)) => {
                let known = endpoint.all_params().map(AnyParam::name);
                let first = names.first().map_or("", String::as_str);
                nearest(first, known).map(|param| ("parameter", param))
            }
            (Rejection::Failed { why, .. }, _) if why.is_empty() => return None,
            _ => None,
        };
        Some(match near {
            Some((kind, near)) => format!("{rejection}; the nearest {kind} is {near}"),
            None => rejection.to_string(),
        })
    }
}

/// The transaction that a request takes.
fn transaction(endpoint: &Endpoint, fields: &Fields) -> Transaction {
    if endpoint.may_write(fields) { Transaction::Write } else { Transaction::Read }
}

fn read_form(
    endpoint: &Endpoint,
    request: &Request,
    fields: &mut Fields,
) -> Result<Vec<Upload>, Rejection> {
    if endpoint.takes_form { upload::read_form(request, fields) } else { Ok(Vec::new()) }
}

/// What a panic is to the client: a failure of the service's.
fn broken(panic: &(dyn std::any::Any + Send)) -> Rejection {
    let text = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Rejection::Broken { reason: format!("a handler panicked: {}", text.unwrap_or_default()) }
}
