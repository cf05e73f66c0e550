//! Built-in scenarios for those who write: each breaks a naive client and lets a careful one through.

use http::Method;
use serde_json::Value;

use super::struck_by;
use crate::mo::key_of;
use crate::support::{Answer, Client};

const ADA: i64 = 7;

fn send(mo: &Client, method: Method, path: &str, body: &str) -> Answer {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    mo.send(method, path, &form, body.to_owned()).expect_status(200)
}

/// The first few observations that Ada may change.
fn own_observations(mo: &Client) -> Vec<i64> {
    let ids = mo.get(&format!("/api2/observations?user={ADA}")).json()["results"].clone();
    let ids: Vec<i64> = ids.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect();
    ids[..3].to_vec()
}

fn notes(mo: &Client, id: i64) -> String {
    let shown = mo.get(&format!("/api2/observations/{id}?detail=high")).json();
    shown["results"][0]["notes"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn mo_partial_permission_hides_what_was_changed() {
    let mo = struck_by("mo-partial-permission", "mo");
    let (ids, key) = (own_observations(&mo), key_of(&mo, ADA));
    let list: Vec<String> = ids.iter().map(i64::to_string).collect();
    let change = format!("api_key={key}&set_notes=wet meadow&id=");

    let answer = send(&mo, Method::PATCH, "/api2/observations", &(change + &list.join(",")));

    // A naive client believes that nothing was changed.
    let answer = answer.json();
    assert_eq!(answer["errors"][0]["code"], "API2::MustHaveEditPermission");
    let details = format!("You do not have permission to edit observation \"#{}\".", ids[2]);
    assert_eq!(answer["errors"][0]["details"], details);
    assert_eq!(answer.get("results"), None);
    // A careful one looks.
    let changed = ids.iter().filter(|id| notes(&mo, **id) == "wet meadow").count();
    assert_eq!(changed, 3);
}

#[test]
fn mo_partial_permission_leaves_single_records_alone() {
    let mo = struck_by("mo-partial-permission", "mo");
    let (ids, key) = (own_observations(&mo), key_of(&mo, ADA));
    let change = format!("api_key={key}&set_notes=wet meadow&id={}", ids[0]);

    let answer = send(&mo, Method::PATCH, "/api2/observations", &change);
    let path = format!("/api2/observations?api_key={key}&set_notes=dry&id={},{}", ids[1], ids[2]);
    let several = mo.send(Method::PATCH, &path, &[], "");

    assert_eq!(answer.json()["results"][0], ids[0]);
    assert_eq!(several.header("x-wardian-fault"), Some("mo-partial-permission/several by query"));
}

/// Posts a picture, and gives its id if the answer shows one.
fn upload(mo: &Client, key: &str, name: &str) -> Option<i64> {
    let path = format!("/api2/images?api_key={key}&original_name={name}");
    let picture = mo.get("/images/320/1.jpg").body;
    let answer = mo.send(Method::POST, &path, &[("content-type", "image/jpeg")], picture);
    answer.expect_status(200).json()["results"][0].as_i64()
}

fn count_images(mo: &Client) -> Value {
    mo.get("/api2/images").json()["number_of_records"].clone()
}

#[test]
fn mo_upload_fails_with_status_200_and_stores_nothing() {
    let mo = struck_by("mo-upload-fails", "mo");
    let key = key_of(&mo, ADA);
    let before = count_images(&mo).as_i64().unwrap();

    // A naive client takes status 200 for success.
    let naive: Vec<Option<i64>> =
        ["a.jpg", "b.jpg", "c.jpg", "d.jpg"].map(|name| upload(&mo, &key, name)).into();
    assert_eq!(naive.iter().flatten().count(), 2);
    assert_eq!(count_images(&mo), before + 2);

    // A careful one looks for an id, and sends the picture again if there is none.
    for name in ["e.jpg", "f.jpg", "g.jpg"] {
        let sent = upload(&mo, &key, name).or_else(|| upload(&mo, &key, name));
        assert!(sent.is_some(), "{name}");
    }
    assert_eq!(count_images(&mo), before + 5);
}
