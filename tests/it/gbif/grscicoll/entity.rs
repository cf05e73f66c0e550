//! Making, changing and deleting institutions and collections.

use http::Method;
use serde_json::{Value, json};

use super::{
    MNHN, NOBODY, admin, anybody, as_user, collection_of, count, first, get, institution_in, key,
    key_of, keys, new_institution, refused,
};
use crate::support::Client;

/// An institution as it is answered, with a change to be put back.
fn changed(client: &Client, key: &str, change: impl Fn(&mut Value)) -> Value {
    let mut body = get(client, &format!("institution/{key}"));
    change(&mut body);
    body
}

fn put(client: &Client, key: &str, body: &Value) -> String {
    client.put(&format!("/v1/grscicoll/institution/{key}"), body).whole()
}

#[test]
fn a_new_institution_has_what_the_service_adds() {
    let client = admin();
    let key = new_institution(&client);

    let made = get(&client, &format!("institution/{key}"));

    let members: Vec<&str> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        [
            "key",
            "code",
            "name",
            "types",
            "active",
            "email",
            "phone",
            "catalogUrls",
            "apiUrls",
            "institutionalGovernances",
            "disciplines",
            "address",
            "additionalNames",
            "createdBy",
            "modifiedBy",
            "created",
            "modified",
            "tags",
            "identifiers",
            "contactPersons",
            "machineTags",
            "alternativeCodes",
            "comments",
            "occurrenceMappings",
            "masterSource",
            "displayOnNHCPortal",
            "occurrenceCount",
            "typeSpecimenCount",
        ]
    );
    assert_eq!(made["masterSource"], "GRSCICOLL");
    assert_eq!(made["displayOnNHCPortal"], true);
    assert_eq!(made["createdBy"], "grscicoll_admin");
    assert_eq!(made["created"], made["modified"]);
    assert!(made["address"]["key"].is_i64());
}

#[test]
fn an_answer_is_json_without_charset_and_a_key_in_quotes() {
    let client = admin();

    let made = client.post("/v1/grscicoll/institution", &institution_in("DK"));
    let shown = client.get(&format!("/v1/grscicoll/institution/{}/", key_of(&made)));

    assert_eq!(made.content_type(), "application/json");
    assert_eq!(made.header("location"), None);
    assert_eq!(shown.content_type(), "application/json");
}

#[test]
fn a_collection_names_its_institution_last() {
    let client = admin();
    let key = key_of(&client.post("/v1/grscicoll/collection", &collection_of(MNHN)));

    let made = get(&client, &format!("collection/{key}"));

    let last: Vec<&str> =
        made.as_object().unwrap().keys().rev().take(2).map(String::as_str).collect();
    assert_eq!(last, ["institutionCode", "institutionName"]);
    assert_eq!(made["institutionCode"], "MNHN");
}

#[test]
fn a_renamed_institution_shows_in_its_collections() {
    let client = admin();
    let institution = new_institution(&client);
    let made = client.post("/v1/grscicoll/collection", &collection_of(&institution));
    let body = changed(&client, &institution, |body| body["name"] = "New Name".into());

    assert_eq!(put(&client, &institution, &body), "204 \n");

    let collection = get(&client, &format!("collection/{}", key_of(&made)));
    assert_eq!(collection["institutionName"], "New Name");
}

#[test]
fn texts_are_trimmed_and_blank_ones_are_none() {
    let client = admin();
    let mut body = institution_in("DK");
    body["name"] = "  Test Museum ".into();
    body["description"] = "   ".into();
    body["address"]["city"] = "  Ribe".into();
    body["address"]["province"] = " ".into();

    let key = key_of(&client.post("/v1/grscicoll/institution", &body));

    let made = get(&client, &format!("institution/{key}"));
    assert_eq!(made["name"], "Test Museum");
    assert_eq!(made.get("description"), None);
    assert_eq!(made["address"]["city"], "Ribe");
    assert_eq!(made["address"].get("province"), None);
}

#[test]
fn concepts_are_sent_by_either_name_and_answered_by_one() {
    let client = admin();
    let mut body = institution_in("DK");
    body["types"] = json!(["BOTANICAL_GARDEN", "museum"]);
    body["disciplines"] = json!(["ARCHAEOLOGY_PREHISTORIC"]);

    let key = key_of(&client.post("/v1/grscicoll/institution", &body));

    let made = get(&client, &format!("institution/{key}"));
    assert_eq!(made["types"], json!(["BotanicalGarden", "Museum"]));
    assert_eq!(made["disciplines"], json!(["Prehistoric"]));
}

#[test]
fn a_repeated_alternative_code_is_kept_once() {
    let client = admin();
    let mut body = institution_in("DK");
    body["alternativeCodes"] = json!([
        { "code": "A", "description": "first" },
        { "code": "B" },
        { "code": "A", "description": "second" },
    ]);

    let key = key_of(&client.post("/v1/grscicoll/institution", &body));

    let kept = json!([{ "code": "A", "description": "second" }, { "code": "B" }]);
    assert_eq!(get(&client, &format!("institution/{key}"))["alternativeCodes"], kept);
}

#[test]
fn a_put_replaces_everything_that_is_the_clients() {
    let client = admin();
    let mut body = institution_in("DK");
    body["email"] = json!(["a@example.org"]);
    body["numberSpecimens"] = 7.into();
    let key = key_of(&client.post("/v1/grscicoll/institution", &body));
    let before = get(&client, &format!("institution/{key}"));

    let bare = json!({ "key": key, "code": "NEW", "name": "New", "displayOnNHCPortal": null });
    assert_eq!(put(&client, &key, &bare), "204 \n");

    let after = get(&client, &format!("institution/{key}"));
    assert_eq!(after["email"], json!([]));
    assert_eq!(after["active"], false);
    assert_eq!(after["displayOnNHCPortal"], true);
    assert_eq!(after.get("numberSpecimens"), None);
    assert_eq!(after.get("address"), None);
    assert_eq!(after["created"], before["created"]);
    assert_eq!(after["createdBy"], before["createdBy"]);
}

#[test]
fn an_address_keeps_its_key() {
    let client = admin();
    let key = new_institution(&client);
    let number = get(&client, &format!("institution/{key}"))["address"]["key"].clone();

    let body = changed(&client, &key, |body| body["address"] = json!({ "city": "Ribe" }));
    assert_eq!(put(&client, &key, &body), "204 \n");

    let after = get(&client, &format!("institution/{key}"));
    assert_eq!(after["address"], json!({ "key": number, "city": "Ribe" }));
}

#[test]
fn what_is_read_only_is_not_taken_from_bodies() {
    let client = admin();
    let mut body = institution_in("DK");
    body["occurrenceCount"] = 99.into();
    body["masterSource"] = "IH".into();
    body["createdBy"] = "somebody".into();
    body["identifiers"] = json!([{ "type": "URL", "identifier": "x" }]);
    body["unheard"] = "of".into();

    let key = key_of(&client.post("/v1/grscicoll/institution", &body));

    let made = get(&client, &format!("institution/{key}"));
    assert_eq!(made["occurrenceCount"], 0);
    assert_eq!(made["masterSource"], "GRSCICOLL");
    assert_eq!(made["createdBy"], "grscicoll_admin");
    assert_eq!(made["identifiers"], json!([]));
    assert_eq!(made.get("unheard"), None);
}

#[test]
fn a_deleted_institution_stays_readable_and_leaves_the_lists() {
    let client = admin();
    let key = new_institution(&client);

    assert_eq!(client.delete(&format!("/v1/grscicoll/institution/{key}")).whole(), "204 \n");

    let deleted = get(&client, &format!("institution/{key}"));
    assert_eq!(deleted["deleted"], deleted["modified"]);
    assert_eq!(count(&client, "institution?code=TST&limit=0"), 0);
    assert_eq!(keys(&get(&client, "institution/deleted?code=TST")), [key]);
}

#[test]
fn collections_of_a_deleted_institution_still_name_it() {
    let client = admin();
    let institution = new_institution(&client);
    let made = client.post("/v1/grscicoll/collection", &collection_of(&institution));

    client.delete(&format!("/v1/grscicoll/institution/{institution}"));

    let collection = get(&client, &format!("collection/{}", key_of(&made)));
    assert_eq!(collection["institutionKey"], institution.as_str());
    assert_eq!(collection["institutionName"], "Test Museum");
}

#[test]
fn a_put_without_the_deletion_brings_a_deleted_one_back() {
    let client = admin();
    let key = new_institution(&client);
    client.delete(&format!("/v1/grscicoll/institution/{key}"));
    let deleted = get(&client, &format!("institution/{key}"));
    let restored = changed(&client, &key, |body| {
        body.as_object_mut().unwrap().remove("deleted");
    });

    let text =
        "Unable to update a previously deleted entity unless you clear the deletion timestamp";
    assert_eq!(put(&client, &key, &deleted), refused(400, text));
    assert_eq!(put(&client, &key, &restored), "204 \n");

    assert_eq!(get(&client, &format!("institution/{key}")).get("deleted"), None);
}

#[test]
fn a_put_obeys_rules_of_its_own() {
    let client = admin();
    let key = new_institution(&client);
    let change = |change: &dyn Fn(&mut Value)| put(&client, &key, &changed(&client, &key, change));

    assert_eq!(
        change(&|body| body["code"] = Value::Null),
        refused(400, "Not allowed to delete the code of a primary entity")
    );
    assert_eq!(
        change(&|body| body["replacedBy"] = MNHN.into()),
        refused(400, "Not allowed to replace an entity while updating")
    );
    assert_eq!(
        change(&|body| body["convertedToCollection"] = MNHN.into()),
        refused(400, "Not allowed to replace or convert an institution while updating")
    );
    assert_eq!(
        change(&|body| body["deleted"] = "2024-01-01T00:00:00.000+00:00".into()),
        refused(400, "Can't delete an entity when updating")
    );
    assert_eq!(change(&|body| body["key"] = NOBODY.into()), "400 \n");
    assert_eq!(
        change(&|body| body["mailingAddress"] = json!({ "key": 1, "city": "Ribe" })),
        refused(400, "Unable to create an address which already has a key")
    );
}

#[test]
fn what_was_replaced_or_converted_is_not_changed_any_more() {
    let client = admin();
    let deleted = get(&client, "institution/deleted?limit=20");
    let with = |member: &str| {
        let results = deleted["results"].as_array().unwrap();
        results.iter().find(|one| one.get(member).is_some()).unwrap().clone()
    };
    let (replaced, converted) = (with("replacedBy"), with("convertedToCollection"));

    assert_eq!(
        put(&client, &key(&replaced), &replaced),
        refused(400, "Not allowed to update a replaced entity")
    );
    assert_eq!(
        put(&client, &key(&converted), &converted),
        refused(400, "Not allowed to update a replaced or converted institution")
    );
}

#[test]
fn deletion_obeys_rules_of_its_own() {
    let client = admin();
    let delete = |key: &str| client.delete(&format!("/v1/grscicoll/institution/{key}")).whole();
    let of_herbaria = key(&first(&client, "institution?masterSourceType=IH"));
    let gone = new_institution(&client);
    delete(&gone);

    assert_eq!(
        delete(&of_herbaria),
        refused(400, "Cannot delete an entity whose master source is not GRSciColl")
    );
    assert_eq!(
        delete(&gone),
        refused(
            400,
            "Unable to update a previously deleted entity unless you clear the deletion timestamp"
        )
    );
    assert_eq!(delete(NOBODY), refused(400, "Entity to delete doesn't exist"));
}

#[test]
fn an_unknown_entity_is_told_in_three_ways() {
    let client = admin();
    let path = format!("/v1/grscicoll/institution/{NOBODY}");
    let body = json!({ "key": NOBODY, "code": "X", "name": "X" });

    assert_eq!(
        anybody().get(&path).whole(),
        refused(404, &format!("Entity not found for uri: /grscicoll/institution/{NOBODY}"))
    );
    assert_eq!(
        anybody().get(&format!("{path}/tag")).whole(),
        format!("404 \nEntity institution not found with key {NOBODY}\r\n")
    );
    assert_eq!(client.put(&path, &body).whole(), refused(400, "Entity doesn't exist"));
}

#[test]
fn a_key_of_the_other_kind_is_unknown() {
    let answer = anybody().get(&format!("/v1/grscicoll/collection/{MNHN}"));

    assert_eq!(answer.status(), 404);
}

#[test]
fn parts_in_a_body_are_checked_and_left_where_they_are() {
    let client = admin();
    let mut body = collection_of(MNHN);
    body["contactPersons"] = json!([{ "firstName": "Ada", "lastName": "Finch" }]);
    body["tags"] = json!([{ "value": "one" }]);

    let key = key_of(&client.post("/v1/grscicoll/collection", &body));
    let path = format!("/v1/grscicoll/collection/{key}");
    let violation =
        |text: &str| refused(422, &format!("<ul><li>Validation of [key] failed: {text}</li></ul>"));

    assert_eq!(get(&client, &format!("collection/{key}"))["contactPersons"], json!([]));
    for (member, part) in [
        ("contactPersons", json!({ "firstName": "Ada" })),
        ("tags", json!({ "value": "one" })),
        ("machineTags", json!({ "namespace": "a", "name": "b", "value": "c" })),
    ] {
        let mut body = collection_of(MNHN);
        body["key"] = key.as_str().into();
        body[member] = json!([part]);
        assert_eq!(client.put(&path, &body).whole(), violation("must not be null"), "{member}");
        body[member][0]["key"] = 1.into();
        assert_eq!(client.put(&path, &body).whole(), "204 \n", "{member}");
        body["key"] = Value::Null;
        let answer = client.post("/v1/grscicoll/collection", &body);
        assert_eq!(answer.whole(), violation("must be null"), "{member}");
    }
}

#[test]
fn methods_that_a_path_lacks_are_the_frameworks_business() {
    let client = admin();

    let answer = client.send_json(Method::PUT, "/v1/grscicoll/institution", &json!({}));

    let body = answer.any_json();
    assert_eq!(answer.status(), 405);
    assert_eq!(answer.header("allow"), Some("GET,POST"));
    assert_eq!(body["error"], "Method Not Allowed");
    assert_eq!(body["path"], "/grscicoll/institution");
}

#[test]
fn a_refused_write_leaves_no_trace() {
    let client = admin();
    let before = count(&client, "institution?limit=0");
    let mut body = institution_in("DK");
    body["types"] = json!(["Castle"]);

    let answer = client.post("/v1/grscicoll/institution", &body);

    assert_eq!(
        answer.whole(),
        refused(400, "Castle is not a concept of the InstitutionType vocabulary")
    );
    assert_eq!(count(&client, "institution?limit=0"), before);
}

#[test]
fn an_editor_sees_its_own_name_on_what_it_changes() {
    let client = anybody();
    let key = new_institution(&as_user(&client, "grscicoll_admin"));
    let editor = as_user(&client, "grscicoll_editor");
    let body = changed(&editor, &key, |body| body["name"] = "Changed".into());

    assert_eq!(put(&editor, &key, &body), "204 \n");

    let after = get(&editor, &format!("institution/{key}"));
    assert_eq!(after["createdBy"], "grscicoll_admin");
    assert_eq!(after["modifiedBy"], "grscicoll_editor");
}
