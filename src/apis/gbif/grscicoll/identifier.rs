//! Identifiers: some types have a form, and one of an entity may be the primary one.

use std::sync::LazyLock;

use regex_lite::Regex;
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use super::parts::IDENTIFIER;
use crate::apis::gbif::entity::{Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::others;
use crate::apis::gbif::part::{self, Preparing};
use crate::apis::gbif::record::{self, text};
use crate::apis::gbif::shape::Document;
use crate::apis::gbif::{expect_json, place};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the entity.");
static ID: Param<i64> = Param::path("id", "Key of the identifier.");

/// The forms of the types that have one, and what is said of others.
static FORMS: LazyLock<Vec<(&str, Regex, &str)>> = LazyLock::new(|| {
    [
        (
            "WIKIDATA",
            r"^https?://www\.wikidata\.org/entity/[A-Za-z][0-9]+$",
            "Invalid Wikidata identifier",
        ),
        ("ROR", r"^https?://ror\.org/0[a-z0-9]{6}[0-9]{2}$", "Invalid ROR Identifier"),
        ("ISIL", r"^[A-Za-z]{1,4}-[A-Za-z0-9:/-]{1,11}$", "Invalid ISIL Identifier"),
        ("CLB_DATASET_KEY", r"^0*[1-9][0-9]*$", "Invalid CLB_DATASET_KEY"),
        (
            "RNC_COLOMBIA",
            r"^https?://rnc\.humboldt(\.org\.co)?(/\S*)?$",
            "Invalid RNC_COLOMBIA identifier",
        ),
    ]
    .map(|(kind, form, message)| {
        (kind, Regex::new(form).expect("the forms are well formed"), message)
    })
    .into()
});

/// Refuses a form that the type does not have; a primary identifier takes that rank from all others.
pub fn prepare(preparing: &Preparing, identifier: &mut Document) -> Result<(), Error> {
    check_form(text(identifier, "type"), text(identifier, "identifier"))?;
    if identifier.get("primary") == Some(&Value::Bool(true)) {
        dethrone_others(preparing.db, preparing.entity, preparing.key)?;
    }
    Ok(())
}

fn check_form(kind: &str, identifier: &str) -> Result<(), Error> {
    if kind == "CITES" {
        let mut words = identifier.split_whitespace();
        let is_country =
            words.next().is_some_and(|word| word.len() == 2 && place::country_code(word).is_some());
        return if is_country && words.next().is_some() {
            Ok(())
        } else {
            Err(Error::refused("Invalid CITES identifier"))
        };
    }
    match FORMS.iter().find(|(known, ..)| *known == kind) {
        Some((_, form, message)) if !form.is_match(identifier) => Err(Error::refused(message)),
        _ => Ok(()),
    }
}

fn dethrone_others(db: &Connection, entity: i64, key: i64) -> rusqlite::Result<()> {
    let sql = "SELECT key, doc FROM gbif_part
               WHERE name = 'identifier' AND entity = ? AND key <> ? AND doc ->> 'primary'";
    for (key, mut other) in others(db, sql, (entity, key))? {
        other.insert("primary".to_owned(), false.into());
        part::replace(db, &IDENTIFIER, key, &other)?;
    }
    Ok(())
}

/// The endpoint that makes an identifier the primary one, or no longer.
pub fn endpoint(entity: &'static Entity) -> Endpoint {
    Endpoint::put(format!("{}/{{key}}/identifier/{{id}}", entity.path))
        .id(format!("{}.identifier.update", entity.id()))
        .summary("Says whether an identifier is the primary one of its entity")
        .access(entity.rules.editors)
        .takes([&KEY as _, &ID as _])
        .handler(move |call, db| set_primary(call, db, entity))
}

fn set_primary(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    (entity.may)(call, db, entity, Deed::Change { key: &key })?;
    expect_json(call)?;
    if call.request.body().is_empty() {
        return Err(Error::NoBody);
    }
    let body: Value = serde_json::from_slice(call.request.body())
        .map_err(|error| Error::Unreadable(format!("JSON parse error: {error}")))?;
    let Some(is_primary) = body["isPrimary"].as_bool() else {
        return Err(Error::refused("The 'isPrimary' parameter must not be null."));
    };
    let id = call.get(&ID);
    let holder = record::find_id(db, entity, &key)?
        .ok_or_else(|| Error::NoSuchEntity { entity: entity.name, key: key.clone() })?;
    let Some(mut identifier) = part::find(db, &IDENTIFIER, holder, id)? else {
        let text = "The provided identifier is not connected to the given entity";
        return Err(Error::refused(text));
    };
    if is_primary {
        dethrone_others(db, holder, id)?;
    }
    identifier.insert("primary".to_owned(), is_primary.into());
    part::replace(db, &IDENTIFIER, id, &identifier)?;
    record::show_all(db, [key.as_str()])?;
    Ok(call.answer(&id))
}
