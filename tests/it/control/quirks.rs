//! Where a session follows the live services instead of their documentation.

use insta::assert_snapshot;
use serde_json::{Value, json};
use wardian::apis;
use wardian::emulator::Settings;
use wardian::kit::quirk::LiveQuirks;
use wardian::session::SessionSettings;

use crate::support::{Client, emulator};

/// The names of those that are live.
fn live(answer: &Value) -> Vec<&str> {
    let quirks = answer["quirks"].as_array().unwrap();
    let live = quirks.iter().filter(|quirk| quirk["live"] == true);
    live.map(|quirk| quirk["name"].as_str().unwrap()).collect()
}

fn follow(client: &Client, names: &[&str]) {
    client.control().put("/quirks", &json!({ "live": names })).json();
}

fn followed(client: &Client) -> Vec<String> {
    let answer = client.control().get("/quirks").json();
    live(&answer).into_iter().map(str::to_owned).collect()
}

#[test]
fn every_quirk_is_listed_with_its_api_and_follows_the_documentation() {
    let answer = Client::of("mo").control().get("/quirks").json();

    let quirks = answer["quirks"].as_array().unwrap();
    assert_eq!(quirks.len(), apis::quirks().len());
    assert!(quirks.len() > 20);
    let expected = json!({
        "name": "mo.delete_users",
        "api": "mo",
        "summary": "DELETE users closes the caller's own account.",
        "live": false,
    });
    assert!(quirks.contains(&expected));
    assert_eq!(live(&answer), [""; 0]);
}

#[test]
fn names_are_unique_and_begin_with_their_api() {
    let mut names = Vec::new();
    for api in apis::all() {
        for quirk in api.quirks() {
            assert!(quirk.name.starts_with(&format!("{}.", api.name())), "{}", quirk.name);
            assert!(quirk.summary.ends_with('.'), "{}", quirk.summary);
            names.push(quirk.name);
        }
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn just_those_named_are_live_in_that_session() {
    let (one, other) = (Client::of("mo"), Client::of("mo"));

    let put =
        one.control().put("/quirks", &json!({ "live": ["mo.no_id_ranges", "gbif.facet_limit"] }));
    assert_eq!(live(&put.json()), ["gbif.facet_limit", "mo.no_id_ranges"]);
    assert_eq!(put.json(), one.control().get("/quirks").json());
    assert_eq!(followed(&other), [""; 0]);

    follow(&one, &["mo.delete_users"]);
    assert_eq!(followed(&one), ["mo.delete_users"]);
    follow(&one, &[]);
    assert_eq!(followed(&one), [""; 0]);
}

#[test]
fn names_that_are_no_quirks_change_nothing() {
    let mo = Client::of("mo");
    follow(&mo, &["mo.delete_users"]);
    let put = |body: Value| mo.control().put("/quirks", &body).whole();

    assert_snapshot!(put(json!({ "live": ["mo.no_id_ranges", "mo.delete_user"] })), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Bad request","status":400,"detail":"/live/1: \"mo.delete_user\" is no quirk; the nearest is mo.delete_users","errors":[{"path":"/live/1","message":"\"mo.delete_user\" is no quirk; the nearest is mo.delete_users"}]}
    "#);
    assert_snapshot!(put(json!({ "live": [7, "x"] })), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Bad request","status":400,"detail":"/live/0: 7 is not a name; /live/1: \"x\" is no quirk; the nearest is tbia.texts_for_flags","errors":[{"path":"/live/0","message":"7 is not a name"},{"path":"/live/1","message":"\"x\" is no quirk; the nearest is tbia.texts_for_flags"}]}
    "#);
    assert_snapshot!(put(json!({})), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Bad request","status":400,"detail":"/live: is missing","errors":[{"path":"/live","message":"is missing"}]}
    "#);
    assert_snapshot!(put(json!({ "live": "all" })), @r#"
    400 application/problem+json
    {"type":"about:blank","title":"Bad request","status":400,"detail":"/live: \"all\" is not a list of names","errors":[{"path":"/live","message":"\"all\" is not a list of names"}]}
    "#);
    assert_eq!(followed(&mo), ["mo.delete_users"]);
}

#[test]
fn forks_and_snapshots_take_them_along_and_a_reset_puts_them_back() {
    let quirks = apis::quirks();
    let at_start = quirks.into_iter().filter(|quirk| quirk.name == "mo.no_id_ranges").collect();
    let session = SessionSettings { live: LiveQuirks::of(at_start), ..SessionSettings::default() };
    let mo = Client::of_emulator(emulator(Settings { session, ..Settings::default() }), "/mo");
    let name = mo.session().name.as_str();
    let of = |session: &str| {
        let answer = mo.control().get(&format!("/quirks?session={session}")).json();
        live(&answer).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(followed(&mo), ["mo.no_id_ranges"], "as the server was told");

    follow(&mo, &["mo.delete_users"]);
    mo.control().post("/snapshots", &json!({ "name": "before" })).json();
    mo.control().post("/sessions", &json!({ "name": "fork", "from": name })).json();
    mo.control().post("/sessions", &json!({ "name": "fresh" })).json();
    assert_eq!(of("fork"), ["mo.delete_users"]);
    assert_eq!(of("fresh"), ["mo.no_id_ranges"]);

    assert_eq!(mo.control().post("/reset?what=data", &json!({})).status(), 204);
    assert_eq!(followed(&mo), ["mo.delete_users"], "they are no data");
    assert_eq!(mo.control().post("/reset", &json!({})).status(), 204);
    assert_eq!(followed(&mo), ["mo.no_id_ranges"]);
    assert_eq!(mo.control().post("/snapshots/before/restore", &json!({})).status(), 204);
    assert_eq!(followed(&mo), ["mo.delete_users"]);
}
