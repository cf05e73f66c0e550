//! Making a suggestion, with or without an account.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::Value;

use super::difference::{self, Authorship};
use super::suggested::{self, written};
use super::{Suggestion, caller_name, mail};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::grscicoll::address;
use crate::apis::gbif::grscicoll::institution::INSTITUTION;
use crate::apis::gbif::grscicoll::transfer::is_external;
use crate::apis::gbif::record::{self, maybe_text, text};
use crate::apis::gbif::shape::{Document, Field, Sent, is_email};
use crate::apis::gbif::vocabulary::SUGGESTION_TYPE;
use crate::apis::gbif::{expect_json, moment};
use crate::kit::call::Call;
use crate::kit::reply::Reply;

/// What a client sends.
pub static SENT: [Field; 10] = [
    Field::one_of("type", &SUGGESTION_TYPE).required(),
    Field::key("entityKey"),
    Field::kept("suggestedEntity"),
    Field::text("proposerEmail").required(),
    Field::texts("comments"),
    Field::key("mergeTargetKey"),
    Field::key("institutionForConvertedCollection"),
    Field::text("nameForNewInstitutionForConvertedCollection"),
    Field::text("ihIdentifier"),
    Field::boolean("createInstitution"),
];

/// A suggestion that has been read.
pub struct Proposal {
    pub members: Document,
    /// The key, where one was sent.
    pub key: Option<Value>,
    pub suggested: Option<Document>,
}

impl Proposal {
    /// Reads a body; `demands` are the members that it cannot do without.
    pub fn read(entity: &'static Entity, body: &[u8], fields: &[Field]) -> Result<Self, Error> {
        let mut sent = Sent::read(fields, body)?;
        if let Some(email) = maybe_text(&sent.values, "proposerEmail")
            && !is_email(email)
        {
            let objection = format!("must be a valid email. found: {email}");
            sent.object("proposerEmail", &objection);
        }
        let given = sent.whole.get("suggestedEntity").filter(|given| !given.is_null()).cloned();
        let suggested =
            given.map(|given| suggested::read(entity, &given, &mut sent.violations)).transpose()?;
        let key = sent.whole.get("key").cloned();
        Ok(Self { members: sent.checked()?, key, suggested })
    }

    pub fn comments(&self) -> Vec<Value> {
        let comments = self.members.get("comments").and_then(Value::as_array);
        let is_said = |comment: &&Value| comment.as_str().is_some_and(|text| !text.is_empty());
        comments.into_iter().flatten().filter(is_said).cloned().collect()
    }
}

pub fn answer(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    expect_json(call)?;
    let proposal = Proposal::read(entity, call.request.body(), &SENT)?;
    let current = permit(db, entity, &proposal)?;
    let described = current.as_ref().or(proposal.suggested.as_ref());
    let country = described.and_then(|doc| address::either(doc, "country")).map(str::to_owned);
    let name = described.map(|doc| text(doc, "name")).unwrap_or_default().to_owned();
    let suggestion = make(call, db, entity, proposal, current.as_ref())?;
    suggestion.insert(db, country.as_deref())?;
    suggestion.log(call, db, "CREATE", None)?;
    mail::tell_of_new(call, db, &suggestion, &name, country.as_deref())?;
    Ok(call.answer_with(StatusCode::CREATED, &suggestion.key))
}

/// Refuses what makes no sense; gives the entity that the suggestion is about.
fn permit(
    db: &Connection,
    entity: &'static Entity,
    proposal: &Proposal,
) -> Result<Option<Document>, Error> {
    let kind = text(&proposal.members, "type");
    if kind == "CONVERSION_TO_COLLECTION" && entity.name != INSTITUTION.name {
        return Err(Error::refused("Conversion type is not allowed for collections"));
    }
    if proposal.comments().is_empty() {
        return Err(Error::refused("A comment is required"));
    }
    if matches!(kind, "CREATE" | "UPDATE") && proposal.suggested.is_none() {
        return Err(Error::Incomplete);
    }
    if kind == "MERGE" && maybe_text(&proposal.members, "mergeTargetKey").is_none() {
        return Err(Error::Incomplete);
    }
    if kind == "CREATE" {
        return Ok(None);
    }
    let key = maybe_text(&proposal.members, "entityKey").ok_or(Error::Incomplete)?;
    let current = super::current(db, entity, key)?;
    let current = current.ok_or_else(|| Error::refused("Entity doesn't exist"))?;
    if kind == "DELETE" && is_external(&current) {
        return Err(Error::refused(
            "Suggestions to delete entities whose master source is not GRSciColl are not allowed",
        ));
    }
    Ok(Some(current))
}

/// The members that a suggestion of each type has beyond those of all.
fn members_of(kind: &str, entity: &Entity) -> &'static [&'static str] {
    match kind {
        "CREATE" if entity.name != INSTITUTION.name => &["ihIdentifier", "createInstitution"],
        "CREATE" => &[],
        "MERGE" => &["entityKey", "mergeTargetKey"],
        "CONVERSION_TO_COLLECTION" => &[
            "entityKey",
            "institutionForConvertedCollection",
            "nameForNewInstitutionForConvertedCollection",
        ],
        _ => &["entityKey"],
    }
}

fn make(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    proposal: Proposal,
    current: Option<&Document>,
) -> Result<Suggestion, Error> {
    let now = moment::written(call.now);
    let key = record::next_number(db, "changeSuggestion")?;
    let comments = proposal.comments();
    let Proposal { members, suggested, .. } = proposal;
    let kind = text(&members, "type");
    let user = caller_name(call);
    let mut doc = Document::new();
    doc.insert("key".to_owned(), key.into());
    for (member, text) in [
        ("type", Some(kind)),
        ("status", Some("PENDING")),
        ("proposed", Some(&now)),
        ("proposedBy", user),
        ("proposerEmail", maybe_text(&members, "proposerEmail")),
        ("modified", Some(&now)),
        ("modifiedBy", user),
    ] {
        if let Some(text) = text {
            doc.insert(member.to_owned(), text.into());
        }
    }
    for member in members_of(kind, entity) {
        if let Some(value) = members.get(*member) {
            doc.insert((*member).to_owned(), value.clone());
        }
    }
    doc.insert("comments".to_owned(), comments.into());
    let mut changes = Vec::new();
    if let Some(mut suggested) = suggested.filter(|_| matches!(kind, "CREATE" | "UPDATE")) {
        let nothing = Document::new();
        let authorship = Authorship { author: user, created: &now };
        let current = current.unwrap_or(&nothing);
        address::keep_keys(current, &mut suggested);
        changes = difference::between(entity, &suggested, current, authorship);
        let suggested = written(entity, suggested);
        doc.insert("suggestedEntity".to_owned(), Value::Object(suggested));
    }
    doc.insert("changes".to_owned(), changes.into());
    Ok(Suggestion { key, entity, doc })
}
