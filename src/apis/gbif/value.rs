//! Types of query parameters.

use std::marker::PhantomData;

use rusqlite::types::Value;

use super::vocabulary::{self, Vocabulary};
use super::{moment, place};
use crate::kit::value::{Expects, FromText};

/// A vocabulary that a parameter's values come from.
pub trait Listed: Send + Sync + 'static {
    const VOCABULARY: &'static Vocabulary;
}

/// A value of a vocabulary, read leniently.
#[derive(Debug)]
pub struct Word<V> {
    pub value: &'static str,
    vocabulary: PhantomData<V>,
}

impl<V: Listed> FromText for Word<V> {
    const EXPECTS: Expects = Expects::OneOf(V::VOCABULARY.values);

    fn from_text(text: &str) -> Option<Self> {
        let value = V::VOCABULARY.lenient(text)?;
        Some(Self { value, vocabulary: PhantomData })
    }

    fn into_sql(self) -> Value {
        Value::Text(self.value.to_owned())
    }
}

#[derive(Debug)]
pub struct DatasetType;
#[derive(Debug)]
pub struct InstallationType;
#[derive(Debug)]
pub struct IdentifierType;
#[derive(Debug)]
pub struct MetadataType;
#[derive(Debug)]
pub struct EndorsementStatus;
#[derive(Debug)]
pub struct GbifRegion;

impl Listed for DatasetType {
    const VOCABULARY: &'static Vocabulary = &vocabulary::DATASET_TYPE;
}

impl Listed for InstallationType {
    const VOCABULARY: &'static Vocabulary = &vocabulary::INSTALLATION_TYPE;
}

impl Listed for IdentifierType {
    const VOCABULARY: &'static Vocabulary = &vocabulary::IDENTIFIER_TYPE;
}

impl Listed for MetadataType {
    const VOCABULARY: &'static Vocabulary = &vocabulary::METADATA_TYPE;
}

impl Listed for EndorsementStatus {
    const VOCABULARY: &'static Vocabulary = &vocabulary::ENDORSEMENT_STATUS;
}

impl Listed for GbifRegion {
    const VOCABULARY: &'static Vocabulary = &vocabulary::GBIF_REGION;
}

/// A country by code or name.
#[derive(Debug)]
pub struct CountryCode(pub &'static str);

impl FromText for CountryCode {
    const EXPECTS: Expects = Expects::Form("Country");

    fn from_text(text: &str) -> Option<Self> {
        place::country_code_or_name(text).map(Self)
    }

    fn into_sql(self) -> Value {
        Value::Text(self.0.to_owned())
    }
}

/// `true` in any case of letters; everything else is false.
#[derive(Debug)]
pub struct Yes(pub bool);

impl FromText for Yes {
    const EXPECTS: Expects = Expects::Text;

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(text.eq_ignore_ascii_case("true")))
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.0.into())
    }
}

/// Two ends of a range, either of them open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range<T> {
    pub from: Option<T>,
    pub to: Option<T>,
}

/// `5`, `5,15`, `*,10`
impl FromText for Range<i64> {
    const EXPECTS: Expects = Expects::Integer { min: i64::MIN, max: i64::MAX };

    fn from_text(text: &str) -> Option<Self> {
        let end = |text: &str| match text.trim() {
            "*" | "" => Some(None),
            number => number.parse().ok().map(Some),
        };
        if let Some((from, to)) = text.split_once(',') {
            return Some(Self { from: end(from)?, to: end(to)? });
        }
        let number: i64 = text.trim().parse().ok()?;
        Some(Self { from: Some(number), to: Some(number) })
    }

    fn into_sql(self) -> Value {
        Value::Null
    }
}

/// A stretch of time: the first moment, and the first one after it, as documents write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period(pub Range<String>);

/// `2023`, `2023-04`, `2023-04-01`, or two of them with a comma and `*` as open end.
impl FromText for Period {
    const EXPECTS: Expects = Expects::Form("a date, or two with a comma between");

    fn from_text(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(',').unwrap_or((text, text));
        let end = |text: &str| match text.trim() {
            "*" | "" => Some(None),
            text => moment::span(text).map(Some),
        };
        let from = end(from)?.map(|(first, _)| first.to_string());
        let to = end(to)?.map(|(_, after)| after.to_string());
        Some(Self(Range { from, to }))
    }

    fn into_sql(self) -> Value {
        Value::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_leniently() {
        let word = Word::<InstallationType>::from_text("ipt-installation").unwrap();
        assert_eq!(word.value, "IPT_INSTALLATION");
        assert!(Word::<InstallationType>::from_text("ipt").is_none());
    }

    #[test]
    fn ranges_may_be_open() {
        let range = |text| Range::<i64>::from_text(text);
        assert_eq!(range("5"), Some(Range { from: Some(5), to: Some(5) }));
        assert_eq!(range("*,10"), Some(Range { from: None, to: Some(10) }));
        assert_eq!(range("abc"), None);
        let period = Period::from_text("2023-04,*").unwrap();
        assert_eq!(period.0.from.as_deref(), Some("2023-04-01"));
        assert_eq!(period.0.to, None);
    }
}
