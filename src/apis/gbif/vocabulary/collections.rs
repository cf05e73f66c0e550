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

/// What a change suggestion asks for.
pub static SUGGESTION_TYPE: Vocabulary = Vocabulary {
    name: "Type",
    values: &["CREATE", "UPDATE", "DELETE", "MERGE", "CONVERSION_TO_COLLECTION"],
};

/// What became of a change suggestion.
pub static SUGGESTION_STATUS: Vocabulary =
    Vocabulary { name: "Status", values: &["PENDING", "APPLIED", "DISCARDED"] };

/// What an entry of the audit log is about; persons are no more.
pub static COLLECTION_ENTITY_TYPE: Vocabulary =
    Vocabulary { name: "CollectionEntityType", values: &["INSTITUTION", "COLLECTION", "PERSON"] };
