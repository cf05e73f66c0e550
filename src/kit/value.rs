//! Types that can be read from one parameter value.

use jiff::civil::Date;
use rusqlite::types::Value;
use uuid::Uuid;

/// What a parameter accepts; feeds refusals, help texts and OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expects {
    Text,
    Integer {
        min: i64,
        max: i64,
    },
    Number,
    Boolean,
    Date,
    Uuid,
    OneOf(&'static [&'static str]),
    /// Text of a form that the words describe.
    Form(&'static str),
}

/// A type that can be read from one parameter value: the type is the validation.
pub trait FromText: Sized + Send + Sync + 'static {
    const EXPECTS: Expects;

    /// The value that `text` stands for; a lenient type always finds one.
    fn from_text(text: &str) -> Option<Self>;

    /// The value as SQL binds it.
    fn into_sql(self) -> Value;
}

impl FromText for String {
    const EXPECTS: Expects = Expects::Text;

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn into_sql(self) -> Value {
        Value::Text(self)
    }
}

/// `true` or `false` in any case of letters.
impl FromText for bool {
    const EXPECTS: Expects = Expects::Boolean;

    fn from_text(text: &str) -> Option<Self> {
        text.to_ascii_lowercase().parse().ok()
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.into())
    }
}

impl FromText for i64 {
    const EXPECTS: Expects = Expects::Integer { min: i64::MIN, max: i64::MAX };

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn into_sql(self) -> Value {
        Value::Integer(self)
    }
}

impl FromText for u32 {
    const EXPECTS: Expects = Expects::Integer { min: 0, max: u32::MAX as i64 };

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.into())
    }
}

/// Finite numbers only: no text that a client sends reads as infinity.
impl FromText for f64 {
    const EXPECTS: Expects = Expects::Number;

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    fn into_sql(self) -> Value {
        Value::Real(self)
    }
}

impl FromText for Uuid {
    const EXPECTS: Expects = Expects::Uuid;

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn into_sql(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromText for Date {
    const EXPECTS: Expects = Expects::Date;

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn into_sql(self) -> Value {
        Value::Text(self.to_string())
    }
}
