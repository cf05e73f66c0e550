//! Somebody who may do everything in GRSciColl, for tests that need entities of their own.

use serde_json::{Value, json};

use super::{anybody, as_user, key_of};
use crate::support::Client;

pub struct Curator(pub Client);

impl Curator {
    pub fn new() -> Self {
        Self(as_user(&anybody(), "grscicoll_admin"))
    }

    /// Makes an institution of what is said and what it needs.
    #[track_caller]
    pub fn institution(&self, said: &Value) -> String {
        self.make("institution", said)
    }

    #[track_caller]
    pub fn collection(&self, said: &Value) -> String {
        self.make("collection", said)
    }

    #[track_caller]
    fn make(&self, kind: &str, said: &Value) -> String {
        let mut whole = json!({ "code": "XQ", "name": "Unnamed", "active": true });
        whole.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        key_of(&self.0.post(&format!("/v1/grscicoll/{kind}"), &whole))
    }

    #[track_caller]
    pub fn identifier(&self, kind: &str, key: &str, class: &str, identifier: &str) {
        let path = format!("/v1/grscicoll/{kind}/{key}/identifier");
        let answer = self.0.post(&path, &json!({ "type": class, "identifier": identifier }));
        assert_eq!(answer.status(), 201, "{}", answer.text());
    }

    #[track_caller]
    pub fn mapping(&self, kind: &str, key: &str, mapping: &Value) {
        let path = format!("/v1/grscicoll/{kind}/{key}/occurrenceMapping");
        let answer = self.0.post(&path, mapping);
        assert_eq!(answer.status(), 201, "{}", answer.text());
    }

    #[track_caller]
    pub fn delete(&self, kind: &str, key: &str) {
        let answer = self.0.delete(&format!("/v1/grscicoll/{kind}/{key}"));
        assert_eq!(answer.status(), 204, "{}", answer.text());
    }

    /// The body of a successful GET below `/grscicoll`.
    #[track_caller]
    pub fn get(&self, target: &str) -> Value {
        self.0.get(&format!("/v1/grscicoll/{target}")).json()
    }

    /// Status, type and body of any GET below `/grscicoll`.
    #[track_caller]
    pub fn whole(&self, target: &str) -> String {
        self.0.get(&format!("/v1/grscicoll/{target}")).whole()
    }
}
