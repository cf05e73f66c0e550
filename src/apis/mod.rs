//! The emulated APIs. This list is all that the rest of the program knows of them.

use crate::kit::Api;
use crate::kit::quirk::Quirk;

pub mod gbif;
pub mod mo;
pub mod tbia;

/// What the operator chooses of single APIs.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Hosts that Mushroom Observer fetches images from.
    pub mo_upload_hosts: Vec<String>,
}

/// Every API, in the order in which banners and documents name them.
pub fn all() -> Vec<Box<dyn Api>> {
    chosen(Choices::default())
}

/// The same, as the operator wants them.
pub fn chosen(choices: Choices) -> Vec<Box<dyn Api>> {
    vec![
        Box::new(gbif::Gbif),
        Box::new(mo::MushroomObserver { upload_hosts: choices.mo_upload_hosts.into() }),
        Box::new(tbia::Tbia),
    ]
}

/// Where documentation and live services differ, over all APIs.
pub fn quirks() -> Vec<&'static Quirk> {
    all().iter().flat_map(|api| api.quirks().iter().copied()).collect()
}
