//! Writes: whole or not at all, and with chance that repeats.

use http::Method;

use crate::support::Answer;
use crate::support::herbarium::API_KEY;
use crate::support::visitor::Visitor;

fn create(visitor: &Visitor, body: &'static str) -> Answer {
    let headers = [("content-type", "application/json"), ("x-api-key", API_KEY)];
    visitor.send(Method::POST, "/herbarium/v1/sheet", &headers, body)
}

#[test]
fn a_refused_write_leaves_no_row_and_draws_nothing() {
    let untroubled = Visitor::new();
    let expected = untroubled.add_sheet("default");
    let visitor = Visitor::new();

    assert_eq!(create(&visitor, "{}").whole(), "400 text/plain\na sheet needs a taxon");
    assert_eq!(create(&visitor, "{").status(), 400);
    visitor.send(Method::POST, "/herbarium/v1/spill", &[], "");

    assert_eq!(visitor.count_sheets("default"), 3);
    assert_eq!(visitor.add_sheet("default"), expected);
}

#[test]
fn the_same_requests_get_the_same_ids_in_any_session_of_any_server() {
    let (one, other) = (Visitor::new(), Visitor::new());
    other.post("/__admin/sessions", &serde_json::json!({ "name": "a" }));
    let ids =
        |visitor: &Visitor, session: &str| [visitor.add_sheet(session), visitor.add_sheet(session)];

    let first = ids(&one, "default");

    assert_ne!(first[0], first[1]);
    assert_eq!(ids(&other, "default"), first);
    assert_eq!(ids(&other, "a"), first);
}
