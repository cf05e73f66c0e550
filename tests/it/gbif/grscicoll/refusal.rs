//! Refusals, whole.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use super::{MNHN, NOBODY, admin, anybody, collection_of, institution_in, refused};

/// What a GET of a path is refused with.
#[track_caller]
fn refusal(path: &str) -> String {
    anybody().get(&format!("/v1/grscicoll/{path}")).whole()
}

#[test]
fn paths_hold_keys_and_numbers() {
    assert_eq!(refusal("institution/foo"), refused(400, "Invalid UUID string: foo"));
    assert_eq!(refusal("collection/foo/tag"), refused(400, "Invalid UUID string: foo"));
    let path = format!("/v1/grscicoll/institution/{MNHN}/comment/abc");
    assert_eq!(admin().delete(&path).whole(), refused(400, "For input string: \"abc\""));
}

#[test]
fn what_is_not_emulated_is_not_found() {
    let client = admin();
    let ask = |method: Method, path: &str| {
        let headers = [("content-type", "application/json")];
        let target = format!("/v1/grscicoll/{path}");
        let answer = client.send(method, &target, &headers, Bytes::from("{}"));
        let error = answer.any_json()["error"].clone();
        (answer.status(), error)
    };
    let not_found = (404, json!("Not Found"));

    for kind in ["institution", "collection"] {
        assert_eq!(ask(Method::GET, &format!("{kind}/latimerCore")), not_found);
        assert_eq!(ask(Method::POST, &format!("{kind}/latimerCore")), not_found);
        assert_eq!(ask(Method::POST, &format!("{kind}/batch")), not_found);
    }
    let group = format!("collection/{MNHN}/descriptorGroup");
    assert_eq!(ask(Method::POST, &group), not_found);
    assert_eq!(client.get("/v1/grscicoll/collection/foo/descriptorGroup").status(), 400);
}

#[test]
fn lists_name_the_parameter_that_cannot_be() {
    for (query, text) in [
        ("institutionKey=foo", "Invalid value foo for parameter institutionKey"),
        ("institution=foo", "Invalid value foo for parameter institution"),
        ("replacedBy=foo", "Invalid value foo for parameter replacedBy"),
        ("contact=foo", "Invalid value foo for parameter contact"),
        ("masterSourceType=ih", "Invalid value ih for parameter masterSourceType"),
        ("source=ih_irn", "Invalid value ih_irn for parameter source"),
    ] {
        assert_eq!(refusal(&format!("collection?{query}")), refused(400, text));
    }
}

#[test]
fn ranges_are_numbers() {
    let text = |name: &str, value: &str| {
        refused(
            400,
            &format!("Invalid {name} parameter.Only a number or a range is accepted: {value}"),
        )
    };

    assert_eq!(refusal("collection?numberSpecimens=many"), text("numberSpecimens", "many"));
    assert_eq!(refusal("collection?numberSpecimens=1,x"), text("numberSpecimens", "1,x"));
    assert_eq!(refusal("institution?occurrenceCount=1-2"), text("occurrenceCount", "1-2"));
    assert_eq!(refusal("institution?typeSpecimenCount=*"), text("typeSpecimenCount", "*"));
}

#[test]
fn places_are_known() {
    let unknown = |kind: &str| refused(400, &format!("Cannot parse Atlantis into a known {kind}"));

    assert_eq!(refusal("institution?country=Atlantis"), unknown("Country"));
    assert_eq!(refusal("institution?gbifRegion=Atlantis"), unknown("GbifRegion"));
}

#[test]
fn orders_are_known() {
    assert_eq!(refusal("collection?sortBy=NAME"), refused(400, "Invalid sort by parameter: NAME"));
    assert_eq!(
        refusal("collection?sortBy=NUMBER_SPECIMENS&sortOrder=UP"),
        refused(400, "Invalid sort order parameter: UP")
    );
}

#[test]
fn windows_are_read_leniently() {
    let page = |query: &str| {
        let page = anybody().get(&format!("/v1/grscicoll/collection?{query}")).json();
        (page["offset"].as_i64().unwrap(), page["limit"].as_i64().unwrap())
    };

    assert_eq!(page("limit=-1&offset=-1"), (0, 20));
    assert_eq!(page("limit=abc&offset=abc"), (0, 20));
    assert_eq!(page("limit=5000"), (0, 1000));
    assert_eq!(page("limit=0"), (0, 0));
}

#[test]
fn what_is_missing_or_wrong_in_a_body_is_listed_by_name() {
    let post = |body: &Value| admin().post("/v1/grscicoll/institution", body).whole();
    let violation = |field: &str, message: &str| {
        refused(422, &format!("<ul><li>Validation of [{field}] failed: {message}</li></ul>"))
    };
    let with = |member: &str, value: Value| {
        let mut body = institution_in("DK");
        body[member] = value;
        post(&body)
    };

    assert_eq!(post(&json!({ "code": "X" })), violation("name", "must not be null"));
    assert_eq!(
        post(&json!({})),
        refused(
            422,
            "<ul><li>Validation of [code] failed: must not be null</li>\
             <li>Validation of [name] failed: must not be null</li></ul>"
        )
    );
    assert_eq!(with("homepage", json!("ftp://x")), violation("homepage", "Invalid URI"));
    assert_eq!(with("catalogUrls", json!(["x"])), violation("catalogUrls", "Invalid URI"));
    assert_eq!(
        with("email", json!(["ok@example.org", "wrong"])),
        violation("email", "must be a valid email. found: wrong")
    );
    assert_eq!(with("address", json!({ "key": 1 })), violation("key", "must be null"));
    assert_eq!(
        with("contactPersons", json!([{ "email": ["wrong"] }])),
        violation("email", "must be a valid email. found: wrong")
    );
}

#[test]
fn a_body_with_a_key_is_not_new() {
    let mut body = institution_in("DK");
    body["key"] = NOBODY.into();

    let answer = admin().post("/v1/grscicoll/institution", &body);

    let text = "Unable to create an entity which already has a key";
    assert_eq!(answer.whole(), refused(400, text));
}

#[test]
fn every_unknown_concept_is_named() {
    let mut body = collection_of(MNHN);
    body["preservationTypes"] = json!(["Frozen", "SampleDried", "Boiled"]);
    body["accessionStatus"] = "Lost".into();

    let answer = admin().post("/v1/grscicoll/collection", &body);

    assert_eq!(
        answer.whole(),
        refused(
            400,
            "Frozen is not a concept of the PreservationType vocabulary;\n\
             Boiled is not a concept of the PreservationType vocabulary;\n\
             Lost is not a concept of the AccessionStatus vocabulary"
        )
    );
}

#[test]
fn bodies_are_json_objects_and_say_so() {
    let client = admin();
    let send = |content_type: &str, body: &'static str| {
        let headers = [("content-type", content_type)];
        client.send(Method::POST, "/v1/grscicoll/institution", &headers, Bytes::from(body))
    };

    let malformed = send("application/json", "{");
    let missing = client.send(Method::POST, "/v1/grscicoll/institution", &[], Bytes::new());
    let wrong_type = send("text/plain", "{}");

    assert_eq!(malformed.status(), 400);
    assert!(malformed.text().starts_with("JSON parse error"), "{}", malformed.text());
    for (answer, status, error) in
        [(missing, 400, "Bad Request"), (wrong_type, 415, "Unsupported Media Type")]
    {
        assert_eq!(answer.status(), status);
        let body = answer.any_json();
        let members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["timestamp", "status", "error", "path"]);
        assert_eq!(body["error"], error);
        assert_eq!(body["path"], "/grscicoll/institution");
    }
}

#[test]
fn answers_are_json_for_those_who_accept_it() {
    let get =
        |accept: &str| anybody().with_header("accept", accept).get("/v1/grscicoll/collection");

    assert_eq!(get("text/html, */*;q=0.1").status(), 200);
    let refused = get("application/xml");
    assert_eq!(refused.status(), 406);
    assert_eq!(refused.any_json()["error"], "Not Acceptable");
}

#[test]
fn a_collection_of_an_unknown_institution_is_refused() {
    let answer = admin().post("/v1/grscicoll/collection", &collection_of(NOBODY));

    let text = format!("Institution not found with key {NOBODY}");
    assert_eq!(answer.whole(), refused(400, &text));
}

#[test]
fn values_of_wrong_types_are_unreadable() {
    let mut body = institution_in("DK");
    body["numberSpecimens"] = "many".into();

    let answer = admin().post("/v1/grscicoll/institution", &body);

    assert_eq!(answer.status(), 400);
    assert!(answer.text().contains("numberSpecimens"), "{}", answer.text());
}
