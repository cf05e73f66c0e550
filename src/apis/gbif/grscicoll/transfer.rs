//! What goes from one entity to another when that takes its place: copies of its parts, and its collections.

use rusqlite::Connection;
use serde_json::Value;

use super::collection::COLLECTION;
use super::parts::{CONTACT_PERSON, IDENTIFIER, MACHINE_TAG, OCCURRENCE_MAPPING};
use crate::apis::gbif::entity;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::{self, Part};
use crate::apis::gbif::quirk::MERGE_MOVES;
use crate::apis::gbif::record::{self, maybe_text, text};
use crate::apis::gbif::shape::{Document, Origin};
use crate::kit::call::Call;

/// The namespace of the machine tags by which iDigBio knows its entities.
pub const IDIGBIO: &str = "iDigBio.org";

/// A handing over, from the entity of one number to that of another.
pub struct Transfer<'t, 'r> {
    pub call: &'t Call<'r>,
    pub db: &'t Connection,
    pub user: &'t str,
    pub from: i64,
    pub to: i64,
}

impl Transfer<'_, '_> {
    /// Copies identifiers that the other does not have; it has its primary one already, if any.
    pub fn identifiers(&self) -> Result<(), Error> {
        let known = part::documents(self.db, &IDENTIFIER, self.to)?;
        let has_primary = known.iter().any(is_primary);
        let same = |one: &Document, other: &Document| {
            ["type", "identifier"].iter().all(|member| one.get(*member) == other.get(*member))
        };
        for mut identifier in part::documents(self.db, &IDENTIFIER, self.from)? {
            if known.iter().any(|known| same(known, &identifier)) {
                continue;
            }
            if has_primary {
                identifier.insert("primary".to_owned(), Value::Bool(false));
            }
            self.add(&IDENTIFIER, &identifier)?;
        }
        Ok(())
    }

    /// Copies machine tags: those of one namespace, or all.
    pub fn machine_tags(&self, namespace: Option<&str>) -> Result<(), Error> {
        for tag in part::documents(self.db, &MACHINE_TAG, self.from)? {
            if namespace.is_none_or(|namespace| text(&tag, "namespace") == namespace) {
                self.add(&MACHINE_TAG, &tag)?;
            }
        }
        Ok(())
    }

    /// Copies contact persons that the other does not have just so.
    pub fn contacts(&self) -> Result<(), Error> {
        let known = part::documents(self.db, &CONTACT_PERSON, self.to)?;
        for contact in part::documents(self.db, &CONTACT_PERSON, self.from)? {
            if !known.iter().any(|known| is_same_contact(known, &contact)) {
                self.add(&CONTACT_PERSON, &contact)?;
            }
        }
        Ok(())
    }

    /// Copies occurrence mappings that the other does not have.
    // Quirk (contract 6.6): the code of the institution is lost on the way.
    pub fn occurrence_mappings(&self) -> Result<(), Error> {
        let known = part::documents(self.db, &OCCURRENCE_MAPPING, self.to)?;
        let same = |one: &Document, other: &Document| {
            ["code", "identifier", "datasetKey"]
                .iter()
                .all(|member| one.get(*member) == other.get(*member))
        };
        for mut mapping in part::documents(self.db, &OCCURRENCE_MAPPING, self.from)? {
            if !known.iter().any(|known| same(known, &mapping)) {
                mapping.shift_remove("parentCode");
                self.add(&OCCURRENCE_MAPPING, &mapping)?;
            }
        }
        Ok(())
    }

    /// Gives the other a part of its own.
    pub fn add(&self, part: &'static Part, doc: &Document) -> Result<i64, Error> {
        let doc = own_members(part, doc);
        let sent = doc.clone();
        part::keep(self.call, self.db, part, (self.to, self.user), doc, &sent)
    }
}

/// Gives all collections of an institution to another one.
pub fn move_collections(
    call: &Call,
    db: &Connection,
    [from, to]: [&str; 2],
    user: &str,
) -> Result<(), Error> {
    let sql = "SELECT key FROM gbif_grscicoll
               WHERE institution = ? AND kind = 'collection' AND deleted IS NULL
               ORDER BY created, key";
    let mut keys: Vec<String> = db
        .prepare_cached(sql)?
        .query_map([from], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    // Quirk (contract 10): the live service moves what stands on the first page of their list, the newest.
    if call.is_live(&MERGE_MOVES) {
        keys.drain(..keys.len().saturating_sub(20));
    }
    for key in keys {
        let Some(collection) = record::find(db, &COLLECTION, &key)? else { continue };
        let mut doc = collection.doc.clone();
        doc.insert("institutionKey".to_owned(), to.into());
        entity::change(call, db, &collection, doc, user)?;
    }
    Ok(())
}

/// The members of a part that its maker decided about.
pub fn own_members(part: &Part, doc: &Document) -> Document {
    let own = part.fields.iter().filter(|field| field.origin == Origin::Client);
    own.filter_map(|field| Some((field.name.to_owned(), doc.get(field.name)?.clone()))).collect()
}

/// Whether two contacts say the same, whoever wrote them down and when.
pub fn is_same_contact(one: &Document, other: &Document) -> bool {
    own_members(&CONTACT_PERSON, one) == own_members(&CONTACT_PERSON, other)
}

/// Whether the data of an entity are kept elsewhere.
pub fn is_external(doc: &Document) -> bool {
    maybe_text(doc, "masterSource").is_some_and(|source| source != "GRSCICOLL")
}

fn is_primary(identifier: &Document) -> bool {
    identifier.get("primary") == Some(&Value::Bool(true))
}
