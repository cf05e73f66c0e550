//! The heart: a request goes in, a reply comes out.
//!
//! Doors (the web server, the proxy, tests) bring requests here and carry replies away. Nothing in here knows a socket.
//! [`Emulator::admit`] finds out what a request is for, which takes a microsecond and tells the door where to run the
//! rest; [`Visit::answer`] does the work.

pub mod address;
pub mod circumstances;
mod errand;
mod faults;
pub mod flow;
mod visit;
mod way;

use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use self::address::{Address, Target};
pub use self::visit::Visit;
use self::visit::{ApiVisit, Arrival, Purpose};
use crate::control::metrics::Metrics;
use crate::control::{Control, Guard, Installation};
use crate::kit::Api;
use crate::kit::call::Request;
use crate::kit::chance;
use crate::kit::cors::{Cors, PERMISSIVE};
use crate::kit::mount::Mount;
use crate::kit::reply::Reply;
use crate::scenario::repertoire::Repertoire;
use crate::scenario::vocabulary::Vocabulary;
use crate::session::registry::Sessions;
use crate::session::{Session, SessionSettings};
use crate::store::{Database, File, Transaction};

/// What the operator chose.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Makes an unknown session on its first use.
    pub auto_sessions: bool,
    pub max_sessions: usize,
    pub session: SessionSettings,
    /// Bytes of the largest body that is read.
    pub max_body: usize,
    /// Every API answers preflights and allows every origin.
    pub permissive_cors: bool,
    pub admin: Guard,
    /// The scenarios that every session finds; without it the built-in ones.
    pub repertoire: Option<Arc<Repertoire>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_sessions: false,
            max_sessions: 256,
            session: SessionSettings::default(),
            max_body: 32 << 20,
            permissive_cors: false,
            admin: Guard::default(),
            repertoire: None,
        }
    }
}

/// Five services and the control plane, over one world and its sessions.
pub struct Emulator {
    pub mounts: Arc<[Mount]>,
    pub sessions: Arc<Sessions>,
    pub settings: Settings,
    metrics: Arc<Metrics>,
    control: Control,
}

impl Emulator {
    /// Mounts `apis` on a world. The default session lives in `data` if given, else in memory.
    pub fn new(
        apis: Vec<Box<dyn Api>>,
        world: File,
        data: Option<Database>,
        settings: Settings,
    ) -> Self {
        let mounts: Arc<[Mount]> = Mount::all(apis).into();
        let routes = mounts.iter().map(|mount| mount.routes.count).sum();
        let repertoire = settings.repertoire.clone().unwrap_or_else(|| {
            let seed = Database::fork(&world).transact(Transaction::Read, chance::world_seed);
            let seed = seed.expect("a world that was grown can be read");
            Arc::new(Repertoire::built_in(Vocabulary::of(&mounts), seed))
        });
        let of_session = SessionSettings { repertoire, routes, ..settings.session.clone() };
        let sessions = Sessions::new(world, data, of_session, settings.max_sessions);
        let sessions = Arc::new(sessions);
        let metrics = Arc::new(Metrics::new(mounts.len()));
        let installation = Installation::new(mounts.clone(), sessions.clone(), metrics.clone());
        let control = Control::new(installation, settings.admin.clone());
        Self { mounts, sessions, settings, metrics, control }
    }

    /// Answers one request.
    pub fn answer(self: &Arc<Self>, request: impl Into<Request>) -> Reply {
        self.admit(request.into()).answer()
    }

    /// Finds out what a request is for.
    pub fn admit(self: &Arc<Self>, request: Request) -> Visit {
        let arrived = Arrival { at: Instant::now(), time: Timestamp::now() };
        let purpose = match address::read(self, &request) {
            Err(refusal) => Purpose::Refused(*refusal),
            Ok(Address { target: Target::Wardian { path }, .. }) => Purpose::Control { path },
            Ok(Address { session, prefix, target: Target::Api { mount, path } }) => {
                let found = self.mounts[mount].route(&request, &path);
                Purpose::Api(Box::new(ApiVisit { mount, session, prefix, path, found }))
            }
        };
        Visit { emulator: self.clone(), request, arrived, purpose, client: None }
    }

    fn cors(&self, mount: &Mount, session: &Session) -> Cors {
        if self.settings.permissive_cors {
            PERMISSIVE
        } else {
            mount.api.cors(&session.live_quirks())
        }
    }
}
