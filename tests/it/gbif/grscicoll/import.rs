//! Collections from datasets and institutions from organizations.

use serde_json::{Value, json};

use super::{
    DATASET, NOBODY, admin, anybody, as_user, count, editor, first, get, key_of, refused,
    turned_away,
};
use crate::gbif::ORGANIZATION;
use crate::support::Client;

fn import(client: &Client, kind: &str, body: &Value) -> String {
    client.post(&format!("/v1/grscicoll/{kind}/import"), body).whole()
}

#[test]
fn a_collection_is_imported_from_a_dataset() {
    let client = admin();
    let target = "/v1/grscicoll/collection/import";
    let dataset = client.get(&format!("/v1/dataset/{DATASET}")).json();

    let key =
        key_of(&client.post(target, &json!({ "datasetKey": DATASET, "collectionCode": "MOTHS" })));

    let collection = get(&client, &format!("collection/{key}"));
    assert_eq!(collection["code"], "MOTHS");
    assert_eq!(collection["name"], dataset["title"]);
    assert_eq!(collection["description"], dataset["description"]);
    assert_eq!(collection["active"], true);
    assert_eq!(collection["masterSource"], "GBIF_REGISTRY");
    assert_eq!(collection["masterSourceMetadata"]["source"], "DATASET");
    assert_eq!(collection["masterSourceMetadata"]["sourceId"], DATASET);
    let doi = format!("https://doi.org/{}", dataset["doi"].as_str().unwrap());
    assert_eq!(collection["identifiers"][0]["type"], "DOI");
    assert_eq!(collection["identifiers"][0]["identifier"], doi);
    let publisher = dataset["publishingOrganizationKey"].as_str().unwrap();
    let publisher = client.get(&format!("/v1/organization/{publisher}")).json();
    assert_eq!(collection["address"]["city"], publisher["city"]);
    assert_eq!(collection["address"]["country"], publisher["country"]);
    let wanted = dataset["contacts"].as_array().unwrap().iter().filter(|contact| {
        !matches!(contact["type"].as_str(), Some("PROGRAMMER" | "METADATA_AUTHOR"))
    });
    assert_eq!(collection["contactPersons"].as_array().unwrap().len(), wanted.count());
    assert_eq!(
        count(&client, &format!("collection?source=DATASET&sourceId={DATASET}&code=moths")),
        1
    );
}

#[test]
fn an_institution_is_imported_from_an_organization() {
    let client = admin();
    let organization = client.get(&format!("/v1/organization/{ORGANIZATION}")).json();

    let body = json!({ "organizationKey": ORGANIZATION, "institutionCode": "IMP" });
    let key = key_of(&client.post("/v1/grscicoll/institution/import", &body));

    let institution = get(&client, &format!("institution/{key}"));
    assert_eq!(institution["code"], "IMP");
    assert_eq!(institution["name"], organization["title"]);
    assert_eq!(institution.get("homepage"), organization["homepage"].get(0));
    for member in ["email", "phone", "latitude", "longitude"] {
        assert_eq!(institution.get(member), organization.get(member), "{member}");
    }
    assert_eq!(institution["address"]["country"], organization["country"]);
    assert_eq!(institution["masterSource"], "GBIF_REGISTRY");
    assert_eq!(institution["masterSourceMetadata"]["source"], "ORGANIZATION");
}

#[test]
fn imports_that_lack_something_are_refused_and_leave_nothing() {
    let client = admin();
    let before = count(&client, "collection?limit=0");
    let collection = |body: Value| import(&client, "collection", &body);
    let institution = |body: Value| import(&client, "institution", &body);

    assert_eq!(collection(json!({})), refused(400, "Dataset key is required"));
    assert_eq!(
        collection(json!({ "datasetKey": DATASET })),
        refused(400, "Collection code is required")
    );
    assert_eq!(
        collection(json!({ "datasetKey": NOBODY, "collectionCode": "X" })),
        refused(400, "Dataset not found")
    );
    assert_eq!(institution(json!({})), refused(400, "Organization key is required"));
    assert_eq!(
        institution(json!({ "organizationKey": ORGANIZATION, "institutionCode": " " })),
        refused(400, "Institution code is required")
    );
    assert_eq!(
        institution(json!({ "organizationKey": NOBODY, "institutionCode": "X" })),
        refused(400, "Organization not found")
    );
    let gone = first_deleted(&client);
    assert_eq!(
        collection(json!({ "datasetKey": gone, "collectionCode": "X" })),
        refused(400, "Cannot set a deleted Dataset as master source")
    );
    assert!(collection(json!({ "datasetKey": "x" })).starts_with("400 text/plain"));
    assert_eq!(count(&client, "collection?limit=0"), before);
    assert_eq!(first(&client, "collection?code=X&limit=1"), Value::Null);
}

fn first_deleted(client: &Client) -> Value {
    client.get("/v1/dataset/deleted?limit=1").json()["results"][0]["key"].clone()
}

// Quirk (contract 2.2): no scope is asked for.
#[test]
fn editors_import_whatever_they_like() {
    let body = json!({ "organizationKey": ORGANIZATION, "institutionCode": "IMP" });
    let anyone = anybody();

    assert!(import(&editor(), "institution", &body).starts_with("201 "));
    assert_eq!(
        import(&anyone, "institution", &body),
        turned_away("Unauthenticated or incomplete request")
    );
    assert_eq!(
        import(&as_user(&anyone, "plain_user"), "institution", &body),
        turned_away("User has no GrSciColl editor rights")
    );
}
