//! `job`: long-running work takes its time, or fails.

use crate::kit::job::{Job, Pace};
use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

/// Reads the value of `job`.
pub fn read(node: &Node, faults: &Faults) -> Option<Job> {
    let what = "a map such as { queued: 2, running: 3 } or { after: 5m }";
    let mut members = Members::of(node, what, faults)?;
    let queued = members.read("queued", read::count(0));
    let running = members.read("running", read::count(0));
    let after = members.read("after", read::duration);
    let fail_at = members.read("fail_at", read::one_of);
    members.finish();
    let has_polls = queued.is_some() || running.is_some();
    let pace = match after {
        Some(_) if has_polls => {
            faults.note(node, "after does not go together with queued and running");
            return None;
        }
        Some(after) => Pace::After(after),
        None if has_polls || fail_at.is_some() => {
            Pace::Polls { queued: queued.unwrap_or(0), running: running.unwrap_or(0) }
        }
        None => {
            faults.expected(node, what);
            return None;
        }
    };
    Some(Job { pace, fail_at })
}
