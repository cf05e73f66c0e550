//! What the rules of scenarios do to a request on its way.

use std::collections::HashSet;
use std::convert::Infallible;
use std::net::IpAddr;
use std::num::NonZeroU64;
use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode, header};

use super::circumstances::Circumstances;
use super::visit::ApiVisit;
use super::way::{read_form, transaction};
use crate::control::error;
use crate::kit::call::Request;
use crate::kit::credential::AuthFault;
use crate::kit::delivery::{Delivery, Ending};
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Fields;
use crate::kit::mount::Mount;
use crate::kit::reply::{Injected, Rejection, Reply};
use crate::scenario::definition::Phase;
use crate::scenario::effect::Kinds;
use crate::scenario::effect::connection::Connection;
use crate::scenario::effect::paging::Listing;
use crate::scenario::effect::rate_limit::Exceeded;
use crate::scenario::matching::Subject;
use crate::scenario::stage::{Occasion, Plot, UnknownScenario};
use crate::session::Session;

/// Names scenarios that apply to this request, active or not.
const SCENARIO_HEADER: HeaderName = HeaderName::from_static("x-wardian-scenario");

/// Names the rules that touched an answer.
const FAULT_HEADER: HeaderName = HeaderName::from_static("x-wardian-fault");

/// The scenarios that a request names, each once.
pub(super) fn named(request: &Request) -> Vec<&str> {
    let wanted = request.headers().get_all(SCENARIO_HEADER);
    let mut seen = HashSet::new();
    wanted
        // What is no text names no scenario either.
        .map(|value| std::str::from_utf8(value.as_bytes()).unwrap_or("\u{fffd}"))
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty() && seen.insert(*name))
        .collect()
}

/// A body up to this length is looked through in no time.
const SHORT_BODY: usize = 16 << 10;

/// Whether it may take long to find out what befalls a request, or to do it.
pub(super) fn are_heavy(request: &Request, session: &Session) -> bool {
    let stage = &session.stage;
    let names_some = request.headers().has(SCENARIO_HEADER);
    stage.alters()
        || (stage.is_live() || names_some) && request.body().len() > SHORT_BODY
        || names_some && stage.alters_for(&named(request))
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
    let found = visit.found.as_ref().ok();
    let route = found.map(|found| mount.routes.template(found.place.route));
    let credential = mount.credential(request, found.map(|found| &found.fields));
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

/// What takes the place of carrying a request out, or of its answer.
pub(super) enum Instead {
    /// In the API's words, by an effect of this kind.
    Refused(Rejection, Vec<(HeaderName, HeaderValue)>, Kinds),
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
        return Some(Instead::Refused(Rejection::AuthFault(auth), Vec::new(), Kinds::AUTH));
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
    Some(Instead::Refused(error.rejection(), wait.into_iter().collect(), Kinds::ERROR))
}

/// The refusal of a request that was one too many.
fn too_many(exceeded: Exceeded, mount: &Mount) -> Instead {
    let rejection = Rejection::Injected(Injected {
        retry_after: exceeded.wait,
        ..Injected::of(StatusCode::TOO_MANY_REQUESTS)
    });
    if mount.api.habits().locks_out {
        return Instead::Refused(rejection, Vec::new(), Kinds::RATE_LIMIT);
    }
    let wait = whole_seconds(exceeded.wait.unwrap_or_default());
    let headers = vec![
        (header::RETRY_AFTER, wait.clone()),
        (HeaderName::from_static("x-ratelimit-limit"), exceeded.limit.into()),
        (HeaderName::from_static("x-ratelimit-remaining"), 0.into()),
        (HeaderName::from_static("x-ratelimit-reset"), wait),
    ];
    Instead::Refused(rejection, headers, Kinds::RATE_LIMIT)
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
    pub prefix: String,
    pub circumstances: &'m Circumstances<'m>,
}

impl Again<'_> {
    /// The answer to other fields, of which no trace is left; none when it is refused.
    fn run(&self, mut fields: Fields) -> Option<Reply> {
        let Self { mount, endpoint, request, path, prefix, circumstances, .. } = self;
        let session = circumstances.session;
        let uploads = read_form(endpoint, request, &mut fields).ok()?;
        let call = mount.call(request, path, (fields, uploads), prefix.clone(), session);
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

/// Which effects touched a request whatever became of it.
pub(super) fn touched(plot: &Plot, circumstances: &Circumstances) -> Kinds {
    let effects = &plot.effects;
    Kinds::DELAY
        .and_if(effects.connection.is_some(), Kinds::CONNECTION)
        // It is void from now on.
        .and_if(effects.auth == Some(AuthFault::Revoke), Kinds::AUTH)
        .and_if(circumstances.lagged.get(), Kinds::LAG)
        .and_if(circumstances.worked.get(), Kinds::JOB)
        .and_if(circumstances.queried.get(), Kinds::SUBQUERY)
}

/// Spoils an answer: its page, its records, its body. Tells which of them is another now.
pub(super) fn alter(
    plot: &mut Plot,
    mount: &Mount,
    again: Option<&Again>,
    reply: &mut Reply,
) -> Kinds {
    let mut altered = Kinds::default();
    let random = &mut plot.random;
    let habits = mount.api.habits();
    if let (Some(paging), Some(random), Some(trail), Some(again)) =
        (&plot.effects.paging, &mut random.paging, &plot.trail, again)
    {
        let listing = Listing {
            fields: &again.fields,
            style: again.endpoint.paging.as_ref().unwrap_or(&habits.paging),
            habits,
            run: &mut |fields| again.run(fields),
        };
        let is_other = paging.apply(reply, listing, &mut trail.lock(), random);
        altered = altered.and_if(is_other, Kinds::PAGING);
    }
    if let (Some(records), Some(random)) = (&plot.effects.records, &mut random.records) {
        altered = altered.and_if(records.apply(reply, habits, random), Kinds::RECORDS);
    }
    altered.and(damage(plot, reply))
}

/// Spoils the body of an answer, and tells whether it is another now.
pub(super) fn damage(plot: &mut Plot, reply: &mut Reply) -> Kinds {
    match (&plot.effects.body, &mut plot.random.body) {
        (Some(body), Some(random)) => {
            Kinds::default().and_if(body.apply(reply, random), Kinds::BODY)
        }
        _ => Kinds::default(),
    }
}

/// Says on an answer which rules touched it, and how it is to be sent.
pub(super) fn mark(plot: &Plot, severed: Option<Ending>, has_body: bool, reply: &mut Reply) {
    if !plot.fired.is_empty() {
        let labels: Vec<&str> = plot.fired.iter().map(|firing| firing.label.as_str()).collect();
        let fired = HeaderValue::try_from(labels.join(", "));
        let fired = fired.expect("names of scenarios and rules are header text");
        reply.headers.insert(FAULT_HEADER, fired);
    }
    let ending = severed.or(plot.effects.connection.map(Connection::ending));
    // Where there is no body to cut, the answer is lost as a whole.
    let ending = match ending {
        Some(Ending::CutBody) if !has_body => Some(Ending::Close),
        ending => ending,
    };
    let rate: Option<NonZeroU64> = plot.effects.throttle;
    if ending.is_some() || rate.is_some() || !plot.delay.is_zero() {
        let delivery: &mut Delivery = reply.delivery.get_or_insert_default();
        delivery.delay = plot.delay;
        delivery.rate = rate;
        delivery.ending = ending.unwrap_or(delivery.ending);
    }
}
