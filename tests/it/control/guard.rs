//! Who may use the control plane.

use http::Method;
use wardian::control::Guard;
use wardian::emulator::Settings;

use crate::support::Answer;
use crate::support::visitor::Visitor;

fn guarded(guard: Guard) -> Visitor {
    Visitor::with(Settings { admin: guard, ..Settings::default() })
}

fn ask(visitor: &Visitor, headers: &[(&str, &str)]) -> Answer {
    visitor.send(Method::GET, "/__admin/sessions", headers, "")
}

#[test]
fn with_a_token_everything_but_health_and_readiness_needs_it() {
    let visitor = guarded(Guard { token: Some("open-sesame".to_owned()), hosts: Vec::new() });

    let refused = ask(&visitor, &[]);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    insta::assert_snapshot!(refused.whole(), @r#"
    401 application/problem+json
    {"type":"about:blank","title":"Unauthorized","status":401,"detail":"The control plane needs `Authorization: Bearer TOKEN` with the token of --admin-token."}
    "#);
    for wrong in ["Bearer open-sesam", "Bearer open-sesame!", "Basic open-sesame", "open-sesame"] {
        assert_eq!(ask(&visitor, &[("authorization", wrong)]).status(), 401, "{wrong}");
    }
    assert_eq!(ask(&visitor, &[("authorization", "Bearer open-sesame")]).status(), 200);
    assert_eq!(visitor.get("/__admin/health").status(), 200);
    assert_eq!(visitor.get("/__admin/ready").status(), 200);
    assert_eq!(visitor.get("/__admin/nonsense").status(), 401);
}

#[test]
fn with_a_token_it_answers_under_any_host_name() {
    let visitor = guarded(Guard { token: Some("t".to_owned()), hosts: Vec::new() });

    let headers = [("host", "wardian.example.org"), ("authorization", "Bearer t")];
    assert_eq!(ask(&visitor, &headers).status(), 200);
}

#[test]
fn without_a_token_the_host_has_to_be_an_address_localhost_or_a_name_of_its_own() {
    let visitor =
        guarded(Guard { token: None, hosts: vec!["wardian".to_owned(), "ci.test".to_owned()] });

    for host in
        ["127.0.0.1:8080", "10.0.0.7", "[::1]:8080", "localhost:1", "LocalHost", "wardian:80"]
    {
        assert_eq!(ask(&visitor, &[("host", host)]).status(), 200, "{host}");
    }
    for host in ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "a.localhost", ""] {
        assert_eq!(ask(&visitor, &[("host", host)]).status(), 403, "{host}");
    }
    let anywhere = [("host", "evil.test")];
    assert_eq!(visitor.send(Method::GET, "/__admin/health", &anywhere, "").status(), 200);
    assert_eq!(visitor.send(Method::GET, "/__admin/ready", &anywhere, "").status(), 200);
    insta::assert_snapshot!(ask(&visitor, &anywhere).whole(), @r#"
    403 application/problem+json
    {"type":"about:blank","title":"Forbidden","status":403,"detail":"The control plane answers to addresses and localhost, not to \"evil.test\"; --admin-host evil.test lets it."}
    "#);
}

#[test]
fn pages_of_other_origins_are_refused_reading_or_writing() {
    let visitor = Visitor::new();
    let refused = |headers: &[(&str, &str)]| {
        let reading = ask(&visitor, headers);
        let writing = visitor.send(Method::POST, "/__admin/reset", headers, "");
        assert_eq!(reading.status(), writing.status());
        reading.status() == 403
    };

    assert!(refused(&[("origin", "http://evil.test")]));
    assert!(refused(&[("origin", "null")]));
    assert!(refused(&[("origin", "http://127.0.0.1:8081")]));
    assert!(refused(&[("sec-fetch-site", "cross-site")]));
    assert!(refused(&[("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "cross-site")]));
    let reset = |headers: &[(&str, &str)]| {
        visitor.send(Method::POST, "/__admin/reset", headers, "").status()
    };
    assert_eq!(
        reset(&[("origin", "http://127.0.0.1:8080"), ("sec-fetch-site", "same-origin")]),
        204
    );
    assert_eq!(reset(&[("sec-fetch-site", "none")]), 204);
}

#[test]
fn it_never_sends_cross_origin_headers() {
    let visitor = Visitor::with(Settings { permissive_cors: true, ..Settings::default() });
    let preflight =
        [("origin", "http://127.0.0.1:8080"), ("access-control-request-method", "POST")];

    for path in ["/__admin/reset", "/", "/docs/herbarium", "/openapi/herbarium.json"] {
        let answer = visitor.send(Method::OPTIONS, path, &preflight, "");
        let crossing = |name: &str| name.starts_with("access-control-");
        assert!(!answer.headers.keys().any(|name| crossing(name.as_str())), "{path}");
    }
}
