//! One request, as a handler sees it.

use std::cell::{Cell, OnceCell, RefCell};

use bytes::Bytes;
use http::{Method, StatusCode, Uri};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::chance::Chance;
use super::fields::Fields;
use super::habits::Habits;
use super::headers::Headers;
use super::job::Job;
use super::json;
use super::links;
use super::outside::Outside;
use super::param::{AnyParam, Param};
use super::quirk::Quirk;
use super::reply::{Rejection, Reply};
use super::subquery::Subquery;
use super::upload::Upload;

/// What came over the wire.
#[derive(Clone, Debug, Default)]
pub struct Request {
    method: Method,
    target: Uri,
    headers: Headers,
    body: Bytes,
}

impl Request {
    pub fn new(method: Method, target: Uri, headers: Headers, body: Bytes) -> Self {
        Self { method, target, headers, body }
    }

    /// The same with another body.
    pub fn with_body(self, body: Bytes) -> Self {
        Self { body, ..self }
    }

    pub fn method(&self) -> &Method {
        &self.method
    }

    pub fn uri(&self) -> &Uri {
        &self.target
    }

    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl From<http::Request<Bytes>> for Request {
    fn from(request: http::Request<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        Self { method: head.method, target: head.uri, headers: head.headers.into(), body }
    }
}

/// Who is calling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Caller {
    #[default]
    Nobody,
    Known(Identity),
}

/// Somebody whose credentials passed; what else an API knows of them is in its tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    /// The key of their row, where the API numbers its users.
    pub id: i64,
    pub roles: Vec<String>,
}

impl Caller {
    pub fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Nobody => None,
            Self::Known(identity) => Some(identity),
        }
    }

    pub fn has_role(&self, role: &str) -> bool {
        self.identity().is_some_and(|identity| identity.roles.iter().any(|held| held == role))
    }
}

/// What scenarios have set for a call, if anything, and whether it was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'r, T> {
    value: Option<T>,
    is_used: Option<&'r Cell<bool>>,
}

impl<T> Default for Setting<'_, T> {
    fn default() -> Self {
        Self { value: None, is_used: None }
    }
}

impl<'r, T: Copy> Setting<'r, T> {
    pub fn new(value: Option<T>, is_used: &'r Cell<bool>) -> Self {
        Self { value, is_used: Some(is_used) }
    }

    /// What is set; whoever asks for it follows it.
    pub fn follow(&self) -> Option<T> {
        if let (Some(_), Some(is_used)) = (self.value, self.is_used) {
            is_used.set(true);
        }
        self.value
    }
}

/// One request, routed, authenticated and checked.
///
/// A handler reads it and changes nothing in it, but for the random sequence, whose position is part of the
/// transaction: a refused request draws nothing.
pub struct Call<'r> {
    pub request: &'r Request,
    /// The path below the API's prefix, as it was routed.
    pub path: &'r str,
    pub fields: Fields,
    /// Files of a multipart form, where the endpoint takes one.
    pub uploads: Vec<Upload>,
    pub caller: Caller,
    /// Session and API prefix of the path as the client used them.
    pub prefix: String,
    /// The time on the session's clock.
    pub now: Timestamp,
    pub habits: &'static Habits,
    /// The store as it is now, where the request is answered from the past.
    pub present: Option<&'r Connection>,
    /// What becomes of work that the request sets going, if not the usual.
    pub job: Setting<'r, Job>,
    /// Which of the databases that the service asks in turn fails.
    pub subquery: Setting<'r, Subquery>,
    /// What the request needs from other servers, where the endpoint may ask for it.
    pub outside: Option<&'r Outside>,
    pub(crate) chance: RefCell<Chance>,
    pub(crate) trace: OnceCell<i64>,
    pub(crate) base: OnceCell<String>,
}

impl Call<'_> {
    /// Scheme, host, session and API prefix as the client used them: what links are built from.
    pub fn base(&self) -> &str {
        self.base.get_or_init(|| links::origin(self.request) + &self.prefix)
    }

    /// The value of a parameter that the endpoint declared.
    ///
    /// # Panics
    /// If the endpoint does not declare `param`: its value was never checked.
    pub fn get<T>(&self, param: &Param<T>) -> T {
        param.read(&self.fields).unwrap_or_else(|_| panic!("{} is not declared", param.name))
    }

    /// Whether the request gives a parameter a value.
    pub fn gives(&self, param: &dyn AnyParam) -> bool {
        param.is_given(&self.fields)
    }

    /// The store as it is now, for what never lags behind: who is calling. `db` is what the handler was given.
    pub fn present<'d>(&'d self, db: &'d Connection) -> &'d Connection {
        self.present.unwrap_or(db)
    }

    /// Whether the live service is followed in a quirk, instead of its documentation.
    pub fn is_live(&self, quirk: &Quirk) -> bool {
        self.fields.is_live(quirk)
    }

    /// The text of a request header, if it has one.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// When it is no JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        serde_json::from_slice(self.request.body())
            .map_err(|error| Rejection::BadBody { reason: error.to_string() })
    }

    /// An answer in the API's JSON style.
    pub fn answer(&self, value: &impl Serialize) -> Reply {
        self.answer_with(StatusCode::OK, value)
    }

    pub fn answer_with(&self, status: StatusCode, value: &impl Serialize) -> Reply {
        Reply::new(status, "application/json", json::write(self.habits.json, value))
    }

    /// Draws from the session's random sequence.
    ///
    /// # Panics
    /// If the endpoint does not write: only a transaction that commits can remember what was drawn.
    pub fn draw<T>(&self, with: impl FnOnce(&mut rand_chacha::ChaCha8Rng) -> T) -> T {
        with(self.chance.borrow_mut().sequence())
    }

    /// Takes the random sequence back to where the store says it was left, after work that was undone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn forget_draws(&self, db: &Connection) -> rusqlite::Result<()> {
        *self.chance.borrow_mut() = Chance::load(db)?;
        Ok(())
    }

    /// A number that this request alone has, drawn when it is first asked for; above zero.
    ///
    /// # Panics
    /// As [`Call::draw`].
    pub fn trace(&self) -> i64 {
        *self
            .trace
            .get_or_init(|| self.draw(|random| rand::RngExt::random_range(random, 1..i64::MAX)))
    }

    /// A version 4 UUID from the session's random sequence.
    pub fn new_uuid(&self) -> Uuid {
        let bytes: [u8; 16] = self.draw(rand::RngExt::random);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}
