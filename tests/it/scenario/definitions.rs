//! Scenarios as they are written, added, shown and taken away.

use serde_json::json;

use crate::support::Client;

const YAML: &str =
    "name: mine\ntitle: Mine\ndescription: For a test.\nrules:\n  - effect: { delay: 1ms }\n";

fn post_yaml(client: &Client, yaml: &str) -> crate::support::Answer {
    let headers = [("content-type", "application/yaml")];
    client.control().send(http::Method::POST, "/scenarios", &headers, yaml.to_owned())
}

#[test]
fn what_was_written_as_yaml_is_shown_as_yaml_and_as_json() {
    let client = Client::tbia();

    let made = post_yaml(&client, YAML).expect_status(201);

    assert_eq!(made.header("location"), Some("/__admin/scenarios/mine"));
    assert_eq!(
        made.json(),
        json!({
            "name": "mine",
            "title": "Mine",
            "description": "For a test.",
            "source": "session",
            "active": false,
            "state": "start",
            "rules": [{ "name": "#1", "matched": 0, "fired": 0 }],
            "definition": {
                "name": "mine",
                "title": "Mine",
                "description": "For a test.",
                "rules": [{ "effect": { "delay": "1ms" } }],
            },
        })
    );
    let control = client.control().with_header("accept", "application/yaml");
    let shown = control.get("/scenarios/mine").expect_status(200);
    assert_eq!((shown.content_type(), shown.text()), ("application/yaml", YAML));
    post_yaml(&client, YAML).expect_status(409);
}

#[test]
fn all_faults_of_a_text_are_told_with_their_places() {
    let client = Client::tbia();
    let yaml = "name: no good\ntitle: T\nrules:\n  - match: { api: gbi }\n    effect: { eror: 5 }\n    phase: after\n";

    let answer = post_yaml(&client, yaml).expect_status(400);

    assert_eq!(answer.content_type(), "application/problem+json");
    let errors = answer.any_json()["errors"].clone();
    let places: Vec<String> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| format!("{}:{} {}", error["line"], error["column"], error["path"]))
        .collect();
    assert_eq!(
        places,
        [
            r#"1:1 """#,
            r#"1:7 "/name""#,
            r#"4:19 "/rules/0/match/api""#,
            r#"5:15 "/rules/0/effect/eror""#,
            r#"6:12 "/rules/0/phase""#,
        ]
    );
    client.control().get("/scenarios/mine").expect_status(404);
}

#[test]
fn texts_of_yaml_are_taken_as_they_are_written() {
    let client = Client::tbia();
    let yaml = "name: 1.0\ntitle: off\ndescription: On.\nrules:\n  - name: y\n    match: { query: { country: NO, v: 1.10, n: 007, is: True, limit: 1 }, header: { x-on: on } }\n    trigger: { state: { is: start, then: on } }\n    effect: { respond: { status: 201, headers: { x-version: 2.0 }, body: 0x1F } }\n  - trigger: { state: { is: on, then: off } }\n    match: { body: { contains: 1e3, json: { /a: NO, /b: 1, /c: true } } }\n    effect: { respond: { status: 503, body: no } }\n";
    let made = post_yaml(&client, yaml).expect_status(201);
    client.control().put("/scenarios/1.0/active", &json!({ "active": true })).expect_status(200);

    let definition = &made.json()["definition"];
    let shown = json!({ "country": "NO", "v": "1.10", "n": "007", "is": "True", "limit": 1 });
    assert_eq!(definition["rules"][0]["match"]["query"], shown);
    assert_eq!(definition["rules"][0]["effect"]["respond"]["status"], 201);
    let path = "/api/v1/occurrence?country=NO&v=1.10&n=007&is=True&limit=1";
    client.get(path).expect_status(200);
    let other = "/api/v1/occurrence?country=NO&v=1.1&n=7&is=true&limit=1";
    client.with_header("x-on", "on").get(other).expect_status(200);
    let answer = client.with_header("x-on", "on").get(path).expect_status(201);
    assert_eq!((answer.header("x-version"), answer.text()), (Some("2.0"), "0x1F"));
    let body = json!({ "a": "NO", "b": 1, "c": true, "d": "1e3" });
    let refused = client.post("/api/v1/occurrence", &body).expect_status(503);
    assert_eq!(refused.text(), "no");
    assert_eq!(client.control().get("/scenarios/1.0").json()["state"], "off");

    // The definition that is shown is the same scenario, and shown the same.
    let again = client.control().put("/scenarios/1.0", definition).expect_status(200);
    assert_eq!(again.json()["definition"], *definition);
}

#[test]
fn members_that_stand_twice_are_refused_in_json_as_in_yaml() {
    let client = Client::tbia();
    let json = r#"{"name": "twice", "title": "T", "description": "D", "rules": [{"effect": {"delay": "1s", "delay": "2s"}}]}"#;
    let headers = [("content-type", "application/json")];

    let refused = client.control().send(http::Method::POST, "/scenarios", &headers, json);

    let refused = refused.expect_status(400);
    let errors = json!([{ "path": "/rules/0/effect/delay", "message": "delay stands twice" }]);
    assert_eq!(refused.any_json()["errors"], errors);
    client.control().get("/scenarios/twice").expect_status(404);
    let refused = post_yaml(&client, "name: a\nname: b\n").expect_status(400);
    let twice =
        json!([{ "path": "", "message": "duplicate mapping key: name", "line": 2, "column": 1 }]);
    assert_eq!(refused.any_json()["errors"], twice);
}

#[test]
fn built_in_scenarios_are_replaced_and_put_back() {
    let client = Client::tbia();
    let control = client.control();
    let before = control.get("/scenarios/rush-hour").json();
    assert_eq!((&before["source"], &before["active"]), (&json!("built-in"), &json!(false)));

    let mut definition = before["definition"].clone();
    definition["title"] = "Other".into();
    let replaced = control.put("/scenarios/rush-hour", &definition).expect_status(200).json();
    assert_eq!((&replaced["title"], &replaced["source"]), (&json!("Other"), &json!("session")));
    control.put("/scenarios/mo-rate-limit", &definition).expect_status(400);
    control.put("/scenarios/nonsense", &definition).expect_status(404);

    control.delete("/scenarios/rush-hour").expect_status(204);
    assert_eq!(control.get("/scenarios/rush-hour").json(), before);
    control.delete("/scenarios/nonsense").expect_status(404);
}

#[test]
fn switching_on_begins_anew() {
    let client = Client::tbia();
    super::enact(&client, &json!([{ "effect": { "delay": "0ms", "throttle": 1_000_000 } }]));
    client.get("/api/v1/occurrence?limit=1");
    let switch = |on: bool| {
        client
            .control()
            .put("/scenarios/s/active", &json!({ "active": on }))
            .expect_status(200)
            .json()
    };

    assert_eq!(switch(true)["rules"][0]["fired"], 1, "it was on already");
    assert_eq!(switch(false)["rules"][0]["fired"], 1);
    let again = switch(true);
    assert_eq!((&again["rules"][0]["fired"], &again["active"]), (&json!(0), &json!(true)));
    client.control().put("/scenarios/s/active", &json!({})).expect_status(400);
    client.control().put("/scenarios/x/active", &json!({ "active": true })).expect_status(404);
}

#[test]
fn every_built_in_scenario_is_listed_with_its_rules() {
    let list = Client::tbia().control().get("/scenarios").json();
    let scenarios = list["scenarios"].as_array().unwrap();

    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(root.join("scenarios")).unwrap();
    let files = files.filter(|file| file.as_ref().unwrap().path().extension().unwrap() == "yaml");
    assert_eq!(scenarios.len(), files.count(), "a file that is wrong is left out");
    let page = std::fs::read_to_string(root.join("docs/scenarios.md")).unwrap();
    for scenario in scenarios {
        assert_eq!((&scenario["source"], &scenario["active"]), (&json!("built-in"), &json!(false)));
        assert!(scenario["description"].as_str().unwrap().ends_with('.'), "{scenario}");
        let heading = format!("\n### `{}`\n", scenario["name"].as_str().unwrap());
        assert!(page.contains(&heading), "no page tells of{heading}");
        assert!(!scenario["rules"].as_array().unwrap().is_empty());
        assert!(scenario.get("definition").is_none());
    }
}

#[test]
fn a_session_begins_with_the_scenarios_that_it_is_made_with() {
    let client = Client::tbia();
    let make =
        |scenarios: &[&str]| client.control().post("/sessions", &json!({ "scenarios": scenarios }));

    let name = make(&["rush-hour"]).expect_status(201).json()["name"].clone();
    let path = format!("/scenarios/rush-hour?session={}", name.as_str().unwrap());
    assert_eq!(client.control().get(&path).json()["active"], true);
    assert_eq!(client.control().get("/scenarios/rush-hour").json()["active"], false);

    let refused = make(&["rush-hour", "nonsense"]).expect_status(400);
    assert_eq!(refused.any_json()["errors"][0]["path"], "/scenarios/1");
}

#[test]
fn a_session_has_a_thousand_scenarios_at_most() {
    let control = Client::of("gbif").control();
    let add = |number: usize| {
        let rules = json!([{ "effect": { "delay": "1ms" } }]);
        let name = format!("s{number}");
        let scenario = json!({ "name": name, "title": "T", "description": "D", "rules": rules });
        control.post("/scenarios", &scenario)
    };
    let there = control.get("/scenarios").json()["scenarios"].as_array().unwrap().len();
    for number in there..1000 {
        add(number).expect_status(201);
    }

    let refused = add(1000).expect_status(400);

    assert_eq!(refused.any_json()["detail"], "the session has a thousand scenarios already");
}

#[test]
fn long_names_are_cut_where_faults_are_told() {
    let control = Client::of("gbif").control();
    let name = "k".repeat(100_000);
    let many: serde_json::Map<_, _> = (0..1000).map(|n| (format!("a{n}"), json!(1))).collect();
    let rule = json!({ "match": { "query": { name: many } }, "effect": { "delay": "1s" } });
    let scenario = json!({ "name": "s", "title": "T", "description": "D", "rules": [rule] });

    let refused = control.post("/scenarios", &scenario).expect_status(400);

    assert!(refused.body.len() < 1 << 20, "{} bytes", refused.body.len());
}
