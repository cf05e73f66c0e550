//! Changing a suggestion: reviewers say what they think of it, and put right what it gets wrong.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::difference::{self, Authorship};
use super::propose::Proposal;
use super::suggested::written;
use super::{ID, Suggestion, caller_name, current, named, view};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::grscicoll::address;
use crate::apis::gbif::shape::{Document, Field};
use crate::apis::gbif::vocabulary::SUGGESTION_TYPE;
use crate::apis::gbif::{expect_json, moment};
use crate::kit::call::Call;
use crate::kit::reply::Reply;

/// What a reviewer sends: they may not even see who proposed it.
static REVISED: [Field; 3] = [
    Field::one_of("type", &SUGGESTION_TYPE).required(),
    Field::text("proposerEmail"),
    Field::texts("comments"),
];

pub fn answer(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    expect_json(call)?;
    let proposal = Proposal::read(entity, call.request.body(), &REVISED)?;
    if proposal.key.as_ref() != Some(&json!(call.get(&ID))) {
        return Err(Error::KeysDiffer);
    }
    let before = named(call, db, entity)?;
    let mut after = before.clone();
    let comments = proposal.comments();
    let told = before.doc.get("comments").and_then(Value::as_array).map_or(0, Vec::len);
    if comments.len() <= told {
        return Err(Error::refused("A comment is required"));
    }
    let now = moment::written(call.now);
    if matches!(before.kind(), "CREATE" | "UPDATE") {
        let suggested =
            proposal.suggested.ok_or_else(|| Error::refused("Suggested entity is required"))?;
        let authorship = Authorship { author: caller_name(call), created: &now };
        add_changes(db, &mut after, suggested, authorship)?;
    }
    after.doc.insert("comments".to_owned(), comments.into());
    after.doc.insert("modified".to_owned(), now.as_str().into());
    after.doc.insert("modifiedBy".to_owned(), caller_name(call).into());
    after.replace(db)?;
    after.log(call, db, "UPDATE", Some(&before))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// What is another than it stands in the suggestion now is added to its changes, over earlier ones of the same field.
fn add_changes(
    db: &Connection,
    suggestion: &mut Suggestion,
    mut suggested: Document,
    authorship: Authorship,
) -> Result<(), Error> {
    let entity = suggestion.entity;
    let standing = standing(db, suggestion)?;
    address::keep_keys(&standing, &mut suggested);
    let new = difference::between(entity, &suggested, &standing, authorship);
    let mut changes = suggestion.changes().to_vec();
    for change in &mut changes {
        if new.iter().any(|new| new["field"] == change["field"]) {
            change["overwritten"] = true.into();
            if change["field"] == "institutionKey" {
                // Whoever names another institution wants none to be made.
                suggestion.doc.insert("createInstitution".to_owned(), false.into());
            }
        }
    }
    changes.extend(new);
    suggestion.doc.insert("changes".to_owned(), changes.into());
    let suggested = Value::Object(written(entity, suggested));
    suggestion.doc.insert("suggestedEntity".to_owned(), suggested);
    Ok(())
}

/// The suggested entity as it is shown.
pub fn standing(db: &Connection, suggestion: &Suggestion) -> Result<Document, Error> {
    if suggestion.is_merged()
        && let Some(key) = suggestion.entity_key()
        && let Some(current) = current(db, suggestion.entity, key)?
    {
        return Ok(view::of(suggestion.entity, &current, suggestion.changes().to_vec()).entity);
    }
    let suggested = suggestion.doc.get("suggestedEntity").and_then(Value::as_object);
    Ok(suggested.cloned().unwrap_or_default())
}
