//! The journal while it is written.

use futures_util::StreamExt;
use http::Method;
use serde_json::{Value, json};
use wardian::emulator::flow::Onward;
use wardian::kit::rest::Pieces;

use crate::support::visitor::Visitor;

/// Opens the stream of a session and gives its events.
fn open(visitor: &Visitor, query: &str, headers: &[(&str, &str)]) -> Pieces {
    let path = format!("/__admin/requests/stream{query}");
    let mut request = http::Request::get(path).header("host", "127.0.0.1:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let visit = visitor.emulator.admit(request.body(bytes::Bytes::new()).unwrap().into());
    let (reply, onward) = visit.begin();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.headers.get(&http::header::CONTENT_TYPE).unwrap(), "text/event-stream");
    assert_eq!(reply.body, ": connected\n\n");
    let Some(Onward::Live(pieces)) = onward else { panic!("nothing follows") };
    pieces
}

/// The next event: its id and its data.
fn next(pieces: &mut Pieces) -> Option<(String, Value)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let event = runtime.block_on(pieces.next())?;
    let text = String::from_utf8(event.to_vec()).unwrap();
    let rest = text.strip_prefix("event: request\nid: ").unwrap_or_else(|| panic!("{text}"));
    let (id, data) = rest.split_once("\ndata: ").unwrap();
    Some((id.to_owned(), serde_json::from_str(data.strip_suffix("\n\n").unwrap()).unwrap()))
}

fn path_of(event: Option<(String, Value)>) -> String {
    event.unwrap().1["path"].as_str().unwrap().to_owned()
}

#[test]
fn each_request_is_told_as_the_list_shows_it() {
    let visitor = Visitor::new();
    visitor.get("/herbarium/v1/sheet/1");
    let mut events = open(&visitor, "", &[]);

    visitor.get("/herbarium/v1/sheet/2?api_key=secret-of-the-curator");

    let (id, data) = next(&mut events).unwrap();
    let list = visitor.get("/__admin/requests").json();
    assert_eq!((&json!(id), &data), (&list["requests"][0]["id"], &list["requests"][0]));
    assert_eq!(data["query"], "api_key=***");
}

#[test]
fn a_reader_goes_on_where_it_stopped() {
    let visitor = Visitor::new();
    let first = visitor.get("/herbarium/v1/sheet/1");
    visitor.get("/herbarium/v1/sheet/2");
    visitor.get("/herbarium/v1/sheet/3");
    let seen = [("last-event-id", first.header("x-wardian-request").unwrap())];

    let mut events = open(&visitor, "", &seen);
    visitor.get("/herbarium/v1/sheet/1");

    let paths: Vec<String> = (0..3).map(|_| path_of(next(&mut events))).collect();
    assert_eq!(paths, ["/v1/sheet/2", "/v1/sheet/3", "/v1/sheet/1"]);
}

#[test]
fn a_stream_is_narrowed_like_the_list() {
    let visitor = Visitor::new();
    let mut events = open(&visitor, "?status=4xx&method=GET", &[]);

    visitor.get("/herbarium/v1/sheet/1");
    visitor.get("/herbarium/v1/sheet/99");

    assert_eq!(path_of(next(&mut events)), "/v1/sheet/99");
}

#[test]
fn a_slow_reader_misses_nothing() {
    let visitor = Visitor::new();
    let mut events = open(&visitor, "", &[]);

    for _ in 0..600 {
        visitor.get("/herbarium/v1/sheet/1");
    }

    let first = next(&mut events).unwrap().0;
    let ids: Vec<String> = (1..600).map(|_| next(&mut events).unwrap().0).collect();
    let list = visitor.get("/__admin/requests?limit=1000").json();
    let expected: Vec<&str> = list["requests"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect();
    assert_eq!((first.as_str(), ids.len()), (expected[0], 599));
    assert_eq!(ids, expected[1..]);
}

#[test]
fn it_ends_with_its_session_and_goes_on_after_a_clearing() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "short" }));
    let mut events = open(&visitor, "?session=short", &[]);

    visitor.delete("/__admin/requests?session=short");
    visitor.get_in("short", "/herbarium/v1/sheet/1");
    visitor.get("/herbarium/v1/sheet/2");
    visitor.send(Method::DELETE, "/__admin/sessions/short", &[], "");

    assert_eq!(path_of(next(&mut events)), "/v1/sheet/1");
    assert_eq!(next(&mut events), None);
}
