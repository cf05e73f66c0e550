//! The audit log of what the seed made: five years of it.

use jiff::{Timestamp, ToSpan};
use rand::RngExt;
use serde_json::Value;

use crate::apis::gbif::entity::{self, Entity};
use crate::apis::gbif::grscicoll::audit::{self, Entry};
use crate::apis::gbif::grscicoll::parts::{CONTACT_PERSON, IDENTIFIER};
use crate::apis::gbif::moment;
use crate::apis::gbif::part::Part;
use crate::apis::gbif::record::{maybe_text, text};
use crate::apis::gbif::seed::gardener::{Gardener, Past};
use crate::apis::gbif::shape::Document;
use crate::world::epoch;

/// How many additions of contacts, and as many of identifiers, the log keeps of each world.
const MOST_PARTS: i64 = 80;

/// What has been noted, in no order yet.
#[derive(Default)]
pub struct History(Vec<Noted>);

/// An event.
pub struct Noted {
    pub at: Timestamp,
    pub entity: &'static Entity,
    pub operation: &'static str,
    /// The kind of part that was concerned, and its key.
    pub part: Option<(&'static str, i64)>,
    /// None of what was only suggested.
    pub key: Option<String>,
    pub replacement: Option<String>,
    /// Empty of nobody known.
    pub user: String,
    pub pre_state: Option<String>,
    pub post_state: Option<String>,
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
                let key = Some(text(doc, "key").to_owned());
                let user = past.by.to_owned();
                self.0.push(Noted {
                    at,
                    entity,
                    operation,
                    part: None,
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
        // A merge writes down no update of what is replaced.
        if !doc.contains_key("replacedBy") && past.modified > past.created {
            note(past.modified, "UPDATE", both.clone(), None);
        }
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

    pub fn note(&mut self, noted: Noted) {
        self.0.push(noted);
    }

    /// Notes how some of the parts were added that have been planted.
    pub fn note_parts(&mut self, gardener: &Gardener) -> rusqlite::Result<()> {
        self.note_parts_of(gardener, &CONTACT_PERSON)?;
        self.note_parts_of(gardener, &IDENTIFIER)
    }

    fn note_parts_of(&mut self, gardener: &Gardener, part: &Part) -> rusqlite::Result<()> {
        let sql = "SELECT gbif_part.key, gbif_part.doc, gbif_entity.key, gbif_entity.kind
                   FROM gbif_part JOIN gbif_entity ON id = entity
                   WHERE gbif_part.name = ?
                     AND gbif_entity.kind IN ('institution', 'collection')
                     AND gbif_part.created >= ?
                   ORDER BY gbif_part.key LIMIT ?";
        let mut query = gardener.db.prepare(sql)?;
        let mut rows = query.query((part.name, moment::written(first_day()), MOST_PARTS))?;
        while let Some(row) = rows.next()? {
            let (written, kind): (String, String) = (row.get(1)?, row.get(3)?);
            let doc: Document = serde_json::from_str(&written).expect("parts are kept as JSON");
            self.note(Noted {
                at: moment::read(text(&doc, "created")).expect("the seed wrote it"),
                entity: entity::find(&kind).expect("the seed wrote it"),
                operation: "CREATE",
                part: audit::part_name(part).zip(row.get(0)?),
                key: row.get(2)?,
                replacement: None,
                user: text(&doc, "createdBy").to_owned(),
                pre_state: None,
                post_state: Some(audit::spaced(&written)),
            });
        }
        Ok(())
    }

    /// Writes the log, oldest first; what somebody did at the same moment was one request.
    pub fn write(mut self, gardener: &Gardener) -> rusqlite::Result<()> {
        let mut random = gardener.world.stream("gbif.grscicoll.history");
        self.0.sort_by(|one, other| (one.at, &one.user).cmp(&(other.at, &other.user)));
        let mut trace = 0;
        let mut deed = None;
        for noted in self.0 {
            let this = Some((noted.at, noted.user.clone()));
            if deed != this {
                trace = random.random_range(1..i64::MAX);
                deed = this;
            }
            let entry = Entry {
                part: noted.part.map(|(name, _)| name),
                part_key: noted.part.map(|(_, key)| key),
                entity_key: noted.key.as_deref(),
                replacement: noted.replacement.as_deref(),
                pre_state: noted.pre_state,
                post_state: noted.post_state,
                ..Entry::of(noted.entity, noted.operation, "", &noted.user)
            };
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

/// The day from which on the log was kept.
pub fn first_day() -> Timestamp {
    epoch().checked_sub((5 * 365 * 24).hours()).expect("the world is older than five years")
}
