//! Cross-origin headers and `OPTIONS`, as each service has them.

use http::Method;
use wardian::emulator::Settings;
use wardian::kit::cors::{Cors, Terms};
use wardian::kit::habits::{Habits, Options};

use crate::support::Answer;
use crate::support::herbarium;
use crate::support::visitor::Visitor;

const TERMS: Terms =
    Terms { methods: "GET, POST", headers: "x-api-key", max_age: Some(60), always_whole: false };

const ORIGIN: (&str, &str) = ("origin", "http://page.test");

const PREFLIGHT: [(&str, &str); 3] = [
    ORIGIN,
    ("access-control-request-method", "POST"),
    ("access-control-request-headers", "x-other"),
];

fn visitor(cors: Cors, settings: Settings) -> Visitor {
    let habits = Habits { cors, ..herbarium::habits() };
    Visitor { emulator: herbarium::with_habits(habits, settings) }
}

/// Name and value of all cross-origin headers of an answer, sorted.
fn crossing(answer: &Answer) -> Vec<String> {
    let mut crossing: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("access-control-"))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    crossing.sort();
    crossing
}

fn get(visitor: &Visitor, headers: &[(&str, &str)]) -> Vec<String> {
    crossing(&visitor.send(Method::GET, "/herbarium/v1/sheet", headers, ""))
}

fn preflight(visitor: &Visitor) -> Answer {
    visitor.send(Method::OPTIONS, "/herbarium/v1/sheet", &PREFLIGHT, "")
}

#[test]
fn a_service_that_allows_nobody_says_nothing() {
    let visitor = visitor(Cors::Nobody, Settings::default());

    assert!(get(&visitor, &[ORIGIN]).is_empty());
    assert!(crossing(&preflight(&visitor)).is_empty());
}

#[test]
fn a_service_that_allows_anyone_says_so_always() {
    let visitor = visitor(Cors::Anyone(TERMS), Settings::default());

    assert_eq!(get(&visitor, &[]), ["access-control-allow-origin: *"]);
    let missing = visitor.send(Method::GET, "/herbarium/v1/nothing", &[], "");
    assert_eq!(crossing(&missing), ["access-control-allow-origin: *"]);
    let answer = preflight(&visitor);
    assert_eq!((answer.status(), answer.body.len()), (200, 0));
    assert_eq!(
        crossing(&answer),
        [
            "access-control-allow-headers: x-api-key",
            "access-control-allow-methods: GET, POST",
            "access-control-allow-origin: *",
            "access-control-max-age: 60",
        ]
    );
}

#[test]
fn a_service_may_say_everything_in_every_answer() {
    let terms = Terms { always_whole: true, max_age: None, ..TERMS };
    let visitor = visitor(Cors::Anyone(terms), Settings::default());

    assert_eq!(
        get(&visitor, &[]),
        [
            "access-control-allow-headers: x-api-key",
            "access-control-allow-methods: GET, POST",
            "access-control-allow-origin: *",
        ]
    );
}

#[test]
fn a_service_that_allows_whoever_asks_wants_an_origin() {
    let visitor = visitor(Cors::WhoeverAsks(TERMS), Settings::default());

    assert!(get(&visitor, &[]).is_empty());
    assert_eq!(get(&visitor, &[ORIGIN]), ["access-control-allow-origin: *"]);
    assert_eq!(preflight(&visitor).status(), 200);
}

#[test]
fn a_service_for_readers_knows_no_preflight() {
    let visitor = visitor(Cors::ReadersOnly(TERMS), Settings::default());

    assert_eq!(get(&visitor, &[]), ["access-control-allow-origin: *"]);
    let create = visitor.send(Method::POST, "/herbarium/v1/sheet", &[ORIGIN], "");
    assert!(crossing(&create).is_empty());
    assert!(crossing(&preflight(&visitor)).is_empty());
    assert_eq!(preflight(&visitor).header("allow"), Some("GET, POST, HEAD, OPTIONS"));
}

#[test]
fn permissive_servers_allow_every_origin_everything() {
    let settings = Settings { permissive_cors: true, ..Settings::default() };
    let visitor = visitor(Cors::Nobody, settings);

    assert_eq!(get(&visitor, &[]), ["access-control-allow-origin: *"]);
    for path in ["/herbarium/v1/sheet", "/herbarium/v1/nothing"] {
        let answer = visitor.send(Method::OPTIONS, path, &PREFLIGHT, "");
        assert_eq!(answer.status(), 200);
        assert_eq!(
            crossing(&answer),
            [
                "access-control-allow-headers: x-other",
                "access-control-allow-methods: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
                "access-control-allow-origin: *",
                "access-control-max-age: 3600",
            ]
        );
    }
}

#[test]
fn plain_options_are_answered_as_the_service_does() {
    let answer = |options: Options| {
        let habits = Habits { options, ..herbarium::habits() };
        let visitor = Visitor { emulator: herbarium::with_habits(habits, Settings::default()) };
        visitor.send(Method::OPTIONS, "/herbarium/v1/sheet", &[], "")
    };

    let allow = answer(Options::Allow);
    assert_eq!((allow.status(), allow.header("allow")), (200, Some("GET, POST, HEAD, OPTIONS")));
    let body = answer(Options::Body { content_type: "text/html", body: "GET,POST" });
    assert_eq!(body.whole(), "200 text/html\nGET,POST");
    let refused = answer(Options::Refuse);
    assert_eq!(
        refused.whole(),
        "405 text/plain\nherbarium: the path has no such method, only GET, POST, HEAD"
    );
}
