//! By what datasets can be searched and counted.

use rusqlite::types::Value;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::shape::read_doi;
use crate::apis::gbif::value::{Period, Range};
use crate::apis::gbif::vocabulary::{self, Vocabulary, same_word};
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
    /// In a column of hits, exactly; with the query that counts its values.
    Column(&'static str, &'static str),
    /// Among the terms of its field, whatever the case.
    Terms,
    /// For what the others cannot say; `?` stands for the value, or for the two ends of a range.
    Sql(&'static str),
}

const fn parameter(
    name: &'static str,
    field: &'static str,
    help: &'static str,
    value: Form,
    reach: Reach,
) -> Parameter {
    Parameter { param: Param::repeated(name, help), field, value, reach }
}

/// All of them.
pub static PARAMETERS: [Parameter; 33] = [
    parameter(
        "type",
        "TYPE",
        "What a dataset holds.",
        Form::OneOf(&vocabulary::DATASET_TYPE),
        Reach::Column("gbif_hit.type = ?", "SELECT type, count(*) FROM gbif_hit"),
    ),
    parameter(
        "subtype",
        "SUBTYPE",
        "What it holds, more closely.",
        Form::OneOf(&vocabulary::DATASET_SUBTYPE),
        Reach::Column("gbif_hit.subtype = ?", "SELECT subtype, count(*) FROM gbif_hit"),
    ),
    parameter(
        "license",
        "LICENSE",
        "Its licence.",
        Form::OneOf(&vocabulary::LICENSE),
        Reach::Column("gbif_hit.license = ?", "SELECT license, count(*) FROM gbif_hit"),
    ),
    parameter("keyword", "KEYWORD", "A whole keyword, in any case.", Form::Text, Reach::Terms),
    parameter(
        "publishingOrg",
        "PUBLISHING_ORG",
        "Who publishes it.",
        Form::Key,
        Reach::Column(
            "gbif_hit.publishing_org = ?",
            "SELECT publishing_org, count(*) FROM gbif_hit",
        ),
    ),
    parameter(
        "hostingOrg",
        "HOSTING_ORG",
        "Who hosts it.",
        Form::Key,
        Reach::Column("gbif_hit.hosting_org = ?", "SELECT hosting_org, count(*) FROM gbif_hit"),
    ),
    parameter(
        "endorsingNodeKey",
        "ENDORSING_NODE_KEY",
        "The node that endorses its publisher.",
        Form::Key,
        Reach::Column(
            "gbif_hit.endorsing_node = ?",
            "SELECT endorsing_node, count(*) FROM gbif_hit",
        ),
    ),
    parameter(
        "networkKey",
        "NETWORK_KEY",
        "A network that it belongs to.",
        Form::Key,
        Reach::Terms,
    ),
    parameter(
        "installationKey",
        "INSTALLATION_KEY",
        "The installation that serves it.",
        Form::Key,
        Reach::Column("gbif_hit.installation = ?", "SELECT installation, count(*) FROM gbif_hit"),
    ),
    parameter(
        "publishingCountry",
        "PUBLISHING_COUNTRY",
        "The country of its publisher.",
        Form::Country,
        Reach::Column(
            "gbif_hit.publishing_country = ?",
            "SELECT publishing_country, count(*) FROM gbif_hit",
        ),
    ),
    parameter(
        "hostingCountry",
        "HOSTING_COUNTRY",
        "The country of its host.",
        Form::Country,
        Reach::Column(
            "gbif_hit.hosting_country = ?",
            "SELECT hosting_country, count(*) FROM gbif_hit",
        ),
    ),
    parameter(
        "decade",
        "DECADE",
        "A decade that it covers: `1990`, `1950,1980`.",
        Form::Number,
        Reach::Sql(
            "gbif_hit.id IN (SELECT hit FROM gbif_term WHERE field = 'DECADE'
                             AND CAST(value AS INTEGER) BETWEEN ? AND ?)",
        ),
    ),
    parameter(
        "projectId",
        "PROJECT_ID",
        "The identifier of its project.",
        Form::Text,
        Reach::Column("gbif_hit.project = ?", "SELECT project, count(*) FROM gbif_hit"),
    ),
    parameter("country", "COUNTRY", "A country that it covers.", Form::Country, Reach::Terms),
    parameter(
        "continent",
        "CONTINENT",
        "A continent that it covers.",
        Form::OneOf(&vocabulary::CONTINENT),
        Reach::Terms,
    ),
    parameter(
        "doi",
        "DOI",
        "Its DOI, or one that it had.",
        Form::Doi,
        Reach::Column("gbif_hit.doi = ?", "SELECT doi, count(*) FROM gbif_hit"),
    ),
    parameter(
        "endpointType",
        "ENDPOINT_TYPE",
        "The type of one of its endpoints.",
        Form::OneOf(&vocabulary::ENDPOINT_TYPE),
        Reach::Terms,
    ),
    parameter("category", "CATEGORY", "One of its categories.", Form::Text, Reach::Terms),
    parameter(
        "recordCount",
        "RECORD_COUNT",
        "How many records it has.",
        Form::Number,
        Reach::Sql("gbif_hit.records BETWEEN ? AND ?"),
    ),
    parameter(
        "modifiedDate",
        "MODIFIED_DATE",
        "When it was changed last.",
        Form::Moment,
        Reach::Sql("gbif_hit.modified >= ? AND gbif_hit.modified < ?"),
    ),
    parameter(
        "createdDate",
        "CREATED_DATE",
        "When it was registered.",
        Form::Moment,
        Reach::Sql("gbif_hit.created >= ? AND gbif_hit.created < ?"),
    ),
    parameter("contactUserId", "CONTACT_USER_ID", "Id of a contact.", Form::Text, Reach::Terms),
    parameter(
        "contactEmail",
        "CONTACT_EMAIL",
        "E-mail address of a contact.",
        Form::Text,
        Reach::Terms,
    ),
    parameter(
        "dwcaExtension",
        "DWCA_EXTENSION",
        "Row type of an extension.",
        Form::Text,
        Reach::Terms,
    ),
    parameter(
        "dwcaCoreType",
        "DWCA_CORE_TYPE",
        "Row type of its core.",
        Form::Text,
        Reach::Column("gbif_hit.core_type = ?", "SELECT core_type, count(*) FROM gbif_hit"),
    ),
    parameter(
        "machineTagNamespace",
        "MACHINE_TAG_NAMESPACE",
        "Namespace of a machine tag.",
        Form::Text,
        Reach::Sql("gbif_hit.id IN (SELECT entity FROM gbif_part WHERE namespace = ?)"),
    ),
    parameter(
        "machineTagName",
        "MACHINE_TAG_NAME",
        "Name of a machine tag.",
        Form::Text,
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part
                             WHERE name = 'machineTag' AND doc ->> 'name' = ?)",
        ),
    ),
    parameter(
        "machineTagValue",
        "MACHINE_TAG_VALUE",
        "Value of a machine tag.",
        Form::Text,
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part
                             WHERE name = 'machineTag' AND doc ->> 'value' = ?)",
        ),
    ),
    parameter(
        "identifier",
        "IDENTIFIER",
        "One of its identifiers.",
        Form::Text,
        Reach::Sql("gbif_hit.id IN (SELECT entity FROM gbif_part WHERE identifier = ?)"),
    ),
    parameter(
        "identifierType",
        "IDENTIFIER_TYPE",
        "Type of one of its identifiers.",
        Form::OneOf(&vocabulary::IDENTIFIER_TYPE),
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part
                             WHERE name = 'identifier' AND doc ->> 'type' = ?)",
        ),
    ),
    parameter(
        "datasetTitle",
        "DATASET_TITLE",
        "Beginnings of words of its title.",
        Form::Words,
        Reach::Sql("gbif_hit.id IN (SELECT rowid FROM gbif_title WHERE gbif_title MATCH ?)"),
    ),
    parameter(
        "year",
        "YEAR",
        "A year that it covers.",
        Form::Years,
        Reach::Sql("gbif_hit.since <= ? AND gbif_hit.until >= ?"),
    ),
    parameter(
        "taxonKey",
        "TAXON_KEY",
        "A taxon that it holds records of.",
        Form::Number,
        Reach::Terms,
    ),
];

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

/// A parameter with the conditions of its values, of which one has to hold.
pub struct Condition {
    pub parameter: &'static Parameter,
    alternatives: Vec<(&'static str, Vec<Value>)>,
}

/// The conditions of a request, one for each parameter that it gives.
///
/// # Errors
/// The first value that a parameter cannot have.
pub fn read(fields: &Fields) -> Result<Vec<Condition>, Error> {
    let mut conditions: Vec<Condition> = Vec::new();
    for (name, text) in fields.query().filter(|(_, text)| !text.trim().is_empty()) {
        let Some(parameter) = find(name) else { continue };
        let alternative = parameter.read(text.trim())?;
        match conditions.iter_mut().find(|known| std::ptr::eq(known.parameter, parameter)) {
            Some(known) => known.alternatives.push(alternative),
            None => conditions.push(Condition { parameter, alternatives: vec![alternative] }),
        }
    }
    Ok(conditions)
}

impl Condition {
    /// Narrows rows to those that fit one of the values.
    pub fn narrow(&self, rows: Where) -> Where {
        rows.and_any(self.alternatives.iter().cloned())
    }
}

impl Parameter {
    fn read(&self, text: &str) -> Result<(&'static str, Vec<Value>), Error> {
        let values = self.values(text)?;
        Ok(match self.reach {
            Reach::Column(condition, _) | Reach::Sql(condition) => (condition, values),
            Reach::Terms => {
                let field = Value::from(self.field.to_owned());
                let values = std::iter::once(field).chain(values).collect();
                (
                    "gbif_hit.id IN (SELECT hit FROM gbif_term
                                     WHERE field = ? AND folded = fold(?))",
                    values,
                )
            }
        })
    }

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
