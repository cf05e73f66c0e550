//! Importing: collections from datasets and institutions from organizations, which keep them up to date from then on.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::institution::INSTITUTION;
use super::master_source;
use crate::apis::gbif::entity::dataset::DATASET;
use crate::apis::gbif::entity::organization::ORGANIZATION;
use crate::apis::gbif::entity::{self, Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::expect_json;
use crate::apis::gbif::record::{self, maybe_text, text};
use crate::apis::gbif::shape::{self, Document, Field, Sent};
use crate::kit::call::Call;
use crate::kit::endpoint::{Endpoint, SchemaOf};
use crate::kit::reply::Reply;

static OF_DATASET: [Field; 2] = [Field::key("datasetKey"), Field::text("collectionCode")];
static OF_ORGANIZATION: [Field; 2] =
    [Field::key("organizationKey"), Field::text("institutionCode")];

/// From where entities of a kind are imported.
struct Import {
    entity: &'static Entity,
    /// What a client sends: the key of the master, and the code that the entity gets.
    fields: &'static [Field; 2],
    schema: SchemaOf,
    master: &'static Entity,
    /// As master sources name it.
    source: &'static str,
    refusals: Refusals,
}

struct Refusals {
    without_key: &'static str,
    without_code: &'static str,
    unknown: &'static str,
}

static IMPORTS: [Import; 2] = [
    Import {
        entity: &super::COLLECTION,
        fields: &OF_DATASET,
        schema: |_| shape::schema(&OF_DATASET),
        master: &DATASET,
        source: "DATASET",
        refusals: Refusals {
            without_key: "Dataset key is required",
            without_code: "Collection code is required",
            unknown: "Dataset not found",
        },
    },
    Import {
        entity: &INSTITUTION,
        fields: &OF_ORGANIZATION,
        schema: |_| shape::schema(&OF_ORGANIZATION),
        master: &ORGANIZATION,
        source: "ORGANIZATION",
        refusals: Refusals {
            without_key: "Organization key is required",
            without_code: "Institution code is required",
            unknown: "Organization not found",
        },
    },
];

pub fn endpoints() -> Vec<Endpoint> {
    IMPORTS.iter().map(Import::endpoint).collect()
}

impl Import {
    fn endpoint(&'static self) -> Endpoint {
        let mut endpoint = Endpoint::post(format!("{}/import", self.entity.path))
            .id(format!("{}.import", self.entity.id()))
            .summary(
                "Registers one from what the registry knows, and keeps it up to date from there",
            )
            .access(self.entity.rules.editors)
            .handler(|call, db| self.answer(call, db));
        endpoint.body = Some(self.schema);
        endpoint
    }

    fn answer(&self, call: &Call, db: &Connection) -> Result<Reply, Error> {
        let deed = Deed::Create { body: call.request.body() };
        let user = (self.entity.may)(call, db, self.entity, deed)?;
        expect_json(call)?;
        let sent = Sent::read(self.fields, call.request.body())?.checked()?;
        let [master, code] = self.fields.each_ref().map(|field| maybe_text(&sent, field.name));
        let master = master.ok_or_else(|| Error::refused(self.refusals.without_key))?;
        let code = code.ok_or_else(|| Error::refused(self.refusals.without_code))?;
        let key = self.import(call, db, [master, code], &user)?;
        Ok(call.answer_with(StatusCode::CREATED, &key))
    }

    fn import(
        &self,
        call: &Call,
        db: &Connection,
        [master, code]: [&str; 2],
        user: &str,
    ) -> Result<String, Error> {
        let found = record::find(db, self.master, master)?;
        let found = found.ok_or_else(|| Error::refused(self.refusals.unknown))?;
        demand_publisher(db, &found.doc)?;
        let mut doc = Document::new();
        doc.insert("code".to_owned(), code.into());
        doc.insert("name".to_owned(), text(&found.doc, "title").into());
        doc.insert("active".to_owned(), true.into());
        let key = entity::register(call, db, self.entity, doc, user)?;
        let stored = record::find(db, self.entity, &key)?.expect("it was just registered");
        let metadata = json!({ "source": self.source, "sourceId": master });
        let Value::Object(metadata) = metadata else { unreachable!("it was written as an object") };
        master_source::set(call, db, stored, metadata, user)?;
        Ok(key)
    }
}

/// Refuses a dataset of which nobody knows who publishes it.
fn demand_publisher(db: &Connection, master: &Document) -> Result<(), Error> {
    let Some(publisher) = maybe_text(master, "publishingOrganizationKey") else { return Ok(()) };
    match record::find_id(db, &ORGANIZATION, publisher)? {
        Some(_) => Ok(()),
        None => Err(Error::refused("Publishing organization not found")),
    }
}
