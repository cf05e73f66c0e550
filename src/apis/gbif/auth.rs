//! Who is calling: a user name or e-mail address with a password, or a token that renews itself with every call.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, AUTHORIZATION, HeaderName, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use crate::kit::call::{Call, Caller, Identity, Request};
use crate::kit::credential::Credential;
use crate::kit::reply::{Rejection, Reply};

const ISSUER: &str = "GBIF-REGISTRY";
const LIFE_SECONDS: i64 = 1800;

/// What a request says about its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    None,
    Basic,
    Token,
}

/// A user with everything that is known of them.
#[derive(Debug)]
pub struct User {
    pub key: i64,
    pub name: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub password: String,
    pub settings: serde_json::Value,
    pub roles: Vec<String>,
}

impl User {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        let roles: serde_json::Value = row.get("roles")?;
        Ok(Self {
            key: row.get("key")?,
            name: row.get("name")?,
            email: row.get("email")?,
            first_name: row.get("first_name")?,
            last_name: row.get("last_name")?,
            password: row.get("password")?,
            settings: row.get("settings")?,
            roles: serde_json::from_value(roles).expect("roles are kept as a list of names"),
        })
    }

    fn identity(self) -> Identity {
        Identity { name: self.name, id: self.key, roles: self.roles }
    }
}

/// The user of this name or e-mail address.
pub fn find_user(db: &Connection, name: &str) -> rusqlite::Result<Option<User>> {
    let sql = "SELECT * FROM gbif_user WHERE name = ?1 OR email = ?1";
    db.prepare_cached(sql)?.query_row([name], User::read).optional()
}

/// All users, by name.
pub fn all_users(db: &Connection) -> rusqlite::Result<Vec<User>> {
    let mut query = db.prepare_cached("SELECT * FROM gbif_user ORDER BY key")?;
    query.query_map([], User::read)?.collect()
}

/// Name of the scheme, and what follows it, however many blanks are between.
fn authorization(request: &Request) -> Option<(&str, &str)> {
    let text = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = text.trim().split_once(' ')?;
    Some((scheme, credentials.trim()))
}

pub fn scheme(request: &Request) -> Scheme {
    match authorization(request) {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("basic") => Scheme::Basic,
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("bearer") => Scheme::Token,
        _ => Scheme::None,
    }
}

/// Name and password of Basic credentials.
///
/// # Errors
/// When they cannot be read.
pub fn basic(request: &Request) -> Result<Option<(String, String)>, Rejection> {
    let Some((_, value)) = authorization(request).filter(|_| scheme(request) == Scheme::Basic)
    else {
        return Ok(None);
    };
    let text = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = text.as_deref().and_then(|text| text.split_once(':'));
    let (name, password) = pair.ok_or_else(|| Rejection::BadCredentials {
        reason: "Invalid syntax for username and password".to_owned(),
    })?;
    Ok(Some((name.to_owned(), password.to_owned())))
}

/// What is said of a name and password that do not pass.
pub fn failed(name: &str) -> String {
    format!("Failed to authenticate user {name}")
}

/// What a request says of its caller, believed unseen: the user's name, of a token the one that it names.
pub fn credential(request: &Request) -> Option<Credential> {
    let (_, value) = authorization(request)?;
    let name = match scheme(request) {
        Scheme::None => return None,
        Scheme::Basic => basic(request).ok().flatten().map(|(name, _)| name),
        Scheme::Token => {
            let claims = jsonwebtoken::dangerous::insecure_decode::<Claims>(value).ok();
            claims.map(|token| token.claims.user_name)
        }
    };
    Some(Credential {
        name: name.unwrap_or_else(|| value.to_owned()),
        secret: value.to_owned(),
        expires: scheme(request) == Scheme::Token,
    })
}

/// The token that a request brings.
pub fn token(request: &Request) -> Option<&str> {
    let (_, token) = authorization(request)?;
    (scheme(request) == Scheme::Token).then_some(token)
}

/// Who is calling.
///
/// # Errors
/// When a name and password are given and do not pass, whatever the endpoint.
pub fn caller(call: &Call, db: &Connection) -> Result<Caller, Rejection> {
    if let Some((name, password)) = basic(call.request)? {
        // Organizations and installations log in by key, and only where IPTs do.
        let key = name.strip_prefix("IPT__").unwrap_or(&name);
        if key.parse::<uuid::Uuid>().is_ok() {
            return Ok(Caller::Nobody);
        }
        let user = find_user(db, &name)?.filter(|user| user.password == password);
        let user = user.ok_or_else(|| Rejection::BadCredentials { reason: failed(&name) })?;
        return Ok(Caller::Known(user.identity()));
    }
    let Some(token) = token(call.request) else { return Ok(Caller::Nobody) };
    let name = read_token(db, token, call.now)?;
    let user = match name {
        Some(name) => find_user(db, &name)?,
        None => None,
    };
    Ok(user.map_or(Caller::Nobody, |user| Caller::Known(user.identity())))
}

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(rename = "userName")]
    user_name: String,
    iss: String,
    iat: i64,
    exp: i64,
}

/// A token for a user, good for half an hour.
pub fn new_token(db: &Connection, user: &str, now: Timestamp) -> rusqlite::Result<String> {
    let iat = now.as_second();
    let claims =
        Claims { user_name: user.to_owned(), iss: ISSUER.to_owned(), iat, exp: iat + LIFE_SECONDS };
    let key = EncodingKey::from_secret(&secret(db)?);
    // The service's tokens name their algorithm and nothing else.
    let header = Header { typ: None, ..Header::new(Algorithm::HS256) };
    let token = jsonwebtoken::encode(&header, &claims, &key);
    Ok(token.expect("four plain claims can be signed with any secret"))
}

/// The user whom a token names, if it is ours and has not run out.
fn read_token(db: &Connection, token: &str, now: Timestamp) -> rusqlite::Result<Option<String>> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[ISSUER]);
    // The session's clock decides, not that of the machine.
    rules.validate_exp = false;
    let key = DecodingKey::from_secret(&secret(db)?);
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules).ok();
    let claims = claims.map(|token| token.claims).filter(|claims| claims.exp > now.as_second());
    Ok(claims.map(|claims| claims.user_name))
}

/// What tokens are signed with: the same for one world.
fn secret(db: &Connection) -> rusqlite::Result<[u8; 32]> {
    let sql = "SELECT world_seed FROM wardian_state";
    let seed: i64 = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    let mut random = ChaCha8Rng::seed_from_u64(seed.cast_unsigned());
    random.set_stream(0x6a77_7400);
    Ok(random.random())
}

/// Gives a fresh token to whoever came with a good one, and says to whoever came with a bad one that it is.
pub fn renew(call: &Call, db: &Connection, reply: &mut Reply) -> rusqlite::Result<()> {
    if scheme(call.request) != Scheme::Token {
        return Ok(());
    }
    let Some(identity) = call.caller.identity() else {
        // Quirk (contract 2.1): a public page is answered in full, under a status that says otherwise.
        if call.request.method() == Method::GET && reply.status.is_success() {
            reply.status = StatusCode::UNAUTHORIZED;
            let realm = HeaderValue::from_static("Basic realm=\"GBIF\"");
            reply.headers.insert(WWW_AUTHENTICATE, realm);
        }
        return Ok(());
    };
    let token = new_token(db, &identity.name, call.now)?;
    let token = HeaderValue::try_from(token).expect("a token is made of letters, digits and dots");
    reply.headers.insert(HeaderName::from_static("token"), token);
    reply.headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("token"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn world(seed: i64) -> Connection {
        let db = Connection::open_in_memory().unwrap();
        db.execute("CREATE TABLE wardian_state (world_seed INTEGER)", []).unwrap();
        db.execute("INSERT INTO wardian_state VALUES (?)", [seed]).unwrap();
        db
    }

    #[test]
    fn tokens_run_out_after_half_an_hour() {
        let db = world(42);
        let made: Timestamp = "2026-03-04T10:00:00Z".parse().unwrap();

        let token = new_token(&db, "ada", made).unwrap();

        let read = |minutes: i64| read_token(&db, &token, made + minutes.minutes()).unwrap();
        assert_eq!(read(29).as_deref(), Some("ada"));
        assert_eq!(read(30), None);
    }

    #[test]
    fn tokens_of_another_world_or_changed_ones_are_bad() {
        let made: Timestamp = "2026-03-04T10:00:00Z".parse().unwrap();
        let token = new_token(&world(42), "ada", made).unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        let forged = new_token(&world(42), "bela", made).unwrap();
        let forged = format!("{}.{signature}", forged.rsplit_once('.').unwrap().0);

        assert_eq!(read_token(&world(43), &token, made).unwrap(), None);
        assert_eq!(read_token(&world(42), &forged, made).unwrap(), None);
        assert_eq!(read_token(&world(42), "a.b.c", made).unwrap(), None);
    }
}
