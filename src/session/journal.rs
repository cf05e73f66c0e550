//! The journal: what was asked of a session, and what it answered.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use crate::kit::call::Request;
use crate::kit::reply::Reply;

/// A body longer than this is kept only up to here.
pub const BODY_KEPT: usize = 64 << 10;

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
    /// The next one; they rise with time.
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub fn header_value(self) -> http::HeaderValue {
        self.0.into()
    }
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// One request and its answer. What it shows to readers hides credentials; what it keeps does not.
#[derive(Debug)]
pub struct Entry {
    pub id: EntryId,
    pub time: Timestamp,
    pub api: &'static str,
    /// The id of the route, where one was found.
    pub endpoint: Option<Arc<str>>,
    /// Below the API's prefix.
    pub path: String,
    pub request: Recorded,
    pub method: http::Method,
    /// The request's target as it came.
    pub url: String,
    /// None when no answer was sent.
    pub status: Option<StatusCode>,
    pub response: Recorded,
    /// Rules that fired: `scenario/rule`.
    pub faults: Vec<String>,
    /// Why the request was refused.
    pub why: Option<String>,
    pub duration: Duration,
}

/// Headers and body of a message.
#[derive(Debug, Default)]
pub struct Recorded {
    pub headers: HeaderMap,
    pub body: Bytes,
    pub is_truncated: bool,
}

impl Recorded {
    fn new(headers: HeaderMap, body: &Bytes) -> Self {
        let is_truncated = body.len() > BODY_KEPT;
        // A slice would keep the whole body in memory.
        let body =
            if is_truncated { Bytes::copy_from_slice(&body[..BODY_KEPT]) } else { body.clone() };
        Self { headers, body, is_truncated }
    }

    pub fn of_request(request: Request) -> Self {
        let (head, body) = request.into_parts();
        Self::new(head.headers, &body)
    }

    pub fn of_reply(reply: &Reply) -> Self {
        Self::new(reply.headers.clone(), &reply.body)
    }

    fn bytes(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        self.body.len() + headers.sum::<usize>() + 64 * self.headers.len()
    }
}

impl Entry {
    /// The text after `?`.
    pub fn query(&self) -> &str {
        self.url.split_once('?').map_or("", |(_, query)| query)
    }

    /// About how much memory it takes.
    fn bytes(&self) -> usize {
        let texts = self.path.len() + self.url.len() + self.why.as_ref().map_or(0, String::len);
        size_of::<Self>() + texts + self.request.bytes() + self.response.bytes()
    }
}

/// The latest requests of one session, oldest first, as many as its limits allow.
#[derive(Debug)]
pub struct Journal {
    limits: Limits,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<Arc<Entry>>,
    bytes: usize,
}

impl Journal {
    pub fn new(limits: Limits) -> Self {
        Self { limits, kept: Mutex::default() }
    }

    pub fn record(&self, entry: Entry) {
        let bytes = entry.bytes();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += bytes;
        kept.entries.push_back(Arc::new(entry));
        while kept.entries.len() > self.limits.entries || kept.bytes > self.limits.bytes {
            let Some(oldest) = kept.entries.pop_front() else { break };
            kept.bytes -= oldest.bytes();
        }
    }

    /// All that is kept, newest first.
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entries.iter().rev().cloned().collect()
    }

    pub fn find(&self, id: EntryId) -> Option<Arc<Entry>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.entries.iter().find(|entry| entry.id == id).cloned()
    }

    pub fn clear(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }

    pub fn bytes(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }
}
