//! Requests that are turned away before their bodies are read, under the rules of scenarios.

use std::io::ErrorKind;

use serde_json::json;

use crate::scenario::enact;
use crate::support::Client;
use crate::support::served::{Served, read_all};

#[test]
fn a_body_that_is_too_large_meets_its_fault() {
    let client = Client::of("gbif");
    enact(
        &client,
        &json!([{ "match": { "method": "POST" }, "effect": { "connection": "reset" } }]),
    );
    let served = Served::new(client.emulator().clone());
    let name = &client.session().name;
    let head = format!(
        "POST /session/{name}/gbif/v1/dataset HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    );

    let (bytes, end) = read_all(&mut served.send(&head));

    assert_eq!((bytes.as_str(), end.unwrap_err().kind()), ("", ErrorKind::ConnectionReset));
    let entry = client.control().get("/requests?limit=1").json()["requests"][0].clone();
    assert_eq!((&entry["status"], &entry["faults"]), (&json!(null), &json!(["s/#1"])));
}

#[test]
fn headers_that_are_too_large_are_written_down_in_their_session() {
    let client = Client::of("gbif");
    let served = Served::new(client.emulator().clone());
    let (name, long) = (&client.session().name, "x".repeat(40_000));
    let head = format!(
        "GET /gbif/v1/node HTTP/1.1\r\nHost: x\r\nX-Wardian-Session: {name}\r\nX-Long: {long}\r\n\r\n"
    );

    let (answer, _) = read_all(&mut served.send(&head));

    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let entry = client.control().get("/requests?limit=1").json()["requests"][0].clone();
    assert_eq!((&entry["status"], &entry["path"]), (&json!(431), &json!("/v1/node")));
}
