//! All sessions of a server, and the snapshots that were taken of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::RwLock;

use super::name::SessionName;
use super::snapshot::{Snapshot, State};
use super::{Session, SessionSettings};
use crate::scenario::stage::Cast;
use crate::store::Database;
use crate::store::File;

/// The sessions by name, and the world that new ones start from.
pub struct Sessions {
    world: File,
    settings: SessionSettings,
    /// The scenarios as a pristine session has them.
    opening: Arc<Cast>,
    most: usize,
    named: RwLock<Named>,
    default: Arc<Session>,
}

/// What has a name: no session is called like a snapshot.
#[derive(Default)]
struct Named {
    live: BTreeMap<SessionName, Arc<Session>>,
    snapshots: BTreeMap<SessionName, Arc<Snapshot>>,
}

impl Named {
    /// # Errors
    /// When something else has this name.
    fn check_free(&self, name: &SessionName) -> Result<(), NoSession> {
        if self.snapshots.contains_key(name) {
            return Err(NoSession::SnapshotExists(name.clone()));
        }
        let is_taken = name.is_reserved() || self.live.contains_key(name);
        if is_taken { Err(NoSession::Exists(name.clone())) } else { Ok(()) }
    }
}

/// Why there is no session, or none more.
#[derive(Debug, thiserror::Error)]
pub enum NoSession {
    #[error("session {0} exists")]
    Exists(SessionName),
    #[error("snapshot {0} exists")]
    SnapshotExists(SessionName),
    #[error("there is no session {0:?}")]
    Unknown(String),
    #[error("there is no snapshot {0:?}")]
    UnknownSnapshot(String),
    #[error("there is neither a session nor a snapshot {0:?}")]
    UnknownOrigin(String),
    #[error("there are {count} sessions, as many as --max-sessions allows")]
    TooMany {
        count: usize,
        /// When the first of them ends if it stays idle.
        room_in: Option<Duration>,
    },
    #[error("there are {count} snapshots, as many as --max-sessions allows")]
    TooManySnapshots { count: usize },
    #[error("the default session cannot be deleted")]
    IsDefault,
    #[error("the store failed: {0}")]
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
        let forever = SessionSettings { ttl: None, ..settings.clone() };
        let opening = Arc::new(Cast::opening(&settings.repertoire));
        let name = SessionName::default_session();
        let default = Arc::new(Session::new(name, data, opening.clone(), forever));
        Self { world, settings, opening, most, named: RwLock::default(), default }
    }

    /// The pristine world.
    pub fn world(&self) -> &File {
        &self.world
    }

    /// What a session begins in that is made from nothing else.
    pub fn pristine(&self) -> State {
        State::pristine(&self.world, &self.opening)
    }

    pub fn default_session(&self) -> &Arc<Session> {
        &self.default
    }

    /// The live session of a name.
    pub fn find(&self, name: &str) -> Option<Arc<Session>> {
        if name == self.default.name.as_str() {
            return Some(self.default.clone());
        }
        self.named.read().live.get(name).filter(|session| !session.is_over()).cloned()
    }

    /// All live sessions, `default` first.
    pub fn list(&self) -> Vec<Arc<Session>> {
        let named = self.named.read();
        let others = named.live.values().filter(|session| !session.is_over()).cloned();
        std::iter::once(self.default.clone()).chain(others).collect()
    }

    /// Makes a session that begins in a state; the ones that are over make room.
    ///
    /// # Errors
    /// When the name is taken or there are too many.
    pub fn make(
        &self,
        name: SessionName,
        from: &State,
        ttl: Option<Duration>,
    ) -> Result<Arc<Session>, NoSession> {
        let mut named = self.named.write();
        // Freed when nobody waits for the lock any more.
        let _over = remove_over(&mut named.live);
        named.check_free(&name)?;
        // The default session counts too.
        let count = named.live.len() + 1;
        if count >= self.most {
            let room_in = named.live.values().filter_map(|session| session.time_left()).min();
            return Err(NoSession::TooMany { count, room_in });
        }
        let settings = SessionSettings { ttl: ttl.or(self.settings.ttl), ..self.settings.clone() };
        let data = Database::fork(&from.data);
        let session = Session::new(name.clone(), data, from.cast.clone(), settings);
        session.adopt(from);
        let session = Arc::new(session);
        named.live.insert(name, session.clone());
        Ok(session)
    }

    /// The state that a name stands for: the pristine world, a session's or a snapshot's.
    ///
    /// # Errors
    /// When nothing has that name, or the store cannot be read.
    pub fn origin(&self, name: &str) -> Result<State, NoSession> {
        if name == "pristine" {
            return Ok(self.pristine());
        }
        if let Some(session) = self.find(name) {
            return Ok(session.state()?);
        }
        match self.find_snapshot(name) {
            Ok(snapshot) => Ok(snapshot.state.clone()),
            Err(_) => Err(NoSession::UnknownOrigin(name.to_owned())),
        }
    }

    /// All snapshots, by name.
    pub fn snapshots(&self) -> Vec<Arc<Snapshot>> {
        self.named.read().snapshots.values().cloned().collect()
    }

    /// # Errors
    /// When there is none of that name.
    pub fn find_snapshot(&self, name: &str) -> Result<Arc<Snapshot>, NoSession> {
        let found = self.named.read().snapshots.get(name).cloned();
        found.ok_or_else(|| NoSession::UnknownSnapshot(name.to_owned()))
    }

    /// Puts a state away under a name.
    ///
    /// # Errors
    /// When the name is taken or there are too many.
    pub fn keep(
        &self,
        name: SessionName,
        session: Option<SessionName>,
        state: State,
    ) -> Result<Arc<Snapshot>, NoSession> {
        let mut named = self.named.write();
        let _over = remove_over(&mut named.live);
        named.check_free(&name)?;
        let count = named.snapshots.len();
        if count >= self.most {
            return Err(NoSession::TooManySnapshots { count });
        }
        let created_at = Timestamp::now();
        let snapshot = Arc::new(Snapshot { name: name.clone(), session, created_at, state });
        named.snapshots.insert(name, snapshot.clone());
        Ok(snapshot)
    }

    /// Throws a snapshot away.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn drop_snapshot(&self, name: &str) -> Result<(), NoSession> {
        let dropped = self.named.write().snapshots.remove(name);
        dropped.map(drop).ok_or_else(|| NoSession::UnknownSnapshot(name.to_owned()))
    }

    /// Ends a session; requests that run in it still finish.
    ///
    /// # Errors
    /// When there is none of that name, or it is the default one.
    pub fn end(&self, name: &str) -> Result<(), NoSession> {
        if name == self.default.name.as_str() {
            return Err(NoSession::IsDefault);
        }
        let ended = self.named.write().live.remove(name);
        match ended {
            Some(session) if !session.is_over() => Ok(()),
            _ => Err(NoSession::Unknown(name.to_owned())),
        }
    }

    /// Ends those that were idle for too long.
    pub fn sweep(&self) {
        let over = remove_over(&mut self.named.write().live);
        drop(over);
    }
}

fn remove_over(live: &mut BTreeMap<SessionName, Arc<Session>>) -> Vec<Arc<Session>> {
    live.extract_if(.., |_, session| session.is_over()).map(|(_, session)| session).collect()
}
