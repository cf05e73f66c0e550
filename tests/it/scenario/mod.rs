//! Failure on demand: scenarios, how they are written, chosen and carried out.

mod bodies;
mod choosing;
mod contributing;
mod credentials;
mod definitions;
mod enduring;
mod harvesting;
mod honest;
mod job;
mod lag;
mod pages;
mod records;
mod subquery;
mod untouched;
mod verifying;
mod wrong;

use serde_json::{Value, json};

use crate::support::Client;

/// Gives the client's session a scenario of these rules, and switches it on.
#[track_caller]
pub fn enact(client: &Client, rules: &Value) {
    let control = client.control();
    let scenario =
        json!({ "name": "s", "title": "S", "description": "For a test.", "rules": rules });
    control.post("/scenarios", &scenario).expect_status(201);
    control.put("/scenarios/s/active", &json!({ "active": true })).expect_status(200);
}

/// A client in whose session a built-in scenario is active.
#[track_caller]
pub fn struck_by(scenario: &str, api: &str) -> Client {
    let client = Client::of(api);
    let path = format!("/scenarios/{scenario}/active");
    client.control().put(&path, &json!({ "active": true })).expect_status(200);
    client
}

/// How often each rule of a scenario matched and fired.
#[track_caller]
pub fn counts(client: &Client, scenario: &str) -> Vec<(u64, u64)> {
    let shown = client.control().get(&format!("/scenarios/{scenario}")).json();
    let rules = shown["rules"].as_array().unwrap().clone();
    let count = |rule: &Value, name: &str| rule[name].as_u64().unwrap();
    rules.iter().map(|rule| (count(rule, "matched"), count(rule, "fired"))).collect()
}
