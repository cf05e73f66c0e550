//! A request on its way, from the door and back to it.

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::{HeaderName, Method};
use jiff::Timestamp;

use super::Emulator;
use super::circumstances::Circumstances;
use super::errand::{Errand, Outcome};
use super::faults;
use super::flow::Onward;
use super::way::broken;
use crate::control::error;
use crate::kit::call::Request;
use crate::kit::endpoint::Issues;
use crate::kit::reply::{Rejection, Reply, has_no_body};
use crate::kit::routes::Found;
use crate::session::Session;
use crate::session::journal::{Entry, EntryId, Recorded, Target};

/// Tells the answer's entry in the journal.
const REQUEST_HEADER: HeaderName = HeaderName::from_static("x-wardian-request");

/// A request on its way, of which it is known what it is for.
pub struct Visit {
    pub(super) emulator: Arc<Emulator>,
    pub(super) request: Request,
    pub(super) arrived: Arrival,
    pub(super) purpose: Purpose,
    pub(super) client: Option<IpAddr>,
}

#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub at: Instant,
    pub time: Timestamp,
}

pub(super) enum Purpose {
    Api(Box<ApiVisit>),
    /// The control plane, the documents, the dashboard.
    Control {
        path: String,
    },
    /// Something is wrong with the address already.
    Refused(Reply),
}

pub(super) struct ApiVisit {
    pub mount: usize,
    pub session: Arc<Session>,
    pub prefix: String,
    pub path: String,
    pub found: Result<Found, Rejection>,
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
            Purpose::Api(visit) => return answer_api(&emulator, &request, arrived, client, *visit),
        };
        leave_body_out(&request, &mut reply);
        reply
    }
}

/// Steps 4 to 13 of a request's way: the answer in the API's words, dressed and written down.
fn answer_api(
    emulator: &Arc<Emulator>,
    request: &Request,
    arrived: Arrival,
    client: Option<IpAddr>,
    visit: ApiVisit,
) -> Reply {
    let mount = &emulator.mounts[visit.mount];
    let named = faults::named(request);
    let plot = faults::plot(mount, request, &visit, client, &named);
    let ApiVisit { mount: place_of_mount, session, prefix, path, found } = visit;
    session.touch(arrived.time);
    let place = found.as_ref().ok().map(|found| found.place);
    if let Some(place) = place {
        session.hit(mount.first + place.route);
    }
    let endpoint = place.map(|place| place.endpoint);
    let cors = emulator.cors(mount, &session);
    let circumstances = Circumstances::of(&session, &named);
    let errand = Errand { mount, cors, request, session: &session, path: &path };
    let Outcome { mut reply, why, fired } = match plot {
        Ok(None) => errand.carry_out(prefix, found, &circumstances),
        Ok(Some(plot)) => errand.carry_out_harmed(prefix, found, circumstances, plot),
        Err(unknown) => Outcome::refused(faults::unknown(&unknown), unknown.to_string()),
    };
    let id = EntryId::next();
    finish(request, &mut reply, id);
    let duration = arrived.at.elapsed();
    let status = Some(reply.status).filter(|_| reply.sends_head());
    emulator.metrics.count(place_of_mount, endpoint, status, duration);
    emulator.metrics.count_faults(&fired);
    session.journal.record(|scroll| Entry {
        id,
        time: arrived.time,
        api: mount.api.name(),
        endpoint: endpoint.map(|endpoint| mount.routes.id(endpoint).clone()),
        method: request.method().clone(),
        target: Target::new(request.uri(), scroll),
        path: scroll.keep_text(&path),
        request: Recorded::of_request(request, scroll),
        status,
        response: status.map(|_| Recorded::of_reply(&reply, scroll)).unwrap_or_default(),
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
    leave_body_out(request, reply);
}

/// Leaves out the body where nobody asked for it, but says how long it is, if that is known.
fn leave_body_out(request: &Request, reply: &mut Reply) {
    if request.method() != Method::HEAD {
        return;
    }
    if reply.rest.is_none() {
        reply.headers.insert(http::header::CONTENT_LENGTH, reply.body.len().into());
    }
    reply.body.clear();
}
