//! The start page and the reference of each API.

use http::Method;

use crate::support::visitor::Visitor;

const BROWSER: [(&str, &str); 1] =
    [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];

#[test]
fn browsers_get_a_page_with_every_api_and_route() {
    let visitor = Visitor::new();

    for headers in [&BROWSER[..], &[("accept", "*/*")], &[]] {
        let page = visitor.send(Method::GET, "/", headers, "");

        assert_eq!((page.status(), page.content_type()), (200, "text/html; charset=utf-8"));
        assert_eq!(page.header("vary"), Some("Accept"));
        let text = page.text();
        assert!(text.contains("Herbarium &lt;A &amp; B&gt;"), "{text}");
        assert!(text.contains("<code>http://127.0.0.1:8080/herbarium/v1</code>"), "{text}");
        assert!(text.contains("<a href=\"/docs/herbarium\">"), "{text}");
        assert!(text.contains("<a href=\"/__admin/routes\">"), "{text}");
        assert!(text.contains("<code>/__admin/sessions/{name}</code>"), "{text}");
        assert!(!text.contains("{{"), "{text}");
    }
}

#[test]
fn the_head_of_a_page_tells_its_length() {
    let visitor = Visitor::new();

    for path in ["/docs/herbarium", "/__admin/routes"] {
        let page = visitor.send(Method::GET, path, &BROWSER, "");
        let head = visitor.send(Method::HEAD, path, &BROWSER, "");

        let length = page.body.len().to_string();
        assert_eq!((head.status(), head.header("content-length")), (200, Some(&*length)), "{path}");
        assert_eq!(head.body.len(), 0, "{path}");
    }
}

#[test]
fn pages_load_nothing_from_elsewhere() {
    let visitor = Visitor::new();

    for path in ["/", "/docs/herbarium"] {
        let page = visitor.send(Method::GET, path, &BROWSER, "");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("http") && !policy.contains("unsafe-eval"), "{policy}");

        for attribute in ["src=\"", "stylesheet\" href=\""] {
            for rest in page.text().split(attribute).skip(1) {
                let asset = rest.split('"').next().unwrap();
                let answer = visitor.get(asset);
                assert_eq!(answer.status(), 200, "{asset}");
                assert_eq!(answer.header("cache-control"), Some("public, max-age=3600"), "{asset}");
                assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{asset}");
            }
        }
    }
}

#[test]
fn the_reference_names_its_document() {
    let page = Visitor::new().get("/docs/herbarium");

    assert_eq!((page.status(), page.content_type()), (200, "text/html; charset=utf-8"));
    assert!(page.text().contains("spec-url=\"/openapi/herbarium.json\""), "{}", page.text());
    assert!(page.text().contains("<title>Herbarium &lt;A &amp; B&gt;"), "{}", page.text());
}

#[test]
fn assets_say_what_they_are() {
    let visitor = Visitor::new();
    let media_type = |path: &str| visitor.get(path).content_type().to_owned();

    assert_eq!(media_type("/docs/assets/rapidoc-min.js"), "text/javascript; charset=utf-8");
    assert_eq!(media_type("/docs/assets/viewer.css"), "text/css; charset=utf-8");
    assert_eq!(media_type("/docs/assets/LICENSE.txt"), "text/plain; charset=utf-8");
    assert_eq!(media_type("/assets/start.css"), "text/css; charset=utf-8");
    for path in ["/assets/nothing.css", "/docs/assets/viewer.html", "/docs/assets/..%2Fx.js"] {
        let missing = visitor.get(path);
        assert_eq!((missing.status(), missing.content_type()), (404, "application/problem+json"));
    }
}

#[test]
fn the_document_describes_every_path_of_the_api() {
    let visitor = Visitor::new();

    let document = visitor.get("/openapi/herbarium.json").json();

    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"][0]["url"], "/herbarium");
    assert_eq!(document["paths"]["/v1/sheet"]["post"]["operationId"], "sheet.create");
    assert_eq!(document["paths"].as_object().unwrap().len(), 10);
}

#[test]
fn documents_of_unknown_apis_are_not_found() {
    let visitor = Visitor::new();

    insta::assert_snapshot!(visitor.get("/docs/nothing").whole(), @r#"
    404 application/problem+json
    {"type":"about:blank","title":"Not found","status":404,"detail":"There is no API \"nothing\"."}
    "#);
    assert_eq!(visitor.get("/openapi/nothing.json").status(), 404);
    assert_eq!(visitor.get("/openapi/herbarium").status(), 404);
}
