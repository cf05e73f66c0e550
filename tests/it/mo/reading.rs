//! Reading records: envelope, levels of detail, pages, formats.

use rstest::rstest;
use serde_json::Value;

use super::{error, ids, results};
use crate::support::Client;

const TABLES: [&str; 18] = [
    "collection_numbers",
    "comments",
    "external_links",
    "external_sites",
    "field_slips",
    "herbaria",
    "herbarium_records",
    "images",
    "location_descriptions",
    "locations",
    "name_descriptions",
    "names",
    "observations",
    "occurrences",
    "projects",
    "sequences",
    "species_lists",
    "users",
];

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_envelope_has_its_keys_in_order() {
    let answer = Client::of("mo").get("/api2/observations?id=1");

    let body = answer.json();
    let expected = [
        "version",
        "run_date",
        "query",
        "number_of_records",
        "number_of_pages",
        "page_number",
        "results",
        "run_time",
    ];
    assert_eq!(keys(&body), expected);
    assert!(answer.text().starts_with("{\"version\":2.0,"));
    assert_eq!(
        body["query"],
        "SELECT `observations`.`id` FROM `observations` WHERE `observations`.`id` = 1 \
         ORDER BY `observations`.`id` ASC"
    );
    let run_date = body["run_date"].as_str().unwrap();
    assert_eq!((run_date.len(), &run_date[10..11], &run_date[23..]), (24, "T", "Z"));
}

#[test]
fn the_version_asked_for_is_said_and_changes_nothing() {
    let mo = Client::of("mo");

    assert_eq!(mo.get("/api2/users?version=3.5&id=1").json()["version"], 3.5);
    let xml = mo.get("/api2/users.xml?version=2.1&id=1");
    assert!(
        xml.text().contains("<version type=\"string\" content_type=\"text/plain\">2.1</version>")
    );
}

#[test]
fn every_table_shows_its_records_at_every_level() {
    let mo = Client::of("mo");
    for table in TABLES {
        let all = ids(&mo.get(&format!("/api2/{table}")));
        assert!(all.is_sorted() && !all.is_empty(), "{table}");
        for detail in ["low", "high"] {
            let shown = results(&mo.get(&format!("/api2/{table}?detail={detail}")));
            assert_eq!(keys(&shown[0])[..2], ["id", "type"], "{table}");
            let shown: Vec<i64> =
                shown.iter().map(|record| record["id"].as_i64().unwrap()).collect();
            assert_eq!(shown, all[..shown.len()], "{table} {detail}");
        }
    }
}

#[test]
fn pages_join_up_and_what_lies_behind_the_last_is_empty() {
    let mo = Client::of("mo");
    let all = ids(&mo.get("/api2/observations"));

    let mut joined = Vec::new();
    for page in 1..=13 {
        let body = mo.get(&format!("/api2/observations?detail=high&page={page}")).json();
        assert_eq!((&body["number_of_pages"], &body["page_number"]), (&13.into(), &page.into()));
        joined
            .extend(body["results"].as_array().unwrap().iter().map(|r| r["id"].as_i64().unwrap()));
    }

    assert_eq!(joined, all);
    let behind = mo.get("/api2/observations?detail=low&page=3").json();
    assert_eq!(
        (&behind["results"], &behind["number_of_pages"]),
        (&Value::Array(vec![]), &2.into())
    );
    let before = mo.get("/api2/observations?detail=low&page=-4").json();
    assert_eq!((&before["page_number"], &before["results"][0]["id"]), (&(-4).into(), &1.into()));
}

#[rstest]
#[case("comments", 700, 1)]
#[case("images", 1000, 26)]
#[case("name_descriptions", 66, 1)]
fn tables_have_pages_by_weight(#[case] table: &str, #[case] low: usize, #[case] high_pages: usize) {
    let mo = Client::of("mo");

    assert_eq!(results(&mo.get(&format!("/api2/{table}?detail=low"))).len(), low);
    let high = mo.get(&format!("/api2/{table}?detail=HIGH")).json();
    assert_eq!(high["number_of_pages"], high_pages);
}

#[test]
fn ids_come_in_order_and_once_whatever_was_asked() {
    let mo = Client::of("mo");

    assert_eq!(ids(&mo.get("/api2/observations?id=5,3,9,3")), [3, 5, 9]);
    assert_eq!(ids(&mo.get("/api2/observations/7")), [7]);
    assert_eq!(ids(&mo.get("/api2/observations/7.json")), [7]);
    assert_eq!(ids(&mo.get("/api2/observations?id=1298-1310")), [1298, 1299, 1300]);
    assert_eq!(ids(&mo.get("/api2/observations?id=")).len(), 1300);
    assert_eq!(
        error(&mo.get("/api2/observations?id=5,4711,4712")),
        "API2::ObjectNotFoundByID Observation #4711 does not exist, or someone has deleted it."
    );
}

#[test]
fn paths_that_are_none_get_a_page() {
    let mo = Client::of("mo");

    for path in ["/api2/licenses", "/api2/observations/x", "/api/observations", "/api2/foo/bar/1"] {
        let answer = mo.get(path);
        assert_eq!(
            (answer.status(), answer.content_type()),
            (404, "text/html; charset=utf-8"),
            "{path}"
        );
    }
    assert_eq!(mo.get("/api2/foo.json").text(), r#"{"status":404,"error":"Not Found"}"#);
    assert_eq!(mo.get("/api2/foo.xml").content_type(), "application/xml; charset=utf-8");
    assert_eq!(mo.send(http::Method::PUT, "/api2/names", &[], "").status(), 404);
    assert_eq!(mo.send(http::Method::PATCH, "/api2/names/1", &[], "").status(), 404);
}

#[test]
fn the_root_is_no_table() {
    let answer = Client::of("mo").get("/api2");

    assert_eq!(answer.status(), 400);
    let body = answer.any_json();
    assert_eq!(body["errors"][0]["code"], "API2::BadAction");
    assert_eq!(body["errors"][0]["details"], "Invalid request type \"index\".");
}

#[rstest]
#[case("", None, "application/json; charset=utf-8")]
#[case("", Some("*/*"), "application/json; charset=utf-8")]
#[case(
    "",
    Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    "application/json; charset=utf-8"
)]
#[case("", Some("application/xml"), "application/xml; charset=utf-8")]
#[case("", Some("text/xml"), "application/xml; charset=utf-8")]
#[case(".xml", Some("application/json"), "application/xml; charset=utf-8")]
#[case("?format=xml", Some("application/json"), "application/xml; charset=utf-8")]
#[case(".xml?format=json", None, "application/json; charset=utf-8")]
fn the_format_is_chosen(#[case] path: &str, #[case] accept: Option<&str>, #[case] expected: &str) {
    let mo = Client::of("mo");
    let mo = accept.map_or_else(|| mo.with_header("x-none", ""), |a| mo.with_header("accept", a));

    assert_eq!(mo.get(&format!("/api2/external_sites{path}")).content_type(), expected);
}

#[test]
fn unknown_formats_are_not_acceptable() {
    let answer = Client::of("mo").get("/api2/users?format=yaml");

    assert_eq!((answer.status(), answer.text()), (406, ""));
}

#[test]
fn only_reading_is_open_to_other_origins() {
    let mo = Client::of("mo");

    let get = mo.get("/api2/users?id=1");
    assert_eq!(get.header("access-control-allow-origin"), Some("*"));
    assert_eq!(get.header("access-control-allow-methods"), Some("GET"));
    assert_eq!(
        get.header("access-control-allow-headers"),
        Some("Origin, X-Requested-With, Content-Type, Accept")
    );
    let post = mo.send(http::Method::POST, "/api2/users", &[], "");
    assert_eq!(post.header("access-control-allow-origin"), None);
    let preflight = mo.send(
        http::Method::OPTIONS,
        "/api2/users",
        &[("origin", "http://a.test"), ("access-control-request-method", "GET")],
        "",
    );
    assert_eq!(preflight.status(), 404);
}

#[test]
fn hidden_coordinates_are_null_and_missing_in_xml() {
    let mo = Client::of("mo");
    let hidden = results(&mo.get("/api2/observations?detail=low"))
        .into_iter()
        .find(|observation| observation["gps_hidden"] == true)
        .unwrap();

    assert!(hidden.as_object().unwrap().contains_key("latitude"));
    assert_eq!((&hidden["latitude"], &hidden["longitude"]), (&Value::Null, &Value::Null));
    let xml = mo.get(&format!("/api2/observations/{}?detail=low&format=xml", hidden["id"]));
    assert!(!xml.text().contains("<latitude"), "{}", xml.text());
}

#[test]
fn high_detail_nests_what_low_detail_names() {
    let mo = Client::of("mo");
    let low = &results(&mo.get("/api2/observations/1?detail=low"))[0];
    let high = &results(&mo.get("/api2/observations/1?detail=high"))[0];

    assert_eq!(low["owner_id"], high["owner"]["id"]);
    assert_eq!(low["consensus_id"], high["consensus"]["id"]);
    assert_eq!(low["consensus_name"], high["consensus"]["name"]);
    assert_eq!(low["primary_image_id"], high["primary_image"]["id"]);
    assert_eq!(low["location_id"], high["location"]["id"]);
    assert_eq!(low["confidence"], high["namings"][0]["confidence"]);
    assert_eq!(high["owner"]["login_name"], "mycophile7");
    assert!(high.get("owner_id").is_none() && low.get("owner").is_none());
}

#[test]
fn an_image_lists_seven_files_in_the_promised_order() {
    let mo = Client::of("mo");
    let png = results(&mo.get("/api2/images?content_type=png&detail=high"))[0].clone();
    let id = &png["id"];

    let files: Vec<String> = png["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file.as_str().unwrap().split('?').next().unwrap().to_owned())
        .collect();

    let site = "http://127.0.0.1:8080/mo/images";
    let expected = ["thumb", "320", "640", "960", "1280", "orig"]
        .map(|folder| format!("{site}/{folder}/{id}.jpg"));
    assert_eq!(files[..6], expected);
    assert_eq!(files[6], format!("{site}/orig/{id}.png"));
    assert!(files[6].starts_with(png["original_url"].as_str().unwrap().split('?').next().unwrap()));
}
