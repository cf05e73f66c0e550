//! Sessions: named, complete, isolated copies of the emulator's state.

pub mod clock;
pub mod journal;
pub mod name;
pub mod past;
pub mod registry;
pub mod snapshot;
pub mod stopwatch;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};

use self::clock::{Clock, Time};
use self::journal::Journal;
use self::name::SessionName;
use self::past::Past;
use self::snapshot::State;
use self::stopwatch::Stopwatch;
use crate::kit::quirk::LiveQuirks;
use crate::scenario::repertoire::Repertoire;
use crate::scenario::stage::{Cast, Stage};
use crate::store::Database;
use crate::store::File;

/// A session: its store, its clock, its journal, and how often each route was called.
pub struct Session {
    pub name: SessionName,
    pub data: Database,
    pub clock: Clock,
    live: RwLock<LiveQuirks>,
    live_at_start: LiveQuirks,
    pub journal: Journal,
    pub stage: Stage,
    /// What searches show that lag behind.
    pub past: Past,
    pub created_at: Timestamp,
    /// How long it may be idle; the default session has no end.
    pub ttl: Option<Duration>,
    stopwatch: Stopwatch,
    last_used: Mutex<Use>,
    /// Requests to each route, numbered over all APIs.
    hits: Box<[AtomicU64]>,
}

/// When a session was used: by its stopwatch, which tells how long ago that is, and by the calendar.
#[derive(Clone, Copy)]
struct Use {
    at: Instant,
    time: Timestamp,
}

impl Session {
    pub fn new(
        name: SessionName,
        data: Database,
        cast: Arc<Cast>,
        settings: SessionSettings,
    ) -> Self {
        let created_at = Timestamp::now();
        Self {
            name,
            data,
            clock: Clock::default(),
            live: RwLock::new(settings.live.clone()),
            live_at_start: settings.live,
            journal: Journal::new(settings.journal),
            stage: Stage::new(settings.repertoire, cast),
            past: Past::default(),
            created_at,
            ttl: settings.ttl,
            last_used: Mutex::new(Use { at: settings.stopwatch.now(), time: created_at }),
            stopwatch: settings.stopwatch,
            hits: (0..settings.routes).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// The time on the session's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.time().now()
    }

    /// What a fork or a snapshot takes along.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn state(&self) -> rusqlite::Result<State> {
        Ok(State {
            data: self.data.snapshot()?,
            time: self.clock.time(),
            cast: self.stage.state(),
            live: Some(self.live_quirks()),
        })
    }

    /// Puts a state in place; the journal goes on.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn restore(&self, state: &State) -> rusqlite::Result<()> {
        self.data.restore_and(&state.data, || self.past.forget())?;
        self.adopt(state);
        Ok(())
    }

    /// Takes over all of a state but its data.
    fn adopt(&self, state: &State) {
        self.clock.set(state.time);
        self.stage.set(&state.cast);
        match &state.live {
            Some(quirks) => self.follow_live(quirks.clone()),
            None => self.reset_quirks(),
        }
    }

    /// The quirks in which the live services are followed.
    pub fn live_quirks(&self) -> LiveQuirks {
        self.live.read().clone()
    }

    /// Follows the live services in just these quirks.
    pub fn follow_live(&self, quirks: LiveQuirks) {
        *self.live.write() = quirks;
    }

    /// Follows the live services as the server was told at its start.
    pub fn reset_quirks(&self) {
        self.follow_live(self.live_at_start.clone());
    }

    /// Counts a request to a route, by its number over all APIs.
    pub fn hit(&self, route: usize) {
        self.hits[route].fetch_add(1, Ordering::Relaxed);
    }

    /// How many requests a route has had since start, reset or clearing.
    pub fn hits(&self, route: usize) -> u64 {
        self.hits[route].load(Ordering::Relaxed)
    }

    /// Notes that the session is in use at a time, which is now; this puts off its end.
    pub fn touch(&self, time: Timestamp) {
        *self.last_used.lock() = Use { at: self.stopwatch.now(), time };
    }

    fn idle_for(&self) -> Duration {
        self.stopwatch.now().saturating_duration_since(self.last_used.lock().at)
    }

    /// Whether it was idle for longer than it may.
    pub fn is_over(&self) -> bool {
        self.ttl.is_some_and(|ttl| self.idle_for() > ttl)
    }

    /// How long it lasts if nobody uses it; none for one without end.
    pub fn time_left(&self) -> Option<Duration> {
        Some(self.ttl?.saturating_sub(self.idle_for()))
    }

    /// When it ends if nobody uses it until then.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.last_used.lock().time.checked_add(self.ttl?).ok()
    }

    /// Puts the data back to the pristine world: rows, random sequence, tokens, outbox.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn reset_data(&self, world: &File) -> rusqlite::Result<()> {
        self.data.restore_and(world, || self.past.forget())?;
        self.stage.change(Cast::forgive);
        Ok(())
    }

    /// Lets the clock show the real time again.
    pub fn reset_clock(&self) {
        self.clock.set(Time::Real);
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
#[derive(Clone, Debug)]
pub struct SessionSettings {
    pub journal: journal::Limits,
    pub ttl: Option<Duration>,
    pub stopwatch: Stopwatch,
    pub repertoire: Arc<Repertoire>,
    /// How many routes there are, over all APIs.
    pub routes: usize,
    /// In which quirks the live services are followed from the start.
    pub live: LiveQuirks,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            journal: journal::Limits::default(),
            ttl: Some(Duration::from_hours(1)),
            stopwatch: Stopwatch::default(),
            repertoire: Arc::default(),
            routes: 0,
            live: LiveQuirks::default(),
        }
    }
}
