//! Which requests a rule touches, and how often.

use serde_json::{Value, json};

use super::{counts, enact};
use crate::mo::key_of;
use crate::support::Client;

/// A user of Mushroom Observer who has a key.
const ADA: i64 = 7;

#[test]
fn a_request_that_no_rule_is_about_is_answered_as_ever() {
    let client = Client::of("gbif");
    enact(
        &client,
        &json!([{ "match": { "api": "mo" }, "effect": { "error": { "status": 503 } } }]),
    );

    let answer = client.get("/v1/dataset?limit=1").expect_status(200);

    assert_eq!(answer.header("x-wardian-fault"), None);
    assert_eq!(counts(&client, "s"), [(0, 0)]);
}

#[test]
fn an_error_speaks_in_the_words_of_the_api_and_names_its_rule() {
    let client = Client::of("gbif");
    let rule = json!({
        "name": "down",
        "match": { "api": "gbif", "path": "/v1/dataset/**" },
        "effect": { "error": { "status": 503, "retry_after": "90s" } },
    });
    enact(&client, &json!([rule]));

    let answer = client.get("/v1/dataset").expect_status(503);

    assert_eq!(answer.header("x-wardian-fault"), Some("s/down"));
    assert_eq!(answer.header("retry-after"), Some("90"));
    let body = answer.any_json();
    assert_eq!((&body["status"], &body["path"]), (&json!(503), &json!("/dataset")));
    client.get("/v1/organization").expect_status(200);
    assert_eq!(counts(&client, "s"), [(1, 1)]);
}

#[test]
fn a_refused_write_stores_nothing_and_one_refused_afterwards_does() {
    let effects = [
        json!({ "error": { "status": 500 } }),
        json!({ "respond": { "status": 502, "body": "a proxy" } }),
        json!({ "connection": "reset" }),
        json!({ "connection": "close" }),
        json!({ "connection": "hang" }),
    ];
    for effect in effects {
        for phase in ["before", "after"] {
            let mo = Client::of("mo");
            let path = format!("/api2/api_keys?app=notebook&api_key={}", key_of(&mo, ADA));
            enact(
                &mo,
                &json!([{ "match": { "method": "POST" }, "effect": effect, "phase": phase }]),
            );

            let answer = mo.send(http::Method::POST, &path, &[], "");

            assert_eq!(answer.header("x-wardian-fault"), Some("s/#1"), "{effect}");
            let is_told = answer.delivery.ending.sends_head();
            assert!(!(is_told && answer.text().contains("results")), "{effect} {phase}");
            let changes = mo.control().get("/changes").json()["tables"].clone();
            let keys = changes.as_array().unwrap().iter();
            let keys: Vec<&Value> = keys.filter(|it| it["table"] == "mo_api_keys").collect();
            let inserted: Vec<&Value> = keys.iter().map(|keys| &keys["inserted"]).collect();
            match phase {
                "before" => assert_eq!(changes, json!([]), "{effect}"),
                _ => assert_eq!(inserted, [1], "{effect}"),
            }
        }
    }
}

#[test]
fn triggers_count_matches() {
    let client = Client::tbia();
    let rule = json!({
        "match": { "api": "tbia" },
        "trigger": { "skip": 1, "every": 2, "times": 2 },
        "effect": { "error": { "status": 500 } },
    });
    enact(&client, &json!([rule]));

    let statuses: Vec<u16> =
        (0..8).map(|_| client.get("/api/v1/occurrence?limit=1").status()).collect();

    assert_eq!(statuses, [200, 200, 500, 200, 500, 200, 200, 200]);
    assert_eq!(counts(&client, "s"), [(8, 2)]);
}

#[test]
fn chance_repeats_and_keeps_to_its_probability() {
    let rule =
        json!({ "trigger": { "probability": 0.3 }, "effect": { "error": { "status": 500 } } });
    let run = || {
        let client = Client::tbia();
        enact(&client, &json!([rule]));
        let path = "/api/v1/occurrence?limit=x";
        (0..1000).map(|_| client.get(path).status() == 500).collect::<Vec<bool>>()
    };

    let fired = run();

    // Five standard deviations around the mean of the binomial distribution.
    let count = fired.iter().filter(|fired| **fired).count();
    assert!((228..=372).contains(&count), "{count} of 1000");
    assert_eq!(fired, run());
}

#[test]
fn times_holds_however_many_ask_at_once() {
    let client = Client::tbia();
    let rule = json!({ "trigger": { "times": 20 }, "effect": { "error": { "status": 500 } } });
    enact(&client, &json!([rule]));

    let failed: usize = std::thread::scope(|scope| {
        let ask =
            || (0..25).filter(|_| client.get("/api/v1/occurrence?limit=1").status() == 500).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });

    assert_eq!(failed, 20);
    assert_eq!(counts(&client, "s"), [(200, 20)]);
}

#[test]
fn the_first_rule_of_each_kind_applies() {
    let client = Client::tbia();
    enact(
        &client,
        &json!([
            { "name": "a", "effect": { "error": { "status": 500 } } },
            { "name": "b", "effect": { "error": { "status": 503 }, "delay": "1ms" } },
            { "name": "c", "effect": { "delay": "2ms" } },
        ]),
    );

    let answer = client.get("/api/v1/occurrence").expect_status(500);

    assert_eq!(answer.header("x-wardian-fault"), Some("s/a, s/b"));
    assert_eq!(counts(&client, "s"), [(1, 1), (1, 1), (1, 0)]);
}

#[test]
fn states_lead_from_one_fault_to_the_next() {
    let client = Client::tbia();
    let rule = |is: &str, then: &str, status: u16| {
        json!({
            "trigger": { "state": { "is": is, "then": then } },
            "effect": { "error": { "status": status } },
        })
    };
    enact(&client, &json!([rule("start", "down", 500), rule("down", "up", 503)]));
    let state = || client.control().get("/scenarios/s").json()["state"].clone();

    assert_eq!(state(), "start");
    client.get("/api/v1/occurrence").expect_status(500);
    assert_eq!(state(), "down");
    client.get("/api/v1/occurrence").expect_status(503);
    assert_eq!(state(), "up");
    client.get("/api/v1/occurrence").expect_status(200);
}

#[test]
fn windows_follow_the_clock_of_the_session() {
    let client = Client::tbia();
    let window = json!({ "from": "2030-01-01T00:00:00Z", "to": "2030-01-02T00:00:00Z" });
    enact(
        &client,
        &json!([{ "trigger": { "between": window }, "effect": { "error": { "status": 500 } } }]),
    );
    let at = |time: &str| {
        client
            .control()
            .put("/clock", &json!({ "now": time, "mode": "frozen" }))
            .expect_status(200);
        client.get("/api/v1/occurrence?limit=1").status()
    };

    assert_eq!(at("2029-12-31T23:59:59Z"), 200);
    assert_eq!(at("2030-01-01T00:00:00Z"), 500);
    assert_eq!(at("2030-01-02T00:00:00Z"), 200);
}

#[test]
fn a_header_applies_a_scenario_to_one_request() {
    let client = Client::of("gbif");
    let faulty = client.with_header("x-wardian-scenario", "gbif-maintenance-page");

    let answer = faulty.get("/v1/dataset").expect_status(503);
    assert_eq!(answer.content_type(), "text/html; charset=utf-8");
    assert_eq!(answer.header("x-wardian-fault"), Some("gbif-maintenance-page/maintenance page"));
    client.get("/v1/dataset").expect_status(200);
    assert_eq!(counts(&client, "gbif-maintenance-page"), [(1, 1)]);

    let unknown = client.with_header("x-wardian-scenario", "rush-hour, nonsense");
    let answer = unknown.get("/v1/dataset").expect_status(400);
    assert_eq!(answer.content_type(), "application/problem+json");
    assert_eq!(
        answer.any_json()["detail"],
        "X-Wardian-Scenario: there is no scenario \"nonsense\"."
    );
    for name in ["naïve", "\u{80}"] {
        let unknown = client.with_header("x-wardian-scenario", name);
        unknown.get("/v1/dataset").expect_status(400);
    }
    assert_eq!(counts(&client, "rush-hour"), [(0, 0); 2], "a refused request counts nowhere");
}

#[test]
fn the_journal_names_the_rules_that_fired() {
    let client = Client::tbia();
    enact(&client, &json!([{ "effect": { "connection": "reset" } }]));
    client.get("/api/v1/occurrence");

    let list = client.control().get("/requests?scenario=s").json();
    let entry = &list["requests"][0];
    assert_eq!(entry["faults"], json!(["s/#1"]));
    assert_eq!(entry["status"], json!(null));
}

#[test]
fn limits_slide_with_the_clock_and_say_when_to_come_back() {
    let client = Client::of("gbif");
    let freeze = |time: &str| {
        client.control().put("/clock", &json!({ "now": time, "mode": "frozen" })).expect_status(200)
    };
    freeze("2026-01-01T00:00:00Z");
    enact(
        &client,
        &json!([{ "effect": { "rate_limit": { "requests": 2, "per": "1m", "key": "session" } } }]),
    );

    client.get("/v1/dataset?limit=1").expect_status(200);
    freeze("2026-01-01T00:00:20.5Z");
    client.get("/v1/dataset?limit=1").expect_status(200);
    let answer = client.get("/v1/dataset?limit=1").expect_status(429);
    let told = ["retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]
        .map(|name| answer.header(name).unwrap().to_owned());
    assert_eq!(told, ["40", "2", "0", "40"]);
    assert_eq!(counts(&client, "s"), [(3, 1)]);
    freeze("2026-01-01T00:01:00Z");
    client.get("/v1/dataset?limit=1").expect_status(200);
}

#[test]
fn reset_lets_scenarios_begin_anew() {
    let client = Client::tbia();
    enact(&client, &json!([{ "effect": { "error": { "status": 500 } } }]));
    client.get("/api/v1/occurrence").expect_status(500);

    client.control().post("/reset?what=scenarios", &json!({})).expect_status(204);

    client.get("/api/v1/occurrence?limit=1").expect_status(200);
    client.control().get("/scenarios/s").expect_status(404);
}
