//! The registry's enumerations: names that a client may send and sees.

mod collections;
mod entities;
mod parts;
mod taxa;
mod users;

pub use self::collections::*;
pub use self::entities::*;
pub use self::parts::*;
pub use self::taxa::*;
pub use self::users::*;

/// A list of names under one name.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// As `/enumeration/basic` and refusals write it: `DatasetType`.
    pub name: &'static str,
    pub values: &'static [&'static str],
}

impl Vocabulary {
    /// The value that is exactly this text.
    pub fn exact(&self, text: &str) -> Option<&'static str> {
        self.values.iter().copied().find(|value| *value == text)
    }

    /// The value that this text means, whatever its case and separators.
    // Quirk (contract 3.2): queries may write `ipt-installation` for IPT_INSTALLATION, bodies may not.
    pub fn lenient(&self, text: &str) -> Option<&'static str> {
        self.values.iter().copied().find(|value| same_word(value, text))
    }
}

/// Whether two names differ in case and separators at most.
pub fn same_word(one: &str, other: &str) -> bool {
    let letters = |text: &'_ str| {
        text.chars()
            .filter(|c| !matches!(c, '_' | '-' | '.' | ' '))
            .map(|c| c.to_ascii_uppercase())
            .collect::<Vec<char>>()
    };
    letters(one) == letters(other)
}

/// The vocabulary of this name.
pub fn find(name: &str) -> Option<&'static Vocabulary> {
    ALL.iter().copied().find(|vocabulary| vocabulary.name == name)
}

/// The vocabulary that holds exactly these values.
pub fn of_values(values: &[&str]) -> Option<&'static Vocabulary> {
    ALL.iter().copied().find(|vocabulary| vocabulary.values == values)
}

static ALL: &[&Vocabulary] = &[
    &CONTACT_TYPE,
    &CONTINENT,
    &DATASET_SUBTYPE,
    &DATASET_TYPE,
    &ENDORSEMENT_STATUS,
    &ENDPOINT_TYPE,
    &GBIF_REGION,
    &IDENTIFIER_TYPE,
    &INSTALLATION_TYPE,
    &KINGDOM,
    &LICENSE,
    &MAINTENANCE_UPDATE_FREQUENCY,
    &MASTER_SOURCE,
    &MASTER_SOURCE_TYPE,
    &METADATA_TYPE,
    &NODE_TYPE,
    &PARTICIPATION_STATUS,
    &RANK,
    &USER_ID_TYPE,
    &USER_ROLE,
];
