//! What is special about datasets.

use serde_json::{Value, json};

use super::{CHECKLIST, DATASET, NETWORK, ORGANIZATION, admin, anybody, dataset_of, key_of, keys};

fn create(gbif: &crate::support::Client, more: Value) -> Value {
    let mut dataset = dataset_of(ORGANIZATION);
    dataset.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let key = key_of(&gbif.post("/v1/dataset", &dataset));
    gbif.get(&format!("/v1/dataset/{key}")).json()
}

#[test]
fn a_new_dataset_gets_a_doi_a_licence_and_a_language() {
    let dataset = create(&admin(), json!({}));

    let suffix = dataset["doi"].as_str().unwrap().strip_prefix("10.15468/").unwrap();
    assert!(
        suffix.len() == 6 && suffix.chars().all(|c| "23456789abcdefghjkmnpqrstuvwxyz".contains(c))
    );
    assert_eq!(dataset["license"], "http://creativecommons.org/licenses/by/4.0/legalcode");
    assert_eq!(dataset["language"], "eng");
    assert_eq!(dataset["external"], false);
    assert_eq!(dataset["networkKeys"], json!([]));
    assert_eq!(dataset.get("category"), None);
}

#[test]
fn a_doi_once_given_becomes_an_identifier_when_it_is_replaced() {
    let gbif = admin();
    let mut dataset = create(&gbif, json!({ "doi": "https://doi.org/10.5072/ABC" }));
    let path = format!("/v1/dataset/{}", dataset["key"].as_str().unwrap());
    assert_eq!(dataset["doi"], "10.5072/abc");

    dataset["doi"] = "10.5072/new".into();
    gbif.put(&path, &dataset);
    let replaced = gbif.get(&path).json();
    dataset["doi"] = "10.5072/abc".into();
    gbif.put(&path, &dataset);
    let back = gbif.get(&path).json();
    dataset.as_object_mut().unwrap().remove("doi");
    gbif.put(&path, &dataset);
    let minted = gbif.get(&path).json();

    let dois = |dataset: &Value| {
        let list = dataset["identifiers"].as_array().unwrap().clone();
        list.iter()
            .map(|known| known["identifier"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(replaced["doi"], "10.5072/new");
    assert_eq!(dois(&replaced), ["10.5072/abc"]);
    assert_eq!(back["doi"], "10.5072/abc");
    assert_eq!(dois(&back), ["10.5072/new"]);
    assert!(minted["doi"].as_str().unwrap().starts_with("10.15468/"));
    assert_eq!(dois(&minted), ["10.5072/abc", "10.5072/new"]);
}

#[test]
fn a_licence_cannot_be_taken_back() {
    let gbif = admin();
    let mut dataset = create(&gbif, json!({ "license": "CC0_1_0" }));
    let path = format!("/v1/dataset/{}", dataset["key"].as_str().unwrap());

    dataset["license"] = "my own terms".into();
    gbif.put(&path, &dataset);

    assert_eq!(
        gbif.get(&path).json()["license"],
        "http://creativecommons.org/publicdomain/zero/1.0/legalcode"
    );
}

#[test]
fn a_citation_names_originators_year_version_publisher_and_day() {
    let gbif = admin();
    let dataset = create(&gbif, json!({ "version": "1.4", "title": "Moths" }));
    let path = format!("/v1/dataset/{}", dataset["key"].as_str().unwrap());
    let without = dataset["citation"]["text"].as_str().unwrap().to_owned();
    for (role, first, last) in [
        ("ORIGINATOR", "Ada Maria", "Finch"),
        ("USER", "No", "Body"),
        ("METADATA_AUTHOR", "Bela", "Rook"),
        ("METADATA_AUTHOR", "Ada Maria", "Finch"),
    ] {
        let body = json!({ "type": role, "firstName": first, "lastName": last });
        gbif.post(&format!("{path}/contact"), &body);
    }

    let shown = gbif.get(&path).json();

    let doi = dataset["doi"].as_str().unwrap();
    let day = jiff::Timestamp::now().to_string()[..10].to_owned();
    let tail = format!("Occurrence dataset https://doi.org/{doi} accessed via GBIF.org on {day}.");
    assert_eq!(without, format!("Lakeside Laboratory of Ornithology. Moths. Version 1.4. {tail}"));
    assert_eq!(
        shown["citation"],
        json!({
            "text": format!(
                "Finch A M, Rook B. Moths. Version 1.4. Lakeside Laboratory of Ornithology. {tail}"
            ),
            "citationProvidedBySource": false,
        })
    );
    assert_eq!(shown["contactsCitation"][0]["abbreviatedName"], "Finch A M");
    assert_eq!(shown["contactsCitation"][0]["roles"], json!(["ORIGINATOR", "METADATA_AUTHOR"]));
}

#[test]
fn only_two_lists_generate_citations() {
    let gbif = anybody();

    let whole = gbif.get("/v1/dataset?limit=1000").json();
    let raw = gbif.get(&format!("/v1/organization/{ORGANIZATION}/publishedDataset")).json();

    let text = |dataset: &Value| dataset["citation"]["text"].as_str().unwrap().to_owned();
    assert!(text(&whole["results"][0]).contains("accessed via GBIF.org on 2"));
    for dataset in raw["results"].as_array().unwrap() {
        let title = dataset["title"].as_str().unwrap();
        assert_eq!(text(dataset), format!("Lakeside Laboratory of Ornithology: {title}"));
        assert_eq!(dataset["contactsCitation"], json!([]));
        assert_eq!(dataset["geographicCoverages"], json!([]));
        assert_eq!(dataset.get("pubDate"), None);
    }
}

#[test]
fn some_are_cited_as_their_publishers_say() {
    let iucn = anybody().get("/v1/dataset/19491596-35ae-4a91-9a98-85cf505f1bd3").json();

    let text = iucn["citation"]["text"].as_str().unwrap();
    assert!(text.starts_with(
        "IUCN (2024). The IUCN Red List of Threatened Species. Version 2024-2. https://doi.org/10."
    ));
    assert_eq!(iucn["citation"]["citationProvidedBySource"], true);
}

#[test]
fn a_new_title_of_the_publisher_shows_in_its_datasets_at_once() {
    let gbif = admin();
    let path = format!("/v1/organization/{ORGANIZATION}");
    let mut organization = gbif.get(&path).json();
    organization["title"] = "Quite Another Laboratory".into();

    gbif.put(&path, &organization);

    let page = gbif.get(&format!("{path}/publishedDataset?limit=1")).json();
    let key = keys(&page).remove(0);
    assert!(page["results"][0]["citation"]["text"].as_str().unwrap().starts_with("Quite Another"));
    let text = gbif.get(&format!("/v1/dataset/{key}")).text().to_owned();
    assert!(text.contains("Quite Another Laboratory"));
    let found = gbif.get("/v1/dataset/search?q=quite+another+laboratory").json();
    assert!(keys(&found).contains(&key));
}

#[test]
fn markup_in_descriptions_is_made_harmless_for_single_datasets() {
    let text = "<p>Fine</p><script>alert(1)</script>";
    let gbif = admin();

    let dataset = create(&gbif, json!({ "description": text }));

    assert_eq!(dataset["description"], "<p>Fine</p>");
}

#[test]
fn counts_follow_writes() {
    let gbif = admin();
    let published = || {
        gbif.get(&format!("/v1/organization/{ORGANIZATION}")).json()["numPublishedDatasets"]
            .as_i64()
            .unwrap()
    };
    let constituents =
        || gbif.get(&format!("/v1/dataset/{DATASET}")).json()["numConstituents"].as_i64().unwrap();
    let before = (published(), constituents());

    let dataset = create(&gbif, json!({ "parentDatasetKey": DATASET }));
    let with_one = (published(), constituents());
    gbif.delete(&format!("/v1/dataset/{}", dataset["key"].as_str().unwrap()));

    assert_eq!(with_one, (before.0 + 1, before.1 + 1));
    assert_eq!((published(), constituents()), before);
}

#[test]
fn a_checklist_has_metrics_that_add_up() {
    let metrics = anybody().get(&format!("/v1/dataset/{CHECKLIST}/metrics")).json();

    assert_eq!(metrics.as_object().unwrap().len(), 18);
    let usages = metrics["usagesCount"].as_i64().unwrap();
    assert!(metrics["synonymsCount"].as_i64().unwrap() < usages);
    let ranks = metrics["countByRank"].as_object().unwrap();
    assert!(ranks.values().map(|count| count.as_i64().unwrap()).sum::<i64>() <= usages);
}

#[test]
fn crawling_raises_the_attempt_and_leaves_a_trace() {
    let gbif = admin();
    let attempt = || {
        let tags = gbif.get(&format!("/v1/dataset/{DATASET}/machineTag")).json();
        let tags = tags.as_array().unwrap();
        let tag = tags.iter().find(|tag| tag["name"] == "crawl_attempt").unwrap();
        tag["value"].as_str().unwrap().parse::<i64>().unwrap()
    };
    let before = attempt();

    let answer = gbif.post(&format!("/v1/dataset/{DATASET}/crawl?platform=ALL"), &json!({}));

    assert_eq!(answer.status(), 204);
    assert_eq!(attempt(), before + 1);
    let history = gbif.get(&format!("/v1/dataset/{DATASET}/process")).json();
    assert_eq!(history["results"][0]["crawlJob"]["attempt"], before + 1);
    assert_eq!(history, gbif.get(&format!("/v1/ingestion/history/{DATASET}")).json());
    let one = gbif.get(&format!("/v1/dataset/{DATASET}/process/{}", before + 1)).json();
    assert_eq!(one, history["results"][0]);
    assert_eq!(gbif.get("/v1/dataset/process?limit=1").json()["results"][0], one);
}

#[test]
fn networks_of_a_dataset_are_a_bare_list() {
    let gbif = anybody();
    let member = keys(&gbif.get(&format!("/v1/network/{NETWORK}/constituents")).json()).remove(0);

    let networks = gbif.get(&format!("/v1/dataset/{member}/networks")).json();

    assert!(keys(&networks).contains(&NETWORK.to_owned()));
    assert_eq!(gbif.get(&format!("/v1/dataset/{member}/gridded")).json(), json!([]));
}
