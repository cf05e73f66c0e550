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

#[test]
fn mo_partial_permission_knows_several_records_however_they_are_selected() {
    let mo = struck_by("mo-partial-permission", "mo");
    let (ids, key) = (own_observations(&mo), key_of(&mo, ADA));
    let (one, two) = (ids[0], format!("{},{}", ids[0], ids[1]));
    let form = "application/x-www-form-urlencoded";
    let parts = "multipart/form-data; boundary=cut";
    let part = |name: &str, value: &str| {
        format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let of_parts = |name: &str, value: &str| {
        part("api_key", &key) + &part("set_notes", "wet") + &part(name, value) + "--cut--\r\n"
    };
    let of_form = |select: &str| format!("api_key={key}&set_notes=wet&{select}");
    let of_json = |select: &str| format!(r#"{{"api_key": "{key}", "set_notes": "wet", {select}}}"#);
    let rule = |path: &str, content_type: &str, body: String| {
        let path = format!("/api2/observations{path}");
        let answer = mo.send(Method::PATCH, &path, &[("content-type", content_type)], body);
        let answer = answer.expect_status(200);
        let rule = answer.header("x-wardian-fault").map(str::to_owned);
        assert_eq!(answer.json().get("results").is_some(), rule.is_none(), "{}", answer.text());
        rule.map(|rule| rule.replace("mo-partial-permission/", ""))
    };

    let query = format!("?api_key={key}&set_notes=wet&user={ADA}");
    let several = [
        (rule(&format!("?id={two}"), form, of_form("")), "several by query"),
        (rule("", form, of_form(&format!("id={two}"))), "several by form"),
        (rule("", parts, of_parts("id", &two)), "several by multipart form"),
        (rule("", "application/json", of_json(&format!("\"id\": [{two}]"))), "several by JSON"),
        (rule("", "application/json", of_json(&format!("\"id\": \"{two}\""))), "several by JSON"),
        (rule(&query, form, String::new()), "others than by id"),
        (rule(&query, form, "id_=3&i=4&idle=5&=6".to_owned()), "others than by id"),
        (rule("", form, of_form("user=7")), "others than by id"),
        (rule("", parts, of_parts("user", "7")), "others than by id in parts or JSON"),
        (
            rule("", "application/json", of_json("\"user\": 7")),
            "others than by id in parts or JSON",
        ),
    ];
    for (place, (told, rule)) in several.into_iter().enumerate() {
        assert_eq!(told.as_deref(), Some(rule), "{place}");
    }
    let single = [
        rule(&format!("?id={one}"), form, of_form("")),
        rule("", form, of_form(&format!("id={one}"))),
        rule("", form, format!("id={one}&api_key={key}&set_notes=wet")),
        rule("", parts, of_parts("id", &one.to_string())),
        rule("", "application/json", of_json(&format!("\"id\": {one}"))),
        rule("", "application/json", of_json(&format!("\"id\": [{one}]"))),
    ];
    assert_eq!(single, [const { None }; 6]);
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
