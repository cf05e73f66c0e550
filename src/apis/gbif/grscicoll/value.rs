//! Types of query parameters that only GRSciColl has.

use std::marker::PhantomData;

use rusqlite::types::Value;

use super::index::squeeze;
use super::vocabulary;
use crate::apis::gbif::value::Listed;
use crate::apis::gbif::vocabulary::{
    COLLECTION_ENTITY_TYPE, MASTER_SOURCE, MASTER_SOURCE_TYPE, SUGGESTION_STATUS, SUGGESTION_TYPE,
    Vocabulary,
};
use crate::kit::value::{Expects, FromText};
use crate::store::text::fold;

/// A text whose case and accents say nothing.
#[derive(Debug)]
pub struct Folded(pub String);

impl FromText for Folded {
    const EXPECTS: Expects = Expects::Text;

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(fold(text).into_owned()))
    }

    fn into_sql(self) -> Value {
        Value::Text(self.0)
    }
}

/// A text whose case, accents and blanks say nothing.
#[derive(Debug)]
pub struct Squeezed(pub String);

impl FromText for Squeezed {
    const EXPECTS: Expects = Expects::Text;

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(squeeze(text)))
    }

    fn into_sql(self) -> Value {
        Value::Text(self.0)
    }
}

/// A value of an enumeration, exactly as it is written there.
#[derive(Debug)]
pub struct Exact<V> {
    pub value: &'static str,
    vocabulary: PhantomData<V>,
}

impl<V: Listed> FromText for Exact<V> {
    const EXPECTS: Expects = Expects::OneOf(V::VOCABULARY.values);

    fn from_text(text: &str) -> Option<Self> {
        let value = V::VOCABULARY.exact(text)?;
        Some(Self { value, vocabulary: PhantomData })
    }

    fn into_sql(self) -> Value {
        Value::Text(self.value.to_owned())
    }
}

#[derive(Debug)]
pub struct MasterSourceType;
#[derive(Debug)]
pub struct MasterSource;
#[derive(Debug)]
pub struct SuggestionType;
#[derive(Debug)]
pub struct SuggestionStatus;
#[derive(Debug)]
pub struct CollectionEntityType;
#[derive(Debug)]
pub struct SortBy;
#[derive(Debug)]
pub struct SortOrder;
#[derive(Debug)]
pub struct EntityType;
#[derive(Debug)]
pub struct ExportFormat;

static SORT_BY: Vocabulary =
    Vocabulary { name: "CollectionsSortField", values: &["NUMBER_SPECIMENS"] };
static SORT_ORDER: Vocabulary = Vocabulary { name: "SortOrder", values: &["ASC", "DESC"] };

static ENTITY_TYPE: Vocabulary =
    Vocabulary { name: "TypeParam", values: &["INSTITUTION", "COLLECTION"] };
static EXPORT_FORMAT: Vocabulary = Vocabulary { name: "ExportFormat", values: &["TSV", "CSV"] };

impl Listed for EntityType {
    const VOCABULARY: &'static Vocabulary = &ENTITY_TYPE;
}

impl Listed for ExportFormat {
    const VOCABULARY: &'static Vocabulary = &EXPORT_FORMAT;
}

impl Listed for MasterSourceType {
    const VOCABULARY: &'static Vocabulary = &MASTER_SOURCE_TYPE;
}

impl Listed for MasterSource {
    const VOCABULARY: &'static Vocabulary = &MASTER_SOURCE;
}

impl Listed for SuggestionType {
    const VOCABULARY: &'static Vocabulary = &SUGGESTION_TYPE;
}

impl Listed for SuggestionStatus {
    const VOCABULARY: &'static Vocabulary = &SUGGESTION_STATUS;
}

impl Listed for CollectionEntityType {
    const VOCABULARY: &'static Vocabulary = &COLLECTION_ENTITY_TYPE;
}

impl Listed for SortBy {
    const VOCABULARY: &'static Vocabulary = &SORT_BY;
}

impl Listed for SortOrder {
    const VOCABULARY: &'static Vocabulary = &SORT_ORDER;
}

/// A concept of a vocabulary, by its name or its older one; what is no concept finds nothing.
#[derive(Debug)]
pub struct Concept<V> {
    name: String,
    vocabulary: PhantomData<V>,
}

/// A vocabulary that a parameter's concepts come from.
pub trait Described: Send + Sync + 'static {
    const VOCABULARY: &'static vocabulary::Vocabulary;
}

impl<V: Described> FromText for Concept<V> {
    const EXPECTS: Expects = Expects::Text;

    fn from_text(text: &str) -> Option<Self> {
        let name = V::VOCABULARY.concept(text).unwrap_or(text).to_owned();
        Some(Self { name, vocabulary: PhantomData })
    }

    fn into_sql(self) -> Value {
        Value::Text(self.name)
    }
}

#[derive(Debug)]
pub struct ContentType;
#[derive(Debug)]
pub struct PreservationType;
#[derive(Debug)]
pub struct AccessionStatus;
#[derive(Debug)]
pub struct InstitutionType;
#[derive(Debug)]
pub struct Governance;
#[derive(Debug)]
pub struct Discipline;

impl Described for ContentType {
    const VOCABULARY: &'static vocabulary::Vocabulary = &vocabulary::COLLECTION_CONTENT_TYPE;
}

impl Described for PreservationType {
    const VOCABULARY: &'static vocabulary::Vocabulary = &vocabulary::PRESERVATION_TYPE;
}

impl Described for AccessionStatus {
    const VOCABULARY: &'static vocabulary::Vocabulary = &vocabulary::ACCESSION_STATUS;
}

impl Described for InstitutionType {
    const VOCABULARY: &'static vocabulary::Vocabulary = &vocabulary::INSTITUTION_TYPE;
}

impl Described for Governance {
    const VOCABULARY: &'static vocabulary::Vocabulary = &vocabulary::INSTITUTIONAL_GOVERNANCE;
}

impl Described for Discipline {
    const VOCABULARY: &'static vocabulary::Vocabulary = &vocabulary::DISCIPLINE;
}

/// What the parameter `contact` names.
#[derive(Clone, Copy, Debug)]
pub enum ContactReference {
    Key(i64),
    Uuid,
}

impl FromText for ContactReference {
    const EXPECTS: Expects = Expects::Uuid;

    fn from_text(text: &str) -> Option<Self> {
        if let Ok(key) = text.parse() {
            return Some(Self::Key(key));
        }
        text.parse::<uuid::Uuid>().ok().map(|_| Self::Uuid)
    }

    fn into_sql(self) -> Value {
        match self {
            Self::Key(key) => Value::Integer(key),
            Self::Uuid => Value::Null,
        }
    }
}
