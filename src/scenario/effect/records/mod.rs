//! Faults in the data that stay well formed: missing fields, doubled records, garbled texts.
//!
//! What is said of the whole list, as how many records there are, stays as it was. An answer that is one record alone has
//! faults in its fields only, and a refusal has none.

mod field;
mod json;
mod list;
mod markup;
mod table;
#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;

pub use self::field::FieldName;
use super::document::Document;
use crate::kit::habits::Habits;
use crate::kit::reply::Reply;
use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

/// What is wrong with the records of an answer.
#[expect(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Fields that are missing.
    pub drop_fields: Vec<FieldName>,
    /// Fields that are there and have no value: null in JSON, empty elsewhere.
    pub null_fields: Vec<FieldName>,
    /// Numbers are texts: in quotation marks in JSON and tables, declared as strings in XML.
    pub string_numbers: bool,
    /// How many records come twice.
    pub duplicate: usize,
    /// How many records are missing.
    pub omit: usize,
    pub shuffle: bool,
    /// Latitudes stand where longitudes belong.
    pub swap_coordinates: bool,
    /// Texts are UTF-8 that was taken for Latin-1.
    pub mojibake: bool,
}

/// How many records may come twice, or be missing.
const MOST: u64 = 1000;

impl Records {
    /// Reads the value of `records`.
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { drop_fields: [title] }", faults)?;
        let drop_fields = members.read("drop_fields", read_fields).unwrap_or_default();
        let null_fields = members.read("null_fields", read_fields).unwrap_or_default();
        let mut number = |name| {
            members.read(name, |node, faults| {
                let number = read::count(1)(node, faults)?;
                if number > MOST {
                    faults.expected(node, "a whole number from 1 to 1000");
                    return None;
                }
                usize::try_from(number).ok()
            })
        };
        let (duplicate, omit) = (number("duplicate"), number("omit"));
        let mut switch = |name| members.read(name, read::boolean).unwrap_or(false);
        let records = Self {
            drop_fields,
            null_fields,
            string_numbers: switch("string_numbers"),
            duplicate: duplicate.unwrap_or(0),
            omit: omit.unwrap_or(0),
            shuffle: switch("shuffle"),
            swap_coordinates: switch("swap_coordinates"),
            mojibake: switch("mojibake"),
        };
        members.finish();
        faults.nothing(node, &records);
        Some(records)
    }

    /// Spoils the records of an answer, and tells whether it is another now.
    pub fn apply(&self, reply: &mut Reply, habits: &Habits, random: &mut ChaCha8Rng) -> bool {
        let Some(mut document) = Document::of(reply, habits) else { return false };
        match &mut document {
            Document::Json(tree) => self.spoil_json(tree, habits, random),
            Document::Markup(markup) => self.spoil_markup(markup, &habits.records, random),
            Document::Table(table) => self.spoil_table(table, &habits.records, random),
            Document::Text(text) if self.mojibake => garble(text),
            Document::Text(_) => {}
        }
        let before = reply.body.clone();
        document.put(reply, habits);
        reply.body != before
    }
}

fn read_fields(node: &Node, faults: &Faults) -> Option<Vec<FieldName>> {
    let field = |node: &Node| {
        let name = FieldName::new(&read::text(node, faults)?);
        if name.is_none() {
            faults.expected(node, "the name of a field, or several parted by slashes");
        }
        name
    };
    let items = read::list(node, "a list of names", faults)?;
    let fields: Vec<Option<FieldName>> = items.iter().map(field).collect();
    fields.into_iter().collect()
}

/// A text whose UTF-8 was taken for Latin-1, and written as UTF-8 again.
fn garble(text: &mut String) {
    if !text.is_ascii() {
        *text = text.bytes().map(char::from).collect();
    }
}
