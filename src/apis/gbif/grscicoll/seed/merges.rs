//! What merges of the past have left in the entities that took the place of others.

use serde_json::{Value, json};

use super::collections::Collection;
use super::history::{History, Noted};
use super::institutions::{Fate, Institution};
use super::{COLLECTIONS, INSTITUTIONS};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::grscicoll::parts::{
    CONTACT_PERSON, IDENTIFIER, MACHINE_TAG, OCCURRENCE_MAPPING,
};
use crate::apis::gbif::grscicoll::transfer::{IDIGBIO, is_same_contact, own_members};
use crate::apis::gbif::grscicoll::{COLLECTION, INSTITUTION, address, audit, merge};
use crate::apis::gbif::moment;
use crate::apis::gbif::part::{self, Part};
use crate::apis::gbif::record::{self, text};
use crate::apis::gbif::seed::gardener::{Gardener, Past};
use crate::apis::gbif::shape::{self, Document};

/// Hands over what the replaced ones had.
pub fn leave(
    gardener: &mut Gardener,
    institutions: &[Institution],
    collections: &[Collection],
    history: &mut History,
) -> rusqlite::Result<()> {
    // Each merge asks for the parts of two entities.
    let sql = "CREATE INDEX IF NOT EXISTS gbif_part_entity ON gbif_part (entity, name)";
    gardener.db.execute_batch(sql)?;
    for (number, institution) in institutions.iter().enumerate() {
        if let Fate::Replaced(by) = institution.fate {
            let keys = [institution.key.as_str(), institutions[by].key.as_str()];
            let past = institution.past;
            let merged = Merged { entity: &INSTITUTION, past, is_noted: number < INSTITUTIONS };
            merged.plant(gardener, keys, history)?;
        }
    }
    for (number, collection) in collections.iter().enumerate() {
        if let Fate::Replaced(by) = collection.fate {
            let keys = [collection.key.as_str(), collections[by].key.as_str()];
            let past = collection.past;
            let merged = Merged { entity: &COLLECTION, past, is_noted: number < COLLECTIONS };
            merged.plant(gardener, keys, history)?;
        }
    }
    Ok(())
}

/// A merge of the past.
struct Merged {
    entity: &'static Entity,
    /// Of the replaced entity: its last change was the merge.
    past: Past,
    /// Whether the log keeps it.
    is_noted: bool,
}

impl Merged {
    fn plant(
        &self,
        gardener: &mut Gardener,
        [replaced, replacement]: [&str; 2],
        history: &mut History,
    ) -> rusqlite::Result<()> {
        let db = gardener.db;
        let find = |key: &str| record::find(db, self.entity, key);
        let (Some(replaced), Some(replacement)) = (find(replaced)?, find(replacement)?) else {
            return Ok(());
        };
        let mut doc = merge::filled(&replacement, &replaced);
        for member in address::MEMBERS {
            let Some(Value::Object(address)) = doc.get(member) else { continue };
            if !replacement.doc.contains_key(member) {
                let numbered = address::with_key(gardener.next("address"), address);
                doc.insert(member.to_owned(), Value::Object(numbered));
            }
        }
        doc.insert("modified".to_owned(), moment::written(self.past.modified).into());
        doc.insert("modifiedBy".to_owned(), self.past.by.into());
        record::replace(db, replacement.id, &doc)?;
        let states = [&replacement.doc, &doc].map(|doc| Some(audit::state(self.entity, doc)));
        self.note(history, replacement.key(), ("UPDATE", None), states);
        let mut add = |part: &'static Part, doc: Document| {
            self.add(gardener, (replacement.id, replacement.key()), part, doc, history)
        };
        for (part, doc) in handed_over(db, replaced.id, replacement.id)? {
            add(part, doc)?;
        }
        let Value::Object(trace) = json!({ "type": "UUID", "identifier": replaced.key() }) else {
            unreachable!("it was written as an object")
        };
        add(&IDENTIFIER, trace)
    }

    fn add(
        &self,
        gardener: &mut Gardener,
        (id, holder): (i64, &str),
        part: &'static Part,
        mut doc: Document,
        history: &mut History,
    ) -> rusqlite::Result<()> {
        let key = gardener.next(part.name);
        let at = moment::written(self.past.modified);
        doc.insert("key".to_owned(), key.into());
        for (member, text) in [
            ("createdBy", self.past.by),
            ("modifiedBy", self.past.by),
            ("created", &at),
            ("modified", &at),
        ] {
            if part.is_audited(member) {
                doc.insert(member.to_owned(), text.into());
            }
        }
        part::insert(gardener.db, part, id, key, &doc)?;
        let state = Some(audit::spaced(&shape::write(part.fields, &doc)));
        let named = audit::part_name(part).map(|name| (name, key));
        self.note(history, holder, ("CREATE", named), [None, state]);
        Ok(())
    }

    fn note(
        &self,
        history: &mut History,
        key: &str,
        (operation, part): (&'static str, Option<(&'static str, i64)>),
        [pre_state, post_state]: [Option<String>; 2],
    ) {
        if self.is_noted && self.past.modified >= super::history::first_day() {
            history.note(Noted {
                at: self.past.modified,
                entity: self.entity,
                operation,
                part,
                key: Some(key.to_owned()),
                replacement: None,
                user: self.past.by.to_owned(),
                pre_state,
                post_state,
            });
        }
    }
}

/// The parts of one entity that another lacks.
fn handed_over(
    db: &rusqlite::Connection,
    from: i64,
    to: i64,
) -> rusqlite::Result<Vec<(&'static Part, Document)>> {
    let mut handed = Vec::new();
    let is_of_idigbio = |tag: &Document| text(tag, "namespace") == IDIGBIO;
    for part in [&IDENTIFIER, &MACHINE_TAG, &CONTACT_PERSON, &OCCURRENCE_MAPPING] {
        let known = part::documents(db, part, to)?;
        for doc in part::documents(db, part, from)? {
            let same = |members: &[&str], known: &Document| {
                members.iter().all(|member| doc.get(*member) == known.get(*member))
            };
            let is_wanted = match part.name {
                "machineTag" => is_of_idigbio(&doc) && !known.iter().any(is_of_idigbio),
                "contactPerson" => !known.iter().any(|known| is_same_contact(known, &doc)),
                "identifier" => !known.iter().any(|known| same(&["type", "identifier"], known)),
                _ => !known.iter().any(|k| same(&["code", "identifier", "datasetKey"], k)),
            };
            if is_wanted {
                let mut doc = own_members(part, &doc);
                // Quirk (contract 6.6): the code of the institution is lost.
                doc.shift_remove("parentCode");
                handed.push((part, doc));
            }
        }
    }
    Ok(handed)
}
