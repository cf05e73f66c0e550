//! Answers that are sent in pieces.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::kit::reply::Reply;
use crate::kit::rest::{Pieces, Rest, Stored};
use crate::session::Session;
use crate::store::Transaction;

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
        self.session
            .data
            .transact(Transaction::Read, |db| self.rest.write(db, &mut |piece| send(piece)))
    }

    /// Puts the rest into the body, for who wants the answer whole.
    pub(super) fn complete(&self, reply: &mut Reply) {
        let mut body = BytesMut::from(&reply.body[..]);
        let sent = self.send(|piece| {
            body.extend_from_slice(&piece);
            true
        });
        if let Err(error) = sent {
            tracing::error!("an answer was cut off: {error}");
        }
        reply.body = body.freeze();
    }
}
