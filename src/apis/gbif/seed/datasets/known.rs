//! Datasets whose keys documents and tests of clients use.

use serde_json::{Value, json};

pub const CATALOGUE_OF_LIFE: &str = "7ddf754f-d193-4cc9-b351-99906754a03b";

/// A dataset of which some things are fixed.
pub struct Known {
    pub key: &'static str,
    pub kind: &'static str,
    /// The place of its publisher among the organizations.
    pub publisher: usize,
    pub title: Option<&'static str>,
    pub doi: Option<&'static str>,
    pub records: Option<i64>,
    pub names: Option<i64>,
    /// How its publisher wants it cited.
    citation: Option<&'static str>,
}

impl Known {
    const fn new(key: &'static str, kind: &'static str, publisher: usize) -> Self {
        Self {
            key,
            kind,
            publisher,
            title: None,
            doi: None,
            records: None,
            names: None,
            citation: None,
        }
    }

    const fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    const fn doi(mut self, doi: &'static str) -> Self {
        self.doi = Some(doi);
        self
    }

    const fn records(mut self, records: i64) -> Self {
        self.records = Some(records);
        self
    }

    const fn names(mut self, names: i64) -> Self {
        self.names = Some(names);
        self
    }

    const fn cited(mut self, citation: &'static str) -> Self {
        self.citation = Some(citation);
        self
    }

    /// Makes a drawn document this dataset's.
    pub fn adjust(&self, doc: &mut Value) {
        if let Some(citation) = self.citation {
            doc["citation"] = json!({ "text": citation });
        }
    }
}

pub static KNOWN: [Known; 17] = [
    Known::new("d7dddbf4-2cf0-4f39-9b2a-bb099caae36c", "CHECKLIST", 0)
        .titled("GBIF Backbone Taxonomy")
        .names(9_512_303),
    Known::new(CATALOGUE_OF_LIFE, "CHECKLIST", 5)
        .titled("Catalogue of Life Checklist")
        .names(4_884_120)
        .cited("Catalogue of Life Editors (2025). Catalogue of Life Checklist."),
    Known::new("4fa7b334-ce0d-4e88-aaae-2e0c138d049e", "OCCURRENCE", 1)
        .titled("eBird Observation Dataset")
        .records(1_420_733_512),
    Known::new("50c9509d-22c7-4a22-a47d-8c48425ef4a7", "OCCURRENCE", 4)
        .titled("iNaturalist Research-grade Observations")
        .records(118_302_557),
    Known::new("19491596-35ae-4a91-9a98-85cf505f1bd3", "CHECKLIST", 5)
        .titled("The IUCN Red List of Threatened Species")
        .names(166_061)
        .cited("IUCN (2024). The IUCN Red List of Threatened Species. Version 2024-2."),
    Known::new("3f8a1297-3259-4700-91fc-acc4170b27ce", "CHECKLIST", 2),
    Known::new("66dd0960-2d7d-46ee-a491-87b9adcfe7b1", "CHECKLIST", 2),
    Known::new("a6998220-7e3a-485d-9cd6-73076bd85657", "OCCURRENCE", 3),
    Known::new("8575f23e-f762-11e1-a439-00145eb45e9a", "OCCURRENCE", 3).doi("10.15468/igasai"),
    Known::new("9c4e36c1-d3f9-49ce-8ec1-8c434fa9e6eb", "OCCURRENCE", 1),
    Known::new("e0f1bb8a-2d81-4b2a-9194-d92848d3b82e", "SAMPLING_EVENT", 1),
    Known::new("38b4c89f-584c-41bb-bd8f-cd1def33e92f", "SAMPLING_EVENT", 1),
    Known::new("3dab037f-a520-4bc3-b888-508755c2eb52", "OCCURRENCE", 4),
    Known::new("c47f13c1-7427-45a0-9f12-237aad351040", "OCCURRENCE", 3),
    Known::new("2e4cc37b-302e-4f1b-bbbb-1f674ff90e14", "OCCURRENCE", 1),
    Known::new("13b70480-bd69-11dd-b15f-b8a03c50a862", "OCCURRENCE", 4),
    Known::new("9070a460-0c6e-11dd-84d2-b8a03c50a862", "CHECKLIST", 2),
];
