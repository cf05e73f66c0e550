//! Facts about TBIA.

mod dataset;
mod envelope;
mod filters;
mod geography;
mod injected;
mod key;
mod map;
mod paging;
mod quirks;
mod refusal;
mod seed;
mod site;

use std::sync::LazyLock;

use serde_json::Value;

use crate::support::Client;

const OCCURRENCE: &str = "/api/v1/occurrence";

/// An answer to a search, read.
struct Found(Value);

impl Found {
    fn total(&self) -> i64 {
        self.0["meta"]["total"].as_i64().unwrap()
    }

    fn records(&self) -> &Vec<Value> {
        self.0["data"].as_array().unwrap()
    }

    fn next(&self) -> &str {
        self.0["links"]["next"].as_str().unwrap()
    }

    fn this(&self) -> &str {
        self.0["links"]["self"].as_str().unwrap()
    }

    fn ids(&self) -> Vec<String> {
        self.records().iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The texts of one field in all records that have it.
    fn texts(&self, field: &str) -> Vec<&str> {
        self.records().iter().filter_map(|record| record[field].as_str()).collect()
    }

    /// Asserts that a field of every record holds what `fits` asks for.
    #[track_caller]
    fn all(&self, field: &str, fits: impl Fn(&Value) -> bool) -> &Self {
        assert!(!self.records().is_empty(), "nothing was found");
        for record in self.records() {
            assert!(fits(&record[field]), "{field}: {}", record[field]);
        }
        self
    }
}

#[track_caller]
fn search(query: &str) -> Found {
    Found(Client::tbia().get(&format!("{OCCURRENCE}?{query}")).json())
}

#[track_caller]
fn total(query: &str) -> i64 {
    search(&format!("{query}&limit=0")).total()
}

/// All records that match, collected over the pages.
#[track_caller]
fn every(query: &str) -> Vec<Value> {
    let tbia = Client::tbia();
    let mut records = Vec::new();
    let mut page = Found(tbia.get(&format!("{OCCURRENCE}?{query}&limit=1000")).json());
    loop {
        records.extend(page.records().clone());
        let Some(path) = path_of(page.next()) else { return records };
        page = Found(tbia.get(&path).json());
    }
}

/// All records, as the public sees them.
static ALL: LazyLock<Vec<Value>> = LazyLock::new(|| every(""));

/// All records, as holders of a key see them.
static ALL_WITH_KEY: LazyLock<Vec<Value>> =
    LazyLock::new(|| every(&format!("apikey={}", passing_key())));

/// The part of a link that a test's client asks for; none of an empty link.
fn path_of(link: &str) -> Option<String> {
    if link.is_empty() {
        return None;
    }
    Some(link.strip_prefix("http://127.0.0.1:8080/tbia").unwrap().to_owned())
}

/// A key that passes, as `/__admin/credentials` gives it.
fn passing_key() -> String {
    use wardian::apis;
    let api = apis::all().into_iter().find(|api| api.name() == "tbia").unwrap();
    let client = Client::tbia();
    let read = |db: &rusqlite::Connection| api.credentials(db, "");
    let keys = client.session().data.transact(wardian::store::Transaction::Read, read).unwrap();
    keys[0]["apikey"].as_str().unwrap().to_owned()
}
