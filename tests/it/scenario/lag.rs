//! Searches that lag behind writes.

use rstest::rstest;
use serde_json::{Value, json};
use wardian::apis;
use wardian::kit::fields::{Fields, Place};

use super::{counts, enact};
use crate::gbif::{DATASET, ORGANIZATION, admin, dataset_of, key_of};
use crate::mo::{ids, key_of as api_key_of, send};
use crate::support::Client;

const ADA: i64 = 7;

/// The clock stands still, so that only the test lets time pass.
fn freeze(client: &Client) {
    let noon = json!({ "mode": "frozen", "now": "2030-05-01T12:00:00Z" });
    client.control().put("/clock", &noon).expect_status(200);
}

fn wait(client: &Client, seconds: u32) {
    let by = format!("{seconds}s");
    client.control().put("/clock", &json!({ "advance": by })).expect_status(200);
}

fn lag(api: &str) -> Value {
    json!([{ "match": { "api": api, "method": "GET" }, "effect": { "lag": "10s" } }])
}

fn count(gbif: &Client, path: &str) -> i64 {
    gbif.get(path).json()["count"].as_i64().unwrap()
}

#[rstest]
#[case::search("/v1/dataset/search?limit=0")]
#[case::list("/v1/dataset?limit=0")]
#[case::of_an_organization(&format!("/v1/organization/{ORGANIZATION}/publishedDataset?limit=0"))]
fn a_new_dataset_is_there_by_its_key_before_searches_show_it(#[case] path: &str) {
    let gbif = admin();
    freeze(&gbif);
    enact(&gbif, &lag("gbif"));
    let before = count(&gbif, path);

    let key = key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));

    assert_eq!(gbif.get(&format!("/v1/dataset/{key}")).status(), 200);
    assert_eq!(gbif.get(&format!("/v1/dataset/{key}/contact")).status(), 200);
    assert_eq!(count(&gbif, path), before);
    wait(&gbif, 9);
    assert_eq!(count(&gbif, path), before);
    wait(&gbif, 1);
    assert_eq!(count(&gbif, path), before + 1);
}

#[test]
fn a_deleted_dataset_is_listed_until_the_index_knows() {
    let gbif = admin();
    freeze(&gbif);
    enact(&gbif, &lag("gbif"));
    let deleted = "/v1/dataset/deleted?limit=0";
    let before = count(&gbif, deleted);

    gbif.delete(&format!("/v1/dataset/{DATASET}")).expect_status(204);

    assert!(gbif.get(&format!("/v1/dataset/{DATASET}")).json()["deleted"].is_string());
    assert_eq!(count(&gbif, deleted), before);
    wait(&gbif, 10);
    assert_eq!(count(&gbif, deleted), before + 1);
}

#[test]
fn only_answers_from_the_past_are_marked() {
    let gbif = admin();
    freeze(&gbif);
    enact(&gbif, &lag("gbif"));
    let fault = |path: &str| gbif.get(path).header("x-wardian-fault").map(str::to_owned);

    assert_eq!(fault("/v1/dataset/search?limit=0"), None, "nothing has changed yet");
    let key = key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));
    assert_eq!(fault("/v1/dataset/search?limit=0").as_deref(), Some("s/#1"));
    assert_eq!(fault(&format!("/v1/dataset/{key}")), None, "it was looked up by its key");
    wait(&gbif, 10);
    assert_eq!(fault("/v1/dataset/search?limit=0"), None);
    assert_eq!(counts(&gbif, "s"), [(4, 1)]);
}

#[test]
fn exports_lag_behind_too() {
    let gbif = admin();
    freeze(&gbif);
    enact(&gbif, &lag("gbif"));
    let lines = || gbif.get("/v1/dataset/search/export?format=TSV").text().lines().count();
    let before = lines();

    gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)).expect_status(201);

    assert_eq!(lines(), before);
    wait(&gbif, 10);
    assert_eq!(lines(), before + 1);
}

#[test]
fn what_was_written_before_the_scenario_is_shown_and_its_end_shows_everything() {
    let gbif = admin();
    freeze(&gbif);
    let path = "/v1/dataset/search?limit=0";
    let before = count(&gbif, path);
    gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)).expect_status(201);

    enact(&gbif, &lag("gbif"));
    assert_eq!(count(&gbif, path), before + 1);
    gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)).expect_status(201);
    assert_eq!(count(&gbif, path), before + 1);

    gbif.control().put("/scenarios/s/active", &json!({ "active": false })).expect_status(200);
    assert_eq!(count(&gbif, path), before + 2);
    // What is written meanwhile is not hidden by what was kept before.
    gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)).expect_status(201);
    gbif.control().put("/scenarios/s/active", &json!({ "active": true })).expect_status(200);
    assert_eq!(count(&gbif, path), before + 3);
}

#[test]
fn a_reset_leaves_no_past() {
    let gbif = admin();
    freeze(&gbif);
    enact(&gbif, &lag("gbif"));
    let path = "/v1/dataset/search?limit=0";
    let before = count(&gbif, path);
    gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)).expect_status(201);
    wait(&gbif, 10);
    gbif.delete(&format!("/v1/dataset/{DATASET}")).expect_status(204);
    assert_eq!(count(&gbif, path), before + 1);

    gbif.control().post("/reset?what=data", &json!({})).expect_status(204);

    assert_eq!(count(&gbif, path), before);
}

#[test]
fn a_request_may_name_the_scenario_itself() {
    let gbif = admin();
    freeze(&gbif);
    let lagging = gbif.with_header("x-wardian-scenario", "gbif-search-lag");
    let path = "/v1/dataset/search?limit=0";
    let before = count(&gbif, path);

    lagging.post("/v1/dataset", &dataset_of(ORGANIZATION)).expect_status(201);

    assert_eq!((count(&lagging, path), count(&gbif, path)), (before, before + 1));
}

#[test]
fn a_new_key_opens_lists_that_do_not_show_its_observation() {
    let mo = Client::of("mo");
    freeze(&mo);
    enact(&mo, &lag("mo"));
    let made = send(&mo, ADA, "POST", "api_keys", "app=Notebook");
    let key = made["key"].as_str().unwrap();
    let seen = send(&mo, ADA, "POST", "observations", "name=Agaricus&location=Earth&notes=new");
    let id = seen["id"].as_i64().unwrap();
    let listed = |key: &str| ids(&mo.get(&format!("/api2/observations?user=7&api_key={key}")));

    assert_eq!(ids(&mo.get(&format!("/api2/observations?id={id}&api_key={key}"))), [id]);
    assert_eq!(ids(&mo.get(&format!("/api2/observations/{id}"))), [id]);
    assert!(!listed(key).contains(&id));
    wait(&mo, 10);
    assert!(listed(&api_key_of(&mo, ADA)).contains(&id));
}

#[test]
fn what_lags_behind_are_searches_and_lists() {
    let searches = |api: &str, id: &str, query: &[(&str, &str)]| {
        let api = apis::all().into_iter().find(|known| known.name() == api).unwrap();
        let mut fields = Fields::new(api.habits());
        for (name, value) in query {
            fields.push(Place::Query, *name, *value);
        }
        let endpoints = api.endpoints();
        let endpoint = endpoints.iter().find(|endpoint| endpoint.id == id);
        endpoint.unwrap_or_else(|| panic!("{id}")).is_search(&fields)
    };

    for id in [
        "dataset.list",
        "dataset.search",
        "dataset.suggest",
        "dataset.search.export",
        "dataset.deleted",
        "organization.suggest",
        "organization.geojson",
        "network.constituents",
        "dataset.doi",
        "grscicoll.search",
        "grscicoll.lookup",
        "legacy.networks",
    ] {
        assert!(searches("gbif", id, &[]), "{id}");
    }
    for id in
        ["dataset.get", "dataset.create", "dataset.contact.list", "dataset.metrics", "user.login"]
    {
        assert!(!searches("gbif", id, &[]), "{id}");
    }
    assert!(searches("gbif", "oai-pmh.registry", &[("verb", "ListRecords")]));
    assert!(!searches("gbif", "oai-pmh.registry", &[("verb", "GetRecord")]));
    assert!(searches("mo", "observations.list", &[("user", "7")]));
    assert!(!searches("mo", "observations.list", &[("id", "1,2")]));
    assert!(!searches("mo", "observations.update", &[]));
    assert!(searches("tbia", "occurrence.search", &[]));
    assert!(!searches("tbia", "occurrence.search", &[("id", "x")]));
}
