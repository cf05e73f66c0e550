//! What stands in GRSciColl before anybody writes.

use serde_json::Value;

use super::anybody;

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
