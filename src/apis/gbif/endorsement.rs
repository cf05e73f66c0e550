//! Endorsing organizations: a node vouches for those that want to publish.

use http::StatusCode;
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use super::entity::organization::ORGANIZATION;
use super::entity::{Completing, Deed};
use super::error::Error;
use super::record::{self, Record, text};
use super::shape::Document;
use super::value::{EndorsementStatus, Word};
use super::{auth, moment, permission};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::outbox::Mail;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the organization.");
static STATUS: Param<Word<EndorsementStatus>> = Param::path("status", "The new status.");
static WHO: Param<String> = Param::path("user", "Name of a user.");

pub fn endpoints() -> Vec<Endpoint> {
    let path = "/v1/organization/{key}/endorsement";
    let editors = Access::Role(permission::EDITOR);
    vec![
        Endpoint::put(path)
            .id("organization.endorsement.endorse")
            .summary("Endorses an organization")
            .access(editors)
            .takes([&KEY as _])
            .handler(|call, db| decide(call, db, "ENDORSED")),
        Endpoint::delete(path)
            .id("organization.endorsement.revoke")
            .summary("Takes back an endorsement")
            .access(editors)
            .takes([&KEY as _])
            .handler(|call, db| decide(call, db, "WAITING_FOR_ENDORSEMENT")),
        Endpoint::post(format!("{path}/status/{{status}}"))
            .id("organization.endorsement.status")
            .summary("Sets the status of an endorsement")
            .access(Access::Role(permission::ADMIN))
            .takes([&KEY as _, &STATUS as _])
            .handler(|call, db| {
                permission::admin(call)?;
                decide(call, db, call.get(&STATUS).value)
            }),
        Endpoint::get(format!("{path}/user/{{user}}"))
            .id("organization.endorsement.user")
            .summary("Says whether a user may endorse an organization")
            .takes([&KEY as _, &WHO as _])
            .handler(may_endorse),
    ]
}

fn find(call: &Call, db: &Connection) -> Result<Record, Error> {
    let key = call.get(&KEY).to_string();
    let found = record::find(db, &ORGANIZATION, &key)?;
    found.ok_or(Error::NoSuchEntity { entity: ORGANIZATION.name, key })
}

fn decide(call: &Call, db: &Connection, status: &str) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let deed = Deed::Change { key: &key };
    let user = (ORGANIZATION.may)(call, db, &ORGANIZATION, deed)?;
    let mut organization = find(call, db)?;
    let is_endorsed = status == "ENDORSED";
    let now = moment::written(call.now);
    let doc = &mut organization.doc;
    doc.insert("endorsementApproved".to_owned(), is_endorsed.into());
    doc.insert("endorsementStatus".to_owned(), status.into());
    doc.insert("modified".to_owned(), now.as_str().into());
    doc.insert("modifiedBy".to_owned(), user.into());
    if is_endorsed {
        doc.insert("endorsed".to_owned(), now.into());
        tell_publisher(call, db, doc)?;
    } else {
        doc.shift_remove("endorsed");
    }
    record::replace(db, organization.id, &organization.doc)?;
    record::show(db, &organization)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn may_endorse(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let organization = find(call, db)?;
    let name = call.get(&WHO);
    let is_admin = auth::find_user(db, &name)?
        .is_some_and(|user| user.roles.iter().any(|role| role == permission::ADMIN));
    let node = text(&organization.doc, "endorsingNodeKey");
    let is_in_scope = super::user::rights(db, &name, "entity")?
        .iter()
        .any(|right| right == organization.key() || right == node);
    if is_admin || is_in_scope {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    Ok(Reply::empty(StatusCode::FORBIDDEN))
}

/// Asks a node, by mail, to endorse a new organization.
pub fn ask(completing: &Completing, organization: &Document) -> rusqlite::Result<()> {
    let node = record::find_any(completing.db, text(organization, "endorsingNodeKey"))?;
    let to = node.as_ref().and_then(|node| {
        let contacts = node.doc.get("contacts").and_then(Value::as_array)?;
        contacts.iter().find_map(|contact| contact["email"][0].as_str().map(str::to_owned))
    });
    let title = text(organization, "title");
    let body = format!(
        "{title} would like to publish data. Please decide whether your node endorses it.\n\
         Key: {}\n",
        text(organization, "key")
    );
    Mail {
        api: "gbif",
        to: to.as_deref().unwrap_or("helpdesk@gbif.org"),
        subject: &format!("GBIF: {title} requires endorsement"),
        text: &body,
        link: None,
    }
    .send(completing.call.now, completing.db)
}

fn tell_publisher(call: &Call, db: &Connection, organization: &Document) -> rusqlite::Result<()> {
    let Some(to) = organization.get("email").and_then(|email| email[0].as_str()) else {
        return Ok(());
    };
    let title = text(organization, "title");
    let body = format!("{title} has been endorsed and can publish data from now on.\n");
    Mail {
        api: "gbif",
        to,
        subject: &format!("GBIF: {title} has been endorsed"),
        text: &body,
        link: None,
    }
    .send(call.now, db)
}
