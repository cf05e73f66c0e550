//! What narrows lists of entities.

use rusqlite::types::Value;

use crate::apis::gbif::value::{IdentifierType, Period, Range, Word};
use crate::kit::fields::Fields;
use crate::kit::filter::{Filter, Where};
use crate::kit::param::{AnyParam, Param};
use crate::kit::value::FromText;

pub static Q: Param<Option<String>> = Param::optional("q", "Beginnings of words, all of them.");
pub static IDENTIFIER: Param<Option<String>> =
    Param::optional("identifier", "An identifier, exactly.");
pub static IDENTIFIER_TYPE: Param<Option<Word<IdentifierType>>> =
    Param::optional("identifierType", "The type of an identifier.");
pub static MACHINE_TAG_NAMESPACE: Param<Option<String>> =
    Param::optional("machineTagNamespace", "Namespace of a machine tag.");
pub static MACHINE_TAG_NAME: Param<Option<String>> =
    Param::optional("machineTagName", "Name of a machine tag.");
pub static MACHINE_TAG_VALUE: Param<Option<String>> =
    Param::optional("machineTagValue", "Value of a machine tag.");
pub static MODIFIED: Param<Option<Period>> =
    Param::optional("modified", "When it was changed last: a day, a month, a year, or a range.");
pub static CREATED: Param<Option<Period>> =
    Param::optional("created", "When it was made: a day, a month, a year, or a range.");
pub static CONTACT_USER_ID: Param<Option<String>> =
    Param::optional("contactUserId", "Id of a contact, such as an ORCID.");
pub static CONTACT_EMAIL: Param<Option<String>> =
    Param::optional("contactEmail", "E-mail address of a contact.");

/// `q`, which the lists apply themselves because it decides about their order too.
pub const BY_WORDS: Filter = Filter::custom(&Q, |_, rows| rows);
pub const BY_IDENTIFIER: Filter = Filter::custom(&IDENTIFIER, with_identifier);
pub const BY_IDENTIFIER_TYPE: Filter = Filter::custom(&IDENTIFIER_TYPE, with_identifier);
pub const BY_MACHINE_TAG_NAMESPACE: Filter =
    Filter::custom(&MACHINE_TAG_NAMESPACE, with_machine_tag);
pub const BY_MACHINE_TAG_NAME: Filter = Filter::custom(&MACHINE_TAG_NAME, |fields, rows| {
    let is_done = MACHINE_TAG_NAMESPACE.is_given(fields);
    if is_done { rows } else { with_machine_tag(fields, rows) }
});
pub const BY_MACHINE_TAG_VALUE: Filter = Filter::custom(&MACHINE_TAG_VALUE, |fields, rows| {
    let is_done = MACHINE_TAG_NAMESPACE.is_given(fields) || MACHINE_TAG_NAME.is_given(fields);
    if is_done { rows } else { with_machine_tag(fields, rows) }
});
pub const BY_MODIFIED: Filter = Filter::custom(&MODIFIED, |fields, rows| {
    within(fields, rows, &MODIFIED, "modified >= ?", "modified < ?")
});
pub const BY_CREATED: Filter = Filter::custom(&CREATED, |fields, rows| {
    within(fields, rows, &CREATED, "created >= ?", "created < ?")
});
pub const BY_CONTACT_USER_ID: Filter = Filter::sql(
    &CONTACT_USER_ID,
    "id IN (SELECT hit FROM gbif_term WHERE field = 'CONTACT_USER_ID' AND folded = fold(?))",
);
pub const BY_CONTACT_EMAIL: Filter = Filter::sql(
    &CONTACT_EMAIL,
    "id IN (SELECT hit FROM gbif_term WHERE field = 'CONTACT_EMAIL' AND folded = fold(?))",
);

/// Identifier and type have to hold for the same identifier; `+name` keeps SQLite from reading all identifiers instead
/// of looking into their index.
fn with_identifier(fields: &Fields, rows: Where) -> Where {
    let kind = IDENTIFIER_TYPE.read(fields).ok().flatten().map(FromText::into_sql);
    match (given(&IDENTIFIER, fields), kind) {
        (Some(identifier), Some(kind)) => rows.and_elsewhere(
            "SELECT entity FROM gbif_part WHERE identifier = ? AND type = ? AND +name = 'identifier'",
            [identifier, kind],
        ),
        (Some(identifier), None) => rows.and_elsewhere(
            "SELECT entity FROM gbif_part WHERE identifier = ? AND +name = 'identifier'",
            [identifier],
        ),
        (None, Some(kind)) => rows.and_elsewhere(
            "SELECT entity FROM gbif_part WHERE name = 'identifier' AND type = ?",
            [kind],
        ),
        (None, None) => rows,
    }
}

/// Namespace, name and value have to hold for the same machine tag, so the first of those given asks for all.
fn with_machine_tag(fields: &Fields, rows: Where) -> Where {
    let namespace = given(&MACHINE_TAG_NAMESPACE, fields);
    let name = given(&MACHINE_TAG_NAME, fields);
    let value = given(&MACHINE_TAG_VALUE, fields);
    match (namespace, name, value) {
        (None, None, None) => rows,
        // Nothing but an index is read, where one alone decides.
        (Some(namespace), None, None) => {
            rows.and_elsewhere("SELECT entity FROM gbif_part WHERE namespace = ?", [namespace])
        }
        (Some(namespace), name, value) => {
            let [name, value] = [name, value].map(|value| value.unwrap_or(Value::Null));
            rows.and_elsewhere(
                "SELECT entity FROM gbif_part WHERE namespace = ?
                 AND (? IS NULL OR doc ->> 'name' = ?) AND (? IS NULL OR doc ->> 'value' = ?)",
                [namespace, name.clone(), name, value.clone(), value],
            )
        }
        (None, name, value) => {
            let [name, value] = [name, value].map(|value| value.unwrap_or(Value::Null));
            rows.and_elsewhere(
                "SELECT entity FROM gbif_part WHERE name = 'machineTag'
                 AND (? IS NULL OR doc ->> 'name' = ?) AND (? IS NULL OR doc ->> 'value' = ?)",
                [name.clone(), name, value.clone(), value],
            )
        }
    }
}

fn given(param: &Param<Option<String>>, fields: &Fields) -> Option<Value> {
    param.read(fields).ok().flatten().map(Value::Text)
}

fn within(
    fields: &Fields,
    mut rows: Where,
    param: &Param<Option<Period>>,
    from: &'static str,
    to: &'static str,
) -> Where {
    let Ok(Some(Period(Range { from: first, to: after }))) = param.read(fields) else {
        return rows;
    };
    if let Some(first) = first {
        rows = rows.and(from, [first.into()]);
    }
    if let Some(after) = after {
        rows = rows.and(to, [after.into()]);
    }
    rows
}
