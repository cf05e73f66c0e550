//! What all connections share.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use crate::emulator::Emulator;

/// The emulator behind the door, once its world has grown, and whether the door is about to close.
#[derive(Default)]
pub struct Door {
    emulator: OnceLock<Arc<Emulator>>,
    is_closing: watch::Sender<bool>,
}

impl Door {
    /// Lets requests in to an emulator; the first one stays.
    pub fn open(&self, emulator: Arc<Emulator>) {
        self.emulator.get_or_init(|| emulator);
    }

    pub fn emulator(&self) -> Option<&Arc<Emulator>> {
        self.emulator.get()
    }

    /// Tells the answers that would go on for long to come to their end.
    pub fn close(&self) {
        self.is_closing.send_replace(true);
    }

    /// Waits until the door is about to close.
    pub fn closing(&self) -> impl Future<Output = ()> + use<> {
        let mut is_closing = self.is_closing.subscribe();
        async move {
            // A door that is gone is closed.
            let _ = is_closing.wait_for(|is_closing| *is_closing).await;
        }
    }
}
