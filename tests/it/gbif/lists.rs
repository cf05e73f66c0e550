//! The lists that one kind of entity has, and what narrows them.

use serde_json::{Value, json};

use super::{DATASET, NODE, ORGANIZATION, admin, anybody, keys};

/// Every result of a list.
fn all(path: &str) -> Vec<Value> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let page = anybody().get(&format!("/v1/{path}{mark}limit=1000")).json();
    assert_eq!(page["count"], page["results"].as_array().unwrap().len(), "{path}");
    page["results"].as_array().unwrap().clone()
}

fn one(path: &str) -> Value {
    anybody().get(&format!("/v1/{path}")).json()
}

#[test]
fn the_country_of_a_dataset_is_that_of_its_publisher() {
    let datasets = all("dataset?country=usa");

    assert!(!datasets.is_empty());
    for dataset in datasets {
        let publisher = dataset["publishingOrganizationKey"].as_str().unwrap();
        assert_eq!(one(&format!("organization/{publisher}"))["country"], "US");
    }
}

#[test]
fn filters_hold_together() {
    let datasets = all("dataset?type=checklist&country=CH");

    assert!(!datasets.is_empty());
    assert!(datasets.iter().all(|dataset| dataset["type"] == "CHECKLIST"));
    assert!(all("dataset?type=checklist").len() > datasets.len());
}

#[test]
fn identifier_and_type_have_to_be_of_the_same_identifier() {
    let identifier = one(&format!("dataset/{DATASET}"))["identifiers"]
        .as_array()
        .unwrap()
        .iter()
        .find(|known| known["type"] == "URL")
        .unwrap()["identifier"]
        .as_str()
        .unwrap()
        .to_owned();

    let found = all(&format!("dataset?identifier={identifier}&identifierType=url"));

    assert!(keys(&json!(found)).contains(&DATASET.to_owned()));
    assert!(all(&format!("dataset?identifier={identifier}&identifierType=DOI")).is_empty());
    assert_eq!(all("node?identifierType=GBIF_PARTICIPANT").len(), 110);
}

#[test]
fn machine_tag_filters_have_to_hold_for_the_same_tag() {
    let visible = all(
        "network?machineTagNamespace=registry.gbif.org&machineTagName=visibleOnDatasetPage&machineTagValue=true",
    );

    assert_eq!(visible.len(), 6);
    assert_eq!(all("network?machineTagName=visibleOnDatasetPage").len(), 6);
    assert!(all("network?machineTagNamespace=registry.gbif.org&machineTagValue=false").is_empty());
}

#[test]
fn dates_may_be_years_and_ranges() {
    let total = all("dataset").len();
    let of_2015 = all("dataset?created=2015");

    assert!(!of_2015.is_empty());
    assert!(of_2015.iter().all(|dataset| dataset["created"].as_str().unwrap().starts_with("2015")));
    let before = all("dataset?created=*,2014-12").len();
    let after = all("dataset?created=2016,*").len();
    assert_eq!(before + of_2015.len() + after, total);
    assert_eq!(anybody().get("/v1/dataset?modified=x").status(), 400);
}

#[test]
fn organizations_are_filtered_by_what_they_do() {
    assert!(all("organization?isEndorsed=true").iter().all(|o| o["endorsementApproved"] == true));
    assert_eq!(all("organization?isEndorsed=nonsense").len(), all("organization/pending").len());
    let large = all("organization?numPublishedDatasets=20,*");
    assert!(!large.is_empty());
    assert!(large.iter().all(|o| o["numPublishedDatasets"].as_i64().unwrap() >= 20));
    let modifiable = keys(&json!(all("organization?canModify=registry_editor")));
    assert_eq!(modifiable, [ORGANIZATION]);
    assert_eq!(all("organization?canModify=registry_admin").len(), all("organization").len());
    let network = keys(&json!(all("network"))).remove(0);
    let in_network = all(&format!("organization?networkKey={network}"));
    assert_eq!(in_network.len(), all(&format!("network/{network}/organization")).len());
}

#[test]
fn people_are_found_by_their_address() {
    let contact = one(&format!("dataset/{DATASET}"))["contacts"][0].clone();
    let email = contact["email"][0].as_str().unwrap();

    assert!(
        keys(&json!(all(&format!("dataset?contactEmail={email}")))).contains(&DATASET.to_owned())
    );
    assert!(all("dataset?contactEmail=nobody@example.org").is_empty());
}

#[test]
fn words_are_beginnings_and_all_have_to_match() {
    let title = one("organization/e2e717bf-551a-4917-bdc9-4fa0f342c530")["title"].clone();
    assert_eq!(title, "Lakeside Laboratory of Ornithology");

    assert_eq!(keys(&json!(all("organization?q=lakesi+ORNITH"))), [ORGANIZATION]);
    assert!(all("organization?q=lakesi+zzzz").is_empty());
    assert!(all("organization?q=%25%25").is_empty());
}

#[test]
fn pages_of_what_is_found_are_parts_of_the_whole_list() {
    for list in [
        "dataset?q=data",
        "dataset?machineTagNamespace=crawler.gbif.org",
        "dataset?machineTagNamespace=crawler.gbif.org&type=CHECKLIST&q=data",
        "dataset/search?q=data",
        "dataset/search?q=data+of+a+museum",
    ] {
        let whole = all(list);
        assert!(whole.len() > 14, "{list}");

        let pages = (0..whole.len()).step_by(7);
        let paged = pages.flat_map(|offset| {
            let page = one(&format!("{list}&limit=7&offset={offset}"));
            assert_eq!(page["count"], whole.len());
            page["results"].as_array().unwrap().clone()
        });

        assert_eq!(paged.collect::<Vec<Value>>(), whole, "{list}");
    }
}

#[test]
fn odd_datasets_have_their_lists() {
    let duplicates = all("dataset/duplicate");
    assert_eq!(duplicates.len(), 6);
    assert!(duplicates.iter().all(|dataset| dataset["duplicateOfDatasetKey"].is_string()));
    let unreachable = all("dataset/withNoEndpoint");
    assert_eq!(unreachable.len(), 5);
    assert!(unreachable.iter().all(|dataset| dataset["endpoints"] == json!([])));
    assert_eq!(all("dataset/deleted").len(), 8);
    let parts = all("dataset/constituents");
    let catalogue = "dataset/7ddf754f-d193-4cc9-b351-99906754a03b";
    assert!(parts.len() >= 8);
    assert_eq!(all(&format!("{catalogue}/constituents")).len(), parts.len());
    assert_eq!(one(catalogue)["numConstituents"], parts.len());
}

#[test]
fn a_doi_finds_its_dataset_however_its_slash_is_written() {
    assert_eq!(keys(&json!(all("dataset/doi/10.15468/igasai"))), [DATASET]);
    assert_eq!(keys(&json!(all("dataset/doi/10.15468%2FIGASAI"))), [DATASET]);
    assert!(all("dataset/doi/10.15468/none").is_empty());
}

#[test]
fn hosted_datasets_are_those_of_others() {
    let host = "fbca90e3-8aed-48b1-84e3-369afbd000ce";
    let hosted = all(&format!("organization/{host}/hostedDataset"));

    assert!(!hosted.is_empty());
    for dataset in &hosted {
        assert_ne!(dataset["publishingOrganizationKey"], host);
        let installation = dataset["installationKey"].as_str().unwrap();
        assert_eq!(one(&format!("installation/{installation}"))["organizationKey"], host);
    }
}

#[test]
fn a_deleted_dataset_still_makes_a_publisher() {
    let gbif = admin();
    let idle = gbif.get("/v1/installation/nonPublishing?limit=1").json();
    let installation = idle["results"][0]["key"].as_str().unwrap().to_owned();
    let mut dataset = super::dataset_of(ORGANIZATION);
    dataset["installationKey"] = installation.as_str().into();
    let key = super::key_of(&gbif.post("/v1/dataset", &dataset));

    gbif.delete(&format!("/v1/dataset/{key}"));

    let idle = keys(&gbif.get("/v1/installation/nonPublishing?limit=1000").json());
    assert!(!idle.contains(&installation));
    assert_eq!(gbif.get(&format!("/v1/installation/{installation}/dataset")).json()["count"], 0);
}

#[test]
fn nodes_list_what_they_endorse() {
    assert!(
        all(&format!("node/{NODE}/organization")).iter().all(|o| o["endorsingNodeKey"] == NODE)
    );
    assert!(!all(&format!("node/{NODE}/dataset")).is_empty());
    assert!(!all(&format!("node/{NODE}/installation")).is_empty());
    let pending = all(&format!("node/{NODE}/pendingEndorsement"));
    assert!(pending.iter().all(|o| o["endorsementApproved"] == false));
    assert_eq!(all("node/pendingEndorsement").len(), all("organization/pending").len());
}

#[test]
fn nodes_are_found_by_country_in_both_lengths() {
    let gbif = anybody();

    assert_eq!(gbif.get("/v1/node/country/us").json()["key"], NODE);
    assert_eq!(gbif.get("/v1/node/country/USA").json()["key"], NODE);
    for nobody in ["AQ", "QQ", "Denmark"] {
        let answer = gbif.get(&format!("/v1/node/country/{nobody}"));
        assert_eq!((answer.status(), answer.text()), (204, ""));
    }
    let countries: Vec<String> =
        serde_json::from_value(gbif.get("/v1/node/country").json()).unwrap();
    assert!(countries.is_sorted() && countries.contains(&"DK".to_owned()));
    let active: Vec<String> =
        serde_json::from_value(gbif.get("/v1/node/activeCountries").json()).unwrap();
    assert!(
        active.is_sorted() && active.contains(&"TW".to_owned()) && active.len() < countries.len()
    );
}

#[test]
fn suggestions_begin_with_titles_that_begin_so() {
    let gbif = anybody();

    let suggested = gbif.get("/v1/node/suggest?q=gbif").json();

    assert_eq!(suggested.as_array().unwrap().len(), 25);
    assert_eq!(suggested[0].as_object().unwrap().len(), 2);
    assert!(suggested[0]["title"].as_str().unwrap().starts_with("GBIF"));
    assert_eq!(gbif.get("/v1/node/suggest").json(), json!([]));
    assert_eq!(gbif.get("/v1/node/suggest?q=").json().as_array().unwrap().len(), 25);
    let inside = gbif.get("/v1/organization/suggest?q=RATORY+of+orni").json();
    assert_eq!(keys(&inside), [ORGANIZATION]);
}

#[test]
fn maps_hold_organizations_with_a_place() {
    let gbif = anybody();

    let map = gbif.get("/v1/organization/geojson?country=US").json();

    assert_eq!(map["type"], "FeatureCollection");
    let feature = &map["features"][0];
    assert_eq!(feature["geometry"]["type"], "Point");
    assert!(feature["properties"]["numPublishedDatasets"].is_i64());
    let places = gbif.get("/v1/installation/location/IPT_INSTALLATION").json();
    assert!(!places["features"].as_array().unwrap().is_empty());
    assert!(gbif.get("/v1/organization/count").json().as_i64().unwrap() > 0);
}

#[test]
fn synchronising_leaves_a_trace() {
    let gbif = admin();
    let path = format!("/v1/installation/{}", super::INSTALLATION);

    assert_eq!(gbif.post(&format!("{path}/synchronize"), &json!({})).status(), 204);

    let traces = gbif.get(&format!("{path}/metasync")).json();
    assert_eq!(traces["count"], 1);
    assert_eq!(traces["results"][0]["result"], "OK");
    assert_eq!(anybody().post(&format!("{path}/synchronize"), &json!({})).status(), 403);
}

#[test]
fn passwords_are_told_to_editors_alone() {
    let path = format!("/v1/organization/{ORGANIZATION}/password");

    let answer = super::editor().get(&path);

    assert_eq!((answer.status(), answer.content_type()), (200, "text/plain"));
    assert_eq!(anybody().get(&path).status(), 403);
}

#[test]
fn pages_of_datasets_find_their_counts() {
    let gbif = anybody();
    let path = format!("datasetKey={DATASET}");

    let count = gbif.get(&format!("/v1/occurrence/count?{path}")).json();

    assert!(count.as_i64().unwrap() > 0);
    assert_eq!(gbif.get(&format!("/v1/occurrence/search?limit=0&{path}")).json()["count"], count);
    assert_eq!(gbif.get("/v1/derivedDataset/user/x").json()["count"], 0);
    assert_eq!(gbif.get("/v1/occurrence/download/user/x").json()["results"], json!([]));
}
