//! Faults in the data of each service.

use serde_json::{Value, json};

use super::enact;
use crate::support::Client;

/// A client of a service whose records have these faults.
fn client_of(api: &str, faults: &Value) -> Client {
    let client = Client::of(api);
    enact(&client, &json!([{ "match": { "api": api }, "effect": { "records": faults } }]));
    client
}

const OCCURRENCES: &str = "/api/v1/occurrence?limit=30";

fn records(answer: &Value) -> &[Value] {
    let list = answer.get("data").or(answer.get("results")).or(answer.get("features"));
    list.and_then(Value::as_array).unwrap()
}

#[test]
fn tbia_lacks_fields_and_has_empty_ones() {
    let faults = json!({ "drop_fields": ["scientificName"], "null_fields": ["eventDate"] });

    let page = client_of("tbia", &faults).get(OCCURRENCES).json();

    let sound = Client::tbia().get(OCCURRENCES).json();
    assert_eq!(page["meta"], sound["meta"]);
    for (record, sound) in records(&page).iter().zip(records(&sound)) {
        assert_eq!(record["id"], sound["id"]);
        assert_eq!(record.get("scientificName"), None);
        assert_eq!(record.get("eventDate"), Some(&Value::Null));
        assert_eq!(record["locality"], sound["locality"]);
    }
}

#[test]
fn tbia_swaps_and_stringifies_coordinates_in_its_own_style() {
    let faults = json!({ "swap_coordinates": true, "string_numbers": true });

    let answer = client_of("tbia", &faults).get(OCCURRENCES);

    assert!(answer.text().starts_with("{\"status\": {\"code\": 200, "), "blanks stay");
    let page = answer.json();
    let swapped: Vec<&Value> =
        records(&page).iter().filter(|record| record["standardLatitude"].is_string()).collect();
    assert!(!swapped.is_empty());
    for record in swapped {
        let latitude: f64 = record["standardLatitude"].as_str().unwrap().parse().unwrap();
        assert!(latitude > 90.0, "{latitude} is a longitude of Taiwan");
    }
    assert!(page["meta"]["total"].is_number());
}

#[test]
fn tbia_garbles_chinese_and_leaves_english_alone() {
    let page = client_of("tbia", &json!({ "mojibake": true })).get(OCCURRENCES).json();

    let sound = Client::tbia().get(OCCURRENCES).json();
    let mut garbled = 0;
    for (record, sound) in records(&page).iter().zip(records(&sound)) {
        let (Some(text), Some(sound)) = (record["county"].as_str(), sound["county"].as_str())
        else {
            continue;
        };
        assert_ne!(text, sound);
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        assert_eq!(String::from_utf8(bytes).unwrap(), sound);
        garbled += 1;
    }
    assert!(garbled > 0);
    assert_eq!(page["data"][0]["id"], sound["data"][0]["id"]);
}

#[test]
fn pages_are_longer_or_shorter_than_they_say() {
    let longer = client_of("gbif", &json!({ "duplicate": 3 })).get("/v1/dataset?limit=10").json();
    let shorter = client_of("mo", &json!({ "omit": 2 })).get("/api2/names?detail=low").json();

    assert_eq!((records(&longer).len(), &longer["limit"]), (13, &json!(10)));
    let sound = Client::of("mo").get("/api2/names?detail=low").json();
    assert_eq!(records(&shorter).len(), records(&sound).len() - 2);
    assert_eq!(shorter["number_of_records"], sound["number_of_records"]);
}

#[test]
fn mushroom_observers_ids_become_texts_in_both_forms() {
    let mo = client_of("mo", &json!({ "string_numbers": true }));

    let ids = mo.get("/api2/observations").json();
    let xml = mo.get("/api2/locations.xml?detail=high");

    assert_eq!(ids["results"][0], "1");
    assert!(xml.text().contains("<number_of_records type=\"integer\">"));
    let (_, results) = xml.text().split_once("<results").unwrap();
    let (results, _) = results.split_once("</results>").unwrap();
    assert!(results.contains("type=\"string\""));
    assert!(!results.contains("type=\"float\""));
}

#[test]
fn mushroom_observers_places_are_turned_around_in_json_xml_and_dumps() {
    let mo = client_of("mo", &json!({ "swap_coordinates": true }));
    let sound = Client::of("mo");
    let path = "/api2/observations?id=1,2,3,4,5,6,7,8,9&detail=high";

    let (turned, straight) = (mo.get(path).json(), sound.get(path).json());
    for (turned, straight) in records(&turned).iter().zip(records(&straight)) {
        assert_eq!(turned["latitude"], straight["longitude"]);
        let (turned, straight) = (&turned["location"], &straight["location"]);
        assert_eq!(turned["latitude_north"], straight["longitude_east"]);
        assert_eq!(turned["longitude_west"], straight["latitude_south"]);
    }

    let xml = |client: &Client| client.get("/api2/locations.xml?id=1&detail=high");
    let number = |text: &str, name: &str| {
        let (_, rest) = text.split_once(&format!("<{name} ")).unwrap();
        let (_, rest) = rest.split_once('>').unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    let (turned, straight) = (xml(&mo), xml(&sound));
    assert_eq!(number(turned.text(), "latitude_north"), number(straight.text(), "longitude_east"));
    assert!(turned.text().contains("units=\"degrees north\""));

    let first = |client: &Client| {
        let dump = client.get("/locations.csv");
        dump.text().lines().nth(1).unwrap().split('\t').map(str::to_owned).collect::<Vec<_>>()
    };
    let (turned, straight) = (first(&mo), first(&sound));
    assert_eq!(
        turned[2..6],
        [&straight[4], &straight[5], &straight[2], &straight[3]].map(String::clone)
    );
}

#[test]
fn a_refusal_of_mushroom_observers_has_no_records_to_spoil() {
    let mo = client_of("mo", &json!({ "mojibake": true, "omit": 1, "string_numbers": true }));
    let path = "/api2/observations?user=nobody&help=é";

    let answer = mo.get(path).json();

    assert_eq!(answer["errors"], Client::of("mo").get(path).json()["errors"]);
    assert!(answer["version"].is_number());
}

#[test]
fn gbif_lacks_nested_fields_in_lists_and_alone() {
    let gbif = client_of("gbif", &json!({ "drop_fields": ["contacts/email", "title"] }));

    let list = gbif.get("/v1/organization?limit=20").json();
    let key = list["results"][0]["key"].as_str().unwrap();
    let alone = gbif.get(&format!("/v1/organization/{key}")).json();

    for organization in records(&list).iter().chain([&alone]) {
        assert_eq!(organization.get("title"), None);
        for contact in organization["contacts"].as_array().unwrap() {
            assert_eq!(contact.get("email"), None);
            assert!(contact.get("key").is_some());
        }
    }
}

#[test]
fn gbif_turns_features_and_boxes_around() {
    let gbif = client_of("gbif", &json!({ "swap_coordinates": true }));
    let sound = Client::of("gbif");
    let path = "/v1/grscicoll/institution/geojson";

    let (turned, straight) = (gbif.get(path).json(), sound.get(path).json());
    for (turned, straight) in records(&turned).iter().zip(records(&straight)) {
        let (turned, straight) =
            (&turned["geometry"]["coordinates"], &straight["geometry"]["coordinates"]);
        assert_eq!((&turned[0], &turned[1]), (&straight[1], &straight[0]));
    }
}

#[test]
fn exports_lose_columns_and_rows() {
    let faults = json!({ "drop_fields": ["country"], "null_fields": ["code"], "omit": 5 });
    let path = "/v1/grscicoll/institution/export?format=CSV";

    let spoilt = client_of("gbif", &faults).get(path);

    let sound = Client::of("gbif").get(path);
    let lines = |text: &str| text.matches("\r\n").count();
    assert_eq!(lines(spoilt.text()), lines(sound.text()) - 5);
    assert!(spoilt.text().starts_with("key,code,name,description,city,"));
    let first = spoilt.text().lines().nth(1).unwrap();
    assert!(first.split_once(',').unwrap().1.starts_with(','), "{first}");
}

#[test]
fn harvested_records_lose_their_elements() {
    let faults =
        json!({ "drop_fields": ["metadata/dc/title"], "null_fields": ["header/datestamp"] });
    let path = "/v1/oai-pmh/registry?verb=ListRecords&metadataPrefix=oai_dc";

    let spoilt = client_of("gbif", &faults).get(path);

    let sound = Client::of("gbif").get(path);
    let count = |text: &str, tag: &str| text.matches(tag).count();
    assert_eq!(count(sound.text(), "<dc:title>"), 100);
    assert_eq!(count(spoilt.text(), "<dc:title>"), 0);
    assert_eq!(count(spoilt.text(), "<datestamp/>"), 100);
    assert_eq!(count(spoilt.text(), "<record>"), 100);
    assert!(spoilt.text().contains("<resumptionToken cursor=\"1\">"));
}

#[test]
fn metadata_documents_are_records_themselves() {
    let gbif = client_of("gbif", &json!({ "drop_fields": ["dataset/title"] }));
    let key = gbif.get("/v1/dataset?limit=1").json()["results"][0]["key"].clone();

    let document = gbif.get(&format!("/v1/dataset/{}/document", key.as_str().unwrap()));

    let text = document.text();
    assert!(text.starts_with("<?xml") && text.contains("<dataset>"), "{text}");
    let (_, dataset) = text.split_once("<dataset>").unwrap();
    assert!(!dataset.trim_start().starts_with("<title"), "{dataset}");
}

#[test]
fn the_same_seed_spoils_the_same_records() {
    let spoilt = || {
        let client = Client::of("gbif");
        let control = client.control();
        let scenario = json!({
            "name": "mixed-up", "title": "Mixed up", "description": "For a test.", "seed": 11,
            "rules": [{ "effect": { "records": { "shuffle": true, "omit": 2, "duplicate": 2 } } }],
        });
        control.post("/scenarios", &scenario).expect_status(201);
        control.put("/scenarios/mixed-up/active", &json!({ "active": true })).expect_status(200);
        let first = client.get("/v1/dataset?limit=30").body;
        (first, client.get("/v1/dataset?limit=30").body)
    };

    let (first, second) = spoilt();

    assert_ne!(first, second);
    assert_eq!((first, second), spoilt());
}
