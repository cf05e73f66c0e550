//! Entities as they are answered.

use rusqlite::Connection;

use super::Deriving;
use crate::apis::gbif::part;
use crate::apis::gbif::record::Record;
use crate::apis::gbif::shape::{self, Absent, Document, Origin};

/// The text of an answer.
#[derive(Debug)]
pub struct Shown {
    pub text: String,
    /// Where the day of access belongs, in bytes: a generated citation names the day on which it is read.
    pub day_at: Option<u32>,
}

/// Writes an entity with its parts and what is worked out from other rows.
pub fn shown(db: &Connection, record: &Record) -> rusqlite::Result<Shown> {
    let parts = part::all_of(db, record.id)?;
    let mut derived = Document::new();
    (record.entity.derive)(db, &Deriving { record, parts: &parts }, &mut derived)?;
    let mut text = String::with_capacity(4096);
    let mut day_at = None;
    for field in record.entity.fields {
        if let Origin::Parts(name) = field.origin {
            push_parts(&mut text, record, field.name, name, &parts);
            continue;
        }
        let value = match derived.get(field.name) {
            Some(value) => Some(value),
            None if field.origin == Origin::Derived => None,
            None => record.doc.get(field.name),
        };
        match (value.filter(|value| !value.is_null()), field.absent) {
            (Some(value), _) => {
                shape::push_member(&mut text, field.name, value);
                if field.name == "citation" && derived.contains_key("citation") {
                    day_at = end_of_first_text(&text, value);
                }
            }
            (None, Absent::Omitted) => {}
            (None, Absent::EmptyList) => shape::push_raw(&mut text, field.name, "[]"),
            (None, Absent::False) => shape::push_raw(&mut text, field.name, "false"),
        }
    }
    Ok(Shown { text: shape::close(text), day_at })
}

fn push_parts(text: &mut String, record: &Record, member: &str, name: &str, kept: &[part::Kept]) {
    let Some(part) = record.entity.parts.iter().find(|part| part.name == name) else {
        return shape::push_raw(text, member, "[]");
    };
    let shown: Vec<&str> =
        part::listed(part, kept).iter().map(|part| part.shown.as_str()).collect();
    shape::push_raw(text, member, &format!("[{}]", shown.join(",")));
}

/// Where, in what was written last, the text of a citation has its full stop.
fn end_of_first_text(written: &str, citation: &serde_json::Value) -> Option<u32> {
    let start = written.len() - citation.to_string().len();
    let text = citation.get("text")?.to_string();
    u32::try_from(start + "{\"text\":".len() + text.len() - ".\"".len()).ok()
}

/// Puts the day of access into an answer.
pub fn with_day(shown: &[u8], day_at: Option<u32>, day: &str) -> Vec<u8> {
    let Some(at) = day_at.map(|at| at as usize) else { return shown.to_vec() };
    let mut text = Vec::with_capacity(shown.len() + day.len());
    text.extend_from_slice(&shown[..at]);
    text.extend_from_slice(day.as_bytes());
    text.extend_from_slice(&shown[at..]);
    text
}
