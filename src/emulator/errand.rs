//! A request on its way through an API: carried out, or kept from it by the rules of scenarios.

use std::sync::Arc;

use http::{Method, StatusCode};

use super::circumstances::Circumstances;
use super::faults::{self, Again, Instead};
use super::flow::Onward;
use crate::kit::call::Request;
use crate::kit::cors::Cors;
use crate::kit::delivery::Ending;
use crate::kit::mount::Mount;
use crate::kit::reply::{Rejection, Reply};
use crate::kit::routes::Found;
use crate::scenario::effect::Kinds;
use crate::scenario::stage::Plot;
use crate::session::Session;

/// What became of a request.
pub(super) struct Outcome {
    pub reply: Reply,
    /// Why it was refused, if it was.
    pub why: Option<String>,
    /// The rules that touched it.
    pub fired: Vec<String>,
}

impl Outcome {
    pub fn refused(reply: Reply, why: String) -> Self {
        Self { reply, why: Some(why), fired: Vec::new() }
    }
}

/// An answer as the rules leave it.
struct Harmed {
    reply: Reply,
    why: Option<String>,
    /// How the connection ends without an answer.
    severed: Option<Ending>,
    /// The kinds of effects that touched it.
    by: Kinds,
}

/// A request on its way through an API.
#[derive(Clone, Copy)]
pub(super) struct Errand<'r> {
    pub mount: &'r Mount,
    pub cors: Cors,
    pub request: &'r Request,
    pub session: &'r Arc<Session>,
    pub path: &'r str,
}

impl Errand<'_> {
    /// Carries a request out that nothing befalls.
    pub fn carry_out(
        self,
        prefix: String,
        found: Result<Found, Rejection>,
        circumstances: &Circumstances,
    ) -> Outcome {
        let Self { mount, cors, request, path, .. } = self;
        let (mut reply, why) = match cors.preflight(request) {
            Some(reply) => (reply, None),
            None => mount.answer_under(request, found, path, prefix, circumstances),
        };
        dress(mount, cors, request, &mut reply);
        Outcome { reply, why, fired: Vec::new() }
    }

    /// The same for a request that rules of scenarios touch.
    pub fn carry_out_harmed(
        self,
        prefix: String,
        found: Result<Found, Rejection>,
        usual: Circumstances,
        mut plot: Plot,
    ) -> Outcome {
        let Self { mount, request, session, path, .. } = self;
        let circumstances = Circumstances {
            lag: plot.effects.lag,
            job: plot.effects.job,
            subquery: plot.effects.subquery,
            ..usual
        };
        let again = match &found {
            Ok(found) if plot.effects.paging.is_some() => Some(Again {
                mount,
                endpoint: &mount.routes.endpoints[found.place.endpoint],
                request,
                fields: found.fields.clone(),
                path,
                prefix: prefix.clone(),
                circumstances: &circumstances,
            }),
            _ => None,
        };
        let instead = if let Some(instead) = faults::instead(&plot, mount) {
            Err(instead)
        } else {
            let outcome = self.carry_out(prefix, found, &circumstances);
            faults::afterwards(&plot).map_or(Ok(outcome), Err)
        };
        let touched = faults::touched(&plot, &circumstances);
        let Harmed { mut reply, why, severed, by } = match instead {
            Ok(outcome) => self.altered(outcome, &mut plot, again.as_ref()),
            Err(instead) => self.replaced(instead, &mut plot),
        };
        session.stage.settle(plot.settle(touched.and(by)));
        let has_body = request.method() != Method::HEAD && reply.has_body();
        faults::mark(&plot, severed, has_body, &mut reply);
        let fired = plot.fired.into_iter().map(|firing| firing.label).collect();
        Outcome { reply, why, fired }
    }

    /// What the rules leave of an answer.
    fn altered(self, outcome: Outcome, plot: &mut Plot, again: Option<&Again>) -> Harmed {
        let Outcome { mut reply, why, .. } = outcome;
        // What is altered is altered as a whole; otherwise a long answer goes on being one.
        if plot.effects.alter()
            && let Some(rest) = reply.rest.take()
            && let Some(Onward::Stored(flow)) = Onward::of(rest, Some(self.session.clone()))
        {
            flow.complete(&mut reply);
        }
        let by = Kinds::THROTTLE.and(faults::alter(plot, self.mount, again, &mut reply));
        Harmed { reply, why, severed: None, by }
    }

    /// What the rules put in the place of an answer.
    fn replaced(self, instead: Instead, plot: &mut Plot) -> Harmed {
        let Self { mount, cors, request, session, path } = self;
        let (mut reply, why, by) = match instead {
            Instead::Refused(rejection, headers, by) => {
                let why = mount.explain(&rejection, None, path);
                let mut reply = mount.refuse(request, path, session.now(), rejection);
                dress(mount, cors, request, &mut reply);
                for (name, value) in headers {
                    reply.headers.insert(name, value);
                }
                (reply, why, by)
            }
            Instead::Verbatim(reply) => (reply, None, Kinds::RESPOND),
            Instead::Severed(ending) => {
                let reply = Reply::empty(StatusCode::OK);
                return Harmed { reply, why: None, severed: Some(ending), by: Kinds::default() };
            }
        };
        let by = by.and(Kinds::THROTTLE).and(faults::damage(plot, &mut reply));
        Harmed { reply, why, severed: None, by }
    }
}

/// The headers that every answer of an API carries.
fn dress(mount: &Mount, cors: Cors, request: &Request, reply: &mut Reply) {
    for (name, value) in mount.api.habits().headers {
        reply.headers.insert_if_absent(name.clone(), value.clone());
    }
    cors.dress(request, &mut reply.headers);
    mount.api.dress(request, reply);
}
