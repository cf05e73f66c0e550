//! How requests select their session, and that sessions do not see each other.

use http::Method;
use serde_json::json;

use crate::support::visitor::Visitor;

fn visitor_with_two() -> Visitor {
    let visitor = Visitor::new();
    for name in ["a", "b"] {
        visitor.post("/__admin/sessions", &json!({ "name": name }));
    }
    visitor
}

fn next_link(visitor: &Visitor, path: &str, headers: &[(&str, &str)]) -> String {
    let list = visitor.send(Method::GET, path, headers, "").json();
    list["next"].as_str().unwrap().to_owned()
}

#[test]
fn sessions_do_not_see_each_others_writes() {
    let visitor = visitor_with_two();

    visitor.add_sheet("a");

    assert_eq!(visitor.count_sheets("a"), 4);
    assert_eq!(visitor.count_sheets("b"), 3);
    assert_eq!(visitor.count_sheets("default"), 3);
}

#[test]
fn header_path_and_host_name_select_the_same_session() {
    let visitor = visitor_with_two();
    visitor.add_sheet("a");
    let count = |path: &str, headers: &[(&str, &str)]| {
        let list = visitor.send(Method::GET, path, headers, "").json();
        list["sheets"].as_array().unwrap().len()
    };

    assert_eq!(count("/herbarium/v1/sheet", &[("x-wardian-session", "a")]), 4);
    assert_eq!(count("/session/a/herbarium/v1/sheet", &[]), 4);
    assert_eq!(count("/herbarium/v1/sheet", &[("host", "a.localhost:8080")]), 4);
    assert_eq!(count("/session/a/herbarium/v1/sheet", &[("x-wardian-session", "a")]), 4);
    assert_eq!(count("/herbarium/v1/sheet", &[]), 3);
    assert_eq!(count("/v1/sheet", &[("host", "herbarium.test"), ("x-wardian-session", "a")]), 4);
}

#[test]
fn naming_two_sessions_is_refused() {
    let visitor = visitor_with_two();
    let header = [("x-wardian-session", "a")];
    let host = [("host", "a.localhost")];
    let both = [("host", "a.localhost"), ("x-wardian-session", "b")];

    let refused = visitor.send(Method::GET, "/session/b/herbarium/v1/sheet", &header, "");
    insta::assert_snapshot!(refused.whole(), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Two sessions","status":400,"detail":"The request names the session \"a\" and the session \"b\"."}
    "#);
    let by_host = visitor.send(Method::GET, "/session/b/herbarium/v1/sheet", &host, "");
    assert_eq!(by_host.status(), 400);
    assert_eq!(visitor.send(Method::GET, "/herbarium/v1/sheet", &both, "").status(), 400);
}

#[test]
fn an_unknown_session_is_refused_and_never_the_default_one() {
    let visitor = Visitor::new();

    insta::assert_snapshot!(visitor.get_in("typo", "/herbarium/v1/sheet").whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Unknown session","status":404,"detail":"There is no session \"typo\". X-Wardian-Session, ?session= or /session/NAME must name a live session; POST /__admin/sessions makes one."}
    "#);
    assert_eq!(visitor.get("/session/typo/herbarium/v1/sheet").status(), 404);
    let host = [("host", "typo.localhost")];
    assert_eq!(visitor.send(Method::GET, "/herbarium/v1/sheet", &host, "").status(), 404);
    assert_eq!(visitor.get_in("", "/herbarium/v1/sheet").status(), 404);
    let requests = visitor.get("/__admin/requests").json();
    assert_eq!(requests["requests"], json!([]));
}

#[test]
fn links_carry_the_session_exactly_when_the_path_did() {
    let visitor = visitor_with_two();

    let in_path = next_link(&visitor, "/session/a/herbarium/v1/sheet", &[]);
    assert_eq!(in_path, "http://127.0.0.1:8080/session/a/herbarium/v1/sheet?page=2");
    let in_header = next_link(&visitor, "/herbarium/v1/sheet", &[("x-wardian-session", "a")]);
    assert_eq!(in_header, "http://127.0.0.1:8080/herbarium/v1/sheet?page=2");
    let in_both = [("x-wardian-session", "a")];
    let in_both = next_link(&visitor, "/session/a/herbarium/v1/sheet", &in_both);
    assert_eq!(in_both, in_path);
    let in_host = next_link(&visitor, "/herbarium/v1/sheet", &[("host", "a.localhost:81")]);
    assert_eq!(in_host, "http://a.localhost:81/herbarium/v1/sheet?page=2");
    let real = next_link(&visitor, "/v1/sheet", &[("host", "herbarium.test")]);
    assert_eq!(real, "http://herbarium.test/v1/sheet?page=2");
}

#[test]
fn links_have_the_scheme_that_the_proxy_in_front_names() {
    let visitor = Visitor::new();
    let secure = [("x-forwarded-proto", "https"), ("host", "wardian.test")];

    let link = next_link(&visitor, "/herbarium/v1/sheet", &secure);

    assert_eq!(link, "https://wardian.test/herbarium/v1/sheet?page=2");
    let odd = next_link(&visitor, "/herbarium/v1/sheet", &[("x-forwarded-proto", "gopher")]);
    assert_eq!(odd, "http://127.0.0.1:8080/herbarium/v1/sheet?page=2");
}

#[test]
fn a_real_host_belongs_to_its_service_whole() {
    let visitor = Visitor::new();
    let real = [("host", "herbarium.test")];
    let get = |path: &str| visitor.send(Method::GET, path, &real, "");

    for path in ["/", "/__admin/health", "/session/a/v1/sheet", "/docs/herbarium"] {
        let answer = get(path);
        assert_eq!(answer.whole(), "404 text/plain\nherbarium: no such path", "{path}");
    }
    let short = [("host", "SHEETS.test:80")];
    assert_eq!(visitor.send(Method::GET, "/sheet", &short, "").status(), 200);
}

#[test]
fn a_path_that_belongs_to_nobody_names_the_prefixes() {
    let visitor = Visitor::new();

    insta::assert_snapshot!(visitor.get("/gbif2/v1").whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Not found","status":404,"detail":"Nothing is mounted at /gbif2/v1.","prefixes":["/herbarium"]}
    "#);
    assert_eq!(visitor.get("/session/default/nothing").status(), 404);
    assert_eq!(visitor.get("/session/default/__admin/health").status(), 404);
}

#[test]
fn naming_two_sessions_in_two_headers_is_refused() {
    let visitor = visitor_with_two();
    let headers = |other| [("x-wardian-session", "a"), ("x-wardian-session", other)];
    let ask = |other| visitor.send(Method::GET, "/herbarium/v1/sheet", &headers(other), "");

    let refused = ask("default");

    assert_eq!(refused.status(), 400);
    assert_eq!(
        refused.any_json()["detail"],
        "The request names the session \"a\" and the session \"default\"."
    );
    assert_eq!(ask("a").status(), 200);
}

/// Clients take such steps out of paths before they send them.
#[test]
fn steps_of_paths_are_no_names() {
    let visitor = visitor_with_two();
    for name in [".", ".."] {
        let refused = visitor.post("/__admin/sessions", &json!({ "name": name }));
        assert_eq!(refused.status(), 400, "{name}");
    }
    assert_eq!(visitor.post("/__admin/sessions", &json!({ "name": "..." })).status(), 201);
}
