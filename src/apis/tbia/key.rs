//! Keys: partners of the portal see where sensitive records really are.

use rusqlite::{Connection, OptionalExtension};

use super::error::Error;
use crate::kit::call::Call;
use crate::kit::credential::Credential;
use crate::kit::fields::Fields;
use crate::kit::param::Param;

pub static APIKEY: Param<Option<String>> =
    Param::optional("apikey", "Key of a partner, who sees exact places too.");

/// What a caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Public,
    /// The restricted columns too.
    Partner,
}

/// What the caller may see, by the key that the request gives.
///
/// # Errors
/// When the key is unknown or expired.
pub fn access(call: &Call, db: &Connection) -> Result<Access, Error> {
    match call.get(&APIKEY) {
        None => Ok(Access::Public),
        Some(key) if passes(db, &key)? => Ok(Access::Partner),
        Some(_) => Err(Error::InvalidKey),
    }
}

/// The key that a request gives, however good.
pub fn credential(fields: &Fields) -> Option<Credential> {
    let key = APIKEY.read(fields).ok()??;
    Some(Credential { name: key.clone(), secret: key, expires: true })
}

fn passes(db: &Connection, key: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT state = 'pass' FROM tbia_key WHERE apikey = ?";
    let found = db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}

/// The keys that pass.
pub fn passing(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT apikey FROM tbia_key WHERE state = 'pass' ORDER BY apikey";
    db.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}
