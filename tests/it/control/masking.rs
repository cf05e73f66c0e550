//! The journal never shows credentials, wherever they stand.

use http::Method;
use serde_json::Value;

use crate::support::visitor::Visitor;

/// The entry of a request, whole.
fn entry(
    visitor: &Visitor,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Value {
    let answer = visitor.send(method, &format!("/herbarium{path}"), headers, body.to_owned());
    let id = answer.header("x-wardian-request").unwrap();
    let whole = visitor.get(&format!("/__admin/requests/{id}")).json();
    let list = visitor.get("/__admin/requests?limit=1").json();
    assert_eq!(list["requests"][0]["query"], whole["query"]);
    whole
}

#[test]
fn headers_hide_credentials_and_cookie_values() {
    let visitor = Visitor::new();
    let headers = [
        ("authorization", "Basic dXNlcjpwYXNzd29yZA=="),
        ("proxy-authorization", "Basic eDp5"),
        ("x-api-key", "some-key-of-mine"),
        ("cookie", "session=abc; theme=dark"),
        ("token", "a-token-of-gbif"),
        ("accept", "text/html"),
        ("referer", "http://x.example/?api_key=another-key&taxon=Drosera"),
    ];

    let shown = entry(&visitor, Method::GET, "/v1/sheet", &headers, "");

    let headers = &shown["request"]["headers"];
    for name in ["authorization", "proxy-authorization", "x-api-key", "token"] {
        assert_eq!(headers[name], "***", "{name}");
    }
    assert_eq!(headers["cookie"], "session=***; theme=***");
    assert_eq!(headers["accept"], "text/html");
    assert_eq!(headers["referer"], "http://x.example/?api_key=***&taxon=Drosera");
    // The refusal quotes the key that did not pass.
    assert_eq!(shown["why"], "credentials do not pass: no key ***");
    assert_eq!(shown["response"]["body"], "herbarium: credentials do not pass: no key ***");
}

#[test]
fn addresses_hide_keys_and_so_do_links_that_repeat_them() {
    let visitor = Visitor::new();

    let shown = entry(&visitor, Method::GET, "/v1/sheet?limit=2&api_key=my-own-key-1", &[], "");

    assert_eq!(shown["query"], "limit=2&api_key=***");
    let url = "http://127.0.0.1:8080/herbarium/v1/sheet?limit=2&api_key=***";
    assert_eq!(shown["request"]["url"], url);
    let body = shown["response"]["body"].as_str().unwrap();
    assert!(body.contains("sheet?page=2&api_key=***\""), "{body}");
}

#[test]
fn forms_hide_secrets_and_answers_hide_what_they_issue() {
    let visitor = Visitor::new();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = "taxon=Drosera&api_key=p%2Bq+secret&client_secret=s";

    let shown = entry(&visitor, Method::POST, "/v1/key", &form, body);

    assert_eq!(shown["request"]["body"], "taxon=Drosera&api_key=***&client_secret=***");
    assert_eq!(
        shown["response"]["body"],
        r#"{"key":"***","token":"***","taxon":"Drosera","for":"***"}"#
    );
    let headers = &shown["response"]["headers"];
    assert_eq!(headers["set-cookie"], "sheet=***; Path=/; HttpOnly");
    assert_eq!(headers["token"], "***");
}

#[test]
fn multipart_forms_hide_secrets() {
    let visitor = Visitor::new();
    let form = [("content-type", "multipart/form-data; boundary=B")];
    let part = |name: &str, value: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!("{}{}--B--\r\n", part("taxon", "Drosera"), part("api_key", "hidden-key"));

    let shown = entry(&visitor, Method::POST, "/v1/key", &form, &body);

    let expected = body.replace("hidden-key", "***");
    assert_eq!(shown["request"]["body"], expected);
}

#[test]
fn json_bodies_hide_secrets_and_stay_as_they_were_written() {
    let visitor = Visitor::new();
    let json = [("content-type", "application/json")];
    let body = "{ \"user\" : {\"password\": \"s3cr\\\"et-word\", \"key\": 1 },\n \"token\":\"t\" }";

    let shown = entry(&visitor, Method::POST, "/v1/sheet", &json, body);

    assert_eq!(
        shown["request"]["body"],
        "{ \"user\" : {\"password\": \"***\", \"key\": 1 },\n \"token\":\"t\" }"
    );
}

#[test]
fn json_that_is_cut_off_hides_secrets_too() {
    let visitor = Visitor::new();
    let json = [("content-type", "application/json")];
    let body = format!("{{\"password\":\"{}\"}}", "secret".repeat(20_000));

    let shown = entry(&visitor, Method::POST, "/v1/sheet", &json, &body);

    assert_eq!(shown["request"]["body"], "{\"password\":\"***\"");
}

#[test]
fn xml_answers_hide_what_they_issue() {
    let shown = entry(&Visitor::new(), Method::GET, "/v1/key.xml", &[], "");

    assert_eq!(
        shown["response"]["body"],
        "<keys><key type=\"string\">***</key><name>A</name></keys>"
    );
}

#[test]
fn keys_that_are_no_credentials_stay() {
    let visitor = Visitor::new();

    let shown = entry(&visitor, Method::GET, "/v1/sheet?tag=password&taxon=token", &[], "");

    assert_eq!(shown["query"], "tag=password&taxon=token");
    assert!(shown["response"]["body"].as_str().unwrap().contains("\"tags\":[\"password\"]"));
}
