//! Countries, languages and localities.

use serde::Deserialize;

/// A country or territory of ISO 3166, in the order in which GBIF lists them.
#[derive(Clone, Debug, Deserialize)]
pub struct Country {
    pub alpha2: String,
    pub alpha3: String,
    /// `UNITED_STATES`.
    pub enum_name: String,
    pub title: String,
    /// GBIF's region: `EUROPE`.
    pub participant_region: String,
    /// A box around its mainland, in degrees.
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
    pub capital: String,
    /// ISO 3166 numeric code.
    pub numeric: u16,
}

/// A language of ISO 639.
#[derive(Clone, Debug, Deserialize)]
pub struct Language {
    /// `ENGLISH`.
    pub enum_name: String,
    pub iso639_1: String,
    /// Terminological code: `deu`, not `ger`.
    pub iso639_2t: String,
    pub title: String,
    /// What the language calls itself; empty where that is not known.
    pub native_title: String,
}

/// A locality with what contains it.
#[derive(Clone, Debug, Deserialize)]
pub struct Place {
    /// ISO alpha-2 code.
    pub country: String,
    pub state: String,
    pub county: String,
    pub municipality: String,
    pub locality: String,
    /// Degrees, WGS84.
    pub longitude: f64,
    pub latitude: f64,
    /// Metres above sea level.
    pub elevation: Option<f64>,
}
