//! Suggestions to change something, and what reviewers make of them.

use serde_json::{Value, json};

use super::{admin, apply, entity, museum, put, read, refused, suggest, update_of};

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
fn suggested_addresses_keep_the_keys_that_they_have() {
    let gbif = admin();
    let key = museum(&gbif);
    let number_of_address = entity(&gbif, "institution", &key)["address"]["key"].clone();
    let members = json!({ "address": { "city": "Topeka", "country": "US" } });
    let number = suggest(&gbif, "institution", &update_of(&gbif, "institution", &key, &members));

    let pending = read(&gbif, "institution", number);
    apply(&gbif, "institution", number);

    let address = json!({ "key": number_of_address, "city": "Topeka", "country": "US" });
    assert_eq!(pending["changes"][0]["suggested"], address);
    assert_eq!(pending["suggestedEntity"]["address"], address);
    assert_eq!(read(&gbif, "institution", number)["suggestedEntity"]["address"], address);
    assert_eq!(entity(&gbif, "institution", &key)["address"], address);
}
