//! The audit log of what the seed made: five years of it.

use jiff::{Timestamp, ToSpan};
use rand::RngExt;
use serde_json::Value;

use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::audit::{self, Entry};
use crate::apis::gbif::moment;
use crate::apis::gbif::record::{maybe_text, text};
use crate::apis::gbif::seed::gardener::{Gardener, Past};
use crate::apis::gbif::shape::Document;
use crate::world::epoch;

/// What has been noted, in no order yet.
#[derive(Default)]
pub struct History(Vec<Noted>);

struct Noted {
    at: Timestamp,
    entity: &'static Entity,
    operation: &'static str,
    key: String,
    replacement: Option<String>,
    user: &'static str,
    pre_state: Option<String>,
    post_state: Option<String>,
}

impl History {
    /// Notes how an entity was made, changed, and perhaps deleted; at larger scales the log keeps that of few.
    pub fn note_life(&mut self, entity: &'static Entity, is_kept: bool, doc: &Value, past: Past) {
        let Value::Object(doc) = doc else { return };
        if !is_kept {
            return;
        }
        let state = audit::state(entity, doc);
        let mut note = |at: Timestamp, operation, states: [Option<String>; 2], replacement| {
            let [pre_state, post_state] = states;
            if at >= first_day() {
                let key = text(doc, "key").to_owned();
                let user = past.by;
                self.0.push(Noted {
                    at,
                    entity,
                    operation,
                    key,
                    replacement,
                    user,
                    pre_state,
                    post_state,
                });
            }
        };
        note(past.created, "CREATE", [None, Some(state.clone())], None);
        if maybe_text(doc, "masterSource") == Some("IH") {
            let operation = if doc.contains_key("deleted") { "UNLINK" } else { "LINK" };
            note(past.created, operation, [None, None], None);
        }
        let both = [Some(earlier(entity, doc)), Some(state)];
        note(past.modified, "UPDATE", both.clone(), None);
        match (
            doc.get("deleted"),
            maybe_text(doc, "replacedBy"),
            maybe_text(doc, "convertedToCollection"),
        ) {
            (None, ..) => {}
            (_, Some(key), _) => note(past.modified, "REPLACE", both, Some(key.to_owned())),
            (_, _, Some(key)) => {
                note(past.modified, "CONVERSION_TO_COLLECTION", both, Some(key.to_owned()));
            }
            _ => note(past.modified, "DELETE", both, None),
        }
    }

    /// Writes the log, oldest first; each event was a request of its own.
    pub fn write(mut self, gardener: &Gardener) -> rusqlite::Result<()> {
        let mut random = gardener.world.stream("gbif.grscicoll.history");
        self.0.sort_by_key(|noted| noted.at);
        for noted in self.0 {
            let entry = Entry {
                replacement: noted.replacement.as_deref(),
                pre_state: noted.pre_state,
                post_state: noted.post_state,
                ..Entry::of(noted.entity, noted.operation, &noted.key, noted.user)
            };
            let trace = random.random_range(1..i64::MAX);
            audit::insert(gardener.db, trace, &moment::written(noted.at), &entry)?;
        }
        Ok(())
    }
}

/// What an entity may have been before its last change.
fn earlier(entity: &Entity, doc: &Document) -> String {
    let mut before = doc.clone();
    for member in ["deleted", "replacedBy", "convertedToCollection", "description"] {
        before.shift_remove(member);
    }
    before.insert("modified".to_owned(), before["created"].clone());
    audit::state(entity, &before)
}

fn first_day() -> Timestamp {
    epoch().checked_sub((5 * 365 * 24).hours()).expect("the world is older than five years")
}
