//! The map and the taxa of a region.

use std::collections::HashSet;

use rstest::rstest;
use serde_json::Value;

use super::{search, total};
use crate::support::Client;

#[track_caller]
fn map(query: &str) -> Value {
    Client::tbia().get(&format!("/api/v1/map?{query}")).json()
}

fn counted(map: &Value) -> i64 {
    let features = map["data"]["features"].as_array().unwrap();
    features.iter().map(|feature| feature["properties"]["counts"].as_i64().unwrap()).sum()
}

#[test]
fn the_cells_of_a_map_hold_all_records_of_its_box() {
    let one = map("boundedBy=122,24,121,23&grid=100");

    assert_eq!(one["status"], serde_json::json!({"code": 200, "message": "Success"}));
    assert!(one.get("meta").is_none() && one.get("links").is_none());
    assert_eq!(counted(&one), total("boundedBy=122,24,121,23"));
    for grid in [1, 5, 10] {
        assert_eq!(counted(&map(&format!("boundedBy=122,24,121,23&grid={grid}"))), counted(&one));
    }
}

#[test]
fn a_cell_is_a_closed_square_named_by_its_place_in_the_grid() {
    let map = map("boundedBy=121.6,22.7,121.4,22.6&grid=10");

    let feature = &map["data"]["features"][0];
    assert_eq!(map["data"]["type"], "FeatureCollection");
    assert_eq!(feature["type"], "Feature");
    assert_eq!(feature["geometry"]["type"], "Polygon");
    let ring = feature["geometry"]["coordinates"][0].as_array().unwrap();
    assert_eq!(ring.len(), 5);
    assert_eq!(ring[0], ring[4]);
    assert_eq!(feature["properties"]["current_grid_level"], "grid_10");
    let (x, y) = feature["properties"]["current_grid"].as_str().unwrap().split_once('_').unwrap();
    let x: f64 = x.parse().unwrap();
    let y: f64 = y.parse().unwrap();
    assert_eq!(
        ring[0],
        serde_json::json!([(x * 10.0 - 18_000.0) / 100.0, (y * 10.0 - 9_000.0) / 100.0])
    );
}

#[test]
fn an_empty_map_is_an_empty_object() {
    let answer = Client::tbia().get("/api/v1/map?boundedBy=10.5,10.5,10.1,10.1");

    assert_eq!(answer.text(), r#"{"status": {"code": 200, "message": "Success"}, "data": {}}"#);
}

#[rstest]
#[case("boundedBy=122,24,121,23&year=20x&grid=7", "Invalid year format")]
#[case("grid=7", "Invalid grid value")]
#[case("grid=10", "Parameter boundedBy is required")]
#[case("boundedBy=", "Parameter boundedBy is required")]
#[case("boundedBy=121,23,122,24", "Invalid boundedBy format")]
#[case("boundedBy=122,24,120,23", "Invalid boundedBy value according to grid size")]
#[case("boundedBy=132,24,121,23&grid=5", "Invalid boundedBy value according to grid size")]
#[case("boundedBy=142,24,121,23&grid=10", "Invalid boundedBy value according to grid size")]
#[case("boundedBy=162,24,121,23&grid=100", "Invalid boundedBy value according to grid size")]
fn what_is_wrong_with_a_map_is_told_in_order(#[case] query: &str, #[case] message: &str) {
    let answer = Client::tbia().get(&format!("/api/v1/map?{query}"));

    let expected = format!(r#"{{"status": {{"code": 400, "message": "{message}"}}}}"#);
    assert_eq!((answer.status(), answer.text()), (200, expected.as_str()));
}

#[test]
fn a_map_is_narrowed_by_taxa_groups_years_and_counties() {
    let area = "boundedBy=124,26,119,21.1&grid=10";
    let found = |filter: &str| counted(&map(&format!("{area}&{filter}")));
    let all = counted(&map(area));

    assert!(found("taxonID=t0052516") < all);
    assert_eq!(found("bioGroup=鳥類"), found("bioGroup=Birds"));
    assert_eq!(found("year=2010,2015") + found("year=2016"), found("year=2010"));
    assert_eq!(
        found("year=2010,2015"),
        total("boundedBy=124,26,119,21.1&eventDate=2010-01-01,2015-12-31")
    );
    assert!(found("county=彰化縣&municipality=芳苑鄉") < found("county=彰化縣") + 1);
}

#[track_caller]
fn region(query: &str) -> HashSet<String> {
    let answer = Client::tbia().get(&format!("/get_taxon_by_region?{query}")).json();
    answer.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_region_has_the_species_recorded_there_with_their_families() {
    let taxa = region("county=彰化縣&municipality=芳苑鄉");

    assert!(taxa.contains("t0052516") && taxa.contains("t0002476"), "{taxa:?}");
    let recorded = search("county=彰化縣&municipality=芳苑鄉&limit=1000");
    for record in recorded.records() {
        if record["genus"].is_string() && record["taxonRank"] != "genus" {
            assert!(taxa.contains(record["taxonID"].as_str().unwrap()));
        }
    }
    assert!(taxa.len() < region("").len());
}

#[test]
fn regions_are_narrowed_by_group_and_by_what_is_only_grown() {
    let birds = region("county=臺東縣&bioGroup=Birds");
    let wild = region("county=臺東縣&exclude_cultured=yes");
    let all = region("county=臺東縣&only_in_taiwan=no");

    assert!(birds.is_subset(&all) && birds.contains("t0009105"));
    assert!(all.contains("t0040111") && !wild.contains("t0040111"));
    assert!(region("county=臺東縣&only_in_taiwan=yes").is_subset(&all));
    assert_eq!(region("county=嘉義"), HashSet::new());
}
