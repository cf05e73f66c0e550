//! `rate_limit`: so many requests in a time, and no more.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use strum::{EnumString, VariantNames};
use xxhash_rust::xxh3::xxh3_128;

use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

/// A sliding window: only so many requests pass in any stretch of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    pub requests: usize,
    pub per: Duration,
    pub key: LimitKey,
    /// How long nothing passes once the limit was met; otherwise until the window has room again.
    pub penalty: Option<Duration>,
}

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "snake_case")]
pub enum LimitKey {
    /// Those from one address.
    Client,
    Session,
    /// Those with one user, key or client id; those without are one more.
    Credential,
}

/// The largest window that is kept.
const MOST: u64 = 100_000;

/// How many keys have a window at once; the idlest make room, those that are closed last.
const MOST_KEYS: usize = 10_000;

/// For how many new keys room is made at once.
const ROOM: usize = 100;

impl RateLimit {
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let what = "a map such as { requests: 20, per: 1m, key: client }";
        let mut members = Members::of(node, what, faults)?;
        let requests = members.need("requests", |node, faults| {
            let requests = read::count(1)(node, faults)?;
            if requests > MOST {
                faults.expected(node, "a whole number from 1 to 100000");
                return None;
            }
            usize::try_from(requests).ok()
        });
        let per = members.need("per", read_span);
        let key = members.read("key", read::one_of::<LimitKey>).unwrap_or(LimitKey::Client);
        let penalty = members.read("penalty", read_span);
        members.finish();
        Some(Self { requests: requests?, per: per?, key, penalty })
    }
}

fn read_span(node: &Node, faults: &Faults) -> Option<Duration> {
    let found = read::duration(node, faults)?;
    if found.is_zero() {
        faults.note(node, "has to be longer than nothing");
        return None;
    }
    Some(found)
}

/// The requests that one rule let pass, by key.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    /// By fingerprint: names of keys come in any length.
    windows: HashMap<u128, Window>,
}

#[derive(Clone, Debug, Default)]
struct Window {
    passed: VecDeque<Timestamp>,
    /// Nothing passes until then; `Timestamp::MAX` until a reset.
    closed_until: Option<Timestamp>,
}

/// A limit that was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    pub limit: usize,
    /// Until something passes again; none when only a reset helps.
    pub wait: Option<Duration>,
}

impl Meter {
    /// Counts a request, or tells that it is one too many.
    ///
    /// With `lasting`, a limit without a penalty stays met once it is.
    pub fn count(
        &mut self,
        limit: &RateLimit,
        key: &str,
        now: Timestamp,
        lasting: bool,
    ) -> Result<(), Exceeded> {
        let key = xxh3_128(key.as_bytes());
        if !self.windows.contains_key(&key) {
            self.make_room(limit, now);
        }
        let window = self.windows.entry(key).or_default();
        let exceeded = |until: Timestamp| {
            let wait = until.duration_since(now).try_into().unwrap_or(Duration::ZERO);
            let wait = Some(wait).filter(|_| until != Timestamp::MAX);
            Err(Exceeded { limit: limit.requests, wait })
        };
        // What lies further ahead than it can was set before the clock was put back.
        let latest = limit.penalty.map_or(Timestamp::MAX, |penalty| later(now, penalty));
        let closed_until = window.closed_until.filter(|until| now < *until && *until <= latest);
        if let Some(until) = closed_until {
            return exceeded(until);
        }
        if window.closed_until.is_some() {
            *window = Window::default();
        }
        window.forget(limit, now);
        if window.passed.len() < limit.requests {
            window.passed.push_back(now);
            return Ok(());
        }
        let until = match limit.penalty {
            Some(penalty) => later(now, penalty),
            None if lasting => Timestamp::MAX,
            None => {
                return exceeded(later(window.passed[0], limit.per));
            }
        };
        window.closed_until = Some(until);
        exceeded(until)
    }

    fn make_room(&mut self, limit: &RateLimit, now: Timestamp) {
        if self.windows.len() < MOST_KEYS {
            return;
        }
        for window in self.windows.values_mut() {
            window.forget(limit, now);
        }
        let is_open = |window: &Window| window.closed_until.is_some_and(|until| now < until);
        self.windows.retain(|_, window| is_open(window) || !window.passed.is_empty());
        // Several at once, so that not each new key has to look through all.
        let excess = (self.windows.len() + ROOM).saturating_sub(MOST_KEYS);
        let mut idle: Vec<(Timestamp, u128)> =
            self.windows.iter().map(|(key, window)| (window.last_used(), *key)).collect();
        idle.sort_unstable();
        for (_, key) in idle.iter().take(excess) {
            self.windows.remove(key);
        }
    }
}

impl Window {
    /// When it last let something pass; one that is closed is used until it opens.
    fn last_used(&self) -> Timestamp {
        self.closed_until.or(self.passed.back().copied()).unwrap_or(Timestamp::MIN)
    }

    /// Forgets what has left the window, also what lies ahead after the clock was put back.
    fn forget(&mut self, limit: &RateLimit, now: Timestamp) {
        if self.passed.back().is_some_and(|last| *last > now) {
            self.passed.retain(|passed| *passed <= now);
        }
        while self.passed.front().is_some_and(|first| now >= later(*first, limit.per)) {
            self.passed.pop_front();
        }
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(requests: usize, penalty: Option<u64>) -> RateLimit {
        let penalty = penalty.map(Duration::from_secs);
        RateLimit { requests, per: Duration::from_mins(1), key: LimitKey::Session, penalty }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).expect("it is a time")
    }

    fn wait(seconds: u64) -> Result<(), Exceeded> {
        Err(Exceeded { limit: 2, wait: Some(Duration::from_secs(seconds)) })
    }

    #[test]
    fn the_window_slides() {
        let (mut meter, limit) = (Meter::default(), limit(2, None));

        assert_eq!(meter.count(&limit, "a", at(0), false), Ok(()));
        assert_eq!(meter.count(&limit, "a", at(40), false), Ok(()));
        assert_eq!(meter.count(&limit, "a", at(50), false), wait(10));
        assert_eq!(meter.count(&limit, "b", at(50), false), Ok(()));
        assert_eq!(meter.count(&limit, "a", at(60), false), Ok(()));
        assert_eq!(meter.count(&limit, "a", at(61), false), wait(39));
    }

    #[test]
    fn a_penalty_closes_for_its_time() {
        let (mut meter, limit) = (Meter::default(), limit(2, Some(300)));
        for second in [0, 1] {
            assert_eq!(meter.count(&limit, "a", at(second), false), Ok(()));
        }

        assert_eq!(meter.count(&limit, "a", at(2), false), wait(300));
        assert_eq!(meter.count(&limit, "a", at(100), false), wait(202));
        assert_eq!(meter.count(&limit, "a", at(302), false), Ok(()));
    }

    #[test]
    fn the_idlest_keys_make_room() {
        let (mut meter, limit) = (Meter::default(), limit(1, Some(3600)));
        assert_eq!(meter.count(&limit, "a", at(0), false), Ok(()));
        assert!(meter.count(&limit, "a", at(0), false).is_err());
        for key in 0..MOST_KEYS {
            let second = i64::try_from(key / 1000).unwrap();
            assert_eq!(meter.count(&limit, &format!("k{key:05}"), at(second), false), Ok(()));
        }
        assert!(meter.windows.len() <= MOST_KEYS);

        assert!(meter.count(&limit, "a", at(20), false).is_err(), "it is closed for an hour");
        assert!(meter.count(&limit, "k09999", at(20), false).is_err());
        let forgotten = (0..1000).map(|key| format!("k{key:05}"));
        let passed = forgotten.filter(|key| meter.count(&limit, key, at(20), false).is_ok());
        assert!(passed.count() >= ROOM, "the idlest were forgotten");
    }

    #[test]
    fn a_clock_that_is_put_back_makes_no_penalty_longer() {
        let (mut meter, limit) = (Meter::default(), limit(1, Some(60)));
        assert_eq!(meter.count(&limit, "a", at(1_000_000), false), Ok(()));
        assert!(meter.count(&limit, "a", at(1_000_000), false).is_err());

        assert_eq!(meter.count(&limit, "a", at(0), false), Ok(()));
    }

    #[test]
    fn a_lock_out_lasts() {
        let (mut meter, limit) = (Meter::default(), limit(1, None));
        let locked = Err(Exceeded { limit: 1, wait: None });

        assert_eq!(meter.count(&limit, "a", at(0), true), Ok(()));
        assert_eq!(meter.count(&limit, "a", at(1), true), locked);
        assert_eq!(meter.count(&limit, "a", at(1_000_000), true), locked);
    }
}
