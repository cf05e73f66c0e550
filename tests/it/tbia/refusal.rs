//! What TBIA refuses, word for word.

use http::Method;
use insta::assert_snapshot;
use rstest::rstest;

use super::OCCURRENCE;
use crate::support::{Answer, Client};

const CHINESE: &str = "您要求的網址不存在或有錯誤，若有疑問請聯絡我們，謝謝。";
const ENGLISH: &str =
    "We can't find the page you are looking for. If you have any questions, please contact us.";

fn get(query: &str) -> Answer {
    Client::tbia().get(&format!("{OCCURRENCE}?{query}"))
}

fn assert_page(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status(), answer.content_type()), (status, "text/html; charset=utf-8"));
    assert!(answer.text().starts_with("<!DOCTYPE html>"), "{}", answer.text());
    assert!(answer.text().contains(text), "{}", answer.text());
}

#[test]
fn a_parameter_that_does_not_fit_is_refused_with_status_200() {
    assert_snapshot!(get("eventDate=2021").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid date format"}}
    "#);
    assert_snapshot!(get("polygon=POINT(1 2)").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid polygon format"}}
    "#);
    assert_snapshot!(get("circle=121,23").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid circle format"}}
    "#);
    assert_snapshot!(get("boundedBy=121,23,122,24").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid boundedBy format"}}
    "#);
    assert_snapshot!(get("isCollection=True").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid isCollection value"}}
    "#);
    assert_snapshot!(get("apikey={yourAPIkey}").whole(), @r#"
    200 application/json
    {"status": {"code": 400, "message": "Invalid API key"}}
    "#);
}

#[rstest]
#[case("eventDate=2021-10")]
#[case("eventDate=20211021")]
#[case("eventDate=2021/10/21")]
#[case("eventDate=2021-02-30")]
#[case("eventDate=%202021-10-21")]
#[case("eventDate=2021-10-21T00:00:00")]
#[case("eventDate=2021-10-21&eventDate=x")]
#[case("created=2023")]
#[case("created=2023-05-09,")]
#[case("created=,2023-05-09")]
#[case("created=2023-05-09, 2023-05-10")]
#[case("modified=2023-05-09,x")]
fn bad_dates_are_refused(#[case] query: &str) {
    assert!(get(query).text().contains("\"Invalid date format\""), "{query}");
}

#[rstest]
#[case("isCollection=1")]
#[case("isCollection=yes")]
#[case("isCollection=Y")]
#[case("isCollection=true&isCollection=TRUE")]
fn only_lower_case_booleans_say_what_a_collection_is(#[case] query: &str) {
    assert!(get(query).text().contains("\"Invalid isCollection value\""), "{query}");
}

#[rstest]
#[case("polygon=POLYGON((121 23,122 23,122 24,121 23)")]
#[case("polygon=POLYGON((121 23,122 23,122 24))")]
#[case("polygon=SRID=4326;POLYGON((121 23,122 23,122 24,121 23))")]
#[case("polygon=LINESTRING(121 23,122 23)")]
#[case("polygon=POLYGON((a b,c d,e f,a b))")]
#[case("polygon=POLYGON((121 23,122 23,122 24,121 23))&polygon=x")]
fn bad_polygons_are_refused(#[case] query: &str) {
    assert!(get(query).text().contains("\"Invalid polygon format\""), "{query}");
}

#[test]
fn the_first_failure_in_the_order_of_checks_is_told() {
    let order = [
        ("eventDate=x", "Invalid date format"),
        ("polygon=x", "Invalid polygon format"),
        ("circle=x", "Invalid circle format"),
        ("boundedBy=x", "Invalid boundedBy format"),
        ("isCollection=x", "Invalid isCollection value"),
        ("apikey=x", "Invalid API key"),
    ];

    for first in 0..order.len() {
        // What is checked later stands earlier in the query.
        let query: Vec<&str> = order[first..].iter().rev().map(|(query, _)| *query).collect();
        let answer = get(&query.join("&"));
        assert!(answer.text().contains(order[first].1), "{query:?}: {}", answer.text());
    }
    assert!(get("cursor=xyz&limit=-1&apikey=x").text().contains("Invalid API key"));
}

#[rstest]
#[case("cursor=xyz")]
#[case("cursor=")]
#[case("cursor=AoE4NjU0MGQzNTgxOGFhZDAwMDI4ZWNkYTk")]
#[case("limit=-1")]
#[case("circle=121.488,22.661,-10")]
fn what_only_the_index_refuses_breaks_the_page(#[case] query: &str) {
    assert_page(&get(query), 500, CHINESE);
}

#[rstest]
#[case("/api/v1/occurrence/")]
#[case("/api/v1/occurrences")]
#[case("/api/v2/occurrence")]
#[case("/api/")]
#[case("/api/v1/%FF")]
#[case("/fr/api/v1/occurrence")]
fn unknown_paths_get_a_page(#[case] path: &str) {
    assert_page(&Client::tbia().get(path), 404, CHINESE);
}

#[test]
fn pages_speak_the_language_of_the_prefix_or_of_the_client() {
    let tbia = Client::tbia();
    let english = tbia.with_header("accept-language", "en-GB,en;q=0.9");

    assert_page(&english.get("/api/x"), 404, ENGLISH);
    assert_eq!(english.get("/api/x").header("content-language"), Some("en-us"));
    assert_page(&tbia.get("/en-us/api/x"), 404, ENGLISH);
    assert_page(&english.get("/zh-hant/api/x"), 404, CHINESE);
    assert_page(&english.get("/api/v1/occurrence?cursor=xyz"), 500, ENGLISH);
    assert_eq!(tbia.get("/api/x").header("content-language"), Some("zh-hant"));
}

#[rstest]
#[case(Method::POST)]
#[case(Method::PUT)]
#[case(Method::PATCH)]
#[case(Method::DELETE)]
fn unsafe_methods_are_stopped_by_the_framework(#[case] method: Method) {
    let answer = Client::tbia().send(method, OCCURRENCE, &[], "");

    assert_page(&answer, 403, "Forbidden (403)");
    assert!(answer.text().contains("CSRF verification failed. Request aborted."));
}

#[rstest]
#[case("name=%00")]
#[case("name=%FF%FE")]
#[case("name=%")]
#[case("name='; DROP TABLE tbia_occurrence")]
#[case("name=\" OR \"\"=\"")]
#[case("name=\\")]
#[case("rightsHolder=GBIF%00")]
#[case("taxonID=t0052516%00")]
#[case("county=%E8%87%BA%E4%B8%AD%E5%B8%82%27%20OR%201=1")]
#[case("locality=,,,")]
fn odd_texts_match_nothing_and_break_nothing(#[case] query: &str) {
    let answer = get(query);

    assert_eq!((answer.status(), answer.content_type()), (200, "application/json"));
    assert_eq!(answer.json()["meta"]["total"], 0, "{query}");
}

#[test]
fn as_long_a_query_as_a_request_may_have_is_answered() {
    let taxa = "&taxonID=t0052516".repeat(3_600);
    let names = (0..7_000).map(|number| format!("&n{number}=1")).collect::<Vec<_>>().concat();
    let dates = "&eventDate=2021-10-21".repeat(2_900);
    let boxes = "&boundedBy=122,24,121,23".repeat(2_600);
    let circles = "&circle=121.488,22.661,10".repeat(2_400);
    let polygons = "&polygon=POLYGON((121%2023,122%2023,122%2024,121%2023))".repeat(1_100);
    let long = format!("&name={}", "x".repeat(60_000));

    for query in [taxa, names, dates, boxes, circles, polygons, long] {
        let answer = get(&format!("limit=1{query}"));
        assert_eq!((answer.status(), answer.content_type()), (200, "application/json"));
    }
}

#[test]
fn more_positions_than_the_index_takes_break_the_page() {
    let polygon = format!("&polygon=POLYGON(({}1+1))", "1+1,".repeat(6_000));

    assert_eq!(get(&polygon).json()["meta"]["total"], 0);
    assert_page(&get(&polygon.repeat(2)), 500, CHINESE);
}
