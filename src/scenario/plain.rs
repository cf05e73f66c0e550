//! Values that hold nothing else: what they are, and how they are written.

use std::cell::Cell;
use std::ops::Range;

use serde_json::Value;

/// What YAML makes of a value, and what its writer wrote: where a text is expected, `1.10` is no number.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    pub value: Value,
    written: Written,
    /// Whether it was taken as a text.
    is_text: Cell<bool>,
}

/// How a number or a boolean is written.
#[derive(Clone, Debug, PartialEq)]
enum Written {
    /// Nobody knows: JSON does not tell.
    Unknown,
    /// As the value shows itself.
    Alike,
    /// In these bytes of the text that is being read.
    At(Range<usize>),
    As(Box<str>),
}

impl From<Value> for Plain {
    fn from(value: Value) -> Self {
        Self { value, written: Written::Unknown, is_text: Cell::new(false) }
    }
}

impl Plain {
    /// Takes it as a text, which nothing is not, nor a number of which it is not known how it is written.
    pub fn take_text(&self) -> Option<String> {
        let text = match (&self.value, &self.written) {
            (Value::Null, _) => return None,
            // It may have been 1.10, or 1e3.
            (Value::Number(number), Written::Unknown) if number.is_f64() => return None,
            (_, Written::As(text)) => text.to_string(),
            (Value::String(text), _) => text.clone(),
            (value, _) => value.to_string(),
        };
        self.is_text.set(true);
        Some(text)
    }

    /// The value; the text, where that was taken.
    pub fn to_json(&self) -> Value {
        match &self.written {
            Written::As(text) if self.is_text.get() => (**text).into(),
            // As a number, JSON would not tell how it is written.
            _ if self.is_text.get() && self.value.is_f64() => self.value.to_string().into(),
            _ => self.value.clone(),
        }
    }

    /// Notes in which bytes of a text it stands.
    pub fn stands_at(&mut self, bytes: Range<usize>) {
        if self.value.is_number() || self.value.is_boolean() {
            self.written = Written::At(bytes);
        }
    }

    /// Cuts out of the text how it is written, where the value shows itself otherwise.
    pub fn spell(&mut self, text: &str) {
        let Written::At(range) = &self.written else { return };
        let shown = self.value.to_string();
        let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || b"+-._".contains(&sign);
        // A number in quotation marks behind a tag is not written plainly.
        let written = text.get(range.clone()).filter(|written| written.bytes().all(is_sign));
        let written = written.filter(|written| **written != shown);
        self.written = written.map_or(Written::Alike, |written| Written::As(written.into()));
    }
}
