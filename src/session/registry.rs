//! All sessions of a server.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

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

/// Why there is no new session.
#[derive(Debug, thiserror::Error)]
pub enum NoSession {
    #[error("session {0} exists")]
    Exists(SessionName),
    #[error("there is no session {0}")]
    Unknown(SessionName),
    #[error("there are {0} sessions, as many as --max-sessions allows")]
    TooMany(usize),
    #[error("the default session cannot be deleted")]
    IsDefault,
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
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
        let forever = SessionSettings { ttl: None, ..settings };
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
        let name: SessionName = name.parse().ok()?;
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.get(&name).filter(|session| !session.is_over()).cloned()
    }

    /// All live sessions, `default` first.
    pub fn list(&self) -> Vec<Arc<Session>> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
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
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        let over: Vec<SessionName> =
            live.values().filter(|old| old.is_over()).map(|old| old.name.clone()).collect();
        for name in over {
            live.remove(&name);
        }
        if name.is_default() || live.contains_key(&name) {
            return Err(NoSession::Exists(name));
        }
        // The default session counts too.
        if live.len() + 1 >= self.most {
            return Err(NoSession::TooMany(live.len() + 1));
        }
        let settings = SessionSettings { ttl: ttl.or(self.settings.ttl), ..self.settings };
        let session = Arc::new(Session::new(name.clone(), Database::fork(from), settings));
        live.insert(name, session.clone());
        Ok(session)
    }

    /// Ends a session; requests that run in it still finish.
    ///
    /// # Errors
    /// When there is none of that name, or it is the default one.
    pub fn end(&self, name: &SessionName) -> Result<(), NoSession> {
        if name.is_default() {
            return Err(NoSession::IsDefault);
        }
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        match live.remove(name) {
            Some(session) if !session.is_over() => Ok(()),
            _ => Err(NoSession::Unknown(name.clone())),
        }
    }

    /// Ends those that were idle for too long.
    pub fn sweep(&self) {
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        live.retain(|_, session| !session.is_over());
    }
}
