//! Looking up which institution and collection the codes and identifiers of a record mean.
//!
//! [`candidates`] finds who may be meant and why, [`mod@matches`] says how well each fits, [`choice`] who is taken.

mod candidates;
mod choice;
mod matches;

use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub use self::candidates::terms;
use self::candidates::{Candidate, Sought};
use self::choice::{Chosen, Verdict};
use self::matches::Match;
use super::{COLLECTION, INSTITUTION};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::value::{CountryCode, Yes};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static INSTITUTION_CODE: Param<Option<String>> =
    Param::optional("institutionCode", "Code of the institution, as a record has it.");
static OWNER_INSTITUTION_CODE: Param<Option<String>> =
    Param::optional("ownerInstitutionCode", "Code of the institution that owns the specimen.");
static INSTITUTION_ID: Param<Option<String>> =
    Param::optional("institutionId", "Identifier or key of the institution.");
static COLLECTION_CODE: Param<Option<String>> =
    Param::optional("collectionCode", "Code of the collection, as a record has it.");
static COLLECTION_ID: Param<Option<String>> =
    Param::optional("collectionId", "Identifier or key of the collection.");
static DATASET_KEY: Param<Option<Uuid>> =
    Param::optional("datasetKey", "Dataset of the record, for explicit mappings.");
static COUNTRY: Param<Option<CountryCode>> =
    Param::optional("country", "Country that decides between several.");
static VERBOSE: Param<Option<Yes>> =
    Param::optional("verbose", "Whether to give those too that were not taken.");

/// The endpoint.
pub fn endpoint() -> Endpoint {
    Endpoint::get("/v1/grscicoll/lookup")
        .id("grscicoll.lookup")
        .searches()
        .summary(
            "Finds the institution and the collection that codes and identifiers of a record mean",
        )
        .takes([
            &INSTITUTION_CODE as _,
            &OWNER_INSTITUTION_CODE as _,
            &INSTITUTION_ID as _,
            &COLLECTION_CODE as _,
            &COLLECTION_ID as _,
            &DATASET_KEY as _,
            &COUNTRY as _,
            &VERBOSE as _,
        ])
        .handler(lookup)
}

/// An answer, in the order of the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    institution_match: Value,
    collection_match: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternative_matches: Option<Alternatives>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Alternatives {
    institution_matches: Vec<Value>,
    collection_matches: Vec<Value>,
}

fn lookup(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let trimmed = |param: &Param<Option<String>>| {
        call.get(param).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    let dataset = call.get(&DATASET_KEY).map(|key| key.to_string());
    let country = call.get(&COUNTRY).map(|country| country.0);
    let institution_code = trimmed(&INSTITUTION_CODE);
    let sought = Sought {
        entity: &INSTITUTION,
        code: institution_code.clone(),
        id: trimmed(&INSTITUTION_ID),
        dataset: dataset.clone(),
        parent_code: None,
        owner: trimmed(&OWNER_INSTITUTION_CODE),
        country,
    };
    let institutions = matches::of_institutions(candidates::find(db, &sought)?, &sought);
    let institution = choice::choose(institutions);
    let sought = Sought {
        entity: &COLLECTION,
        code: trimmed(&COLLECTION_CODE),
        id: trimmed(&COLLECTION_ID),
        dataset,
        parent_code: institution_code,
        owner: None,
        country,
    };
    let in_play = institution.in_play();
    let collections = matches::of_collections(candidates::find(db, &sought)?, &sought, &in_play);
    let collection = choice::choose(collections);

    let is_verbose = call.get(&VERBOSE).is_some_and(|yes| yes.0);
    let alternatives =
        |chosen: &Chosen| chosen.others().map(|one| shown(call, one, None)).collect();
    Ok(call.answer(&Found {
        institution_match: verdict(call, &institution),
        collection_match: verdict(call, &collection),
        alternative_matches: is_verbose.then(|| Alternatives {
            institution_matches: alternatives(&institution),
            collection_matches: alternatives(&collection),
        }),
    }))
}

/// Who was taken, or why nobody was.
fn verdict(call: &Call, chosen: &Chosen) -> Value {
    match chosen.verdict {
        Verdict::Taken { place, status } => shown(call, &chosen.matches[place], Some(status)),
        Verdict::Nobody { because: Some(status) } => {
            json!({ "matchType": "NONE", "status": status })
        }
        Verdict::Nobody { because: None } => json!({ "matchType": "NONE" }),
    }
}

fn shown(call: &Call, one: &Match, status: Option<choice::Status>) -> Value {
    let mut shown = json!({ "matchType": one.class });
    if let Some(status) = status {
        shown["status"] = json!(status);
    }
    shown["reasons"] = json!(one.reasons);
    shown["entityMatched"] = entity_matched(call, &one.candidate);
    shown
}

fn entity_matched(call: &Call, candidate: &Candidate) -> Value {
    let link = |entity: &super::Entity, key: &str| format!("{}{}/{key}", call.base(), entity.path);
    let mut matched = json!({
        "key": candidate.key,
        "selfLink": link(candidate.entity, &candidate.key),
        "name": candidate.name,
    });
    if let Some(code) = &candidate.code {
        matched["code"] = code.as_str().into();
    }
    matched["active"] = candidate.active.into();
    if candidate.entity.name == COLLECTION.name {
        // Quirk (contract 5.10): a collection without institution has a link to none.
        let institution = candidate.institution.as_deref();
        if let Some(key) = institution {
            matched["institutionKey"] = key.into();
        }
        matched["institutionLink"] = link(&INSTITUTION, institution.unwrap_or("null")).into();
        for (member, text) in [
            ("institutionCode", &candidate.institution_code),
            ("institutionName", &candidate.institution_name),
        ] {
            if let Some(text) = text {
                matched[member] = text.as_str().into();
            }
        }
    }
    matched
}
