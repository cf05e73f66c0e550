//! Reading the audit log.

use serde_json::{Value, json};

use super::{admin, anybody, as_user, count, editor, get, key_of, new_institution, refused};
use crate::support::Client;

fn entries(client: &Client, query: &str) -> Vec<Value> {
    get(client, &format!("auditLog?{query}"))["results"].as_array().unwrap().clone()
}

fn whats(entries: &[Value]) -> Vec<String> {
    let what = |entry: &Value| {
        let part = entry.get("subEntityType").and_then(Value::as_str);
        let operation = entry["operation"].as_str().unwrap();
        part.map_or_else(|| operation.to_owned(), |part| format!("{operation} {part}"))
    };
    entries.iter().map(what).collect()
}

/// JSON that is a text.
#[track_caller]
fn state(entry: &Value, member: &str) -> Value {
    serde_json::from_str(entry[member].as_str().unwrap()).unwrap()
}

#[test]
fn only_administrators_of_collections_read_it() {
    let denied = "403 text/plain;charset=UTF-8\nAccess Denied";
    let anyone = anybody();
    let read = |client: &Client| client.get("/v1/grscicoll/auditLog?limit=0").whole();

    assert_eq!(read(&anyone), denied);
    assert_eq!(read(&editor()), denied);
    assert_eq!(read(&as_user(&anyone, "registry_admin")), denied);
    assert_eq!(read(&as_user(&anyone, "plain_user")), denied);
    assert!(read(&admin()).starts_with("200 application/json\n{\"offset\":0,\"limit\":0,"));
}

#[test]
fn it_goes_back_five_years_and_knows_all_operations() {
    let client = admin();

    assert!(count(&client, "auditLog?limit=0") >= 300);
    for operation in [
        "CREATE",
        "UPDATE",
        "DELETE",
        "REPLACE",
        "LINK",
        "UNLINK",
        "CONVERSION_TO_COLLECTION",
        "APPLY_SUGGESTION",
        "DISCARD_SUGGESTION",
    ] {
        let found = count(&client, &format!("auditLog?operation={operation}&limit=0"));
        assert!(found > 0, "{operation}");
    }
    let years: Vec<String> = entries(&client, "limit=1000")
        .iter()
        .map(|entry| entry["created"].as_str().unwrap()[..4].to_owned())
        .collect();
    for year in ["2021", "2022", "2023", "2024", "2025"] {
        assert!(years.iter().any(|known| known == year), "{year}");
    }
    assert!(years.is_sorted_by(|one, other| one >= other));
}

#[test]
fn an_entry_tells_who_did_what_to_which_part() {
    let client = admin();
    let key = new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}/identifier");
    let identifier = json!({ "type": "ROR", "identifier": "https://ror.org/01a2b3c45" });
    let number = client.post(&path, &identifier).any_json();

    let entry = entries(&client, &format!("collectionEntityKey={key}")).remove(0);

    let members: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        [
            "key",
            "traceId",
            "collectionEntityType",
            "subEntityType",
            "operation",
            "collectionEntityKey",
            "subEntityKey",
            "created",
            "createdBy",
            "postState",
        ]
    );
    assert_eq!(entry["collectionEntityType"], "INSTITUTION");
    assert_eq!(entry["subEntityType"], "Identifier");
    assert_eq!(entry["operation"], "CREATE");
    assert_eq!(entry["subEntityKey"], number.to_string());
    assert_eq!(entry["createdBy"], "grscicoll_admin");
    let text = entry["postState"].as_str().unwrap();
    assert!(
        text.starts_with(&format!(
            r#"{{"key": {number}, "type": "ROR", "identifier": "https://ror.org/01a2b3c45""#
        )),
        "{text}"
    );
}

#[test]
fn a_merge_is_one_trace_of_many_events() {
    let client = admin();
    let make =
        |kind: &str, body: &Value| key_of(&client.post(&format!("/v1/grscicoll/{kind}"), body));
    let (old, new) = (new_institution(&client), new_institution(&client));
    let owned = make("collection", &json!({ "code": "C", "name": "C", "institutionKey": old }));
    client.post(
        &format!("/v1/grscicoll/institution/{old}/contactPerson"),
        &json!({ "firstName": "Ana" }),
    );

    let body = json!({ "replacementEntityKey": new });
    client.post(&format!("/v1/grscicoll/institution/{old}/merge"), &body);

    let replace =
        entries(&client, &format!("collectionEntityKey={old}&operation=REPLACE")).remove(0);
    assert_eq!(replace["replacementKey"], new.as_str());
    assert!(state(&replace, "preState").get("deleted").is_none());
    assert_eq!(state(&replace, "postState")["replacedBy"], new.as_str());
    let trace = entries(&client, &format!("traceId={}", replace["traceId"]));
    assert_eq!(
        whats(&trace),
        ["UPDATE", "CREATE Identifier", "CREATE Contact", "UPDATE", "REPLACE"]
    );
    assert_eq!(trace[0]["collectionEntityKey"], owned.as_str());
    assert_eq!(trace[0]["collectionEntityType"], "COLLECTION");
    assert_eq!(trace[3]["collectionEntityKey"], new.as_str());
    assert_eq!(count(&client, &format!("auditLog?traceId={}&limit=0", replace["traceId"])), 5);
}

#[test]
fn a_conversion_names_the_collection_that_came_of_it() {
    let client = admin();
    let key = new_institution(&client);
    let target = format!("/v1/grscicoll/institution/{key}/convertToCollection");
    let collection = key_of(&client.post(&target, &json!({ "nameForNewInstitution": "Above" })));

    let entry = entries(&client, "operation=CONVERSION_TO_COLLECTION&limit=1").remove(0);

    assert_eq!(entry["collectionEntityKey"], key.as_str());
    assert_eq!(entry["replacementKey"], collection.as_str());
    let trace = entries(&client, &format!("traceId={}", entry["traceId"]));
    assert_eq!(whats(&trace), ["CONVERSION_TO_COLLECTION", "CREATE", "CREATE"]);
}

#[test]
fn the_life_of_a_suggestion_is_written_down() {
    let client = admin();
    let key = new_institution(&client);
    let anyone = client.anonymous();
    let body = json!({
        "type": "UPDATE", "entityKey": key, "proposerEmail": "me@example.org", "comments": ["x"],
        "suggestedEntity": { "code": "TST", "name": "Renamed" },
    });
    let path = "/v1/grscicoll/institution/changeSuggestion";
    let number = anyone.post(path, &body).any_json();
    let mut revised = client.get(&format!("{path}/{number}")).json();
    revised["comments"] = json!(["x", "y"]);
    client.put(&format!("{path}/{number}"), &revised);
    client.put(&format!("{path}/{number}/apply"), &Value::Null);
    client.put(&format!("{path}/{number}/discard"), &Value::Null);

    let about = format!("collectionEntityKey={key}&subEntityType=ChangeSuggestionDto");
    let log = entries(&client, &about);

    assert_eq!(
        whats(&log),
        [
            "DISCARD_SUGGESTION ChangeSuggestionDto",
            "APPLY_SUGGESTION ChangeSuggestionDto",
            "UPDATE ChangeSuggestionDto",
            "CREATE ChangeSuggestionDto",
        ]
    );
    let key_of_part = number.to_string();
    assert!(log.iter().all(|entry| entry["subEntityKey"] == key_of_part.as_str()));
    assert!(log[3].get("createdBy").is_none() && log[3].get("preState").is_none());
    assert_eq!(state(&log[3], "postState")["status"], "PENDING");
    assert_eq!(state(&log[1], "preState")["status"], "PENDING");
    assert_eq!(state(&log[1], "postState")["status"], "APPLIED");
    let applied = entries(&client, &format!("traceId={}", log[1]["traceId"]));
    assert_eq!(whats(&applied), ["APPLY_SUGGESTION ChangeSuggestionDto", "UPDATE"]);
}

#[test]
fn a_suggestion_to_make_something_is_about_nothing_yet() {
    let client = admin();
    let body = json!({
        "type": "CREATE", "proposerEmail": "me@example.org", "comments": ["x"],
        "suggestedEntity": { "code": "NEW", "name": "New" },
    });
    let path = "/v1/grscicoll/collection/changeSuggestion";
    let number = client.post(path, &body).any_json();

    let query = "subEntityType=ChangeSuggestionDto&operation=CREATE&limit=1";
    let entry = entries(&client, query).remove(0);

    assert_eq!(entry["subEntityKey"], number.to_string());
    assert_eq!(entry["collectionEntityType"], "COLLECTION");
    assert!(entry.get("collectionEntityKey").is_none());
    assert_eq!(entry["createdBy"], "grscicoll_admin");
}

#[test]
fn the_log_is_narrowed_by_kind_user_and_day() {
    let client = admin();
    let key = new_institution(&client);
    let about = format!("auditLog?collectionEntityKey={key}&limit=0");
    let entry = entries(&client, &format!("collectionEntityKey={key}")).remove(0);
    let today = &entry["created"].as_str().unwrap()[..10];
    let narrowed = |query: &str| count(&client, &format!("{about}&{query}"));

    assert_eq!(narrowed("collectionEntityType=INSTITUTION"), 1);
    assert_eq!(narrowed("collectionEntityType=COLLECTION"), 0);
    assert_eq!(narrowed("collectionEntityType=PERSON"), 0);
    assert_eq!(narrowed("createdBy=grscicoll_admin"), 1);
    assert_eq!(narrowed("createdBy=mlarsen"), 0);
    assert_eq!(narrowed("operation=NONSENSE"), 0);
    assert_eq!(narrowed(&format!("dateFrom={today}&dateTo={today}")), 1);
    assert_eq!(narrowed("dateTo=2021-01-01"), 0);
    assert_eq!(narrowed("dateFrom=2999-01-01"), 0);
}

#[test]
fn filters_that_make_no_sense_are_refused() {
    let client = admin();
    let whole = |query: &str| client.get(&format!("/v1/grscicoll/auditLog?{query}")).whole();

    assert_eq!(whole("traceId=abc"), refused(400, "For input string: \"abc\""));
    assert_eq!(
        whole("collectionEntityType=museum"),
        refused(400, "No enum constant org.gbif.api.model.collections.CollectionEntityType.museum")
    );
    assert_eq!(whole("collectionEntityKey=foo"), refused(400, "Invalid UUID string: foo"));
    assert_eq!(
        whole("dateFrom=yesterday"),
        refused(400, "Parse attempt failed for value [yesterday]")
    );
}
