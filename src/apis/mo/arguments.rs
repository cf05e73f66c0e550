//! The values of a request's parameters, read once.

use jiff::civil::Date;
use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::context::Context;
use super::error::Error;
use super::parameter::{Form, Kind, Parameter};
use super::parse::period::{self, Period};
use super::parse::record::{self, Place, Target};
use super::parse::{geography, scalar, split_list, split_range};
use super::quirk::NO_ID_RANGES;
use super::sent::Sent;

/// One value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Flag(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    Day(Date),
    Period(Period),
    Target(Target),
    Place(Place),
    /// The ids from the first to the last.
    Span(i64, i64),
}

/// What a request says of one parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// It is there and empty.
    Blank,
    One(Value),
    Many(Vec<Value>),
    Range(Value, Value),
    Fields(Vec<(String, String)>),
}

/// What a request says of all parameters that its table and method declare.
#[derive(Debug, Default)]
pub struct Arguments {
    given: Vec<(&'static str, Argument)>,
}

impl Arguments {
    /// Reads the declared parameters, in the order of their declaration.
    ///
    /// # Errors
    /// The first value that does not fit its type, or names a record that does not exist.
    pub fn read(
        &mut self,
        parameters: impl IntoIterator<Item = &'static Parameter>,
        sent: &Sent,
        context: &Context,
    ) -> Result<(), Error> {
        for parameter in parameters {
            if let Some(argument) = read(parameter, sent, context)? {
                self.given.push((parameter.name, argument));
            }
        }
        Ok(())
    }

    pub fn get(&self, parameter: &Parameter) -> Option<&Argument> {
        self.named(parameter.name)
    }

    pub fn named(&self, name: &str) -> Option<&Argument> {
        self.given.iter().find(|(known, _)| *known == name).map(|(_, argument)| argument)
    }

    pub fn has(&self, parameter: &Parameter) -> bool {
        self.get(parameter).is_some()
    }

    /// What the parameter is to be set to: none when it is absent, a blank text when it is blank.
    pub fn text(&self, parameter: &Parameter) -> Option<&str> {
        match self.get(parameter)? {
            Argument::Blank => Some(""),
            Argument::One(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A text that has to be there and not blank.
    pub fn required_text(&self, parameter: &Parameter) -> Result<&str, Error> {
        self.text(parameter)
            .filter(|text| !text.is_empty())
            .ok_or(Error::MissingParameter(parameter.name))
    }

    pub fn flag(&self, parameter: &Parameter) -> Option<bool> {
        self.flag_named(parameter.name)
    }

    pub fn flag_named(&self, name: &str) -> Option<bool> {
        match self.named(name)? {
            Argument::One(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    pub fn integer(&self, parameter: &Parameter) -> Option<i64> {
        match self.get(parameter)? {
            Argument::One(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn float(&self, parameter: &Parameter) -> Option<f64> {
        self.float_named(parameter.name)
    }

    pub fn float_named(&self, name: &str) -> Option<f64> {
        match self.named(name)? {
            Argument::One(Value::Float(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn day(&self, parameter: &Parameter) -> Option<Date> {
        match self.get(parameter)? {
            Argument::One(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub fn place(&self, parameter: &Parameter) -> Option<&Place> {
        match self.get(parameter)? {
            Argument::One(Value::Place(place)) => Some(place),
            _ => None,
        }
    }

    /// The ids of a list, each once, in the order given.
    pub fn ids(&self, parameter: &Parameter) -> Vec<i64> {
        self.ids_named(parameter.name).unwrap_or_default()
    }

    pub fn ids_named(&self, name: &str) -> Option<Vec<i64>> {
        let Argument::Many(values) = self.named(name)? else { return None };
        let mut ids = Vec::with_capacity(values.len());
        for value in values {
            if let Value::Integer(id) = value
                && !ids.contains(id)
            {
                ids.push(*id);
            }
        }
        Some(ids)
    }

    pub fn fields(&self, parameter: &Parameter) -> Option<&[(String, String)]> {
        match self.get(parameter)? {
            Argument::Fields(fields) => Some(fields),
            _ => None,
        }
    }

    /// What a column is to be set to: nothing (as text: empty) when the parameter is given and blank.
    pub fn change(&self, parameter: &Parameter, column: &'static str) -> Option<Change> {
        let value = match (self.get(parameter)?, parameter.kind) {
            (Argument::One(value), _) => value.to_sql(),
            (_, Kind::Text | Kind::Short(_)) => Sql::Text(String::new()),
            _ => Sql::Null,
        };
        Some((column, value))
    }
}

/// A column and its new value.
pub type Change = (&'static str, Sql);

impl Value {
    /// As SQL compares or stores it.
    pub fn to_sql(&self) -> Sql {
        match self {
            Self::Flag(flag) => Sql::Integer((*flag).into()),
            Self::Integer(number) => Sql::Integer(*number),
            Self::Float(number) => Sql::Real(*number),
            Self::Text(text) => Sql::Text(text.clone()),
            Self::Day(day) => Sql::Text(day.to_string()),
            Self::Target(target) => Sql::Integer(target.id),
            Self::Place(place) => Sql::Text(place.name.clone()),
            Self::Period(_) | Self::Span(..) => Sql::Null,
        }
    }
}

fn read(
    parameter: &'static Parameter,
    sent: &Sent,
    context: &Context,
) -> Result<Option<Argument>, Error> {
    if parameter.form == Form::Fields {
        return Ok(read_fields(parameter.name, sent));
    }
    let Some(text) = sent.get(parameter.name) else { return Ok(None) };
    if text.is_empty() {
        return blank(parameter);
    }
    let one = |text: &str| read_one(parameter, text, context.db);
    Ok(Some(match parameter.form {
        Form::One | Form::Fields => Argument::One(one(text)?),
        Form::List => {
            let mut values = Vec::new();
            for member in split_list(text) {
                values.extend(read_member(parameter, &member, context)?);
            }
            Argument::Many(values)
        }
        // A single number is no range, even a negative one.
        Form::Range => match split_range(text) {
            Some((low, high)) => {
                let (low, high) = (one(&low)?, one(&high)?);
                match (&low, &high) {
                    (Value::Float(a), Value::Float(b)) if a > b => Argument::Range(high, low),
                    _ => Argument::Range(low, high),
                }
            }
            None => Argument::One(one(text)?),
        },
    }))
}

/// A blank value: a list is ignored, a record cannot be blank, anything else may be.
fn blank(parameter: &Parameter) -> Result<Option<Argument>, Error> {
    if parameter.is_not_blank() {
        return Err(Error::ParameterCantBeBlank(parameter.name));
    }
    match (parameter.form, parameter.kind) {
        (Form::List, _) => Ok(None),
        (_, Kind::Record(_)) => Err(record::invalid(parameter.name, "")),
        _ => Ok(Some(Argument::Blank)),
    }
}

/// The values of one member of a list.
fn read_member(parameter: &Parameter, text: &str, context: &Context) -> Result<Vec<Value>, Error> {
    let Kind::Record(model) = parameter.kind else {
        return Ok(vec![read_one(parameter, text, context.db)?]);
    };
    if parameter.name == "id"
        && let Some(span) = read_span(text, context)?
    {
        return Ok(vec![span]);
    }
    let ids = record::all(context.db, model, parameter.name, text)?;
    Ok(ids.into_iter().map(Value::Integer).collect())
}

/// A range of ids, of which missing ones are left out.
fn read_span(text: &str, context: &Context) -> Result<Option<Value>, Error> {
    let span = text.split_once('-').filter(|(a, b)| scalar::is_digits(a) && scalar::is_digits(b));
    let Some((low, high)) = span else { return Ok(None) };
    // Quirk (contract 10.2): ranges of ids are documented, and refused.
    if context.call.is_live(&NO_ID_RANGES) {
        return Err(record::invalid("id", text));
    }
    let bound = |digits: &str| digits.parse().map_err(|_| record::invalid("id", text));
    Ok(Some(Value::Span(bound(low)?, bound(high)?)))
}

fn read_one(parameter: &Parameter, text: &str, db: &Connection) -> Result<Value, Error> {
    Ok(match parameter.kind {
        Kind::Boolean => Value::Flag(scalar::boolean(text)?),
        Kind::True => Value::Flag(scalar::only_true(text)?),
        Kind::Float => Value::Float(scalar::float(text)?),
        Kind::Confidence => Value::Float(scalar::between(text, -3.0, 3.0)?),
        Kind::Quality => Value::Float(scalar::between(text, 1.0, 4.0)?),
        Kind::Hash => Value::Text(scalar::hash(text)?),
        Kind::Text | Kind::Upload => Value::Text(text.to_owned()),
        Kind::Short(limit) => Value::Text(scalar::short(text, limit)?),
        Kind::Choice(choices) => Value::Text(scalar::choice(text, &choices)?.to_owned()),
        Kind::Email => Value::Text(scalar::email(text)?),
        Kind::Date => Value::Day(period::day(text)?),
        Kind::DateRange => Value::Period(period::days(text)?),
        Kind::TimeRange => Value::Period(period::times(text)?),
        Kind::Latitude => Value::Float(geography::latitude(text)?),
        Kind::Longitude => Value::Float(geography::longitude(text)?),
        Kind::Altitude => Value::Integer(geography::altitude(text)?),
        Kind::Record(model) => Value::Integer(record::one(db, model, parameter.name, text)?),
        Kind::Object => Value::Target(record::target(db, text)?),
        Kind::PlaceName => Value::Place(record::place(db, text)?),
    })
}

/// `notes[Cap]=red` and plain `notes=text`, which is the field `Other`.
fn read_fields(name: &str, sent: &Sent) -> Option<Argument> {
    let mut fields = Vec::new();
    if let Some(text) = sent.get(name) {
        fields.push(("Other".to_owned(), text.to_owned()));
    }
    fields.extend(sent.hash(name).unwrap_or_default().iter().cloned());
    if fields.is_empty() { None } else { Some(Argument::Fields(fields)) }
}
