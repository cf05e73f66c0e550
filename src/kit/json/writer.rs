//! JSON text written piece by piece, for answers that are large and asked for often.

use serde_json::ser::{CompactFormatter, Formatter};

use super::{JsonStyle, write_float};

/// Writes values one after the other, on one line without blanks; commas come by themselves.
///
/// It writes what [`write()`](super::write) does for the same values, with less work: what the program itself
/// calls a member needs no look for what JSON escapes, and in texts that look is quick.
#[derive(Debug)]
pub struct Writer {
    bytes: Vec<u8>,
    style: JsonStyle,
}

impl Writer {
    /// # Panics
    /// When the style asks for more than numbers of its own form.
    pub fn new(style: JsonStyle) -> Self {
        let has_plain_form = style.is_plain() && !style.sorted_keys && !style.final_newline;
        assert!(has_plain_form, "only text on one line is written piece by piece");
        Self { bytes: Vec::with_capacity(4096), style }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.bytes.push(b'{');
        members(self);
        self.bytes.push(b'}');
    }

    pub fn array<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.bytes.push(b'[');
        for item in items {
            self.separate();
            each(self, item);
        }
        self.bytes.push(b']');
    }

    /// The key of the next value: a word of the program, without anything that JSON escapes.
    pub fn key(&mut self, key: &'static str) -> &mut Self {
        self.key_in_parts(&[key])
    }

    /// A key that is put together from such words.
    pub fn key_in_parts(&mut self, parts: &[&'static str]) -> &mut Self {
        self.separate();
        self.bytes.push(b'"');
        for part in parts {
            self.bytes.extend_from_slice(part.as_bytes());
        }
        self.bytes.extend_from_slice(b"\":");
        self
    }

    /// A key that somebody else has chosen.
    pub fn foreign_key(&mut self, key: &str) -> &mut Self {
        self.separate();
        self.text(key);
        self.bytes.push(b':');
        self
    }

    pub fn text(&mut self, text: &str) {
        self.text_in_parts(&[text]);
    }

    /// One text whose parts lie in different places.
    pub fn text_in_parts(&mut self, parts: &[&str]) {
        self.bytes.push(b'"');
        for part in parts {
            self.escaped(part);
        }
        self.bytes.push(b'"');
    }

    pub fn integer(&mut self, number: i64) {
        // Memory takes every byte.
        let _ = CompactFormatter.write_i64(&mut self.bytes, number);
    }

    pub fn count(&mut self, number: usize) {
        let _ = CompactFormatter.write_u64(&mut self.bytes, number as u64);
    }

    pub fn float(&mut self, number: f64) {
        if number.is_finite() {
            let _ = write_float(&mut self.bytes, self.style.floats, number);
        } else {
            self.null();
        }
    }

    pub fn flag(&mut self, flag: bool) {
        self.bytes.extend_from_slice(if flag { b"true" } else { b"false" });
    }

    pub fn null(&mut self) {
        self.bytes.extend_from_slice(b"null");
    }

    fn separate(&mut self) {
        if !matches!(self.bytes.last(), Some(b'{' | b'[')) {
            self.bytes.push(b',');
        }
    }

    fn escaped(&mut self, text: &str) {
        // Without an early end, since the compiler then looks at many bytes at once.
        let has_special =
            text.bytes().fold(false, |has, byte| has | matches!(byte, 0..0x20 | b'"' | b'\\'));
        if !has_special {
            return self.bytes.extend_from_slice(text.as_bytes());
        }
        let quoted = serde_json::to_string(text).expect("texts serialize");
        self.bytes.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pieces_are_what_the_value_is_written_as() {
        let mut writer = Writer::new(JsonStyle::COMPACT);

        writer.object(|it| {
            it.key("texts").array(["a", "\"\\/\n\u{1}\u{7f}é<\u{2028}", ""], Writer::text);
            it.key("numbers").array([1.5, 3.0, f64::NAN], Writer::float);
            it.key_in_parts(&["user", "_id"]).integer(-7);
            it.foreign_key("\"").object(|it| it.key("flag").flag(true));
            it.key("none").null();
            it.key("count").count(12);
            it.key("empty").object(|_| {});
            it.key("parts").text_in_parts(&["1\t", "2"]);
        });

        let value = json!({
            "texts": ["a", "\"\\/\n\u{1}\u{7f}é<\u{2028}", ""],
            "numbers": [1.5, 3.0, null],
            "user_id": -7,
            "\"": {"flag": true},
            "none": null,
            "count": 12,
            "empty": {},
            "parts": "1\t2",
        });
        assert_eq!(writer.into_bytes(), super::super::write(JsonStyle::COMPACT, &value));
    }
}
