//! What is written down of every write.

use serde_json::{Value, json};
use wardian::store::Transaction;

use super::{admin, get, new_institution, number_of};
use crate::support::Client;

/// One row of the log.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    trace: i64,
    /// Operation and, where one was concerned, kind of part.
    what: String,
    pre: Option<Value>,
    post: Option<Value>,
}

/// The log of an entity, oldest first.
fn log(client: &Client, entity: &str) -> Vec<Row> {
    let sql = "SELECT trace, operation || coalesce(' ' || part, ''), pre_state, post_state
               FROM gbif_grscicoll_audit WHERE entity = ? ORDER BY key";
    let rows = client.session().data.transact(Transaction::Read, |db| {
        let mut query = db.prepare(sql)?;
        let rows = query.query_map([entity], |row| {
            Ok(Row { trace: row.get(0)?, what: row.get(1)?, pre: row.get(2)?, post: row.get(3)? })
        })?;
        rows.collect::<rusqlite::Result<Vec<Row>>>()
    });
    rows.unwrap()
}

fn whats(rows: &[Row]) -> Vec<&str> {
    rows.iter().map(|row| row.what.as_str()).collect()
}

#[test]
fn what_an_entity_was_and_became_is_written_down() {
    let client = admin();
    let key = new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}");
    let mut body = get(&client, &format!("institution/{key}"));
    body["name"] = "Renamed".into();

    client.put(&path, &body);
    client.delete(&path);

    let rows = log(&client, &key);
    assert_eq!(whats(&rows), ["CREATE", "UPDATE", "UPDATE", "DELETE"]);
    assert_eq!(rows[0].pre, None);
    assert_eq!(rows[0].post.as_ref().unwrap()["name"], "Test Museum");
    assert_eq!(rows[1].pre.as_ref().unwrap()["name"], "Test Museum");
    assert_eq!(rows[1].post.as_ref().unwrap()["name"], "Renamed");
    assert!(rows[3].post.as_ref().unwrap()["deleted"].is_string());
}

#[test]
fn all_of_one_request_share_a_trace_that_no_other_has() {
    let client = admin();
    let key = new_institution(&client);
    client.delete(&format!("/v1/grscicoll/institution/{key}"));

    let rows = log(&client, &key);

    assert_eq!(rows[1].trace, rows[2].trace);
    assert_ne!(rows[0].trace, rows[1].trace);
    assert!(rows.iter().all(|row| row.trace > 0));
}

#[test]
fn what_happens_to_parts_is_written_down() {
    let client = admin();
    let key = new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}");
    let add = |part: &str, body: &Value| number_of(&client.post(&format!("{path}/{part}"), body));

    let contact = add("contactPerson", &json!({ "lastName": "Finch" }));
    let changed = json!({ "key": contact, "lastName": "Rook" });
    client.put(&format!("{path}/contactPerson/{contact}"), &changed);
    client.delete(&format!("{path}/contactPerson/{contact}"));
    let identifier = add("identifier", &json!({ "type": "URL", "identifier": "x" }));
    client.delete(&format!("{path}/identifier/{identifier}"));
    add("machineTag", &json!({ "namespace": "a", "name": "b", "value": "c" }));
    client.delete(&format!("{path}/machineTag/a"));

    let rows = log(&client, &key);
    assert_eq!(
        whats(&rows)[1..],
        [
            "CREATE Contact",
            "UPDATE Contact",
            "DELETE Contact",
            "CREATE Identifier",
            "DELETE Identifier",
            "CREATE MachineTag",
            "DELETE MachineTag",
        ]
    );
    // Quirk (grscicoll contract 6.15): what a contact was is not kept.
    assert_eq!(rows[2].pre, None);
    assert_eq!(rows[2].post.as_ref().unwrap()["lastName"], "Rook");
    assert_eq!(rows[3].pre.as_ref().unwrap()["lastName"], "Rook");
    assert_eq!(rows[4].post.as_ref().unwrap()["identifier"], "x");
}

#[test]
fn a_refused_write_is_not_written_down() {
    let client = admin();
    let key = new_institution(&client);
    let path = format!("/v1/grscicoll/institution/{key}");

    client.put(&path, &json!({ "key": key, "name": "No Code" }));
    client.delete(&format!("{path}/tag/999999"));

    assert_eq!(whats(&log(&client, &key)), ["CREATE"]);
}
