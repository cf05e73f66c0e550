//! The words in which GRSciColl refuses parameters; all else it refuses as the registry does.

use http::Method;
use http::header::CONTENT_TYPE;

use crate::apis::gbif::error::worded;
use crate::apis::gbif::vocabulary;
use crate::kit::call::{Call, Request};
use crate::kit::negotiate;
use crate::kit::reply::{Rejection, Reply};
use crate::kit::value::Expects;

/// Whether a request is for GRSciColl.
pub fn is_asked(request: &Request) -> bool {
    request.uri().path().contains("/grscicoll/")
}

/// Whether a path is one of the service's that are not emulated, although another one has its form.
pub fn is_not_there(request: &Request) -> bool {
    let Some((_, path)) = request.uri().path().split_once("/grscicoll/") else { return false };
    match path.split('/').collect::<Vec<&str>>()[..] {
        ["institution" | "collection", "latimerCore" | "batch", ..] => true,
        ["collection", "descriptorGroup", ..] | ["collection", _, "descriptorGroup", ..] => {
            !matches!(*request.method(), Method::GET | Method::HEAD)
        }
        _ => false,
    }
}

/// Takes back an answer in JSON from who does not accept that.
pub fn negotiate(call: &Call, reply: &mut Reply) {
    let is_json = reply.headers.get(&CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_asked(call.request)
        && *call.request.method() == Method::GET
        && reply.status.is_success()
        && is_json
        && negotiate::choose(call.request, &["application/json"]).is_none()
    {
        *reply = worded(call.request, call.now, Rejection::NotAcceptable);
    }
}

pub fn bad_param(name: &str, text: &str, expects: Expects) -> String {
    match (name, expects) {
        ("sortBy", _) => format!("Invalid sort by parameter: {text}"),
        ("sortOrder", _) => format!("Invalid sort order parameter: {text}"),
        ("numberSpecimens" | "occurrenceCount" | "typeSpecimenCount", _) => {
            format!("Invalid {name} parameter.Only a number or a range is accepted: {text}")
        }
        // Quirk (grscicoll contract 7): of lists it is said which parameter, of single keys only what was sent.
        (
            "institutionKey" | "institution" | "replacedBy" | "contact" | "masterSourceType"
            | "source" | "inInstitutions" | "notInInstitutions" | "excludeKeys",
            _,
        ) => format!("Invalid value {text} for parameter {name}"),
        ("gbifRegion", _) => format!("Cannot parse {text} into a known GbifRegion"),
        (_, Expects::Uuid) => format!("Invalid UUID string: {text}"),
        (_, Expects::Form("Country")) => format!("Cannot parse {text} into a known Country"),
        (_, Expects::Integer { .. }) => format!("For input string: \"{text}\""),
        (_, Expects::Date) => format!("Parse attempt failed for value [{text}]"),
        ("status", Expects::OneOf(_)) => {
            format!("No enum constant org.gbif.api.model.collections.suggestions.Status.{text}")
        }
        ("type", Expects::OneOf(_)) => {
            format!("No enum constant org.gbif.api.model.collections.suggestions.Type.{text}")
        }
        ("collectionEntityType", _) => {
            format!("No enum constant org.gbif.api.model.collections.CollectionEntityType.{text}")
        }
        ("entityType", _) => {
            format!("No enum constant org.gbif.registry.domain.collections.TypeParam.{text}")
        }
        ("format", _) => {
            format!("No enum constant org.gbif.api.model.common.export.ExportFormat.{text}")
        }
        (_, Expects::OneOf(values)) => {
            let class = vocabulary::of_values(values).map_or(name, |known| known.name);
            format!("No enum constant org.gbif.api.vocabulary.collections.{class}.{text}")
        }
        _ => format!("Invalid value {text} for parameter {name}"),
    }
}
