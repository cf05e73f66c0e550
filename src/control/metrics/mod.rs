//! Counts and times over all sessions, for Prometheus.

mod exposition;

use std::collections::BTreeMap;
use std::time::Duration;

use http::StatusCode;
use parking_lot::Mutex;

use super::error::Error;
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::reply::Reply;

/// Upper ends of the duration buckets, in seconds.
pub const BUCKETS: [f64; 12] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/metrics")
            .id("metrics.get")
            .summary("Shows counts and times over all sessions, for Prometheus")
            .media_type(exposition::MEDIA_TYPE)
            .handler(get),
    ]
}

/// How many rules are counted by name; sessions may bring as many as they like.
const MOST_RULES: usize = 10_000;

/// What was asked of one API, and how long it took.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By endpoint (none: no route was found) and status (0: no answer was sent).
    pub requests: BTreeMap<(Option<usize>, u16), u64>,
    /// Requests that took up to the end of each bucket and longer than the one before.
    pub buckets: [u64; BUCKETS.len() + 1],
    /// Seconds of all requests together.
    pub seconds: f64,
}

/// A tally for each API, in the order of the mounts.
#[derive(Debug)]
pub struct Metrics {
    tallies: Vec<Mutex<Tally>>,
    /// How often rules fired: `scenario/rule`.
    faults: Mutex<BTreeMap<String, u64>>,
}

impl Metrics {
    pub fn new(mounts: usize) -> Self {
        let tallies = (0..mounts).map(|_| Mutex::default()).collect();
        Self { tallies, faults: Mutex::default() }
    }

    /// Counts a request to the API at this place among the mounts.
    pub fn count(
        &self,
        mount: usize,
        endpoint: Option<usize>,
        status: Option<StatusCode>,
        duration: Duration,
    ) {
        let seconds = duration.as_secs_f64();
        let mut tally = self.tallies[mount].lock();
        *tally
            .requests
            .entry((endpoint, status.map_or(0, |status| status.as_u16())))
            .or_default() += 1;
        tally.buckets[BUCKETS.partition_point(|end| *end < seconds)] += 1;
        tally.seconds += seconds;
    }

    /// Counts the rules that fired on a request.
    pub fn count_faults(&self, fired: &[String]) {
        if fired.is_empty() {
            return;
        }
        let mut faults = self.faults.lock();
        for rule in fired {
            if faults.len() < MOST_RULES || faults.contains_key(rule) {
                *faults.entry(rule.clone()).or_default() += 1;
            }
        }
    }

    /// How often each rule fired, by `scenario/rule`.
    pub fn faults(&self) -> BTreeMap<String, u64> {
        self.faults.lock().clone()
    }

    /// The tallies as they are now, in the order of the mounts.
    pub fn read(&self) -> impl Iterator<Item = Tally> {
        self.tallies.iter().map(|tally| tally.lock().clone())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn get(_: &Call, installation: &Installation) -> Result<Reply, Error> {
    let text = exposition::write(installation);
    Ok(Reply::new(StatusCode::OK, exposition::MEDIA_TYPE, text))
}
