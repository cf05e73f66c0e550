//! Who may write what.
//!
//! A filter in front of all writes looks at roles and scopes before anybody reads the body. An administrator may do
//! everything; an editor what lies below the entities in scope: a node's organizations, their installations and datasets.

use http::Method;
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use super::entity::{Deed, Entity};
use super::error::Error;
use super::quirk::MACHINE_TAG_AUTH;
use crate::kit::call::{Call, Identity};
use crate::kit::param::Param;
use crate::kit::reply::Rejection;

pub const ADMIN: &str = "REGISTRY_ADMIN";
pub const EDITOR: &str = "REGISTRY_EDITOR";
pub const GRSCICOLL_ADMIN: &str = "GRSCICOLL_ADMIN";
pub const GRSCICOLL_EDITOR: &str = "GRSCICOLL_EDITOR";
pub const GRSCICOLL_MEDIATOR: &str = "GRSCICOLL_MEDIATOR";
/// Anybody who is logged in.
pub const USER: &str = "USER";

static ONLY_ASKED: Param<Option<bool>> = Param::optional(
    "checkPermissionsOnly",
    "Answers whether the caller may do this, and does nothing.",
);

/// Whether the caller may use an endpoint that asks for `role`.
pub fn admit(call: &Call, role: &str) -> Result<(), Error> {
    let is_write = !matches!(*call.request.method(), Method::GET | Method::HEAD);
    match role {
        // Whoever gets here has passed the gate of GRSciColl.
        GRSCICOLL_EDITOR => Ok(()),
        GRSCICOLL_ADMIN if call.caller.has_role(GRSCICOLL_ADMIN) => Ok(()),
        GRSCICOLL_ADMIN => Err(Error::AccessDenied),
        USER => logged_in(call).map(drop),
        ADMIN if is_write => {
            editor(call)?;
            admin(call)
        }
        ADMIN => admin(call),
        _ if is_write => editor(call).map(drop),
        // What only editors may read is not the filter's concern.
        _ => editor(call).map(drop).map_err(|_| Error::AccessDenied),
    }
}

/// Who is logged in.
pub fn logged_in<'c>(call: &'c Call) -> Result<&'c Identity, Error> {
    call.caller.identity().ok_or(Error::NotLoggedIn)
}

/// Who asks, if they hold a role that may write at all.
fn editor<'c>(call: &'c Call) -> Result<&'c Identity, Error> {
    let Some(identity) = call.caller.identity() else {
        return Err(Error::Forbidden(Error::NotLoggedIn.to_string()));
    };
    if call.caller.has_role(ADMIN) || call.caller.has_role(EDITOR) {
        return Ok(identity);
    }
    Err(Error::Forbidden("User has no editor rights".to_owned()))
}

/// Whether an administrator asks; it ends there if that is all they wanted to know.
pub fn admin(call: &Call) -> Result<(), Error> {
    if !call.caller.has_role(ADMIN) {
        return Err(Error::AccessDenied);
    }
    end_if_only_asked(call)
}

/// Ends a call that only asks whether it would be allowed.
pub fn end_if_only_asked(call: &Call) -> Result<(), Error> {
    if is_only_asked(call) { Err(Error::PermissionsOnly) } else { Ok(()) }
}

/// Whether a call only asks whether it would be allowed.
pub fn is_only_asked(call: &Call) -> bool {
    ONLY_ASKED.read(&call.fields).ok().flatten().unwrap_or(false)
}

/// Whether the caller may do a deed to an entity of the registry, and their name.
pub fn of_registry(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    deed: Deed,
) -> Result<String, Error> {
    match deed {
        // Quirk (contract 10.1): whoever knows its number may delete a machine tag; the documents say so.
        Deed::RemoveMachineTag { .. } if !call.is_live(&MACHINE_TAG_AUTH) => {
            end_if_only_asked(call)?;
            return Ok(call.caller.identity().map(|user| user.name.clone()).unwrap_or_default());
        }
        Deed::RemoveMachineTags { .. } => {
            admin(call)?;
            return Ok(logged_in(call)?.name.clone());
        }
        _ => {}
    }
    let identity = editor(call)?;
    if !call.caller.has_role(ADMIN) {
        let is_allowed = match deed {
            Deed::Create { body } => may_create(call, db, entity, body)?,
            Deed::Change { key } | Deed::RemoveMetadata { key, .. } => {
                has_right(db, &identity.name, key)?
            }
            Deed::AddMachineTag { key } => may_tag(call, db, &identity.name, key)?,
            Deed::RemoveMachineTag { key, id } => may_untag(db, &identity.name, (key, id))?,
            Deed::RemoveMachineTags { .. } => false,
        };
        if !is_allowed {
            return Err(Error::Forbidden(refusal(&identity.name, entity, deed)));
        }
    }
    end_if_only_asked(call)?;
    Ok(identity.name.clone())
}

fn refusal(user: &str, entity: &Entity, deed: Deed) -> String {
    let name = entity.name;
    match deed {
        Deed::Create { .. } if matches!(name, "node" | "network") => {
            format!("User {user} is not allowed to create {name}")
        }
        // Quirk (contract 2.4): the blank at the end stands in front of a key that is not there yet.
        Deed::Create { .. } => {
            format!("User {user} is not allowed to create or modify {name} ")
        }
        Deed::RemoveMetadata { id, .. } => {
            format!("User {user} is not allowed to delete metadata {id}")
        }
        Deed::RemoveMachineTag { key, .. } => {
            format!("User {user} is not allowed to delete machine tags from {name} {key}")
        }
        Deed::Change { key } | Deed::AddMachineTag { key } | Deed::RemoveMachineTags { key } => {
            format!("User {user} is not allowed to modify {name} {key}")
        }
    }
}

/// Whether an editor's scope holds an entity or one that it lies below.
fn has_right(db: &Connection, user: &str, key: &str) -> Result<bool, Error> {
    let sql = "SELECT EXISTS (
                   SELECT 1 FROM gbif_entity
                   LEFT JOIN gbif_entity owner ON owner.key = gbif_entity.organization
                   JOIN gbif_right ON user = ? AND gbif_right.kind = 'entity' AND value IN
                       (gbif_entity.key, gbif_entity.organization, gbif_entity.installation,
                        gbif_entity.node, owner.node)
                   WHERE gbif_entity.key = ?)";
    Ok(db.prepare_cached(sql)?.query_row((user, key), |row| row.get(0))?)
}

/// The member that names whom a new entity will belong to.
fn owner_member(entity: &Entity) -> Option<&'static str> {
    match entity.name {
        "dataset" => Some("publishingOrganizationKey"),
        "installation" => Some("organizationKey"),
        "organization" => Some("endorsingNodeKey"),
        _ => None,
    }
}

fn may_create(call: &Call, db: &Connection, entity: &Entity, body: &[u8]) -> Result<bool, Error> {
    let Some(member) = owner_member(entity) else { return Ok(false) };
    let user = call.caller.identity().map_or("", |identity| &identity.name);
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match body[member].as_str() {
        Some(owner) => has_right(db, user, &owner.to_lowercase()),
        // Whoever asks without a body asks whether they could create one anywhere.
        None if matches!(end_if_only_asked(call), Err(Error::PermissionsOnly)) => {
            let sql = "SELECT EXISTS (SELECT 1 FROM gbif_right
                       JOIN gbif_entity ON gbif_entity.key = value
                       WHERE user = ? AND gbif_entity.kind IN ('node', iif(?, 'node', 'organization')))";
            let values = (user, entity.name == "organization");
            Ok(db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
        }
        None => Ok(false),
    }
}

/// Whether an editor owns the namespace of the tag in the body; terms of datasets belong to their editors too.
fn may_tag(call: &Call, db: &Connection, user: &str, key: &str) -> Result<bool, Error> {
    let body: Value = serde_json::from_slice(call.request.body()).unwrap_or_default();
    let sql_any = "SELECT 1 FROM gbif_right WHERE user = ? AND kind = 'namespace'";
    match body["namespace"].as_str() {
        Some(namespace) => owns_namespace(db, user, namespace, key),
        None => Ok(db.prepare_cached(sql_any)?.exists([user])?),
    }
}

/// The same of a tag that is there.
pub fn may_untag(db: &Connection, user: &str, (key, id): (&str, i64)) -> Result<bool, Error> {
    let sql = "SELECT namespace FROM gbif_part WHERE name = 'machineTag' AND key = ?";
    let namespace: Option<String> =
        db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    namespace.map_or(Ok(false), |namespace| owns_namespace(db, user, &namespace, key))
}

fn owns_namespace(db: &Connection, user: &str, namespace: &str, key: &str) -> Result<bool, Error> {
    if namespace == "default-term.gbif.org" && has_right(db, user, key)? {
        return Ok(true);
    }
    let sql = "SELECT 1 FROM gbif_right WHERE user = ? AND kind = 'namespace' AND value = ?";
    Ok(db.prepare_cached(sql)?.exists((user, namespace))?)
}

/// The refusal of an endpoint's role, as the shared code takes it.
pub fn rejection(call: &Call, error: Error) -> Rejection {
    use crate::kit::endpoint::Failure;

    let why = error.to_string();
    Rejection::Failed { reply: Box::new(error.into_reply(call)), why }
}

/// Whether the caller may see what only those see who may change an entity.
pub fn in_scope(call: &Call, db: &Connection, key: &str) -> Result<(), Error> {
    if call.caller.has_role(ADMIN) {
        return Ok(());
    }
    let identity = call.caller.identity().ok_or(Error::AccessDenied)?;
    if has_right(db, &identity.name, key)? { Ok(()) } else { Err(Error::AccessDenied) }
}
