//! Licences under which data and media are shared.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Licence {
    /// `CC_BY_4_0`
    pub name: String,
    pub title: String,
    pub url: String,
    /// `CC BY 4.0`
    pub short: String,
}
