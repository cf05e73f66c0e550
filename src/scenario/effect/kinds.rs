//! Which kinds of effects there are, or which of them touched a request.

/// A set of kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    pub const DELAY: Self = Self(1);
    pub const ERROR: Self = Self(1 << 1);
    pub const RESPOND: Self = Self(1 << 2);
    pub const RATE_LIMIT: Self = Self(1 << 3);
    pub const AUTH: Self = Self(1 << 4);
    pub const CONNECTION: Self = Self(1 << 5);
    pub const BODY: Self = Self(1 << 6);
    pub const THROTTLE: Self = Self(1 << 7);
    pub const RECORDS: Self = Self(1 << 8);
    pub const PAGING: Self = Self(1 << 9);
    pub const LAG: Self = Self(1 << 10);
    pub const JOB: Self = Self(1 << 11);
    pub const SUBQUERY: Self = Self(1 << 12);

    /// These and others.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These, and others on a condition.
    #[must_use]
    pub fn and_if(self, condition: bool, others: Self) -> Self {
        if condition { self.and(others) } else { self }
    }

    /// Whether some are in both sets.
    pub fn meet(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }
}
