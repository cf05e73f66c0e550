//! One entity takes the place of another.

use serde_json::{Value, json};

use super::{DATASET, NOBODY, admin, anybody, as_user, key_of};
use crate::support::Client;

pub fn path(kind: &str, key: &str, rest: &str) -> String {
    format!("/v1/grscicoll/{kind}/{key}{rest}")
}

#[track_caller]
pub fn made(gbif: &Client, kind: &str, body: &Value) -> String {
    key_of(&gbif.post(&format!("/v1/grscicoll/{kind}"), body))
}

#[track_caller]
pub fn read(gbif: &Client, kind: &str, key: &str) -> Value {
    gbif.get(&path(kind, key, "")).json()
}

#[track_caller]
pub fn add(gbif: &Client, kind: &str, key: &str, part: &str, body: &Value) {
    let answer = gbif.post(&path(kind, key, &format!("/{part}")), body);
    assert_eq!(answer.status(), 201, "{}", answer.text());
}

/// What a merge is refused with; nothing may have changed.
#[track_caller]
fn refused(gbif: &Client, kind: &str, key: &str, into: &str) -> String {
    let before = read_if_there(gbif, kind, key);
    let body = json!({ "replacementEntityKey": into });
    let answer = gbif.post(&path(kind, key, "/merge"), &body);
    assert_eq!(answer.status(), 400, "{}", answer.text());
    assert_eq!(answer.content_type(), "text/plain;charset=UTF-8");
    assert_eq!(read_if_there(gbif, kind, key), before);
    answer.text().to_owned()
}

fn read_if_there(gbif: &Client, kind: &str, key: &str) -> String {
    gbif.get(&path(kind, key, "")).text().to_owned()
}

pub fn institution(code: &str, name: &str) -> Value {
    json!({ "code": code, "name": name })
}

#[test]
fn an_institution_gets_what_it_lacked_and_keeps_what_it_had() {
    let gbif = admin();
    let old = made(
        &gbif,
        "institution",
        &json!({
            "code": "OLD", "name": "Old Museum", "description": "Founded by sailors.",
            "foundingDate": 1801, "active": true,
            "email": ["old@example.org", "both@example.org"], "phone": ["1"],
            "disciplines": ["Botany"], "additionalNames": ["The Old One"], "types": ["Museum"],
            "address": { "city": "Aarhus", "country": "DK" },
            "alternativeCodes": [{ "code": "OLDER", "description": "former code" }],
        }),
    );
    let new = made(
        &gbif,
        "institution",
        &json!({
            "code": "NEW", "name": "New Museum", "foundingDate": 1999,
            "email": ["both@example.org"], "disciplines": ["Zoology"],
        }),
    );
    let old_address = read(&gbif, "institution", &old)["address"]["key"].clone();

    let answer =
        gbif.post(&path("institution", &old, "/merge"), &json!({ "replacementEntityKey": new }));

    assert_eq!(answer.whole(), "204 \n");
    let merged = read(&gbif, "institution", &new);
    assert_eq!(merged["code"], "NEW");
    assert_eq!(merged["name"], "New Museum");
    assert_eq!(merged["foundingDate"], 1999);
    assert_eq!(merged["description"], "Founded by sailors.");
    assert_eq!(merged["active"], false);
    assert_eq!(merged["email"], json!(["both@example.org", "old@example.org"]));
    assert_eq!(merged["phone"], json!(["1"]));
    assert_eq!(merged["disciplines"], json!(["Zoology", "Botany"]));
    assert_eq!(merged["additionalNames"], json!(["The Old One"]));
    assert_eq!(merged["types"], json!([]));
    assert_eq!(merged["address"]["city"], "Aarhus");
    assert_ne!(merged["address"]["key"], old_address);
    assert_eq!(
        merged["alternativeCodes"],
        json!([
            { "code": "OLD", "description": format!("Code from replaced entity {old}") },
            { "code": "OLDER", "description": "former code" },
        ])
    );
    assert!(merged.get("deleted").is_none());
    assert!(merged.get("replacedBy").is_none());
}

#[test]
fn who_was_replaced_is_deleted_and_says_by_whom() {
    let gbif = admin();
    let old = made(&gbif, "institution", &institution("OLD", "Old Museum"));
    let new = made(&gbif, "institution", &institution("NEW", "New Museum"));

    gbif.post(&path("institution", &old, "/merge"), &json!({ "replacementEntityKey": new }));

    let replaced = read(&gbif, "institution", &old);
    assert_eq!(replaced["replacedBy"], new.as_str());
    assert!(replaced["deleted"].is_string());
    assert_eq!(replaced["modifiedBy"], "grscicoll_admin");
    let listed = gbif.get(&format!("/v1/grscicoll/institution/deleted?replacedBy={new}")).json();
    assert_eq!(listed["count"], 1);
    let put = gbif.put(&path("institution", &old, ""), &replaced);
    assert_eq!(
        put.whole(),
        "400 text/plain;charset=UTF-8\nNot allowed to update a replaced entity"
    );
}

#[test]
fn parts_are_copied_once_and_stay_where_they_were() {
    let gbif = admin();
    let old = made(&gbif, "institution", &institution("OLD", "Old Museum"));
    let new = made(&gbif, "institution", &institution("NEW", "New Museum"));
    let (kind, lsid) = ("institution", json!({ "type": "LSID", "identifier": "urn:lsid:a:b:1" }));
    add(&gbif, kind, &old, "identifier", &lsid);
    add(&gbif, kind, &new, "identifier", &lsid);
    add(
        &gbif,
        kind,
        &old,
        "identifier",
        &json!({ "type": "LSID", "identifier": "urn:lsid:a:b:2" }),
    );
    for namespace in ["iDigBio.org", "elsewhere.org"] {
        let tag = json!({ "namespace": namespace, "name": "id", "value": "7" });
        add(&gbif, kind, &old, "machineTag", &tag);
    }
    let known = json!({ "firstName": "Ana", "lastName": "Ruiz", "email": ["ana@example.org"] });
    add(&gbif, kind, &old, "contactPerson", &known);
    add(&gbif, kind, &new, "contactPerson", &known);
    add(&gbif, kind, &old, "contactPerson", &json!({ "firstName": "Ben" }));
    let mapping = json!({ "code": "A", "parentCode": "B", "datasetKey": DATASET });
    add(&gbif, kind, &old, "occurrenceMapping", &mapping);
    add(&gbif, kind, &old, "comment", &json!({ "content": "stays" }));
    add(&gbif, kind, &old, "tag", &json!({ "value": "stays" }));

    gbif.post(&path(kind, &old, "/merge"), &json!({ "replacementEntityKey": new }));

    let merged = read(&gbif, kind, &new);
    let texts = |list: &str, member: &str| -> Vec<String> {
        let list = merged[list].as_array().unwrap();
        list.iter().map(|one| one[member].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts("identifiers", "identifier"), [&old, "urn:lsid:a:b:2", "urn:lsid:a:b:1"]);
    assert_eq!(merged["identifiers"][0]["type"], "UUID");
    assert_eq!(texts("machineTags", "namespace"), ["iDigBio.org"]);
    assert_eq!(texts("contactPersons", "firstName"), ["Ana", "Ben"]);
    assert_eq!(merged["occurrenceMappings"][0]["code"], "A");
    assert!(merged["occurrenceMappings"][0].get("parentCode").is_none());
    assert_eq!(merged["comments"], json!([]));
    assert_eq!(merged["tags"], json!([]));
    let replaced = read(&gbif, kind, &old);
    assert_eq!(replaced["identifiers"].as_array().unwrap().len(), 2);
    assert_eq!(replaced["contactPersons"].as_array().unwrap().len(), 2);
}

// Quirk (contract 10): the real service moves the first twenty.
#[test]
fn all_collections_go_with_their_institution() {
    let gbif = admin();
    let old = made(&gbif, "institution", &institution("OLD", "Old Museum"));
    let new = made(&gbif, "institution", &institution("NEW", "New Museum"));
    let collections: Vec<String> = (0..25)
        .map(|number| {
            let code = format!("OLD-{number}");
            let body = json!({ "code": code, "name": "Insects", "institutionKey": old });
            made(&gbif, "collection", &body)
        })
        .collect();

    gbif.post(&path("institution", &old, "/merge"), &json!({ "replacementEntityKey": new }));

    let count = |key: &str| {
        let target = format!("/v1/grscicoll/collection?institutionKey={key}&limit=0");
        gbif.get(&target).json()["count"].clone()
    };
    assert_eq!(count(&new), 25);
    assert_eq!(count(&old), 0);
    let collection = read(&gbif, "collection", &collections[24]);
    assert_eq!(collection["institutionKey"], new.as_str());
    assert_eq!(collection["institutionName"], "New Museum");
    assert_eq!(collection["institutionCode"], "NEW");
    assert_eq!(collection["modifiedBy"], "grscicoll_admin");
}

#[test]
fn collections_of_one_institution_are_merged_with_their_own_lists() {
    let gbif = admin();
    let home = made(&gbif, "institution", &institution("HOME", "Home"));
    let collection = |code: &str, more: &Value| {
        let mut body = json!({ "code": code, "name": code, "institutionKey": home });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        made(&gbif, "collection", &body)
    };
    let old = collection(
        "OLD",
        &json!({
            "contentTypes": ["Minerals"], "preservationTypes": ["SampleDried"],
            "incorporatedCollections": ["Smith"], "catalogUrls": ["https://example.org/old"],
            "notes": "In the cellar", "numberSpecimens": 12,
        }),
    );
    let new = collection("NEW", &json!({ "contentTypes": ["Soils"], "numberSpecimens": 5 }));

    let answer =
        gbif.post(&path("collection", &old, "/merge"), &json!({ "replacementEntityKey": new }));

    assert_eq!(answer.status(), 204);
    let merged = read(&gbif, "collection", &new);
    assert_eq!(merged["contentTypes"], json!(["Soils", "Minerals"]));
    assert_eq!(merged["preservationTypes"], json!(["SampleDried"]));
    assert_eq!(merged["incorporatedCollections"], json!(["Smith"]));
    assert_eq!(merged["catalogUrls"], json!([]));
    assert_eq!(merged["notes"], "In the cellar");
    assert_eq!(merged["numberSpecimens"], 5);
    assert_eq!(merged["institutionKey"], home.as_str());
}

#[test]
fn a_master_source_goes_with_the_merge_and_only_one_may_have_one() {
    let gbif = admin();
    let from_ih = |code: &str| {
        let page = gbif.get("/v1/grscicoll/institution?masterSourceType=IH&limit=2").json();
        let place = usize::from(code == "second");
        page["results"][place]["key"].as_str().unwrap().to_owned()
    };
    let (first, second) = (from_ih("first"), from_ih("second"));
    let new = made(&gbif, "institution", &institution("NEW", "New Herbarium"));
    let source = read(&gbif, "institution", &first)["masterSourceMetadata"].clone();

    assert_eq!(
        refused(&gbif, "institution", &first, &second),
        "Cannot do the replacement because both entities have an external master source"
    );
    let answer =
        gbif.post(&path("institution", &first, "/merge"), &json!({ "replacementEntityKey": new }));

    assert_eq!(answer.status(), 204);
    let merged = read(&gbif, "institution", &new);
    assert_eq!(merged["masterSource"], "IH");
    for member in ["source", "sourceId"] {
        assert_eq!(merged["masterSourceMetadata"][member], source[member]);
    }
    let found = format!(
        "/v1/grscicoll/institution?source=IH_IRN&sourceId={}",
        source["sourceId"].as_str().unwrap()
    );
    assert_eq!(gbif.get(&found).json()["results"][0]["key"], new.as_str());
}

#[test]
fn merges_that_make_no_sense_are_refused_in_order() {
    let gbif = admin();
    let kind = "institution";
    let one = made(&gbif, kind, &institution("ONE", "One"));
    let other = made(&gbif, kind, &institution("TWO", "Two"));
    let gone = made(&gbif, kind, &institution("GONE", "Gone"));
    gbif.delete(&path(kind, &gone, ""));

    assert_eq!(
        refused(&gbif, kind, &one, &one),
        "The replacement has to be different than the entity to replace"
    );
    assert_eq!(
        refused(&gbif, kind, NOBODY, &gone),
        format!("Not found entity to replace with key {NOBODY}")
    );
    assert_eq!(refused(&gbif, kind, &gone, NOBODY), "Cannot merge a deleted entity");
    assert_eq!(
        refused(&gbif, kind, &one, NOBODY),
        format!("Not found replacement entity with key {NOBODY}")
    );
    assert_eq!(
        refused(&gbif, kind, &one, &gone),
        "Cannot merge an entity with a deleted replacement"
    );
    for key in [&one, &other] {
        let tag = json!({ "namespace": "iDigBio.org", "name": "id", "value": "7" });
        add(&gbif, kind, key, "machineTag", &tag);
    }
    assert_eq!(
        refused(&gbif, kind, &one, &other),
        "Cannot do the replacement because both entities are iDigBio records"
    );
}

#[test]
fn collections_of_two_institutions_are_not_merged() {
    let gbif = admin();
    let home = made(&gbif, "institution", &institution("HOME", "Home"));
    let one = json!({ "code": "ONE", "name": "One", "institutionKey": home });
    let one = made(&gbif, "collection", &one);
    let stray = made(&gbif, "collection", &json!({ "code": "STRAY", "name": "Stray" }));

    assert_eq!(
        refused(&gbif, "collection", &one, &stray),
        "Cannot do the replacement because the collections don't belong to the same institution"
    );
    let answer =
        gbif.post(&path("collection", &stray, "/merge"), &json!({ "replacementEntityKey": one }));
    assert_eq!(answer.status(), 204);
}

#[test]
fn a_merge_needs_a_key_that_can_be_one() {
    let gbif = admin();
    let one = made(&gbif, "institution", &institution("ONE", "One"));
    let target = path("institution", &one, "/merge");

    assert_eq!(
        gbif.post(&target, &json!({})).whole(),
        "422 text/plain;charset=UTF-8
\
         <ul><li>Validation of [replacementEntityKey] failed: must not be null</li></ul>"
    );
    assert_eq!(
        gbif.post(&target, &json!({ "replacementEntityKey": "x" })).whole(),
        "400 text/plain;charset=UTF-8\nCannot deserialize value of type `java.util.UUID` from String \
         \"x\": UUID has to be represented by standard 36-char representation"
    );
    assert_eq!(
        gbif.post(&path("institution", "foo", "/merge"), &json!({})).whole(),
        "400 text/plain;charset=UTF-8\nInvalid UUID string: foo"
    );
    assert_eq!(read(&gbif, "institution", &one).get("deleted"), None);
}

#[test]
fn editors_do_not_merge_and_mediators_only_within_their_countries() {
    let anyone = anybody();
    let gbif = as_user(&anyone, "grscicoll_admin");
    let in_country = |code: &str, country: &str| {
        let body = json!({ "code": code, "name": code, "address": { "country": country } });
        made(&gbif, "institution", &body)
    };
    let (one, two, abroad) = (in_country("A", "ES"), in_country("B", "ES"), in_country("C", "DK"));
    let merge = |client: &Client, key: &str, into: &str| {
        let body = json!({ "replacementEntityKey": into });
        client.post(&path("institution", key, "/merge"), &body).whole()
    };
    let mediator = as_user(&anyone, "grscicoll_mediator");
    let editor = as_user(&anyone, "grscicoll_editor");

    let forbidden = |user: &str, key: &str| {
        format!("403 \nUser {user} is not allowed to modify entity {key} of type institution\r\n")
    };
    assert_eq!(merge(&editor, &abroad, &abroad), forbidden("grscicoll_editor", &abroad));
    assert_eq!(merge(&mediator, &one, &abroad), forbidden("grscicoll_mediator", &one));
    assert_eq!(merge(&anyone, &one, &two), "403 \nUnauthenticated or incomplete request\r\n");
    assert_eq!(merge(&mediator, &one, &two), "204 \n");
}

#[test]
fn two_editors_at_once_leave_one_consistent_state() {
    for _ in 0..8 {
        let gbif = admin();
        let old = made(&gbif, "institution", &institution("OLD", "Old Museum"));
        let new = made(&gbif, "institution", &institution("NEW", "New Museum"));
        let body = json!({ "code": "OLD-1", "name": "Insects", "institutionKey": old });
        let collection = made(&gbif, "collection", &body);
        let mut changed = read(&gbif, "institution", &old);
        changed["description"] = "Renovated.".into();
        let merge = json!({ "replacementEntityKey": new });

        let (merged, merged_again, updated) = std::thread::scope(|scope| {
            let merging = || gbif.post(&path("institution", &old, "/merge"), &merge);
            let first = scope.spawn(merging);
            let second = scope.spawn(merging);
            let updating = scope.spawn(|| gbif.put(&path("institution", &old, ""), &changed));
            (first.join().unwrap(), second.join().unwrap(), updating.join().unwrap())
        });

        let mut statuses = [merged.status(), merged_again.status()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 400], "one of two merges comes too late");
        let (kept, replaced) = (read(&gbif, "institution", &new), read(&gbif, "institution", &old));
        assert_eq!(replaced["replacedBy"], new.as_str());
        assert_eq!(read(&gbif, "collection", &collection)["institutionKey"], new.as_str());
        assert_eq!(kept["identifiers"].as_array().unwrap().len(), 1);
        if updated.status() == 204 {
            assert_eq!(kept["description"], "Renovated.");
        } else {
            assert_eq!(updated.text(), "Not allowed to update a replaced entity");
            assert!(kept.get("description").is_none() && replaced.get("description").is_none());
        }
    }
}
