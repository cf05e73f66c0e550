//! Somebody who calls wardian itself, by whatever path, and says of sessions only what the test says.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use serde_json::Value;
use wardian::emulator::{Emulator, Settings};

use super::{Answer, encode_target, herbarium};

/// A visitor of an emulator of its own, which has a herbarium and nothing else.
pub struct Visitor {
    pub emulator: Arc<Emulator>,
}

impl Visitor {
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        Self { emulator: herbarium::emulator(settings) }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "")
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], "")
    }

    pub fn post(&self, path: &str, json: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.send(Method::POST, path, &headers, json.to_string())
    }

    /// A GET in a session that is named by the header.
    pub fn get_in(&self, session: &str, path: &str) -> Answer {
        self.send(Method::GET, path, &[("x-wardian-session", session)], "")
    }

    /// Any request at all; it comes to 127.0.0.1:8080 unless its headers say otherwise.
    pub fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let mut request = http::Request::builder().method(method).uri(encode_target(path));
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "127.0.0.1:8080");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("the test wrote a valid request");
        let reply = self.emulator.answer(request);
        reply.into()
    }

    /// Adds a sheet to a session's herbarium and gives its id.
    pub fn add_sheet(&self, session: &str) -> String {
        let headers = [
            ("content-type", "application/json"),
            ("x-api-key", herbarium::API_KEY),
            ("x-wardian-session", session),
        ];
        let body = r#"{"taxon":"Dionaea muscipula"}"#;
        let made = self.send(Method::POST, "/herbarium/v1/sheet", &headers, body).json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// How many sheets a session's herbarium has.
    pub fn count_sheets(&self, session: &str) -> usize {
        let list = self.get_in(session, "/herbarium/v1/sheet").json();
        list["sheets"].as_array().unwrap().len()
    }
}
