//! The registry's enumerations: names that a client may send and sees.

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
    &DATASET_SEARCH_PARAMETER,
    &DATASET_SUBTYPE,
    &DATASET_TYPE,
    &ENDORSEMENT_STATUS,
    &ENDPOINT_TYPE,
    &EXTENSION,
    &FINISH_REASON,
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
    &ORIGIN,
    &PARTICIPATION_STATUS,
    &PRESERVATION_METHOD_TYPE,
    &PROCESS_STATE,
    &RANK,
    &SEVERITY,
    &TAG_NAME,
    &TAG_NAMESPACE,
    &USER_ID_TYPE,
    &USER_ROLE,
];

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

pub static CONTACT_TYPE: Vocabulary = Vocabulary {
    name: "ContactType",
    values: &[
        "TECHNICAL_POINT_OF_CONTACT",
        "ADMINISTRATIVE_POINT_OF_CONTACT",
        "POINT_OF_CONTACT",
        "ORIGINATOR",
        "METADATA_AUTHOR",
        "PRINCIPAL_INVESTIGATOR",
        "AUTHOR",
        "CONTENT_PROVIDER",
        "CUSTODIAN_STEWARD",
        "DISTRIBUTOR",
        "EDITOR",
        "OWNER",
        "PROCESSOR",
        "PUBLISHER",
        "USER",
        "PROGRAMMER",
        "CURATOR",
        "DATA_ADMINISTRATOR",
        "SYSTEM_ADMINISTRATOR",
        "HEAD_OF_DELEGATION",
        "TEMPORARY_HEAD_OF_DELEGATION",
        "ADDITIONAL_DELEGATE",
        "TEMPORARY_DELEGATE",
        "REGIONAL_NODE_REPRESENTATIVE",
        "NODE_MANAGER",
        "NODE_STAFF",
        "REVIEWER",
    ],
};

pub static ENDPOINT_TYPE: Vocabulary = Vocabulary {
    name: "EndpointType",
    values: &[
        "EML",
        "FEED",
        "WFS",
        "WMS",
        "TCS_RDF",
        "TCS_XML",
        "DWC_ARCHIVE",
        "DIGIR",
        "DIGIR_MANIS",
        "TAPIR",
        "BIOCASE",
        "BIOCASE_XML_ARCHIVE",
        "OAI_PMH",
        "COLDP",
        "CAMTRAP_DP",
        "DWC_DP",
        "BIOM_1_0",
        "BIOM_2_1",
        "ACEF",
        "TEXT_TREE",
        "OTHER",
    ],
};

pub static IDENTIFIER_TYPE: Vocabulary = Vocabulary {
    name: "IdentifierType",
    values: &[
        "URL",
        "LSID",
        "HANDLER",
        "DOI",
        "UUID",
        "FTP",
        "URI",
        "UNKNOWN",
        "GBIF_PORTAL",
        "GBIF_NODE",
        "GBIF_PARTICIPANT",
        "GRSCICOLL_ID",
        "GRSCICOLL_URI",
        "IH_IRN",
        "ROR",
        "GRID",
        "CITES",
        "SYMBIOTA_UUID",
        "WIKIDATA",
        "NCBI_BIOCOLLECTION",
        "ISIL",
        "CLB_DATASET_KEY",
        "RNC_COLOMBIA",
    ],
};

pub static METADATA_TYPE: Vocabulary =
    Vocabulary { name: "MetadataType", values: &["EML", "DC", "DWC_DP", "COL_DP"] };

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

pub static KINGDOM: Vocabulary = Vocabulary {
    name: "Kingdom",
    values: &[
        "INCERTAE_SEDIS",
        "ANIMALIA",
        "ARCHAEA",
        "BACTERIA",
        "CHROMISTA",
        "FUNGI",
        "PLANTAE",
        "PROTOZOA",
        "VIRUSES",
    ],
};

pub static RANK: Vocabulary = Vocabulary {
    name: "Rank",
    values: &[
        "KINGDOM",
        "PHYLUM",
        "CLASS",
        "ORDER",
        "FAMILY",
        "GENUS",
        "SPECIES",
        "SUBSPECIES",
        "VARIETY",
        "FORM",
        "UNRANKED",
    ],
};

pub static ORIGIN: Vocabulary = Vocabulary {
    name: "Origin",
    values: &["SOURCE", "PROPARTE", "DENORMED_CLASSIFICATION", "MISSING_ACCEPTED"],
};

pub static EXTENSION: Vocabulary = Vocabulary {
    name: "Extension",
    values: &[
        "VERNACULAR_NAME",
        "DISTRIBUTION",
        "DESCRIPTION",
        "IDENTIFIER",
        "MULTIMEDIA",
        "REFERENCE",
        "SPECIES_PROFILE",
        "TYPES_AND_SPECIMEN",
    ],
};

pub static PRESERVATION_METHOD_TYPE: Vocabulary = Vocabulary {
    name: "PreservationMethodType",
    values: &["NO_TREATMENT", "ALCOHOL", "DEEP_FROZEN", "DRIED", "FORMALIN", "GLYCERIN", "OTHER"],
};

pub static SEVERITY: Vocabulary =
    Vocabulary { name: "InterpretationRemarkSeverity", values: &["INFO", "WARNING", "ERROR"] };

pub static TAG_NAMESPACE: Vocabulary = Vocabulary {
    name: "TagNamespace",
    values: &[
        "crawler.gbif.org",
        "validator.gbif.org",
        "hit.gbif.org",
        "metasync.gbif.org",
        "orphans.gbif.org",
        "default-term.gbif.org",
        "eol.org",
        "catalogueoflife.org",
        "ala.org.au",
    ],
};

pub static TAG_NAME: Vocabulary = Vocabulary {
    name: "TagName",
    values: &[
        "crawl_attempt",
        "omitFromScheduledCrawl",
        "dataset_id",
        "archiveOrigin",
        "conceptualSchema",
        "datasetTitle",
        "dateLastUpdated",
        "declaredCount",
        "code",
        "localId",
        "maxSearchResponseRecords",
        "status",
        "orphanEndpoint",
        "download",
        "crawlerDwcaCacheTime",
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
