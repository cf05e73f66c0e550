//! Answers that are sent in pieces.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::kit::reply::Reply;
use crate::kit::rest::{Pieces, Rest, Stored};
use crate::session::Session;
use crate::store::{Database, Transaction};

/// The least that a [`Slow`] flow reads at once.
const WINDOW: usize = 64 << 10;

/// How much more than that: this share of what was read before. Each window begins from the start again, so what a
/// long answer costs grows with their number.
const SHARE: usize = 8;

/// What follows the body of an answer.
pub enum Onward {
    Stored(Flow),
    Live(Pieces),
}

impl Onward {
    /// What follows an answer of a session, or of the control plane.
    pub(super) fn of(rest: Rest, session: Option<Arc<Session>>) -> Option<Self> {
        match rest {
            Rest::Stored(rest) => session.map(|session| Self::Stored(Flow { session, rest })),
            Rest::Live(live) => live.take().map(Self::Live),
        }
    }
}

/// The rest of an answer, and the session that it is read from.
pub struct Flow {
    session: Arc<Session>,
    rest: Stored,
}

impl Flow {
    /// Sends piece after piece until all is sent or `send` tells that nobody wants more.
    ///
    /// # Errors
    /// When the store cannot be read: what was sent is then not the whole.
    pub fn send(&self, mut send: impl FnMut(Bytes) -> bool) -> rusqlite::Result<()> {
        write(&self.session.data, &self.rest, &mut send)
    }

    /// How many bytes there are to send.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn count(&self) -> rusqlite::Result<u64> {
        let mut count = 0;
        self.send(|piece| {
            count += piece.len() as u64;
            true
        })?;
        Ok(count)
    }

    /// The same for a client that takes it so slowly that no thread should wait for it.
    pub fn slowly(self) -> Slow {
        let still = self.session.data.still();
        Slow { flow: self, still, read: 0, is_over: false }
    }

    /// Puts the rest into the body, for who wants the answer whole.
    pub(super) fn complete(&self, reply: &mut Reply) {
        complete(&self.session.data, &self.rest, reply);
    }
}

/// Puts the rest of an answer, read from `data`, into its body.
pub(super) fn complete(data: &Database, rest: &Stored, reply: &mut Reply) {
    let mut body = BytesMut::from(&reply.body[..]);
    let sent = write(data, rest, &mut |piece| {
        body.extend_from_slice(&piece);
        true
    });
    if let Err(error) = sent {
        tracing::error!("an answer was cut off: {error}");
    }
    reply.body = body.freeze();
}

/// A rest that is read window by window, and costs nothing but memory in between.
pub struct Slow {
    flow: Flow,
    /// The data as they were when the answer began. Without them the rest is read at once, so that it shows one version
    /// of the data.
    still: Option<Database>,
    /// How many bytes were read before.
    read: usize,
    is_over: bool,
}

impl Slow {
    /// The next window, which is not empty; none when all was read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn read_on(&mut self) -> rusqlite::Result<Option<Bytes>> {
        if self.is_over {
            return Ok(None);
        }
        let (data, room) = match &self.still {
            Some(still) => (still, WINDOW.max(self.read / SHARE)),
            None => (&self.flow.session.data, usize::MAX),
        };
        let mut skipped = self.read;
        let mut window = BytesMut::new();
        write(data, &self.flow.rest, &mut |mut piece| {
            let passed = piece.split_to(skipped.min(piece.len()));
            skipped -= passed.len();
            window.extend_from_slice(&piece);
            window.len() < room
        })?;
        self.is_over = window.len() < room;
        self.read += window.len();
        Ok(Some(window.freeze()).filter(|window| !window.is_empty()))
    }
}

fn write(
    data: &Database,
    rest: &Stored,
    send: &mut dyn FnMut(Bytes) -> bool,
) -> rusqlite::Result<()> {
    data.transact(Transaction::Read, |db| rest.write(db, send))
}
