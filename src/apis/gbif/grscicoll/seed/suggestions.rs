//! What has been suggested: a dozen for each kind, of every type, seven of them still to be decided about.

use jiff::{Timestamp, ToSpan};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::history::{History, Noted};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::suggestion::Suggestion;
use crate::apis::gbif::grscicoll::suggestion::difference::{self, Authorship};
use crate::apis::gbif::grscicoll::suggestion::suggested::written;
use crate::apis::gbif::grscicoll::{INSTITUTION, KINDS, address, audit};
use crate::apis::gbif::moment;
use crate::apis::gbif::record::{self, maybe_text, text};
use crate::apis::gbif::seed::gardener::{Gardener, mail_name};
use crate::apis::gbif::shape::Document;
use crate::world::epoch;

const REVIEWER: &str = "grscicoll_admin";

/// What is suggested, and what became of it.
const SUGGESTED: [(&str, &str); 12] = [
    ("UPDATE", "APPLIED"),
    ("UPDATE", "DISCARDED"),
    ("UPDATE", "APPLIED"),
    ("DELETE", "DISCARDED"),
    ("UPDATE", "APPLIED"),
    ("UPDATE", "PENDING"),
    ("CREATE", "PENDING"),
    ("DELETE", "PENDING"),
    ("MERGE", "PENDING"),
    ("UPDATE", "PENDING"),
    ("CONVERSION_TO_COLLECTION", "PENDING"),
    ("CREATE", "PENDING"),
];

pub fn sow(gardener: &mut Gardener, history: &mut History) -> rusqlite::Result<()> {
    let mut random = gardener.world.stream("gbif.grscicoll.suggestions");
    for entity in KINDS {
        let entities = live(gardener, entity)?;
        for (number, (kind, status)) in SUGGESTED.into_iter().enumerate() {
            // Collections are not converted; the last but one changes them once more.
            let is_conversion = kind == "CONVERSION_TO_COLLECTION";
            let is_possible = !is_conversion || entity.name == INSTITUTION.name;
            let kind = if is_possible { kind } else { "UPDATE" };
            let about = &entities[number % entities.len()];
            let other = &entities[(number + 1) % entities.len()];
            let drawn = Drawn { number, kind, status, about, other };
            drawn.plant(gardener, &mut random, entity, history)?;
        }
    }
    Ok(())
}

/// Some entities whose data nobody else keeps.
fn live(gardener: &Gardener, entity: &Entity) -> rusqlite::Result<Vec<Document>> {
    let sql = "SELECT doc FROM gbif_entity
               WHERE kind = ? AND deleted IS NULL AND doc ->> 'masterSource' = 'GRSCICOLL'
               ORDER BY id";
    let mut query = gardener.db.prepare(sql)?;
    let docs = query.query_map([entity.name], |row| row.get(0))?;
    docs.take(SUGGESTED.len() + 1)
        .map(|doc| {
            let Value::Object(doc) = doc? else { unreachable!("documents are objects") };
            Ok(doc)
        })
        .collect()
}

/// A suggestion, as it is drawn.
struct Drawn<'d> {
    number: usize,
    kind: &'d str,
    status: &'d str,
    about: &'d Document,
    /// Where a merge leads.
    other: &'d Document,
}

impl Drawn<'_> {
    fn plant(
        &self,
        gardener: &mut Gardener,
        random: &mut ChaCha8Rng,
        entity: &'static Entity,
        history: &mut History,
    ) -> rusqlite::Result<()> {
        let key = gardener.next("changeSuggestion");
        let days = 24 * i64::try_from(SUGGESTED.len() - self.number).expect("it is a dozen");
        let hours = days * 9 + random.random_range(0..48);
        let proposed = epoch().checked_sub(hours.hours()).expect("the world is older than that");
        let person =
            gardener.person(random, address::either(self.about, "country").unwrap_or("US"));
        let name = mail_name(person);
        // Every other one comes without an account.
        let user = Some("plain_user").filter(|_| self.number.is_multiple_of(2));
        let doc = self.document(entity, key, &moment::written(proposed), (user, &name));
        let mut suggestion = Suggestion { key, entity, doc };
        let before = audit::spaced(&suggestion.written());
        note(history, &suggestion, proposed, ("CREATE", user), [None, Some(before.clone())]);
        if let Some((operation, decided)) = self.decide(&mut suggestion.doc, proposed) {
            let after = audit::spaced(&suggestion.written());
            let states = [Some(before), Some(after)];
            note(history, &suggestion, decided, (operation, Some(REVIEWER)), states);
            if self.status == "APPLIED" {
                self.change_entity(gardener, entity, decided, history)?;
            }
        }
        suggestion.insert(gardener.db, address::either(self.about, "country"))
    }

    fn document(
        &self,
        entity: &'static Entity,
        key: i64,
        proposed: &str,
        (user, name): (Option<&str>, &str),
    ) -> Document {
        const COMMENTS: [&str; 4] = [
            "I work there and know it.",
            "The website says so since last year.",
            "Found while cleaning our own data.",
            "Please check with the curator.",
        ];
        let mut doc = json!({
            "key": key,
            "type": self.kind,
            "status": "PENDING",
            "proposed": proposed,
            "proposerEmail": format!("{name}@example.org"),
            "comments": [COMMENTS[self.number % COMMENTS.len()]],
            "changes": [],
            "modified": proposed,
        });
        if let Some(user) = user {
            doc["proposedBy"] = user.into();
            doc["modifiedBy"] = user.into();
        }
        if self.kind != "CREATE" {
            doc["entityKey"] = text(self.about, "key").into();
        }
        match self.kind {
            "MERGE" => doc["mergeTargetKey"] = text(self.other, "key").into(),
            "CONVERSION_TO_COLLECTION" => {
                doc["institutionForConvertedCollection"] = text(self.other, "key").into();
            }
            "CREATE" | "UPDATE" => {
                let (suggested, current) = self.suggested(entity);
                let authorship = Authorship { author: user, created: proposed };
                let changes = difference::between(entity, &suggested, &current, authorship);
                doc["changes"] = changes.into();
                doc["suggestedEntity"] = Value::Object(written(entity, suggested));
            }
            _ => {}
        }
        let Value::Object(doc) = doc else { unreachable!("it was written as an object") };
        doc
    }

    /// What is suggested, and what it is compared with.
    fn suggested(&self, entity: &Entity) -> (Document, Document) {
        let mut suggested = self.about.clone();
        if self.kind == "CREATE" {
            let name = format!("{} of Teaching", text(self.about, "name"));
            let country = address::either(self.about, "country").unwrap_or("US");
            suggested = Document::new();
            suggested.insert("code".to_owned(), format!("{}T", text(self.about, "code")).into());
            suggested.insert("name".to_owned(), name.into());
            suggested.insert("active".to_owned(), true.into());
            suggested.insert("address".to_owned(), json!({ "country": country }));
            if let Some(owner) = maybe_text(self.about, "institutionKey") {
                suggested.insert("institutionKey".to_owned(), owner.into());
            }
            return (suggested, Document::new());
        }
        let mut current = self.about.clone();
        if self.status == "APPLIED" {
            // What was applied has become what the entity is.
            current.shift_remove("numberSpecimens");
            suggested.entry("numberSpecimens").or_insert_with(|| 12_000.into());
            return (suggested, current);
        }
        suggested.insert("numberSpecimens".to_owned(), (15_000 + 100 * self.number).into());
        let member = if entity.name == INSTITUTION.name { "additionalNames" } else { "notes" };
        let value = if member == "notes" {
            json!("Moved to the new building.")
        } else {
            json!([format!("Collections of {}", text(self.about, "name"))])
        };
        suggested.insert(member.to_owned(), value);
        (suggested, current)
    }

    /// Makes the entity what an applied suggestion has made of it.
    fn change_entity(
        &self,
        gardener: &Gardener,
        entity: &'static Entity,
        decided: Timestamp,
        history: &mut History,
    ) -> rusqlite::Result<()> {
        let (mut after, before) = self.suggested(entity);
        let key = text(self.about, "key");
        let at = moment::written(decided);
        // Somebody may have changed it since.
        if text(&after, "modified") < at.as_str() {
            after.insert("modified".to_owned(), at.into());
            after.insert("modifiedBy".to_owned(), REVIEWER.into());
        }
        if let Some(id) = record::find_id(gardener.db, entity, key)? {
            record::replace(gardener.db, id, &after)?;
        }
        history.note(Noted {
            at: decided,
            entity,
            operation: "UPDATE",
            part: None,
            key: Some(key.to_owned()),
            replacement: None,
            user: REVIEWER.to_owned(),
            pre_state: Some(audit::state(entity, &before)),
            post_state: Some(audit::state(entity, &after)),
        });
        Ok(())
    }

    /// Decides about a suggestion, unless it is pending still; gives how the log calls that, and when it was.
    fn decide(&self, doc: &mut Document, proposed: Timestamp) -> Option<(&'static str, Timestamp)> {
        let (when, who, operation) = match self.status {
            "APPLIED" => ("applied", "appliedBy", "APPLY_SUGGESTION"),
            "DISCARDED" => ("discarded", "discardedBy", "DISCARD_SUGGESTION"),
            _ => return None,
        };
        let decided = proposed.checked_add(30.hours()).expect("it lies before the epoch");
        let at = moment::written(decided);
        for (member, text) in [
            ("status", self.status),
            (when, &at),
            (who, REVIEWER),
            ("modified", &at),
            ("modifiedBy", REVIEWER),
        ] {
            doc.insert(member.to_owned(), text.into());
        }
        Some((operation, decided))
    }
}

fn note(
    history: &mut History,
    suggestion: &Suggestion,
    at: Timestamp,
    (operation, user): (&'static str, Option<&str>),
    [pre_state, post_state]: [Option<String>; 2],
) {
    history.note(Noted {
        at,
        entity: suggestion.entity,
        operation,
        part: Some(("ChangeSuggestionDto", suggestion.key)),
        key: maybe_text(&suggestion.doc, "entityKey").map(str::to_owned),
        replacement: None,
        user: user.unwrap_or_default().to_owned(),
        pre_state,
        post_state,
    });
}
