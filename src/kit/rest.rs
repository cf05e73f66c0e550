//! What is left to send of an answer that is not held in memory as a whole.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use parking_lot::Mutex;
use rusqlite::Connection;

/// Takes one piece after the other, and tells whether anybody still wants the next.
pub type Sink<'s> = dyn FnMut(Bytes) -> bool + 's;

type Write = dyn Fn(&Connection, &mut Sink) -> rusqlite::Result<()> + Send + Sync;

/// Pieces that come when something happens.
pub type Pieces = Pin<Box<dyn Stream<Item = Bytes> + Send>>;

/// The rest of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Too long to be held in memory.
    Stored(Stored),
    /// Still to happen.
    Live(Live),
}

impl Rest {
    /// A rest that is written from the store.
    pub fn stored(
        write: impl Fn(&Connection, &mut Sink) -> rusqlite::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::Stored(Stored(Arc::new(write)))
    }

    /// A rest of pieces that come when something happens.
    pub fn live(pieces: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        Self::Live(Live(Arc::new(Mutex::new(Some(Box::pin(pieces))))))
    }
}

/// A rest that is written piece by piece, from the store, after what comes first has gone out.
///
/// It is written in one transaction of its own, so it shows one version of the data.
#[derive(Clone)]
pub struct Stored(Arc<Write>);

impl Stored {
    /// # Errors
    /// When the store cannot be read: the answer is then cut off.
    pub fn write(&self, db: &Connection, send: &mut Sink) -> rusqlite::Result<()> {
        (self.0)(db, send)
    }
}

/// A rest without a known end, for one reader.
#[derive(Clone)]
pub struct Live(Arc<Mutex<Option<Pieces>>>);

impl Live {
    /// The pieces, for the first who asks.
    pub fn take(&self) -> Option<Pieces> {
        self.0.lock().take()
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Stored")
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Live")
    }
}

/// The same work, not only work that writes the same.
impl PartialEq for Stored {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Stored {}

impl PartialEq for Live {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Live {}
