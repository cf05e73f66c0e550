//! Keys of partners, and what they open.

use std::collections::HashSet;

use serde_json::Value;

use super::{OCCURRENCE, every, passing_key, search, total};
use crate::support::Client;

const RESTRICTED: [&str; 6] = [
    "standardRawLatitude",
    "standardRawLongitude",
    "verbatimRawLatitude",
    "verbatimRawLongitude",
    "rawCounty",
    "rawMunicipality",
];

#[test]
fn a_key_opens_the_exact_place_of_the_documented_specimen() {
    let key = passing_key();

    let page = search(&format!("id=6540d35818aad00028ecda95&apikey={key}"));

    let record = &page.records()[0];
    assert_eq!(record["standardRawLatitude"], 22.0817);
    assert_eq!(record["standardRawLongitude"], 120.8493);
    assert_eq!(record["verbatimRawLatitude"], "22.0817");
    assert_eq!(record["verbatimRawLongitude"], "120.8493");
    assert_eq!(record["rawCounty"], "屏東縣");
    assert_eq!(record["rawMunicipality"], "滿州鄉");
}

#[test]
fn nothing_restricted_is_shown_without_a_key_even_after_a_request_with_one() {
    let tbia = Client::tbia();
    let key = passing_key();
    tbia.get(&format!("{OCCURRENCE}?limit=1000&apikey={key}")).json();

    for record in every("") {
        for field in RESTRICTED {
            assert!(record.get(field).is_none(), "{field}: {record}");
        }
    }
}

#[test]
fn a_key_changes_neither_the_records_nor_their_number() {
    let key = passing_key();
    let ids = |records: Vec<Value>| -> Vec<Value> {
        records.iter().map(|record| record["id"].clone()).collect()
    };

    assert_eq!(ids(every(&format!("apikey={key}"))), ids(every("")));
}

#[test]
fn unknown_expired_and_misspelt_keys_are_refused() {
    let key = passing_key();
    let upper = if key.to_uppercase() == key { key.to_lowercase() } else { key.to_uppercase() };

    for bad in ["x", "tbia-expired-demo-key", &upper, &format!("%20{key}"), &"k".repeat(5000)] {
        let answer = Client::tbia().get(&format!("{OCCURRENCE}?apikey={bad}"));
        assert_eq!(
            (answer.status(), answer.text()),
            (200, r#"{"status": {"code": 400, "message": "Invalid API key"}}"#),
            "{bad}"
        );
    }
}

#[test]
fn the_last_of_several_keys_counts_and_headers_do_not() {
    let key = passing_key();
    let refused = |query: &str| {
        Client::tbia().get(&format!("{OCCURRENCE}?{query}")).text().contains("Invalid API key")
    };

    assert!(!refused(&format!("apikey=x&apikey={key}")));
    assert!(refused(&format!("apikey={key}&apikey=x")));
    let answer = Client::tbia().with_header("authorization", "Bearer x").get(OCCURRENCE);
    assert_eq!(answer.json()["status"]["code"], 200);
}

#[test]
fn passing_keys_are_listed_and_the_expired_one_is_not() {
    let api = wardian::apis::all().into_iter().find(|api| api.name() == "tbia").unwrap();
    let client = Client::tbia();
    let read = |db: &rusqlite::Connection| api.credentials(db, "");
    let keys = client.session().data.transact(wardian::store::Transaction::Read, read).unwrap();

    let keys: Vec<&str> =
        keys.as_array().unwrap().iter().map(|entry| entry["apikey"].as_str().unwrap()).collect();
    assert!(keys.len() >= 2);
    for key in &keys {
        assert_eq!(key.len(), 32);
        assert!(key.bytes().any(|byte| byte.is_ascii_alphabetic()));
    }
    assert!(!keys.contains(&"tbia-expired-demo-key"));
}

#[test]
fn blurring_holds_for_every_record() {
    let key = passing_key();
    let mut categories = HashSet::new();

    for record in every(&format!("apikey={key}")) {
        let category = record["sensitiveCategory"].as_str();
        let is_herbarium = record["rightsHolder"] == "林業試驗所植物標本資料庫";
        let raw = record["standardRawLatitude"].as_f64();
        let public = record["standardLatitude"].as_f64();
        match (category, raw) {
            (Some("輕度"), Some(raw)) => assert_cut(&record, raw, 100.0, "0.01"),
            (Some("重度"), Some(raw)) => assert_cut(&record, raw, 10.0, "0.1"),
            (Some("縣市" | "座標不開放"), Some(_)) => assert_hidden(&record),
            (None, Some(_)) => {
                assert!(is_herbarium, "{record}");
                assert_hidden(&record);
            }
            (None | Some("無"), None) => {
                assert!(!(is_herbarium && public.is_some()), "{record}");
                assert_eq!(record["coordinatePrecision"], Value::Null);
                assert_ne!(record["dataGeneralizations"], true, "{record}");
                assert_eq!(record["verbatimRawLatitude"], Value::Null);
            }
            _ => panic!("{record}"),
        }
        assert_eq!(public.is_some(), record["standardLongitude"].is_f64());
        assert_eq!(record["verbatimLatitude"].is_string(), public.is_some(), "{record}");
        categories.insert(category.map(str::to_owned));
    }
    assert_eq!(categories.len(), 6);
}

#[track_caller]
fn assert_cut(record: &Value, raw: f64, mesh: f64, precision: &str) {
    let public = record["standardLatitude"].as_f64().unwrap();
    assert!(public <= raw && raw - public < 1.0 / mesh + 1e-9, "{record}");
    assert!(((public * mesh).round() - public * mesh).abs() < 1e-6, "{record}");
    assert_eq!(record["coordinatePrecision"], precision);
    assert_eq!(record["verbatimLatitude"], format!("{public:?}"));
    assert_eq!(record["dataGeneralizations"], true);
    assert!(record["verbatimRawLatitude"].is_string());
    assert_eq!(record["rawCounty"], Value::Null);
}

#[track_caller]
fn assert_hidden(record: &Value) {
    for field in ["standardLatitude", "verbatimLatitude", "county", "municipality"] {
        assert_eq!(record[field], Value::Null, "{field}: {record}");
    }
    assert_eq!(record["coordinatePrecision"], Value::Null);
    assert_eq!(record["dataGeneralizations"], true);
    assert!(record["verbatimRawLongitude"].is_string());
}

#[test]
fn the_total_is_no_secret() {
    let key = passing_key();

    assert_eq!(total(&format!("county=屏東縣&apikey={key}")), total("county=屏東縣"));
}
