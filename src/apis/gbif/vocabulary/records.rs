//! What records, names and their problems are classified by.

use super::Vocabulary;

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

pub static SEVERITY: Vocabulary =
    Vocabulary { name: "InterpretationRemarkSeverity", values: &["INFO", "WARNING", "ERROR"] };
