//! What stands in GRSciColl before anybody writes.

use serde_json::Value;

use super::{admin, anybody, get};
use crate::support::Client;

#[track_caller]
fn count(target: &str) -> i64 {
    anybody().get(&format!("/v1/grscicoll/{target}")).json()["count"].as_i64().unwrap()
}

#[test]
fn there_are_as_many_of_each_as_documented() {
    assert_eq!(count("institution?limit=0"), 72);
    assert_eq!(count("institution/deleted?limit=0"), 8);
    assert_eq!(count("collection?limit=0"), 148);
    assert_eq!(count("collection/deleted?limit=0"), 12);
}

#[test]
fn what_clients_look_for_is_there() {
    assert!(count("institution?q=Kansas&limit=0") >= 10);
    assert!(count("collection?q=Kansas&limit=0") >= 30);
    assert!(count("collection?name=Entomology&limit=0") >= 2);
    assert!(count("collection?name=Insects&limit=0") >= 1);
    assert!(count("collection?q=insect&limit=0") >= 5);
    assert!(count("institution?typeSpecimenCount=10,100&limit=0") >= 10);
    assert!(count("institution?country=ES&limit=0") >= 3);
    let of_paris = "collection?institutionKey=6a6ac6c5-1b8a-48db-91a2-f8661274ff80&limit=0";
    assert!(count(of_paris) >= 20);
}

#[test]
fn institutions_are_all_over_the_world() {
    let page = anybody().get("/v1/grscicoll/institution?limit=1000").json();

    let mut countries: Vec<&Value> = page["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|institution| institution["address"].get("country"))
        .collect();
    countries.sort_by_key(ToString::to_string);
    countries.dedup();
    assert!(countries.len() >= 25, "{}", countries.len());
}

#[test]
fn data_come_from_three_kinds_of_sources() {
    let share = |target: &str, of: i64| count(target) * 100 / of;
    let all = count("institution?limit=0") + count("collection?limit=0");
    let both = |source: &str| {
        share(&format!("institution?masterSourceType={source}&limit=0"), all)
            + share(&format!("collection?masterSourceType={source}&limit=0"), all)
    };

    assert!((60..=76).contains(&both("GRSCICOLL")), "{}", both("GRSCICOLL"));
    assert!((18..=32).contains(&both("IH")), "{}", both("IH"));
    assert!((4..=10).contains(&both("GBIF_REGISTRY")), "{}", both("GBIF_REGISTRY"));
}

/// All results of a list.
#[track_caller]
fn all(client: &Client, target: &str) -> Vec<Value> {
    let separator = if target.contains('?') { '&' } else { '?' };
    let page = get(client, &format!("{target}{separator}limit=1000"));
    page["results"].as_array().unwrap().clone()
}

#[test]
fn what_replaced_others_has_what_a_merge_leaves() {
    let client = anybody();
    for (kind, expected) in [("institution", 4), ("collection", 6)] {
        let mut replaced = all(&client, &format!("{kind}/deleted"));
        replaced.retain(|one| one.get("replacedBy").is_some());
        assert_eq!(replaced.len(), expected);
        for one in replaced {
            let by = one["replacedBy"].as_str().unwrap();
            let replacement = get(&client, &format!("{kind}/{by}"));

            let codes = replacement["alternativeCodes"].as_array().unwrap();
            assert!(codes.iter().any(|code| code["code"] == one["code"]), "{codes:?}");
            let identifiers = replacement["identifiers"].as_array().unwrap();
            let holds = |kind: &Value, identifier: &Value| {
                identifiers
                    .iter()
                    .any(|held| held["type"] == *kind && held["identifier"] == *identifier)
            };
            assert!(holds(&"UUID".into(), &one["key"]), "{identifiers:?}");
            for held in one["identifiers"].as_array().unwrap() {
                assert!(holds(&held["type"], &held["identifier"]), "{identifiers:?}");
            }
            assert!(replacement["modified"].as_str() >= one["deleted"].as_str());
            assert_eq!(replacement.get("institutionKey"), one.get("institutionKey"));
        }
    }
}

#[test]
fn converted_institutions_are_collections_of_their_own_name() {
    let client = anybody();
    let mut converted = all(&client, "institution/deleted");
    converted.retain(|one| one.get("convertedToCollection").is_some());

    assert_eq!(converted.len(), 2);
    for one in converted {
        let key = one["convertedToCollection"].as_str().unwrap();
        let collection = get(&client, &format!("collection/{key}"));
        assert_eq!(collection["name"], one["name"]);
        assert_eq!(collection["code"], one["code"]);
        assert_eq!(collection["created"], one["deleted"]);
    }
}

#[test]
fn applied_suggestions_have_been_applied() {
    let client = anybody();
    for kind in ["institution", "collection"] {
        for suggestion in all(&client, &format!("{kind}/changeSuggestion?status=APPLIED")) {
            let key = suggestion["entityKey"].as_str().unwrap();
            let entity = get(&client, &format!("{kind}/{key}"));
            for change in suggestion["changes"].as_array().unwrap() {
                let field = change["field"].as_str().unwrap();
                assert_eq!(entity[field], change["suggested"], "{field}");
            }
            assert!(entity["modified"].as_str() >= suggestion["applied"].as_str());
        }
    }
}

#[test]
fn the_log_knows_what_belongs_to_one_request() {
    let client = admin();
    let of_trace = |row: &Value| all(&client, &format!("auditLog?traceId={}", row["traceId"]));
    let knows = |rows: &[Value], operation: &str, part: Option<&str>, key: &Value| {
        let is_it = |row: &Value| {
            row["operation"] == operation
                && row.get("subEntityType").and_then(Value::as_str) == part
                && row["collectionEntityKey"] == *key
        };
        rows.iter().any(is_it)
    };

    for row in all(&client, "auditLog?operation=APPLY_SUGGESTION") {
        assert!(knows(&of_trace(&row), "UPDATE", None, &row["collectionEntityKey"]));
    }
    for row in all(&client, "auditLog?operation=REPLACE") {
        let rows = of_trace(&row);
        assert!(knows(&rows, "UPDATE", None, &row["replacementKey"]), "{rows:?}");
        assert!(knows(&rows, "CREATE", Some("Identifier"), &row["replacementKey"]), "{rows:?}");
    }
    for row in all(&client, "auditLog?operation=CONVERSION_TO_COLLECTION") {
        assert!(knows(&of_trace(&row), "CREATE", None, &row["replacementKey"]));
    }
    for row in all(&client, "auditLog?operation=DELETE") {
        assert!(knows(&of_trace(&row), "UPDATE", None, &row["collectionEntityKey"]));
    }
    for part in ["Contact", "Identifier"] {
        assert!(all(&client, &format!("auditLog?subEntityType={part}")).len() >= 80, "{part}");
    }
}

#[test]
fn few_institutions_lack_an_address_and_few_have_a_logo() {
    let client = anybody();
    let mut institutions = all(&client, "institution");
    institutions.extend(all(&client, "institution/deleted"));
    let having = |has: fn(&Value) -> bool| institutions.iter().filter(|one| has(one)).count();

    assert_eq!(institutions.len(), 80);
    assert_eq!(having(|one| one.get("address").is_some()), 78);
    assert_eq!(having(|one| one.get("logoUrl").is_some()), 8);
    assert_eq!(having(|one| one["additionalNames"] != Value::Array(Vec::new())), 16);
}
