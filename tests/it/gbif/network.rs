//! Who belongs to a network.

use serde_json::json;

use super::{DATASET, NETWORK, NOBODY, admin, keys};

/// A dataset that is not in the network.
fn outsider(gbif: &crate::support::Client) -> String {
    let inside = keys(&gbif.get(&format!("/v1/network/{NETWORK}/constituents?limit=1000")).json());
    let all = keys(&gbif.get("/v1/dataset?limit=1000").json());
    all.into_iter().find(|key| !inside.contains(key)).unwrap()
}

#[test]
fn a_dataset_joins_and_leaves() {
    let gbif = admin();
    let dataset = outsider(&gbif);
    let path = format!("/v1/network/{NETWORK}/constituents/{dataset}");
    let size =
        || gbif.get(&format!("/v1/network/{NETWORK}")).json()["numConstituents"].as_i64().unwrap();
    let before = size();

    let joined = gbif.post(&path, &json!({}));
    let again = gbif.post(&path, &json!({}));
    let with_one = size();
    let found = gbif.get(&format!("/v1/dataset/search?networkKey={NETWORK}&limit=1000")).json();
    let left = gbif.delete(&path);
    let left_again = gbif.delete(&path);

    assert_eq!((joined.status(), joined.text()), (204, ""));
    assert_eq!(
        again.whole(),
        format!("400 text/plain\nDataset {dataset} is already connected to the network {NETWORK}")
    );
    assert_eq!(with_one, before + 1);
    assert!(keys(&found).contains(&dataset));
    assert_eq!(left.status(), 204);
    assert_eq!(
        left_again.whole(),
        format!("400 text/plain\nDataset {dataset} is not connected to the network {NETWORK}")
    );
    assert_eq!(size(), before);
}

#[test]
fn both_have_to_exist() {
    let gbif = admin();

    assert_eq!(
        gbif.post(&format!("/v1/network/{NETWORK}/constituents/{NOBODY}"), &json!({})).whole(),
        format!("400 text/plain\nDataset {NOBODY} not found")
    );
    assert_eq!(
        gbif.post(&format!("/v1/network/{NOBODY}/constituents/{DATASET}"), &json!({})).whole(),
        format!("400 text/plain\nNetworkKey {NOBODY} not found")
    );
}

#[test]
fn query_or_body_may_name_the_dataset() {
    let gbif = admin();
    let path = format!("/v1/network/{NETWORK}/constituents");
    for body in [json!(null), json!({ "key": null }), json!({ "datasetKey": null })] {
        let dataset = outsider(&gbif);
        let body = match body {
            serde_json::Value::Null => json!(dataset),
            serde_json::Value::Object(members) => {
                json!({ members.keys().next().unwrap().as_str(): dataset })
            }
            _ => unreachable!(),
        };
        assert_eq!(gbif.post(&path, &body).status(), 204, "{body}");
    }
    let dataset = outsider(&gbif);
    assert_eq!(gbif.post(&format!("{path}?datasetKey={dataset}"), &json!({})).status(), 204);
    assert_eq!(gbif.delete(&format!("{path}?datasetKey={dataset}")).status(), 204);
    assert_eq!(gbif.post(&path, &json!({})).status(), 400);
}
