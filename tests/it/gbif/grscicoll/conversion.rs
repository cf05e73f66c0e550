//! Institutions become collections.

use serde_json::{Value, json};

use super::merge::{add, institution, made, path, read};
use super::{DATASET, NOBODY, admin, key_of};

#[test]
fn an_institution_becomes_a_collection_of_another() {
    let gbif = admin();
    let body = json!({
        "code": "HERB", "name": "Herbarium", "description": "Dried plants", "active": true,
        "email": ["h@example.org"], "phone": ["1"], "homepage": "https://example.org",
        "catalogUrls": ["https://example.org/catalog"], "apiUrls": ["https://example.org/api"],
        "types": ["Herbarium"], "latitude": 1.5, "longitude": 2.5,
        "address": { "city": "Aarhus", "country": "DK" }, "mailingAddress": { "city": "Skive" },
        "alternativeCodes": [{ "code": "H", "description": "old" }],
    });
    let institution = made(&gbif, "institution", &body);
    let home = made(&gbif, "institution", &json!({ "code": "HOME", "name": "Home" }));
    let owned = json!({ "code": "X", "name": "X", "institutionKey": institution });
    let owned = made(&gbif, "collection", &owned);
    let kind = "institution";
    add(&gbif, kind, &institution, "identifier", &json!({ "type": "URL", "identifier": "u" }));
    for namespace in ["iDigBio.org", "elsewhere.org"] {
        let tag = json!({ "namespace": namespace, "name": "id", "value": "7" });
        add(&gbif, kind, &institution, "machineTag", &tag);
    }
    add(&gbif, kind, &institution, "contactPerson", &json!({ "firstName": "Ben" }));
    let mapping = json!({ "code": "A", "parentCode": "B", "datasetKey": DATASET });
    add(&gbif, kind, &institution, "occurrenceMapping", &mapping);

    let target = path(kind, &institution, "/convertToCollection");
    let answer = gbif.post(&target, &json!({ "institutionForNewCollectionKey": home }));

    let key = key_of(&answer);
    let collection = read(&gbif, "collection", &key);
    for member in [
        "code",
        "name",
        "description",
        "active",
        "email",
        "phone",
        "homepage",
        "catalogUrls",
        "apiUrls",
        "alternativeCodes",
    ] {
        assert_eq!(collection[member], body[member], "{member}");
    }
    let converted = read(&gbif, kind, &institution);
    assert_eq!(collection["address"]["city"], "Aarhus");
    assert_ne!(collection["address"]["key"], converted["address"]["key"]);
    assert_eq!(collection["mailingAddress"]["city"], "Skive");
    assert_eq!(collection["institutionKey"], home.as_str());
    assert_eq!(collection["masterSource"], "GRSCICOLL");
    assert_eq!(collection["identifiers"][0]["identifier"], "u");
    assert_eq!(collection["machineTags"].as_array().unwrap().len(), 2);
    assert_eq!(collection["contactPersons"][0]["firstName"], "Ben");
    assert_eq!(collection["occurrenceMappings"][0]["code"], "A");
    assert!(collection["occurrenceMappings"][0].get("parentCode").is_none());
    assert_eq!(converted["convertedToCollection"], key.as_str());
    assert!(converted["deleted"].is_string());
    assert_eq!(read(&gbif, "collection", &owned)["institutionKey"], home.as_str());
    assert_eq!(
        gbif.put(&path(kind, &institution, ""), &converted).text(),
        "Not allowed to update a replaced or converted institution"
    );
}

#[test]
fn a_converted_institution_can_get_a_new_one_above_it() {
    let gbif = admin();
    let institution = made(&gbif, "institution", &institution("HERB", "Herbarium"));

    let target = path("institution", &institution, "/convertToCollection");
    let key = key_of(&gbif.post(&target, &json!({ "nameForNewInstitution": "University" })));

    let collection = read(&gbif, "collection", &key);
    assert_eq!(collection["institutionName"], "University");
    assert_eq!(collection["institutionCode"], "HERB");
    let owner = collection["institutionKey"].as_str().unwrap();
    assert_eq!(read(&gbif, "institution", owner)["name"], "University");
}

#[test]
fn conversions_that_make_no_sense_are_refused() {
    let gbif = admin();
    let one = made(&gbif, "institution", &institution("ONE", "One"));
    let gone = made(&gbif, "institution", &institution("GONE", "Gone"));
    gbif.delete(&path("institution", &gone, ""));
    let convert = |key: &str, body: &Value| {
        gbif.post(&path("institution", key, "/convertToCollection"), body).whole()
    };
    let refused = |text: &str| format!("400 text/plain;charset=UTF-8\n{text}");

    assert_eq!(
        convert(&one, &json!({})),
        refused(
            "Either the institution key for the new collection or a name to create a new \
             institution are required"
        )
    );
    assert_eq!(
        convert(&gone, &json!({ "nameForNewInstitution": "X" })),
        refused("Cannot convert a deleted institution")
    );
    assert_eq!(
        convert(&one, &json!({ "institutionForNewCollectionKey": gone })),
        refused("Cannot assign the new collection to a deleted institution")
    );
    assert_eq!(
        convert(&one, &json!({ "institutionForNewCollectionKey": NOBODY })),
        refused(&format!("Institution not found with key {NOBODY}"))
    );
    assert_eq!(
        convert(NOBODY, &json!({ "nameForNewInstitution": "X" })),
        refused("Entity doesn't exist")
    );
    assert!(read(&gbif, "institution", &one).get("deleted").is_none());
    let count = gbif.get("/v1/grscicoll/institution?name=X&limit=0").json()["count"].clone();
    assert_eq!(count, 0);
}
