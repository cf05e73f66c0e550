//! Suggestions that are not taken, and questions that are not answered.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{
    NOBODY, admin, anybody, apply, invalid, mails, museum, path, put, read, refused, suggest,
    update_of,
};

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
fn bodies_that_cannot_be_read_are_refused() {
    let gbif = anybody();
    let send = |content_type: &str, body: &'static str| {
        let headers = [("content-type", content_type)];
        gbif.send(Method::POST, &path("institution", ""), &headers, Bytes::from(body))
    };

    let malformed = send("application/json", "{");
    assert!(malformed.whole().starts_with("400 text/plain;charset=UTF-8\nJSON parse error: "));
    assert_eq!(
        send("application/json", "[]").whole(),
        refused("Cannot deserialize value from Array value")
    );
    assert_eq!(send("text/plain", "{}").status(), 415);
    assert_eq!(
        send("application/json", r#"{"type":"REPAINT"}"#).whole(),
        refused(
            "Cannot deserialize value of type `Type` from String \"REPAINT\": not one of the values \
             accepted for Enum class: [CREATE, UPDATE, DELETE, MERGE, CONVERSION_TO_COLLECTION]"
        )
    );
    assert_eq!(
        gbif.get(&path("institution", "?entityKey=00000000-0000-4000-8000-000000000000")).json()["count"],
        0
    );
}

#[test]
fn a_revision_brings_what_it_revises() {
    let gbif = admin();
    let key = museum(&gbif);
    let body = update_of(&gbif, "institution", &key, &json!({ "numberSpecimens": 1 }));
    let number = suggest(&gbif, "institution", &body);
    let mut revised = read(&gbif, "institution", number);
    revised["comments"] = json!(["one", "two"]);
    revised["suggestedEntity"] = Value::Null;

    assert_eq!(
        put(&gbif, "institution", number, "", &revised).whole(),
        refused("Suggested entity is required")
    );
    assert_eq!(read(&gbif, "institution", number)["comments"], json!(["new count"]));
}
