//! Who asks too much: how many requests each address has sent without a key.
//!
//! A scenario counts with this and answers what is over the limit as the service does, with [`locked_out`].

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use super::page::locked_out;

/// How many requests an address may send in how long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub requests: usize,
    pub within: Duration,
}

/// As the service documents it.
pub const DOCUMENTED: Limit = Limit { requests: 20, within: Duration::from_mins(1) };

/// The requests of the latest stretch of time, by address, and the addresses that are locked out.
#[derive(Debug)]
pub struct Traffic {
    limit: Limit,
    recent: HashMap<IpAddr, VecDeque<Timestamp>>,
    locked_out: HashSet<IpAddr>,
}

impl Traffic {
    pub fn new(limit: Limit) -> Self {
        Self { limit, recent: HashMap::new(), locked_out: HashSet::new() }
    }

    /// Counts a request and tells whether it is answered.
    ///
    /// Who is over the limit once stays locked out, and is let in with a key all the same.
    pub fn admit(&mut self, address: IpAddr, has_key: bool, now: Timestamp) -> bool {
        if has_key {
            return true;
        }
        if self.locked_out.contains(&address) {
            return false;
        }
        let within = SignedDuration::try_from(self.limit.within).unwrap_or(SignedDuration::MAX);
        let recent = self.recent.entry(address).or_default();
        while recent.front().is_some_and(|then| now.duration_since(*then) >= within) {
            recent.pop_front();
        }
        recent.push_back(now);
        if recent.len() <= self.limit.requests {
            return true;
        }
        self.recent.remove(&address);
        self.locked_out.insert(address);
        false
    }

    /// Forgets everybody.
    pub fn clear(&mut self) {
        self.recent.clear();
        self.locked_out.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    #[test]
    fn who_asks_too_much_stays_out_and_nobody_else_does() {
        let mut traffic = Traffic::new(DOCUMENTED);

        assert!((0..20).all(|second| traffic.admit(HERE, false, at(second))));
        assert!(!traffic.admit(HERE, false, at(21)), "the 21st in a minute");
        assert!(!traffic.admit(HERE, false, at(9_999)), "a lock does not wear off");
        assert!(traffic.admit(HERE, true, at(22)), "a key opens");
        assert!(traffic.admit(THERE, false, at(22)));

        traffic.clear();
        assert!(traffic.admit(HERE, false, at(23)));
    }

    #[test]
    fn what_is_a_minute_ago_counts_no_more() {
        let mut traffic = Traffic::new(DOCUMENTED);

        assert!((0..200).all(|number| traffic.admit(HERE, false, at(number * 3))));
    }
}
