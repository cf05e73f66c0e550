//! People who collect, identify, describe and look after collections.

use serde::Deserialize;

/// Somebody invented.
#[derive(Clone, Debug, Deserialize)]
pub struct Person {
    pub given: String,
    pub family: String,
    /// Of the given names: `M. A.`
    pub initials: String,
    /// ISO alpha-2 code.
    pub country: String,
}

impl Person {
    /// `Maria Andersen`
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// `Andersen, Maria`
    pub fn family_first(&self) -> String {
        format!("{}, {}", self.family, self.given)
    }

    /// `M. Andersen`
    pub fn short_name(&self) -> String {
        format!("{} {}", self.initials, self.family)
    }
}
