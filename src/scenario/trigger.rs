//! When a rule fires, of all the requests that match it.

use jiff::Timestamp;
use serde_json::Value;

use super::node::Node;
use super::read::{self, Faults, Members};

/// All that is given must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// The first matches that pass unharmed.
    pub skip: u64,
    /// How often it fires at most.
    pub times: Option<u64>,
    /// Fires on each so-manieth match after the skipped ones.
    pub every: u64,
    /// Drawn only when all else holds.
    pub probability: Option<f64>,
    /// On the session's clock; the end is no part of it.
    pub between: Option<(Timestamp, Timestamp)>,
    pub state: Option<StateChange>,
}

/// A step of the scenario's state machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateChange {
    pub is: String,
    /// The state after it fired.
    pub then: Option<String>,
}

/// The state in which every scenario begins.
pub const START: &str = "start";

impl Default for Trigger {
    fn default() -> Self {
        Self { skip: 0, times: None, every: 1, probability: None, between: None, state: None }
    }
}

impl Trigger {
    /// Reads the value of `trigger`.
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { probability: 0.2 }", faults)?;
        let trigger = Self {
            skip: members.read("skip", read::count(0)).unwrap_or(0),
            times: members.read("times", read::count(1)),
            every: members.read("every", read::count(1)).unwrap_or(1),
            probability: members.read("probability", read::probability),
            between: members.read("between", read_window),
            state: members.read("state", StateChange::read),
        };
        members.finish();
        Some(trigger)
    }

    /// Whether it holds for the `nth` match (from 1), but for chance and state.
    pub fn counts(&self, nth: u64, fired: u64, now: Timestamp) -> bool {
        nth > self.skip
            && (nth - self.skip).is_multiple_of(self.every)
            && self.times.is_none_or(|times| fired < times)
            && self.between.is_none_or(|(from, to)| from <= now && now < to)
    }
}

fn read_window(node: &Node, faults: &Faults) -> Option<(Timestamp, Timestamp)> {
    let mut members = Members::of(node, "a map of from and to", faults)?;
    let from = members.need("from", read_time);
    let to = members.need("to", read_time);
    members.finish();
    let (from, to) = (from?, to?);
    if from >= to {
        faults.note(node, "the time ends before it begins");
        return None;
    }
    Some((from, to))
}

fn read_time(node: &Node, faults: &Faults) -> Option<Timestamp> {
    let found = node.plain().and_then(Value::as_str).and_then(|text| text.parse().ok());
    if found.is_none() {
        faults.expected(node, "a time such as 2026-01-31T12:00:00Z");
    }
    found
}

impl StateChange {
    fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map of is and then", faults)?;
        let is = members.need("is", read::text);
        let then = members.read("then", read::text);
        members.finish();
        Some(Self { is: is?, then })
    }
}
