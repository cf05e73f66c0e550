//! What users are classified by.

use super::Vocabulary;

pub static USER_ROLE: Vocabulary = Vocabulary {
    name: "UserRole",
    values: &[
        "USER",
        "ADMIN",
        "EDITOR",
        "INVITED_TESTER",
        "REGISTRY_ADMIN",
        "REGISTRY_EDITOR",
        "DATA_REPO_USER",
        "COL_ADMIN",
        "COL_EDITOR",
        "VOCABULARY_ADMIN",
        "VOCABULARY_EDITOR",
        "GRSCICOLL_ADMIN",
        "GRSCICOLL_EDITOR",
        "GRSCICOLL_MEDIATOR",
        "IDIGBIO_GRSCICOLL_EDITOR",
    ],
};
