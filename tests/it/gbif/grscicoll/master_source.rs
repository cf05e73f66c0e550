//! Where data are kept, and what that locks.

use http::Method;
use serde_json::{Value, json};

use super::{
    DATASET, MNHN, NOBODY, admin, anybody, as_user, collection_of, first, get, institution_in, key,
    key_of, new_institution, number_of, refused,
};
use crate::support::Client;

fn set(client: &Client, kind: &str, key: &str, source: &str, id: &str) -> String {
    let path = format!("/v1/grscicoll/{kind}/{key}/masterSourceMetadata");
    client.post(&path, &json!({ "source": source, "sourceId": id })).whole()
}

fn an_organization(client: &Client) -> Value {
    client.get("/v1/organization?limit=1&q=museum").json()["results"][0].clone()
}

#[test]
fn sourceable_fields_are_listed_in_order() {
    let listed = get(&anybody(), "collection/sourceableFields");

    let names: Vec<&str> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field["fieldName"].as_str().unwrap())
        .collect();
    assert_eq!(&names[..4], ["code", "name", "description", "active"]);
    assert_eq!(
        listed[1]["sources"],
        json!([
            { "masterSource": "GBIF_REGISTRY", "overridable": false, "sourceableParts": [] },
            { "masterSource": "IH", "overridable": true, "sourceableParts": [] },
        ])
    );
}

#[test]
fn who_keeps_their_own_data_has_no_metadata() {
    let client = admin();
    let key = new_institution(&client);

    let answer = client.get(&format!("/v1/grscicoll/institution/{key}/masterSourceMetadata"));

    assert_eq!(answer.whole(), "204 \n");
}

#[test]
fn a_number_of_index_herbariorum_locks_what_is_kept_there() {
    let client = admin();
    let key = new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}");
    let number = number_of(&client.post(
        &format!("{path}/masterSourceMetadata"),
        &json!({ "source": "IH_IRN", "sourceId": "123456" }),
    ));

    let shown = get(&client, &format!("institution/{key}"));
    let mut body = shown.clone();
    body["name"] = "Another".into();
    body["code"] = "OTHER".into();
    body["description"] = "Ours".into();
    let answer = client.put(&path, &body);

    assert_eq!(shown["masterSource"], "IH");
    assert_eq!(shown["masterSourceMetadata"]["key"], number);
    assert_eq!(shown["masterSourceMetadata"]["sourceId"], "123456");
    assert_eq!(answer.whole(), "204 \n");
    let after = get(&client, &format!("institution/{key}"));
    assert_eq!(after["name"], shown["name"]);
    assert_eq!(after["code"], shown["code"]);
    assert_eq!(after["description"], "Ours");
}

#[test]
fn a_collection_may_be_renamed_all_the_same() {
    let client = admin();
    let made = client.post("/v1/grscicoll/collection", &collection_of(MNHN));
    let key = key_of(&made);
    assert!(set(&client, "collection", &key, "IH_IRN", "9").starts_with("201"));
    let mut body = get(&client, &format!("collection/{key}"));
    body["name"] = "Renamed".into();

    client.put(&format!("/v1/grscicoll/collection/{key}"), &body);

    assert_eq!(get(&client, &format!("collection/{key}"))["name"], "Renamed");
}

#[test]
fn an_institution_is_brought_up_to_date_from_its_organization() {
    let client = admin();
    let key = new_institution(&client);
    let organization = an_organization(&client);

    let answer = set(&client, "institution", &key, "ORGANIZATION", &super::key(&organization));

    assert!(answer.starts_with("201"), "{answer}");
    let after = get(&client, &format!("institution/{key}"));
    assert_eq!(after["masterSource"], "GBIF_REGISTRY");
    assert_eq!(after["name"], organization["title"]);
    assert_eq!(after["address"]["country"], organization["country"]);
    assert_eq!(
        after["contactPersons"].as_array().unwrap().len(),
        organization["contacts"].as_array().unwrap().len()
    );
}

#[test]
fn a_collection_is_brought_up_to_date_from_its_dataset() {
    let client = admin();
    let key = key_of(&client.post("/v1/grscicoll/collection", &collection_of(MNHN)));
    let dataset = client.get(&format!("/v1/dataset/{DATASET}")).json();

    let answer = set(&client, "collection", &key, "DATASET", DATASET);

    assert!(answer.starts_with("201"), "{answer}");
    let after = get(&client, &format!("collection/{key}"));
    assert_eq!(after["name"], dataset["title"]);
    assert_eq!(after["active"], true);
    let doi = format!("https://doi.org/{}", dataset["doi"].as_str().unwrap());
    assert_eq!(after["identifiers"][0]["type"], "DOI");
    assert_eq!(after["identifiers"][0]["identifier"], doi);
}

#[test]
fn a_later_change_of_the_organization_shows() {
    let session = anybody();
    let client = as_user(&session, "grscicoll_admin");
    let registry = as_user(&session, "registry_admin");
    let key = new_institution(&client);
    let mut organization = an_organization(&client);
    let organization_key = super::key(&organization);
    set(&client, "institution", &key, "ORGANIZATION", &organization_key);
    organization["title"] = "Renamed in the Registry".into();

    let answer = registry.put(&format!("/v1/organization/{organization_key}"), &organization);

    assert_eq!(answer.status(), 204, "{}", answer.text());
    assert_eq!(get(&client, &format!("institution/{key}"))["name"], "Renamed in the Registry");
}

#[test]
fn what_a_document_says_of_the_dataset_shows() {
    const EML: &str = r#"<eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0"><dataset>
        <title>Moths of the museum</title>
        <creator><individualName><surName>Finch</surName></individualName></creator>
        <metadataProvider><individualName><surName>Rook</surName></individualName></metadataProvider>
        <coverage>
          <geographicCoverage><geographicDescription>Jutland</geographicDescription></geographicCoverage>
          <temporalCoverage><rangeOfDates>
            <beginDate><calendarDate>1998-01-01</calendarDate></beginDate>
            <endDate><calendarDate>2003-12-31</calendarDate></endDate>
          </rangeOfDates></temporalCoverage>
        </coverage>
      </dataset></eml:eml>"#;
    let session = anybody();
    let client = as_user(&session, "grscicoll_admin");
    let registry = as_user(&session, "registry_admin");
    let key = key_of(&client.post("/v1/grscicoll/collection", &collection_of(MNHN)));
    set(&client, "collection", &key, "DATASET", DATASET);

    let xml = [("content-type", "application/xml")];
    let path = format!("/v1/dataset/{DATASET}/document");
    let answer = registry.send(Method::POST, &path, &xml, EML);

    assert_eq!(answer.status(), 201, "{}", answer.text());
    let after = get(&client, &format!("collection/{key}"));
    assert_eq!(after["name"], "Moths of the museum");
    assert_eq!(after["geographicCoverage"], "Jutland");
    assert_eq!(after["temporalCoverage"], "1998-01-01 - 2003-12-31");
    let names: Vec<&Value> =
        after["contactPersons"].as_array().unwrap().iter().map(|one| &one["lastName"]).collect();
    assert_eq!(names, ["Finch"]);
}

#[test]
fn a_deleted_dataset_leaves_a_comment() {
    let session = anybody();
    let client = as_user(&session, "grscicoll_admin");
    let registry = as_user(&session, "registry_admin");
    let key = key_of(&client.post("/v1/grscicoll/collection", &collection_of(MNHN)));
    set(&client, "collection", &key, "DATASET", DATASET);

    registry.delete(&format!("/v1/dataset/{DATASET}"));

    let after = get(&client, &format!("collection/{key}"));
    assert_eq!(after["masterSource"], "GRSCICOLL");
    assert_eq!(after.get("masterSourceMetadata"), None);
    assert_eq!(
        after["comments"][0]["content"],
        format!(
            "The master source of this collection used to be a dataset that was deleted: {DATASET}"
        )
    );
}

#[test]
fn setting_a_master_source_has_its_refusals() {
    let client = admin();
    let institution = new_institution(&client);
    let collection = key_of(&client.post("/v1/grscicoll/collection", &collection_of(MNHN)));
    let bad = |text: &str| refused(400, text);

    assert_eq!(
        set(&client, "institution", &institution, "DATASET", DATASET),
        bad("Dataset sources can be set only to collections")
    );
    assert_eq!(
        set(&client, "collection", &collection, "ORGANIZATION", NOBODY),
        bad("Organization sources can be set only to institutions")
    );
    assert_eq!(
        set(&client, "collection", &collection, "DATASET", "foo"),
        bad("Invalid UUID string: foo")
    );
    assert_eq!(
        set(&client, "collection", &collection, "DATASET", NOBODY),
        bad(&format!("Dataset not found with key {NOBODY}"))
    );
    assert_eq!(set(&client, "collection", NOBODY, "IH_IRN", "1"), bad("The entity doesn't exist"));
    let keyed = json!({ "key": 1, "source": "IH_IRN", "sourceId": "1" });
    let path = format!("/v1/grscicoll/collection/{collection}/masterSourceMetadata");
    assert_eq!(
        client.post(&path, &keyed).whole(),
        bad("Cannot create a metadata that already has a key")
    );
    assert_eq!(
        client.post(&path, &json!({})).whole(),
        refused(
            422,
            "<ul><li>Validation of [source] failed: must not be null</li>\
             <li>Validation of [sourceId] failed: must not be null</li></ul>"
        )
    );
    assert!(set(&client, "collection", &collection, "IH_IRN", "1").starts_with("201"));
    assert_eq!(
        set(&client, "collection", &collection, "IH_IRN", "1"),
        bad(
            "The entity already has a master source. You have to delete the existing one before adding a new one"
        )
    );
}

#[test]
fn the_last_entity_of_a_number_is_for_administrators() {
    let client = anybody();
    let admin = as_user(&client, "grscicoll_admin");
    let mediator = as_user(&client, "grscicoll_mediator");
    let key = key_of(&admin.post("/v1/grscicoll/institution", &institution_in("ES")));
    set(&admin, "institution", &key, "IH_IRN", "777777");
    let path = format!("/v1/grscicoll/institution/{key}/masterSourceMetadata");

    let by_mediator = mediator.delete(&path);
    let by_admin = admin.delete(&path);

    assert_eq!(
        by_mediator.whole(),
        refused(
            400,
            "This is the only entity connected to IH for the IRN 777777. \
             Only GRSciColl admins can perform this operation"
        )
    );
    assert_eq!(by_admin.whole(), "204 \n");
    assert_eq!(get(&admin, &format!("institution/{key}"))["masterSource"], "GRSCICOLL");
}

#[test]
fn metadata_are_what_the_entity_shows() {
    let client = anybody();
    let herbarium = first(&client, "institution?masterSourceType=IH");

    let metadata = get(&client, &format!("institution/{}/masterSourceMetadata", key(&herbarium)));

    assert_eq!(metadata, herbarium["masterSourceMetadata"]);
    assert_eq!(metadata["source"], "IH_IRN");
}
