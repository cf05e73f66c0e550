//! Sessions: made, shown, ended.

use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use wardian::emulator::Settings;
use wardian::session::SessionSettings;
use wardian::session::stopwatch::Stopwatch;

use crate::support::visitor::Visitor;

#[test]
fn a_new_session_says_how_it_is_reached() {
    let visitor = Visitor::new();

    let made = visitor.post("/__admin/sessions", &json!({ "name": "run-1" }));

    assert_eq!(made.status(), 201);
    assert_eq!(made.header("location"), Some("/__admin/sessions/run-1"));
    let made = made.json();
    assert_eq!(made["name"], "run-1");
    assert_eq!(made["header"], json!({ "X-Wardian-Session": "run-1" }));
    assert_eq!(
        made["base_urls"],
        json!({ "herbarium": "http://127.0.0.1:8080/session/run-1/herbarium/v1" })
    );
    let created: Timestamp = made["created_at"].as_str().unwrap().parse().unwrap();
    let expires: Timestamp = made["expires_at"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires, created + 1.hour());
    let shown = visitor.get("/__admin/sessions/run-1").json();
    assert_eq!(shown, made);
}

#[test]
fn the_list_begins_with_the_default_session() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "a" }));
    visitor.post("/__admin/sessions", &json!({ "name": "Z" }));

    let list = visitor.get("/__admin/sessions").json();

    let sessions = list["sessions"].as_array().unwrap();
    let names: Vec<&str> = sessions.iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["default", "Z", "a"]);
    assert_eq!(sessions[0]["expires_at"], Value::Null);
}

#[test]
fn names_are_made_up_where_none_is_given() {
    let visitor = Visitor::new();
    let make = || visitor.post("/__admin/sessions", &json!({})).json()["name"].clone();

    let (one, other) = (make(), make());

    assert_ne!(one, other);
    let path = format!("/__admin/sessions/{}", one.as_str().unwrap());
    assert_eq!(visitor.get(&path).status(), 200);
}

#[test]
fn every_fault_of_a_body_is_told_at_once() {
    let visitor = Visitor::new();

    let refused = visitor.post(
        "/__admin/sessions",
        &json!({ "name": "a b", "ttl": "soon", "from": 3, "scenarios": ["no", 4], "nmae/x": 1 }),
    );

    assert_eq!(refused.status(), 400);
    insta::assert_snapshot!(
        serde_json::to_string_pretty(&refused.any_json()["errors"]).unwrap(), @r#"
    [
      {
        "path": "/name",
        "message": "\"a b\" is not a name: 1 to 64 letters, digits, dots, underscores or hyphens"
      },
      {
        "path": "/from",
        "message": "3 is not \"pristine\" or the name of a session or snapshot"
      },
      {
        "path": "/ttl",
        "message": "\"soon\" is not a duration such as 300ms, 3s, 5m, 1h, 2d or PT1H30M"
      },
      {
        "path": "/scenarios/1",
        "message": "4 is not a name"
      },
      {
        "path": "/scenarios/0",
        "message": "there is no scenario \"no\""
      },
      {
        "path": "/nmae~1x",
        "message": "is no member here"
      }
    ]
    "#
    );
    assert_eq!(visitor.get("/__admin/sessions").json()["sessions"].as_array().unwrap().len(), 1);
}

#[test]
fn scenarios_may_be_none() {
    let visitor = Visitor::new();

    let made = visitor.post("/__admin/sessions", &json!({ "scenarios": [], "ttl": null }));

    assert_eq!(made.status(), 201);
    let refused = visitor.post("/__admin/sessions", &json!({ "scenarios": "rush-hour" }));
    assert_eq!(refused.any_json()["errors"][0]["path"], "/scenarios");
}

#[test]
fn a_name_that_exists_is_a_conflict() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "twin" }));

    let refused = visitor.post("/__admin/sessions", &json!({ "name": "twin" }));

    insta::assert_snapshot!(refused.whole(), @r#"
    409 application/problem+json
    {"type":"about:blank","title":"Session exists","status":409,"detail":"Session twin exists."}
    "#);
    let default = visitor.post("/__admin/sessions", &json!({ "name": "default" }));
    assert_eq!(default.status(), 409);
}

#[test]
fn an_unknown_session_is_not_found() {
    let visitor = Visitor::new();

    insta::assert_snapshot!(visitor.get("/__admin/sessions/nobody").whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Unknown session","status":404,"detail":"There is no session \"nobody\". X-Wardian-Session, ?session= or /session/NAME must name a live session; POST /__admin/sessions makes one."}
    "#);
    assert_eq!(visitor.delete("/__admin/sessions/nobody").status(), 404);
    let fork = visitor.post("/__admin/sessions", &json!({ "from": "nobody" }));
    assert_eq!(fork.status(), 404);
}

#[test]
fn the_default_session_cannot_be_deleted() {
    insta::assert_snapshot!(Visitor::new().delete("/__admin/sessions/default").whole(), @r#"
    409 application/problem+json
    {"type":"about:blank","title":"Default session","status":409,"detail":"The default session cannot be deleted."}
    "#);
}

#[test]
fn deleting_ends_a_session_at_once_and_frees_it() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "brief" }));
    let session = visitor.emulator.sessions.find("brief").unwrap();
    let weak = std::sync::Arc::downgrade(&session);
    drop(session);
    visitor.add_sheet("brief");

    assert_eq!(visitor.delete("/__admin/sessions/brief").status(), 204);

    assert!(weak.upgrade().is_none());
    assert_eq!(visitor.get_in("brief", "/herbarium/v1/sheet").status(), 404);
    assert_eq!(visitor.delete("/__admin/sessions/brief").status(), 404);
    assert_eq!(visitor.post("/__admin/sessions", &json!({ "name": "brief" })).status(), 201);
    assert_eq!(visitor.count_sheets("brief"), 3);
}

#[test]
fn a_fork_takes_data_and_chance_along_and_leaves_the_journal() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "parent" }));
    visitor.add_sheet("parent");

    visitor.post("/__admin/sessions", &json!({ "name": "child", "from": "parent" }));

    assert_eq!(visitor.count_sheets("child"), 4);
    assert_eq!(visitor.add_sheet("child"), visitor.add_sheet("parent"));
    visitor.add_sheet("child");
    assert_eq!(visitor.count_sheets("parent"), 5);
    assert_eq!(visitor.count_sheets("child"), 6);
    let journal = visitor.get("/__admin/requests?session=child").json();
    assert_eq!(journal["requests"].as_array().unwrap().len(), 4);
}

#[test]
fn a_fork_of_pristine_starts_anew() {
    let visitor = Visitor::new();
    let first = visitor.add_sheet("default");

    visitor.post("/__admin/sessions", &json!({ "name": "new", "from": "pristine" }));

    assert_eq!(visitor.count_sheets("new"), 3);
    assert_eq!(visitor.add_sheet("new"), first);
}

/// A visitor whose sessions last for a minute, and the stopwatch that they go by.
fn impatient(auto_sessions: bool) -> (Visitor, Stopwatch) {
    let stopwatch = Stopwatch::default();
    let session = SessionSettings {
        ttl: Some(Duration::from_mins(1)),
        stopwatch: stopwatch.clone(),
        ..SessionSettings::default()
    };
    (Visitor::with(Settings { session, auto_sessions, ..Settings::default() }), stopwatch)
}

#[test]
fn idle_sessions_end_after_their_ttl() {
    let (visitor, stopwatch) = impatient(false);
    visitor.post("/__admin/sessions", &json!({ "name": "short" }));
    visitor.post("/__admin/sessions", &json!({ "name": "long", "ttl": "PT1H" }));

    stopwatch.advance(Duration::from_secs(61));

    assert_eq!(visitor.get_in("short", "/herbarium/v1/sheet").status(), 404);
    assert_eq!(visitor.get("/__admin/sessions/short").status(), 404);
    assert_eq!(visitor.delete("/__admin/sessions/short").status(), 404);
    assert_eq!(visitor.get_in("long", "/herbarium/v1/sheet").status(), 200);
    assert_eq!(visitor.get("/herbarium/v1/sheet").status(), 200);
    assert_eq!(visitor.get("/__admin/sessions").json()["sessions"].as_array().unwrap().len(), 2);
    assert_eq!(visitor.post("/__admin/sessions", &json!({ "name": "short" })).status(), 201);
}

#[test]
fn use_puts_off_the_end_and_looking_at_it_does_not() {
    let (visitor, stopwatch) = impatient(false);
    visitor.post("/__admin/sessions", &json!({ "name": "used" }));
    visitor.post("/__admin/sessions", &json!({ "name": "watched" }));

    for _ in 0..3 {
        stopwatch.advance(Duration::from_secs(40));
        assert_eq!(visitor.get_in("used", "/herbarium/v1/sheet").status(), 200);
        visitor.get("/__admin/sessions/watched");
    }

    assert_eq!(visitor.get("/__admin/sessions/used").status(), 200);
    assert_eq!(visitor.get("/__admin/sessions/watched").status(), 404);
}

#[test]
fn sweeping_frees_what_is_over() {
    let (visitor, stopwatch) = impatient(false);
    visitor.post("/__admin/sessions", &json!({ "name": "short" }));
    let weak = std::sync::Arc::downgrade(&visitor.emulator.sessions.find("short").unwrap());

    stopwatch.advance(Duration::from_secs(61));
    visitor.emulator.sessions.sweep();

    assert!(weak.upgrade().is_none());
}

#[test]
fn too_many_sessions_are_refused_until_one_ends() {
    let stopwatch = Stopwatch::default();
    let session = SessionSettings { stopwatch: stopwatch.clone(), ..SessionSettings::default() };
    let visitor = Visitor::with(Settings { max_sessions: 3, session, ..Settings::default() });
    visitor.post("/__admin/sessions", &json!({ "name": "a", "ttl": "10m" }));
    visitor.post("/__admin/sessions", &json!({ "name": "b", "ttl": "20m" }));

    let refused = visitor.post("/__admin/sessions", &json!({ "name": "c" }));

    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((590..=601).contains(&seconds), "{seconds}");
    insta::assert_snapshot!(refused.whole(), @r#"
    429 application/problem+json
    {"type":"about:blank","title":"Too many sessions","status":429,"detail":"There are 3 sessions, as many as --max-sessions allows."}
    "#);
    stopwatch.advance(Duration::from_secs(seconds));
    assert_eq!(visitor.post("/__admin/sessions", &json!({ "name": "c" })).status(), 201);
}

#[test]
fn unknown_sessions_are_made_on_first_use_where_the_operator_wants_it() {
    let (visitor, _) = impatient(true);

    assert_eq!(visitor.get_in("fresh", "/herbarium/v1/sheet").status(), 200);

    assert_eq!(visitor.get("/__admin/sessions/fresh").status(), 200);
    assert_eq!(visitor.get("/session/other/herbarium/v1/sheet").status(), 200);
    let bad = visitor.get_in("no name", "/herbarium/v1/sheet");
    assert_eq!(bad.status(), 400);
    assert_eq!(bad.content_type(), "application/problem+json");
    let limited =
        Visitor::with(Settings { auto_sessions: true, max_sessions: 1, ..Settings::default() });
    let refused = limited.get_in("fresh", "/herbarium/v1/sheet");
    assert_eq!(refused.status(), 429);
    assert!(refused.header("retry-after").is_some());
}
