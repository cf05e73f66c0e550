//! What holds for every kind of entity.

use serde_json::json;

use super::{
    DATASET, INSTALLATION, NETWORK, NOBODY, NODE, ORGANIZATION, admin, anybody, dataset_of, key_of,
    keys, organization,
};

#[test]
fn lists_are_pages_in_an_envelope() {
    let answer = anybody().get("/v1/installation?type=ipt_installation&limit=1");

    assert_eq!(answer.header("content-type"), Some("application/json"));
    let text = answer.text();
    assert!(text.starts_with(r#"{"offset":0,"limit":1,"endOfRecords":false,"count":"#), "{text}");
    assert_eq!(answer.json()["results"][0]["type"], "IPT_INSTALLATION");
}

#[test]
fn nonsense_in_paging_counts_as_nothing() {
    let gbif = anybody();

    let page = gbif.get("/v1/node?limit=abc&offset=-3").json();

    assert_eq!((&page["limit"], &page["offset"]), (&json!(20), &json!(0)));
    assert_eq!(gbif.get("/v1/node?limit=5000").json()["limit"], 1000);
    let none = gbif.get("/v1/node?limit=0").json();
    assert_eq!((&none["results"], &none["endOfRecords"]), (&json!([]), &json!(false)));
    let beyond = gbif.get("/v1/node?offset=5000").json();
    assert_eq!((&beyond["results"], &beyond["endOfRecords"]), (&json!([]), &json!(true)));
}

#[test]
fn pages_join_up() {
    let gbif = anybody();

    let whole = keys(&gbif.get("/v1/dataset?limit=1000").json());
    let mut joined = Vec::new();
    for offset in (0..whole.len()).step_by(50) {
        joined.extend(keys(&gbif.get(&format!("/v1/dataset?limit=50&offset={offset}")).json()));
    }

    assert_eq!(joined, whole);
}

#[test]
fn lists_begin_with_the_newest() {
    let page = anybody().get("/v1/organization?limit=100").json();

    let created: Vec<&str> = page["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["created"].as_str().unwrap())
        .collect();
    assert!(created.is_sorted_by(|a, b| a >= b));
}

#[test]
fn a_created_organization_reads_back_with_its_keys_in_order() {
    let gbif = admin();

    let key = key_of(&gbif.post("/v1/organization", &organization()));

    let text = gbif.get(&format!("/v1/organization/{key}")).text().to_owned();
    let now = text.split("\"created\":\"").nth(1).unwrap()[..29].to_owned();
    assert_eq!(
        text,
        format!(
            concat!(
                r#"{{"key":"{key}","endorsingNodeKey":"{node}","endorsementApproved":false,"#,
                r#""endorsementStatus":"WAITING_FOR_ENDORSEMENT","title":"Test Herbarium","#,
                r#""language":"eng","email":[],"phone":[],"homepage":[],"address":[],"country":"US","#,
                r#""numPublishedDatasets":0,"createdBy":"registry_admin","#,
                r#""modifiedBy":"registry_admin","created":"{now}","modified":"{now}","#,
                r#""contacts":[],"endpoints":[],"machineTags":[],"tags":[],"identifiers":[],"#,
                r#""comments":[]}}"#
            ),
            key = key,
            node = NODE,
            now = now
        )
    );
}

#[test]
fn a_key_comes_bare_to_whoever_wants_text() {
    let answer =
        admin().with_header("accept", "text/plain").post("/v1/organization", &organization());

    assert_eq!(answer.content_type(), "text/plain");
    assert_eq!(answer.text().len(), 36);
}

#[test]
fn deleted_entities_stay_readable_and_leave_the_lists() {
    let gbif = admin();
    for kind in ["dataset", "organization", "installation"] {
        let key = keys(&gbif.get(&format!("/v1/{kind}?limit=1")).json()).remove(0);

        let answer = gbif.delete(&format!("/v1/{kind}/{key}"));

        assert_eq!((answer.status(), answer.text()), (204, ""));
        let shown = gbif.get(&format!("/v1/{kind}/{key}")).json();
        assert_eq!(shown["deleted"], shown["modified"]);
        assert_eq!(gbif.get(&format!("/v1/{kind}/{key}/comment")).status(), 200);
        let live = keys(&gbif.get(&format!("/v1/{kind}?limit=1000")).json());
        assert!(!live.contains(&key), "{kind}");
        let deleted = keys(&gbif.get(&format!("/v1/{kind}/deleted?limit=1000")).json());
        assert!(deleted.contains(&key), "{kind}");
    }
}

#[test]
fn a_deleted_dataset_is_found_nowhere_until_it_is_restored() {
    let gbif = admin();
    let mut dataset = dataset_of(ORGANIZATION);
    dataset["title"] = "Zanzibar quokka census".into();
    let key = key_of(&gbif.post("/v1/dataset", &dataset));
    let path = format!("/v1/dataset/{key}");
    gbif.post(&format!("/v1/network/{NETWORK}/constituents/{key}"), &json!({}));
    let places = [
        "/v1/dataset?q=quokka".to_owned(),
        "/v1/dataset/search?q=quokka".to_owned(),
        "/v1/dataset/search/export?q=quokka".to_owned(),
        "/v1/dataset/suggest?q=quokka".to_owned(),
        format!("/v1/network/{NETWORK}/constituents?limit=1000"),
        format!("/v1/organization/{ORGANIZATION}/publishedDataset?limit=1000"),
        format!("/v1/installation/{INSTALLATION}/dataset?limit=1000"),
        format!("/v1/node/{NODE}/dataset?limit=1000"),
        "/v1/oai-pmh/registry?verb=ListIdentifiers&metadataPrefix=oai_dc".to_owned(),
    ];
    let shows = |place: &String| gbif.get(place).text().contains(&key);
    let size = || gbif.get(&format!("/v1/network/{NETWORK}")).json()["numConstituents"].clone();
    assert!(places.iter().all(shows));
    let with_it = size();

    gbif.delete(&path);
    let mut stored = gbif.get(&path).json();
    let without_it = size();

    assert!(!places.iter().any(shows));
    assert_eq!(without_it, json!(with_it.as_i64().unwrap() - 1));
    assert!(shows(&"/v1/dataset/deleted?limit=1000".to_owned()));
    assert_eq!(gbif.get(&format!("{path}/document")).status(), 200);
    stored.as_object_mut().unwrap().remove("deleted");
    assert_eq!(gbif.put(&path, &stored).status(), 204);
    assert!(places.iter().all(shows));
    assert_eq!(size(), with_it);
    assert!(!shows(&"/v1/dataset/deleted?limit=1000".to_owned()));
}

#[test]
fn a_put_without_deleted_brings_a_deleted_entity_back() {
    let gbif = admin();
    let path = format!("/v1/dataset/{DATASET}");
    gbif.delete(&path);
    let mut dataset = gbif.get(&path).json();

    let refused = gbif.put(&path, &dataset);
    dataset.as_object_mut().unwrap().remove("deleted");
    let accepted = gbif.put(&path, &dataset);

    assert_eq!(
        refused.whole(),
        "400 text/plain\nUnable to update a previously deleted entity unless you clear the deletion timestamp"
    );
    assert_eq!(accepted.status(), 204);
    assert_eq!(gbif.get(&path).json().get("deleted"), None);
}

#[test]
fn an_update_cannot_delete() {
    let gbif = admin();
    let path = format!("/v1/organization/{ORGANIZATION}");
    let mut organization = gbif.get(&path).json();
    organization["deleted"] = "2024-01-01T00:00:00.000+00:00".into();

    let answer = gbif.put(&path, &organization);

    assert_eq!(
        answer.whole(),
        "400 text/plain\nCannot delete using the update service.  Use the deletion service"
    );
}

#[test]
fn an_update_replaces_every_field_and_no_part() {
    let gbif = admin();
    let path = format!("/v1/organization/{ORGANIZATION}");
    let before = gbif.get(&path).json();

    let body = json!({
        "key": ORGANIZATION, "title": "  New name ", "endorsingNodeKey": NODE,
        "language": "en", "country": "usa", "city": " ",
    });
    let answer = gbif.put(&path, &body);

    assert_eq!(answer.status(), 204);
    let after = gbif.get(&path).json();
    assert_eq!(after["title"], "New name");
    assert_eq!((&after["language"], &after["country"]), (&json!("eng"), &json!("US")));
    assert_eq!(after.get("city"), None);
    assert_eq!(after.get("description"), None);
    for member in ["contacts", "comments", "created", "createdBy", "endorsementApproved"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    assert_eq!(after["modifiedBy"], "registry_admin");
    assert_ne!(after["modified"], before["modified"]);
}

#[test]
fn keys_of_path_and_body_have_to_agree() {
    let mut body = organization();
    body["key"] = NOBODY.into();

    let answer = admin().put(&format!("/v1/organization/{ORGANIZATION}"), &body);

    assert_eq!((answer.status(), answer.text()), (400, ""));
}

#[test]
fn what_only_the_server_sets_must_not_be_sent() {
    let mut body = organization();
    body["key"] = NOBODY.into();
    body["created"] = "2024-01-01".into();

    let answer = admin().post("/v1/organization", &body);

    assert_eq!(
        answer.whole(),
        "422 text/plain\n<ul><li>Validation of [created] failed: must be null</li><li>Validation of [key] failed: must be null</li></ul>"
    );
}

#[test]
fn an_installation_wants_its_moments_back() {
    let gbif = admin();
    let path = format!("/v1/installation/{INSTALLATION}");
    let mut installation = gbif.get(&path).json();
    installation.as_object_mut().unwrap().remove("created");

    let answer = gbif.put(&path, &installation);

    assert_eq!(
        answer.whole(),
        "422 text/plain\n<ul><li>Validation of [created] failed: must not be null</li></ul>"
    );
}

#[test]
fn unknown_keys_are_answered_differently_by_datasets() {
    let gbif = admin();
    let mut dataset = dataset_of(ORGANIZATION);
    dataset["key"] = NOBODY.into();
    let mut other = organization();
    other["key"] = NOBODY.into();

    assert_eq!(gbif.delete(&format!("/v1/dataset/{NOBODY}")).status(), 404);
    assert_eq!(gbif.delete(&format!("/v1/organization/{NOBODY}")).status(), 204);
    assert_eq!(
        gbif.put(&format!("/v1/dataset/{NOBODY}"), &dataset).whole(),
        format!("400 text/plain\nDataset {NOBODY} not existing")
    );
    assert_eq!(gbif.put(&format!("/v1/organization/{NOBODY}"), &other).status(), 500);
}

#[test]
fn a_refused_write_leaves_nothing_behind() {
    let gbif = admin();
    let before = gbif.get("/v1/dataset?limit=1000").text().to_owned();
    let mut dataset = dataset_of(ORGANIZATION);
    dataset["installationKey"] = NOBODY.into();

    let refused = gbif.post("/v1/dataset", &dataset);
    let first = key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));

    assert_eq!(refused.status(), 500);
    let untouched = admin();
    assert_eq!(first, key_of(&untouched.post("/v1/dataset", &dataset_of(ORGANIZATION))));
    assert!(!before.contains(&first));
}

#[test]
fn titles_are_given_for_keys_to_anybody() {
    let answer = anybody().post("/v1/organization/titles", &json!([ORGANIZATION, NOBODY]));

    assert_eq!(answer.status(), 201);
    assert_eq!(answer.json(), json!({ ORGANIZATION: "Lakeside Laboratory of Ornithology" }));
}

#[test]
fn a_slash_at_the_end_changes_nothing() {
    let gbif = anybody();

    assert_eq!(gbif.get("/v1/dataset/?limit=3").json(), gbif.get("/v1/dataset?limit=3").json());
    assert_eq!(gbif.get("/v1/dataset/deleted/").status(), 200);
    assert_eq!(gbif.get("/v1/enumeration/basic/").status(), 200);
    assert_eq!(gbif.get(&format!("/v1/organization/{ORGANIZATION}?limit=100")).status(), 200);
}

#[test]
fn the_real_hosts_leave_out_prefixes() {
    let gbif = anybody();
    let of_host = |host: &str, path: &str| {
        let client = crate::support::Client::of_emulator(gbif.emulator().clone(), "");
        client.with_header("host", host).get(path).status()
    };

    assert_eq!(of_host("api.gbif.org", "/v1/node?limit=1"), 200);
    assert_eq!(of_host("api.gbif-uat.org", "/v1/node?limit=1"), 200);
    assert_eq!(of_host("registry-api.gbif.org", "/node?limit=1"), 200);
}

#[test]
fn single_entities_have_the_members_that_clients_count() {
    let gbif = anybody();

    let installation = gbif.get(&format!("/v1/installation/{INSTALLATION}")).json();
    let identifiers = gbif.get("/v1/node/03e816b3-8f58-49ae-bc12-4e18b358d6d9/identifier").json();

    assert_eq!(installation.as_object().unwrap().len(), 16);
    assert_eq!(identifiers.as_array().unwrap().len(), 1);
    assert_eq!(identifiers[0].as_object().unwrap().len(), 6);
}
