//! Tables as text: a line of names and one line a record, comma or tab separated.
//!
//! Cells are kept as they are written, so that quotation marks that were not needed stay where they are.

use std::fmt;

/// A table, its first line being the names of the columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    delimiter: char,
    line_end: &'static str,
    /// Whether the last line ends as the others.
    is_ended: bool,
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table in which a cell that begins with a quotation mark also ends with one, if `quoted`.
    pub fn read(text: &str, quoted: bool) -> Self {
        let first_line = text.lines().next().unwrap_or_default();
        let delimiter = if first_line.contains('\t') { '\t' } else { ',' };
        let is_dos = text[first_line.len()..].starts_with("\r\n");
        let line_end = if is_dos { "\r\n" } else { "\n" };
        let mut lines: Vec<Vec<String>> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (cells, tail) = read_line(rest, delimiter, line_end, quoted);
            lines.push(cells);
            rest = tail;
        }
        let mut lines = lines.into_iter();
        let header = lines.next().unwrap_or_default();
        let is_ended = text.ends_with(line_end);
        Self { delimiter, line_end, is_ended, header, rows: lines.collect() }
    }

    /// The number of the column of this name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|cell| plain(cell).trim() == name)
    }
}

/// A cell without its quotation marks.
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).unwrap_or(cell)
}

/// The cells of the first line, and what follows it.
fn read_line<'t>(
    text: &'t str,
    delimiter: char,
    line_end: &str,
    quoted: bool,
) -> (Vec<String>, &'t str) {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let within = if quoted && rest.starts_with('"') { end_of_quoted(rest) } else { 0 };
        let end = rest[within..].find([delimiter, '\n']).map_or(rest.len(), |at| within + at);
        let ends_line = rest[end..].starts_with('\n');
        let cell = &rest[..end];
        let cell = if ends_line && line_end == "\r\n" {
            cell.strip_suffix('\r').unwrap_or(cell)
        } else {
            cell
        };
        cells.push(cell.to_owned());
        if end == rest.len() {
            return (cells, "");
        }
        rest = &rest[end + 1..];
        if ends_line {
            return (cells, rest);
        }
    }
}

/// The place behind the quotation mark that ends a cell; two in a row stand for one that is part of it.
fn end_of_quoted(text: &str) -> usize {
    let mut at = 1;
    while let Some(found) = text[at..].find('"') {
        at += found + 1;
        if !text[at..].starts_with('"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let lines = 1 + self.rows.len();
        for (number, cells) in std::iter::once(&self.header).chain(&self.rows).enumerate() {
            for (place, cell) in cells.iter().enumerate() {
                if place > 0 {
                    write!(f, "{}", self.delimiter)?;
                }
                f.write_str(cell)?;
            }
            if number + 1 < lines || self.is_ended {
                f.write_str(self.line_end)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in [
            "a,b\r\n\"1,2\",\"say \"\"x\"\"\"\r\n",
            "a\tb\n1\t\n",
            "a,b\n\"two\nlines\",\"\"",
            "a\n",
        ] {
            assert_eq!(Table::read(text, true).to_string(), text);
        }
    }

    #[test]
    fn quotation_marks_hold_a_cell_together_only_where_cells_are_quoted() {
        let text = "a\tb\n\"x\ty\"\n";

        assert_eq!(Table::read(text, true).rows, [["\"x\ty\""]]);
        assert_eq!(Table::read(text, false).rows, [["\"x", "y\""]]);
    }
}
