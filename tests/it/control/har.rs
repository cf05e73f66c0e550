//! The journal as an archive for browsers' tools.

use http::Method;
use serde_json::json;

use crate::support::herbarium::API_KEY;
use crate::support::visitor::Visitor;

#[test]
fn an_archive_holds_the_requests_oldest_first() {
    let visitor = Visitor::new();
    visitor.get("/herbarium/v1/sheet?taxon=Drosera%20rotundifolia&limit=1");
    visitor.add_sheet("default");

    let har = visitor.get("/__admin/requests.har").json();

    let log = &har["log"];
    assert_eq!((&log["version"], &log["creator"]["name"]), (&json!("1.2"), &json!("wardian")));
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    let first = &entries[0];
    assert_eq!(
        first["request"]["url"],
        "http://127.0.0.1:8080/herbarium/v1/sheet?taxon=Drosera%20rotundifolia&limit=1"
    );
    assert_eq!(
        first["request"]["queryString"],
        json!([{"name": "taxon", "value": "Drosera rotundifolia"}, {"name": "limit", "value": "1"}])
    );
    assert_eq!(first["response"]["status"], 200);
    assert_eq!(first["response"]["statusText"], "OK");
    assert_eq!(first["response"]["content"]["mimeType"], "application/json");
    assert!(first["response"]["content"]["text"].as_str().unwrap().contains("sheets"));
    assert_eq!(first["time"], first["timings"]["wait"]);
    let second = &entries[1];
    assert_eq!(second["request"]["postData"]["mimeType"], "application/json");
    assert_eq!(second["request"]["postData"]["text"], r#"{"taxon":"Dionaea muscipula"}"#);
    assert!(first["request"].get("postData").is_none());
}

#[test]
fn an_archive_is_narrowed_like_the_list_and_masked_like_it() {
    let visitor = Visitor::new();
    visitor.get(&format!("/herbarium/v1/sheet?api_key={API_KEY}"));
    visitor.get("/herbarium/v1/picture");
    visitor.send(Method::POST, "/herbarium/v1/spill", &[], "");

    let all = visitor.get("/__admin/requests.har");
    assert!(!all.text().contains(API_KEY));
    let reading = visitor.get("/__admin/requests.har?method=GET&path=/v1/picture").json();
    let entries = reading["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["response"]["content"]["encoding"], "base64");
}

#[test]
fn an_archive_tells_true_lengths_cookies_and_where_answers_lead() {
    let visitor = Visitor::new();
    let long = format!("taxon={}", "D".repeat(70_000));
    let form = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", "session=abc; theme=dark"),
    ];
    visitor.send(Method::POST, "/herbarium/v1/key", &form, long.clone());

    let har = visitor.get("/__admin/requests.har").json();

    let entry = &har["log"]["entries"][0];
    let request = &entry["request"];
    assert_eq!(request["bodySize"], long.len());
    assert_eq!(request["postData"]["text"].as_str().unwrap().len(), 65_536);
    assert_eq!(request["postData"]["comment"], "The journal kept the first 65536 bytes.");
    assert_eq!(
        request["cookies"],
        json!([{ "name": "session", "value": "***" }, { "name": "theme", "value": "***" }])
    );
    assert_eq!(entry["response"]["cookies"], json!([{ "name": "sheet", "value": "***" }]));
    assert_eq!(entry["response"]["redirectURL"], "");
    let content = &entry["response"]["content"];
    assert!(content["size"].as_u64().unwrap() > 70_000, "the taxon is in the answer: {content}");
}
