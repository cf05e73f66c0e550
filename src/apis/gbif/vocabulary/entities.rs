//! What entities of the registry are classified by.

use super::Vocabulary;

pub static DATASET_TYPE: Vocabulary = Vocabulary {
    name: "DatasetType",
    values: &["OCCURRENCE", "CHECKLIST", "METADATA", "SAMPLING_EVENT"],
};

pub static DATASET_SUBTYPE: Vocabulary = Vocabulary {
    name: "DatasetSubtype",
    values: &[
        "TAXONOMIC_AUTHORITY",
        "NOMENCLATOR_AUTHORITY",
        "INVENTORY_THEMATIC",
        "INVENTORY_REGIONAL",
        "GLOBAL_SPECIES_DATASET",
        "DERIVED_FROM_OCCURRENCE",
        "SPECIMEN",
        "OBSERVATION",
    ],
};

pub static MAINTENANCE_UPDATE_FREQUENCY: Vocabulary = Vocabulary {
    name: "MaintenanceUpdateFrequency",
    values: &[
        "DAILY",
        "WEEKLY",
        "MONTHLY",
        "BIANNUALLY",
        "ANNUALLY",
        "AS_NEEDED",
        "CONTINUALLY",
        "IRREGULAR",
        "NOT_PLANNED",
        // Quirk (contract 5.1): misspelt, deprecated, and very common.
        "UNKOWN",
        "UNKNOWN",
        "OTHER_MAINTENANCE_PERIOD",
    ],
};

pub static LICENSE: Vocabulary = Vocabulary {
    name: "License",
    values: &["CC0_1_0", "CC_BY_4_0", "CC_BY_NC_4_0", "UNSPECIFIED", "UNSUPPORTED"],
};

pub static ENDORSEMENT_STATUS: Vocabulary = Vocabulary {
    name: "EndorsementStatus",
    values: &["ENDORSED", "REJECTED", "WAITING_FOR_ENDORSEMENT", "ON_HOLD"],
};

pub static INSTALLATION_TYPE: Vocabulary = Vocabulary {
    name: "InstallationType",
    values: &[
        "IPT_INSTALLATION",
        "DIGIR_INSTALLATION",
        "TAPIR_INSTALLATION",
        "BIOCASE_INSTALLATION",
        "HTTP_INSTALLATION",
        "SYMBIOTA_INSTALLATION",
        "EARTHCAPE_INSTALLATION",
        "MDT_INSTALLATION",
    ],
};

pub static NODE_TYPE: Vocabulary = Vocabulary { name: "NodeType", values: &["COUNTRY", "OTHER"] };

pub static PARTICIPATION_STATUS: Vocabulary = Vocabulary {
    name: "ParticipationStatus",
    values: &["VOTING", "ASSOCIATE", "OBSERVER", "FORMER", "AFFILIATE"],
};

pub static GBIF_REGION: Vocabulary = Vocabulary {
    name: "GbifRegion",
    values: &[
        "AFRICA",
        "ASIA",
        "EUROPE",
        "NORTH_AMERICA",
        "OCEANIA",
        "LATIN_AMERICA",
        "ANTARCTICA",
    ],
};

pub static CONTINENT: Vocabulary = Vocabulary {
    name: "Continent",
    values: &[
        "AFRICA",
        "ANTARCTICA",
        "ASIA",
        "OCEANIA",
        "EUROPE",
        "NORTH_AMERICA",
        "SOUTH_AMERICA",
    ],
};
