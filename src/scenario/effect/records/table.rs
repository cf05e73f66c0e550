//! Records as the rows of a table.

use rand_chacha::ChaCha8Rng;

use super::super::document::table::{Table, plain};
use super::{FieldName, Records, garble};
use crate::kit::records::{Coordinates, Records as Habit};

impl Records {
    pub(super) fn spoil_table(&self, table: &mut Table, habit: &Habit, random: &mut ChaCha8Rng) {
        self.rearrange(&mut table.rows, random);
        for column in columns(table, &self.null_fields) {
            cells(table, column).for_each(String::clear);
        }
        if self.swap_coordinates {
            swap(table, &habit.coordinates);
        }
        if self.string_numbers && habit.quoted_cells {
            for cell in table.rows.iter_mut().flatten().filter(|cell| is_number(cell)) {
                *cell = format!("\"{cell}\"");
            }
        }
        if self.mojibake {
            table.rows.iter_mut().flatten().for_each(garble);
        }
        // The last, since it moves the columns behind.
        for name in &self.drop_fields {
            if let [column] = columns(table, std::slice::from_ref(name))[..] {
                table.header.remove(column);
                for row in table.rows.iter_mut().filter(|row| column < row.len()) {
                    row.remove(column);
                }
            }
        }
    }
}

/// The columns of these names; those within others are none.
fn columns(table: &Table, names: &[FieldName]) -> Vec<usize> {
    let named = names.iter().map(FieldName::parts).filter(|(way, _)| way.is_empty());
    named.filter_map(|(_, name)| table.column(name)).collect()
}

/// The cells of a column.
fn cells(table: &mut Table, column: usize) -> impl Iterator<Item = &mut String> {
    table.rows.iter_mut().filter_map(move |row| row.get_mut(column))
}

fn is_number(cell: &str) -> bool {
    let is_begun = cell.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    is_begun && cell.parse::<f64>().is_ok_and(f64::is_finite)
}

fn swap(table: &mut Table, coordinates: &Coordinates) {
    for (latitude, longitude) in coordinates.pairs {
        if let (Some(first), Some(second)) = (table.column(latitude), table.column(longitude)) {
            let whole = table.rows.iter_mut().filter(|row| row.len() > first.max(second));
            whole.for_each(|row| row.swap(first, second));
        }
    }
    for name in coordinates.joined {
        let Some(column) = table.column(name) else { continue };
        for cell in cells(table, column) {
            if let Some((first, second)) = plain(cell).split_once(',') {
                *cell = format!("\"{second},{first}\"");
            }
        }
    }
}
