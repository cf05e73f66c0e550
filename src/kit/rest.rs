//! What is left to send of an answer that is too long to be held in memory.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::Connection;

/// Takes one piece after the other, and tells whether anybody still wants the next.
pub type Sink<'s> = dyn FnMut(Bytes) -> bool + 's;

type Write = dyn Fn(&Connection, &mut Sink) -> rusqlite::Result<()> + Send + Sync;

/// The rest of an answer: written piece by piece, from the store, after what comes first has gone out.
///
/// It is written in one transaction of its own, so it shows one version of the data.
#[derive(Clone)]
pub struct Rest(Arc<Write>);

impl Rest {
    pub fn new(
        write: impl Fn(&Connection, &mut Sink) -> rusqlite::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(write))
    }

    /// # Errors
    /// When the store cannot be read: the answer is then cut off.
    pub fn write(&self, db: &Connection, send: &mut Sink) -> rusqlite::Result<()> {
        (self.0)(db, send)
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Rest")
    }
}

/// The same work, not only work that writes the same.
impl PartialEq for Rest {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Rest {}
