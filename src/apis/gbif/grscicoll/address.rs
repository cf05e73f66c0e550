//! Addresses: each has a key of its own, and stays when its entity changes.

use rusqlite::Connection;
use serde_json::Value;

use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::{self, maybe_text};
use crate::apis::gbif::shape::{Document, Field, Sent};
use crate::kit::call::Call;

/// The two addresses of an entity: where letters go, and where it is.
pub const MEMBERS: [&str; 2] = ["mailingAddress", "address"];

pub static FIELDS: [Field; 6] = [
    Field::kept("key"),
    Field::text("address"),
    Field::text("city"),
    Field::text("province"),
    Field::text("postalCode"),
    Field::country("country"),
];

/// Objects to addresses of a new entity that have a key already.
pub fn refuse_keys(sent: &mut Sent) {
    for member in MEMBERS {
        let has_key = sent.whole.get(member).and_then(|address| address.get("key"));
        if has_key.is_some_and(|key| !key.is_null()) {
            sent.object("key", "must be null");
        }
    }
}

/// Refuses a key for an address that an entity did not have.
pub fn refuse_new_keys(stored: &Document, sent: &Document) -> Result<(), Error> {
    let has_key = |member: &str| sent.get(member)?.get("key").filter(|key| !key.is_null());
    let mut new = MEMBERS.into_iter().filter(|member| !stored.contains_key(*member));
    if new.any(|member| has_key(member).is_some()) {
        return Err(Error::refused("Unable to create an address which already has a key"));
    }
    Ok(())
}

/// Takes away addresses that a request sends without the key of the one that is there.
// Quirk (contract 10): what a client leaves out, the live service forgets.
pub fn detach_keyless(call: &Call, stored: Option<&Document>, entity: &mut Document) {
    let sent: Value = serde_json::from_slice(call.request.body()).unwrap_or_default();
    for member in MEMBERS {
        let is_stored = stored.is_some_and(|stored| stored.contains_key(member));
        if is_stored && sent[member].is_object() && !sent[member]["key"].is_number() {
            entity.shift_remove(member);
        }
    }
}

/// Gives addresses the keys that they have, or new ones.
pub fn number(
    db: &Connection,
    stored: Option<&Document>,
    entity: &mut Document,
) -> rusqlite::Result<()> {
    for member in MEMBERS {
        let Some(Value::Object(address)) = entity.get(member) else { continue };
        let known = stored.and_then(|stored| stored.get(member)?.get("key")?.as_i64());
        let key = match known {
            Some(key) => key,
            None => record::next_number(db, "address")?,
        };
        let numbered = with_key(key, address);
        entity.insert(member.to_owned(), Value::Object(numbered));
    }
    Ok(())
}

/// Gives addresses of an entity that is suggested the keys that they have in what it would change, and no others.
pub fn keep_keys(stored: &Document, suggested: &mut Document) {
    for member in MEMBERS {
        let Some(Value::Object(address)) = suggested.get_mut(member) else { continue };
        match stored.get(member).and_then(|stored| stored.get("key")?.as_i64()) {
            Some(key) => *address = with_key(key, address),
            None => drop(address.shift_remove("key")),
        }
    }
}

/// An address behind its key.
pub fn with_key(key: i64, address: &Document) -> Document {
    let members = address.iter().filter(|(name, _)| *name != "key");
    let members = members.map(|(name, value)| (name.clone(), value.clone()));
    std::iter::once(("key".to_owned(), key.into())).chain(members).collect()
}

/// A member of one of an entity's addresses.
pub fn part<'e>(entity: &'e Document, address: &str, member: &str) -> Option<&'e str> {
    maybe_text(entity.get(address)?.as_object()?, member)
}

/// Where an entity is: its address says so, or else its mailing address.
pub fn either<'e>(entity: &'e Document, member: &str) -> Option<&'e str> {
    part(entity, "address", member).or_else(|| part(entity, "mailingAddress", member))
}
