//! What narrows lists of institutions and collections.

use rusqlite::types::Value;

use super::value::Described;
use super::value::{
    AccessionStatus, Concept, ContactReference, ContentType, Discipline, Exact, Folded, Governance,
    InstitutionType, MasterSource, MasterSourceType, PreservationType, SortBy, SortOrder, Squeezed,
};
use super::vocabulary::Vocabulary;
use crate::apis::gbif::quirk;
use crate::apis::gbif::value::{CountryCode, GbifRegion, Range, Word, Yes};
use crate::kit::fields::Fields;
use crate::kit::filter::{Filter, Where, json_array};
use crate::kit::param::{AnyParam, Param, Texts};
use crate::kit::value::FromText;

pub static Q: Param<Option<String>> = Param::optional("q", "Beginnings of words, all of them.");
pub static FUZZY_NAME: Param<Option<String>> =
    Param::optional("fuzzyName", "A name much like theirs.").any_case();
pub static SORT_BY: Param<Option<Exact<SortBy>>> =
    Param::optional("sortBy", "By what they are ordered: NUMBER_SPECIMENS.");
pub static SORT_ORDER: Param<Option<Exact<SortOrder>>> =
    Param::optional("sortOrder", "ASC or DESC.");

static CODE: Param<Vec<Folded>> = Param::repeated("code", "The code, in any case.").any_case();
static NAME: Param<Vec<String>> = Param::repeated("name", "The name, exactly.").any_case();
static ALTERNATIVE_CODE: Param<Vec<String>> =
    Param::repeated("alternativeCode", "An alternative code, exactly.").any_case();
static CITY: Param<Vec<Squeezed>> =
    Param::repeated("city", "The city, whatever its case, accents and blanks.").any_case();
pub static COUNTRY: Param<Vec<CountryCode>> =
    Param::repeated("country", "The country, by code or name.").any_case();
pub static GBIF_REGION: Param<Vec<Word<GbifRegion>>> =
    Param::repeated("gbifRegion", "The region of the country.").any_case();
static IDENTIFIER: Param<Vec<String>> =
    Param::repeated("identifier", "An identifier, exactly.").any_case();
static IDENTIFIER_TYPE: Param<Vec<String>> =
    Param::repeated("identifierType", "The type of the identifier.").any_case();
static MACHINE_TAG_NAMESPACE: Param<Vec<String>> =
    Param::repeated("machineTagNamespace", "Namespace of a machine tag.").any_case();
static MACHINE_TAG_NAME: Param<Vec<String>> =
    Param::repeated("machineTagName", "Name of a machine tag.").any_case();
static MACHINE_TAG_VALUE: Param<Vec<String>> =
    Param::repeated("machineTagValue", "Value of a machine tag.").any_case();
static ACTIVE: Param<Vec<Yes>> = Param::repeated("active", "Whether it is active.").any_case();
static DISPLAYED: Param<Vec<Yes>> =
    Param::repeated("displayOnNHCPortal", "Whether portals show it.").any_case();
static PERSONAL: Param<Vec<Yes>> =
    Param::repeated("personalCollection", "Whether it is a person's own.").any_case();
static MASTER_SOURCE_TYPE: Param<Vec<Exact<MasterSourceType>>> =
    Param::repeated("masterSourceType", "Where its data are kept.").any_case();
static SOURCE: Param<Vec<Exact<MasterSource>>> =
    Param::repeated("source", "As what its data are kept there.").any_case();
static SOURCE_ID: Param<Vec<String>> =
    Param::repeated("sourceId", "Under which id its data are kept there.").any_case();
static NUMBER_SPECIMENS: Param<Vec<Range<i64>>> =
    Param::repeated("numberSpecimens", "How many specimens: `5`, `5,100`, `*,100`.").any_case();
static OCCURRENCE_COUNT: Param<Vec<Range<i64>>> =
    Param::repeated("occurrenceCount", "How many occurrences: `5`, `5,100`, `*,100`.").any_case();
static TYPE_SPECIMEN_COUNT: Param<Vec<Range<i64>>> =
    Param::repeated("typeSpecimenCount", "How many types: `5`, `5,100`, `*,100`.").any_case();
static INSTITUTION_KEY: Param<Vec<uuid::Uuid>> =
    Param::repeated("institutionKey", "Key of the institution.").any_case();
static INSTITUTION_OF_COLLECTION: Param<Vec<uuid::Uuid>> =
    Param::repeated("institutionKey", "Key of the institution.").also(&["institution"]).any_case();
static CONTACT: Param<Vec<ContactReference>> =
    Param::repeated("contact", "Key of a contact person; an UUID is accepted and ignored.")
        .any_case();
static CONTACT_USER_ID: Param<Vec<String>> =
    Param::repeated("contactUserId", "Id of a contact person, exactly.");
static CONTACT_EMAIL: Param<Vec<String>> =
    Param::repeated("contactEmail", "E-mail address of a contact person, exactly.");
static REPLACED_BY: Param<Vec<uuid::Uuid>> =
    Param::repeated("replacedBy", "Key of the entity that replaced it.").any_case();

static CONTENT_TYPE: Param<Vec<Concept<ContentType>>> =
    Param::repeated("contentType", "What it holds, or what contains that.").any_case();
static PRESERVATION: Param<Vec<Concept<PreservationType>>> =
    Param::repeated("preservationType", "How it is kept.").any_case();
static ACCESSION: Param<Vec<Concept<AccessionStatus>>> =
    Param::repeated("accessionStatus", "For whom it was made.").any_case();
static TYPE: Param<Vec<Concept<InstitutionType>>> =
    Param::repeated("type", "What kind of institution.").any_case();
static GOVERNANCE: Param<Vec<Concept<Governance>>> =
    Param::repeated("institutionalGovernance", "Who governs it, or what contains that.").any_case();
static DISCIPLINE: Param<Vec<Concept<Discipline>>> =
    Param::repeated("discipline", "What is studied there, or what contains that.").any_case();

const BY_WORDS: Filter = Filter::custom(&Q, |_, rows| rows);
const BY_FUZZY_NAME: Filter = Filter::custom(&FUZZY_NAME, |_, rows| rows);
const BY_SORT: Filter = Filter::custom(&SORT_BY, |_, rows| rows);
const BY_SORT_ORDER: Filter = Filter::custom(&SORT_ORDER, |_, rows| rows);
const BY_CODE: Filter = Filter::custom(&CODE, |fields, rows| {
    one_or_many(
        rows,
        CODE.sql_values(fields),
        "folded_code = ?",
        "id IN (SELECT coded.id FROM json_each(?) wanted
                CROSS JOIN gbif_grscicoll coded ON coded.folded_code = wanted.value)",
    )
});
const BY_NAME: Filter = Filter::custom(&NAME, |fields, rows| {
    one_or_many(
        rows,
        NAME.sql_values(fields),
        "name = ?",
        "id IN (SELECT named.id FROM json_each(?) wanted
                CROSS JOIN gbif_grscicoll named ON named.name = wanted.value)",
    )
});
const BY_ALTERNATIVE_CODE: Filter = Filter::sql(
    &ALTERNATIVE_CODE,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'alternativeCode' AND value = ?)",
);
const BY_CITY: Filter = Filter::equals(&CITY, "folded_city");
const BY_COUNTRY: Filter = Filter::equals(&COUNTRY, "country");
const BY_REGION: Filter = Filter::equals(&GBIF_REGION, "region");
const BY_IDENTIFIER: Filter = Filter::custom(&IDENTIFIER, with_identifier);
const BY_IDENTIFIER_TYPE: Filter = Filter::custom(&IDENTIFIER_TYPE, with_identifier);
const BY_MACHINE_TAG_NAMESPACE: Filter = Filter::custom(&MACHINE_TAG_NAMESPACE, with_machine_tag);
const BY_MACHINE_TAG_NAME: Filter = Filter::custom(&MACHINE_TAG_NAME, with_machine_tag);
const BY_MACHINE_TAG_VALUE: Filter = Filter::custom(&MACHINE_TAG_VALUE, with_machine_tag);
const BY_ACTIVE: Filter = Filter::equals(&ACTIVE, "active");
const BY_DISPLAYED: Filter = Filter::equals(&DISPLAYED, "displayed");
const BY_PERSONAL: Filter = Filter::equals(&PERSONAL, "personal");
const BY_MASTER_SOURCE_TYPE: Filter = Filter::equals(&MASTER_SOURCE_TYPE, "master_source");
const BY_SOURCE: Filter = Filter::equals(&SOURCE, "source");
const BY_SOURCE_ID: Filter = Filter::equals(&SOURCE_ID, "source_id");
const BY_NUMBER_SPECIMENS: Filter = Filter::custom(&NUMBER_SPECIMENS, |fields, rows| {
    within(&NUMBER_SPECIMENS, fields, rows, "specimens BETWEEN ? AND ?")
});
const BY_OCCURRENCE_COUNT: Filter = Filter::custom(&OCCURRENCE_COUNT, |fields, rows| {
    within(&OCCURRENCE_COUNT, fields, rows, "occurrences BETWEEN ? AND ?")
});
const BY_TYPE_SPECIMEN_COUNT: Filter = Filter::custom(&TYPE_SPECIMEN_COUNT, |fields, rows| {
    within(&TYPE_SPECIMEN_COUNT, fields, rows, "types BETWEEN ? AND ?")
});
const BY_INSTITUTION_KEY: Filter = Filter::equals(&INSTITUTION_KEY, "institution");
const BY_INSTITUTION_OF_COLLECTION: Filter =
    Filter::equals(&INSTITUTION_OF_COLLECTION, "institution");
const BY_CONTACT: Filter = Filter::custom(&CONTACT, with_contact);
const BY_CONTACT_USER_ID: Filter = Filter::sql(
    &CONTACT_USER_ID,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'contactUserId' AND value = ?)",
);
const BY_CONTACT_EMAIL: Filter = Filter::sql(
    &CONTACT_EMAIL,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'contactEmail' AND value = ?)",
);
// Quirk (contract 10): the live service does not read it from the query.
const BY_REPLACED_BY: Filter = Filter::custom(&REPLACED_BY, |fields, rows| {
    if fields.is_live(&quirk::REPLACED_BY) {
        return rows;
    }
    rows.and_in("replaced_by", REPLACED_BY.sql_values(fields))
});
const BY_CONTENT_TYPE: Filter = Filter::sql(
    &CONTENT_TYPE,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'contentTypes' AND value = ?)",
);
const BY_PRESERVATION_TYPE: Filter = Filter::sql(
    &PRESERVATION,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'preservationTypes' AND value = ?)",
);
const BY_ACCESSION_STATUS: Filter = Filter::sql(
    &ACCESSION,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'accessionStatus' AND value = ?)",
);
const BY_TYPE: Filter = Filter::sql(
    &TYPE,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'types' AND value = ?)",
);
const BY_GOVERNANCE: Filter = Filter::sql(
    &GOVERNANCE,
    "id IN (SELECT entry FROM gbif_grscicoll_term
            WHERE field = 'institutionalGovernances' AND value = ?)",
);
const BY_DISCIPLINE: Filter = Filter::sql(
    &DISCIPLINE,
    "id IN (SELECT entry FROM gbif_grscicoll_term WHERE field = 'disciplines' AND value = ?)",
);

pub static OF_INSTITUTIONS: [Filter; 31] = [
    BY_WORDS,
    BY_CODE,
    BY_NAME,
    BY_FUZZY_NAME,
    BY_ALTERNATIVE_CODE,
    BY_CITY,
    BY_COUNTRY,
    BY_REGION,
    BY_IDENTIFIER,
    BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_NAME,
    BY_MACHINE_TAG_VALUE,
    BY_ACTIVE,
    BY_DISPLAYED,
    BY_MASTER_SOURCE_TYPE,
    BY_SOURCE,
    BY_SOURCE_ID,
    BY_NUMBER_SPECIMENS,
    BY_OCCURRENCE_COUNT,
    BY_TYPE_SPECIMEN_COUNT,
    BY_CONTACT,
    BY_CONTACT_USER_ID,
    BY_CONTACT_EMAIL,
    BY_REPLACED_BY,
    BY_SORT,
    BY_SORT_ORDER,
    BY_INSTITUTION_KEY,
    BY_TYPE,
    BY_GOVERNANCE,
    BY_DISCIPLINE,
];

pub static OF_COLLECTIONS: [Filter; 32] = [
    BY_WORDS,
    BY_CODE,
    BY_NAME,
    BY_FUZZY_NAME,
    BY_ALTERNATIVE_CODE,
    BY_CITY,
    BY_COUNTRY,
    BY_REGION,
    BY_IDENTIFIER,
    BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_NAME,
    BY_MACHINE_TAG_VALUE,
    BY_ACTIVE,
    BY_DISPLAYED,
    BY_MASTER_SOURCE_TYPE,
    BY_SOURCE,
    BY_SOURCE_ID,
    BY_NUMBER_SPECIMENS,
    BY_OCCURRENCE_COUNT,
    BY_TYPE_SPECIMEN_COUNT,
    BY_CONTACT,
    BY_CONTACT_USER_ID,
    BY_CONTACT_EMAIL,
    BY_REPLACED_BY,
    BY_SORT,
    BY_SORT_ORDER,
    BY_INSTITUTION_OF_COLLECTION,
    BY_PERSONAL,
    BY_CONTENT_TYPE,
    BY_PRESERVATION_TYPE,
    BY_ACCESSION_STATUS,
];

/// One value is looked for in the order of the list; of several, it is found out first where they are.
fn one_or_many(
    rows: Where,
    mut values: Vec<Value>,
    one: &'static str,
    many: &'static str,
) -> Where {
    match (values.pop(), values.is_empty()) {
        (None, _) => rows,
        (Some(value), true) => rows.and(one, [value]),
        (Some(value), false) => {
            values.push(value);
            rows.and(many, [json_array(values)])
        }
    }
}

/// Identifier and type have to hold for the same identifier.
fn with_identifier(fields: &Fields, rows: Where) -> Where {
    match (all_given(&IDENTIFIER, fields), all_given(&IDENTIFIER_TYPE, fields)) {
        (Some(identifiers), Some(types)) => rows.and(
            "id IN (SELECT entity FROM json_each(?) wanted
                    CROSS JOIN gbif_part INDEXED BY gbif_part_identifier
                       ON identifier = wanted.value AND name = 'identifier'
                    WHERE gbif_part.type IN (SELECT value FROM json_each(?)))",
            [identifiers, types],
        ),
        (Some(identifiers), None) => rows.and(
            "id IN (SELECT entity FROM json_each(?) wanted
                    CROSS JOIN gbif_part INDEXED BY gbif_part_identifier
                       ON identifier = wanted.value AND name = 'identifier')",
            [identifiers],
        ),
        (None, Some(types)) => rows.and(
            "id IN (SELECT entity FROM json_each(?) wanted
                    CROSS JOIN gbif_part INDEXED BY gbif_part_type
                       ON gbif_part.type = wanted.value AND name = 'identifier')",
            [types],
        ),
        (None, None) => rows,
    }
}

/// Namespace, name and value have to hold for the same machine tag.
fn with_machine_tag(fields: &Fields, rows: Where) -> Where {
    let or_null = |param| all_given(param, fields).unwrap_or(Value::Null);
    let (name, value) = (or_null(&MACHINE_TAG_NAME), or_null(&MACHINE_TAG_VALUE));
    let values = [name.clone(), name, value.clone(), value];
    match all_given(&MACHINE_TAG_NAMESPACE, fields) {
        Some(namespaces) => rows.and(
            "id IN (SELECT entity FROM json_each(?) wanted
                    CROSS JOIN gbif_part INDEXED BY gbif_part_namespace
                       ON namespace = wanted.value AND name = 'machineTag'
                    WHERE (? IS NULL OR doc ->> 'name' IN (SELECT value FROM json_each(?)))
                      AND (? IS NULL OR doc ->> 'value' IN (SELECT value FROM json_each(?))))",
            std::iter::once(namespaces).chain(values),
        ),
        None => rows.and(
            "id IN (SELECT entity FROM gbif_part WHERE name = 'machineTag'
                      AND (? IS NULL OR doc ->> 'name' IN (SELECT value FROM json_each(?)))
                      AND (? IS NULL OR doc ->> 'value' IN (SELECT value FROM json_each(?))))",
            values,
        ),
    }
}

/// The values of a parameter as one JSON array, if it has any.
fn all_given(param: &'static Param<Vec<String>>, fields: &Fields) -> Option<Value> {
    let values = param.sql_values(fields);
    (!values.is_empty()).then(|| json_array(values))
}

fn within(
    param: &'static Param<Vec<Range<i64>>>,
    fields: &Fields,
    rows: Where,
    condition: &'static str,
) -> Where {
    let ranges = param.read(fields).unwrap_or_default();
    rows.and_any(ranges.into_iter().map(|Range { from, to }| {
        (condition, vec![from.unwrap_or(i64::MIN).into(), to.unwrap_or(i64::MAX).into()])
    }))
}

/// The key of a contact person that the live service would take for no UUID.
pub fn contact_key(fields: &Fields) -> Option<&str> {
    let is_key =
        |text: &&str| matches!(ContactReference::from_text(text), Some(ContactReference::Key(_)));
    CONTACT.texts(fields).into_iter().find(is_key)
}

/// Whether a request names concepts, and in some parameter none by the name that it has in the vocabulary.
pub fn names_older_concepts(fields: &Fields) -> bool {
    let is_older = |texts: Texts, vocabulary: &Vocabulary| {
        !texts.is_empty() && texts.iter().all(|text| !vocabulary.has(text))
    };
    is_older(CONTENT_TYPE.texts(fields), ContentType::VOCABULARY)
        || is_older(PRESERVATION.texts(fields), PreservationType::VOCABULARY)
        || is_older(ACCESSION.texts(fields), AccessionStatus::VOCABULARY)
        || is_older(TYPE.texts(fields), InstitutionType::VOCABULARY)
        || is_older(GOVERNANCE.texts(fields), Governance::VOCABULARY)
        || is_older(DISCIPLINE.texts(fields), Discipline::VOCABULARY)
}

// Quirk (contract 10): contacts had UUIDs once; these are still accepted, and say nothing.
fn with_contact(fields: &Fields, rows: Where) -> Where {
    let keys: Vec<Value> = CONTACT
        .read(fields)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|reference| match reference {
            ContactReference::Key(key) => Some(Value::Integer(key)),
            ContactReference::Uuid => None,
        })
        .collect();
    if keys.is_empty() {
        return rows;
    }
    rows.and(
        "id IN (SELECT entity FROM gbif_part
                WHERE name = 'contactPerson' AND key IN (SELECT value FROM json_each(?)))",
        [json_array(keys)],
    )
}
