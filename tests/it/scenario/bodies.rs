//! Answers whose body arrives damaged.

use serde_json::{Value, json};
use wardian::kit::delivery::Ending;

use super::enact;
use crate::support::{Answer, Client};

/// The answer to a search of TBIA's whose body is damaged.
fn damaged(body: &Value) -> (Client, Answer) {
    let tbia = Client::tbia();
    enact(&tbia, &json!([{ "effect": { "body": body } }]));
    let answer = tbia.get("/api/v1/occurrence?limit=3").expect_status(200);
    assert_eq!(answer.header("x-wardian-fault"), Some("s/#1"));
    (tbia, answer)
}

fn sound() -> Answer {
    Client::tbia().get("/api/v1/occurrence?limit=3")
}

#[test]
fn a_truncated_body_is_the_beginning_of_the_whole() {
    let (_, answer) = damaged(&json!({ "truncate": "60%" }));

    let whole = sound().body;
    assert_eq!(answer.body, whole[..whole.len() * 60 / 100]);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
}

#[test]
fn corrupt_json_is_of_the_same_form_but_for_a_sign() {
    let (_, answer) = damaged(&json!({ "corrupt": "json" }));

    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
    assert_eq!(answer.body.len(), sound().body.len() - 1);
    assert_eq!(answer.content_type(), "application/json");
}

#[test]
fn corrupt_utf8_has_one_byte_too_many() {
    let (_, answer) = damaged(&json!({ "corrupt": "utf8" }));

    assert!(std::str::from_utf8(&answer.body).is_err());
    assert_eq!(answer.body.len(), sound().body.len() + 1);
}

#[test]
fn corrupt_bytes_are_as_many_as_before() {
    let (_, answer) = damaged(&json!({ "corrupt": "bytes" }));

    let sound = sound().body;
    assert_eq!(answer.body.len(), sound.len());
    let changed = answer.body.iter().zip(&sound).filter(|(a, b)| a != b).count();
    assert!(changed > 0 && changed <= sound.len().div_ceil(100), "{changed}");
}

#[test]
fn a_wrong_content_type_leaves_the_body_alone() {
    let (_, by_default) = damaged(&json!({ "wrong_content_type": true }));
    let (_, named) = damaged(&json!({ "wrong_content_type": "text/plain" }));

    assert_eq!(by_default.content_type(), "text/html");
    assert_eq!(named.content_type(), "text/plain");
    assert_eq!(named.body, sound().body);
}

#[test]
fn an_empty_body_comes_with_the_status_of_success() {
    let (_, answer) = damaged(&json!({ "empty": true }));

    assert!(answer.body.is_empty());
}

#[test]
fn a_wrong_length_is_told_of_the_whole_body() {
    let tbia = Client::tbia();
    enact(&tbia, &json!([{ "effect": { "body": { "wrong_length": true } } }]));
    let request = http::Request::get("/tbia/api/v1/occurrence?limit=3")
        .header("host", "127.0.0.1:8080")
        .header("x-wardian-session", tbia.session().name.as_str())
        .body(bytes::Bytes::new())
        .unwrap();

    let reply = tbia.emulator().answer(request);

    assert_eq!(reply.body, sound().body);
    assert_eq!(reply.delivery.unwrap().ending, Ending::Overlong);
}

#[test]
fn exports_are_damaged_as_a_whole() {
    let gbif = Client::of("gbif");
    let whole = gbif.get("/v1/grscicoll/institution/export").body;
    enact(&gbif, &json!([{ "effect": { "body": { "truncate": 0.5 } } }]));

    let half = gbif.get("/v1/grscicoll/institution/export").body;

    assert_eq!(half, whole[..whole.len() / 2]);
}

#[test]
fn a_write_whose_answer_is_lost_is_stored() {
    let mo = Client::of("mo");
    enact(
        &mo,
        &json!([{ "match": { "method": "POST" }, "effect": { "body": { "empty": true } } }]),
    );
    let key = crate::mo::key_of(&mo, 7);
    let before = mo.get("/api2/observations").json()["number_of_records"].clone();

    let path = format!("/api2/observations?api_key={key}&location=Burbank, California, USA");
    let answer = mo.send(http::Method::POST, &path, &[], "").expect_status(200);

    assert!(answer.body.is_empty());
    let after = mo.get("/api2/observations").json()["number_of_records"].clone();
    assert_eq!(after.as_i64(), before.as_i64().map(|number| number + 1));
}
