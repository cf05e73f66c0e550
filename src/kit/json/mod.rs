//! JSON as each service writes it.
//!
//! Two services that send the same values still differ in bytes: spaces, escapes, order of keys, the form of numbers.
//! A [`JsonStyle`] states those differences; [`write()`] keeps to it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

pub use self::writer::Writer;

mod writer;

/// The form of a service's JSON text.
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JsonStyle {
    /// Keys in alphabetical order at every level, instead of the order of declaration.
    pub sorted_keys: bool,
    /// Every character outside ASCII as `\uXXXX`.
    pub ascii: bool,
    /// `, ` and `: ` instead of `,` and `:`.
    pub spaced: bool,
    /// `<`, `>`, `&`, U+2028 and U+2029 as `\uXXXX`.
    pub html_safe: bool,
    /// Each member on a line of its own, with this many blanks a level; 0 is one line.
    pub indent: u8,
    pub final_newline: bool,
    pub floats: Floats,
}

/// How a platform prints floating-point numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Floats {
    /// `1.0`, `1e-05`, `1e+16`.
    #[default]
    Python,
    /// `1.0`, `1.0E-5`, `1.0E7`.
    Java,
    /// `1.0`, `1.0e-05`, `1.0e+16`.
    Ruby,
}

impl JsonStyle {
    /// One line, no blanks, UTF-8, keys as declared.
    pub const COMPACT: Self = Self {
        sorted_keys: false,
        ascii: false,
        spaced: false,
        html_safe: false,
        indent: 0,
        final_newline: false,
        floats: Floats::Java,
    };

    /// Whether text is printed as `serde_json` does by itself.
    fn is_plain(self) -> bool {
        !self.ascii && !self.spaced && !self.html_safe && self.indent == 0
    }
}

/// Writes `value` in `style`.
///
/// # Panics
/// When a value's `Serialize` fails, as a map with keys that are no text does: a mistake in its type.
pub fn write(style: JsonStyle, value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    if style.sorted_keys {
        let mut tree = serde_json::to_value(value).expect("wire types serialize");
        tree.sort_all_objects();
        print(style, &mut bytes, &tree);
    } else {
        print(style, &mut bytes, value);
    }
    if style.final_newline {
        bytes.push(b'\n');
    }
    bytes
}

/// Writes a tree of values in `style`, its keys in the order they have.
pub fn write_tree(style: JsonStyle, tree: &Value) -> Vec<u8> {
    write(style, tree)
}

fn print(style: JsonStyle, bytes: &mut Vec<u8>, value: &impl Serialize) {
    if style.is_plain() {
        return value
            .serialize(&mut Serializer::with_formatter(bytes, Plain(style.floats)))
            .expect("wire types serialize, and memory takes every byte");
    }
    let printer = Printer { style, depth: 0, is_empty: true };
    value
        .serialize(&mut Serializer::with_formatter(bytes, printer))
        .expect("wire types serialize, and memory takes every byte");
}

/// What most services write, which needs no look at the style for each piece of text.
struct Plain(Floats);

impl Formatter for Plain {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write_float(writer, self.0, value)
    }
}

struct Printer {
    style: JsonStyle,
    depth: usize,
    /// Whether the array or object that was begun last has no member yet.
    is_empty: bool,
}

impl Printer {
    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if !self.is_empty {
            self.break_line(writer)?;
        }
        self.is_empty = false;
        writer.write_all(bracket)
    }

    fn separate<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.is_empty = false;
        if !first {
            let spaced = self.style.spaced && self.style.indent == 0;
            writer.write_all(if spaced { b", " } else { b"," })?;
        }
        self.break_line(writer)
    }

    fn break_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        if self.style.indent == 0 {
            return Ok(());
        }
        writer.write_all(b"\n")?;
        writer.write_all(&b" ".repeat(self.depth * usize::from(self.style.indent)))
    }

    fn must_escape(&self, character: char) -> bool {
        (self.style.ascii && !character.is_ascii())
            || (self.style.html_safe
                && matches!(character, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'))
    }
}

impl Formatter for Printer {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        write_float(writer, self.style.floats, value)
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let is_plain = !self.style.ascii || fragment.is_ascii();
        if is_plain && !self.style.html_safe {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(at) = rest.find(|character| self.must_escape(character)) {
            let (plain, tail) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let character = tail.chars().next().expect("`find` found one here");
            for unit in character.encode_utf16(&mut [0; 2]) {
                writer.write_all(&unicode_escape(*unit))?;
            }
            rest = &tail[character.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Quote => writer.write_all(b"\\\""),
            CharEscape::ReverseSolidus => writer.write_all(b"\\\\"),
            CharEscape::Solidus => writer.write_all(b"/"),
            CharEscape::Backspace => writer.write_all(b"\\b"),
            CharEscape::FormFeed => writer.write_all(b"\\f"),
            CharEscape::LineFeed => writer.write_all(b"\\n"),
            CharEscape::CarriageReturn => writer.write_all(b"\\r"),
            CharEscape::Tab => writer.write_all(b"\\t"),
            CharEscape::AsciiControl(byte) => writer.write_all(&unicode_escape(byte.into())),
        }
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.separate(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let spaced = self.style.spaced || self.style.indent > 0;
        writer.write_all(if spaced { b": " } else { b":" })
    }
}

fn unicode_escape(unit: u16) -> [u8; 6] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u16| DIGITS[usize::from(unit >> shift & 0xf)];
    [b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]
}

/// The shortest digits that read back as `value`, laid out as the platform does.
fn write_float<W: ?Sized + Write>(writer: &mut W, floats: Floats, value: f64) -> io::Result<()> {
    let size = value.abs();
    let is_plain = match floats {
        Floats::Java => (1e-3..1e7).contains(&size),
        Floats::Python | Floats::Ruby => (1e-4..1e16).contains(&size),
    };
    if is_plain || value == 0.0 {
        // Here all platforms agree, and so does the library.
        return CompactFormatter.write_f64(writer, value);
    }
    writer.write_all(scientific(floats, value).as_bytes())
}

/// A number too large or too small to be written without an exponent.
fn scientific(floats: Floats, value: f64) -> String {
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e').expect("{:e} writes an exponent");
    let exponent: i32 = exponent.parse().expect("{:e} writes a whole exponent");
    let whole = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    match floats {
        Floats::Java => format!("{whole}E{exponent}"),
        Floats::Ruby => format!("{whole}e{exponent:+03}"),
        Floats::Python => format!("{digits}e{exponent:+03}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(style: JsonStyle, value: &Value) -> String {
        String::from_utf8(write(style, value)).unwrap()
    }

    #[test]
    fn python_writes_ascii_with_blanks_after_comma_and_colon() {
        let style = JsonStyle { ascii: true, spaced: true, ..JsonStyle::default() };
        let value = json!({"名": "臺🐢\n\u{1}/", "n": [1, 2.5, 3.0], "e": {}, "l": []});

        let expected =
            r#"{"\u540d": "\u81fa\ud83d\udc22\n\u0001/", "n": [1, 2.5, 3.0], "e": {}, "l": []}"#;
        assert_eq!(text(style, &value), expected);
    }

    #[test]
    fn sorted_keys_are_sorted_at_every_level() {
        let style = JsonStyle { sorted_keys: true, final_newline: true, ..JsonStyle::COMPACT };

        let sorted = text(style, &json!({"b": {"z": 1, "a": 2}, "a": [{"d": 1, "c": 2}]}));

        assert_eq!(sorted, "{\"a\":[{\"c\":2,\"d\":1}],\"b\":{\"a\":2,\"z\":1}}\n");
    }

    #[test]
    fn indented_text_keeps_empty_lists_on_one_line() {
        let style = JsonStyle { indent: 2, ..JsonStyle::COMPACT };

        let indented = text(style, &json!({"a": [], "b": {"c": 1}}));

        assert_eq!(indented, "{\n  \"a\": [],\n  \"b\": {\n    \"c\": 1\n  }\n}");
    }

    #[test]
    fn html_safe_text_escapes_what_opens_a_tag() {
        let style = JsonStyle { html_safe: true, ..JsonStyle::COMPACT };

        assert_eq!(text(style, &json!("<i>é</i>")), r#""\u003ci\u003eé\u003c/i\u003e""#);
    }

    #[test]
    fn floats_print_as_each_platform_prints_them() {
        let form = |floats, value| {
            let mut text = Vec::new();
            write_float(&mut text, floats, value).unwrap();
            String::from_utf8(text).unwrap()
        };
        let forms =
            |value| [Floats::Python, Floats::Java, Floats::Ruby].map(|floats| form(floats, value));

        assert_eq!(forms(23.5), ["23.5", "23.5", "23.5"]);
        assert_eq!(forms(1.0), ["1.0", "1.0", "1.0"]);
        assert_eq!(forms(-0.0), ["-0.0", "-0.0", "-0.0"]);
        assert_eq!(forms(0.001), ["0.001", "0.001", "0.001"]);
        assert_eq!(forms(0.000_12), ["0.00012", "1.2E-4", "0.00012"]);
        assert_eq!(forms(9_999_999.5), ["9999999.5", "9999999.5", "9999999.5"]);
        assert_eq!(
            forms(9_007_199_254_740_993.0),
            ["9007199254740992.0", "9.007199254740992E15", "9007199254740992.0"]
        );
        assert_eq!(forms(12_345_678.0), ["12345678.0", "1.2345678E7", "12345678.0"]);
        assert_eq!(forms(0.00001), ["1e-05", "1.0E-5", "1.0e-05"]);
        assert_eq!(forms(-1e16), ["-1e+16", "-1.0E16", "-1.0e+16"]);
    }
}
