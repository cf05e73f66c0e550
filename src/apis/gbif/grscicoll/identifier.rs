//! Identifiers: some types have a form, and one of an entity may be the primary one.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::others;
use crate::apis::gbif::part::{self, Preparing};
use crate::apis::gbif::place;
use crate::apis::gbif::record::text;
use crate::apis::gbif::shape::Document;

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
        dethrone_others(preparing)?;
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

fn dethrone_others(preparing: &Preparing) -> Result<(), Error> {
    let sql = "SELECT key, doc FROM gbif_part
               WHERE name = 'identifier' AND entity = ? AND key <> ? AND doc ->> 'primary'";
    for (key, mut other) in others(preparing.db, sql, (preparing.entity, preparing.key))? {
        other.insert("primary".to_owned(), false.into());
        part::replace(preparing.db, preparing.part, key, &other)?;
    }
    Ok(())
}
