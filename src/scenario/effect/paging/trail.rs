//! What is remembered of the pages that were sent, since a cursor does not tell how its client came to it.

use std::collections::HashMap;

use crate::kit::fields::Fields;

/// The pages that cursors lead to.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    places: HashMap<String, Place>,
    /// About how much memory they take.
    bytes: usize,
}

/// A page, as its cursor is known.
#[derive(Clone, Debug)]
pub struct Place {
    /// How many pages come before it.
    pub number: u64,
    /// What was asked for the page before it.
    pub before: Fields,
}

/// Cursors that are remembered; a client that walks on after so many begins anew.
const MOST: usize = 20_000;

/// Bytes that they may take, after which the same holds.
const MOST_BYTES: usize = 16 << 20;

impl Trail {
    pub fn find(&self, way: &str) -> Option<&Place> {
        self.places.get(way)
    }

    pub fn remember(&mut self, way: String, place: Place) {
        // The way is made of what was asked for, so a place takes about as much again.
        if !self.places.contains_key(&way) {
            self.bytes += 2 * way.len() + size_of::<Place>();
        }
        if self.places.len() >= MOST || self.bytes > MOST_BYTES {
            *self = Self::default();
        }
        self.places.insert(way, place);
    }
}
