//! Where the live registry differs from its documentation, both ways.

use serde_json::json;

use super::{DATASET, NETWORK, as_user, keys};
use crate::support::{Client, documented_and_live};

fn admin(gbif: &Client) -> Client {
    as_user(gbif, "registry_admin")
}

/// Adds a machine tag to the dataset, and tells who may delete it: its answer to each of these users.
fn deletions(gbif: &Client, namespace: &str) -> Vec<String> {
    let path = format!("/v1/dataset/{DATASET}/machineTag");
    let tag = json!({ "namespace": namespace, "name": "a", "value": "b" });
    let users = ["", "plain_user", "registry_editor", "registry_admin"];
    let delete = |user: &str| {
        let key = admin(gbif).post(&path, &tag).any_json();
        let client = if user.is_empty() { gbif.anonymous() } else { as_user(gbif, user) };
        client.delete(&format!("{path}/{key}")).whole()
    };
    users.map(delete).to_vec()
}

#[test]
fn machine_tags_deleted_by_their_number() {
    let [documented, live] = documented_and_live("gbif.machine_tag_auth", |gbif| {
        [deletions(gbif, "editor.example.org"), deletions(gbif, "a.example.org")]
    });

    assert_eq!(documented, [["204 \n"; 4], ["204 \n"; 4]]);
    let (nobody, plain) =
        ("403 \nUnauthenticated or incomplete request\r\n", "403 \nUser has no editor rights\r\n");
    let foreign = format!(
        "403 \nUser registry_editor is not allowed to delete machine tags from dataset {DATASET}\r\n"
    );
    assert_eq!(live[0], [nobody, plain, "204 \n", "204 \n"]);
    assert_eq!(live[1], [nobody, plain, &foreign, "204 \n"]);
}

#[test]
fn facets_without_a_limit() {
    let [documented, live] = documented_and_live("gbif.facet_limit", |gbif| {
        ["", "&facetLimit=12"].map(|limit| {
            let path = format!("/v1/dataset/search?limit=0&facet=publishingOrg{limit}");
            let page = gbif.get(&path).json();
            page["facets"][0]["counts"].as_array().unwrap().len()
        })
    });

    assert!(documented[0] > 12, "{documented:?}");
    assert_eq!((documented[1], live), (12, [10, 12]));
}

#[test]
fn keywords_in_another_case() {
    let [documented, live] = documented_and_live("gbif.keyword_case", |gbif| {
        let page = gbif.get("/v1/dataset/search?limit=0&facet=keyword&facetLimit=1").json();
        let keyword = page["facets"][0]["counts"][0]["name"].as_str().unwrap().to_owned();
        let other = if keyword == keyword.to_uppercase() {
            keyword.to_lowercase()
        } else {
            keyword.to_uppercase()
        };
        [keyword, other].map(|keyword| {
            let keyword = wardian::kit::links::encode_one(&keyword);
            gbif.get(&format!("/v1/dataset/search?limit=0&keyword={keyword}")).json()["count"]
                .clone()
        })
    });

    assert_eq!(documented[0], documented[1]);
    assert_eq!(live, [documented[0].clone(), json!(0)]);
}

#[test]
fn installations_by_the_documented_name_of_their_type() {
    let [documented, live] = documented_and_live("gbif.installation_type_ignored", |gbif| {
        ["", "type=BIOCASE_INSTALLATION", "installationType=BIOCASE_INSTALLATION"].map(|query| {
            gbif.get(&format!("/v1/installation?limit=0&{query}")).json()["count"].as_i64().unwrap()
        })
    });

    assert!(documented[0] > documented[1] && documented[1] > 0);
    assert_eq!(documented[2], documented[1]);
    assert_eq!(live, [documented[0], documented[1], documented[0]]);
}

#[test]
fn paths_that_do_not_say_what_they_are_about() {
    let [documented, live] = documented_and_live("gbif.bare_paths_refused", |gbif| {
        let admin = admin(gbif);
        let comments = format!("/v1/dataset/{DATASET}/comment");
        let comment = admin.post(&comments, &json!({ "content": "Hi" })).any_json();
        let inside = format!("/v1/network/{NETWORK}/constituents");
        let member = keys(&gbif.get(&format!("{inside}?limit=1")).json()).remove(0);
        let answers = [
            admin.delete(&format!("{comments}?id={comment}")),
            admin.delete(&format!("{inside}?datasetKey={member}")),
            admin.post(&inside, &json!(member)),
        ];
        answers.map(|answer| (answer.status(), answer.header("allow").map(str::to_owned)))
    });

    assert_eq!(documented, [(204, None), (204, None), (204, None)]);
    let refused = |allow: &str| (405, Some(allow.to_owned()));
    assert_eq!(live, [refused("GET,POST"), refused("GET"), refused("GET")]);
}

#[test]
fn a_refused_deletion_deletes_nothing() {
    let [_, live] = documented_and_live("gbif.machine_tag_auth", |gbif| {
        let path = format!("/v1/dataset/{DATASET}/machineTag");
        let tag = json!({ "namespace": "a.example.org", "name": "a", "value": "b" });
        let key = admin(gbif).post(&path, &tag).any_json();
        gbif.delete(&format!("{path}/{key}"));
        let tags = gbif.get(&path).json();
        tags.as_array().unwrap().iter().any(|tag| tag["key"] == key)
    });

    assert!(live);
}
