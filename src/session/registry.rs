//! All sessions of a server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;

use super::name::SessionName;
use super::{Session, SessionSettings};
use crate::store::Database;
use crate::store::File;

/// The sessions by name, and the world that new ones start from.
pub struct Sessions {
    world: File,
    settings: SessionSettings,
    most: usize,
    live: RwLock<BTreeMap<SessionName, Arc<Session>>>,
    default: Arc<Session>,
}

/// Why there is no session, or none more.
#[derive(Debug, thiserror::Error)]
pub enum NoSession {
    #[error("session {0} exists")]
    Exists(SessionName),
    #[error("there is no session {0:?}")]
    Unknown(String),
    #[error("there are {count} sessions, as many as --max-sessions allows")]
    TooMany {
        count: usize,
        /// When the first of them ends if it stays idle.
        room_in: Option<Duration>,
    },
    #[error("the default session cannot be deleted")]
    IsDefault,
}

impl Sessions {
    /// The default session alone: in `data` if given, else a fork of the world.
    pub fn new(
        world: File,
        data: Option<Database>,
        settings: SessionSettings,
        most: usize,
    ) -> Self {
        let data = data.unwrap_or_else(|| Database::fork(&world));
        let forever = SessionSettings { ttl: None, ..settings.clone() };
        let default = Arc::new(Session::new(SessionName::default_session(), data, forever));
        Self { world, settings, most, live: RwLock::default(), default }
    }

    /// The pristine world.
    pub fn world(&self) -> &File {
        &self.world
    }

    pub fn default_session(&self) -> &Arc<Session> {
        &self.default
    }

    /// The live session of a name.
    pub fn find(&self, name: &str) -> Option<Arc<Session>> {
        if name == self.default.name.as_str() {
            return Some(self.default.clone());
        }
        self.live.read().get(name).filter(|session| !session.is_over()).cloned()
    }

    /// All live sessions, `default` first.
    pub fn list(&self) -> Vec<Arc<Session>> {
        let live = self.live.read();
        let others = live.values().filter(|session| !session.is_over()).cloned();
        std::iter::once(self.default.clone()).chain(others).collect()
    }

    /// Makes a session from a state of the store; the ones that are over make room.
    ///
    /// # Errors
    /// When the name is taken or there are too many.
    pub fn make(
        &self,
        name: SessionName,
        from: &File,
        ttl: Option<Duration>,
    ) -> Result<Arc<Session>, NoSession> {
        let mut live = self.live.write();
        // Freed when nobody waits for the lock any more.
        let _over = remove_over(&mut live);
        if name.is_default() || live.contains_key(&name) {
            return Err(NoSession::Exists(name));
        }
        // The default session counts too.
        let count = live.len() + 1;
        if count >= self.most {
            let room_in = live.values().filter_map(|session| session.time_left()).min();
            return Err(NoSession::TooMany { count, room_in });
        }
        let settings = SessionSettings { ttl: ttl.or(self.settings.ttl), ..self.settings.clone() };
        let session = Arc::new(Session::new(name.clone(), Database::fork(from), settings));
        live.insert(name, session.clone());
        Ok(session)
    }

    /// Ends a session; requests that run in it still finish.
    ///
    /// # Errors
    /// When there is none of that name, or it is the default one.
    pub fn end(&self, name: &str) -> Result<(), NoSession> {
        if name == self.default.name.as_str() {
            return Err(NoSession::IsDefault);
        }
        let ended = self.live.write().remove(name);
        match ended {
            Some(session) if !session.is_over() => Ok(()),
            _ => Err(NoSession::Unknown(name.to_owned())),
        }
    }

    /// Ends those that were idle for too long.
    pub fn sweep(&self) {
        let over = remove_over(&mut self.live.write());
        drop(over);
    }
}

fn remove_over(live: &mut BTreeMap<SessionName, Arc<Session>>) -> Vec<Arc<Session>> {
    live.extract_if(.., |_, session| session.is_over()).map(|(_, session)| session).collect()
}
