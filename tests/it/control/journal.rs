//! The journal: what was asked of a session.

use http::Method;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use wardian::emulator::Settings;
use wardian::session::SessionSettings;
use wardian::session::journal::Limits;

use crate::support::visitor::Visitor;

/// The entries of a query, as `METHOD path status`.
fn lines(visitor: &Visitor, query: &str) -> Vec<String> {
    let list = visitor.get(&format!("/__admin/requests{query}")).json();
    let line = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        format!("{} {} {}", text("method"), text("path"), entry["status"])
    };
    list["requests"].as_array().unwrap().iter().map(line).collect()
}

/// A visitor after five requests of different kinds.
fn busy_visitor() -> Visitor {
    let visitor = Visitor::new();
    visitor.get("/herbarium/v1/sheet");
    visitor.get("/herbarium/v1/sheet/1");
    visitor.get("/herbarium/v1/sheet/99");
    visitor.send(Method::POST, "/herbarium/v1/spill", &[], "");
    visitor.add_sheet("default");
    visitor
}

#[test]
fn every_answer_names_its_entry() {
    let visitor = Visitor::new();

    let answer = visitor.get("/herbarium/v1/sheet?limit=3&tag=a%20b");

    let id = answer.header("x-wardian-request").unwrap();
    let list = visitor.get("/__admin/requests").json();
    let mut line = list["requests"][0].clone();
    assert_eq!(line["id"], id);
    let time: Timestamp = line["time"].as_str().unwrap().parse().unwrap();
    assert!((Timestamp::now() - 1.minute()..=Timestamp::now()).contains(&time));
    assert!(line["duration_ms"].as_f64().unwrap() > 0.0);
    for changing in ["id", "time", "duration_ms"] {
        line.as_object_mut().unwrap().shift_remove(changing);
    }
    assert_eq!(
        line,
        json!({
            "api": "herbarium",
            "endpoint": "sheet.list",
            "method": "GET",
            "path": "/v1/sheet",
            "query": "limit=3&tag=a%20b",
            "status": 200,
            "faults": [],
        })
    );
    assert_eq!(list["next_cursor"], Value::Null);
}

#[test]
fn entries_come_newest_first() {
    assert_eq!(
        lines(&busy_visitor(), ""),
        [
            "POST /v1/sheet 201",
            "POST /v1/spill 500",
            "GET /v1/sheet/99 404",
            "GET /v1/sheet/1 200",
            "GET /v1/sheet 200",
        ]
    );
}

#[test]
fn filters_narrow_the_list() {
    let visitor = busy_visitor();

    assert_eq!(lines(&visitor, "?status=404"), ["GET /v1/sheet/99 404"]);
    assert_eq!(lines(&visitor, "?status=5xx"), ["POST /v1/spill 500"]);
    assert_eq!(lines(&visitor, "?method=post&status=2XX"), ["POST /v1/sheet 201"]);
    assert_eq!(lines(&visitor, "?path=/v1/sheet/*").len(), 2);
    assert_eq!(lines(&visitor, "?path=/v1/**").len(), 5);
    assert_eq!(lines(&visitor, "?path=/v1/sheet"), ["POST /v1/sheet 201", "GET /v1/sheet 200"]);
    assert_eq!(lines(&visitor, "?api=herbarium").len(), 5);
    assert_eq!(lines(&visitor, "?scenario=rush-hour").len(), 0);
    assert_eq!(lines(&visitor, "?since=2020-01-01T00:00:00Z").len(), 5);
    assert_eq!(lines(&visitor, "?since=2100-01-01T00:00:00%2B01:00").len(), 0);
}

#[test]
fn pages_join_up() {
    let visitor = busy_visitor();
    let mut seen = Vec::new();
    let mut query = "?limit=2".to_owned();

    loop {
        let page = visitor.get(&format!("/__admin/requests{query}")).json();
        let requests = page["requests"].as_array().unwrap();
        seen.extend(requests.iter().map(|entry| entry["id"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        // What comes in between does not shift the pages.
        visitor.get("/herbarium/v1/sheet");
        query = format!("?limit=2&cursor={cursor}");
    }

    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|a, b| {
        let number = |id: &Value| id.as_str().unwrap().parse::<u64>().unwrap();
        number(a) > number(b)
    }));
}

#[test]
fn a_cursor_of_what_was_cleared_ends_the_list() {
    let visitor = busy_visitor();
    let page = visitor.get("/__admin/requests?limit=2").json();
    visitor.delete("/__admin/requests");
    visitor.get("/herbarium/v1/sheet");

    let cursor = page["next_cursor"].as_str().unwrap();

    assert_eq!(lines(&visitor, &format!("?cursor={cursor}")).len(), 0);
}

#[test]
fn values_that_no_filter_knows_are_refused() {
    let visitor = Visitor::new();
    let refused = |query: &str| {
        let answer = visitor.get(&format!("/__admin/requests?{query}"));
        assert_eq!(answer.status(), 400, "{query}");
        let errors = answer.any_json()["errors"].clone();
        (errors[0]["path"].clone(), errors[0]["message"].clone())
    };

    for query in ["status=6xx", "status=99", "status=ok", "since=yesterday", "cursor=x"] {
        assert_eq!(refused(query).0, query.split('=').next().unwrap());
    }
    let range = json!("\"1001\" is not a whole number from 1 to 1000");
    assert_eq!(refused("limit=1001"), (json!("limit"), range));
    assert_eq!(refused("limit=0").0, "limit");
    assert_eq!(refused("api=gbif"), (json!("api"), json!("\"gbif\" is not one of herbarium")));
}

#[test]
fn an_entry_shows_request_and_answer_whole() {
    let visitor = Visitor::new();
    let headers = [("content-type", "application/json"), ("accept", "a/b"), ("accept", "c/d")];
    let answer = visitor.send(Method::POST, "/herbarium/v1/sheet?x=1", &headers, "{}");
    let id = answer.header("x-wardian-request").unwrap();

    let entry = visitor.get(&format!("/__admin/requests/{id}")).json();

    assert_eq!(entry["id"], id);
    assert_eq!(entry["status"], 403);
    assert_eq!(entry["why"], "CURATOR is needed");
    assert_eq!(
        entry["request"],
        json!({
            "url": "http://127.0.0.1:8080/herbarium/v1/sheet?x=1",
            "headers": {
                "host": "127.0.0.1:8080",
                "content-type": "application/json",
                "accept": "a/b, c/d",
            },
            "body": "{}",
            "truncated": false,
        })
    );
    assert_eq!(
        entry["response"],
        json!({
            "status": 403,
            "headers": {
                "content-type": "text/plain",
                "server": "herbarium/1",
                "x-wardian-request": id,
            },
            "body": "herbarium: CURATOR is needed",
            "truncated": false,
        })
    );
}

#[test]
fn an_unknown_entry_is_not_found() {
    let visitor = Visitor::new();

    insta::assert_snapshot!(visitor.get("/__admin/requests/x").whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Not found","status":404,"detail":"The journal of the session holds no request \"x\"."}
    "#);
    assert_eq!(visitor.get("/__admin/requests/18446744073709551615").status(), 404);
    let entry = visitor.get("/herbarium/v1/sheet");
    let id = entry.header("x-wardian-request").unwrap();
    visitor.post("/__admin/sessions", &json!({ "name": "a" }));
    assert_eq!(visitor.get(&format!("/__admin/requests/{id}?session=a")).status(), 404);
}

#[test]
fn refusals_say_why_and_what_was_near() {
    let visitor = Visitor::new();
    let why = |method: Method, path: &str, headers: &[(&str, &str)]| {
        let answer = visitor.send(method, &format!("/herbarium{path}"), headers, "");
        let id = answer.header("x-wardian-request").unwrap();
        visitor.get(&format!("/__admin/requests/{id}")).json()["why"].clone()
    };

    assert_eq!(why(Method::GET, "/v1/sheet", &[]), Value::Null);
    assert_eq!(why(Method::OPTIONS, "/v1/sheet", &[]), Value::Null);
    assert_eq!(
        why(Method::GET, "/v1/shet/5", &[]),
        "no such path; the nearest route is /v1/sheet/{number}"
    );
    assert_eq!(
        why(Method::GET, "/v1/sheet?taxn=1", &[]),
        "unknown parameters: taxn; the nearest parameter is taxon"
    );
    assert_eq!(why(Method::GET, "/v1/letters", &[]), "parameter size is missing");
    assert_eq!(why(Method::GET, "/v1/sheet?limit=x", &[]), "parameter limit cannot be \"x\"");
    assert_eq!(why(Method::GET, "/v1/sheet/99", &[]), "there is no such sheet");
    assert_eq!(
        why(Method::POST, "/v1/spill", &[]),
        "wardian failed: a handler panicked: the tea is on the table"
    );
}

#[test]
fn binary_bodies_are_base64_and_long_ones_are_cut() {
    let visitor = Visitor::new();
    let response = |path: &str| {
        let answer = visitor.get(path);
        let id = answer.header("x-wardian-request").unwrap();
        visitor.get(&format!("/__admin/requests/{id}")).json()["response"].clone()
    };

    let picture = response("/herbarium/v1/picture");
    assert_eq!(picture["body"], "iVBORw0KGgo=");
    assert_eq!(picture["encoding"], "base64");

    let whole = response("/herbarium/v1/letters?size=32768");
    assert_eq!(whole["body"].as_str().unwrap().len(), 65_536);
    assert_eq!(whole["truncated"], false);
    assert_eq!(whole.get("encoding"), None);

    let cut = response("/herbarium/v1/letters?size=32769");
    assert_eq!(cut["body"].as_str().unwrap().len(), 65_536);
    assert_eq!(cut["truncated"], true);
}

#[test]
fn a_body_that_is_cut_within_a_letter_stays_text() {
    let visitor = Visitor::new();
    let body = format!("x{}", "è".repeat(40_000));
    let headers = [("content-type", "application/json")];
    let answer = visitor.send(Method::POST, "/herbarium/v1/sheet", &headers, body);
    let id = answer.header("x-wardian-request").unwrap();

    let entry = visitor.get(&format!("/__admin/requests/{id}")).json();

    assert_eq!(entry["request"]["body"].as_str().unwrap().len(), 65_535);
    assert_eq!(entry["request"]["truncated"], true);
}

#[test]
fn clearing_empties_the_journal_of_one_session() {
    let visitor = busy_visitor();
    visitor.post("/__admin/sessions", &json!({ "name": "a" }));
    visitor.get_in("a", "/herbarium/v1/sheet");

    assert_eq!(visitor.delete("/__admin/requests").status(), 204);

    assert_eq!(lines(&visitor, "").len(), 0);
    assert_eq!(lines(&visitor, "?session=a").len(), 1);
}

#[test]
fn the_control_plane_and_refused_addresses_never_appear() {
    let visitor = Visitor::new();

    visitor.get("/__admin/health");
    visitor.get("/");
    visitor.get("/nowhere");
    visitor.get_in("typo", "/herbarium/v1/sheet");

    assert_eq!(lines(&visitor, "").len(), 0);
}

#[test]
fn the_oldest_entries_make_room() {
    let journal = Limits { entries: 2, ..Limits::default() };
    let session = SessionSettings { journal, ..SessionSettings::default() };
    let visitor = Visitor::with(Settings { session, ..Settings::default() });

    for number in 1..=3 {
        visitor.get(&format!("/herbarium/v1/sheet/{number}"));
    }

    assert_eq!(lines(&visitor, ""), ["GET /v1/sheet/3 200", "GET /v1/sheet/2 200"]);
}

#[test]
fn a_filter_that_is_given_twice_is_refused() {
    let refused = busy_visitor().get("/__admin/requests?method=GET&method=POST");

    assert_eq!(refused.status(), 400);
    assert_eq!(refused.any_json()["detail"], "method: \"GET, POST\" is not one value");
}
