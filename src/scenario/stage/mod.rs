//! The scenarios of one session: which are active, how often their rules fired, and which fire now.

mod cast;
mod plot;
mod role;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

pub use self::cast::Cast;
pub use self::plot::{Firing, Phases, Plot, Random, Verdict};
pub use self::role::{Count, Role};
use super::definition::Scenario;
use super::matching::Subject;
use super::repertoire::Repertoire;
use crate::kit::credential::Credential;

/// The scenarios of a session.
#[derive(Debug)]
pub struct Stage {
    repertoire: Arc<Repertoire>,
    /// What `reset` goes back to.
    origin: Arc<Cast>,
    cast: Mutex<Arc<Cast>>,
    /// Whether a request has anything to fear, so that most need not ask further.
    is_live: AtomicBool,
    /// Whether an answer may be made another.
    alters: AtomicBool,
}

/// A request and its circumstances.
pub struct Occasion<'r> {
    pub subject: Subject<'r>,
    pub credential: Option<&'r Credential>,
    /// The address that it came from.
    pub client: Option<IpAddr>,
    /// On the session's clock.
    pub now: Timestamp,
    /// Scenarios that apply to this request, active or not.
    pub named: &'r [&'r str],
    /// Whether limits that were met stay so, and leave those with credentials alone.
    pub locks_out: bool,
}

/// The rules of a scenario whose matches hold, by their places.
struct Matching {
    scenario: Arc<Scenario>,
    places: Vec<usize>,
}

impl Matching {
    fn of(scenario: Arc<Scenario>, subject: &Subject) -> Option<Self> {
        let rules = scenario.rules.iter().enumerate();
        let places = rules.filter(|(_, rule)| rule.matching.holds(subject));
        let places: Vec<usize> = places.map(|(place, _)| place).collect();
        (!places.is_empty()).then_some(Self { scenario, places })
    }
}

/// A name that no scenario has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scenario {0:?}")]
pub struct UnknownScenario(pub String);

impl Stage {
    /// A session's scenarios that begin as `cast`.
    pub fn new(repertoire: Arc<Repertoire>, cast: Arc<Cast>) -> Self {
        let stage = Self {
            repertoire,
            origin: cast,
            cast: Mutex::default(),
            is_live: AtomicBool::default(),
            alters: AtomicBool::default(),
        };
        stage.set(&stage.origin);
        stage
    }

    pub fn repertoire(&self) -> &Repertoire {
        &self.repertoire
    }

    /// How the scenarios stand, to be looked at.
    pub fn cast(&self) -> Arc<Cast> {
        self.cast.lock().clone()
    }

    /// How the scenarios stand, to be put away.
    pub fn state(&self) -> Arc<Cast> {
        Arc::new(self.cast().apart())
    }

    /// Lets them stand as they did elsewhere.
    pub fn set(&self, cast: &Cast) {
        let cast = Arc::new(cast.apart());
        let mut held = self.cast.lock();
        *held = cast;
        self.look_at(&held);
    }

    /// Back to the definitions and the activation that the session was made with.
    pub fn reset(&self) {
        let mut opening = (*self.origin).clone();
        opening.begin_anew();
        self.set(&opening);
    }

    /// Changes how they stand.
    pub fn change<T>(&self, with: impl FnOnce(&mut Cast) -> T) -> T {
        let mut held = self.cast.lock();
        let outcome = with(Arc::make_mut(&mut held));
        self.look_at(&held);
        outcome
    }

    /// Changes what requests change: which are active, and what their rules do, stays.
    fn note<T>(&self, with: impl FnOnce(&mut Cast) -> T) -> T {
        let mut held = self.cast.lock();
        let outcome = with(Arc::make_mut(&mut held));
        // A credential may be void now.
        self.is_live.store(held.is_live(), Ordering::Release);
        outcome
    }

    fn look_at(&self, cast: &Cast) {
        self.is_live.store(cast.is_live(), Ordering::Release);
        self.alters.store(cast.alters(&[]), Ordering::Release);
    }

    /// Whether a request that names no scenario may meet with anything.
    pub fn is_live(&self) -> bool {
        self.is_live.load(Ordering::Acquire)
    }

    /// Whether the answer to a request that names no scenario may be made another.
    pub fn alters(&self) -> bool {
        self.alters.load(Ordering::Acquire)
    }

    /// The same for a request that names scenarios.
    pub fn alters_for(&self, named: &[&str]) -> bool {
        self.cast.lock().alters(named)
    }

    /// The longest time by which answers of active scenarios, or of those named, may lag behind.
    pub fn longest_lag(&self, named: &[&str]) -> Option<Duration> {
        self.cast.lock().longest_lag(named)
    }

    /// Settles which of the rules that fired on a request stand, and which did nothing in the end.
    pub fn settle(&self, verdicts: Vec<Verdict>) {
        if !verdicts.is_empty() {
            self.note(|cast| cast.settle(verdicts));
        }
    }

    /// What befalls a request.
    ///
    /// # Errors
    /// When it names a scenario that there is not.
    pub fn plot(&self, occasion: &Occasion) -> Result<Plot, UnknownScenario> {
        let (applying, is_void) = {
            let cast = self.cast.lock();
            if let Some(name) = occasion.named.iter().find(|name| cast.find(name).is_none()) {
                return Err(UnknownScenario((*name).to_owned()));
            }
            let applying = cast.applying(occasion.named).map(|role| role.scenario.clone());
            (applying.collect::<Vec<_>>(), cast.voider(occasion).is_some())
        };
        // Bodies are looked through here: nobody waits for that.
        let matching: Vec<Matching> = applying
            .into_iter()
            .filter_map(|scenario| Matching::of(scenario, &occasion.subject))
            .collect();
        if matching.is_empty() && !is_void {
            return Ok(Plot::default());
        }
        Ok(self.note(|cast| cast.play(&matching, occasion, self.repertoire.world_seed)))
    }
}
