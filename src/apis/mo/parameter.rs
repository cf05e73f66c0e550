//! Parameters as Mushroom Observer declares them: a name, a type, and notes for its help.

use crate::kit::fields::{Fields, Place};
use crate::kit::param::AnyParam;
use crate::kit::quirk::Quirk;
use crate::kit::reply::Rejection;
use crate::kit::value::Expects;

use super::model::Model;

/// A parameter of a table.
#[derive(Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub form: Form,
    pub notes: &'static [Note],
    /// Known, but not listed in the help.
    pub hidden: bool,
    /// The quirk of the live service in which it is not known.
    pub gone_in: Option<&'static Quirk>,
}

/// How many values it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    One,
    /// Parted by commas.
    List,
    /// Parted by a dash; a single value is a range too.
    Range,
    /// `notes[Cap]=red`: fields by name; a single value is the field `Other`.
    Fields,
}

/// The type of a parameter's values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Boolean,
    /// A boolean that may only be true.
    True,
    Float,
    /// From -3 to 3.
    Confidence,
    /// From 1 to 4.
    Quality,
    /// An unsigned number of 64 bits.
    Hash,
    Text,
    /// Text of at most so many characters.
    Short(usize),
    Choice(Choices),
    Email,
    Date,
    DateRange,
    TimeRange,
    Latitude,
    Longitude,
    Altitude,
    Record(Model),
    /// A record of any kind that can be commented on.
    Object,
    /// A place by id or name, or any text.
    PlaceName,
    Upload,
}

/// The values of an enumeration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choices {
    /// As the help names the type.
    pub word: &'static str,
    pub values: &'static [&'static str],
    pub shown: Shown,
}

/// How a refusal lists the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// `[:low, :high]`
    Symbols,
    /// `["jpg", "gif"]`
    Strings,
    /// `[1, 2]`
    Numbers,
}

impl Choices {
    pub fn list(&self) -> String {
        let values: Vec<String> = self
            .values
            .iter()
            .map(|value| match self.shown {
                Shown::Symbols => format!(":{value}"),
                Shown::Strings => format!("{value:?}"),
                Shown::Numbers => (*value).to_owned(),
            })
            .collect();
        format!("[{}]", values.join(", "))
    }

    fn sorted(&self) -> String {
        let mut values = self.values.to_vec();
        values.sort_unstable();
        values.join("|")
    }
}

/// A remark in a parameter's help, in the order of declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// What the type allows.
    Limit,
    Default(&'static str),
    NotBlank,
    /// `must be owner` and the like, or a sentence.
    Says(&'static str),
}

impl Parameter {
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, form: Form::One, notes: &[], hidden: false, gone_in: None }
    }

    pub const fn list(name: &'static str, kind: Kind) -> Self {
        Self { form: Form::List, ..Self::new(name, kind) }
    }

    pub const fn range(name: &'static str, kind: Kind) -> Self {
        Self { form: Form::Range, ..Self::new(name, kind) }
    }

    pub const fn fields(name: &'static str) -> Self {
        Self { form: Form::Fields, ..Self::new(name, Kind::Text) }
    }

    pub const fn record(name: &'static str, model: Model) -> Self {
        Self::new(name, Kind::Record(model))
    }

    pub const fn records(name: &'static str, model: Model) -> Self {
        Self::list(name, Kind::Record(model))
    }

    pub const fn notes(self, notes: &'static [Note]) -> Self {
        Self { notes, ..self }
    }

    pub const fn hidden(self) -> Self {
        Self { hidden: true, ..self }
    }

    pub const fn gone_in(self, quirk: &'static Quirk) -> Self {
        Self { gone_in: Some(quirk), ..self }
    }

    /// Whether a blank value is refused.
    pub fn is_not_blank(&self) -> bool {
        self.notes.contains(&Note::NotBlank)
    }

    /// Its entry in the help: `url: string (not blank)`.
    pub fn help_entry(&self) -> String {
        let form = match self.form {
            Form::One | Form::Fields => "",
            Form::List => " list",
            Form::Range => " range",
        };
        let notes: Vec<String> = self.notes.iter().map(|note| self.words(*note)).collect();
        let notes =
            if notes.is_empty() { String::new() } else { format!(" ({})", notes.join(", ")) };
        format!("{}: {}{form}{notes}", self.name, self.kind.word())
    }

    fn words(&self, note: Note) -> String {
        match note {
            Note::Limit => format!("limit={}", self.kind.limit()),
            Note::Default("true") => "default".to_owned(),
            Note::Default(value) => format!("default={value}"),
            Note::NotBlank => "not blank".to_owned(),
            Note::Says(words) => words.to_owned(),
        }
    }
}

impl Kind {
    /// As the help names the type.
    fn word(self) -> &'static str {
        match self {
            Self::Boolean | Self::True => "boolean",
            Self::Float => "float",
            Self::Confidence => "confidence",
            Self::Quality => "quality",
            Self::Hash => "integer",
            Self::Text | Self::Short(_) => "string",
            Self::Choice(choices) => choices.word,
            Self::Email => "email",
            Self::Date => "date",
            Self::DateRange => "date range",
            Self::TimeRange => "time range",
            Self::Latitude => "latitude",
            Self::Longitude => "longitude",
            Self::Altitude => "altitude",
            Self::Record(model) => model.word(),
            Self::Object => "object",
            Self::PlaceName => "place_name",
            Self::Upload => "upload",
        }
    }

    fn limit(self) -> String {
        match self {
            Self::True => "true".to_owned(),
            Self::Confidence => "-3..3".to_owned(),
            Self::Quality => "1..4".to_owned(),
            Self::Hash => format!("0..{}", u64::MAX),
            Self::Short(limit) => format!("{limit} chars"),
            Self::Email => "80 chars".to_owned(),
            Self::PlaceName => "1024 chars".to_owned(),
            Self::Choice(choices) => choices.sorted(),
            Self::Object => Model::COMMENTED.map(Model::class).join("|"),
            _ => String::new(),
        }
    }
}

/// For routes and OpenAPI. Checking is the table's business, in its own order and with the store at hand.
impl AnyParam for Parameter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    fn help(&self) -> &'static str {
        self.notes
            .iter()
            .find_map(|note| match note {
                Note::Says(words) => Some(*words),
                _ => None,
            })
            .unwrap_or("")
    }

    fn place(&self) -> Place {
        Place::Query
    }

    fn expects(&self) -> Expects {
        match (self.form, self.kind) {
            (Form::One, Kind::Boolean | Kind::True) => Expects::Boolean,
            (Form::One, Kind::Float | Kind::Confidence | Kind::Quality) => Expects::Number,
            (Form::One, Kind::Text | Kind::Short(_)) | (Form::Fields, _) => Expects::Text,
            (Form::One, Kind::Choice(choices)) => Expects::OneOf(choices.values),
            (_, kind) => Expects::Form(kind.word()),
        }
    }

    fn default(&self) -> Option<&'static str> {
        self.notes.iter().find_map(|note| match note {
            Note::Default(value) => Some(*value),
            _ => None,
        })
    }

    fn required(&self) -> bool {
        false
    }

    fn repeats(&self) -> bool {
        false
    }

    fn is_given(&self, fields: &Fields) -> bool {
        fields.all(Place::Query, self.name).next().is_some()
    }

    fn check(&self, _: &Fields) -> Result<(), Rejection> {
        Ok(())
    }

    fn sql_values(&self, _: &Fields) -> Vec<rusqlite::types::Value> {
        Vec::new()
    }
}

/// Parameters that every table and method takes beside its own.
pub static EVERYWHERE: [Parameter; 6] = [
    Parameter::new("api_key", Kind::Text),
    Parameter::new("detail", DETAIL),
    Parameter::new("format", FORMAT),
    Parameter::new("help", Kind::Text),
    Parameter::new("page", Kind::Text),
    Parameter::new("version", Kind::Text),
];

const DETAIL: Kind =
    Kind::Choice(Choices { word: "enum", values: &["none", "low", "high"], shown: Shown::Symbols });

const FORMAT: Kind =
    Kind::Choice(Choices { word: "enum", values: &["json", "xml"], shown: Shown::Symbols });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_entries_are_built_from_the_declaration() {
        let title =
            Parameter::new("set_title", Kind::Short(100)).notes(&[Note::Limit, Note::NotBlank]);
        let log = Parameter::new("log", Kind::Boolean)
            .notes(&[Note::Default("true"), Note::Says("log it?")]);
        let id = Parameter::records("id", Model::SpeciesList);
        let confidence = Parameter::range("confidence", Kind::Confidence).notes(&[Note::Limit]);

        assert_eq!(title.help_entry(), "set_title: string (limit=100 chars, not blank)");
        assert_eq!(log.help_entry(), "log: boolean (default, log it?)");
        assert_eq!(id.help_entry(), "id: species_list list");
        assert_eq!(confidence.help_entry(), "confidence: confidence range (limit=-3..3)");
    }
}
