//! A database that a service asks in turn, and that a scenario lets fail.

use strum::{EnumString, VariantNames};

/// Which database fails, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subquery {
    pub database: DatabaseName,
    pub failure: SubqueryFailure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum DatabaseName {
    Pbdb,
    Neotoma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum SubqueryFailure {
    /// It refuses.
    Status,
    /// It does not answer in time.
    Timeout,
    /// It finds nothing.
    Empty,
}
