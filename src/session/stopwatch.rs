//! The time by which sessions are idle.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Real time, to which tests may add: what an hour does to a session can be seen without waiting for it.
#[derive(Clone, Debug, Default)]
pub struct Stopwatch {
    milliseconds_ahead: Arc<AtomicU64>,
}

impl Stopwatch {
    pub fn now(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.milliseconds_ahead.load(Ordering::Relaxed))
    }

    /// Lets time pass at once, for all that share this stopwatch.
    pub fn advance(&self, by: Duration) {
        let milliseconds = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.milliseconds_ahead.fetch_add(milliseconds, Ordering::Relaxed);
    }
}
