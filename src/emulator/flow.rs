//! Answers that are sent in pieces.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use crate::kit::reply::Reply;
use crate::kit::rest::Rest;
use crate::session::Session;
use crate::store::Transaction;

/// The rest of an answer, and the session that it is read from.
pub struct Flow {
    pub(super) session: Arc<Session>,
    pub(super) rest: Rest,
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
