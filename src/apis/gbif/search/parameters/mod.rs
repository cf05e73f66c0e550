//! By what datasets can be searched and counted.

mod table;

use rusqlite::types::Value;

pub use self::table::PARAMETERS;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::quirk::KEYWORD_CASE;
use crate::apis::gbif::shape::read_doi;
use crate::apis::gbif::value::{Period, Range};
use crate::apis::gbif::vocabulary::{Vocabulary, same_word};
use crate::apis::gbif::{place, search::words};
use crate::kit::fields::Fields;
use crate::kit::filter::Where;
use crate::kit::param::{AnyParam, Param};
use crate::kit::value::FromText;

/// A parameter of the search.
pub struct Parameter {
    /// As it is written in queries, and what it means to OpenAPI.
    pub param: Param<Vec<String>>,
    /// As facets name it: `PUBLISHING_ORG`.
    pub field: &'static str,
    /// What a value has to be.
    value: Form,
    /// Which rows it lets through.
    pub reach: Reach,
}

/// What a value has to be.
enum Form {
    Text,
    Doi,
    Key,
    Country,
    OneOf(&'static Vocabulary),
    /// A whole number or a range of them.
    Number,
    /// The same, of years.
    Years,
    Moment,
    /// Beginnings of words.
    Words,
}

/// Where the value is looked up.
pub enum Reach {
    /// In a column of hits, exactly.
    Column(&'static str),
    /// Among the terms of its field, whatever the case.
    Terms,
    /// For what the others cannot say; `?` stands for the value, or for the two ends of a range. With the query of all
    /// values and the hits that have them, where they can be counted.
    Sql(&'static str, Option<&'static str>),
}

/// The parameters, for declaring them.
pub fn declared() -> impl Iterator<Item = &'static dyn AnyParam> {
    PARAMETERS.iter().map(|parameter| &parameter.param as _)
}

/// The parameter that a name means, whatever its case and separators.
// Quirk (contract 6.5): `publishing_org` and `PUBLISHINGORG` are `publishingOrg` too.
pub fn find(name: &str) -> Option<&'static Parameter> {
    PARAMETERS
        .iter()
        .find(|parameter| same_word(parameter.param.name, name) || same_word(parameter.field, name))
}

/// A parameter with its values, one of which a hit has to have: each as it is bound, a range by its two ends.
pub struct Condition {
    pub parameter: &'static Parameter,
    alternatives: Vec<Vec<Value>>,
    /// Whether the case of terms matters.
    is_exact: bool,
}

/// The conditions of a request, one for each parameter that it gives.
///
/// # Errors
/// The first value that a parameter cannot have.
pub fn read(fields: &Fields) -> Result<Vec<Condition>, Error> {
    let mut conditions: Vec<Condition> = Vec::new();
    for (name, text) in fields.query().filter(|(_, text)| !text.trim().is_empty()) {
        let Some(parameter) = find(name) else { continue };
        let alternative = parameter.values(text.trim())?;
        let mut known = conditions.iter_mut();
        if let Some(known) = known.find(|known| std::ptr::eq(known.parameter, parameter)) {
            known.alternatives.push(alternative);
            continue;
        }
        // Quirk (contract 10.7): documented is that keywords are found in any case.
        let is_exact = parameter.field == "KEYWORD" && fields.is_live(&KEYWORD_CASE);
        conditions.push(Condition { parameter, alternatives: vec![alternative], is_exact });
    }
    Ok(conditions)
}

impl Condition {
    /// Narrows rows to those that fit one of the values.
    pub fn narrow(&self, rows: Where) -> Where {
        let alternatives = self.alternatives.iter().cloned();
        match self.parameter.reach {
            Reach::Column(column) => rows.and_in(column, alternatives.flatten().collect()),
            Reach::Sql(condition, _) => {
                rows.and_any(alternatives.map(|values| (condition, values)))
            }
            Reach::Terms => rows.and_any(alternatives.map(|mut values| {
                values.insert(0, self.parameter.field.to_owned().into());
                let condition = if self.is_exact {
                    "gbif_hit.id IN (SELECT hit FROM gbif_term WHERE field = ? AND value = ?)"
                } else {
                    "gbif_hit.id IN (SELECT hit FROM gbif_term
                                     WHERE field = ? AND folded = fold(?))"
                };
                (condition, values)
            })),
        }
    }
}

impl Parameter {
    fn values(&self, text: &str) -> Result<Vec<Value>, Error> {
        let one = |value: &str| Ok(vec![Value::from(value.to_owned())]);
        let unknown =
            |name: &str| Err(Error::Unreadable(format!("Cannot parse {text} into a known {name}")));
        match &self.value {
            Form::Text => one(text),
            Form::Doi => one(&read_doi(text).unwrap_or_else(|| text.to_lowercase())),
            Form::Words => one(&words::of_beginnings(text).unwrap_or_else(|| "\"\"".to_owned())),
            Form::Key => match text.parse::<uuid::Uuid>() {
                Ok(key) => one(&key.to_string()),
                Err(_) => Err(Error::Unreadable(format!("Invalid UUID string: {text}"))),
            },
            Form::Country => match place::country_code_or_name(text) {
                Some(code) => one(code),
                None => unknown("Country"),
            },
            Form::OneOf(vocabulary) => match vocabulary.lenient(text) {
                Some(value) => one(value),
                None => unknown(vocabulary.name),
            },
            Form::Number | Form::Years => {
                let invalid = || Error::Unreadable(format!("Invalid integer range: {text}"));
                let range = Range::<i64>::from_text(text).ok_or_else(invalid)?;
                let (from, to) = (range.from.unwrap_or(i64::MIN), range.to.unwrap_or(i64::MAX));
                Ok(match (&self.value, &self.reach) {
                    (Form::Years, _) => vec![to.into(), from.into()],
                    (_, Reach::Terms) => vec![from.to_string().into()],
                    _ => vec![from.into(), to.into()],
                })
            }
            Form::Moment => {
                let invalid = || Error::Unreadable(format!("Invalid date range: {text}"));
                let Period(range) = Period::from_text(text).ok_or_else(invalid)?;
                let from = range.from.unwrap_or_default();
                Ok(vec![from.into(), range.to.unwrap_or_else(|| "9999".to_owned()).into()])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parameters_are_read_leniently() {
        for name in ["publishingOrg", "PUBLISHING_ORG", "publishing-org", "publishing.org"] {
            assert_eq!(find(name).map(|parameter| parameter.field), Some("PUBLISHING_ORG"));
        }
        assert!(find("owningOrg").is_none());
    }
}
