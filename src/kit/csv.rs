//! Tables as text: comma or tab separated, quoted only where needed.

use ::csv::{QuoteStyle, Terminator, WriterBuilder};

/// The form of a service's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableStyle {
    pub delimiter: u8,
    pub terminator: LineEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    CrLf,
    Lf,
}

/// Writes rows of cells, the header among them, in `style`.
pub fn write<R, C>(style: TableStyle, rows: impl IntoIterator<Item = R>) -> Vec<u8>
where
    R: IntoIterator<Item = C>,
    C: AsRef<[u8]>,
{
    let terminator = match style.terminator {
        LineEnd::CrLf => Terminator::CRLF,
        LineEnd::Lf => Terminator::Any(b'\n'),
    };
    let mut writer = WriterBuilder::new()
        .delimiter(style.delimiter)
        .terminator(terminator)
        .quote_style(QuoteStyle::Necessary)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("memory takes every row");
    }
    writer.into_inner().expect("memory takes every byte")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_only_where_needed() {
        let style = TableStyle { delimiter: b',', terminator: LineEnd::CrLf };

        let text = write(style, [vec!["a", "b"], vec!["1,2", "say \"x\""]]);

        assert_eq!(text, b"a,b\r\n\"1,2\",\"say \"\"x\"\"\"\r\n");
    }
}
