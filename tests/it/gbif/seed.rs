//! What the world holds of the registry.

use std::collections::HashSet;

use serde_json::Value;

use super::anybody;

fn all(kind: &str) -> Vec<Value> {
    let page = anybody().get(&format!("/v1/{kind}?limit=1000")).json();
    page["results"].as_array().unwrap().clone()
}

#[test]
fn there_are_as_many_as_promised() {
    let count = |path: &str| all(path).len();

    assert_eq!(count("node"), 110);
    assert_eq!(count("network"), 12);
    assert_eq!(count("dataset"), 230);
    assert_eq!((count("organization"), count("organization/deleted")), (117, 3));
    assert_eq!((count("installation"), count("installation/deleted")), (107, 3));
}

#[test]
fn every_type_of_identifier_and_endpoint_that_datasets_have_occurs() {
    let datasets = all("dataset");
    let types = |member: &str| -> HashSet<String> {
        let parts = datasets.iter().flat_map(|dataset| dataset[member].as_array().unwrap());
        parts.map(|part| part["type"].as_str().unwrap().to_owned()).collect()
    };

    for kind in ["URL", "UUID", "CLB_DATASET_KEY", "GBIF_PORTAL", "DOI"] {
        assert!(types("identifiers").contains(kind), "{kind}");
    }
    for kind in ["EML", "DWC_ARCHIVE", "BIOCASE", "COLDP", "CAMTRAP_DP"] {
        assert!(types("endpoints").contains(kind), "{kind}");
    }
    let is_dated = |dataset: &&Value| !dataset["temporalCoverages"].as_array().unwrap().is_empty();
    assert!((30..60).contains(&datasets.iter().filter(is_dated).count()));
}

#[test]
fn every_moment_of_creation_is_another() {
    for kind in ["node", "network", "dataset", "organization", "installation"] {
        let all = all(kind);
        let moments: HashSet<&str> = all.iter().map(|e| e["created"].as_str().unwrap()).collect();
        assert_eq!(moments.len(), all.len(), "{kind}");
    }
}

#[test]
fn keys_that_clients_know_are_there() {
    let gbif = anybody();
    for (kind, keys) in [
        (
            "dataset",
            "d7dddbf4-2cf0-4f39-9b2a-bb099caae36c 7ddf754f-d193-4cc9-b351-99906754a03b \
             4fa7b334-ce0d-4e88-aaae-2e0c138d049e 50c9509d-22c7-4a22-a47d-8c48425ef4a7 \
             19491596-35ae-4a91-9a98-85cf505f1bd3 3f8a1297-3259-4700-91fc-acc4170b27ce \
             66dd0960-2d7d-46ee-a491-87b9adcfe7b1 a6998220-7e3a-485d-9cd6-73076bd85657 \
             8575f23e-f762-11e1-a439-00145eb45e9a 9c4e36c1-d3f9-49ce-8ec1-8c434fa9e6eb \
             e0f1bb8a-2d81-4b2a-9194-d92848d3b82e 38b4c89f-584c-41bb-bd8f-cd1def33e92f \
             3dab037f-a520-4bc3-b888-508755c2eb52 c47f13c1-7427-45a0-9f12-237aad351040 \
             2e4cc37b-302e-4f1b-bbbb-1f674ff90e14 13b70480-bd69-11dd-b15f-b8a03c50a862 \
             9070a460-0c6e-11dd-84d2-b8a03c50a862",
        ),
        (
            "organization",
            "e2e717bf-551a-4917-bdc9-4fa0f342c530 4b4b2111-ee51-45f5-bf5e-f535f4a1c9dc \
             7ce8aef0-9e92-11dc-8738-b8a03c50a862 28eb1a3f-1c15-4a95-931a-4af90ecb574d \
             fbca90e3-8aed-48b1-84e3-369afbd000ce 96710dc8-fecb-440d-ae3e-c34ae8a9616f",
        ),
        (
            "installation",
            "b77901f9-d9b0-47fa-94e0-dd96450aa2b4 2e029a0c-87af-42e6-87d7-f38a50b78201 \
             896898e8-c0ac-47a0-8f38-0f792fbe3343 a0e05292-3d09-4eae-9f83-02ae3516283c \
             d209e552-7e6e-4840-b13c-c0596ef36e55 998fa743-e3d2-41bd-8cd3-754e22581224",
        ),
        (
            "node",
            "02c40d2a-1cba-4633-90b7-e36e5e97aba8 03e816b3-8f58-49ae-bc12-4e18b358d6d9 \
             1193638d-32d1-43f0-a855-8727c94299d8 8618c64a-93e0-4300-b546-7249e5148ed2 \
             d205def7-82c3-472a-be4b-31d11dcd51fd",
        ),
        (
            "network",
            "2b7c7b4f-4d4f-40d3-94de-c28b6fa054a6 99d66b6c-9087-452f-a9d4-f15f2c2d0e7e \
             4b0d8edb-7504-42c4-9349-63e86c01bf97 17abcf75-2f1e-46dd-bf75-a5b21dd02655",
        ),
    ] {
        for key in keys.split_whitespace() {
            let shown = gbif.get(&format!("/v1/{kind}/{key}")).json();
            assert_eq!(shown["key"], key);
            assert_eq!(shown.get("deleted"), None);
        }
    }
}

#[test]
fn no_text_has_a_placeholder_left() {
    for kind in ["dataset", "organization", "installation", "node", "network"] {
        for entity in all(kind) {
            for member in ["title", "description"] {
                let text = entity[member].as_str().unwrap_or_default();
                assert!(!text.contains('{') && !text.contains('}'), "{text}");
            }
        }
    }
}

#[test]
fn every_dataset_belongs_to_what_exists() {
    let installations: HashSet<String> =
        all("installation").iter().map(|i| i["key"].as_str().unwrap().to_owned()).collect();
    for dataset in all("dataset") {
        assert!(installations.contains(dataset["installationKey"].as_str().unwrap()));
        assert!((3..=8).contains(&dataset["contacts"].as_array().unwrap().len()));
    }
}
