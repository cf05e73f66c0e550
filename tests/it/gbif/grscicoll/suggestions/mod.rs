//! What anybody may suggest, and what becomes of it.

mod decision;
mod list;
mod refusal;
mod update;

use serde_json::{Value, json};
use wardian::store::Transaction;

use super::{NOBODY, admin, anybody, as_user, key_of};
use crate::support::{Answer, Client};

#[track_caller]
fn made(gbif: &Client, kind: &str, body: &Value) -> String {
    key_of(&gbif.post(&format!("/v1/grscicoll/{kind}"), body))
}

fn museum(gbif: &Client) -> String {
    let body = json!({
        "code": "KNHM", "name": "Kansas Prairie Museum", "numberSpecimens": 120_000,
        "email": ["info@example.org"], "active": true,
        "address": { "city": "Lawrence", "country": "US" },
    });
    made(gbif, "institution", &body)
}

fn path(kind: &str, rest: &str) -> String {
    format!("/v1/grscicoll/{kind}/changeSuggestion{rest}")
}

#[track_caller]
fn suggest(client: &Client, kind: &str, body: &Value) -> i64 {
    let answer = client.post(&path(kind, ""), body);
    assert_eq!(answer.status(), 201, "{}", answer.text());
    answer.any_json().as_i64().unwrap()
}

#[track_caller]
fn read(client: &Client, kind: &str, key: i64) -> Value {
    client.get(&path(kind, &format!("/{key}"))).json()
}

#[track_caller]
fn entity(client: &Client, kind: &str, key: &str) -> Value {
    client.get(&format!("/v1/grscicoll/{kind}/{key}")).json()
}

fn put(client: &Client, kind: &str, key: i64, rest: &str, body: &Value) -> Answer {
    client.put(&path(kind, &format!("/{key}{rest}")), body)
}

fn apply(client: &Client, kind: &str, key: i64) -> Answer {
    put(client, kind, key, "/apply", &Value::Null)
}

/// A suggestion to change members of an entity.
fn update_of(client: &Client, kind: &str, key: &str, members: &Value) -> Value {
    let mut suggested = entity(client, kind, key);
    suggested.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    json!({
        "type": "UPDATE", "entityKey": key, "suggestedEntity": suggested,
        "proposerEmail": "me@example.org", "comments": ["new count"],
    })
}

fn refused(text: &str) -> String {
    super::refused(400, text)
}

fn invalid(field: &str, message: &str) -> String {
    format!(
        "422 text/plain;charset=UTF-8\n<ul><li>Validation of [{field}] failed: {message}</li></ul>"
    )
}

/// Recipients and subjects of the mails about suggestions, in the order they were sent.
fn mails(gbif: &Client) -> Vec<(String, String, String)> {
    let sql = "SELECT recipient, subject, text FROM wardian_mail ORDER BY rowid";
    let read = |db: &rusqlite::Connection| {
        let mut query = db.prepare(sql)?;
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
    };
    gbif.session().data.transact(Transaction::Read, read).unwrap()
}
