//! Contact persons: whom to ask about a collection or institution.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::Preparing;
use crate::apis::gbif::shape::Document;

/// The form of the ids of each kind; `OTHER` is whatever is not empty.
static FORMS: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    [
        ("ORCID", r"^(https?://orcid\.org/)?([0-9]{4}-){3}[0-9]{3}[0-9X]$"),
        ("WIKIDATA", r"^(https?://)?(www\.)?wikidata\.org/\w+/\w+$"),
        ("ISNI", r"^(https?://(www\.)?isni\.org/(isni/)?)?[0-9X\- ]{16,24}$"),
        ("VIAF", r"^(https?://(www\.)?viaf\.org/viaf/)?[0-9]{1,22}/?$"),
        (
            "IH_IRN",
            r"^(https?://sweetgum\.nybg\.org/science/ih/person-details/\?irn=)?[0-9]+$",
        ),
        (
            "RESEARCHER_ID",
            r"^([A-Z]{1,3}-[0-9]{4}-(19|20)[0-9]{2}|(https?://)?(www\.)?publons\.com/researcher/[0-9]+/[^/]+/?)$",
        ),
        ("HUH", r"^(https?://)?(kiki\.huh\.harvard\.edu|purl\.oclc\.org)/\S+$"),
        ("OTHER", r"\S"),
    ]
    .map(|(kind, form)| (kind, Regex::new(form).expect("the forms are well formed")))
    .into()
});

/// Refuses ids that do not have the form of their kind.
pub fn prepare(_: &Preparing, contact: &mut Document) -> Result<(), Error> {
    check_user_ids(contact)
}

pub fn check_user_ids(contact: &Document) -> Result<(), Error> {
    for user_id in contact.get("userIds").and_then(Value::as_array).into_iter().flatten() {
        let Some(kind) = user_id["type"].as_str() else {
            return Err(Error::refused("UserId type cannot be null"));
        };
        let id = user_id["id"].as_str().unwrap_or_default();
        let form = FORMS.iter().find(|(known, _)| *known == kind).map(|(_, form)| form);
        if !form.is_some_and(|form| form.is_match(id)) {
            return Err(Error::Refused(format!("Invalid user ID with type {kind} and ID {id}")));
        }
    }
    Ok(())
}
