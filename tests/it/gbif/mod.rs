//! Facts about the GBIF Registry.

mod dataset;
mod document;
mod entity;
mod enumeration;
mod error;
mod grscicoll;
mod injected;
mod legacy;
mod lists;
mod network;
mod oai;
mod part;
mod permission;
mod quirks;
mod search;
mod seed;
mod user;

use serde_json::{Value, json};
use wardian::apis::gbif::Gbif;
use wardian::kit::Api;
use wardian::store::Transaction;

use crate::support::{Answer, Client};

/// An organization in the editor's scope, with datasets.
pub const ORGANIZATION: &str = "e2e717bf-551a-4917-bdc9-4fa0f342c530";
/// The node of that organization.
pub const NODE: &str = "8618c64a-93e0-4300-b546-7249e5148ed2";
/// An organization out of the editor's scope.
pub const FOREIGN_ORGANIZATION: &str = "7ce8aef0-9e92-11dc-8738-b8a03c50a862";
pub const INSTALLATION: &str = "b77901f9-d9b0-47fa-94e0-dd96450aa2b4";
pub const DATASET: &str = "8575f23e-f762-11e1-a439-00145eb45e9a";
pub const CHECKLIST: &str = "3f8a1297-3259-4700-91fc-acc4170b27ce";
pub const NETWORK: &str = "2b7c7b4f-4d4f-40d3-94de-c28b6fa054a6";
pub const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Somebody without credentials.
pub fn anybody() -> Client {
    Client::of("gbif")
}

/// The same session, as a user of the seed.
pub fn as_user(client: &Client, name: &str) -> Client {
    let users: Value =
        client.session().data.transact(Transaction::Read, |db| Gbif.credentials(db, "")).unwrap();
    let user = users.as_array().unwrap().iter().find(|user| user["username"] == name).unwrap();
    client.with_basic(name, user["password"].as_str().unwrap())
}

pub fn admin() -> Client {
    as_user(&anybody(), "registry_admin")
}

pub fn editor() -> Client {
    as_user(&anybody(), "registry_editor")
}

/// The least that a dataset of an organization can be.
pub fn dataset_of(organization: &str) -> Value {
    json!({
        "title": "Moth trap records of Sample County",
        "type": "OCCURRENCE",
        "installationKey": INSTALLATION,
        "publishingOrganizationKey": organization,
    })
}

pub fn organization() -> Value {
    json!({ "title": "Test Herbarium", "endorsingNodeKey": NODE, "language": "eng", "country": "US" })
}

/// The key that an answer to a creation gives.
#[track_caller]
pub fn key_of(answer: &Answer) -> String {
    assert_eq!(answer.status(), 201, "{}", answer.text());
    answer.any_json().as_str().unwrap().to_owned()
}

/// The keys of a page's results.
#[track_caller]
pub fn keys(page: &Value) -> Vec<String> {
    let list = page.get("results").unwrap_or(page).as_array().unwrap();
    list.iter().map(|result| result["key"].as_str().unwrap().to_owned()).collect()
}
