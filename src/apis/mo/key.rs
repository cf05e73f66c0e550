//! API keys: who is calling.

use rand::RngExt;
use rusqlite::{Connection, OptionalExtension, params};

use super::context::{User, written};
use super::error::Error;
use super::sent::Sent;
use crate::kit::call::{Call, Request};
use crate::kit::credential::Credential;

/// How many characters a key has.
const LENGTH: usize = 32;

const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// The owner of the key that a request carries. Its use is counted.
///
/// # Errors
/// When there is no such key, or it or its owner may not be used.
pub fn owner(db: &Connection, call: &Call, key: &str) -> Result<User, Error> {
    let sql = "SELECT k.id, k.notes, k.verified IS NOT NULL, u.verified IS NOT NULL, u.blocked,
                      u.id, u.login, u.name, u.license_id, u.admin
               FROM mo_api_keys k JOIN mo_users u ON u.id = k.user_id WHERE k.key = ?";
    let found = db
        .prepare_cached(sql)?
        .query_row([key], |row| {
            let name: String = row.get(7)?;
            let user = User {
                id: row.get(5)?,
                login: row.get(6)?,
                legal_name: if name.is_empty() { row.get(6)? } else { name },
                license: row.get(8)?,
                is_admin: row.get(9)?,
                app: row.get(1)?,
            };
            let standing: [bool; 3] = [row.get(2)?, row.get(3)?, row.get(4)?];
            Ok((row.get::<_, i64>(0)?, standing, user))
        })
        .optional()?;
    let Some((id, [key_verified, user_verified, blocked], user)) = found else {
        return Err(Error::BadAPIKey(key.to_owned()));
    };
    if !key_verified {
        return Err(Error::APIKeyNotVerified { notes: user.app, key: key.to_owned() });
    }
    if !user_verified {
        return Err(Error::UserNotVerified(user.login));
    }
    if blocked {
        return Err(Error::UserAccountBlocked(user.login));
    }
    let sql = "UPDATE mo_api_keys SET last_used = ?, num_uses = num_uses + 1 WHERE id = ?";
    db.prepare_cached(sql)?.execute(params![written(call.now), id])?;
    Ok(user)
}

/// The key that a request carries, wherever it stands and however good.
pub fn credential(request: &Request) -> Option<Credential> {
    let sent = Sent::unread(request);
    let key = sent.get("api_key").filter(|key| !key.is_empty())?.to_owned();
    Some(Credential { name: key.clone(), secret: key, expires: true })
}

/// A key that nobody can guess, or always the same in a seed.
pub fn draw(random: &mut rand_chacha::ChaCha8Rng) -> String {
    (0..LENGTH).map(|_| char::from(CHARACTERS[random.random_range(0..CHARACTERS.len())])).collect()
}

/// What keys are refused with, in the order in which they are shown.
const REFUSALS: [&str; 3] =
    ["API2::APIKeyNotVerified", "API2::UserNotVerified", "API2::UserAccountBlocked"];

/// The keys that the seed made, as `/__admin/credentials` shows them; those that work come first.
pub fn credentials(db: &Connection) -> rusqlite::Result<serde_json::Value> {
    let sql =
        "SELECT u.id, u.login, k.key, u.admin, k.verified IS NOT NULL, u.verified IS NOT NULL,
                      u.blocked
               FROM mo_api_keys k JOIN mo_users u ON u.id = k.user_id ORDER BY k.id";
    let mut query = db.prepare(sql)?;
    let keys = query.query_map([], |row| {
        let standing: [bool; 3] = [row.get(4)?, row.get(5)?, row.get(6)?];
        let refused_with = match standing {
            [false, _, _] => Some("API2::APIKeyNotVerified"),
            [_, false, _] => Some("API2::UserNotVerified"),
            [_, _, true] => Some("API2::UserAccountBlocked"),
            _ => None,
        };
        Ok(serde_json::json!({
            "user_id": row.get::<_, i64>(0)?,
            "login": row.get::<_, String>(1)?,
            "api_key": row.get::<_, String>(2)?,
            "verified": refused_with.is_none(),
            "admin": row.get::<_, bool>(3)?,
            "refused_with": refused_with,
        }))
    })?;
    let mut keys: Vec<serde_json::Value> = keys.collect::<rusqlite::Result<_>>()?;
    keys.sort_by_key(|key| {
        let refused_with = key["refused_with"].as_str();
        refused_with.map(|code| REFUSALS.iter().position(|known| *known == code))
    });
    Ok(keys.into())
}
