//! What befalls one request.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand_chacha::ChaCha8Rng;

use crate::kit::credential::AuthFault;
use crate::scenario::definition::{Phase, Rule};
use crate::scenario::effect::paging::Trail;
use crate::scenario::effect::rate_limit::Exceeded;
use crate::scenario::effect::{Effects, Kinds};

/// What the rules that fired do to a request.
#[derive(Debug, Default)]
pub struct Plot {
    pub effects: Effects,
    pub fired: Vec<Firing>,
    pub phases: Phases,
    /// The limit that was met.
    pub exceeded: Option<Exceeded>,
    /// How long the answer is waited for.
    pub delay: Duration,
    /// What the rule that spoils paging remembers.
    pub trail: Option<Arc<Mutex<Trail>>>,
    /// For what the effects that alter an answer leave to chance.
    pub random: Random,
    /// The rule that makes the credential void from now on.
    pub(super) revoked_by: Option<String>,
}

/// The random sequences of the effects that alter an answer, each that of its own rule.
#[derive(Debug, Default)]
pub struct Random {
    pub paging: Option<ChaCha8Rng>,
    pub records: Option<ChaCha8Rng>,
    pub body: Option<ChaCha8Rng>,
}

/// A rule that fired.
#[derive(Debug)]
pub struct Firing {
    /// `scenario/rule`.
    pub label: String,
    /// What it would do to the request.
    effects: Kinds,
    /// The state that it ended, and the number of that change.
    pub(super) ended: Option<(String, u64)>,
}

/// The phases of the effects that have a choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phases {
    pub error: Phase,
    pub respond: Phase,
    pub connection: Phase,
}

impl Plot {
    /// Adds the effects of a rule that fired, whose random sequence this is.
    pub(super) fn add(
        &mut self,
        label: String,
        rule: &Rule,
        effects: Effects,
        mut random: ChaCha8Rng,
    ) {
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
        let own = |has_effect: bool| has_effect.then(|| random.clone());
        self.random.paging = self.random.paging.take().or(own(effects.paging.is_some()));
        self.random.records = self.random.records.take().or(own(effects.records.is_some()));
        self.random.body = self.random.body.take().or(own(effects.body.is_some()));
        if effects.auth == Some(AuthFault::Revoke) {
            self.revoked_by = Some(label.clone());
        }
        self.fired.push(Firing { label, effects: effects.kinds(), ended: None });
        self.effects = std::mem::take(&mut self.effects).and(effects);
    }

    /// Makes the request's credential void, as a rule wanted that fired before.
    pub(super) fn void(&mut self, label: String) {
        self.effects.auth = Some(AuthFault::Revoke);
        self.fired.push(Firing { label, effects: Kinds::AUTH, ended: None });
    }

    /// Notes which state a rule that fired has ended, by the number of that change.
    pub(super) fn note_end(&mut self, label: &str, state: String, change: u64) {
        if let Some(firing) = self.fired.iter_mut().find(|firing| firing.label == label) {
            firing.ended = Some((state, change));
        }
    }

    /// Takes out the rules that did nothing in the end, given the kinds of effects that touched the request: an answer had
    /// nothing to alter, or another rule's effect took the place of theirs.
    pub fn withdraw(&mut self, touched: Kinds) -> Vec<Firing> {
        let (fired, idle) = std::mem::take(&mut self.fired)
            .into_iter()
            .partition(|firing| firing.effects.meet(touched));
        self.fired = fired;
        idle
    }

    /// Whether nothing befalls the request.
    pub fn is_empty(&self) -> bool {
        self.fired.is_empty()
    }
}
