//! Where the documentation of a service and the service itself differ.
//!
//! An API follows the documentation, and declares what it leaves aside as [`Quirk`]s. A session may follow the live
//! service in any of them instead; whoever handles a request asks whether one is live where it makes a difference.

use std::sync::Arc;

/// Something that the live service does and its documentation says otherwise.
#[derive(Debug, PartialEq, Eq)]
pub struct Quirk {
    /// With its API in front: `mo.delete_users`.
    pub name: &'static str,
    /// What the live service does.
    pub summary: &'static str,
}

/// The quirks in which the live service is followed: most of the time none.
#[derive(Clone, Debug, Default)]
pub struct LiveQuirks(Option<Arc<[&'static Quirk]>>);

impl LiveQuirks {
    pub fn of(quirks: Vec<&'static Quirk>) -> Self {
        Self((!quirks.is_empty()).then(|| quirks.into()))
    }

    pub fn has(&self, quirk: &Quirk) -> bool {
        self.0.as_ref().is_some_and(|live| live.iter().any(|known| known.name == quirk.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_named_are_live() {
        static ONE: Quirk = Quirk { name: "mo.one", summary: "" };
        static OTHER: Quirk = Quirk { name: "mo.other", summary: "" };

        assert!(LiveQuirks::of(vec![&ONE]).has(&ONE));
        assert!(!LiveQuirks::of(vec![&ONE]).has(&OTHER));
        assert!(!LiveQuirks::default().has(&ONE));
    }
}
