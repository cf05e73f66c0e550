//! Mushroom Observer's API.

mod accounts;
mod clients;
mod dumps;
mod fetching;
mod filters;
mod images;
mod injected;
mod observations;
mod permissions;
mod quirks;
mod reading;
mod records;
mod refusals;
mod seed;
mod setting;
mod specimens;
mod uploads;

use serde_json::Value;

use crate::support::{Answer, Client};

/// A key of a user, as the credentials publish it.
pub fn key_of(client: &Client, user: i64) -> String {
    let sql = "SELECT key FROM mo_api_keys WHERE user_id = ? AND verified IS NOT NULL ORDER BY id";
    read(client, sql, user)
}

/// One value of the store, for what no answer shows.
pub fn read<T: rusqlite::types::FromSql>(client: &Client, sql: &str, id: i64) -> T {
    let data = &client.session().data;
    data.transact(wardian::store::Transaction::Read, |db| db.query_row(sql, [id], |row| row.get(0)))
        .unwrap()
}

/// The only error of an answer, as code and details.
#[track_caller]
pub fn error(answer: &Answer) -> String {
    assert_eq!(answer.status(), 200);
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no errors: {body}"));
    assert_eq!(errors.len(), 1, "{body}");
    assert_eq!(errors[0]["fatal"], "true");
    for absent in ["results", "query", "number_of_records", "number_of_pages", "page_number"] {
        assert!(body.get(absent).is_none(), "{absent} stands in {body}");
    }
    format!("{} {}", errors[0]["code"].as_str().unwrap(), errors[0]["details"].as_str().unwrap())
}

/// The results of an answer without errors.
#[track_caller]
pub fn results(answer: &Answer) -> Vec<Value> {
    let body = answer.json();
    assert!(body.get("errors").is_none(), "{body}");
    body["results"].as_array().unwrap().clone()
}

/// The ids of an answer without detail.
#[track_caller]
pub fn ids(answer: &Answer) -> Vec<i64> {
    results(answer).iter().map(|id| id.as_i64().unwrap()).collect()
}

/// A request whose parameters stand in a form.
#[track_caller]
pub fn form(client: &Client, method: &str, path: &str, body: &str) -> Answer {
    let encoded: Vec<String> = body
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            format!("{}={}", name, wardian::kit::links::encode_one(value))
        })
        .collect();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    client.send(method.parse().unwrap(), path, &kind, encoded.join("&"))
}

/// What a request of a user changes, at high detail.
#[track_caller]
pub fn send(mo: &Client, user: i64, method: &str, table: &str, parameters: &str) -> Value {
    let body = format!("api_key={}&detail=high&{parameters}", key_of(mo, user));
    results(&form(mo, method, &format!("/api2/{table}"), &body))[0].clone()
}

/// Why a request of a user is refused.
#[track_caller]
pub fn refused(mo: &Client, user: i64, method: &str, table: &str, parameters: &str) -> String {
    let body = format!("api_key={}&{parameters}", key_of(mo, user));
    error(&form(mo, method, &format!("/api2/{table}"), &body))
}
