//! Counts and times over all sessions, for Prometheus.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;

use super::mount::Mount;

/// Upper ends of the duration buckets, in seconds.
pub const BUCKETS: [f64; 12] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];

/// What was asked of one API, and how long it took.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// By endpoint (none: no route was found) and status.
    pub requests: BTreeMap<(Option<usize>, u16), u64>,
    /// Requests that took up to the end of each bucket and longer than the one before.
    pub buckets: [u64; BUCKETS.len() + 1],
    /// Seconds of all requests together.
    pub seconds: f64,
}

/// A tally for each API, in the order of the mounts.
#[derive(Debug)]
pub struct Metrics {
    tallies: Vec<(&'static str, Mutex<Tally>)>,
}

impl Metrics {
    pub fn new(mounts: &[Mount]) -> Self {
        Self { tallies: mounts.iter().map(|mount| (mount.api.name(), Mutex::default())).collect() }
    }

    pub fn count(
        &self,
        mount: &Mount,
        endpoint: Option<usize>,
        status: StatusCode,
        duration: Duration,
    ) {
        let Some((_, tally)) = self.tallies.iter().find(|(name, _)| *name == mount.api.name())
        else {
            return;
        };
        let seconds = duration.as_secs_f64();
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.requests.entry((endpoint, status.as_u16())).or_default() += 1;
        tally.buckets[BUCKETS.partition_point(|end| *end < seconds)] += 1;
        tally.seconds += seconds;
    }

    /// The tallies as they are now, by API.
    pub fn read(&self) -> Vec<(&'static str, Tally)> {
        self.tallies
            .iter()
            .map(|(api, tally)| {
                (*api, tally.lock().unwrap_or_else(PoisonError::into_inner).clone())
            })
            .collect()
    }
}
