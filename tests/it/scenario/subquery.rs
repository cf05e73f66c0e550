//! Databases that a service asks in turn, and that fail on command: what a handler is told of them.

use serde_json::{Value, json};
use wardian::emulator::Settings;

use crate::support::herbarium;
use crate::support::visitor::Visitor;

#[test]
fn a_handler_is_told_which_database_fails_and_how() {
    let visitor = Visitor { emulator: herbarium::emulator(Settings::default()) };
    let locked = || visitor.get("/herbarium/v1/cabinets").json()["locked"].clone();
    assert_eq!(locked(), Value::Null);

    let rule = json!({ "effect": { "subquery": { "database": "neotoma", "fail": "timeout" } } });
    let scenario = json!({ "name": "s", "title": "S", "description": "D.", "rules": [rule] });
    assert_eq!(visitor.post("/__admin/scenarios", &scenario).status(), 201);
    let json = [("content-type", "application/json")];
    let path = "/__admin/scenarios/s/active";
    let on = visitor.send(http::Method::PUT, path, &json, r#"{"active": true}"#);
    assert_eq!(on.status(), 200);

    assert_eq!(locked(), "Subquery { database: Neotoma, failure: Timeout }");
}
