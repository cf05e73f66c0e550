//! Back to the pristine world.

use http::Method;
use serde_json::json;

use crate::support::Answer;
use crate::support::visitor::Visitor;

fn reset(visitor: &Visitor, query: &str) -> Answer {
    visitor.send(Method::POST, &format!("/__admin/reset{query}"), &[], "")
}

fn journal_length(visitor: &Visitor, session: &str) -> usize {
    let path = format!("/__admin/requests?session={session}");
    visitor.get(&path).json()["requests"].as_array().unwrap().len()
}

#[test]
fn everything_is_put_back_and_ids_repeat() {
    let visitor = Visitor::new();
    let first = [visitor.add_sheet("default"), visitor.add_sheet("default")];

    let answer = reset(&visitor, "");

    assert_eq!((answer.status(), answer.body.len()), (204, 0));
    assert_eq!(journal_length(&visitor, "default"), 0);
    assert_eq!(visitor.count_sheets("default"), 3);
    assert_eq!([visitor.add_sheet("default"), visitor.add_sheet("default")], first);
}

#[test]
fn parts_are_put_back_alone() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");

    assert_eq!(reset(&visitor, "?what=journal").status(), 204);
    assert_eq!(journal_length(&visitor, "default"), 0);
    assert_eq!(visitor.count_sheets("default"), 4);

    assert_eq!(reset(&visitor, "?what=data").status(), 204);
    assert_eq!(visitor.count_sheets("default"), 3);
    assert_eq!(journal_length(&visitor, "default"), 2);

    assert_eq!(reset(&visitor, "?what=scenarios,clock").status(), 204);
    assert_eq!(journal_length(&visitor, "default"), 2);
}

#[test]
fn unknown_parts_are_refused_and_nothing_is_put_back() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");

    let refused = reset(&visitor, "?what=data,nonsense");

    insta::assert_snapshot!(refused.whole(), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Bad request","status":400,"detail":"what: \"nonsense\" is not one of data, scenarios, journal, clock","errors":[{"path":"what","message":"\"nonsense\" is not one of data, scenarios, journal, clock"}]}
    "#);
    assert_eq!(reset(&visitor, "?what=").status(), 400);
    assert_eq!(visitor.count_sheets("default"), 4);
}

#[test]
fn only_the_session_of_the_call_is_put_back() {
    let visitor = Visitor::new();
    for name in ["a", "b"] {
        visitor.post("/__admin/sessions", &json!({ "name": name }));
        visitor.add_sheet(name);
    }

    reset(&visitor, "?session=a");

    assert_eq!(visitor.count_sheets("a"), 3);
    assert_eq!(visitor.count_sheets("b"), 4);
    let header = [("x-wardian-session", "b")];
    visitor.send(Method::POST, "/__admin/reset", &header, "");
    assert_eq!(visitor.count_sheets("b"), 3);
}

#[test]
fn parts_named_in_a_body_are_refused_and_nothing_is_put_back() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");

    let refused = visitor.post("/__admin/reset", &json!({ "what": "journal" }));

    insta::assert_snapshot!(refused.whole(), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Bad request","status":400,"detail":"/what: is no member here","errors":[{"path":"/what","message":"is no member here"}]}
    "#);
    assert_eq!(visitor.count_sheets("default"), 4);
    assert_eq!(visitor.post("/__admin/reset", &json!({})).status(), 204);
}
