//! Whether a session was asked what a test expects.

use serde_json::json;

use crate::support::Client;

#[test]
fn requests_that_match_are_counted() {
    let client = Client::of("gbif");
    for limit in [1, 2, 2] {
        client.get(&format!("/v1/dataset?limit={limit}"));
    }
    let verify = |count: serde_json::Value| {
        let wanted = json!({ "api": "gbif", "route": "/v1/dataset", "query": { "limit": "2" } });
        client.control().post("/requests/verify", &json!({ "match": wanted, "count": count }))
    };

    assert_eq!(verify(json!(null)).expect_status(200).json(), json!({ "matched": 2 }));
    verify(json!({ "exactly": 2 })).expect_status(200);
    verify(json!({ "at_most": 1 })).expect_status(422);
    verify(json!({ "at_least": 3 })).expect_status(422);
    verify(json!({ "roughly": 3 })).expect_status(400);
}

#[test]
fn near_misses_say_what_differed_and_hide_credentials() {
    let client = Client::of("mo");
    client.get("/api2/observations?id=1&api_key=sesame-open-sesame");
    client.send(http::Method::DELETE, "/api2/images?id=5", &[], "");

    let wanted = json!({ "method": "GET", "query": { "id": "2", "api_key": "other" } });
    let answer = client
        .control()
        .post("/requests/verify", &json!({ "match": wanted, "count": { "exactly": 1 } }))
        .expect_status(422);

    let problem = answer.any_json();
    assert_eq!(problem["matched"], 0);
    assert_eq!(problem["detail"], "0 requests match, expected were exactly 1.");
    let nearest = &problem["nearest"][0];
    assert_eq!(
        (&nearest["method"], &nearest["path"]),
        (&json!("GET"), &json!("/api2/observations"))
    );
    assert_eq!(
        nearest["differs"],
        json!([
            { "what": "query/id", "expected": "2", "actual": "1" },
            { "what": "query/api_key", "expected": "other", "actual": "***" },
        ])
    );
    assert_eq!(problem["nearest"][1]["differs"][0]["actual"], "DELETE");
}

#[test]
fn a_match_that_cannot_be_read_is_refused_with_its_place() {
    let control = Client::of("mo").control();
    let answer = control
        .post("/requests/verify", &json!({ "match": { "metod": "GET", "query": { "a": [] } } }))
        .expect_status(400);

    assert_eq!(
        answer.any_json()["errors"],
        json!([
            {
                "path": "/match/query/a",
                "message": "expected a text, { matches: REGEX } or { present: BOOL }, found a list",
            },
            {
                "path": "/match/metod",
                "message": "metod is not known here, only api, method, path, route, query, header, body, credential",
            },
        ])
    );
}
