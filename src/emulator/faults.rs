//! What the rules of scenarios do to a request on its way.

use std::convert::Infallible;
use std::net::IpAddr;
use std::num::NonZeroU64;
use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode, header};

use super::circumstances::Circumstances;
use super::{ApiVisit, read_form, transaction};
use crate::control::error;
use crate::kit::call::Request;
use crate::kit::delivery::{Delivery, Ending};
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Fields;
use crate::kit::mount::Mount;
use crate::kit::reply::{Injected, Rejection, Reply};
use crate::scenario::definition::Phase;
use crate::scenario::effect::connection::Connection;
use crate::scenario::effect::paging::Listing;
use crate::scenario::effect::rate_limit::Exceeded;
use crate::scenario::matching::Subject;
use crate::scenario::stage::{Alterations, Occasion, Plot, UnknownScenario};

/// Names scenarios that apply to this request, active or not.
const SCENARIO_HEADER: HeaderName = HeaderName::from_static("x-wardian-scenario");

/// Names the rules that touched an answer.
const FAULT_HEADER: HeaderName = HeaderName::from_static("x-wardian-fault");

/// The scenarios that a request names.
pub(super) fn named(request: &Request) -> Vec<&str> {
    let wanted = request.headers().get_all(SCENARIO_HEADER).iter();
    wanted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

/// Finds out what befalls a request; `None` when nothing does.
///
/// # Errors
/// When it names a scenario that there is not.
pub(super) fn plot(
    mount: &Mount,
    request: &Request,
    visit: &ApiVisit,
    client: Option<IpAddr>,
    named: &[&str],
) -> Result<Option<Plot>, UnknownScenario> {
    let stage = &visit.session.stage;
    if named.is_empty() && !stage.is_live() {
        return Ok(None);
    }
    let unrouted;
    let (fields, route) = if let Ok(found) = &visit.found {
        (&found.fields, Some(mount.routes.template(found.place.route)))
    } else {
        let mut fields = Fields::new(mount.api.habits());
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        unrouted = fields;
        (&unrouted, None)
    };
    let credential = mount.api.credential(request, fields);
    let subject = Subject::new(
        mount.api.name(),
        request.method(),
        &visit.path,
        route,
        request.uri().query().unwrap_or_default(),
        request.headers(),
        request.body(),
        credential.as_ref().map(|credential| credential.name.as_str()),
    );
    let occasion = Occasion {
        subject,
        credential: credential.as_ref(),
        client,
        now: visit.session.now(),
        named,
        locks_out: mount.api.habits().locks_out,
    };
    let plot = stage.plot(&occasion)?;
    Ok(Some(plot).filter(|plot| !plot.is_empty()))
}

/// The answer to a request that names a scenario that there is not.
pub(super) fn unknown(scenario: &UnknownScenario) -> Reply {
    let detail = format!("X-Wardian-Scenario: {scenario}.");
    error::problem(StatusCode::BAD_REQUEST, "Unknown scenario", &detail)
}

/// What takes the place of carrying a request out.
pub(super) enum Instead {
    /// In the API's words, or none at all.
    Refused(Rejection, Vec<(HeaderName, HeaderValue)>),
    /// The scenario's own answer.
    Verbatim(Reply),
    /// No answer, but this.
    Severed(Ending),
}

/// What ends a request before anything of it is carried out.
pub(super) fn instead(plot: &Plot, mount: &Mount) -> Option<Instead> {
    let before = |phase: Phase| phase == Phase::Before;
    let effects = &plot.effects;
    if let Some(connection) = effects.connection.filter(|_| before(plot.phases.connection))
        && !connection.ending().sends_head()
    {
        return Some(Instead::Severed(connection.ending()));
    }
    if let Some(exceeded) = plot.exceeded {
        return Some(too_many(exceeded, mount));
    }
    if let Some(auth) = effects.auth {
        return Some(Instead::Refused(Rejection::AuthFault(auth), Vec::new()));
    }
    if effects.respond.is_some() && before(plot.phases.respond) {
        return verbatim(plot);
    }
    if effects.error.is_some() && before(plot.phases.error) {
        return refusal(plot);
    }
    None
}

/// What takes the place of an answer after the request was carried out.
pub(super) fn afterwards(plot: &Plot) -> Option<Instead> {
    verbatim(plot).or_else(|| refusal(plot))
}

fn verbatim(plot: &Plot) -> Option<Instead> {
    plot.effects.respond.as_ref().map(|respond| Instead::Verbatim(respond.reply()))
}

fn refusal(plot: &Plot) -> Option<Instead> {
    let error = plot.effects.error.as_ref()?;
    let wait = error.retry_after.map(|wait| (header::RETRY_AFTER, whole_seconds(wait)));
    Some(Instead::Refused(error.rejection(), wait.into_iter().collect()))
}

/// The refusal of a request that was one too many.
fn too_many(exceeded: Exceeded, mount: &Mount) -> Instead {
    let rejection = Rejection::Injected(Injected {
        retry_after: exceeded.wait,
        ..Injected::of(StatusCode::TOO_MANY_REQUESTS)
    });
    if mount.api.habits().locks_out {
        return Instead::Refused(rejection, Vec::new());
    }
    let wait = whole_seconds(exceeded.wait.unwrap_or_default());
    let headers = vec![
        (header::RETRY_AFTER, wait.clone()),
        (HeaderName::from_static("x-ratelimit-limit"), exceeded.limit.into()),
        (HeaderName::from_static("x-ratelimit-remaining"), 0.into()),
        (HeaderName::from_static("x-ratelimit-reset"), wait),
    ];
    Instead::Refused(rejection, headers)
}

/// Seconds, so many that the time has passed after them.
fn whole_seconds(time: Duration) -> HeaderValue {
    (time.as_secs() + u64::from(time.subsec_nanos() > 0)).into()
}

/// What it takes to run the endpoint of a request again.
pub(super) struct Again<'m> {
    pub mount: &'m Mount,
    pub endpoint: &'m Endpoint,
    pub request: &'m Request,
    pub fields: Fields,
    pub path: &'m str,
    pub base: String,
    pub circumstances: &'m Circumstances<'m>,
}

impl Again<'_> {
    /// The answer to other fields, of which no trace is left; none when it is refused.
    fn run(&self, mut fields: Fields) -> Option<Reply> {
        let Self { mount, endpoint, request, path, base, circumstances, .. } = self;
        let session = circumstances.session;
        let uploads = read_form(endpoint, request, &mut fields).ok()?;
        let call = mount.call(request, path, (fields, uploads), base.clone(), session);
        let past = circumstances.past(endpoint, &call);
        let transaction = transaction(endpoint, &call.fields);
        let undone = session.data.transact(transaction, |db| {
            let mut call = circumstances.bear_on(call, past.is_some().then_some(db));
            let reply = mount.work(endpoint, &mut call, db, past.as_deref()).ok().map(Box::new);
            Err::<Infallible, Undone>(Undone(reply))
        });
        let Err(Undone(reply)) = undone;
        reply.map(|reply| *reply)
    }
}

/// What was answered in a transaction that is taken back.
struct Undone(Option<Box<Reply>>);

impl From<rusqlite::Error> for Undone {
    fn from(_: rusqlite::Error) -> Self {
        Self(None)
    }
}

/// Spoils an answer: its page, its records, its body. Tells what of it is another now.
pub(super) fn alter(
    plot: &mut Plot,
    mount: &Mount,
    again: Option<&Again>,
    circumstances: &Circumstances,
    reply: &mut Reply,
) -> Alterations {
    let mut altered = Alterations { lag: circumstances.lagged.get(), ..Alterations::default() };
    let Some(random) = &mut plot.random else { return altered };
    let habits = mount.api.habits();
    if let (Some(paging), Some(trail), Some(again)) = (&plot.effects.paging, &plot.trail, again) {
        let listing = Listing {
            fields: &again.fields,
            style: again.endpoint.paging.as_ref().unwrap_or(&habits.paging),
            habits,
            run: &mut |fields| again.run(fields),
        };
        altered.paging = paging.apply(reply, listing, &mut trail.lock(), random);
    }
    if let Some(records) = &plot.effects.records {
        altered.records = records.apply(reply, habits, random);
    }
    if let Some(body) = &plot.effects.body {
        altered.body = body.apply(reply, random);
    }
    altered
}

/// Says on an answer which rules touched it, and how it is to be sent.
pub(super) fn mark(plot: &Plot, severed: Option<Ending>, reply: &mut Reply) {
    if !plot.fired.is_empty() {
        let fired = HeaderValue::try_from(plot.fired.join(", "));
        let fired = fired.expect("names of scenarios and rules are header text");
        reply.headers.insert(FAULT_HEADER, fired);
    }
    let ending = severed.or(plot.effects.connection.map(Connection::ending));
    let rate: Option<NonZeroU64> = plot.effects.throttle;
    if ending.is_some() || rate.is_some() || !plot.delay.is_zero() {
        let delivery: &mut Delivery = reply.delivery.get_or_insert_default();
        delivery.delay = plot.delay;
        delivery.rate = rate;
        delivery.ending = ending.unwrap_or(delivery.ending);
    }
}
