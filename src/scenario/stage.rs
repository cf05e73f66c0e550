//! The scenarios of one session: which are active, how often their rules fired, and which fire now.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::definition::{Phase, Rule, Scenario};
use super::effect::Effects;
use super::effect::paging::Trail;
use super::effect::rate_limit::{Exceeded, LimitKey, Meter};
use super::matching::Subject;
use super::repertoire::{Repertoire, Source};
use super::trigger::START;
use crate::kit::credential::{AuthFault, Credential};

/// The scenarios of a session.
#[derive(Debug)]
pub struct Stage {
    repertoire: Arc<Repertoire>,
    /// What `reset` goes back to.
    origin: Arc<Cast>,
    cast: Mutex<Arc<Cast>>,
    /// Whether a request has anything to fear, so that most need not ask further.
    is_live: AtomicBool,
}

/// Everything about a session's scenarios that changes: what forks and snapshots take along.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    roles: BTreeMap<String, Role>,
    /// Names of the active ones, in the order of activation.
    active: Vec<String>,
    /// Credentials that are void, by API and secret, and the rule that made them so.
    void: HashMap<(String, String), String>,
}

/// A scenario in a session.
#[derive(Clone, Debug)]
pub struct Role {
    pub scenario: Arc<Scenario>,
    pub source: Source,
    pub state: String,
    pub counts: Vec<Count>,
    meters: Vec<Meter>,
    trails: Vec<SharedTrail>,
}

/// What a rule remembers of the pages that it saw: also written to when its scenarios are looked at no more.
#[derive(Debug, Default)]
struct SharedTrail(Arc<Mutex<Trail>>);

/// A fork remembers for itself.
impl Clone for SharedTrail {
    fn clone(&self) -> Self {
        Self(Arc::new(Mutex::new(self.0.lock().clone())))
    }
}

/// How often a rule's match held, and how often it fired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub matched: u64,
    pub fired: u64,
}

/// A request and its circumstances.
pub struct Occasion<'r> {
    pub subject: Subject<'r>,
    pub credential: Option<&'r Credential>,
    /// The address that it came from.
    pub client: Option<IpAddr>,
    /// On the session's clock.
    pub now: Timestamp,
    /// Scenarios that apply to this request, active or not.
    pub named: &'r [&'r str],
    /// Whether limits that were met stay so, and leave those with credentials alone.
    pub locks_out: bool,
}

/// What the rules that fired do to a request.
#[derive(Debug, Default)]
pub struct Plot {
    pub effects: Effects,
    /// The rules that fired: `scenario/rule`.
    pub fired: Vec<String>,
    pub phases: Phases,
    /// The limit that was met.
    pub exceeded: Option<Exceeded>,
    /// How long the answer is waited for.
    pub delay: Duration,
    /// What the rule that spoils paging remembers.
    pub trail: Option<Arc<Mutex<Trail>>>,
    /// For what is left to chance in the answer.
    pub random: Option<ChaCha8Rng>,
    /// The rule that makes the credential void from now on.
    revoked_by: Option<String>,
    /// Rules that do nothing but alter an answer, and by which of their effects; they may find nothing to alter.
    alterers: Vec<(String, Alterations)>,
}

/// The effects that alter an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each effect altered the answer or did not")]
pub struct Alterations {
    pub paging: bool,
    pub records: bool,
    pub body: bool,
    pub lag: bool,
}

/// The phases of the effects that have a choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phases {
    pub error: Phase,
    pub respond: Phase,
    pub connection: Phase,
}

/// Words of the random sequence that one firing of a rule may draw.
const DRAWS: u128 = 1 << 20;

impl Role {
    fn new(scenario: Arc<Scenario>, source: Source) -> Self {
        let rules = scenario.rules.len();
        Self {
            scenario,
            source,
            state: START.to_owned(),
            counts: vec![Count::default(); rules],
            meters: vec![Meter::default(); rules],
            trails: vec![SharedTrail::default(); rules],
        }
    }

    /// Lets each rule that an occasion concerns fire, unless others have done all that it could.
    fn play(&mut self, occasion: &Occasion, world_seed: u64, plot: &mut Plot) {
        let scenario = self.scenario.clone();
        let mut then = None;
        for (place, rule) in scenario.rules.iter().enumerate() {
            if !rule.matching.holds(&occasion.subject) {
                continue;
            }
            let count = &mut self.counts[place];
            count.matched += 1;
            let mut effects = rule.effects.without(&plot.effects);
            effects.auth = effects.auth.filter(|auth| auth.concerns(occasion.credential));
            let state = rule.trigger.state.as_ref();
            if effects.is_empty()
                || !rule.trigger.counts(count.matched, count.fired, occasion.now)
                || state.is_some_and(|change| change.is != self.state)
            {
                continue;
            }
            let mut random = sequence(&scenario, place, count.matched, world_seed);
            if rule.trigger.probability.is_some_and(|p| !random.random_bool(p)) {
                continue;
            }
            if let Some(limit) = effects.rate_limit.clone() {
                let met = match key_of(limit.key, occasion) {
                    Some(key) => {
                        let meter = &mut self.meters[place];
                        meter.count(&limit, &key, occasion.now, occasion.locks_out).err()
                    }
                    None => None,
                };
                if met.is_none() {
                    effects.rate_limit = None;
                }
                if effects.is_empty() {
                    continue;
                }
                plot.exceeded = plot.exceeded.or(met);
            }
            count.fired += 1;
            if let Some(next) = state.and_then(|change| change.then.clone()) {
                then = Some(next);
            }
            if effects.paging.is_some() {
                plot.trail = Some(self.trails[place].0.clone());
            }
            plot.add(&scenario.name, rule, effects, random);
        }
        // Every rule sees the state from before the request.
        if let Some(then) = then {
            self.state = then;
        }
    }
}

/// The random sequence of a rule's firing: the same for the same match, whatever else was drawn.
fn sequence(scenario: &Scenario, place: usize, nth: u64, world_seed: u64) -> ChaCha8Rng {
    let seed = scenario.seed;
    let seed = seed.unwrap_or_else(|| xxh3_64_with_seed(scenario.name.as_bytes(), world_seed));
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(place as u64);
    random.set_word_pos(u128::from(nth) * DRAWS);
    random
}

/// Whose requests this one is counted with; none for one that is not counted.
fn key_of(key: LimitKey, occasion: &Occasion) -> Option<String> {
    if occasion.locks_out && occasion.credential.is_some() {
        return None;
    }
    Some(match key {
        LimitKey::Session => String::new(),
        LimitKey::Client => occasion.client.map(|address| address.to_string()).unwrap_or_default(),
        LimitKey::Credential => {
            occasion.credential.map(|credential| credential.name.clone()).unwrap_or_default()
        }
    })
}

impl Plot {
    fn add(&mut self, scenario: &str, rule: &Rule, effects: Effects, mut random: ChaCha8Rng) {
        if effects.error.is_some() {
            self.phases.error = rule.phase;
        }
        if effects.respond.is_some() {
            self.phases.respond = rule.phase;
        }
        if effects.connection.is_some() {
            self.phases.connection = rule.phase;
        }
        if let Some(delay) = &effects.delay {
            self.delay = delay.draw(&mut random);
        }
        self.random.get_or_insert(random);
        let label = format!("{scenario}/{}", rule.name);
        if effects.auth == Some(AuthFault::Revoke) {
            self.revoked_by = Some(label.clone());
        }
        if effects.only_alter() {
            let by = Alterations {
                paging: effects.paging.is_some(),
                records: effects.records.is_some(),
                body: effects.body.is_some(),
                lag: effects.lag.is_some(),
            };
            self.alterers.push((label.clone(), by));
        }
        self.fired.push(label);
        self.effects = std::mem::take(&mut self.effects).and(effects);
    }

    /// Takes back the rules that found nothing to alter in the answer, and tells which.
    pub fn withdraw(&mut self, altered: Alterations) -> Vec<String> {
        let is_idle = |by: Alterations| {
            !(by.paging && altered.paging
                || by.records && altered.records
                || by.body && altered.body
                || by.lag && altered.lag)
        };
        let idle = self.alterers.drain(..).filter(|(_, by)| is_idle(*by));
        let idle: Vec<String> = idle.map(|(label, _)| label).collect();
        self.fired.retain(|label| !idle.contains(label));
        idle
    }

    /// Whether nothing befalls the request.
    pub fn is_empty(&self) -> bool {
        self.fired.is_empty()
    }
}

impl Cast {
    /// The scenarios of the repertoire, those active that are so from the start.
    pub fn opening(repertoire: &Repertoire) -> Self {
        let roles = repertoire
            .scenarios
            .iter()
            .map(|(name, (source, scenario))| (name.clone(), Role::new(scenario.clone(), *source)));
        Self { roles: roles.collect(), active: repertoire.active.clone(), void: HashMap::new() }
    }

    /// All scenarios by name, and whether each is active.
    pub fn roles(&self) -> impl Iterator<Item = (&Role, bool)> {
        self.roles.values().map(|role| (role, self.is_active(&role.scenario.name)))
    }

    pub fn find(&self, name: &str) -> Option<(&Role, bool)> {
        self.roles.get(name).map(|role| (role, self.is_active(name)))
    }

    fn is_active(&self, name: &str) -> bool {
        self.active.iter().any(|active| active == name)
    }

    /// Puts a scenario in the place of its namesake, or beside the others; it begins anew.
    pub fn put(&mut self, scenario: Arc<Scenario>, source: Source) {
        self.roles.insert(scenario.name.clone(), Role::new(scenario, source));
    }

    /// Switches a scenario on or off; one that was off begins anew. Tells whether there is one.
    pub fn switch(&mut self, name: &str, on: bool) -> bool {
        let was_on = self.is_active(name);
        let Some(role) = self.roles.get_mut(name) else { return false };
        match (was_on, on) {
            (false, true) => {
                *role = Role::new(role.scenario.clone(), role.source);
                self.active.push(name.to_owned());
            }
            (true, false) => self.active.retain(|active| active != name),
            _ => {}
        }
        true
    }

    /// Takes a scenario away; tells whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.active.retain(|active| active != name);
        self.roles.remove(name).is_some()
    }

    fn take_back(&mut self, scenario: &str, rule: &str) {
        let Some(role) = self.roles.get_mut(scenario) else { return };
        let place = role.scenario.rules.iter().position(|known| known.name == rule);
        if let Some(count) = place.and_then(|place| role.counts.get_mut(place)) {
            count.fired = count.fired.saturating_sub(1);
        }
    }

    /// Lets every scenario begin anew.
    fn begin_anew(&mut self) {
        for role in self.roles.values_mut() {
            *role = Role::new(role.scenario.clone(), role.source);
        }
        self.void.clear();
    }

    /// Makes no credential void any more.
    pub fn forgive(&mut self) {
        self.void.clear();
    }

    fn play(&mut self, occasion: &Occasion, world_seed: u64) -> Plot {
        let mut plot = Plot::default();
        let Self { roles, active, void } = self;
        let api = occasion.subject.api;
        if let Some(credential) = occasion.credential.filter(|_| !void.is_empty())
            && let Some(rule) = void.get(&(api.to_owned(), credential.secret.clone()))
        {
            plot.effects.auth = Some(AuthFault::Revoke);
            plot.fired.push(rule.clone());
        }
        let is_active = |name: &str| active.iter().any(|active| active == name);
        let named = occasion.named.iter().copied().filter(|name| !is_active(name));
        for name in active.iter().map(String::as_str).chain(named) {
            if let Some(role) = roles.get_mut(name) {
                role.play(occasion, world_seed, &mut plot);
            }
        }
        if let Some(credential) = occasion.credential
            && let Some(rule) = plot.revoked_by.take()
        {
            void.insert((api.to_owned(), credential.secret.clone()), rule);
        }
        plot
    }

    /// Whether a request may meet with anything at all.
    fn is_live(&self) -> bool {
        !(self.active.is_empty() && self.void.is_empty())
    }
}

/// A name that no scenario has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scenario {0:?}")]
pub struct UnknownScenario(pub String);

impl Stage {
    /// A session's scenarios that begin as `cast`.
    pub fn new(repertoire: Arc<Repertoire>, cast: Arc<Cast>) -> Self {
        let is_live = AtomicBool::new(cast.is_live());
        Self { repertoire, origin: cast.clone(), cast: Mutex::new(cast), is_live }
    }

    pub fn repertoire(&self) -> &Repertoire {
        &self.repertoire
    }

    /// How the scenarios stand.
    pub fn cast(&self) -> Arc<Cast> {
        self.cast.lock().clone()
    }

    /// Lets them stand as they did elsewhere.
    pub fn set(&self, cast: Arc<Cast>) {
        let mut held = self.cast.lock();
        self.is_live.store(cast.is_live(), Ordering::Release);
        *held = cast;
    }

    /// Back to the definitions and the activation that the session was made with.
    pub fn reset(&self) {
        let mut opening = (*self.origin).clone();
        opening.begin_anew();
        self.set(Arc::new(opening));
    }

    /// Changes how they stand.
    pub fn change<T>(&self, with: impl FnOnce(&mut Cast) -> T) -> T {
        let mut held = self.cast.lock();
        let outcome = with(Arc::make_mut(&mut held));
        self.is_live.store(held.is_live(), Ordering::Release);
        outcome
    }

    /// Whether a request that names no scenario may meet with anything.
    pub fn is_live(&self) -> bool {
        self.is_live.load(Ordering::Acquire)
    }

    /// The longest time by which answers of active scenarios, or of those named, may lag behind.
    pub fn longest_lag(&self, named: &[&str]) -> Option<Duration> {
        let cast = self.cast.lock();
        let names = cast.active.iter().map(String::as_str).chain(named.iter().copied());
        let rules =
            names.filter_map(|name| cast.roles.get(name)).flat_map(|role| &role.scenario.rules);
        rules.filter_map(|rule| rule.effects.lag).max()
    }

    /// Notes that rules which fired (`scenario/rule`) did nothing in the end.
    pub fn take_back(&self, rules: &[String]) {
        if rules.is_empty() {
            return;
        }
        self.change(|cast| {
            for (scenario, rule) in rules.iter().filter_map(|label| label.split_once('/')) {
                cast.take_back(scenario, rule);
            }
        });
    }

    /// What befalls a request.
    ///
    /// # Errors
    /// When it names a scenario that there is not.
    pub fn plot(&self, occasion: &Occasion) -> Result<Plot, UnknownScenario> {
        self.change(|cast| {
            let unknown = occasion.named.iter().find(|name| cast.find(name).is_none());
            if let Some(name) = unknown {
                return Err(UnknownScenario((*name).to_owned()));
            }
            Ok(cast.play(occasion, self.repertoire.world_seed))
        })
    }
}
