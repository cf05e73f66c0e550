//! A rule counts as fired, and is told, only where it did something.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use wardian::kit::headers::Headers;
use wardian::scenario::effect::Kinds;
use wardian::scenario::matching::Subject;
use wardian::scenario::stage::Occasion;

use super::{counts, enact};
use crate::support::{Answer, Client};

const FAULT: &str = "x-wardian-fault";

fn state(client: &Client) -> Value {
    client.control().get("/scenarios/s").json()["state"].clone()
}

fn list(client: &Client) -> Answer {
    client.get("/v1/dataset?limit=3")
}

#[test]
fn a_rule_that_another_kind_of_effect_overrules_waits_for_its_turn() {
    let gbif = Client::of("gbif");
    let page = json!({ "status": 503, "body": "Closed." });
    let down = json!({ "name": "down", "trigger": { "times": 2 }, "effect": { "respond": page } });
    let once = json!({ "name": "once", "trigger": { "times": 1 }, "effect": { "error": { "status": 500 } } });
    enact(&gbif, &json!([down, once]));

    let answers: Vec<Answer> = (0..4).map(|_| list(&gbif)).collect();

    let seen: Vec<(u16, Option<&str>)> =
        answers.iter().map(|answer| (answer.status(), answer.header(FAULT))).collect();
    assert_eq!(
        seen,
        [(503, Some("s/down")), (503, Some("s/down")), (500, Some("s/once")), (200, None)]
    );
    assert_eq!(counts(&gbif, "s"), [(4, 2), (4, 1)]);
}

#[test]
fn what_would_have_altered_an_answer_that_did_not_come_is_not_used_up() {
    let gbif = Client::of("gbif");
    let once = json!({ "times": 1 });
    enact(
        &gbif,
        &json!([
            { "name": "error", "trigger": once, "effect": { "error": { "status": 503 } } },
            { "name": "omit", "trigger": once, "effect": { "records": { "omit": 1 } } },
        ]),
    );

    assert_eq!(list(&gbif).expect_status(503).header(FAULT), Some("s/error"));
    let shorter = list(&gbif).expect_status(200);

    assert_eq!(shorter.header(FAULT), Some("s/omit"));
    assert_eq!(shorter.json()["results"].as_array().unwrap().len(), 2);
    assert_eq!(counts(&gbif, "s"), [(2, 1), (2, 1)]);
}

#[test]
fn a_rule_that_found_nothing_to_alter_leaves_the_state_as_it_was() {
    let gbif = Client::of("gbif");
    enact(
        &gbif,
        &json!([{
            "trigger": { "state": { "is": "start", "then": "done" } },
            "effect": { "records": { "omit": 1 } },
        }]),
    );

    let unknown = gbif.get("/v1/dataset/00000000-0000-4000-8000-000000000000").expect_status(404);
    assert_eq!((unknown.header(FAULT), state(&gbif)), (None, json!("start")));

    assert_eq!(list(&gbif).header(FAULT), Some("s/#1"));
    assert_eq!(state(&gbif), "done");
}

#[test]
fn work_that_is_not_set_going_uses_up_no_rule_about_it() {
    let gbif = Client::of("gbif");
    enact(
        &gbif,
        &json!([
            { "trigger": { "times": 1 }, "effect": { "job": { "queued": 1 } } },
            { "trigger": { "times": 1 }, "effect": { "subquery": { "database": "pbdb", "fail": "empty" } } },
        ]),
    );

    assert_eq!(list(&gbif).expect_status(200).header(FAULT), None);

    assert_eq!(counts(&gbif, "s"), [(1, 0), (1, 0)]);
}

#[test]
fn the_page_of_a_scenario_can_be_damaged() {
    let gbif = Client::of("gbif");
    let respond = json!({ "status": 200, "body": "0123456789" });
    enact(
        &gbif,
        &json!([
            { "match": { "path": "/v1/node/**" }, "effect": { "respond": respond } },
            { "match": { "path": "/v1/dataset/**" }, "effect": { "error": { "status": 500 } } },
            { "effect": { "body": { "truncate": "50%" } } },
        ]),
    );

    let page = gbif.get("/v1/node").expect_status(200);
    let refusal = list(&gbif).expect_status(500);

    assert_eq!((page.text(), page.header(FAULT)), ("01234", Some("s/#1, s/#3")));
    assert!(refusal.text().starts_with("{\"timestamp\":") && !refusal.text().ends_with('}'));
}

#[test]
fn chance_is_each_rules_own() {
    let omitted = |others: Value| {
        let gbif = Client::of("gbif");
        let control = gbif.control();
        let scenario = |name: &str, effect: Value| {
            json!({
                "name": name, "title": "T", "description": "D", "seed": 7,
                "rules": [{ "match": { "api": "gbif" }, "effect": effect }],
            })
        };
        let all = [("a", others), ("b", json!({ "records": { "omit": 5, "shuffle": true } }))];
        for (name, effect) in all {
            control.post("/scenarios", &scenario(name, effect)).expect_status(201);
            let path = format!("/scenarios/{name}/active");
            control.put(&path, &json!({ "active": true })).expect_status(200);
        }
        gbif.get("/v1/dataset?limit=20").json()["results"].clone()
    };

    assert_eq!(omitted(json!({ "delay": "1ms" })), omitted(json!({ "throttle": 9_000_000 })));
    let damaged = json!({ "paging": { "wrong_total": true } });
    assert_eq!(omitted(json!({ "delay": "1ms" })), omitted(damaged));
}

#[test]
fn a_scenario_that_is_named_twice_is_played_once() {
    let gbif = Client::of("gbif");
    let rule =
        json!({ "trigger": { "skip": 1, "times": 1 }, "effect": { "error": { "status": 503 } } });
    let scenario = json!({ "name": "s", "title": "S", "description": "D", "rules": [rule] });
    gbif.control().post("/scenarios", &scenario).expect_status(201);
    let twice =
        gbif.with_header("x-wardian-scenario", "s, s").with_header("x-wardian-scenario", "s");

    assert_eq!([list(&twice).status(), list(&twice).status()], [200, 503]);
    assert_eq!(counts(&gbif, "s"), [(2, 1)]);
}

#[test]
fn an_unavailable_mushroom_observer_says_once_when_to_come_back() {
    let mo = Client::of("mo");
    enact(&mo, &json!([{ "effect": { "error": { "status": 503, "retry_after": "3s" } } }]));

    let answer = mo.get("/api2/names?id=1").expect_status(503);

    let values: Vec<_> = answer.headers.get_all("retry-after").iter().collect();
    assert_eq!(values, ["3"]);
}

#[test]
fn a_body_that_is_not_there_cannot_be_cut_so_nothing_is_sent() {
    let gbif = Client::of("gbif");
    enact(&gbif, &json!([{ "effect": { "connection": "close_mid_body" } }]));

    gbif.send(Method::HEAD, "/v1/node?limit=1", &[], "");

    let entry = gbif.control().get("/requests?limit=1").json()["requests"][0].clone();
    assert_eq!((&entry["status"], &entry["faults"]), (&Value::Null, &json!(["s/#1"])));
}

/// A request as rules see it that are about all of them.
fn occasion(client: &Client) -> Occasion<'_> {
    static PARTS: LazyLock<(Method, Headers, Bytes)> = LazyLock::new(Default::default);
    let (method, headers, body) = &*PARTS;
    Occasion {
        subject: Subject::new("tbia", method, "/api/v1/occurrence", None, "", headers, body, None),
        credential: None,
        client: None,
        now: client.session().now(),
        named: &[],
        locks_out: false,
    }
}

/// Whoever looks at the scenarios makes the next request copy them, while others are still on their way.
#[test]
fn pages_are_remembered_in_one_place_until_a_state_is_put_away() {
    let tbia = Client::tbia();
    enact(&tbia, &json!([{ "effect": { "paging": { "drift": 5 } } }]));
    let stage = &tbia.session().stage;
    let trail = || stage.plot(&occasion(&tbia)).unwrap().trail.unwrap();

    let first = trail();
    let looked_at = stage.cast();
    assert!(Arc::ptr_eq(&first, &trail()));
    drop(looked_at);

    stage.set(&stage.state());
    assert!(!Arc::ptr_eq(&first, &trail()));
}

/// A client in whose session a rule fires once, and then only if it found something to alter.
fn of_one_shot() -> Client {
    let tbia = Client::tbia();
    enact(
        &tbia,
        &json!([{
            "trigger": { "times": 1, "state": { "is": "start", "then": "done" } },
            "effect": { "records": { "drop_fields": ["id"] } },
        }]),
    );
    tbia
}

#[test]
fn what_is_taken_back_late_does_not_concern_a_scenario_that_began_anew() {
    let tbia = of_one_shot();
    let stage = &tbia.session().stage;
    let mut before = stage.plot(&occasion(&tbia)).unwrap();
    for active in [false, true] {
        let path = "/scenarios/s/active";
        tbia.control().put(path, &json!({ "active": active })).expect_status(200);
    }
    let mut after = stage.plot(&occasion(&tbia)).unwrap();
    stage.settle(after.settle(Kinds::RECORDS));

    stage.settle(before.settle(Kinds::default()));

    assert_eq!((counts(&tbia, "s"), state(&tbia)), (vec![(1, 1)], json!("done")));
}

#[test]
fn a_fork_takes_along_what_is_certain() {
    let tbia = of_one_shot();
    let stage = &tbia.session().stage;
    let mut plot = stage.plot(&occasion(&tbia)).unwrap();
    let fork = |name: &str| {
        let from = json!({ "name": name, "from": tbia.session().name.as_str() });
        tbia.control().post("/sessions", &from).expect_status(201);
        let emulator = tbia.emulator();
        let cast = emulator.sessions.find(name).unwrap().stage.cast();
        let (role, _) = cast.find("s").unwrap();
        (role.counts[0].fired, role.state.clone())
    };

    let name = tbia.session().name.as_str();
    assert_eq!(fork(&format!("{name}-early")), (0, "start".to_owned()));
    stage.settle(plot.settle(Kinds::RECORDS));
    assert_eq!(fork(&format!("{name}-late")), (1, "done".to_owned()));
    assert_eq!((counts(&tbia, "s"), state(&tbia)), (vec![(1, 1)], json!("done")));
}
