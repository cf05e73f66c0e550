//! A page of records as it goes over the wire: a table, whose columns are those that some record fills.
//!
//! The portal builds a table per page, so all records of a page have the same keys (contract 3.5). That is known
//! only after the last record was read, hence two passes: the first puts all cells side by side, their texts into one
//! buffer, and notes which columns are filled; the second writes them.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Map;

use super::super::key::Access;
use super::column::{Kind, Selection};

/// Records, side by side.
pub struct Sheet {
    selection: &'static Selection,
    /// Whether some record fills the column.
    is_filled: Vec<bool>,
    cells: Vec<Cell>,
    texts: String,
}

enum Cell {
    Absent,
    Text(Range<usize>),
    Number(f64),
    Day(i64),
    Flag(bool),
}

impl Sheet {
    /// Reads the records of these numbers, in their order; with `writes_flags` they have texts for some flags.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn read(
        db: &Connection,
        access: Access,
        writes_flags: bool,
        numbers: &[i64],
    ) -> rusqlite::Result<Self> {
        let selection = Selection::of(access, writes_flags);
        let width = selection.columns.len();
        let mut sheet = Self {
            selection,
            is_filled: vec![false; width],
            cells: Vec::with_capacity(width * numbers.len()),
            texts: String::with_capacity(1024 * numbers.len()),
        };
        let mut record = db.prepare_cached(&selection.sql)?;
        for number in numbers {
            record.query_row([number], |row| sheet.push(row))?;
        }
        Ok(sheet)
    }

    /// The id of the last record.
    pub fn last_id(&self) -> Option<&str> {
        match self.records().last()?.first()? {
            Cell::Text(range) => Some(&self.texts[range.clone()]),
            _ => None,
        }
    }

    /// The filled fields of all records as texts, one after the other.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let columns = self.selection.columns.iter().cycle();
        columns
            .zip(&self.cells)
            .filter_map(|(column, cell)| {
                let value = match cell {
                    Cell::Absent => return None,
                    Cell::Text(range) => self.texts[range.clone()].to_owned(),
                    Cell::Number(number) => number.to_string(),
                    Cell::Day(day) => Day(*day).to_string(),
                    Cell::Flag(flag) => flag.to_string(),
                };
                Some((column.name, value))
            })
            .collect()
    }

    fn push(&mut self, row: &Row) -> rusqlite::Result<()> {
        for (position, column) in self.selection.columns.iter().enumerate() {
            let cell = match (column.kind, row.get_ref(position)?) {
                (_, ValueRef::Null) => Cell::Absent,
                (Kind::Text, value) => {
                    let start = self.texts.len();
                    self.texts.push_str(value.as_str()?);
                    Cell::Text(start..self.texts.len())
                }
                (Kind::Number, value) => Cell::Number(value.as_f64()?),
                (Kind::Day, value) => Cell::Day(value.as_i64()?),
                (Kind::Flag, value) => Cell::Flag(value.as_i64()? != 0),
            };
            self.is_filled[position] |= !matches!(cell, Cell::Absent);
            self.cells.push(cell);
        }
        Ok(())
    }

    fn records(&self) -> std::slice::Chunks<'_, Cell> {
        self.cells.chunks(self.selection.columns.len())
    }
}

impl Serialize for Sheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = self.records();
        let mut list = serializer.serialize_seq(Some(records.len()))?;
        for cells in records {
            list.serialize_element(&Record { sheet: self, cells })?;
        }
        list.end()
    }
}

struct Record<'s> {
    sheet: &'s Sheet,
    cells: &'s [Cell],
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Sheet { selection, is_filled, texts, .. } = self.sheet;
        let mut record = serializer.serialize_map(None)?;
        let filled = is_filled.iter().zip(&selection.columns).zip(self.cells);
        for ((_, column), cell) in filled.filter(|((is_filled, _), _)| **is_filled) {
            match cell {
                Cell::Absent => record.serialize_entry(column.name, &()),
                Cell::Text(range) => record.serialize_entry(column.name, &texts[range.clone()]),
                Cell::Number(number) => record.serialize_entry(column.name, number),
                Cell::Day(day) => record.serialize_entry(column.name, &Day(*day)),
                Cell::Flag(flag) => record.serialize_entry(column.name, flag),
            }?;
        }
        record.end()
    }
}

/// A day as the store has it, which prints as `2021-10-21`.
pub struct Day(pub i64);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self(number) = self;
        write!(f, "{:04}-{:02}-{:02}", number / 10_000, number / 100 % 100, number % 100)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Sheet {
    fn schema_name() -> Cow<'static, str> {
        "Occurrences".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let fields: Map<_, _> = Selection::of(Access::Partner, false)
            .columns
            .iter()
            .map(|column| {
                let schema = match column.kind {
                    Kind::Text => json_schema!({ "type": ["string", "null"] }),
                    Kind::Number => json_schema!({ "type": ["number", "null"] }),
                    Kind::Day => json_schema!({ "type": ["string", "null"], "format": "date" }),
                    Kind::Flag => json_schema!({ "type": ["boolean", "null"] }),
                };
                (column.name.to_owned(), schema.to_value())
            })
            .collect();
        json_schema!({
            "type": "array",
            "items": { "type": "object", "properties": fields, "required": ["id"] },
        })
    }
}
