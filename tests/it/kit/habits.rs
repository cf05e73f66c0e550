//! The habits of a service as a web server: each is kept when it is stated.

use http::header::{CONTENT_TYPE, SERVER};
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use wardian::emulator::Settings;
use wardian::kit::habits::{Check, Habits, Repeated, Unknown};
use wardian::kit::json::{Floats, JsonStyle};

use crate::support::Answer;
use crate::support::herbarium::{self, API_KEY};
use crate::support::visitor::Visitor;

fn visitor(change: impl FnOnce(&mut Habits)) -> Visitor {
    let mut habits = herbarium::habits();
    change(&mut habits);
    Visitor { emulator: herbarium::with_habits(habits, Settings::default()) }
}

fn list(visitor: &Visitor, query: &str) -> Answer {
    visitor.get(&format!("/herbarium/v1/sheet{query}"))
}

fn limit(visitor: &Visitor, query: &str) -> Value {
    list(visitor, query).json()["limit"].clone()
}

#[test]
fn of_repeated_values_the_first_or_the_last_counts() {
    let first = visitor(|habits| habits.repeated = Repeated::First);
    let last = visitor(|habits| habits.repeated = Repeated::Last);

    assert_eq!(limit(&first, "?limit=1&limit=2"), 1);
    assert_eq!(limit(&last, "?limit=1&limit=2"), 2);
    // The value that does not count is not looked at.
    assert_eq!(limit(&first, "?limit=1&limit=x"), 1);
    assert_eq!(list(&first, "?limit=x&limit=1").status(), 400);
    assert_eq!(limit(&last, "?limit=x&limit=1"), 1);
}

#[test]
fn an_empty_value_is_absent_or_a_value() {
    let absent = visitor(|habits| habits.empty_is_absent = true);
    let present = visitor(|habits| habits.empty_is_absent = false);
    let sheets =
        |visitor: &Visitor| list(visitor, "?taxon=").json()["sheets"].as_array().unwrap().len();

    assert_eq!(limit(&absent, "?limit="), 20);
    assert_eq!(sheets(&absent), 3);
    assert_eq!(list(&present, "?limit=").status(), 400);
    assert_eq!(sheets(&present), 0);
}

#[test]
fn names_may_ignore_the_case_of_letters() {
    let strict = visitor(|habits| habits.names_ignore_case = false);
    let lenient = visitor(|habits| habits.names_ignore_case = true);

    assert_eq!(
        list(&strict, "?LIMIT=3").whole(),
        "400 text/plain\nherbarium: unknown parameters: LIMIT"
    );
    assert_eq!(limit(&lenient, "?LIMIT=3"), 3);
}

#[test]
fn unknown_parameters_are_refused_or_ignored() {
    let strict = visitor(|habits| habits.unknown_params = Unknown::Refuse);
    let lenient = visitor(|habits| habits.unknown_params = Unknown::Ignore);

    assert_eq!(
        list(&strict, "?b=1&limit=2&a=&b=2").whole(),
        "400 text/plain\nherbarium: unknown parameters: b, a"
    );
    assert_eq!(limit(&lenient, "?b=1&limit=2&a="), 2);
}

#[test]
fn a_trailing_slash_is_part_of_the_path_or_not() {
    let strict = visitor(|habits| habits.trailing_slash = false);
    let lenient = visitor(|habits| habits.trailing_slash = true);

    assert_eq!(strict.get("/herbarium/v1/sheet/").status(), 404);
    assert_eq!(lenient.get("/herbarium/v1/sheet/").status(), 200);
    assert_eq!(lenient.get("/herbarium/v1/sheet/1/").status(), 200);
    assert_eq!(lenient.get("/herbarium/v1/sheet//").status(), 404);
}

#[test]
fn checks_are_made_in_the_order_that_is_stated() {
    let order = |checks: &'static [Check]| {
        let visitor = visitor(|habits| habits.checks = checks);
        let headers = [("x-api-key", "wrong")];
        let path = "/herbarium/v1/sheet?limit=x";
        visitor.send(http::Method::GET, path, &headers, "").status()
    };

    assert_eq!(order(&[Check::Caller, Check::Access, Check::Params]), 401);
    assert_eq!(order(&[Check::Params, Check::Caller, Check::Access]), 400);
}

#[test]
fn access_is_asked_for_where_the_endpoint_says_so() {
    let visitor = visitor(|_| {});
    let create = |headers: &[(&str, &str)]| {
        let body = json!({ "taxon": "x" }).to_string();
        visitor.send(http::Method::POST, "/herbarium/v1/sheet", headers, body)
    };

    assert_eq!(create(&[]).whole(), "403 text/plain\nherbarium: CURATOR is needed");
    assert_eq!(create(&[("x-api-key", "wrong")]).status(), 401);
    assert_eq!(create(&[("x-api-key", API_KEY)]).status(), 201);
}

#[test]
fn headers_of_the_service_stand_in_every_answer() {
    static HEADERS: [(HeaderName, HeaderValue); 2] = [
        (SERVER, HeaderValue::from_static("x/1")),
        (CONTENT_TYPE, HeaderValue::from_static("a/b")),
    ];
    let visitor = visitor(|habits| habits.headers = &HEADERS);

    for path in ["/v1/sheet", "/v1/sheet?limit=x", "/v1/nothing", "/v1/sheet/99"] {
        let answer = visitor.get(&format!("/herbarium{path}"));
        assert_eq!(answer.header("server"), Some("x/1"), "{path}");
        // What an answer says itself goes before what all of them say.
        assert_ne!(answer.header("content-type"), Some("a/b"), "{path}");
    }
}

#[test]
fn json_is_written_in_the_services_style() {
    let written = |style: JsonStyle| {
        let visitor = visitor(|habits| habits.json = style);
        visitor.get("/herbarium/v1/sheet/2").text().to_owned()
    };
    let compact = JsonStyle::COMPACT;

    assert_eq!(written(compact), r#"{"taxon":"Nepenthes alata","area":1.0E-5,"note":"<è>"}"#);
    assert_eq!(
        written(JsonStyle { ascii: true, spaced: true, floats: Floats::Python, ..compact }),
        r#"{"taxon": "Nepenthes alata", "area": 1e-05, "note": "<\u00e8>"}"#
    );
    assert_eq!(
        written(JsonStyle { sorted_keys: true, html_safe: true, floats: Floats::Ruby, ..compact }),
        r#"{"area":1.0e-05,"note":"\u003cè\u003e","taxon":"Nepenthes alata"}"#
    );
    assert_eq!(
        written(JsonStyle { indent: 2, final_newline: true, ..compact }),
        "{\n  \"taxon\": \"Nepenthes alata\",\n  \"area\": 1.0E-5,\n  \"note\": \"<è>\"\n}\n"
    );
}

#[test]
fn aliases_and_lists_are_parameters_like_others() {
    let visitor = visitor(|_| {});

    let by_alias = list(&visitor, "?species=Nepenthes+alata").json();
    assert_eq!(by_alias["sheets"], json!([{ "number": 2, "taxon": "Nepenthes alata" }]));
    let lists = list(&visitor, "?tag=a&tag=b,c&part=1,2&part=3").json();
    assert_eq!(lists["tags"], json!(["a", "b,c"]));
    assert_eq!(lists["parts"], json!([1, 2, 3]));
    assert_eq!(
        list(&visitor, "?part=1,x").whole(),
        "400 text/plain\nherbarium: parameter part cannot be \"x\""
    );
}
