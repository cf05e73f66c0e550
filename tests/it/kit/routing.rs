//! How a path finds its endpoint.

use http::Method;
use wardian::kit::call::Request;

use crate::support::visitor::Visitor;

#[test]
fn needless_percent_encoding_is_undone() {
    let visitor = Visitor::new();

    assert_eq!(visitor.get("/herbarium/v1/%73heet").status(), 200);
    assert_eq!(visitor.get("/%68erbarium/v1/sheet").status(), 200);
    assert_eq!(visitor.get("/herbarium%2Fv1/sheet").status(), 404);
}

#[test]
fn path_values_that_are_no_text_are_refused() {
    let refused = Visitor::new().get("/herbarium/v1/sheet/%FF");

    assert_eq!(
        refused.whole(),
        "400 text/plain\nherbarium: the path holds bytes that are no UTF-8"
    );
}

#[test]
fn other_paths_of_an_endpoint_have_the_same_answers() {
    let visitor = Visitor::new();

    let answer = visitor.get("/herbarium/v1/specimen/2");

    assert_eq!(answer.json(), visitor.get("/herbarium/v1/sheet/2").json());
}

#[test]
fn head_is_get_without_its_body() {
    let visitor = Visitor::new();

    let head = visitor.send(Method::HEAD, "/herbarium/v1/sheet", &[], "");

    let length = visitor.get("/herbarium/v1/sheet").body.len().to_string();
    assert_eq!((head.status(), head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some(length.as_str()));
}

#[test]
fn methods_that_a_path_lacks_are_refused_in_the_services_words() {
    let refused = Visitor::new().send(Method::DELETE, "/herbarium/v1/sheet", &[], "");

    assert_eq!(
        refused.whole(),
        "405 text/plain\nherbarium: the path has no such method, only GET, POST, HEAD, OPTIONS"
    );
}

#[test]
fn paths_that_the_real_service_has_and_wardian_lacks_say_so() {
    let answer = Visitor::new().get("/herbarium/v1/loan/5/sheets");

    insta::assert_snapshot!(answer.whole(), @r#"
    501 application/problem+json
    {"type":"about:blank","title":"Not emulated","status":501,"detail":"Herbarium <A & B> has /v1/loan/5/sheets, wardian does not emulate it.","nearest":"/v1/sheet/{number}"}
    "#);
}

#[test]
fn heavy_work_is_known_before_it_is_done() {
    let visitor = Visitor::new();
    let is_heavy = |path: &str| {
        let request: Request = http::Request::get(path).body(bytes::Bytes::new()).unwrap().into();
        visitor.emulator.admit(request).is_heavy()
    };

    assert!(is_heavy("/herbarium/v1/letters?size=1"));
    assert!(!is_heavy("/herbarium/v1/sheet"));
    assert!(!is_heavy("/herbarium/v1/nothing"));
}

#[test]
fn form_fields_are_parameters_where_the_endpoint_takes_a_form() {
    let visitor = Visitor::new();
    let form = [("content-type", "application/x-www-form-urlencoded")];

    let made = visitor.send(Method::POST, "/herbarium/v1/key", &form, "taxon=Drosera+alba");

    assert_eq!(made.json()["taxon"], "Drosera alba");
}
