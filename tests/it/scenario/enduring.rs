//! The built-in scenarios in which a service is down, slow or wants to be left alone: who breaks, and who gets through.

use std::time::Duration;

use serde_json::{Value, json};
use wardian::kit::delivery::Ending;

use crate::support::{Answer, Client};

/// Switches a built-in scenario of the client's session on.
#[track_caller]
fn switch(client: &Client, scenario: &str, on: bool) {
    let path = format!("/scenarios/{scenario}/active");
    client.control().put(&path, &json!({ "active": on })).expect_status(200);
}

fn set_clock(client: &Client, setting: &Value) {
    client.control().put("/clock", setting).expect_status(200);
}

/// How an answer reaches a client that waits so long and no longer; none where it does not, or not whole.
fn arrives(answer: &Answer, patience: Duration) -> Option<&Answer> {
    let delivery = answer.delivery.clone();
    (delivery.ending == Ending::Whole && delivery.delay <= patience).then_some(answer)
}

const PATIENT: Duration = Duration::from_mins(1);

#[test]
fn gbif_flaky_registry_stores_a_write_exactly_when_it_says_so() {
    let client = crate::gbif::admin();
    switch(&client, "gbif-flaky-registry", true);
    let network = |number: usize| json!({ "title": format!("Network {number} of the flaky registry"), "language": "eng" });
    let create = |number: usize| client.post("/v1/network", &network(number));
    let stored = || {
        let list = client.get("/v1/network?q=flaky&limit=100").json();
        usize::try_from(list["count"].as_u64().unwrap()).unwrap()
    };

    let statuses: Vec<u16> = (0..20).map(|number| create(number).status()).collect();
    let failed = statuses.iter().filter(|status| **status == 503).count();
    assert!(failed > 0, "whoever tries once loses some: {statuses:?}");
    assert_eq!(stored(), 20 - failed);

    for number in 20..40 {
        let tries = (0..10).map(|_| create(number)).find(|answer| answer.status() != 503);
        assert_eq!(tries.unwrap().status(), 201, "whoever tries again gets through");
    }
    assert_eq!(stored(), 40 - failed);
}

#[test]
fn gbif_maintenance_page_is_no_json_and_ends() {
    let client = Client::of("gbif");
    switch(&client, "gbif-maintenance-page", true);

    let answer = client.get("/v1/dataset");
    assert!(
        serde_json::from_str::<Value>(answer.text()).is_err(),
        "whoever reads it as JSON breaks"
    );
    assert_eq!((answer.status(), answer.content_type()), (503, "text/html; charset=utf-8"));
    assert_eq!(answer.header("retry-after"), Some("600"), "whoever asks when to come back is told");

    switch(&client, "gbif-maintenance-page", false);
    assert!(client.get("/v1/dataset").json()["count"].as_u64().unwrap() > 0);
}

#[test]
fn mo_rate_limit_shuts_out_whoever_asks_too_fast() {
    let path = "/api2/observations?id=1";
    let eager = Client::of("mo");
    set_clock(&eager, &json!({ "mode": "frozen" }));
    switch(&eager, "mo-rate-limit", true);

    let statuses: Vec<u16> = (0..25).map(|_| eager.get(path).status()).collect();
    assert_eq!(statuses[..20], [200; 20]);
    assert_eq!(statuses[20..], [429; 5]);
    set_clock(&eager, &json!({ "advance": "2d" }));
    let shut_out = eager.get(path).expect_status(429);
    assert!(shut_out.text().contains("server-intensive traffic"), "{}", shut_out.text());
    assert_eq!(shut_out.header("retry-after"), None);

    let measured = Client::of("mo");
    set_clock(&measured, &json!({ "mode": "frozen" }));
    switch(&measured, "mo-rate-limit", true);
    for _ in 0..50 {
        measured.get(path).expect_status(200);
        set_clock(&measured, &json!({ "advance": "4s" }));
    }
}

#[test]
fn mo_maintenance_is_no_answer_with_errors() {
    let client = Client::of("mo");
    let path = "/api2/observations?id=1";
    switch(&client, "mo-maintenance", true);

    let answer = client.get(path);
    let told: Value = serde_json::from_str(answer.text()).unwrap();
    assert!(
        told.get("errors").is_none() && told.get("results").is_none(),
        "whoever takes an answer without errors for a good one breaks"
    );
    assert_eq!((answer.status(), answer.header("retry-after")), (503, Some("120")));
    assert_eq!(told["retry_after_seconds"], 120);
    assert_eq!(client.get("/images/thumb/1.jpg").status(), 200);

    switch(&client, "mo-maintenance", false);
    assert_eq!(client.get(path).status(), 200);
}

#[test]
fn network_flaky_loses_answers_that_another_try_brings() {
    let client = Client::tbia();
    switch(&client, "network-flaky", true);
    let ask = || client.get("/api/v1/occurrence?limit=1");

    let lost = (0..50).filter(|_| arrives(&ask(), PATIENT).is_none()).count();
    assert!(lost > 0, "whoever takes the first answer for granted breaks");

    for _ in 0..50 {
        let found = (0..10).map(|_| ask()).find(|answer| arrives(answer, PATIENT).is_some());
        assert_eq!(found.unwrap().status(), 200, "whoever tries again gets through");
    }
}

#[test]
fn everything_slow_needs_patience() {
    let client = Client::tbia();
    switch(&client, "everything-slow", true);
    let answers: Vec<Answer> = (0..100).map(|_| client.get("/api/v1/occurrence?limit=1")).collect();
    let arrived = |patience: u64| {
        let patience = Duration::from_secs(patience);
        answers.iter().filter(|answer| arrives(answer, patience).is_some()).count()
    };

    assert!((30..70).contains(&arrived(1)), "half of them take longer than a second");
    assert_eq!(arrived(30), 100);
}

#[test]
fn rush_hour_lets_in_whoever_comes_back_when_told() {
    for (api, path) in [
        ("gbif", "/v1/dataset?limit=1"),
        ("mo", "/api2/observations?id=1"),
        ("tbia", "/api/v1/occurrence?limit=1"),
    ] {
        let client = Client::of(api);
        set_clock(&client, &json!({ "mode": "frozen" }));
        switch(&client, "rush-hour", true);

        let statuses: Vec<u16> = (0..8).map(|_| client.get(path).status()).collect();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 429, 429, 429], "{api}");

        for _ in 0..12 {
            let mut answer = client.get(path);
            if answer.status() == 429 {
                // Mushroom Observer does not say when.
                let wait = answer.header("retry-after").unwrap_or("1").to_owned();
                set_clock(&client, &json!({ "advance": format!("{wait}s") }));
                answer = client.get(path);
            }
            assert_eq!(answer.status(), 200, "{api}");
        }
    }
}

#[test]
fn gbif_search_lag_hides_a_write_from_lists_and_not_from_its_key() {
    let client = crate::gbif::admin();
    set_clock(&client, &json!({ "mode": "frozen" }));
    switch(&client, "gbif-search-lag", true);
    let network = json!({ "title": "Network that is late", "language": "eng" });
    let key = client.post("/v1/network", &network).expect_status(201).json();
    let found = || client.get("/v1/network?q=late").json()["count"].as_u64().unwrap();

    assert_eq!(found(), 0, "whoever looks for it in the list takes it for lost");
    client.get(&format!("/v1/network/{}", key.as_str().unwrap())).expect_status(200);

    set_clock(&client, &json!({ "advance": "10s" }));
    assert_eq!(found(), 1);
}
