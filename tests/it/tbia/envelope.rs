//! How TBIA's answers look, byte by byte.

use http::Method;
use insta::assert_snapshot;
use serde_json::Value;

use super::{OCCURRENCE, search};
use crate::support::Client;

#[test]
fn an_empty_answer_has_all_parts_of_the_envelope() {
    let answer = Client::tbia().get("/api/v1/occurrence?taxonID=t9999999");

    assert_snapshot!(answer.whole(), @r#"
    200 application/json
    {"status": {"code": 200, "message": "Success"}, "meta": {"total": 0, "limit": 20}, "links": {"self": "http://127.0.0.1:8080/tbia/api/v1/occurrence?taxonID=t9999999&cursor=*", "next": ""}, "data": []}
    "#);
}

#[test]
fn a_single_record_has_only_fields_with_a_value() {
    let answer = Client::tbia().get("/api/v1/occurrence?id=6540d35818aad00028ecda95");

    assert_snapshot!(answer.whole(), @r#""#);
}

#[test]
fn the_text_is_ascii_on_one_line() {
    let answer = Client::tbia().get("/api/v1/occurrence?limit=1000");

    assert!(answer.body.is_ascii());
    assert!(!answer.text().contains('\n'));
    assert!(answer.text().contains(r"\u81fa"));
}

#[test]
fn records_of_a_page_have_the_same_keys_and_each_is_filled_somewhere() {
    for query in ["limit=1000", "taxonID=t0068195", "isCollection=true&limit=3", "limit=1"] {
        let page = search(query);
        let keys = |record: &Value| -> Vec<String> {
            record.as_object().unwrap().keys().cloned().collect()
        };
        let expected = keys(&page.records()[0]);
        for record in page.records() {
            assert_eq!(keys(record), expected, "{query}");
        }
        for key in &expected {
            let is_filled = page.records().iter().any(|record| !record[key].is_null());
            assert!(is_filled, "{query}: {key} is null everywhere");
        }
    }
}

#[test]
fn no_value_is_an_empty_text_and_what_clients_index_is_always_there() {
    let page = search("limit=1000");

    for record in page.records() {
        for (key, value) in record.as_object().unwrap() {
            assert_ne!(value, "", "{key}");
        }
        for key in ["id", "created", "modified", "rightsHolder", "datasetName", "license"] {
            assert!(record[key].is_string(), "{key}: {}", record[key]);
        }
        assert!(record["match_higher_taxon"].is_boolean());
    }
}

#[test]
fn values_have_the_types_of_their_fields() {
    let page = search("limit=1000");

    let numbers = ["standardLatitude", "standardLongitude", "standardOrganismQuantity"];
    let flags = ["dataGeneralizations", "match_higher_taxon"];
    let days = ["created", "modified", "standardDate", "sourceCreated", "sourceModified"];
    for record in page.records() {
        for (key, value) in record.as_object().unwrap() {
            let key = key.as_str();
            let fits = value.is_null()
                || if numbers.contains(&key) {
                    value.is_f64()
                } else if flags.contains(&key) {
                    value.is_boolean()
                } else {
                    value.is_string()
                };
            assert!(fits, "{key}: {value}");
            if days.contains(&key)
                && let Some(day) = value.as_str()
            {
                assert!(day.parse::<jiff::civil::Date>().is_ok() && day.len() == 10, "{day}");
            }
        }
    }
}

#[test]
fn head_is_get_without_a_body() {
    let answer = Client::tbia().send(Method::HEAD, OCCURRENCE, &[], "");

    assert_eq!((answer.status(), answer.content_type()), (200, "application/json"));
    assert!(answer.body.is_empty());
}

#[test]
fn options_gets_an_empty_object() {
    let answer = Client::tbia().send(Method::OPTIONS, OCCURRENCE, &[], "");

    assert_snapshot!(answer.whole(), @r#"
    200 application/json
    {}
    "#);
}

#[test]
fn answers_carry_the_usual_headers_and_let_every_origin_in() {
    let answer = Client::tbia().get("/api/v1/occurrence?limit=1");

    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("vary", "Accept-Language, origin"),
        ("content-language", "zh-hant"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    assert!(answer.header("content-security-policy").is_some());
}

#[test]
fn accept_does_not_matter() {
    let answer =
        Client::tbia().with_header("accept", "text/html").get("/api/v1/occurrence?limit=1");

    assert_eq!(answer.content_type(), "application/json");
}

#[test]
fn the_language_prefixes_give_the_same_answer() {
    let tbia = Client::tbia();
    let plain = tbia.get("/api/v1/occurrence?limit=2");

    for prefix in ["/en-us", "/zh-hant"] {
        assert_eq!(tbia.get(&format!("{prefix}/api/v1/occurrence?limit=2")).body, plain.body);
    }
}

#[test]
fn the_real_host_needs_no_prefix() {
    let client = Client::of_emulator(Client::tbia().emulator().clone(), "");
    let answer = client.with_header("host", "tbiadata.tw").get("/api/v1/occurrence?limit=1");

    let this = answer.json()["links"]["self"].clone();
    assert_eq!(this, "http://tbiadata.tw/api/v1/occurrence?limit=1&cursor=*");
}
