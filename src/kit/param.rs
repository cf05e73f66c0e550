//! Request parameters, declared as typed constants.
//!
//! The same constant declares a parameter, checks it, describes it, binds it in SQL and reads it.

use rusqlite::types::Value;
use smallvec::SmallVec;

use super::fields::{Fields, Place};
use super::reply::Rejection;
use super::value::{Expects, FromText};

/// A parameter: its name, what it accepts, and the type it is read into.
///
/// `T` alone is a parameter that always has a value, `Option<T>` one that may be absent, `Vec<T>` one that repeats.
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub struct Param<T> {
    pub name: &'static str,
    pub help: &'static str,
    pub place: Place,
    pub expects: Expects,
    pub default: Option<&'static str>,
    pub required: bool,
    pub repeats: bool,
    aliases: &'static [&'static str],
    keeps_empty: bool,
    any_case: bool,
    read: fn(&Fields, &[&str]) -> Result<T, Failing>,
    sql: fn(&Fields, &[&str]) -> Vec<Value>,
}

/// The texts given for a parameter; for most parameters there is one at most.
pub type Texts<'f> = SmallVec<[&'f str; 2]>;

/// Which value of a parameter is at fault: none was given, or this one.
struct Failing(Option<String>);

impl<T: FromText> Param<T> {
    /// A placeholder of the path.
    pub const fn path(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            place: Place::Path,
            expects: T::EXPECTS,
            default: None,
            required: true,
            repeats: false,
            aliases: &[],
            keeps_empty: false,
            any_case: false,
            read: one::<T>,
            sql: one_sql::<T>,
        }
    }

    /// A query parameter that has to be given.
    pub const fn required(name: &'static str, help: &'static str) -> Self {
        Self { place: Place::Query, ..Self::path(name, help) }
    }

    /// A query parameter that stands at `default` when absent.
    pub const fn or(name: &'static str, default: &'static str, help: &'static str) -> Self {
        Self {
            place: Place::Query,
            default: Some(default),
            required: false,
            ..Self::path(name, help)
        }
    }
}

impl<T: FromText> Param<Option<T>> {
    /// A query parameter that may be absent.
    pub const fn optional(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            place: Place::Query,
            expects: T::EXPECTS,
            default: None,
            required: false,
            repeats: false,
            aliases: &[],
            keeps_empty: false,
            any_case: false,
            read: maybe::<T>,
            sql: one_sql::<T>,
        }
    }

    /// A request header that may be absent.
    pub const fn header(name: &'static str, help: &'static str) -> Self {
        Self { place: Place::Header, ..Self::optional(name, help) }
    }
}

impl<T: FromText> Param<Vec<T>> {
    /// A query parameter that may be repeated.
    pub const fn repeated(name: &'static str, help: &'static str) -> Self {
        Self {
            name,
            help,
            place: Place::Query,
            expects: T::EXPECTS,
            default: None,
            required: false,
            repeats: true,
            aliases: &[],
            keeps_empty: false,
            any_case: false,
            read: every::<T>,
            sql: every_sql::<T>,
        }
    }

    /// A query parameter that may be repeated, its values parted by commas too.
    pub const fn commas(name: &'static str, help: &'static str) -> Self {
        Self { read: every_part::<T>, sql: every_part_sql::<T>, ..Self::repeated(name, help) }
    }
}

impl<T> Param<T> {
    /// Other names that the service accepts for it.
    pub const fn also(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Sees its empty value even where empty is absent.
    pub const fn keeps_empty(mut self) -> Self {
        self.keeps_empty = true;
        self
    }

    /// Is known by its name in any case of letters, where the service's other parameters are not.
    pub const fn any_case(mut self) -> Self {
        self.any_case = true;
        self
    }

    /// Reads the parameter.
    ///
    /// # Errors
    /// When it is required and absent, or its text stands for no value of the type.
    pub fn read(&self, fields: &Fields) -> Result<T, Rejection> {
        (self.read)(fields, &self.texts(fields)).map_err(|Failing(text)| match text {
            None => Rejection::MissingParam { name: self.name },
            Some(text) => Rejection::BadParam {
                name: self.name_of(fields, &text),
                text,
                expects: self.expects,
            },
        })
    }

    /// The name under which a text was given for it.
    fn name_of(&self, fields: &Fields, text: &str) -> &'static str {
        let mut aliases = self.aliases.iter().copied();
        let gives = |name: &&str| {
            let mut sent = fields.as_sent(self.place, name, self.any_case);
            sent.any(|sent| sent == text)
        };
        let is_own = gives(&self.name);
        aliases.find(|name| !is_own && gives(name)).unwrap_or(self.name)
    }

    /// The texts given for it, else its default.
    pub fn texts<'f>(&'f self, fields: &'f Fields) -> Texts<'f> {
        let mut texts: Texts = self.given(fields).collect();
        if texts.is_empty() {
            texts.extend(self.default);
        }
        texts
    }
}

impl<T> Param<T> {
    /// The texts given for it.
    fn given<'f>(&'f self, fields: &'f Fields) -> impl Iterator<Item = &'f str> {
        let names = std::iter::once(self.name).chain(self.aliases.iter().copied());
        let sent = names.flat_map(|name| fields.as_sent(self.place, name, self.any_case));
        sent.filter(|text| self.keeps_empty || !fields.is_absent(text))
    }
}

fn one<T: FromText>(fields: &Fields, texts: &[&str]) -> Result<T, Failing> {
    let text = fields.one(texts).ok_or(Failing(None))?;
    T::from_text(text).ok_or_else(|| Failing(Some(text.to_owned())))
}

fn maybe<T: FromText>(fields: &Fields, texts: &[&str]) -> Result<Option<T>, Failing> {
    if texts.is_empty() { Ok(None) } else { one(fields, texts).map(Some) }
}

fn every<T: FromText>(_: &Fields, texts: &[&str]) -> Result<Vec<T>, Failing> {
    parse_all(texts.iter().copied())
}

fn every_part<T: FromText>(_: &Fields, texts: &[&str]) -> Result<Vec<T>, Failing> {
    parse_all(texts.iter().flat_map(|text| text.split(',')).map(str::trim))
}

fn parse_all<'t, T: FromText>(texts: impl Iterator<Item = &'t str>) -> Result<Vec<T>, Failing> {
    texts.map(|text| T::from_text(text).ok_or_else(|| Failing(Some(text.to_owned())))).collect()
}

fn one_sql<T: FromText>(fields: &Fields, texts: &[&str]) -> Vec<Value> {
    one::<T>(fields, texts).into_iter().map(T::into_sql).collect()
}

fn every_sql<T: FromText>(fields: &Fields, texts: &[&str]) -> Vec<Value> {
    every::<T>(fields, texts).into_iter().flatten().map(T::into_sql).collect()
}

fn every_part_sql<T: FromText>(fields: &Fields, texts: &[&str]) -> Vec<Value> {
    every_part::<T>(fields, texts).into_iter().flatten().map(T::into_sql).collect()
}

/// A [`Param`] whose value type does not matter.
pub trait AnyParam: Send + Sync {
    fn name(&self) -> &'static str;
    fn aliases(&self) -> &'static [&'static str];
    fn help(&self) -> &'static str;
    fn place(&self) -> Place;
    fn expects(&self) -> Expects;
    fn default(&self) -> Option<&'static str>;
    fn required(&self) -> bool;
    fn repeats(&self) -> bool;
    /// Whether the request gives it.
    fn is_given(&self, fields: &Fields) -> bool;
    /// # Errors
    /// As [`Param::read`].
    fn check(&self, fields: &Fields) -> Result<(), Rejection>;
    /// The given values, ready to be bound; empty when the parameter is absent.
    fn sql_values(&self, fields: &Fields) -> Vec<Value>;
}

impl<T> AnyParam for Param<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    fn help(&self) -> &'static str {
        self.help
    }

    fn place(&self) -> Place {
        self.place
    }

    fn expects(&self) -> Expects {
        self.expects
    }

    fn default(&self) -> Option<&'static str> {
        self.default
    }

    fn required(&self) -> bool {
        self.required
    }

    fn repeats(&self) -> bool {
        self.repeats
    }

    fn is_given(&self, fields: &Fields) -> bool {
        self.given(fields).any(|text| !fields.is_absent(text))
    }

    fn check(&self, fields: &Fields) -> Result<(), Rejection> {
        self.read(fields).map(drop)
    }

    fn sql_values(&self, fields: &Fields) -> Vec<Value> {
        (self.sql)(fields, &self.texts(fields))
    }
}
