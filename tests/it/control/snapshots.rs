//! Snapshots: taken, put back, carried as files.

use http::Method;
use serde_json::{Value, json};
use wardian::emulator::Settings;

use crate::support::Answer;
use crate::support::visitor::Visitor;

const SQLITE: [(&str, &str); 1] = [("content-type", "application/vnd.sqlite3")];

fn take(visitor: &Visitor, name: &str) -> Answer {
    visitor.post("/__admin/snapshots", &json!({ "name": name }))
}

fn restore(visitor: &Visitor, name: &str, session: &str) -> Answer {
    let path = format!("/__admin/snapshots/{name}/restore?session={session}");
    visitor.send(Method::POST, &path, &[], "")
}

fn names(visitor: &Visitor) -> Vec<String> {
    let list = visitor.get("/__admin/snapshots").json();
    let snapshots = list["snapshots"].as_array().unwrap();
    snapshots.iter().map(|snapshot| snapshot["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_snapshot_is_put_back_as_often_as_wanted() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");

    let taken = take(&visitor, "after-one");

    assert_eq!(taken.status(), 201);
    let shown = taken.json();
    assert_eq!((&shown["name"], &shown["session"]), (&json!("after-one"), &json!("default")));
    assert!(shown["bytes"].as_u64().unwrap() > 4096);
    assert_eq!(visitor.get("/__admin/snapshots").json(), json!({ "snapshots": [shown] }));
    for _ in 0..2 {
        visitor.add_sheet("default");
        assert_eq!(visitor.count_sheets("default"), 5);
        assert_eq!(restore(&visitor, "after-one", "default").status(), 204);
        assert_eq!(visitor.count_sheets("default"), 4);
    }
}

#[test]
fn chance_goes_along() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");
    take(&visitor, "here");
    let next = visitor.add_sheet("default");

    restore(&visitor, "here", "default");

    assert_eq!(visitor.add_sheet("default"), next);
}

#[test]
fn a_snapshot_outlives_its_session_and_goes_into_any_other() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "short" }));
    visitor.add_sheet("short");
    let frozen = r#"{ "mode": "frozen", "now": "2030-05-01T12:00:00Z" }"#;
    let json = [("content-type", "application/json")];
    visitor.send(Method::PUT, "/__admin/clock?session=short", &json, frozen);
    visitor.post("/__admin/snapshots?session=short", &json!({ "name": "kept" }));
    visitor.delete("/__admin/sessions/short");

    assert_eq!(restore(&visitor, "kept", "default").status(), 204);
    assert_eq!(visitor.count_sheets("default"), 4);
    assert_eq!(visitor.get("/__admin/clock").json()["now"], "2030-05-01T12:00:00Z");
    let made = visitor.post("/__admin/sessions", &json!({ "name": "next", "from": "kept" }));
    assert_eq!(made.status(), 201);
    assert_eq!(visitor.count_sheets("next"), 4);
}

#[test]
fn a_name_is_given_once() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "session" }));
    take(&visitor, "snapshot");

    for taken in ["session", "snapshot", "default", "pristine"] {
        assert_eq!(take(&visitor, taken).status(), 409, "{taken}");
    }
    let refused = visitor.post("/__admin/sessions", &json!({ "name": "snapshot" }));
    insta::assert_snapshot!(refused.whole(), @r#"
    409 application/problem+json
    {"type":"about:blank","title":"Snapshot exists","status":409,"detail":"Snapshot snapshot exists."}
    "#);
    assert_eq!(names(&visitor), ["snapshot"]);
}

#[test]
fn unknown_snapshots_are_not_found() {
    let visitor = Visitor::new();

    insta::assert_snapshot!(restore(&visitor, "gone", "default").whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Unknown snapshot","status":404,"detail":"There is no snapshot \"gone\"."}
    "#);
    assert_eq!(visitor.delete("/__admin/snapshots/gone").status(), 404);
    assert_eq!(visitor.get("/__admin/snapshots/gone/file").status(), 404);
    let from = visitor.post("/__admin/sessions", &json!({ "from": "gone" }));
    insta::assert_snapshot!(from.whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Unknown origin","status":404,"detail":"There is neither a session nor a snapshot \"gone\"."}
    "#);
}

#[test]
fn a_snapshot_needs_a_name() {
    let visitor = Visitor::new();

    for (body, message) in [
        (json!({}), "is missing"),
        (
            json!({ "name": "a b" }),
            "\"a b\" is not a name: 1 to 64 letters, digits, dots, underscores or hyphens",
        ),
    ] {
        let refused = visitor.post("/__admin/snapshots", &body);
        assert_eq!(refused.status(), 400);
        let errors: Value = refused.any_json()["errors"].clone();
        assert_eq!(errors, json!([{ "path": "/name", "message": message }]));
    }
    assert_eq!(names(&visitor), [""; 0]);
}

#[test]
fn a_file_is_a_plain_database_that_can_be_brought_back() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");
    take(&visitor, "here");

    let file = visitor.get("/__admin/snapshots/here/file");

    assert_eq!(file.content_type(), "application/vnd.sqlite3");
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"here.db\""));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("here.db");
    std::fs::write(&path, &file.body).unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    let count = db.query_row("SELECT count(*) FROM herbarium_sheet", [], |row| row.get(0));
    assert_eq!(count, Ok(4));

    let other = Visitor::new();
    let sent = other.send(Method::PUT, "/__admin/snapshots/there/file", &SQLITE, file.body);
    assert_eq!(sent.status(), 201);
    assert_eq!(sent.json()["session"], Value::Null);
    assert_eq!(restore(&other, "there", "default").status(), 204);
    assert_eq!(other.count_sheets("default"), 4);
}

#[test]
fn files_that_are_no_world_are_refused() {
    let visitor = Visitor::new();
    take(&visitor, "here");
    let whole = visitor.get("/__admin/snapshots/here/file").body.to_vec();
    let send =
        |body: Vec<u8>| visitor.send(Method::PUT, "/__admin/snapshots/sent/file", &SQLITE, body);
    let folder = tempfile::tempdir().unwrap();
    let changed = |sql: &str| {
        let path = folder.path().join("changed.db");
        std::fs::write(&path, &whole).unwrap();
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        std::fs::read(&path).unwrap()
    };
    let mut torn = whole.clone();
    let middle = torn.len() / 2;
    torn[4096..middle].fill(0x5a);

    for (body, why) in [
        (b"no database".to_vec(), "the body"),
        (whole[..whole.len() - 5000].to_vec(), "the body"),
        (changed("CREATE TABLE more (x)"), "other tables"),
        (changed("PRAGMA user_version = 999"), "the body"),
        (torn, "damaged"),
    ] {
        let refused = send(body);
        assert_eq!(refused.status(), 400, "{}", refused.text());
        assert!(refused.text().contains(why), "{why}: {}", refused.text());
    }
    let json = [("content-type", "application/json")];
    let as_json = visitor.send(Method::PUT, "/__admin/snapshots/sent/file", &json, whole);
    assert_eq!(as_json.status(), 415);
    assert_eq!(names(&visitor), ["here"]);
}

#[test]
fn there_are_only_so_many() {
    let visitor = Visitor::with(Settings { max_sessions: 2, ..Settings::default() });
    assert_eq!((take(&visitor, "a").status(), take(&visitor, "b").status()), (201, 201));

    assert_eq!(take(&visitor, "c").status(), 429);
    assert_eq!(visitor.delete("/__admin/snapshots/a").status(), 204);
    assert_eq!(take(&visitor, "c").status(), 201);
    assert_eq!(names(&visitor), ["b", "c"]);
}
