//! What anybody may suggest, and what becomes of it.

use serde_json::{Value, json};
use wardian::store::Transaction;

use super::{NOBODY, admin, anybody, as_user, key_of};
use crate::support::{Answer, Client};

#[track_caller]
fn made(gbif: &Client, kind: &str, body: &Value) -> String {
    key_of(&gbif.post(&format!("/v1/grscicoll/{kind}"), body))
}

fn museum(gbif: &Client) -> String {
    let body = json!({
        "code": "KNHM", "name": "Kansas Prairie Museum", "numberSpecimens": 120_000,
        "email": ["info@example.org"], "active": true,
        "address": { "city": "Lawrence", "country": "US" },
    });
    made(gbif, "institution", &body)
}

fn path(kind: &str, rest: &str) -> String {
    format!("/v1/grscicoll/{kind}/changeSuggestion{rest}")
}

#[track_caller]
fn suggest(client: &Client, kind: &str, body: &Value) -> i64 {
    let answer = client.post(&path(kind, ""), body);
    assert_eq!(answer.status(), 201, "{}", answer.text());
    answer.any_json().as_i64().unwrap()
}

#[track_caller]
fn read(client: &Client, kind: &str, key: i64) -> Value {
    client.get(&path(kind, &format!("/{key}"))).json()
}

#[track_caller]
fn entity(client: &Client, kind: &str, key: &str) -> Value {
    client.get(&format!("/v1/grscicoll/{kind}/{key}")).json()
}

fn put(client: &Client, kind: &str, key: i64, rest: &str, body: &Value) -> Answer {
    client.put(&path(kind, &format!("/{key}{rest}")), body)
}

fn apply(client: &Client, kind: &str, key: i64) -> Answer {
    put(client, kind, key, "/apply", &Value::Null)
}

/// A suggestion to change members of an entity.
fn update_of(client: &Client, kind: &str, key: &str, members: &Value) -> Value {
    let mut suggested = entity(client, kind, key);
    suggested.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({
        "type": "UPDATE", "entityKey": key, "suggestedEntity": suggested,
        "proposerEmail": "me@example.org", "comments": ["new count"],
    })
}

fn refused(text: &str) -> String {
    super::refused(400, text)
}

fn invalid(field: &str, message: &str) -> String {
    format!(
        "422 text/plain;charset=UTF-8\n<ul><li>Validation of [{field}] failed: {message}</li></ul>"
    )
}

/// Recipients and subjects of the mails about suggestions, in the order they were sent.
fn mails(gbif: &Client) -> Vec<(String, String, String)> {
    let sql = "SELECT recipient, subject, text FROM wardian_mail ORDER BY rowid";
    let read = |db: &rusqlite::Connection| {
        let mut query = db.prepare(sql)?;
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
    };
    gbif.session().data.transact(Transaction::Read, read).unwrap()
}

#[test]
fn an_update_shows_what_it_would_change() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 130_000 }));

    let number = suggest(&gbif.anonymous(), "institution", &body);

    let mut shown = read(&gbif, "institution", number);
    let members: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        [
            "key",
            "type",
            "status",
            "entityKey",
            "entityName",
            "entityCountry",
            "suggestedEntity",
            "proposed",
            "proposerEmail",
            "comments",
            "changes",
            "modified",
        ]
    );
    assert_eq!(shown["suggestedEntity"]["numberSpecimens"], 130_000);
    assert_eq!(shown["suggestedEntity"]["key"], key.as_str());
    shown["suggestedEntity"].take();
    let now = shown["proposed"].clone();
    assert_eq!(
        shown,
        json!({
            "key": number, "type": "UPDATE", "status": "PENDING", "entityKey": key,
            "entityName": "Kansas Prairie Museum", "entityCountry": "US", "suggestedEntity": null,
            "proposed": now, "proposerEmail": "me@example.org", "comments": ["new count"],
            "changes": [{
                "field": "numberSpecimens", "suggested": 130_000, "previous": 120_000,
                "created": now, "overwritten": false, "outdated": false,
            }],
            "modified": now,
        })
    );
    assert_eq!(entity(&gbif, "institution", &key)["numberSpecimens"], 120_000);
}

#[test]
fn applied_an_update_changes_the_entity() {
    let gbif = admin();
    let key = museum(&gbif);
    let members = json!({
        "numberSpecimens": 130_000, "email": [], "active": false,
        "address": { "city": "Topeka", "country": "US" },
    });
    let number = suggest(&gbif, "institution", &update_of(&gbif, "institution", &key, &members));

    let answer = apply(&gbif, "institution", number);

    assert_eq!(answer.whole(), "200 application/json\n{}");
    let changed = entity(&gbif, "institution", &key);
    assert_eq!(changed["numberSpecimens"], 130_000);
    assert_eq!(changed["email"], json!([]));
    assert_eq!(changed["active"], false);
    assert_eq!(changed["address"]["city"], "Topeka");
    assert_eq!(changed["code"], "KNHM");
    let shown = read(&gbif, "institution", number);
    assert_eq!(shown["status"], "APPLIED");
    assert_eq!(shown["appliedBy"], "grscicoll_admin");
    assert_eq!(shown["proposedBy"], "grscicoll_admin");
    assert_eq!(shown["applied"], shown["modified"]);
    let fields: Vec<&Value> =
        shown["changes"].as_array().unwrap().iter().map(|change| &change["field"]).collect();
    assert_eq!(fields, ["active", "email", "address", "numberSpecimens"]);
    assert_eq!(shown["changes"][0]["author"], "grscicoll_admin");
    assert!(shown["changes"].as_array().unwrap().iter().all(|change| change["outdated"] == false));
}

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
fn a_pending_update_lies_on_what_the_entity_is_now() {
    let gbif = admin();
    let key = museum(&gbif);
    let members = json!({ "numberSpecimens": 130_000, "description": "On the prairie." });
    let number = suggest(&gbif, "institution", &update_of(&gbif, "institution", &key, &members));

    let mut now = entity(&gbif, "institution", &key);
    now["name"] = "Museum of Kansas".into();
    now["numberSpecimens"] = 130_000.into();
    assert_eq!(gbif.put(&format!("/v1/grscicoll/institution/{key}"), &now).status(), 204);

    let shown = read(&gbif, "institution", number);
    assert_eq!(shown["entityName"], "Museum of Kansas");
    assert_eq!(shown["suggestedEntity"]["name"], "Museum of Kansas");
    assert_eq!(shown["suggestedEntity"]["description"], "On the prairie.");
    let outdated = |field: &str| {
        let changes = shown["changes"].as_array().unwrap();
        let change = changes.iter().find(|change| change["field"] == field).unwrap();
        change["outdated"].clone()
    };
    assert_eq!(outdated("numberSpecimens"), true);
    assert_eq!(outdated("description"), false);
    assert_eq!(apply(&gbif, "institution", number).status(), 200);
    assert_eq!(entity(&gbif, "institution", &key)["name"], "Museum of Kansas");
}

#[test]
fn reviewers_put_suggestions_right_and_say_why() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 130_000 }));
    let number = suggest(&gbif.anonymous(), "institution", &body);
    let mut revised = read(&gbif, "institution", number);
    revised["suggestedEntity"]["numberSpecimens"] = 125_000.into();
    revised["suggestedEntity"]["homepage"] = "https://kpm.example.org".into();

    let silent = put(&gbif, "institution", number, "", &revised);
    revised["comments"] = json!(["new count", "counted again"]);
    let answer = put(&gbif, "institution", number, "", &revised);

    assert_eq!(silent.whole(), refused("A comment is required"));
    assert_eq!(answer.whole(), "204 \n");
    let shown = read(&gbif, "institution", number);
    assert_eq!(shown["comments"], json!(["new count", "counted again"]));
    assert_eq!(shown["modifiedBy"], "grscicoll_admin");
    assert_eq!(shown["suggestedEntity"]["numberSpecimens"], 125_000);
    let told: Vec<String> = shown["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            format!(
                "{} {} {} {}",
                change["field"], change["suggested"], change["author"], change["overwritten"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""numberSpecimens" 130000 null true"#,
            r#""homepage" "https://kpm.example.org" "grscicoll_admin" false"#,
            r#""numberSpecimens" 125000 "grscicoll_admin" false"#,
        ]
    );
    assert_eq!(shown["changes"][2]["previous"], 130_000);
    apply(&gbif, "institution", number);
    assert_eq!(entity(&gbif, "institution", &key)["numberSpecimens"], 125_000);
}

#[test]
fn path_and_body_of_a_revision_name_one_suggestion() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    let number = suggest(&gbif, "institution", &body);
    let mut revised = read(&gbif, "institution", number);
    revised["comments"] = json!(["one", "two"]);
    revised["key"] = (number + 1).into();

    assert_eq!(put(&gbif, "institution", number, "", &revised).whole(), "400 \n");
    assert_eq!(read(&gbif, "institution", number)["comments"], json!(["new count"]));
}

#[test]
fn contacts_are_suggested_one_by_one() {
    let gbif = admin();
    let key = museum(&gbif);
    let contacts = format!("/v1/grscicoll/institution/{key}/contactPerson");
    for name in ["Ana", "Ben", "Cleo"] {
        gbif.post(&contacts, &json!({ "firstName": name, "email": ["x@example.org"] }));
    }
    let mut list = gbif.get(&contacts).json();
    list[1]["firstName"] = "Benjamin".into();
    list.as_array_mut().unwrap().remove(2);
    list.as_array_mut().unwrap().push(json!({ "firstName": "Dora" }));
    let body = update_of(&gbif, "institution", &key, &json!({ "contactPersons": list }));

    let number = suggest(&gbif, "institution", &body);

    let shown = read(&gbif, "institution", number);
    let told: Vec<String> = shown["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            format!("{} {}", change["previous"]["firstName"], change["suggested"]["firstName"])
        })
        .collect();
    assert_eq!(told, [r#""Ben" "Benjamin""#, r#"null "Dora""#, r#""Cleo" null"#]);
    assert!(shown["changes"].as_array().unwrap().iter().all(|c| c["field"] == "contactPersons"));
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap();
        list.iter().map(|contact| contact["firstName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&shown["suggestedEntity"]["contactPersons"]), ["Ana", "Benjamin", "Dora"]);
    apply(&gbif, "institution", number);
    let after = gbif.get(&contacts).json();
    assert_eq!(names(&after), ["Ana", "Benjamin", "Dora"]);
    assert_eq!(after[1]["key"], list[1]["key"]);
}

#[test]
fn a_revised_contact_is_not_doubled() {
    let gbif = admin();
    let key = museum(&gbif);
    let list = json!({ "contactPersons": [{ "firstName": "Dora" }, { "firstName": "Emil" }] });
    let number = suggest(&gbif, "institution", &update_of(&gbif, "institution", &key, &list));
    let mut revised = read(&gbif, "institution", number);
    revised["suggestedEntity"]["contactPersons"][0]["lastName"] = "Lind".into();
    revised["comments"] = json!(["one", "two"]);

    assert_eq!(put(&gbif, "institution", number, "", &revised).status(), 204);
    apply(&gbif, "institution", number);

    let contacts = entity(&gbif, "institution", &key)["contactPersons"].clone();
    let mut names: Vec<String> = contacts
        .as_array()
        .unwrap()
        .iter()
        .map(|contact| format!("{} {}", contact["firstName"], contact["lastName"]))
        .collect();
    names.sort();
    assert_eq!(names, [r#""Dora" "Lind""#, r#""Emil" null"#]);
}

#[test]
fn what_is_kept_elsewhere_keeps_its_contacts_and_locked_fields() {
    let gbif = admin();
    let page = gbif.get("/v1/grscicoll/institution?masterSourceType=IH&limit=1").json();
    let key = page["results"][0]["key"].as_str().unwrap().to_owned();
    let before = entity(&gbif, "institution", &key);
    let members = json!({
        "name": "Renamed", "additionalNames": ["Also"], "contactPersons": [{ "firstName": "X" }],
    });
    let number = suggest(&gbif, "institution", &update_of(&gbif, "institution", &key, &members));

    assert_eq!(apply(&gbif, "institution", number).status(), 200);

    let after = entity(&gbif, "institution", &key);
    assert_eq!(after["name"], before["name"]);
    assert_eq!(after["contactPersons"], before["contactPersons"]);
    assert_eq!(after["additionalNames"], json!(["Also"]));
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
fn suggestions_that_lack_something_are_refused() {
    let gbif = admin();
    let key = museum(&gbif);
    let anyone = gbif.anonymous();
    let whole = |kind: &str, changes: &[(&str, Value)]| {
        let mut body = json!({
            "type": "UPDATE", "entityKey": key, "suggestedEntity": { "name": "x" },
            "proposerEmail": "me@example.org", "comments": ["x"],
        });
        for (member, value) in changes {
            body[*member] = value.clone();
        }
        anyone.post(&path(kind, ""), &body).whole()
    };
    let gone = Value::Null;
    let institution = |changes: &[(&str, Value)]| whole("institution", changes);

    assert_eq!(institution(&[("comments", json!([]))]), refused("A comment is required"));
    assert_eq!(institution(&[("comments", gone.clone())]), refused("A comment is required"));
    assert_eq!(institution(&[("type", gone.clone())]), invalid("type", "must not be null"));
    assert_eq!(
        institution(&[("proposerEmail", gone.clone())]),
        invalid("proposerEmail", "must not be null")
    );
    assert_eq!(
        institution(&[("proposerEmail", json!("nobody"))]),
        invalid("proposerEmail", "must be a valid email. found: nobody")
    );
    assert_eq!(
        institution(&[("suggestedEntity", json!({ "code": "x" }))]),
        invalid("name", "must not be null")
    );
    assert_eq!(
        institution(&[("suggestedEntity", json!({ "name": "x", "homepage": "x" }))]),
        invalid("homepage", "Invalid URI")
    );
    let contact = json!({ "name": "x", "contactPersons": [{ "email": ["x"] }] });
    assert_eq!(
        institution(&[("suggestedEntity", contact)]),
        invalid("email", "must be a valid email. found: x")
    );
    assert_eq!(institution(&[("suggestedEntity", gone.clone())]), "400 \n");
    assert_eq!(
        institution(&[("type", json!("CREATE")), ("suggestedEntity", gone.clone())]),
        "400 \n"
    );
    for kind in ["UPDATE", "DELETE", "MERGE", "CONVERSION_TO_COLLECTION"] {
        let changes = [("type", json!(kind)), ("entityKey", gone.clone())];
        assert_eq!(institution(&changes), "400 \n", "{kind}");
    }
    assert_eq!(institution(&[("type", json!("MERGE"))]), "400 \n");
    assert_eq!(
        whole("collection", &[("type", json!("CONVERSION_TO_COLLECTION"))]),
        refused("Conversion type is not allowed for collections")
    );
    assert_eq!(institution(&[("entityKey", json!(NOBODY))]), refused("Entity doesn't exist"));
    assert!(institution(&[("type", json!("REPAINT"))]).starts_with("400 text/plain"));
    let about = gbif.get(&path("institution", &format!("?entityKey={key}"))).json();
    assert_eq!(about["count"], 0);
    assert_eq!(mails(&gbif), []);
}

#[test]
fn what_is_kept_elsewhere_is_not_suggested_for_deletion() {
    let gbif = admin();
    let page = gbif.get("/v1/grscicoll/collection?masterSourceType=IH&limit=1").json();
    let body = json!({
        "type": "DELETE", "entityKey": page["results"][0]["key"],
        "proposerEmail": "me@example.org", "comments": ["gone"],
    });

    assert_eq!(
        gbif.anonymous().post(&path("collection", ""), &body).whole(),
        refused(
            "Suggestions to delete entities whose master source is not GRSciColl are not allowed"
        )
    );
}

#[test]
fn who_may_decide_sees_who_proposed_and_nobody_else_does() {
    let gbif = admin();
    let key = museum(&gbif);
    let danish = made(
        &gbif,
        "institution",
        &json!({ "code": "DAN", "name": "Danish", "address": { "country": "DK" } }),
    );
    let anyone = gbif.anonymous();
    let foreign = suggest(
        &anyone,
        "institution",
        &update_of(&gbif, "institution", &key, &json!({ "notes": 1, "numberSpecimens": 2 })),
    );
    let home = suggest(
        &anyone,
        "institution",
        &update_of(&gbif, "institution", &danish, &json!({ "numberSpecimens": 2 })),
    );
    let editor = as_user(&anyone, "grscicoll_editor");
    let sees = |client: &Client, number: i64| {
        let one = read(client, "institution", number).get("proposerEmail").is_some();
        let list = client.get(&path("institution", "?limit=1000")).json();
        let listed = list["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|suggestion| suggestion["key"] == number)
            .unwrap()
            .get("proposerEmail")
            .is_some();
        assert_eq!(one, listed);
        one
    };

    assert_eq!([sees(&gbif, foreign), sees(&gbif, home)], [true, true]);
    assert_eq!([sees(&editor, foreign), sees(&editor, home)], [false, true]);
    assert_eq!([sees(&anyone, foreign), sees(&anyone, home)], [false, false]);
    let plain = as_user(&anyone, "plain_user");
    assert_eq!([sees(&plain, foreign), sees(&plain, home)], [false, false]);
    assert_eq!(
        put(&editor, "institution", foreign, "/discard", &Value::Null).whole(),
        format!(
            "403 \nUser grscicoll_editor is not allowed to update change suggestion {foreign}\r\n"
        )
    );
    assert_eq!(
        put(&anyone, "institution", home, "/discard", &Value::Null).whole(),
        "403 \nUnauthenticated or incomplete request\r\n"
    );
    assert_eq!(apply(&editor, "institution", home).status(), 200);
}

#[test]
fn unknown_suggestions_are_not_found() {
    let gbif = admin();
    let not_found = "404 text/plain;charset=UTF-8\nEntity not found for uri: /";
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    let number = suggest(&gbif, "institution", &body);

    assert_eq!(gbif.get(&path("institution", "/99999")).whole(), not_found);
    assert_eq!(gbif.get(&path("collection", &format!("/{number}"))).whole(), not_found);
    assert_eq!(apply(&gbif, "collection", number).whole(), not_found);
    assert_eq!(put(&gbif, "institution", 99_999, "/discard", &Value::Null).whole(), not_found);
    assert_eq!(
        gbif.get(&path("institution", "/abc")).whole(),
        refused("For input string: \"abc\"")
    );
}

#[test]
fn lists_are_narrowed_and_begin_with_the_newest() {
    let gbif = admin();
    let key = museum(&gbif);
    let anyone = gbif.anonymous();
    let first = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    let mut second = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 2 }));
    second["proposerEmail"] = "other@example.org".into();
    let (first, second) =
        (suggest(&anyone, "institution", &first), suggest(&anyone, "institution", &second));
    let keys = |query: &str| -> Vec<i64> {
        let target = path("institution", &format!("?entityKey={key}&{query}"));
        let page = gbif.get(&target).json();
        let results = page["results"].as_array().unwrap();
        assert_eq!(page["count"], results.len());
        results.iter().map(|suggestion| suggestion["key"].as_i64().unwrap()).collect()
    };

    assert_eq!(keys(""), [second, first]);
    assert_eq!(keys("proposerEmail=other@example.org"), [second]);
    assert_eq!(keys("country=US"), [second, first]);
    assert!(keys("country=DK").is_empty());
    assert_eq!(keys("type=UPDATE&status=PENDING"), [second, first]);
    assert!(keys("type=CREATE").is_empty());
    apply(&gbif, "institution", first);
    assert_eq!(keys("status=APPLIED"), [first]);
    assert_eq!(keys("status=PENDING"), [second]);
    let page = gbif.get(&path("institution", &format!("?entityKey={key}&limit=1&offset=1"))).json();
    assert_eq!(page["results"][0]["key"], first);
    assert_eq!(page["endOfRecords"], true);
}

#[test]
fn suggestions_are_found_by_the_country_that_the_entity_has_now() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    suggest(&gbif, "institution", &body);
    let mut moved = entity(&gbif, "institution", &key);
    moved["address"]["country"] = "MX".into();

    gbif.put(&format!("/v1/grscicoll/institution/{key}"), &moved);

    let count = |country: &str| {
        let target = path("institution", &format!("?entityKey={key}&country={country}"));
        gbif.get(&target).json()["count"].clone()
    };
    assert_eq!(count("MX"), 1);
    assert_eq!(count("US"), 0);
}

#[test]
fn filters_that_make_no_sense_are_refused() {
    let gbif = anybody();
    let whole = |query: &str| gbif.get(&path("institution", query)).whole();
    let model = "org.gbif.api.model.collections.suggestions";

    assert_eq!(
        whole("?status=pending"),
        refused(&format!("No enum constant {model}.Status.pending"))
    );
    assert_eq!(whole("?type=PAINT"), refused(&format!("No enum constant {model}.Type.PAINT")));
    assert_eq!(whole("?entityKey=foo"), refused("Invalid UUID string: foo"));
    assert_eq!(whole("?country=Atlantis"), refused("Cannot parse Atlantis into a known Country"));
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
