//! Conversion: what was registered as an institution becomes a collection of another one.

use http::StatusCode;
use rusqlite::Connection;
use uuid::Uuid;

use super::audit::{self, Entry};
use super::collection::COLLECTION;
use super::institution::INSTITUTION;
use super::transfer::{Transfer, move_collections};
use crate::apis::gbif::entity::{self, Deed};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::{self, Record, maybe_text};
use crate::apis::gbif::shape::{self, Document, Field, Sent};
use crate::apis::gbif::{expect_json, moment, permission};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the institution that is converted.");

static BODY: [Field; 2] =
    [Field::key("institutionForNewCollectionKey"), Field::text("nameForNewInstitution")];

/// What a collection takes over from the institution that it was.
const TAKEN_OVER: [&str; 11] = [
    "code",
    "name",
    "description",
    "active",
    "email",
    "phone",
    "homepage",
    "catalogUrls",
    "apiUrls",
    "address",
    "mailingAddress",
];

pub fn endpoint() -> Endpoint {
    let mut endpoint = Endpoint::post("/v1/grscicoll/institution/{key}/convertToCollection")
        .id("grscicoll.institution.convert-to-collection")
        .summary("Makes a collection of an institution and gives its key")
        .access(Access::Role(permission::GRSCICOLL_EDITOR))
        .takes([&KEY as _])
        .handler(answer);
    endpoint.body = Some(|_| shape::schema(&BODY));
    endpoint
}

fn answer(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (INSTITUTION.may)(call, db, &INSTITUTION, Deed::Change { key: &key })?;
    expect_json(call)?;
    let sent = Sent::read(&BODY, call.request.body())?.checked()?;
    let home = Home {
        institution: maybe_text(&sent, "institutionForNewCollectionKey"),
        new_name: maybe_text(&sent, "nameForNewInstitution"),
    };
    let collection = convert(call, db, &key, home, &user)?;
    Ok(call.answer_with(StatusCode::CREATED, &collection))
}

/// To whom the collection will belong: an institution that is there, or a new one of this name.
#[derive(Clone, Copy)]
pub struct Home<'h> {
    pub institution: Option<&'h str>,
    pub new_name: Option<&'h str>,
}

/// Converts an institution and gives the key of the collection.
pub fn convert(
    call: &Call,
    db: &Connection,
    key: &str,
    home: Home,
    user: &str,
) -> Result<String, Error> {
    let institution = permit(db, key, home)?;
    let owner = match home {
        Home { institution: Some(key), .. } => key.to_owned(),
        Home { new_name, .. } => found_institution(call, db, &institution, new_name, user)?,
    };
    let mut doc = Document::new();
    for member in TAKEN_OVER.iter().chain(&["alternativeCodes"]) {
        if let Some(value) = institution.doc.get(*member) {
            doc.insert((*member).to_owned(), value.clone());
        }
    }
    doc.insert("institutionKey".to_owned(), owner.as_str().into());
    let collection = entity::register(call, db, &COLLECTION, doc, user)?;
    mark_converted(call, db, &institution, &collection, user)?;
    move_collections(call, db, [key, &owner], user)?;
    let to = record::find_id(db, &COLLECTION, &collection)?.expect("it was just registered");
    let transfer = Transfer { call, db, user, from: institution.id, to };
    transfer.identifiers()?;
    transfer.machine_tags(None)?;
    transfer.occurrence_mappings()?;
    transfer.contacts()?;
    record::show_all(db, [collection.as_str()])?;
    Ok(collection)
}

fn permit(db: &Connection, key: &str, home: Home) -> Result<Record, Error> {
    if home.institution.is_none() && home.new_name.is_none() {
        return Err(Error::refused(
            "Either the institution key for the new collection or a name to create a new institution are required",
        ));
    }
    let institution = record::find(db, &INSTITUTION, key)?
        .ok_or_else(|| Error::refused("Entity doesn't exist"))?;
    if institution.is_deleted() {
        return Err(Error::refused("Cannot convert a deleted institution"));
    }
    if let Some(owner) = home.institution {
        let owner = record::find(db, &INSTITUTION, owner)?
            .ok_or_else(|| Error::Refused(format!("Institution not found with key {owner}")))?;
        if owner.is_deleted() {
            let text = "Cannot assign the new collection to a deleted institution";
            return Err(Error::refused(text));
        }
    }
    Ok(institution)
}

/// Makes the institution that the collection will belong to.
fn found_institution(
    call: &Call,
    db: &Connection,
    institution: &Record,
    name: Option<&str>,
    user: &str,
) -> Result<String, Error> {
    let mut doc = Document::new();
    if let Some(code) = institution.doc.get("code") {
        doc.insert("code".to_owned(), code.clone());
    }
    doc.insert("name".to_owned(), name.into());
    entity::register(call, db, &INSTITUTION, doc, user)
}

fn mark_converted(
    call: &Call,
    db: &Connection,
    institution: &Record,
    collection: &str,
    user: &str,
) -> Result<(), Error> {
    let mut doc = institution.doc.clone();
    doc.insert("deleted".to_owned(), moment::written(call.now).into());
    doc.insert("convertedToCollection".to_owned(), collection.into());
    record::replace(db, institution.id, &doc)?;
    let after = Record { id: institution.id, entity: &INSTITUTION, doc };
    entity::settle(db, &after, Some(&institution.doc))?;
    let entry = Entry {
        replacement: Some(collection),
        pre_state: Some(audit::state(&INSTITUTION, &institution.doc)),
        post_state: Some(audit::state(&INSTITUTION, &after.doc)),
        ..Entry::of(&INSTITUTION, "CONVERSION_TO_COLLECTION", institution.key(), user)
    };
    Ok(audit::write(call, db, &entry)?)
}
