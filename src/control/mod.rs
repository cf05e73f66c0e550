//! The control plane: `/__admin`, the documents, the index.
//!
//! It is declared with the same endpoints as the emulated APIs; its handlers work on the [`Emulator`] instead of a
//! store. What it finds wrong it words as `application/problem+json`.

pub mod problem;

use std::sync::Arc;

use crate::emulator::Emulator;
use crate::kit::call::Request;
use crate::kit::reply::Reply;

/// Who may use the control plane.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// All but health and readiness need it, if it is set.
    pub token: Option<String>,
    /// Host names that count as the server's own, beside `localhost` and addresses.
    pub hosts: Vec<String>,
}

/// The routes of the control plane.
pub struct Control {}

impl Control {
    pub fn new() -> Self {
        Self {}
    }

    /// Answers a request to wardian's own surface.
    pub fn answer(&self, emulator: &Arc<Emulator>, _request: &Request, path: &str) -> Reply {
        problem::outside(emulator, path)
    }
}
