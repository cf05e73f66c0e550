//! Snapshots: the state of a session, put away under a name.

use std::sync::Arc;

use jiff::Timestamp;

use super::clock::Time;
use super::name::SessionName;
use crate::kit::quirk::LiveQuirks;
use crate::scenario::stage::Cast;
use crate::store::File;

/// What makes one session another than the pristine one, but for its journal: what forks and snapshots take along.
#[derive(Clone)]
pub struct State {
    /// The rows of all APIs, the random sequence and the outbox.
    pub data: File,
    pub time: Time,
    /// The scenarios, which are active, and how far they are.
    pub cast: Arc<Cast>,
    /// In which quirks the live services are followed; none where that is as the server was told at its start.
    pub live: Option<LiveQuirks>,
}

impl State {
    /// The world as it was seeded, at the real time, with the scenarios that the operator chose.
    pub fn pristine(world: &File, opening: &Arc<Cast>) -> Self {
        Self { data: world.clone(), time: Time::Real, cast: opening.clone(), live: None }
    }
}

/// A state with a name, which outlives the session that it was taken of.
pub struct Snapshot {
    pub name: SessionName,
    /// The session that it was taken of; none for one that came as a file.
    pub session: Option<SessionName>,
    pub created_at: Timestamp,
    pub state: State,
}
