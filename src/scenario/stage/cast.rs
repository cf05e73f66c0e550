//! How the scenarios of one session stand.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use xxhash_rust::xxh3::xxh3_128;

use super::plot::{Plot, Verdict};
use super::role::Role;
use super::{Matching, Occasion};
use crate::kit::credential::Credential;
use crate::scenario::definition::Scenario;
use crate::scenario::repertoire::{Repertoire, Source};

/// Everything about a session's scenarios that changes: what forks and snapshots take along.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    roles: BTreeMap<String, Role>,
    /// Names of the active ones, in the order of activation.
    active: Vec<String>,
    /// Credentials that are void, by API and fingerprint, and the rule that made them so.
    void: HashMap<(String, u128), String>,
}

/// How many credentials may be void at once.
const MOST_VOID: usize = 100_000;

impl Cast {
    /// The scenarios of the repertoire, those active that are so from the start.
    pub fn opening(repertoire: &Repertoire) -> Self {
        let roles = repertoire
            .scenarios
            .iter()
            .map(|(name, (source, scenario))| (name.clone(), Role::new(scenario.clone(), *source)));
        Self { roles: roles.collect(), active: repertoire.active.clone(), void: HashMap::new() }
    }

    /// A copy that from now on changes by itself.
    pub(super) fn apart(&self) -> Self {
        let mut copy = self.clone();
        for role in copy.roles.values_mut() {
            role.part();
        }
        copy
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

    /// Those that apply to a request: the active ones, then those that it names.
    pub(super) fn applying<'c>(&'c self, named: &'c [&str]) -> impl Iterator<Item = &'c Role> {
        let named = named.iter().copied().filter(|name| !self.is_active(name));
        let names = self.active.iter().map(String::as_str).chain(named);
        names.filter_map(|name| self.roles.get(name))
    }

    /// The longest time by which answers may lag behind under the scenarios that apply.
    pub(super) fn longest_lag(&self, named: &[&str]) -> Option<Duration> {
        let rules = self.applying(named).flat_map(|role| &role.scenario.rules);
        rules.filter_map(|rule| rule.effects.lag).max()
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

    /// Lets every scenario begin anew.
    pub(super) fn begin_anew(&mut self) {
        for role in self.roles.values_mut() {
            *role = Role::new(role.scenario.clone(), role.source);
        }
        self.void.clear();
    }

    /// Makes no credential void any more.
    pub fn forgive(&mut self) {
        self.void.clear();
    }

    /// The rule that made a request's credential void, if one did.
    pub(super) fn voider(&self, occasion: &Occasion) -> Option<&String> {
        let credential = occasion.credential.filter(|_| !self.void.is_empty())?;
        self.void.get(&fingerprint(occasion.subject.api, credential))
    }

    /// What befalls a request, given the rules whose matches hold.
    pub(super) fn play(
        &mut self,
        matching: &[Matching],
        occasion: &Occasion,
        world_seed: u64,
    ) -> Plot {
        let mut plot = Plot::default();
        if let Some(rule) = self.voider(occasion) {
            plot.void(rule.clone());
        }
        for Matching { scenario, places } in matching {
            let applies = self.is_active(&scenario.name)
                || occasion.named.iter().any(|named| *named == scenario.name);
            // One that was replaced meanwhile never saw the request.
            if applies
                && let Some(role) = self.roles.get_mut(&scenario.name)
                && Arc::ptr_eq(&role.scenario, scenario)
            {
                role.play(places, occasion, world_seed, &mut plot);
            }
        }
        if let Some(credential) = occasion.credential
            && let Some(rule) = plot.revoked_by.take()
            && self.void.len() < MOST_VOID
        {
            self.void.insert(fingerprint(occasion.subject.api, credential), rule);
        }
        plot
    }

    /// Settles which firings stand.
    pub(super) fn settle(&mut self, verdicts: Vec<Verdict>) {
        for Verdict { scenario, ticket, stands } in verdicts {
            if let Some(role) = self.roles.get_mut(&scenario) {
                role.settle(ticket, stands);
            }
        }
    }

    /// Whether a request may meet with anything at all.
    pub(super) fn is_live(&self) -> bool {
        !(self.active.is_empty() && self.void.is_empty())
    }

    /// Whether a rule of a scenario that applies may make another body of an answer's.
    pub(super) fn alters(&self, named: &[&str]) -> bool {
        let mut rules = self.applying(named).flat_map(|role| &role.scenario.rules);
        rules.any(|rule| rule.effects.alter())
    }
}

/// Credentials come in any length, and are not kept.
fn fingerprint(api: &str, credential: &Credential) -> (String, u128) {
    (api.to_owned(), xxh3_128(credential.secret.as_bytes()))
}
