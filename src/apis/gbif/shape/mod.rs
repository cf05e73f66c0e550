//! What entities and their parts are made of: fields, declared once.
//!
//! The declaration reads and checks what a client sends, orders and completes what it gets back, and describes both.

mod check;
mod read;
mod schema;
mod sent;
mod write;

use serde_json::{Map, Value};

pub use self::check::is_email;
pub use self::read::read_doi;
pub use self::schema::schema;
pub use self::sent::Sent;
pub use self::write::{close, push_member, push_raw, write};
use super::vocabulary::Vocabulary;

/// A JSON object.
pub type Document = Map<String, Value>;

/// One member of a document.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub origin: Origin,
    pub required: bool,
    pub absent: Absent,
    /// What is said against a text of blanks alone, where that is more than no text.
    pub objects_to_blank: Option<&'static str>,
}

/// What a field holds.
#[derive(Debug)]
pub enum Kind {
    Text {
        min: usize,
        max: usize,
    },
    Texts,
    Emails,
    Key,
    Boolean,
    Integer,
    Number {
        min: f64,
        max: f64,
    },
    OneOf(&'static Vocabulary),
    Country,
    Language,
    License,
    Doi,
    Link,
    Links,
    Citation,
    Moment,
    /// An object with fields of its own.
    Object(&'static [Field]),
    /// A list of such objects.
    Objects(&'static [Field]),
    /// Whatever the server puts there.
    Anything,
}

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The client.
    Client,
    /// The server, which keeps it in the document.
    Server,
    /// It is worked out from other rows whenever the document is written anew.
    Derived,
    /// The parts of this name.
    Parts(&'static str),
}

/// What stands for a value that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    Omitted,
    EmptyList,
    False,
}

const LONGEST: usize = 2_147_483_647;

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            origin: Origin::Client,
            required: false,
            absent: Absent::Omitted,
            objects_to_blank: None,
        }
    }

    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Kind::Text { min: 0, max: LONGEST })
    }

    /// A text of at least `min` characters.
    pub const fn text_from(name: &'static str, min: usize) -> Self {
        Self::new(name, Kind::Text { min, max: LONGEST })
    }

    pub const fn text_of(name: &'static str, min: usize, max: usize) -> Self {
        Self::new(name, Kind::Text { min, max })
    }

    /// A list of texts, empty where it is absent.
    pub const fn texts(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Texts) }
    }

    /// A list of e-mail addresses, empty where it is absent.
    pub const fn emails(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Emails) }
    }

    /// An object with fields of its own.
    pub const fn object(name: &'static str, fields: &'static [Self]) -> Self {
        Self::new(name, Kind::Object(fields))
    }

    /// A list of objects with fields of their own, empty where it is absent.
    pub const fn objects(name: &'static str, fields: &'static [Self]) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Objects(fields)) }
    }

    pub const fn key(name: &'static str) -> Self {
        Self::new(name, Kind::Key)
    }

    /// A boolean, false where it is absent.
    pub const fn boolean(name: &'static str) -> Self {
        Self { absent: Absent::False, ..Self::new(name, Kind::Boolean) }
    }

    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer)
    }

    pub const fn number(name: &'static str, min: f64, max: f64) -> Self {
        Self::new(name, Kind::Number { min, max })
    }

    pub const fn one_of(name: &'static str, vocabulary: &'static Vocabulary) -> Self {
        Self::new(name, Kind::OneOf(vocabulary))
    }

    pub const fn country(name: &'static str) -> Self {
        Self::new(name, Kind::Country)
    }

    pub const fn language(name: &'static str) -> Self {
        Self::new(name, Kind::Language)
    }

    pub const fn license(name: &'static str) -> Self {
        Self::new(name, Kind::License)
    }

    pub const fn doi(name: &'static str) -> Self {
        Self::new(name, Kind::Doi)
    }

    pub const fn link(name: &'static str) -> Self {
        Self::new(name, Kind::Link)
    }

    pub const fn links(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Links) }
    }

    pub const fn citation(name: &'static str) -> Self {
        Self::new(name, Kind::Citation)
    }

    pub const fn moment(name: &'static str) -> Self {
        Self::new(name, Kind::Moment)
    }

    /// Kept by the server.
    pub const fn kept(name: &'static str) -> Self {
        Self { origin: Origin::Server, ..Self::new(name, Kind::Anything) }
    }

    /// Kept by the server: a list, empty where it is absent.
    pub const fn kept_list(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::kept(name) }
    }

    /// Worked out from other rows.
    pub const fn derived(name: &'static str) -> Self {
        Self { origin: Origin::Derived, ..Self::new(name, Kind::Anything) }
    }

    /// The parts of an entity, under their name in its document.
    pub const fn parts(name: &'static str, part: &'static str) -> Self {
        Self { origin: Origin::Parts(part), absent: Absent::EmptyList, ..Self::kept(name) }
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Set by the server; what a client sends in its place has to have the right type all the same.
    pub const fn by_server(mut self) -> Self {
        self.origin = Origin::Server;
        self
    }

    /// A text of which blanks alone are refused, in these words.
    pub const fn not_blank(mut self, message: &'static str) -> Self {
        self.objects_to_blank = Some(message);
        self
    }

    /// A list that is left out where it is absent.
    pub const fn or_omitted(mut self) -> Self {
        self.absent = Absent::Omitted;
        self
    }
}

/// What the parser calls a value's type.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "Boolean",
        Value::Number(_) => "Number",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
    }
}
