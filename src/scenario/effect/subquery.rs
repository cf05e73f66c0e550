//! `subquery`: one of the databases that a service asks in turn fails.

use crate::kit::subquery::Subquery;
use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

/// Reads the value of `subquery`.
pub fn read(node: &Node, faults: &Faults) -> Option<Subquery> {
    let what = "a map such as { database: neotoma, fail: timeout }";
    let mut members = Members::of(node, what, faults)?;
    let database = members.need("database", read::one_of);
    let failure = members.need("fail", read::one_of);
    members.finish();
    Some(Subquery { database: database?, failure: failure? })
}
