//! The past of a session's data, kept while a scenario lets searches lag behind writes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use crate::store::{Database, File};

/// How many states are kept. Where there were more writes, those closest together count as one.
const MOST: usize = 64;

/// Where every state is a copy of all data, as many are kept for the time that somebody may ask for.
const MOST_COPIES: u32 = 8;

/// What the data were before the latest writes. States share what they have in common, so each costs little more than
/// the pages that the next write changed.
///
/// Forks and snapshots do not take it along: what they begin with is shown at once.
#[derive(Default)]
pub struct Past {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// How often all was forgotten.
    era: u64,
    /// The oldest first.
    states: VecDeque<State>,
}

/// What the data are before a write.
pub struct Before {
    /// What is noted after its era is over would be of data that are no more.
    era: u64,
    /// None where the latest state that is kept will do.
    data: Option<File>,
}

struct State {
    /// When it was kept.
    from: Timestamp,
    /// When a write took its place, on the session's clock.
    until: Timestamp,
    data: Arc<Database>,
}

impl Past {
    /// The data as they are before a write at the time `now`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn before(
        &self,
        data: &Database,
        now: Timestamp,
        reach: Duration,
    ) -> rusqlite::Result<Before> {
        let (era, is_recent) = {
            let kept = self.kept.lock();
            let recently = since(now, reach / MOST_COPIES);
            let is_recent =
                kept.states.back().is_some_and(|last| last.from > recently && last.from <= now);
            (kept.era, is_recent)
        };
        let will_do = is_recent && !data.shares_pages();
        let data = if will_do { None } else { Some(data.snapshot()?) };
        Ok(Before { era, data })
    }

    /// Notes a write at the time `now`, which changed what the data were `before`; nobody will ask for what is older
    /// than `reach`.
    pub fn note(&self, before: Before, now: Timestamp, reach: Duration) {
        let mut kept = self.kept.lock();
        if before.era != kept.era {
            return;
        }
        let states = &mut kept.states;
        forget_older(states, since(now, reach));
        // Who put the clock back made all that was before this write.
        for state in states.iter_mut().filter(|state| state.until > now) {
            state.until = now;
        }
        // Between two writes at one time nobody can ask.
        if states.back().is_some_and(|last| last.until == now) {
            return;
        }
        match (before.data, states.back_mut()) {
            // It stands for what the data were since then, so that no write is shown too early.
            (None, Some(last)) => last.until = now,
            (None, None) => {}
            (Some(data), _) => {
                let data = Arc::new(Database::fork(&data));
                states.push_back(State { from: now, until: now, data });
            }
        }
        if states.len() > MOST {
            join_closest(states);
        }
    }

    /// The data as they were so long before `now`; none when they have not changed since.
    pub fn data(&self, now: Timestamp, lag: Duration) -> Option<Arc<Database>> {
        let then = since(now, lag);
        let kept = self.kept.lock();
        kept.states.iter().find(|state| state.until > then).map(|state| state.data.clone())
    }

    /// Lets everything be as it is now. What is forgotten is for the caller to drop, where nobody waits for it: that
    /// closes connections.
    pub fn forget(&self) -> impl Sized + use<> {
        let mut kept = self.kept.lock();
        kept.era += 1;
        std::mem::take(&mut kept.states)
    }
}

fn since(now: Timestamp, lag: Duration) -> Timestamp {
    let lag = SignedDuration::try_from(lag).unwrap_or(SignedDuration::MAX);
    now.checked_sub(lag).unwrap_or(Timestamp::MIN)
}

fn forget_older(states: &mut VecDeque<State>, then: Timestamp) {
    while states.front().is_some_and(|oldest| oldest.until <= then) {
        states.pop_front();
    }
}

/// Lets the older of the two states that are closest together stand for both, so that no write is shown too early.
fn join_closest(states: &mut VecDeque<State>) {
    let apart = |place: usize| states[place + 1].until.duration_since(states[place].until);
    if let Some(place) = (0..states.len().saturating_sub(1)).min_by_key(|place| apart(*place)) {
        states[place].until = states[place + 1].until;
        states.remove(place + 1);
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use rusqlite::Connection;

    use super::*;
    use crate::store::Transaction;

    const LAG: Duration = Duration::from_mins(1);

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + second.seconds()
    }

    /// A session's data with one number that each write raises, and what it was.
    struct Counter {
        data: Database,
        past: Past,
    }

    impl Counter {
        fn new() -> Self {
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (0)").unwrap();
            let world = File::of(&db).unwrap();
            Self { data: Database::fork(&world), past: Past::default() }
        }

        fn write(&self, second: i64) {
            let before = self.past.before(&self.data, at(second), LAG).unwrap();
            let sql = "UPDATE t SET n = n + 1";
            self.data.transact(Transaction::Write, |db| db.execute(sql, [])).unwrap();
            self.past.note(before, at(second), LAG);
        }

        fn read(&self, second: i64) -> i64 {
            let past = self.past.data(at(second), LAG);
            let data = past.as_deref().unwrap_or(&self.data);
            let read = |db: &Connection| db.query_row("SELECT n FROM t", [], |row| row.get(0));
            data.transact(Transaction::Read, read).unwrap()
        }
    }

    #[test]
    fn each_write_is_shown_when_it_is_old_enough() {
        let counter = Counter::new();
        assert_eq!(counter.read(0), 0);

        for second in [100, 130, 130] {
            counter.write(second);
        }
        assert_eq!([159, 160, 189].map(|second| counter.read(second)), [0, 1, 1]);
        counter.write(189);

        assert_eq!([189, 190, 248, 249].map(|second| counter.read(second)), [1, 3, 3, 4]);
    }

    #[test]
    fn a_clock_that_is_put_back_hides_no_write_for_longer() {
        let counter = Counter::new();
        counter.write(1000);

        counter.write(100);

        assert_eq!([159, 160].map(|second| counter.read(second)), [0, 2]);
    }

    #[test]
    fn of_many_writes_none_is_shown_too_early() {
        let counter = Counter::new();
        let times: Vec<i64> = (0..300).map(|nth| 1000 + nth / 6).collect();
        for second in &times {
            counter.write(*second);
        }
        assert!(counter.past.kept.lock().states.len() <= MOST);
        for second in 1040..1200 {
            let due =
                times.iter().filter(|written| *written + 60 <= second).map(|_| 1).sum::<i64>();
            let shown = counter.read(second);
            assert!(shown <= due && due - shown <= 12, "{shown} of {due} at {second}");
        }
    }

    #[test]
    fn a_write_to_data_that_are_no_more_leaves_no_past() {
        let counter = Counter::new();
        let before = counter.past.before(&counter.data, at(100), LAG).unwrap();
        drop(counter.past.forget());

        counter.past.note(before, at(100), LAG);

        assert!(counter.past.data(at(100), LAG).is_none());
    }

    #[test]
    fn what_nobody_can_ask_for_is_forgotten() {
        let counter = Counter::new();
        counter.write(0);
        counter.write(10);
        counter.write(100);
        assert_eq!(counter.past.kept.lock().states.len(), 1);

        drop(counter.past.forget());
        assert_eq!(counter.read(100), 3);
    }
}
