//! How the service itself speaks: of users, searches and crawls.

use super::Vocabulary;

pub static USER_ROLE: Vocabulary = Vocabulary {
    name: "UserRole",
    values: &[
        "USER",
        "ADMIN",
        "EDITOR",
        "REGISTRY_ADMIN",
        "REGISTRY_EDITOR",
        "GRSCICOLL_ADMIN",
        "GRSCICOLL_EDITOR",
        "GRSCICOLL_MEDIATOR",
        "IDIGBIO_GRSCICOLL_EDITOR",
        "VOCABULARY_ADMIN",
        "VOCABULARY_EDITOR",
        "COL_ADMIN",
        "COL_EDITOR",
        "DATA_REPO_USER",
        "INVITED_TESTER",
    ],
};

pub static DATASET_SEARCH_PARAMETER: Vocabulary = Vocabulary {
    name: "DatasetSearchParameter",
    values: &[
        "TYPE",
        "SUBTYPE",
        "KEYWORD",
        "PUBLISHING_ORG",
        "HOSTING_ORG",
        "ENDORSING_NODE_KEY",
        "NETWORK_KEY",
        "INSTALLATION_KEY",
        "PUBLISHING_COUNTRY",
        "HOSTING_COUNTRY",
        "DECADE",
        "PROJECT_ID",
        "COUNTRY",
        "CONTINENT",
        "LICENSE",
        "DOI",
        "ENDPOINT_TYPE",
        "CATEGORY",
        "RECORD_COUNT",
        "MODIFIED_DATE",
        "CREATED_DATE",
        "CONTACT_USER_ID",
        "CONTACT_EMAIL",
        "DWCA_EXTENSION",
        "DWCA_CORE_TYPE",
        "MACHINE_TAG_NAMESPACE",
        "MACHINE_TAG_NAME",
        "MACHINE_TAG_VALUE",
        "IDENTIFIER",
        "IDENTIFIER_TYPE",
        "DATASET_TITLE",
        "YEAR",
        "TAXON_KEY",
    ],
};

pub static PROCESS_STATE: Vocabulary =
    Vocabulary { name: "ProcessState", values: &["EMPTY", "RUNNING", "FINISHED"] };

pub static FINISH_REASON: Vocabulary = Vocabulary {
    name: "FinishReason",
    values: &["NORMAL", "USER_ABORT", "ABORT", "NOT_MODIFIED", "UNKNOWN"],
};
