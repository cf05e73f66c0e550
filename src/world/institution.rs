//! Museums, herbaria and their collections: the same codes in every API.

use serde::Deserialize;

/// A place that keeps collections.
#[derive(Clone, Debug, Deserialize)]
pub struct Institution {
    /// `HAST`.
    pub code: String,
    pub name: String,
    pub city: String,
    pub state: String,
    /// ISO alpha-2 code.
    pub country: String,
    pub longitude: f64,
    pub latitude: f64,
    /// GRSciColl's words, parted by blanks.
    types: String,
    /// Year.
    pub founded: Option<i32>,
    pub homepage: String,
    /// Its number in Index Herbariorum, for herbaria.
    pub ih_irn: Option<String>,
}

impl Institution {
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.split(' ').filter(|word| !word.is_empty())
    }
}

/// A collection of an institution.
#[derive(Clone, Debug, Deserialize)]
pub struct Collection {
    pub institution_code: String,
    pub code: String,
    pub name: String,
    content_types: String,
    preservation_types: String,
    /// What it holds, in words.
    pub taxa: String,
}

impl Collection {
    pub fn content_types(&self) -> impl Iterator<Item = &str> {
        self.content_types.split(' ').filter(|word| !word.is_empty())
    }

    pub fn preservation_types(&self) -> impl Iterator<Item = &str> {
        self.preservation_types.split(' ').filter(|word| !word.is_empty())
    }
}
