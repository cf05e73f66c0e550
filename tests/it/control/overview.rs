//! Health, readiness, credentials, routes, the index.

use http::Method;
use serde_json::{Value, json};

use crate::support::herbarium;
use crate::support::visitor::Visitor;

#[test]
fn health_is_up() {
    assert_eq!(Visitor::new().get("/__admin/health").json(), json!({ "status": "up" }));
}

#[test]
fn readiness_tells_the_world_as_it_was_seeded() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");

    let ready = visitor.get("/__admin/ready").json();

    assert_eq!(
        ready,
        json!({
            "status": "ready",
            "version": env!("CARGO_PKG_VERSION"),
            "world": { "seed": 42, "scale": 1, "records": { "herbarium": 3 } },
        })
    );
}

#[test]
fn credentials_are_those_of_each_api_with_links_into_the_session() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "a" }));

    let credentials = visitor.get("/__admin/credentials").json();

    assert_eq!(credentials["herbarium"]["curators"][0]["api_key"], herbarium::API_KEY);
    assert_eq!(credentials["herbarium"]["key_url"], "http://127.0.0.1:8080/herbarium/v1/key");
    let of_session = visitor.get("/__admin/credentials?session=a").json();
    assert_eq!(
        of_session["herbarium"]["key_url"],
        "http://127.0.0.1:8080/session/a/herbarium/v1/key"
    );
}

fn route<'r>(routes: &'r Value, method: &str, path: &str) -> &'r Value {
    let mut routes = routes["routes"].as_array().unwrap().iter();
    routes.find(|route| route["method"] == method && route["path"] == path).unwrap()
}

#[test]
fn routes_list_every_method_of_every_path() {
    let routes = Visitor::new().get("/__admin/routes").json();

    assert_eq!(routes["routes"].as_array().unwrap().len(), 11);
    assert_eq!(
        *route(&routes, "POST", "/v1/sheet"),
        json!({
            "api": "herbarium",
            "method": "POST",
            "path": "/v1/sheet",
            "id": "sheet.create",
            "summary": "Adds a sheet",
            "auth": "CURATOR",
            "hits": 0,
        })
    );
    assert_eq!(route(&routes, "GET", "/v1/sheet")["auth"], Value::Null);
    assert_eq!(route(&routes, "GET", "/v1/specimen/{number}")["id"], "sheet.get");
}

#[test]
fn calls_list_every_call_of_the_control_plane() {
    let list = Visitor::new().get("/__admin").json();

    let calls = list["calls"].as_array().unwrap();
    let read = json!({
        "method": "GET",
        "path": "/__admin/health",
        "summary": "Says that the process listens",
    });
    assert!(calls.contains(&read), "{list}");
    let endpoints = wardian::control::endpoints();
    let ways = endpoints.iter().flat_map(|endpoint| {
        endpoint.paths.iter().map(|path| (endpoint.method.as_str(), path.as_str()))
    });
    let ways: Vec<(&str, &str)> = ways.filter(|(_, path)| path.starts_with("/__admin")).collect();
    let text = |call: &Value, name: &str| call[name].as_str().unwrap().to_owned();
    let listed = calls.iter().map(|call| (text(call, "method"), text(call, "path")));
    let listed: Vec<(String, String)> = listed.collect();
    let listed: Vec<(&str, &str)> = listed.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(listed, ways);
}

#[test]
fn hits_are_counted_by_path_and_session_until_reset() {
    let visitor = Visitor::new();
    visitor.post("/__admin/sessions", &json!({ "name": "a" }));
    for path in ["/v1/sheet/1", "/v1/sheet/1", "/v1/specimen/1", "/v1/sheet", "/v1/nothing"] {
        visitor.get_in("a", &format!("/herbarium{path}"));
    }
    visitor.send(Method::HEAD, "/session/a/herbarium/v1/sheet", &[], "");
    let hits = |session: &str, path: &str| {
        let routes = visitor.get(&format!("/__admin/routes?session={session}")).json();
        route(&routes, "GET", path)["hits"].clone()
    };

    assert_eq!(hits("a", "/v1/sheet/{number}"), 2);
    assert_eq!(hits("a", "/v1/specimen/{number}"), 1);
    assert_eq!(hits("a", "/v1/sheet"), 2);
    assert_eq!(hits("default", "/v1/sheet"), 0);
    visitor.delete("/__admin/requests?session=a");
    assert_eq!(hits("a", "/v1/sheet"), 0);
}

#[test]
fn the_index_tells_programs_what_there_is() {
    let visitor = Visitor::new();

    let index = visitor.send(Method::GET, "/", &[("accept", "application/json")], "").json();

    assert_eq!(
        index,
        json!({
            "name": "wardian",
            "version": env!("CARGO_PKG_VERSION"),
            "apis": {
                "herbarium": {
                    "title": "Herbarium <A & B>",
                    "base_url": "http://127.0.0.1:8080/herbarium/v1",
                    "docs": "http://127.0.0.1:8080/docs/herbarium",
                    "openapi": "http://127.0.0.1:8080/openapi/herbarium.json",
                },
            },
            "admin": "http://127.0.0.1:8080/__admin",
        })
    );
}
