//! What the parts of entities are classified by.

use super::Vocabulary;

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
