//! Facts about GRSciColl.

mod audit;
mod audit_log;
mod conversion;
mod cross_search;
mod curator;
mod duplicates;
mod entity;
mod export;
mod gate;
mod import;
mod list;
mod lookup;
mod master_source;
mod merge;
mod part;
mod quirks;
mod refusal;
mod search;
mod seed;
mod suggestions;

use serde_json::{Value, json};

use super::{DATASET, NOBODY, anybody, as_user, key_of, keys};
use crate::support::{Answer, Client};

/// The largest institution: in Paris, and in the scope of the seeded editor.
const MNHN: &str = "6a6ac6c5-1b8a-48db-91a2-f8661274ff80";

fn admin() -> Client {
    as_user(&anybody(), "grscicoll_admin")
}

fn mediator() -> Client {
    as_user(&anybody(), "grscicoll_mediator")
}

fn editor() -> Client {
    as_user(&anybody(), "grscicoll_editor")
}

/// The least that an institution of a country can be.
fn institution_in(country: &str) -> Value {
    json!({
        "code": "TST",
        "name": "Test Museum",
        "active": true,
        "address": { "city": "Sampleville", "country": country },
    })
}

fn collection_of(institution: &str) -> Value {
    json!({ "code": "TST-ENT", "name": "Test Insects", "institutionKey": institution })
}

/// A new institution of nobody's data.
fn new_institution(client: &Client) -> String {
    key_of(&client.post("/v1/grscicoll/institution", &institution_in("DK")))
}

#[track_caller]
fn get(client: &Client, target: &str) -> Value {
    client.get(&format!("/v1/grscicoll/{target}")).json()
}

/// The first result of a list.
#[track_caller]
fn first(client: &Client, target: &str) -> Value {
    get(client, target)["results"][0].clone()
}

#[track_caller]
fn count(client: &Client, target: &str) -> i64 {
    get(client, target)["count"].as_i64().unwrap()
}

/// A key out of a document.
#[track_caller]
fn key(document: &Value) -> String {
    document["key"].as_str().unwrap().to_owned()
}

/// The number that an answer to the creation of a part gives.
#[track_caller]
fn number_of(answer: &Answer) -> i64 {
    assert_eq!(answer.status(), 201, "{}", answer.text());
    answer.any_json().as_i64().unwrap()
}

/// A refusal in plain text.
fn refused(status: u16, text: &str) -> String {
    format!("{status} text/plain;charset=UTF-8\n{text}")
}

/// A refusal of the gate.
fn turned_away(text: &str) -> String {
    format!("403 \n{text}\r\n")
}
