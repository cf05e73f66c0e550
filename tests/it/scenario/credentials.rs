//! Credentials that do not do what they should.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{counts, enact};
use crate::gbif::admin;
use crate::support::Client;

#[test]
fn a_token_that_expires_is_refused_and_a_new_login_helps_only_later() {
    let gbif = admin();
    let login = gbif.post("/v1/user/login", &json!({})).expect_status(201).json();
    let token = login["token"].as_str().unwrap().to_owned();
    let bearer = gbif.anonymous().with_header("authorization", &format!("Bearer {token}"));
    bearer.post("/v1/user/whoami", &json!({})).expect_status(201);
    enact(&gbif, &json!([{ "trigger": { "times": 1 }, "effect": { "auth": "expire" } }]));

    gbif.get("/v1/user/login").expect_status(200);
    assert_eq!(counts(&gbif, "s"), [(1, 0)], "a password does not run out");
    let answer = bearer.post("/v1/user/whoami", &json!({})).expect_status(401);
    assert_eq!(answer.header("x-wardian-fault"), Some("s/#1"));
    bearer.post("/v1/user/whoami", &json!({})).expect_status(201);
}

#[test]
fn who_sends_no_credentials_is_only_ever_forbidden() {
    for (auth, with, without) in [("reject", 401, 200), ("forbid", 403, 403)] {
        let gbif = admin();
        enact(&gbif, &json!([{ "effect": { "auth": auth } }]));

        gbif.get("/v1/dataset?limit=1").expect_status(with);
        gbif.anonymous().get("/v1/dataset?limit=1").expect_status(without);
    }
}

#[test]
fn a_revoked_credential_stays_void_until_reset() {
    let gbif = admin();
    let revoke = json!({ "trigger": { "times": 1 }, "effect": { "auth": "revoke" } });
    enact(&gbif, &json!([revoke]));
    gbif.get("/v1/user/login").expect_status(401);
    gbif.control().delete("/scenarios/s").expect_status(204);

    let void = gbif.get("/v1/user/login").expect_status(401);
    assert_eq!(void.header("x-wardian-fault"), Some("s/#1"), "what made it void is told");
    let users = gbif.control().get("/credentials").json()["gbif"].clone();
    let mut users = users.as_array().unwrap().iter();
    let user = users.find(|user| user["username"] == "registry_admin").unwrap();
    let text = format!("registry_admin:{}", user["password"].as_str().unwrap());
    let blanks = format!("Basic   {}", STANDARD.encode(text));
    let same = gbif.anonymous().with_header("authorization", &blanks);
    same.get("/v1/user/login").expect_status(401);
    let other = crate::gbif::as_user(&gbif.anonymous(), "registry_editor");
    other.get("/v1/user/login").expect_status(200);
    gbif.anonymous().get("/v1/dataset?limit=1").expect_status(200);

    gbif.control().post("/reset?what=data", &json!({})).expect_status(204);
    gbif.get("/v1/user/login").expect_status(200);
}

#[test]
fn keys_of_mushroom_observer_are_refused_in_its_words() {
    let mo = Client::of("mo");
    let keys = mo.control().get("/credentials").json();
    let key = keys["mo"][0]["api_key"].as_str().unwrap().to_owned();
    let error = |path: &str| mo.get(path).json()["errors"][0]["code"].clone();
    let path = format!("/api2/observations?id=1&api_key={key}");
    assert_eq!(error(&path), json!(null));
    enact(&mo, &json!([{ "match": { "credential": key }, "effect": { "auth": "reject" } }]));

    assert_eq!(error(&path), "API2::BadAPIKey");
    assert_eq!(error("/api2/observations?id=1"), json!(null));
}
