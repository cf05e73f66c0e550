//! The list of datasets.

use insta::assert_snapshot;
use serde_json::Value;

use super::{Found, path_of, total};
use crate::support::Client;

const DATASET: &str = "/api/v1/dataset";

#[track_caller]
fn list(query: &str) -> Found {
    Found(Client::tbia().get(&format!("{DATASET}?{query}")).json())
}

#[test]
fn all_datasets_are_listed_with_all_keys() {
    let all = list("limit=1000");

    assert_eq!(all.records().len(), 29);
    assert_eq!(all.total(), 29);
    for dataset in all.records() {
        let keys: Vec<&String> = dataset.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "datasetName",
                "rightsHolder",
                "tbiaDatasetID",
                "sourceDatasetID",
                "gbifDatasetID",
                "resourceContacts",
                "occurrenceCount",
                "datasetDateStart",
                "datasetDateEnd",
                "datasetURL",
                "datasetPublisher",
                "datasetLicense",
                "datasetTaxonGroup",
                "created",
                "modified",
            ]
        );
        assert!(dataset["occurrenceCount"].is_i64());
    }
    assert!(all.records().iter().any(|dataset| dataset["gbifDatasetID"].is_null()));
}

#[test]
fn counts_of_records_are_those_of_the_search() {
    for dataset in list("limit=1000").records() {
        let id = dataset["tbiaDatasetID"].as_str().unwrap();
        assert_eq!(dataset["occurrenceCount"], total(&format!("tbiaDatasetID={id}")), "{id}");
    }
}

#[test]
fn without_parameters_the_cursor_is_zero() {
    let page = list("");

    assert_eq!(page.this(), "http://127.0.0.1:8080/tbia/api/v1/dataset?cursor=0");
    assert_eq!(page.next(), "http://127.0.0.1:8080/tbia/api/v1/dataset?cursor=20");
    assert_eq!(page.records().len(), 20);
}

#[test]
fn the_total_shrinks_while_paging_and_is_zero_beyond_the_end() {
    let first = list("limit=10");
    let second = Found(Client::tbia().get(&path_of(first.next()).unwrap()).json());
    let beyond = list("cursor=1000");

    assert_eq!((first.total(), second.total(), beyond.total()), (29, 19, 0));
    assert!(beyond.records().is_empty() && beyond.next().is_empty());
    assert_eq!(list("limit=0").total(), 0);
}

#[test]
fn deprecated_datasets_are_hidden() {
    assert_eq!(list("tbiaDatasetID=d6459ffd05b0c3d0017a2b0e1").total(), 0);
}

#[test]
fn datasets_are_found_by_ids_names_holders_groups_and_days() {
    let one = list("tbiaDatasetID=d674d7e0ec3bd2c006cefb438");
    let gbif_id = one.records()[0]["gbifDatasetID"].as_str().unwrap().to_owned();
    let source_id = one.records()[0]["sourceDatasetID"].as_str().unwrap().to_owned();

    assert_eq!(one.texts("datasetName"), ["台灣兩棲類保育志工調查資料"]);
    assert_eq!(list(&format!("gbifDatasetID={gbif_id}")).0["data"], one.0["data"]);
    assert_eq!(list(&format!("sourceDatasetID={source_id}")).0["data"], one.0["data"]);
    list("datasetName=NMNS").all("datasetName", |name| name.as_str().unwrap().contains("NMNS"));
    assert_eq!(list("datasetName=nmns").total(), 0);
    assert_eq!(list("datasetName=NMNS&datasetName=兩棲類").total(), 5);
    list("rightsHolder=GBIF").all("rightsHolder", |holder| holder == "GBIF");
    let has_birds = |groups: &Value| groups.as_str().unwrap().contains("鳥類");
    list("datasetTaxonGroup=Birds&limit=100").all("datasetTaxonGroup", has_birds);
    list("modified=2024-12-10").all("modified", |day| day == "2024-12-10");
    assert_eq!(list("created=2023-05-09").total(), 29);
    assert_eq!(list("created=2024-01-01,2024-12-31").total(), 0);
}

#[test]
fn bad_days_are_refused_and_bad_cursors_break_the_page() {
    let answer = Client::tbia().get(&format!("{DATASET}?created=2023-05-09,"));
    assert_snapshot!(answer.whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid date format"}}
    "#);
    for query in ["cursor=x", "cursor=", "cursor=*", "limit=-1"] {
        let answer = Client::tbia().get(&format!("{DATASET}?{query}"));
        assert_eq!((answer.status(), answer.content_type()), (500, "text/html; charset=utf-8"));
    }
}
