//! The interface of old that IPTs still call: forms in, and keys as XML or lists as JSON out.
//!
//! It stands at the host's root, and whoever calls it logs in as an organization or installation, by key and password.

mod forms;
mod lists;

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use self::forms::Form;
use super::auth;
use super::entity::dataset::DATASET;
use super::entity::installation::INSTALLATION;
use super::entity::organization::ORGANIZATION;
use super::entity::{self, Entity};
use super::error::Error;
use super::lists::networks;
use super::record::{self, Record, text};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::xml::Element;

static KEY: Param<Uuid> = Param::path("key", "Key of an installation or resource.");
static NETWORK_KEY: Param<Uuid> = Param::path("networkKey", "Key of a network.");

pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = lists::endpoints();
    endpoints.extend([
        Endpoint::post("/registry/ipt/register")
            .id("legacy.register")
            .access(Access::Handler("the password of the organization"))
            .summary("Registers an IPT")
            .media_type("application/xml")
            .form()
            .takes(forms::declared())
            .handler(register),
        Endpoint::post("/registry/ipt/update/{key}")
            .id("legacy.update")
            .access(Access::Handler("the password of the IPT"))
            .summary("Brings an IPT's registration up to date")
            .form()
            .takes([&KEY as _])
            .takes(forms::declared())
            .handler(update),
        Endpoint::post("/registry/ipt/resource")
            .id("legacy.resource.register")
            .access(Access::Handler("the password of the organization"))
            .summary("Registers a resource of an IPT")
            .media_type("application/xml")
            .form()
            .takes(forms::declared())
            .handler(register_resource),
        Endpoint::post("/registry/ipt/resource/{key}")
            .id("legacy.resource.update")
            .access(Access::Handler("the password of the organization"))
            .summary("Brings the registration of a resource up to date")
            .form()
            .takes([&KEY as _])
            .takes(forms::declared())
            .handler(update_resource),
        Endpoint::delete("/registry/ipt/resource/{key}")
            .id("legacy.resource.delete")
            .access(Access::Handler("the password of the organization"))
            .summary("Deletes a resource")
            .takes([&KEY as _])
            .handler(delete_resource),
        Endpoint::post("/registry/resource/{key}/network/{networkKey}")
            .id("legacy.network.join")
            .access(Access::Handler("the password of the organization"))
            .summary("Adds a resource to a network")
            .takes([&KEY as _, &NETWORK_KEY as _])
            .handler(|call, db| change_network(call, db, networks::join)),
        Endpoint::delete("/registry/resource/{key}/network/{networkKey}")
            .id("legacy.network.leave")
            .access(Access::Handler("the password of the organization"))
            .summary("Takes a resource out of a network")
            .takes([&KEY as _, &NETWORK_KEY as _])
            .handler(|call, db| change_network(call, db, networks::leave)),
    ]);
    endpoints
}

/// Whether the caller logged in as the entity of this key.
fn demand_login(call: &Call, db: &Connection, key: &str) -> Result<(), Error> {
    let refused = || Error::BadLogin(format!("Failed to authenticate {key}"));
    let (name, password) = auth::basic(call.request)?.ok_or_else(refused)?;
    let name = name.strip_prefix("IPT__").unwrap_or(&name);
    let sql = "SELECT password FROM gbif_password WHERE entity = ?";
    let stored: Option<String> =
        db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
    let passes = name.eq_ignore_ascii_case(key) && stored.as_deref() == Some(password.as_str());
    if passes { Ok(()) } else { Err(refused()) }
}

fn existing(db: &Connection, entity: &'static Entity, key: &str) -> Result<Record, Error> {
    record::find(db, entity, key)?
        .ok_or_else(|| Error::Refused(format!("There is no {} {key}", entity.name)))
}

/// The answer that tells an IPT the key of what it registered.
fn tell_key(key: &str) -> Reply {
    let document = Element::new("iptEntityResponse").with(Element::text("key", key));
    Reply::new(StatusCode::CREATED, "application/xml", document.document(0))
        .with(http::header::CACHE_CONTROL, http::HeaderValue::from_static("no-cache"))
}

fn register(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let form = Form::of(call);
    let owner = form.demand_key("organisationKey")?;
    demand_login(call, db, &owner)?;
    existing(db, &ORGANIZATION, &owner)?;
    let doc = form.installation(&owner)?;
    let key = entity::register(call, db, &INSTALLATION, doc, &owner)?;
    if let Some(password) = form.get("wsPassword") {
        set_password(db, &key, password)?;
    }
    form.replace_parts(call, db, &key, &owner)?;
    Ok(tell_key(&key))
}

fn set_password(db: &Connection, key: &str, password: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE gbif_password SET password = ? WHERE entity = ?";
    db.prepare_cached(sql)?.execute((password, key))?;
    Ok(())
}

fn update(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    demand_login(call, db, &key)?;
    let stored = existing(db, &INSTALLATION, &key)?;
    let form = Form::of(call);
    let owner = text(&stored.doc, "organizationKey");
    entity::change(call, db, &stored, form.installation(owner)?, &key)?;
    form.replace_parts(call, db, &key, &key)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn register_resource(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let form = Form::of(call);
    let owner = form.demand_key("organisationKey")?;
    let installation = form.demand_key("iptKey")?;
    demand_login(call, db, &owner)?;
    existing(db, &INSTALLATION, &installation)?;
    let doc = form.dataset(&owner, &installation)?;
    let key = entity::register(call, db, &DATASET, doc, &owner)?;
    form.replace_parts(call, db, &key, &owner)?;
    Ok(tell_key(&key))
}

fn update_resource(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let stored = existing(db, &DATASET, &key)?;
    let form = Form::of(call);
    let owner = text(&stored.doc, "publishingOrganizationKey").to_owned();
    demand_login(call, db, &owner)?;
    let installation = form.get("iptKey").unwrap_or(text(&stored.doc, "installationKey"));
    let mut doc = form.dataset(&owner, installation)?;
    for (member, value) in &stored.doc {
        if entity::dataset::is_clients(member) && !doc.contains_key(member) {
            doc.insert(member.clone(), value.clone());
        }
    }
    entity::change(call, db, &stored, doc, &owner)?;
    form.replace_parts(call, db, &key, &owner)?;
    Ok(tell_key(&key))
}

fn delete_resource(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let stored = existing(db, &DATASET, &call.get(&KEY).to_string())?;
    let owner = text(&stored.doc, "publishingOrganizationKey").to_owned();
    demand_login(call, db, &owner)?;
    entity::mark_deleted(call, db, stored, &owner)?;
    Ok(Reply::empty(StatusCode::OK))
}

fn change_network(
    call: &Call,
    db: &Connection,
    change: fn(&Connection, &str, &str) -> rusqlite::Result<bool>,
) -> Result<Reply, Error> {
    let stored = existing(db, &DATASET, &call.get(&KEY).to_string())?;
    demand_login(call, db, text(&stored.doc, "publishingOrganizationKey"))?;
    let network = call.get(&NETWORK_KEY).to_string();
    existing(db, &entity::network::NETWORK, &network)?;
    change(db, &network, stored.key())?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
