//! The emulated APIs. This list is all that the rest of the program knows of them.

use crate::kit::Api;

pub mod gbif;
pub mod mo;
pub mod tbia;

/// Every API, in the order in which banners and documents name them.
pub fn all() -> Vec<Box<dyn Api>> {
    vec![Box::new(gbif::Gbif), Box::new(mo::MushroomObserver), Box::new(tbia::Tbia)]
}
