//! Enumerations about institutions, collections and the people who look after them.

use super::Vocabulary;

/// Where the data of an institution or collection are kept.
pub static MASTER_SOURCE_TYPE: Vocabulary =
    Vocabulary { name: "MasterSourceType", values: &["GRSCICOLL", "GBIF_REGISTRY", "IH"] };

/// What kind of thing they are kept as there.
pub static MASTER_SOURCE: Vocabulary =
    Vocabulary { name: "Source", values: &["DATASET", "ORGANIZATION", "IH_IRN"] };

/// Who numbers people.
pub static USER_ID_TYPE: Vocabulary = Vocabulary {
    name: "IdType",
    values: &["ORCID", "WIKIDATA", "RESEARCHER_ID", "HUH", "ISNI", "VIAF", "IH_IRN", "OTHER"],
};
