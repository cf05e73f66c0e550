//! What a request needs from other servers: it is not waited for in a transaction, which would keep others waiting too.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use bytes::Bytes;

/// What came from outside, or why nothing did.
pub type Brought = Result<Bytes, String>;

/// An errand that a handler asks for, after which it is run once more.
///
/// Since the first run is undone, nothing is fetched for a request that is refused anyway, and the second run checks
/// everything again.
#[derive(Default)]
pub struct Outside(RefCell<Errand>);

#[derive(Default)]
enum Errand {
    #[default]
    None,
    Asked(Box<dyn FnOnce() -> Brought>),
    Done {
        brought: Brought,
        took: Duration,
    },
}

impl Outside {
    /// What was brought. None at first: then the handler gives up, and `errand` is done before it is run again.
    pub fn ask(&self, errand: impl FnOnce() -> Brought + 'static) -> Option<Brought> {
        let mut state = self.0.borrow_mut();
        if let Errand::Done { brought, .. } = &*state {
            return Some(brought.clone());
        }
        *state = Errand::Asked(Box::new(errand));
        None
    }

    /// Whether a handler has given up to wait for something.
    pub fn is_asked(&self) -> bool {
        matches!(*self.0.borrow(), Errand::Asked(_))
    }

    /// Does what was asked for, if anything was.
    pub fn bring(&self) -> bool {
        let Errand::Asked(errand) = self.0.take() else { return false };
        let begun = Instant::now();
        let brought = errand();
        *self.0.borrow_mut() = Errand::Done { brought, took: begun.elapsed() };
        true
    }

    /// How long it took to bring what was asked for.
    pub fn took(&self) -> Duration {
        match &*self.0.borrow() {
            Errand::Done { took, .. } => *took,
            _ => Duration::ZERO,
        }
    }
}
