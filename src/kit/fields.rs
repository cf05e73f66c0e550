//! The parameters of one request, as they came.

use std::borrow::Cow;

use super::habits::{Habits, Repeated};
use super::quirk::{LiveQuirks, Quirk};

/// Where a parameter stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Path,
    /// The query string; also the fields of a form, where the endpoint takes one.
    Query,
    Header,
}

#[derive(Clone, Debug)]
struct Field {
    place: Place,
    name: String,
    value: String,
}

/// Path values, query parameters and form fields of one request, decoded, in the order they came.
///
/// It knows the habits of its API, so whoever reads a parameter need not: letter case of names, empty values,
/// and which of several values counts. It also knows which quirks are live, for filters that differ by them.
#[derive(Clone, Debug)]
pub struct Fields {
    habits: &'static Habits,
    live: LiveQuirks,
    given: Vec<Field>,
}

impl Fields {
    pub fn new(habits: &'static Habits) -> Self {
        Self { habits, live: LiveQuirks::default(), given: Vec::new() }
    }

    /// Lets them be read as the live service does in these quirks.
    pub fn follow(&mut self, live: LiveQuirks) {
        self.live = live;
    }

    /// Whether the live service is followed in a quirk.
    pub fn is_live(&self, quirk: &Quirk) -> bool {
        self.live.has(quirk)
    }

    pub fn push(&mut self, place: Place, name: impl Into<String>, value: impl Into<String>) {
        self.given.push(Field { place, name: name.into(), value: value.into() });
    }

    /// Adds what a query string or an urlencoded form holds. Bytes that are no UTF-8 become U+FFFD.
    pub fn push_urlencoded(&mut self, text: &[u8]) {
        for (name, value) in form_urlencoded::parse(text) {
            self.push(Place::Query, name, value);
        }
    }

    /// The values given under `name`; empty ones are left out where empty is absent.
    pub fn all<'a>(&'a self, place: Place, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.as_sent(place, name, false).filter(|value| !self.is_absent(value))
    }

    /// Whether a value counts as not given.
    pub fn is_absent(&self, value: &str) -> bool {
        self.habits.empty_is_absent && value.is_empty()
    }

    /// The values given under `name`, empty ones too; `any_case` where only this name is known in any case of letters.
    pub fn as_sent<'a>(
        &'a self,
        place: Place,
        name: &'a str,
        any_case: bool,
    ) -> impl Iterator<Item = &'a str> + 'a {
        let is_meant = move |sent: &str| {
            self.is_same(sent, name) || (any_case && sent.eq_ignore_ascii_case(name))
        };
        self.given
            .iter()
            .filter(move |field| field.place == place && is_meant(&field.name))
            .map(|field| field.value.as_str())
    }

    /// The parameters of the query string, in the order they came.
    pub fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.given
            .iter()
            .filter(|field| field.place == Place::Query)
            .map(|field| (field.name.as_str(), field.value.as_str()))
    }

    /// The same, but for one parameter of the query string, which has this value alone.
    pub fn with_query(&self, name: &str, value: impl Into<String>) -> Self {
        let mut changed = self.clone();
        let is_named =
            |field: &Field| field.place == Place::Query && self.is_same(&field.name, name);
        changed.given.retain(|field| !is_named(field));
        changed.push(Place::Query, name, value);
        changed
    }

    /// Which of several values of a parameter for one counts.
    pub fn one<'t>(&self, texts: &[&'t str]) -> Option<&'t str> {
        match self.habits.repeated {
            Repeated::First => texts.first().copied(),
            Repeated::Last => texts.last().copied(),
        }
    }

    /// Whether two names are those of one parameter.
    pub fn is_same(&self, name: &str, other: &str) -> bool {
        if self.habits.names_ignore_case { name.eq_ignore_ascii_case(other) } else { name == other }
    }
}

/// A path value without its percent-encoding; none when it is no UTF-8.
pub fn decode_path(value: &str) -> Option<Cow<'_, str>> {
    if !value.contains('%') {
        return Some(value.into());
    }
    percent_encoding::percent_decode_str(value).decode_utf8().ok()
}
