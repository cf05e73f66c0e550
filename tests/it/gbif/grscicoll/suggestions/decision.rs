//! What comes of suggestions of each type.

use serde_json::{Value, json};

use super::{
    admin, apply, entity, made, mails, museum, path, put, read, refused, suggest, update_of,
};

#[test]
fn nothing_is_applied_twice() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    let number = suggest(&gbif, "institution", &body);
    assert_eq!(apply(&gbif, "institution", number).status(), 200);
    let before = entity(&gbif, "institution", &key);

    let again = apply(&gbif, "institution", number);

    assert_eq!(again.whole(), refused("The change suggestion is not pending but APPLIED"));
    assert_eq!(entity(&gbif, "institution", &key), before);
}

#[test]
fn a_suggested_entity_is_made_with_its_contacts() {
    let gbif = admin();
    let body = json!({
        "type": "CREATE", "proposerEmail": "me@example.org", "comments": ["please add"],
        "suggestedEntity": {
            "code": "NEW", "name": "New Museum", "types": ["MUSEUM"],
            "address": { "country": "ES" },
            "contactPersons": [{ "firstName": "Ana", "email": ["ana@example.org"] }],
        },
    });
    let number = suggest(&gbif.anonymous(), "institution", &body);

    let pending = read(&gbif, "institution", number);
    let answer = apply(&gbif, "institution", number);

    assert_eq!(pending["entityName"], "New Museum");
    assert_eq!(pending["entityCountry"], "ES");
    assert!(pending.get("entityKey").is_none() && pending.get("proposedBy").is_none());
    assert_eq!(pending["changes"][0]["field"], "code");
    assert!(pending["changes"][0].get("previous").is_none());
    assert!(pending["suggestedEntity"].get("key").is_none());
    let key = answer.json()["entityCreatedKey"].as_str().unwrap().to_owned();
    let created = entity(&gbif, "institution", &key);
    assert_eq!(created["name"], "New Museum");
    assert_eq!(created["types"], json!(["Museum"]));
    assert_eq!(created["createdBy"], "grscicoll_admin");
    assert_eq!(created["contactPersons"][0]["firstName"], "Ana");
    let applied = read(&gbif, "institution", number);
    assert_eq!(applied["entityKey"], key.as_str());
}

#[test]
fn a_suggested_herbarium_can_bring_its_institution_and_its_number() {
    let gbif = admin();
    let body = json!({
        "type": "CREATE", "proposerEmail": "me@example.org", "comments": ["from IH"],
        "createInstitution": true, "ihIdentifier": "gbif:ih:irn:654321",
        "suggestedEntity": {
            "code": "HERB", "name": "Herbarium - University of Lund", "active": true,
            "contactPersons": [{ "firstName": "Ana" }],
        },
    });
    let number = suggest(&gbif.anonymous(), "collection", &body);

    let single = read(&gbif, "collection", number);
    let listed = gbif.get(&path("collection", "?ihIdentifier=gbif:ih:irn:654321")).json();
    let answer = apply(&gbif, "collection", number);

    assert_eq!(single["createInstitution"], true);
    assert_eq!(single["ihIdentifier"], "gbif:ih:irn:654321");
    assert_eq!(listed["count"], 1);
    assert!(listed["results"][0].get("ihIdentifier").is_none());
    assert!(listed["results"][0].get("createInstitution").is_none());
    let key = answer.json()["entityCreatedKey"].as_str().unwrap().to_owned();
    let collection = entity(&gbif, "collection", &key);
    assert_eq!(collection["institutionName"], "University of Lund");
    assert_eq!(collection["institutionCode"], "HERB");
    assert_eq!(collection["masterSource"], "IH");
    assert_eq!(collection["masterSourceMetadata"]["source"], "IH_IRN");
    assert_eq!(collection["masterSourceMetadata"]["sourceId"], "654321");
    assert_eq!(collection["identifiers"][0]["identifier"], "gbif:ih:irn:654321");
    assert_eq!(collection["contactPersons"][0]["firstName"], "Ana");
    let institution = collection["institutionKey"].as_str().unwrap();
    let institution = entity(&gbif, "institution", institution);
    assert_eq!(institution["contactPersons"][0]["firstName"], "Ana");
}

#[test]
fn deletions_merges_and_conversions_are_suggested_too() {
    let gbif = admin();
    let keys: Vec<String> = (0..4).map(|_| museum(&gbif)).collect();
    let suggestion = |kind: &str, key: &str, more: Value| {
        let mut body = json!({
            "type": kind, "entityKey": key, "proposerEmail": "me@example.org", "comments": ["x"],
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        suggest(&gbif.anonymous(), "institution", &body)
    };
    let deletion = suggestion("DELETE", &keys[0], json!({ "suggestedEntity": { "name": "x" } }));
    let merge = suggestion("MERGE", &keys[1], json!({ "mergeTargetKey": keys[3] }));
    let more = json!({ "nameForNewInstitutionForConvertedCollection": "University" });
    let conversion = suggestion("CONVERSION_TO_COLLECTION", &keys[2], more);

    let shown = read(&gbif, "institution", deletion);
    assert_eq!(shown["changes"], json!([]));
    assert!(shown.get("suggestedEntity").is_none());
    assert_eq!(read(&gbif, "institution", merge)["mergeTargetKey"], keys[3].as_str());
    assert_eq!(
        read(&gbif, "institution", conversion)["nameForNewInstitutionForConvertedCollection"],
        "University"
    );
    assert_eq!(apply(&gbif, "institution", deletion).whole(), "200 application/json\n{}");
    assert_eq!(apply(&gbif, "institution", merge).whole(), "200 application/json\n{}");
    let converted = apply(&gbif, "institution", conversion).json();

    assert!(entity(&gbif, "institution", &keys[0])["deleted"].is_string());
    assert_eq!(entity(&gbif, "institution", &keys[1])["replacedBy"], keys[3].as_str());
    let collection = converted["entityCreatedKey"].as_str().unwrap();
    assert_eq!(entity(&gbif, "institution", &keys[2])["convertedToCollection"], collection);
    assert_eq!(entity(&gbif, "collection", collection)["institutionName"], "University");
    assert_eq!(read(&gbif, "institution", conversion)["entityKey"], keys[2].as_str());
}

#[test]
fn what_cannot_be_done_leaves_the_suggestion_pending() {
    let gbif = admin();
    let (one, other) = (museum(&gbif), museum(&gbif));
    let body = json!({
        "type": "MERGE", "entityKey": one, "mergeTargetKey": other,
        "proposerEmail": "me@example.org", "comments": ["the same"],
    });
    let number = suggest(&gbif, "institution", &body);
    gbif.delete(&format!("/v1/grscicoll/institution/{other}"));
    let sent = mails(&gbif).len();

    let answer = apply(&gbif, "institution", number);

    assert_eq!(answer.whole(), refused("Cannot merge an entity with a deleted replacement"));
    assert_eq!(read(&gbif, "institution", number)["status"], "PENDING");
    assert!(entity(&gbif, "institution", &one).get("deleted").is_none());
    assert_eq!(mails(&gbif).len(), sent);
}

#[test]
fn a_suggested_concept_that_is_none_is_refused_when_applied() {
    let gbif = admin();
    let key = museum(&gbif);
    let members = json!({ "types": ["Spaceship"], "contactPersons": [{ "firstName": "Ana" }] });
    let number = suggest(&gbif, "institution", &update_of(&gbif, "institution", &key, &members));

    let answer = apply(&gbif, "institution", number);

    assert_eq!(
        answer.whole(),
        refused("Spaceship is not a concept of the InstitutionType vocabulary")
    );
    assert_eq!(entity(&gbif, "institution", &key)["contactPersons"], json!([]));
    assert_eq!(read(&gbif, "institution", number)["status"], "PENDING");
}

#[test]
fn a_discarded_suggestion_changes_nothing() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    let number = suggest(&gbif, "institution", &body);

    let answer = put(&gbif, "institution", number, "/discard", &Value::Null);

    assert_eq!(answer.whole(), "204 \n");
    let shown = read(&gbif, "institution", number);
    assert_eq!(shown["status"], "DISCARDED");
    assert_eq!(shown["discardedBy"], "grscicoll_admin");
    assert!(shown["discarded"].is_string());
    assert_eq!(entity(&gbif, "institution", &key)["numberSpecimens"], 120_000);
    let again = apply(&gbif, "institution", number);
    assert_eq!(again.whole(), refused("The change suggestion is not pending but DISCARDED"));
}

#[test]
fn mails_tell_of_suggestions_and_of_what_became_of_them() {
    let gbif = admin();
    let danish = json!({ "code": "DAN", "name": "Danish", "address": { "country": "DK" } });
    let danish = made(&gbif, "institution", &danish);
    let body = update_of(&gbif, "institution", &danish, &json!({ "numberSpecimens": 2 }));

    let number = suggest(&gbif.anonymous(), "institution", &body);
    let discarded = suggest(&gbif.anonymous(), "institution", &body);
    apply(&gbif, "institution", number);
    put(&gbif, "institution", discarded, "/discard", &Value::Null);

    let sent = mails(&gbif);
    let heads: Vec<(&str, &str)> =
        sent.iter().map(|(to, subject, _)| (to.as_str(), subject.as_str())).collect();
    let helpdesk = "scientific-collections@gbif.org";
    assert_eq!(
        heads,
        [
            (helpdesk, "New Change Suggestion Created"),
            ("esther@example.org", "New Change Suggestion Created"),
            (helpdesk, "New Change Suggestion Created"),
            ("esther@example.org", "New Change Suggestion Created"),
            (helpdesk, "Change Suggestion Applied"),
            ("me@example.org", "Change Suggestion Applied"),
            (helpdesk, "Change Suggestion Discarded"),
            ("me@example.org", "Change Suggestion Discarded"),
        ]
    );
    assert_eq!(
        sent[0].2,
        format!(
            "A suggestion for the institution Danish, Denmark has been made: UPDATE.\n\
             https://registry.gbif.org/institution/{danish}?suggestionId={number}\n"
        )
    );
}

#[test]
fn what_is_suggested_without_a_word_about_portals_is_shown_there() {
    let gbif = admin();
    for more in [json!({}), json!({ "displayOnNHCPortal": null })] {
        let mut suggested = json!({ "code": "NEW", "name": "New Cabinet" });
        suggested.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let body = json!({
            "type": "CREATE", "proposerEmail": "me@example.org", "comments": ["please add"],
            "createInstitution": true, "suggestedEntity": suggested,
        });
        let number = suggest(&gbif.anonymous(), "collection", &body);

        let pending = read(&gbif, "collection", number);
        let answer = apply(&gbif, "collection", number).json();

        assert_eq!(pending["suggestedEntity"]["displayOnNHCPortal"], true);
        let collection = entity(&gbif, "collection", answer["entityCreatedKey"].as_str().unwrap());
        assert_eq!(collection["displayOnNHCPortal"], true);
        let institution = collection["institutionKey"].as_str().unwrap();
        assert_eq!(entity(&gbif, "institution", institution)["displayOnNHCPortal"], true);
    }
}
