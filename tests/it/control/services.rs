//! What the control plane tells of requests to the real services' emulations.

use http::Method;
use serde_json::{Value, json};

use crate::gbif::{self, ORGANIZATION};
use crate::mo;
use crate::support::Client;

/// The journal's latest entry, whole.
fn latest(client: &Client) -> Value {
    let control = client.control();
    let line = control.get("/requests?limit=1").json()["requests"][0].clone();
    control.get(&format!("/requests/{}", line["id"].as_str().unwrap())).json()
}

#[test]
fn the_refusal_of_somebody_known_is_explained_though_the_use_of_the_key_stays() {
    let mo = Client::of("mo");
    let key = mo::key_of(&mo, 7);

    let answer = mo.get(&format!("/api2/api_keys?api_key={key}")).expect_status(200);

    assert_eq!(answer.any_json()["errors"][0]["code"], "API2::NoMethodForAction");
    let why = latest(&mo)["why"].clone();
    assert_eq!(why, answer.any_json()["errors"][0]["details"]);
}

#[test]
fn violated_constraints_are_named() {
    let gbif = gbif::admin();

    gbif.post("/v1/network", &json!({ "title": "X" })).expect_status(422);

    assert_eq!(latest(&gbif)["why"], "constraints are violated: title, language");
}

#[test]
fn paths_are_told_as_they_were_asked() {
    let mo = Client::of("mo");

    mo.get("/api2/images/1.json").expect_status(200);

    assert_eq!(latest(&mo)["path"], "/api2/images/1.json");
    let found = mo.control().get("/requests?path=/api2/images/1.json").json();
    assert_eq!(found["requests"].as_array().unwrap().len(), 1);
}

#[test]
fn a_password_that_is_the_whole_answer_is_hidden() {
    let gbif = gbif::admin();

    let path = format!("/v1/organization/{ORGANIZATION}/password");
    let password = gbif.get(&path).expect_status(200);

    assert!(!password.text().is_empty());
    assert_eq!(latest(&gbif)["response"]["body"], "***");
    assert!(!gbif.control().get("/requests.har").text().contains(password.text()));
}

#[test]
fn changes_name_keys_by_their_numbers() {
    let mo = Client::of("mo");
    let key = mo::key_of(&mo, 7);
    mo.send(Method::GET, &format!("/api2/names?id=1&api_key={key}"), &[], "").expect_status(200);

    let changes = mo.control().get("/changes").json();

    let tables = changes["tables"].as_array().unwrap();
    let keys = tables.iter().find(|table| table["table"] == "mo_api_keys").unwrap();
    assert_eq!((&keys["updated"], keys["keys"].as_array().unwrap().len()), (&json!(1), 1));
    assert!(!changes.to_string().contains(&key));
}

#[test]
fn routes_tell_what_their_handlers_ask_for() {
    let gbif = Client::of("gbif");
    let routes = gbif.control().get("/routes").json();
    let auth = |api: &str, method: &str, path: &str| {
        let mut routes = routes["routes"].as_array().unwrap().iter();
        let route = routes.find(|route| {
            route["api"] == api && route["method"] == method && route["path"] == path
        });
        route.unwrap()["auth"].clone()
    };

    assert_eq!(auth("mo", "GET", "/api2/observations"), Value::Null);
    for method in ["POST", "PATCH", "DELETE"] {
        assert_eq!(auth("mo", method, "/api2/observations"), "api_key");
    }
    let ipt = auth("gbif", "POST", "/registry/ipt/resource");
    assert_eq!(ipt, "the password of the organization");
    assert_eq!(auth("gbif", "GET", "/v1/dataset"), Value::Null);
    assert_eq!(auth("gbif", "POST", "/v1/dataset"), "REGISTRY_EDITOR");
}
