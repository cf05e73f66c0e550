//! The emulated APIs. This list is all that the rest of the program knows of them.

use crate::kit::Api;

pub mod gbif;
pub mod mo;
pub mod tbia;

/// What the operator chooses of single APIs.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// `DELETE /mo/api2/users` closes the caller's account.
    pub mo_closes_accounts: bool,
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
        Box::new(mo::MushroomObserver {
            closes_accounts: choices.mo_closes_accounts,
            upload_hosts: choices.mo_upload_hosts.into(),
        }),
        Box::new(tbia::Tbia),
    ]
}
