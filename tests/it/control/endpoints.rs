//! What holds for every endpoint of the control plane, read from its table.

use std::collections::HashSet;

use http::Method;
use wardian::control;
use wardian::kit::fields::Place;
use wardian::kit::param::AnyParam;

use crate::support::visitor::Visitor;

/// A path of the template, its placeholders filled.
fn example(template: &str) -> String {
    template.replace("{name}", "default").replace("{id}", "1").replace("{api}", "herbarium")
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = HashSet::new();
    for endpoint in control::endpoints() {
        let id = endpoint.id.clone();
        assert!(id.contains('.') && id.chars().all(|c| c.is_ascii_lowercase() || c == '.'), "{id}");
        assert!(seen.insert(id.clone()), "{id} twice");
    }
}

#[test]
fn each_says_in_a_few_words_what_it_does() {
    for endpoint in control::endpoints() {
        assert!(endpoint.summary.len() > 8, "{}", endpoint.id);
    }
}

#[test]
fn placeholders_of_paths_and_path_parameters_agree() {
    for endpoint in control::endpoints() {
        let params = endpoint.all_params().filter(|param| param.place() == Place::Path);
        let declared: HashSet<&str> = params.map(AnyParam::name).collect();
        for path in &endpoint.paths {
            let pieces = path.split('{').skip(1);
            let named: HashSet<&str> = pieces.filter_map(|rest| rest.split('}').next()).collect();
            assert_eq!(named, declared, "{path}");
        }
    }
}

#[test]
fn unknown_parameters_are_refused_everywhere_below_admin() {
    let visitor = Visitor::new();

    for endpoint in control::endpoints() {
        if !endpoint.path().starts_with("/__admin") {
            continue;
        }
        let path = format!("{}?nonsense=1", example(endpoint.path()));
        let answer = visitor.send(endpoint.method.clone(), &path, &[], "");

        assert_eq!(answer.status(), 400, "{} {path}", endpoint.method);
        assert_eq!(answer.any_json()["errors"][0]["path"], "nonsense", "{path}");
    }
}

#[test]
fn other_methods_are_refused_with_those_that_are_allowed() {
    let visitor = Visitor::new();

    for endpoint in control::endpoints() {
        let answer = visitor.send(Method::PATCH, &example(endpoint.path()), &[], "");

        assert_eq!(answer.status(), 405, "{}", endpoint.id);
        let allow = answer.header("allow").unwrap();
        assert!(allow.split(", ").any(|method| method == endpoint.method.as_str()), "{allow}");
        assert_eq!(answer.content_type(), "application/problem+json");
    }
}

#[test]
fn a_call_about_a_sessions_state_refuses_an_unknown_session() {
    let visitor = Visitor::new();
    let about_state = control::endpoints()
        .into_iter()
        .filter(|endpoint| endpoint.all_params().any(|param| param.name() == "session"));

    let mut count = 0;
    for endpoint in about_state {
        let path = example(endpoint.path());
        let by_header = [("x-wardian-session", "nowhere")];
        let method = || endpoint.method.clone();
        assert_eq!(visitor.send(method(), &path, &by_header, "").status(), 404, "{path}");
        let path = format!("{path}?session=nowhere");
        assert_eq!(visitor.send(method(), &path, &[], "").status(), 404, "{path}");
        count += 1;
    }
    assert!(count >= 5, "{count}");
}

#[test]
fn bodies_have_to_be_json_and_say_so() {
    let visitor = Visitor::new();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let json = [("content-type", "application/json; charset=utf-8")];
    let make = |headers: &[(&str, &str)], body: &'static str| {
        visitor.send(Method::POST, "/__admin/sessions", headers, body)
    };

    assert_eq!(make(&form, "{}").status(), 415);
    assert_eq!(make(&[], "{}").status(), 415);
    assert_eq!(make(&json, "{}").status(), 201);
    assert_eq!(make(&[], "").status(), 201);
    assert_eq!(make(&json, "{").any_json()["errors"][0]["path"], "");
    assert_eq!(
        make(&json, "[]").any_json()["errors"][0]["message"],
        "the body has to be an object"
    );
}

#[test]
fn head_and_options_are_answered_as_http_wants() {
    let visitor = Visitor::new();

    let head = visitor.send(Method::HEAD, "/__admin/health", &[], "");
    assert_eq!((head.status(), head.body.len()), (200, 0));

    let options = visitor.send(Method::OPTIONS, "/__admin/sessions", &[], "");
    assert_eq!(options.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
}

#[test]
fn a_path_that_it_lacks_names_the_nearest() {
    let answer = Visitor::new().get("/__admin/session");

    insta::assert_snapshot!(answer.whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Not found","status":404,"detail":"The control plane has no /__admin/session.","nearest":"/__admin/sessions"}
    "#);
}
