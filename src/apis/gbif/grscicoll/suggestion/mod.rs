//! Change suggestions: what anybody may ask those who may to make, change, delete, merge or convert.
//!
//! [`propose`] takes them in, [`revise`] lets reviewers change them, [`decide`] applies or discards them. What they would
//! change is worked out in [`difference`] when they come in, and put on what has become of the entity in [`view`] whenever
//! they are read.

mod decide;
pub mod difference;
mod mail;
mod propose;
mod revise;
pub mod suggested;
mod view;

use http::Method;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde_json::Value;

use super::audit::{self, Entry};
use super::value::{Exact, SuggestionStatus, SuggestionType};
use super::{address, gate};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{self, LIMIT, OFFSET, Window};
use crate::apis::gbif::permission::GRSCICOLL_EDITOR;
use crate::apis::gbif::quirk::BROKEN_REFERENCES;
use crate::apis::gbif::record::{self, maybe_text, text};
use crate::apis::gbif::shape::{self, Document, Field};
use crate::apis::gbif::value::CountryCode;
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::filter::{Filter, Where};
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;

static ID: Param<i64> = Param::path("id", "Key of the suggestion.");
static STATUS: Param<Option<Exact<SuggestionStatus>>> =
    Param::optional("status", "What became of it.");
static TYPE: Param<Option<Exact<SuggestionType>>> = Param::optional("type", "What it asks for.");
static PROPOSER_EMAIL: Param<Option<String>> =
    Param::optional("proposerEmail", "E-mail address of who made it, exactly.");
static ENTITY_KEY: Param<Option<uuid::Uuid>> =
    Param::optional("entityKey", "Key of the entity that it is about.");
static COUNTRY: Param<Option<CountryCode>> =
    Param::optional("country", "Country of the entity that it is about.");
static IH_IDENTIFIER: Param<Option<String>> =
    Param::optional("ihIdentifier", "Number in Index Herbariorum that it brings along.");

static FILTERS: [Filter; 6] = [
    Filter::equals(&STATUS, "status"),
    Filter::equals(&TYPE, "suggestion.type"),
    Filter::equals(&PROPOSER_EMAIL, "email"),
    Filter::equals(&ENTITY_KEY, "entity"),
    Filter::equals(&COUNTRY, "suggestion.country"),
    Filter::equals(&IH_IDENTIFIER, "irn"),
];

/// The members of a suggestion, as answered.
static LISTED: [Field; 19] = [
    Field::kept("key"),
    Field::kept("type"),
    Field::kept("status"),
    Field::kept("entityKey"),
    Field::kept("entityName"),
    Field::kept("entityCountry"),
    Field::kept("suggestedEntity"),
    Field::kept("proposed"),
    Field::kept("proposedBy"),
    Field::kept("proposerEmail"),
    Field::kept("applied"),
    Field::kept("appliedBy"),
    Field::kept("discarded"),
    Field::kept("discardedBy"),
    Field::kept_list("comments"),
    Field::kept("mergeTargetKey"),
    Field::kept_list("changes"),
    Field::kept("modified"),
    Field::kept("modifiedBy"),
];

/// The members that a single one has beyond them.
// Quirk (contract 5.9): lists leave them out.
static OF_SINGLE_ONES: [Field; 4] = [
    Field::kept("institutionForConvertedCollection"),
    Field::kept("nameForNewInstitutionForConvertedCollection"),
    Field::kept("ihIdentifier"),
    Field::kept("createInstitution"),
];

/// The endpoints of one kind.
pub fn endpoints(entity: &'static Entity) -> Vec<Endpoint> {
    let path = format!("{}/changeSuggestion", entity.path);
    let one = format!("{path}/{{id}}");
    let id = |deed: &str| format!("{}.changeSuggestion.{deed}", entity.id());
    let reviewers = Access::Role(GRSCICOLL_EDITOR);
    let mut endpoints = vec![
        Endpoint::get(&path)
            .id(id("list"))
            .summary("Lists suggestions, the newest first")
            .takes([&LIMIT as &dyn AnyParam, &OFFSET])
            .filters(&FILTERS)
            .handler(move |call, db| list(call, db, entity)),
        Endpoint::post(&path)
            .id(id("create"))
            .summary("Suggests to make, change, delete, merge or convert something")
            .handler(move |call, db| propose::answer(call, db, entity)),
        Endpoint::get(&one)
            .id(id("get"))
            .summary("Gets a suggestion, put on what the entity is now")
            .takes([&ID as _])
            .handler(move |call, db| get(call, db, entity)),
        Endpoint::put(&one)
            .id(id("update"))
            .summary("Lets a reviewer change and comment a suggestion")
            .access(reviewers)
            .takes([&ID as _])
            .handler(move |call, db| revise::answer(call, db, entity)),
        Endpoint::put(format!("{one}/apply"))
            .id(id("apply"))
            .summary("Does what a suggestion asks for")
            .access(reviewers)
            .takes([&ID as _])
            .handler(move |call, db| decide::apply(call, db, entity)),
        Endpoint::put(format!("{one}/discard"))
            .id(id("discard"))
            .summary("Decides against a suggestion")
            .access(reviewers)
            .takes([&ID as _])
            .handler(move |call, db| decide::discard(call, db, entity)),
    ];
    for endpoint in &mut endpoints {
        match endpoint.id.rsplit('.').next() {
            Some("create" | "update") => endpoint.body = Some(|_| shape::schema(&propose::SENT)),
            Some("get") => endpoint.returns = Some(|_| shape::schema(&LISTED)),
            _ => {}
        }
    }
    endpoints
}

/// A suggestion as it is kept: what was sent, and what became of it.
#[derive(Clone)]
pub struct Suggestion {
    pub key: i64,
    pub entity: &'static Entity,
    pub doc: Document,
}

impl Suggestion {
    fn kind(&self) -> &str {
        text(&self.doc, "type")
    }

    fn is_pending(&self) -> bool {
        text(&self.doc, "status") == "PENDING"
    }

    fn entity_key(&self) -> Option<&str> {
        maybe_text(&self.doc, "entityKey")
    }

    fn changes(&self) -> &[Value] {
        self.doc.get("changes").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Whether it is shown as changes on what the entity is now, not as it came.
    fn is_merged(&self) -> bool {
        self.kind() == "UPDATE" && self.is_pending()
    }

    /// Puts a new one into the store.
    pub fn insert(&self, db: &Connection, country: Option<&str>) -> rusqlite::Result<()> {
        let sql = "INSERT INTO gbif_grscicoll_suggestion (key, kind, country, doc)
                   VALUES (?, ?, ?, ?)";
        let values = (self.key, self.entity.name, country, self.written());
        db.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    fn replace(&self, db: &Connection) -> rusqlite::Result<()> {
        let sql = "UPDATE gbif_grscicoll_suggestion SET doc = ? WHERE key = ?";
        db.prepare_cached(sql)?.execute((self.written(), self.key))?;
        Ok(())
    }

    /// As it is kept.
    pub fn written(&self) -> String {
        serde_json::to_string(&self.doc).expect("documents serialize")
    }

    /// Writes down what happened to it.
    fn log(
        &self,
        call: &Call,
        db: &Connection,
        operation: &str,
        before: Option<&Self>,
    ) -> rusqlite::Result<()> {
        let entry = Entry {
            part: Some("ChangeSuggestionDto"),
            part_key: Some(self.key),
            entity_key: self.entity_key(),
            pre_state: before.map(|before| audit::spaced(&before.written())),
            post_state: Some(audit::spaced(&self.written())),
            ..Entry::of(self.entity, operation, "", caller_name(call).unwrap_or_default())
        };
        audit::write(call, db, &entry)
    }
}

fn caller_name<'c>(call: &'c Call) -> Option<&'c str> {
    call.caller.identity().map(|identity| identity.name.as_str())
}

fn find(
    db: &Connection,
    entity: &'static Entity,
    key: i64,
) -> rusqlite::Result<Option<Suggestion>> {
    let sql = "SELECT doc FROM gbif_grscicoll_suggestion WHERE key = ? AND kind = ?";
    let found: Option<Value> =
        db.prepare_cached(sql)?.query_row((key, entity.name), |row| row.get(0)).optional()?;
    Ok(found.map(|doc| Suggestion { key, entity, doc: object(doc) }))
}

/// The suggestion that the path names.
fn named(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Suggestion, Error> {
    // Quirk (contract 7): what was not found is not named.
    find(db, entity, call.get(&ID))?.ok_or_else(|| {
        // Quirk (contract 10): the live service does not look whether there is what it changes.
        if *call.request.method() != Method::GET && call.is_live(&BROKEN_REFERENCES) {
            return Error::Dangling { member: "key", key: call.get(&ID).to_string() };
        }
        Error::Missing("Entity not found for uri: /".to_owned())
    })
}

/// Whether the caller could do what is suggested; they alone see who suggests it.
fn may_handle(call: &Call, db: &Connection, suggestion: &Suggestion) -> Result<bool, Error> {
    if call.caller.identity().is_none() {
        return Ok(false);
    }
    let doc = Value::Object(suggestion.doc.clone());
    gate::may_apply(db, &call.caller, suggestion.entity.name, &doc)
}

fn object(value: Value) -> Document {
    if let Value::Object(object) = value { object } else { Document::new() }
}

fn get(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let suggestion = named(call, db, entity)?;
    let current = match suggestion.entity_key() {
        Some(key) => current(db, entity, key)?,
        None => None,
    };
    let sees_email = may_handle(call, db, &suggestion)?;
    let fields = LISTED.iter().chain(&OF_SINGLE_ONES);
    let body = shown(suggestion, current.as_ref(), sees_email, fields);
    Ok(Reply::new(http::StatusCode::OK, "application/json", body))
}

/// An entity as it is answered now.
fn current(db: &Connection, entity: &Entity, key: &str) -> rusqlite::Result<Option<Document>> {
    // No institution or collection names the day on which it is read.
    Ok(record::find_shown(db, entity, key, "")?.as_deref().map(read))
}

fn read(shown: &[u8]) -> Document {
    serde_json::from_slice(shown).expect("what is shown is JSON")
}

fn list(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let window = Window::of(call);
    let rows = Where::new("TRUE").and("suggestion.kind = ?", [entity.name.to_owned().into()]);
    let rows = rows.filter(&FILTERS, &call.fields);
    let sql = format!("SELECT count(*) FROM gbif_grscicoll_suggestion suggestion {rows}");
    let count =
        db.prepare_cached(&sql)?.query_row(params_from_iter(rows.values()), |row| row.get(0))?;
    let sql = format!(
        "SELECT suggestion.key, suggestion.doc, shown FROM gbif_grscicoll_suggestion suggestion
         LEFT JOIN gbif_entity ON gbif_entity.key = entity
         {rows} ORDER BY proposed DESC, suggestion.key DESC LIMIT ? OFFSET ?"
    );
    let mut query = db.prepare_cached(&sql)?;
    let values = rows.values().iter().cloned().chain(window.values());
    let mut found = query.query(params_from_iter(values))?;
    let mut results = Vec::new();
    while let Some(row) = found.next()? {
        let suggestion = Suggestion { key: row.get(0)?, entity, doc: object(row.get(1)?) };
        let current = row.get::<_, Option<String>>(2)?.map(|shown| read(shown.as_bytes()));
        let sees_email = may_handle(call, db, &suggestion)?;
        results.push(shown(suggestion, current.as_ref(), sees_email, LISTED.iter()));
    }
    Ok(paging::page(window, count, &results))
}

/// A suggestion as it is answered; `current` is what the entity that it is about is now.
fn shown<'f>(
    suggestion: Suggestion,
    current: Option<&Document>,
    sees_email: bool,
    fields: impl Iterator<Item = &'f Field>,
) -> String {
    let is_merged = suggestion.is_merged();
    let Suggestion { entity, mut doc, .. } = suggestion;
    if !sees_email {
        doc.shift_remove("proposerEmail");
    }
    let described = current.or_else(|| doc.get("suggestedEntity").and_then(Value::as_object));
    let name = described.and_then(|entity| maybe_text(entity, "name")).map(str::to_owned);
    let country = described.and_then(|entity| address::either(entity, "country"));
    let country = country.map(str::to_owned);
    for (member, text) in [("entityName", name), ("entityCountry", country)] {
        if let Some(text) = text {
            doc.insert(member.to_owned(), text.into());
        }
    }
    if let Some(current) = current.filter(|_| is_merged) {
        let changes = doc.get("changes").and_then(Value::as_array).cloned().unwrap_or_default();
        let view = view::of(entity, current, changes);
        doc.insert("suggestedEntity".to_owned(), Value::Object(view.entity));
        doc.insert("changes".to_owned(), Value::Array(view.changes));
    }
    let mut text = String::new();
    for field in fields {
        match doc.get(field.name) {
            Some(value) => shape::push_member(&mut text, field.name, value),
            None if field.absent == shape::Absent::EmptyList => {
                shape::push_raw(&mut text, field.name, "[]");
            }
            None => {}
        }
    }
    shape::close(text)
}
