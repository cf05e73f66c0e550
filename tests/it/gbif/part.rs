//! What entities hold lists of.

use serde_json::{Value, json};

use super::{DATASET, INSTALLATION, NOBODY, ORGANIZATION, admin, anybody};

fn path(part: &str) -> String {
    format!("/v1/dataset/{DATASET}/{part}")
}

#[test]
fn a_machine_tag_is_added_listed_and_deleted() {
    let gbif = admin();
    let body = json!({ "namespace": "a.example.org", "name": "colour", "value": "red" });

    let answer = gbif.post(&path("machineTag"), &body);

    assert_eq!(answer.status(), 201);
    let key = answer.json().as_i64().unwrap();
    let listed = gbif.get(&path("machineTag")).json();
    let members: Vec<&String> = listed[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["key", "namespace", "name", "value", "createdBy", "created"]);
    assert_eq!(listed[0]["namespace"], "a.example.org");
    assert_eq!(gbif.get(&format!("/v1/dataset/{DATASET}")).json()["machineTags"], listed);
    assert_eq!(gbif.delete(&format!("{}/{key}", path("machineTag"))).status(), 204);
    let left = gbif.get(&path("machineTag")).json();
    assert!(!left.as_array().unwrap().iter().any(|tag| tag["key"] == key));
}

#[test]
fn anybody_may_delete_a_machine_tag_by_its_number() {
    let gbif = anybody();
    let key = gbif.get(&path("machineTag")).json()[0]["key"].as_i64().unwrap();

    assert_eq!(gbif.delete(&format!("{}/{key}", path("machineTag"))).status(), 204);
    assert_eq!(gbif.get(&path("machineTag")).json(), json!([]));
}

#[test]
fn newest_parts_come_first_but_contacts_last() {
    let gbif = admin();
    for part in ["tag", "comment", "identifier", "endpoint", "contact"] {
        let body = json!({
            "value": "x", "content": "x", "type": if part == "contact" { "EDITOR" } else { "URL" },
            "identifier": "https://a.example.org", "url": "https://a.example.org",
        });
        let mut body = body;
        if part == "endpoint" {
            body["type"] = "OTHER".into();
        }
        let first = gbif.post(&path(part), &body).json();
        let second = gbif.post(&path(part), &body).json();

        let listed: Vec<Value> = gbif
            .get(&path(part))
            .json()
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part["key"].clone())
            .collect();
        let place = |key: &Value| listed.iter().position(|listed| listed == key).unwrap();
        assert_eq!(place(&second) < place(&first), part != "contact", "{part}");
    }
}

#[test]
fn a_primary_contact_takes_the_rank_from_others_of_its_type() {
    let gbif = admin();
    let body = json!({ "type": "ORIGINATOR", "primary": true, "lastName": "Finch" });

    let key = gbif.post(&path("contact"), &body).json();

    let contacts = gbif.get(&path("contact")).json();
    let primary: Vec<&Value> = contacts
        .as_array()
        .unwrap()
        .iter()
        .filter(|contact| contact["type"] == "ORIGINATOR" && contact["primary"] == true)
        .map(|contact| &contact["key"])
        .collect();
    assert_eq!(primary, [&key]);
    let others = contacts.as_array().unwrap().iter();
    assert!(others.filter(|c| c["type"] != "ORIGINATOR").any(|c| c["primary"] == true));
}

#[test]
fn contacts_are_changed_with_and_without_their_key_in_the_path() {
    let gbif = admin();
    let mut contact = gbif.get(&path("contact")).json()[0].clone();
    contact["firstName"] = "Zoe".into();

    let with_key = gbif.put(&format!("{}/{}", path("contact"), contact["key"]), &contact);
    contact["lastName"] = "Finch".into();
    let without_key = gbif.put(&path("contact"), &contact);

    assert_eq!((with_key.status(), without_key.status()), (204, 204));
    let changed = gbif.get(&path("contact")).json()[0].clone();
    assert_eq!((&changed["firstName"], &changed["lastName"]), (&json!("Zoe"), &json!("Finch")));
    assert_eq!(changed["modifiedBy"], "registry_admin");
    assert_eq!(changed["createdBy"], contact["createdBy"]);
}

#[test]
fn a_contact_of_somebody_else_cannot_be_changed() {
    let gbif = admin();
    let contact = gbif.get(&format!("/v1/organization/{ORGANIZATION}/contact")).json()[0].clone();

    let answer = gbif.put(&path("contact"), &contact);

    assert_eq!(
        answer.whole(),
        "400 text/plain\nThe provided contact is not connected to the given entity"
    );
}

#[test]
fn a_changed_contact_has_to_bring_its_moments() {
    let gbif = admin();
    let key = gbif.get(&path("contact")).json()[0]["key"].clone();

    let answer = gbif.put(&path("contact"), &json!({ "key": key }));

    assert_eq!(
        answer.whole(),
        "422 text/plain\n<ul><li>Validation of [created] failed: must not be null</li><li>Validation of [modified] failed: must not be null</li></ul>"
    );
}

#[test]
fn parts_leave_the_entity_as_old_as_it_was() {
    let gbif = admin();
    let modified = gbif.get(&format!("/v1/dataset/{DATASET}")).json()["modified"].clone();

    gbif.post(&path("tag"), &json!({ "value": "moths" }));

    assert_eq!(gbif.get(&format!("/v1/dataset/{DATASET}")).json()["modified"], modified);
}

#[test]
fn deleting_what_is_not_there_succeeds() {
    let gbif = admin();
    let foreign =
        gbif.get(&format!("/v1/organization/{ORGANIZATION}/comment")).json()[0]["key"].clone();

    assert_eq!(gbif.delete(&format!("{}/{foreign}", path("comment"))).status(), 204);
    assert_eq!(gbif.delete(&path("comment/999999")).status(), 204);
    let kept = gbif.get(&format!("/v1/organization/{ORGANIZATION}/comment")).json();
    assert_eq!(kept[0]["key"], foreign);
}

#[test]
fn comments_can_be_deleted_by_a_query() {
    let gbif = admin();
    let key = gbif.post(&path("comment"), &json!({ "content": "x" })).json();

    assert_eq!(gbif.delete(&format!("{}?commentKey={key}", path("comment"))).status(), 204);
    assert_eq!(gbif.delete(&path("comment")).status(), 405);
}

#[test]
fn parts_of_what_does_not_exist_are_not_found() {
    let answer = anybody().get(&format!("/v1/organization/{NOBODY}/contact"));

    assert_eq!(
        answer.whole(),
        format!("404 \nEntity organization not found with key {NOBODY}\r\n")
    );
}

#[test]
fn installations_and_networks_hide_their_identifiers() {
    let gbif = admin();
    let path = format!("/v1/installation/{INSTALLATION}");
    gbif.post(
        &format!("{path}/identifier"),
        &json!({ "type": "URL", "identifier": "https://a.org" }),
    );

    assert_eq!(gbif.get(&path).json()["identifiers"], json!([]));
    assert_eq!(gbif.get(&format!("{path}/identifier")).json().as_array().unwrap().len(), 1);
}

#[test]
fn endpoints_keep_the_machine_tags_that_come_with_them() {
    let gbif = admin();
    let body = json!({
        "type": "OTHER", "url": "https://a.example.org",
        "machineTags": [{ "namespace": "a.org", "name": "b", "value": "c" }],
    });

    gbif.post(&path("endpoint"), &body);

    let endpoint = gbif.get(&path("endpoint")).json()[0].clone();
    assert_eq!(endpoint["machineTags"][0]["value"], "c");
    assert!(endpoint["machineTags"][0]["key"].is_i64());
}

#[test]
fn values_of_parts_have_their_limits() {
    let gbif = admin();
    let body = json!({ "namespace": "a.org", "name": "b", "value": "x".repeat(701) });

    assert_eq!(
        gbif.post(&path("machineTag"), &body).whole(),
        "422 text/plain\n<ul><li>Validation of [value] failed: size must be between 1 and 700</li></ul>"
    );
    assert_eq!(
        gbif.post(&path("tag"), &json!({ "value": " " })).whole(),
        "422 text/plain\n<ul><li>Validation of [value] failed: must not be null</li></ul>"
    );
}

#[test]
fn contacts_of_nodes_are_managed_elsewhere() {
    let gbif = admin();
    let path = "/v1/node/8618c64a-93e0-4300-b546-7249e5148ed2/contact";
    let refusal = "501 text/plain\nContacts are manually managed in the Directory";

    assert_eq!(gbif.get(path).whole(), refusal);
    assert_eq!(gbif.post(path, &json!({})).whole(), refusal);
    assert_eq!(gbif.delete(&format!("{path}/1")).whole(), refusal);
    assert_eq!(anybody().post(path, &json!({})).status(), 403);
}
