//! Boxes, circles and polygons, over public coordinates only.

use serde_json::Value;

use super::{ALL, every, passing_key, search, total};

fn place(record: &Value) -> (f64, f64) {
    (record["standardLatitude"].as_f64().unwrap(), record["standardLongitude"].as_f64().unwrap())
}

#[test]
fn a_box_finds_what_lies_in_it_and_only_that() {
    let inside = every("boundedBy=122,24,121,23");

    for record in &inside {
        let (latitude, longitude) = place(record);
        assert!((23.0..=24.0).contains(&latitude) && (121.0..=122.0).contains(&longitude));
    }
    let expected = ALL.iter().filter(|record| {
        record["standardLatitude"]
            .as_f64()
            .is_some_and(|latitude| (23.0..=24.0).contains(&latitude))
            && record["standardLongitude"]
                .as_f64()
                .is_some_and(|lon| (121.0..=122.0).contains(&lon))
    });
    assert_eq!(inside.len(), expected.count());
}

#[test]
fn edges_of_a_box_belong_to_it() {
    let page = search("boundedBy=122,24,121,23&limit=1");
    let (latitude, longitude) = place(&page.records()[0]);

    let point = total(&format!("boundedBy={longitude},{latitude},{longitude},{latitude}"));

    assert!(point >= 1);
}

#[test]
fn a_circle_finds_what_is_as_near_as_its_radius() {
    let near = every("circle=121.488,22.661,10");

    let expected: Vec<&Value> = ALL
        .iter()
        .filter(|record| {
            !record["standardLatitude"].is_null() && {
                let (latitude, longitude) = place(record);
                kilometres(22.661, 121.488, latitude, longitude) <= 10.0
            }
        })
        .collect();
    assert_eq!(near.len(), expected.len());
}

fn kilometres(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let (lat1, lon1) = (lat1.to_radians(), lon1.to_radians());
    let (lat2, lon2) = (lat2.to_radians(), lon2.to_radians());
    let cosine = lat1.sin() * lat2.sin() + lat1.cos() * lat2.cos() * (lon2 - lon1).cos();
    6_371.008_771_4 * cosine.clamp(-1.0, 1.0).acos()
}

#[test]
fn a_rectangle_is_the_same_as_polygon_and_as_box() {
    let polygon = "POLYGON((121 23,122 23,122 24,121 24,121 23))";

    assert_eq!(total(&format!("polygon={polygon}")), total("boundedBy=122,24,121,23"));
}

#[test]
fn polygons_have_holes_parts_and_many_spellings() {
    let whole = total("boundedBy=122,24,121,23");
    let middle = total("boundedBy=121.4321,23.8765,121.1234,23.2345");
    let outer = "(121 23,122 23,122 24,121 24,121 23)";
    let hole =
        "(121.1234 23.2345,121.4321 23.2345,121.4321 23.8765,121.1234 23.8765,121.1234 23.2345)";

    assert!(middle > 0);
    assert_eq!(total(&format!("polygon=polygon ({outer},{hole})")), whole - middle);
    assert_eq!(total(&format!("polygon=MULTIPOLYGON(({outer}))")), whole);
    assert_eq!(
        total("polygon=POLYGON((1.21e2 23 5,122 23 5,122 24 5,121 24 5,1.21e2 23 5))"),
        whole
    );
}

#[test]
fn hidden_records_are_never_found_on_the_map_even_with_a_key() {
    let key = passing_key();
    let everywhere = "boundedBy=180,90,-180,-90";

    let found = every(&format!("{everywhere}&apikey={key}"));

    assert!(found.iter().all(|record| !record["standardLatitude"].is_null()));
    let visible = ALL.iter().filter(|record| !record["standardLatitude"].is_null()).count();
    assert_eq!(found.len(), visible);
    assert_eq!(total("circle=120.8493,22.0817,1&catalogNumber=186874"), 0);
}

#[test]
fn blurred_records_are_found_where_the_public_sees_them() {
    let key = passing_key();
    let page = search(&format!("sensitiveCategory=重度&limit=1000&apikey={key}"));
    let record = page.records().iter().find(|record| {
        record["standardRawLatitude"].as_f64() != record["standardLatitude"].as_f64()
    });
    let record = record.unwrap();
    let id = record["id"].as_str().unwrap();
    let at = |latitude: &Value, longitude: &Value| {
        let point = format!("boundedBy={longitude},{latitude},{longitude},{latitude}");
        every(&format!("{point}&apikey={key}")).iter().any(|found| found["id"] == id)
    };

    assert!(at(&record["standardLatitude"], &record["standardLongitude"]));
    assert!(!at(&record["standardRawLatitude"], &record["standardRawLongitude"]));
}
