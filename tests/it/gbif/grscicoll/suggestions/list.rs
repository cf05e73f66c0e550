//! Who sees which suggestions.

use serde_json::{Value, json};

use super::{admin, apply, as_user, entity, made, museum, path, put, read, suggest, update_of};
use crate::support::Client;

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
fn of_each_dozen_that_stands_there_seven_wait_for_a_decision() {
    let gbif = admin();
    let count = |kind: &str, query: &str| {
        let page = gbif.get(&path(kind, &format!("?{query}&limit=100"))).json();
        page["count"].as_i64().unwrap()
    };

    for kind in ["institution", "collection"] {
        assert_eq!(count(kind, ""), 12);
        assert_eq!(count(kind, "status=PENDING"), 7);
        assert_eq!(count(kind, "status=APPLIED"), 3);
        assert_eq!(count(kind, "status=DISCARDED"), 2);
        for of in ["CREATE", "UPDATE", "DELETE", "MERGE"] {
            assert!(count(kind, &format!("status=PENDING&type={of}")) > 0, "{kind} {of}");
        }
    }
    assert_eq!(count("institution", "status=PENDING&type=CONVERSION_TO_COLLECTION"), 1);
    let page = gbif.get(&path("institution", "?limit=100")).json();
    let suggestions = page["results"].as_array().unwrap();
    let anonymous = suggestions.iter().filter(|one| one.get("proposedBy").is_none());
    assert_eq!(anonymous.count(), 6);
    assert!(suggestions.iter().all(|one| {
        let has_changes = !one["changes"].as_array().unwrap().is_empty();
        has_changes == matches!(one["type"].as_str(), Some("CREATE" | "UPDATE"))
    }));
}

#[test]
fn what_waits_in_the_seed_can_be_applied() {
    let gbif = admin();
    for kind in ["institution", "collection"] {
        let page = gbif.get(&path(kind, "?status=PENDING&type=UPDATE")).json();
        for suggestion in page["results"].as_array().unwrap() {
            let number = suggestion["key"].as_i64().unwrap();
            let specimens = &suggestion["suggestedEntity"]["numberSpecimens"];
            let answer = apply(&gbif, kind, number);
            assert_eq!(answer.status(), 200, "{}", answer.text());
            let key = suggestion["entityKey"].as_str().unwrap();
            assert_eq!(&entity(&gbif, kind, key)["numberSpecimens"], specimens);
        }
    }
}
