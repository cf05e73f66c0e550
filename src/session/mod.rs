//! Sessions: named, complete, isolated copies of the emulator's state.

pub mod journal;
pub mod name;
pub mod registry;

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use self::journal::Journal;
use self::name::SessionName;
use crate::store::Database;
use crate::store::File;

/// A session: its store, its journal, and how often each route was called.
///
/// Snapshots, the clock, scenarios and the outbox's links are parts of a session too and have their place here.
pub struct Session {
    pub name: SessionName,
    pub data: Database,
    pub journal: Journal,
    pub created_at: Timestamp,
    /// How long it may be idle; the default session and those of no end have none.
    pub ttl: Option<Duration>,
    last_used: Mutex<Instant>,
    /// Requests to each endpoint, numbered over all APIs.
    hits: Box<[AtomicU64]>,
}

impl Session {
    pub fn new(name: SessionName, data: Database, settings: SessionSettings) -> Self {
        Self {
            name,
            data,
            journal: Journal::new(settings.journal),
            created_at: Timestamp::now(),
            ttl: settings.ttl,
            last_used: Mutex::new(Instant::now()),
            hits: (0..settings.endpoints).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The time on the session's clock.
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// Counts a request to an endpoint, by its number over all APIs.
    pub fn hit(&self, endpoint: usize) {
        self.hits[endpoint].fetch_add(1, Ordering::Relaxed);
    }

    pub fn hits(&self, endpoint: usize) -> u64 {
        self.hits[endpoint].load(Ordering::Relaxed)
    }

    /// Notes that the session is in use, which puts off its end.
    pub fn touch(&self) {
        *self.last_used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Since when nobody used it.
    pub fn idle_for(&self) -> Duration {
        self.last_used.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Whether it was idle for longer than it may.
    pub fn is_over(&self) -> bool {
        self.ttl.is_some_and(|ttl| self.idle_for() > ttl)
    }

    /// When it ends if nobody uses it until then.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let left = self.ttl?.saturating_sub(self.idle_for());
        Timestamp::now().checked_add(left).ok()
    }

    /// Puts the data back to the pristine world.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn reset_data(&self, world: &File) -> rusqlite::Result<()> {
        self.data.restore(world)
    }

    /// Empties the journal and the counters that go with it.
    pub fn clear_journal(&self) {
        self.journal.clear();
        for count in &self.hits {
            count.store(0, Ordering::Relaxed);
        }
    }
}

/// What every session of a server has in common.
#[derive(Clone, Copy, Debug)]
pub struct SessionSettings {
    pub journal: journal::Limits,
    pub ttl: Option<Duration>,
    /// How many endpoints there are, over all APIs.
    pub endpoints: usize,
}

impl Default for SessionSettings {
    fn default() -> Self {
        let hour = Duration::from_hours(1);
        Self { journal: journal::Limits::default(), ttl: Some(hour), endpoints: 0 }
    }
}
