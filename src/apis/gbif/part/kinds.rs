//! The kinds of parts.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Changes, Order, Part, Preparing};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record;
use crate::apis::gbif::shape::{self, Document, Field, Sent};
use crate::apis::gbif::vocabulary::{CONTACT_TYPE, ENDPOINT_TYPE, IDENTIFIER_TYPE};

pub static CONTACT: Part = Part {
    name: "contact",
    schema: |_| shape::schema(CONTACT.fields),
    order: Order::OldestFirst,
    forbids: &["key", "created", "modified"],
    has_key: None,
    changes: Some(Changes {
        demands: &["key", "created", "modified"],
        keys_differ: None,
        by_body: true,
    }),
    unknown_delete: None,
    deletes_by_query: false,
    prepare: leave_one_primary,
    fields: &[
        Field::integer("key").by_server(),
        Field::one_of("type", &CONTACT_TYPE),
        Field::boolean("primary"),
        Field::texts("userId"),
        Field::text("salutation"),
        Field::text("firstName"),
        Field::text("lastName"),
        Field::texts("position"),
        Field::text("description"),
        Field::texts("email"),
        Field::texts("phone"),
        Field::links("homepage"),
        Field::text_from("organization", 2),
        Field::texts("address"),
        Field::text("city"),
        Field::text("province"),
        Field::country("country"),
        Field::text("postalCode"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
    ],
};

pub static ENDPOINT: Part = Part {
    name: "endpoint",
    schema: |_| shape::schema(ENDPOINT.fields),
    order: Order::NewestFirst,
    forbids: &["key", "created", "modified"],
    has_key: None,
    changes: None,
    unknown_delete: None,
    deletes_by_query: false,
    prepare: number_nested_tags,
    fields: &[
        Field::integer("key").by_server(),
        Field::one_of("type", &ENDPOINT_TYPE).required(),
        Field::link("url"),
        Field::text("description"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
        Field::kept_list("machineTags"),
    ],
};

pub static IDENTIFIER: Part = Part {
    name: "identifier",
    schema: |_| shape::schema(IDENTIFIER.fields),
    order: Order::NewestFirst,
    forbids: &["key", "created", "modified"],
    has_key: None,
    changes: None,
    unknown_delete: None,
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::one_of("type", &IDENTIFIER_TYPE).required(),
        Field::text_from("identifier", 1).required(),
        Field::text("createdBy").by_server(),
        Field::moment("created").by_server(),
        Field::boolean("primary"),
    ],
};

pub static TAG: Part = Part {
    name: "tag",
    schema: |_| shape::schema(TAG.fields),
    order: Order::NewestFirst,
    forbids: &["key", "created", "modified"],
    has_key: None,
    changes: None,
    unknown_delete: None,
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::text_from("value", 1).required(),
        Field::text("createdBy").by_server(),
        Field::moment("created").by_server(),
    ],
};

pub static MACHINE_TAG: Part = Part {
    name: "machineTag",
    schema: |_| shape::schema(MACHINE_TAG.fields),
    order: Order::ByNamespace,
    forbids: &["key", "created", "modified"],
    has_key: None,
    changes: None,
    unknown_delete: None,
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::text_of("namespace", 1, 255).required(),
        Field::text_of("name", 1, 255).required(),
        Field::text_of("value", 1, 700).required(),
        Field::text("createdBy").by_server(),
        Field::moment("created").by_server(),
    ],
};

pub static COMMENT: Part = Part {
    name: "comment",
    schema: |_| shape::schema(COMMENT.fields),
    order: Order::NewestFirst,
    forbids: &["key", "created", "modified"],
    has_key: None,
    changes: None,
    unknown_delete: None,
    deletes_by_query: true,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::text_from("content", 1).required(),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
    ],
};

#[expect(clippy::unnecessary_wraps, reason = "it stands for preparations that may refuse")]
pub fn as_sent(_: &Preparing, _: &mut Document) -> Result<(), Error> {
    Ok(())
}

/// A primary contact takes that rank from all others of its type.
fn leave_one_primary(preparing: &Preparing, contact: &mut Document) -> Result<(), Error> {
    if contact.get("primary") != Some(&Value::Bool(true)) {
        return Ok(());
    }
    let sql = "SELECT key, doc FROM gbif_part
               WHERE name = 'contact' AND entity = ? AND key <> ? AND doc ->> 'primary'
                 AND doc ->> 'type' IS ?";
    let kind = record::maybe_text(contact, "type");
    let others = others(preparing.db, sql, (preparing.entity, preparing.key, kind))?;
    for (key, mut other) in others {
        other.insert("primary".to_owned(), false.into());
        super::replace(preparing.db, preparing.part, key, &other)?;
    }
    Ok(())
}

pub fn others(
    db: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<Vec<(i64, Document)>> {
    let mut query = db.prepare_cached(sql)?;
    let rows = query.query_map(values, |row| Ok((row.get(0)?, row.get::<_, Value>(1)?)))?;
    rows.map(|row| {
        let (key, doc) = row?;
        let Value::Object(doc) = doc else { unreachable!("documents are objects") };
        Ok((key, doc))
    })
    .collect()
}

/// The machine tags that come with an endpoint are stored in it, each with a key of its own.
fn number_nested_tags(preparing: &Preparing, endpoint: &mut Document) -> Result<(), Error> {
    let Some(Value::Array(tags)) = preparing.sent.get("machineTags") else { return Ok(()) };
    let mut kept = Vec::with_capacity(tags.len());
    for (place, tag) in tags.iter().enumerate() {
        let Value::Object(tag) = tag else {
            return Err(Error::Unreadable("Cannot deserialize value of type `MachineTag`".into()));
        };
        let mut sent = Sent::of(MACHINE_TAG.fields, tag.clone())?;
        for violation in &mut sent.violations {
            violation.field = format!("machineTags[{place}].{}", violation.field);
        }
        let mut tag = sent.checked()?;
        tag.insert("key".to_owned(), record::next_number(preparing.db, "machineTag")?.into());
        tag.insert("createdBy".to_owned(), preparing.user.into());
        tag.insert("created".to_owned(), preparing.now.into());
        let written = shape::write(MACHINE_TAG.fields, &tag);
        kept.push(serde_json::from_str::<Value>(&written).expect("it was just written"));
    }
    endpoint.insert("machineTags".to_owned(), json!(kept));
    Ok(())
}
