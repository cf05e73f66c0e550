//! In what a session differs from the pristine world.

use http::Method;
use serde_json::json;
use wardian::store::Transaction;

use crate::support::Client;
use crate::support::visitor::Visitor;

#[test]
fn a_pristine_session_has_no_changes() {
    let visitor = Visitor::new();

    assert_eq!(visitor.get("/__admin/changes").json(), json!({ "tables": [] }));
}

#[test]
fn rows_are_counted_by_what_happened_to_them() {
    let visitor = Visitor::new();
    visitor.add_sheet("default");
    let session = visitor.emulator.sessions.default_session();
    let sql = "UPDATE herbarium_sheet SET taxon = 'Utricularia' WHERE number = 1;
               DELETE FROM herbarium_sheet WHERE number = 2;";
    session.data.transact(Transaction::Write, |db| db.execute_batch(sql)).unwrap();

    let changes = visitor.get("/__admin/changes").json();

    let expected = json!({
        "api": "herbarium",
        "table": "herbarium_sheet",
        "inserted": 1,
        "updated": 1,
        "deleted": 1,
        "keys": ["1", "2", "4"],
    });
    assert_eq!(changes, json!({ "tables": [expected] }));
    visitor.send(Method::POST, "/__admin/reset", &[], "");
    assert_eq!(visitor.get("/__admin/changes").json(), json!({ "tables": [] }));
}

#[test]
fn an_entity_is_named_by_its_key() {
    let gbif = Client::of("gbif");
    let admin = crate::gbif::as_user(&gbif, "registry_admin");
    let key = crate::gbif::key_of(&admin.post("/v1/organization", &crate::gbif::organization()));

    let changes = gbif.control().get("/changes").json();

    let tables = changes["tables"].as_array().unwrap();
    let entity = tables.iter().find(|table| table["table"] == "gbif_entity").unwrap();
    assert_eq!(entity["inserted"], 1);
    assert!(entity["keys"].as_array().unwrap().contains(&json!(key)));
    assert!(tables.iter().all(|table| table["table"] != "gbif_text_data"));
}
