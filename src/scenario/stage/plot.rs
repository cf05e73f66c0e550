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
    /// By what its scenario knows it; none for one of the past, whose effect lasts.
    ticket: Option<Ticket>,
}

/// A firing as its scenario knows it, until it is settled whether it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The number of the role in which the scenario was then.
    pub(super) role: u64,
    pub(super) number: u64,
}

/// Whether a firing stands.
#[derive(Debug)]
pub struct Verdict {
    pub(super) scenario: String,
    pub(super) ticket: Ticket,
    pub(super) stands: bool,
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
        ticket: Ticket,
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
        self.fired.push(Firing { label, effects: effects.kinds(), ticket: Some(ticket) });
        self.effects = std::mem::take(&mut self.effects).and(effects);
    }

    /// Makes the request's credential void, as a rule wanted that fired before.
    pub(super) fn void(&mut self, label: String) {
        self.effects.auth = Some(AuthFault::Revoke);
        self.fired.push(Firing { label, effects: Kinds::AUTH, ticket: None });
    }

    /// Settles which of the rules stand, given the kinds of effects that touched the request, and takes out the others: an
    /// answer had nothing to alter, or another rule's effect took the place of theirs.
    pub fn settle(&mut self, touched: Kinds) -> Vec<Verdict> {
        let verdict = |firing: &Firing| {
            let (scenario, _) = firing.label.split_once('/')?;
            let stands = firing.effects.meet(touched);
            Some(Verdict { scenario: scenario.to_owned(), ticket: firing.ticket?, stands })
        };
        let verdicts = self.fired.iter().filter_map(verdict).collect();
        self.fired.retain(|firing| firing.effects.meet(touched));
        verdicts
    }

    /// Whether nothing befalls the request.
    pub fn is_empty(&self) -> bool {
        self.fired.is_empty()
    }
}
