//! `subquery`: one of the databases that an API asks in turn does not answer.

use strum::{EnumString, VariantNames};

use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subquery {
    pub database: DatabaseName,
    pub fail: Failure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum DatabaseName {
    Pbdb,
    Neotoma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum Failure {
    /// It refuses.
    Status,
    /// It does not answer in time.
    Timeout,
    /// It finds nothing.
    Empty,
}

impl Subquery {
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let what = "a map such as { database: neotoma, fail: timeout }";
        let mut members = Members::of(node, what, faults)?;
        let database = members.need("database", read::one_of);
        let fail = members.need("fail", read::one_of);
        members.finish();
        Some(Self { database: database?, fail: fail? })
    }
}
