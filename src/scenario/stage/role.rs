//! One scenario in one session.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Occasion;
use super::plot::{Plot, Ticket};
use crate::scenario::definition::{Rule, Scenario};
use crate::scenario::effect::paging::Trail;
use crate::scenario::effect::rate_limit::{LimitKey, Meter};
use crate::scenario::repertoire::Source;
use crate::scenario::trigger::START;

/// A scenario in a session.
#[derive(Clone, Debug)]
pub struct Role {
    pub scenario: Arc<Scenario>,
    pub source: Source,
    pub state: String,
    pub counts: Vec<Count>,
    /// The number of this role, which no other has: a scenario that begins anew, or parts from another session's, is not
    /// what it was.
    number: u64,
    /// How many rules have fired, whether or not they stood.
    firings: u64,
    /// How often the state changed.
    changes: u64,
    /// Those that fired on requests which are still on their way.
    pending: Vec<Pending>,
    meters: Vec<Meter>,
    /// What each rule remembers of the pages that it saw. A request may still write into it when whoever looked at the
    /// scenarios has made them a copy, so copies share it until they part.
    trails: Vec<Arc<Mutex<Trail>>>,
}

/// How often a rule's match held, and how often it fired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub matched: u64,
    pub fired: u64,
}

/// A firing of which it is not known yet whether it stands.
#[derive(Clone, Debug)]
struct Pending {
    number: u64,
    /// The place of its rule.
    place: usize,
    /// The state that it ended, and the number of that change.
    ended: Option<(String, u64)>,
}

/// A number that no role has had.
fn new_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Words of the random sequence that one firing of a rule may draw.
const DRAWS: u128 = 1 << 20;

impl Role {
    pub(super) fn new(scenario: Arc<Scenario>, source: Source) -> Self {
        let rules = scenario.rules.len();
        Self {
            scenario,
            source,
            state: START.to_owned(),
            counts: vec![Count::default(); rules],
            number: new_number(),
            firings: 0,
            changes: 0,
            pending: Vec::new(),
            meters: vec![Meter::default(); rules],
            trails: (0..rules).map(|_| Arc::default()).collect(),
        }
    }

    /// From now on it remembers for itself, and nothing of what is not certain.
    pub(super) fn part(&mut self) {
        while let Some(last) = self.pending.pop() {
            self.take_back(last);
        }
        self.number = new_number();
        for trail in &mut self.trails {
            let own = trail.lock().clone();
            *trail = Arc::new(Mutex::new(own));
        }
    }

    /// Lets each of the rules at `places`, whose matches hold, fire, unless others have done all that it could.
    pub(super) fn play(
        &mut self,
        places: &[usize],
        occasion: &Occasion,
        world_seed: u64,
        plot: &mut Plot,
    ) {
        let scenario = self.scenario.clone();
        let mut then = None;
        for place in places.iter().copied() {
            let rule = &scenario.rules[place];
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
            self.firings += 1;
            let number = self.firings;
            self.pending.push(Pending { number, place, ended: None });
            if let Some(next) = state.and_then(|change| change.then.clone()) {
                then = Some((next, number));
            }
            if effects.paging.is_some() {
                plot.trail = Some(self.trails[place].clone());
            }
            let ticket = Ticket { role: self.number, number };
            plot.add(label(&scenario.name, rule), rule, effects, random, ticket);
        }
        // Every rule sees the state from before the request.
        if let Some((then, number)) = then {
            let before = std::mem::replace(&mut self.state, then);
            self.changes += 1;
            let pending = self.pending.iter_mut().rfind(|pending| pending.number == number);
            if let Some(pending) = pending {
                pending.ended = Some((before, self.changes));
            }
        }
    }

    /// Settles whether one of its firings stands.
    pub(super) fn settle(&mut self, ticket: Ticket, stands: bool) {
        let place = self.pending.iter().position(|pending| pending.number == ticket.number);
        let Some(place) = place.filter(|_| ticket.role == self.number) else { return };
        let pending = self.pending.remove(place);
        if !stands {
            self.take_back(pending);
        }
    }

    /// Lets it be as if a rule had not fired.
    fn take_back(&mut self, Pending { place, ended, .. }: Pending) {
        self.counts[place].fired -= 1;
        // Another change since then stands.
        if let Some((before, _)) = ended.filter(|(_, change)| *change == self.changes) {
            self.state = before;
            self.changes -= 1;
        }
    }
}

/// What journal and answers call a rule.
fn label(scenario: &str, rule: &Rule) -> String {
    format!("{scenario}/{}", rule.name)
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
