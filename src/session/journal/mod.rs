//! The journal: what was asked of a session, and what it answered.
//!
//! Recording happens on every request and must cost next to nothing: it keeps what is there as it is. Hiding credentials
//! and turning bodies into text is the work of whoever reads ([`masking`]).

pub mod masking;
mod recorded;
pub mod scroll;
mod secrets;

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytestring::ByteString;
use http::{HeaderValue, Method, StatusCode, Uri};
use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::broadcast;

pub use self::recorded::Recorded;
use self::scroll::Scroll;
use crate::kit::endpoint::Issues;

/// How many entries may wait for somebody who follows; who is slower reads them from the journal.
const UNREAD: usize = 256;

/// How much a journal holds.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub entries: usize,
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 10_000, bytes: 32 << 20 }
    }
}

/// Identifies an entry over all sessions: `X-Wardian-Request`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryId(u64);

impl EntryId {
    /// No entry's own.
    const BEFORE_ALL: Self = Self(0);

    /// The next one; they rise with time.
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub fn header_value(self) -> HeaderValue {
        self.0.into()
    }
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One request and its answer, credentials and all; [`Masking`](masking::Masking) shows it without.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: EntryId,
    pub time: Timestamp,
    pub api: &'static str,
    /// The id of the route, where one was found.
    pub endpoint: Option<Arc<str>>,
    pub method: Method,
    /// The request's target as it came.
    pub target: Target,
    /// Below the API's prefix.
    pub path: ByteString,
    pub request: Recorded,
    /// None when no answer was sent.
    pub status: Option<StatusCode>,
    pub response: Recorded,
    /// What in the answer is a new credential.
    pub issues: Issues,
    /// Rules that fired: `scenario/rule`.
    pub faults: Vec<String>,
    /// Why the request was refused.
    pub why: Option<String>,
    /// Wardian's own work.
    pub duration: Duration,
    /// How long the answer was held back beyond that.
    pub delay: Duration,
}

impl Entry {
    /// The text after `?`.
    pub fn query(&self) -> &str {
        self.target.query()
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let why = self.why.as_ref().map_or(0, String::len);
        let texts = self.path.len() + self.target.0.len() + why;
        let faults: usize = self.faults.iter().map(|fault| size_of::<String>() + fault.len()).sum();
        size_of::<Self>() + texts + faults + self.request.bytes() + self.response.bytes()
    }
}

/// The target of a request, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(ByteString);

impl Target {
    pub fn new(target: &Uri, scroll: &mut Scroll) -> Self {
        // Of a request to a proxy the target has more than a path; that is rare enough to be put together.
        Self(match (target.authority(), target.path_and_query()) {
            (None, Some(path)) => scroll.keep_text(path.as_str()),
            _ => scroll.keep_text(&target.to_string()),
        })
    }

    pub fn to_uri(&self) -> Uri {
        self.0.parse().expect("it was written from one")
    }

    /// The text after `?`.
    fn query(&self) -> &str {
        self.0.split_once('?').map_or("", |(_, query)| query)
    }
}

/// The latest requests of one session, oldest first, as many as its limits allow.
#[derive(Debug)]
pub struct Journal {
    limits: Limits,
    kept: Mutex<Kept>,
}

/// What somebody who follows a journal has before him.
#[derive(Debug)]
pub struct Following {
    /// The entry after which it begins.
    pub last: EntryId,
    /// Kept already, oldest first.
    pub missed: VecDeque<Entry>,
    pub news: broadcast::Receiver<Entry>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Entry>,
    scroll: Scroll,
    bytes: usize,
    /// Where new entries are announced, while somebody listens.
    news: Option<broadcast::Sender<Entry>>,
}

impl Kept {
    fn announce(&mut self, entry: &Entry) {
        if let Some(news) = &self.news
            && news.send(entry.clone()).is_err()
        {
            self.news = None;
        }
    }

    /// Adds an entry; the oldest ones make room.
    fn add(&mut self, entry: Entry, limits: Limits) {
        let count = self.entries.len();
        if count == self.entries.capacity() {
            // Never more than the limit needs: one entry too many.
            self.entries.reserve_exact(count.max(4).min(limits.entries + 1 - count));
        }
        self.bytes += entry.bytes();
        self.entries.push_back(entry);
        while self.entries.len() > limits.entries || self.bytes > limits.bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
    }
}

impl Journal {
    pub fn new(limits: Limits) -> Self {
        Self { limits, kept: Mutex::default() }
    }

    /// Adds an entry, whose texts are written on the journal's scroll.
    pub fn record(&self, write: impl FnOnce(&mut Scroll) -> Entry) {
        let mut kept = self.kept.lock();
        let entry = write(&mut kept.scroll);
        kept.announce(&entry);
        kept.add(entry, self.limits);
    }

    /// All that is kept, newest first.
    pub fn entries(&self) -> Vec<Entry> {
        self.kept.lock().entries.iter().rev().cloned().collect()
    }

    pub fn find(&self, id: EntryId) -> Option<Entry> {
        let kept = self.kept.lock();
        // The entry that is asked for is mostly one of the last.
        kept.entries.iter().rev().find(|entry| entry.id == id).cloned()
    }

    /// Begins to follow: what was kept after an entry, and all that is still to come; without an entry, only that.
    pub fn follow(&self, after: Option<EntryId>) -> Following {
        let mut kept = self.kept.lock();
        let newest = kept.entries.back().map(|entry| entry.id);
        let last = after.or(newest).unwrap_or(EntryId::BEFORE_ALL);
        let entries = kept.entries.iter();
        let missed = match kept.entries.iter().position(|entry| entry.id == last) {
            Some(place) => entries.skip(place + 1).cloned().collect(),
            // It is gone; those that came later are told by their ids.
            None => entries.filter(|entry| entry.id > last).cloned().collect(),
        };
        let news = kept.news.get_or_insert_with(|| broadcast::Sender::new(UNREAD));
        Following { last, missed, news: news.subscribe() }
    }

    /// Forgets all entries; whoever follows goes on with those to come.
    pub fn clear(&self) {
        let mut kept = self.kept.lock();
        let outdated = std::mem::take(&mut kept.entries);
        kept.scroll = Scroll::default();
        kept.bytes = 0;
        drop(kept);
        drop(outdated);
    }

    /// About how much memory its entries take.
    pub fn bytes(&self) -> usize {
        self.kept.lock().bytes
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use bytes::Bytes;

    use super::*;

    fn entry(body: &[u8], scroll: &mut Scroll) -> Entry {
        let body = Bytes::copy_from_slice(body);
        let response = Recorded::new(iter::empty(), &body, scroll);
        Entry {
            id: EntryId::next(),
            time: Timestamp::UNIX_EPOCH,
            api: "tbia",
            endpoint: None,
            method: Method::GET,
            target: Target::new(&Uri::from_static("/tbia/x?a=b"), scroll),
            path: scroll.keep_text("/x"),
            request: Recorded::default(),
            status: Some(StatusCode::OK),
            response,
            issues: Issues::Members(&[]),
            faults: Vec::new(),
            why: None,
            duration: Duration::ZERO,
            delay: Duration::ZERO,
        }
    }

    #[test]
    fn the_oldest_make_room_by_number() {
        let journal = Journal::new(Limits { entries: 3, bytes: usize::MAX });
        let ids: Vec<EntryId> = (0..5)
            .map(|_| {
                journal.record(|scroll| entry(b"", scroll));
                journal.entries()[0].id
            })
            .collect();

        let kept: Vec<EntryId> = journal.entries().iter().map(|entry| entry.id).collect();
        assert_eq!(kept, [ids[4], ids[3], ids[2]]);
        assert!(journal.find(ids[1]).is_none());
    }

    #[test]
    fn who_followed_costs_nothing_when_gone() {
        let journal = Journal::new(Limits::default());

        let following = journal.follow(None);
        journal.record(|scroll| entry(b"", scroll));
        assert!(journal.kept.lock().news.is_some());
        drop(following);
        journal.record(|scroll| entry(b"", scroll));

        assert!(journal.kept.lock().news.is_none());
    }

    #[test]
    fn the_oldest_make_room_by_size() {
        let journal = Journal::new(Limits { entries: 100, bytes: 10_000 });

        for _ in 0..100 {
            journal.record(|scroll| entry(&[b'x'; 2_000], scroll));
        }

        let count = journal.entries().len();
        assert!((3..=4).contains(&count), "{count}");
        assert!(journal.bytes() <= 10_000);
        journal.clear();
        assert_eq!(journal.bytes(), 0);
    }
}
