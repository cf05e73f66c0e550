//! The parameters of the search, one by one.

use super::{Form, Parameter, Reach};
use crate::apis::gbif::vocabulary;
use crate::kit::param::Param;

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
        Reach::Column("gbif_hit.type"),
    ),
    parameter(
        "subtype",
        "SUBTYPE",
        "What it holds, more closely.",
        Form::OneOf(&vocabulary::DATASET_SUBTYPE),
        Reach::Column("gbif_hit.subtype"),
    ),
    parameter(
        "license",
        "LICENSE",
        "Its licence.",
        Form::OneOf(&vocabulary::LICENSE),
        Reach::Column("gbif_hit.license"),
    ),
    parameter("keyword", "KEYWORD", "A whole keyword, in any case.", Form::Text, Reach::Terms),
    parameter(
        "publishingOrg",
        "PUBLISHING_ORG",
        "Who publishes it.",
        Form::Key,
        Reach::Column("gbif_hit.publishing_org"),
    ),
    parameter(
        "hostingOrg",
        "HOSTING_ORG",
        "Who hosts it.",
        Form::Key,
        Reach::Column("gbif_hit.hosting_org"),
    ),
    parameter(
        "endorsingNodeKey",
        "ENDORSING_NODE_KEY",
        "The node that endorses its publisher.",
        Form::Key,
        Reach::Column("gbif_hit.endorsing_node"),
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
        Reach::Column("gbif_hit.installation"),
    ),
    parameter(
        "publishingCountry",
        "PUBLISHING_COUNTRY",
        "The country of its publisher.",
        Form::Country,
        Reach::Column("gbif_hit.publishing_country"),
    ),
    parameter(
        "hostingCountry",
        "HOSTING_COUNTRY",
        "The country of its host.",
        Form::Country,
        Reach::Column("gbif_hit.hosting_country"),
    ),
    parameter(
        "decade",
        "DECADE",
        "A decade that it covers: `1990`, `1950,1980`.",
        Form::Number,
        Reach::Sql(
            "gbif_hit.id IN (SELECT hit FROM gbif_term WHERE field = 'DECADE'
                             AND CAST(value AS INTEGER) BETWEEN ? AND ?)",
            None,
        ),
    ),
    parameter(
        "projectId",
        "PROJECT_ID",
        "The identifier of its project.",
        Form::Text,
        Reach::Column("gbif_hit.project"),
    ),
    parameter("country", "COUNTRY", "A country that it covers.", Form::Country, Reach::Terms),
    parameter(
        "continent",
        "CONTINENT",
        "A continent that it covers.",
        Form::OneOf(&vocabulary::CONTINENT),
        Reach::Terms,
    ),
    parameter("doi", "DOI", "Its DOI.", Form::Doi, Reach::Column("gbif_hit.doi")),
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
        Reach::Sql(
            "gbif_hit.records BETWEEN ? AND ?",
            Some("SELECT CAST(records AS TEXT) AS value, id AS hit FROM gbif_hit"),
        ),
    ),
    parameter(
        "modifiedDate",
        "MODIFIED_DATE",
        "When it was changed last.",
        Form::Moment,
        Reach::Sql(
            "gbif_hit.modified >= ? AND gbif_hit.modified < ?",
            Some("SELECT substr(modified, 1, 10) AS value, id AS hit FROM gbif_hit"),
        ),
    ),
    parameter(
        "createdDate",
        "CREATED_DATE",
        "When it was registered.",
        Form::Moment,
        Reach::Sql(
            "gbif_hit.created >= ? AND gbif_hit.created < ?",
            Some("SELECT substr(created, 1, 10) AS value, id AS hit FROM gbif_hit"),
        ),
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
        Reach::Column("gbif_hit.core_type"),
    ),
    parameter(
        "machineTagNamespace",
        "MACHINE_TAG_NAMESPACE",
        "Namespace of a machine tag.",
        Form::Text,
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part WHERE namespace = ?)",
            Some(
                "SELECT namespace AS value, entity AS hit FROM gbif_part WHERE name = 'machineTag'",
            ),
        ),
    ),
    parameter(
        "machineTagName",
        "MACHINE_TAG_NAME",
        "Name of a machine tag.",
        Form::Text,
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part
                             WHERE name = 'machineTag' AND doc ->> 'name' = ?)",
            Some(
                "SELECT doc ->> 'name' AS value, entity AS hit FROM gbif_part WHERE name = 'machineTag'",
            ),
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
            Some(
                "SELECT doc ->> 'value' AS value, entity AS hit FROM gbif_part WHERE name = 'machineTag'",
            ),
        ),
    ),
    parameter(
        "identifier",
        "IDENTIFIER",
        "One of its identifiers.",
        Form::Text,
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part WHERE identifier = ?)",
            Some(
                "SELECT identifier AS value, entity AS hit FROM gbif_part WHERE name = 'identifier'",
            ),
        ),
    ),
    parameter(
        "identifierType",
        "IDENTIFIER_TYPE",
        "Type of one of its identifiers.",
        Form::OneOf(&vocabulary::IDENTIFIER_TYPE),
        Reach::Sql(
            "gbif_hit.id IN (SELECT entity FROM gbif_part
                             WHERE name = 'identifier' AND doc ->> 'type' = ?)",
            Some(
                "SELECT doc ->> 'type' AS value, entity AS hit FROM gbif_part WHERE name = 'identifier'",
            ),
        ),
    ),
    parameter(
        "datasetTitle",
        "DATASET_TITLE",
        "Beginnings of words of its title.",
        Form::Words,
        Reach::Sql("gbif_hit.id IN (SELECT rowid FROM gbif_title WHERE gbif_title MATCH ?)", None),
    ),
    parameter(
        "year",
        "YEAR",
        "A year that it covers.",
        Form::Years,
        Reach::Sql("gbif_hit.since <= ? AND gbif_hit.until >= ?", Some(YEARS)),
    ),
    parameter(
        "taxonKey",
        "TAXON_KEY",
        "A taxon that it holds records of.",
        Form::Number,
        Reach::Terms,
    ),
];

/// Each year from the first to the last that a hit covers.
const YEARS: &str = "WITH RECURSIVE covered (hit, year, until) AS (
                         SELECT id, since, until FROM gbif_hit WHERE since IS NOT NULL
                         UNION ALL SELECT hit, year + 1, until FROM covered WHERE year < until)
                     SELECT CAST(year AS TEXT) AS value, hit FROM covered";
