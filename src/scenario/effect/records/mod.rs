//! Faults in the data that stay well formed: missing fields, doubled records, garbled texts.
//!
//! What is said of the whole list, as how many records there are, stays as it was. An answer that is one record alone has
//! faults in its fields only, and a refusal has none.

mod field;
mod json;
mod list;
mod markup;
mod table;

use rand_chacha::ChaCha8Rng;

pub use self::field::FieldName;
use super::document::Document;
use crate::kit::habits::Habits;
use crate::kit::reply::Reply;

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

impl Records {
    /// Spoils the records of an answer, and tells whether it is another now.
    pub fn apply(&self, reply: &mut Reply, habits: &Habits, random: &mut ChaCha8Rng) -> bool {
        let Some(mut document) = Document::of(reply, habits) else { return false };
        match &mut document {
            Document::Json(tree) => self.spoil_json(tree, habits, random),
            Document::Markup(markup) => self.spoil_markup(markup, &habits.records, random),
            Document::Table(table) => self.spoil_table(table, &habits.records, random),
        }
        let before = reply.body.clone();
        document.put(reply, habits);
        reply.body != before
    }
}

/// A text whose UTF-8 was taken for Latin-1, and written as UTF-8 again.
fn garble(text: &mut String) {
    if !text.is_ascii() {
        *text = text.bytes().map(char::from).collect();
    }
}
