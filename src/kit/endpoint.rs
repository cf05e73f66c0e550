//! Endpoints, declared as values.

use http::Method;
use rusqlite::Connection;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::call::Call;
use super::fields::Fields;
use super::filter::Filter;
use super::paging::Paging;
use super::param::AnyParam;
use super::reply::{Rejection, Reply};

type Handler<C> = Box<dyn Fn(&Call, &C) -> Result<Reply, Rejection> + Send + Sync>;

/// Writes the schema of one wire type into a document.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// A failure of one API, which knows how that API words it. Its `Display` is the reason in the journal.
pub trait Failure: std::fmt::Display {
    fn into_reply(self, call: &Call) -> Reply;
}

/// Who may use an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Open,
    /// Whoever the API admits for this role; the text is what `/__admin/routes` shows.
    Role(&'static str),
    /// Whoever passes what the handler itself looks at, which the text names.
    Handler(&'static str),
}

impl Access {
    /// What is needed; none when nobody has to say who he is.
    pub fn needs(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Role(text) | Self::Handler(text) => Some(text),
        }
    }
}

/// What in an answer is a new credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issues {
    /// Members of these names, beside those whose names tell it: `access_token`, `token`, `password` ...
    Members(&'static [&'static str]),
    /// All of it.
    Whole,
}

/// Where the work of an endpoint is done.
#[derive(Clone, Copy, Debug)]
pub enum Weight {
    /// On the server's own thread: microseconds.
    Light,
    /// On the blocking pool: searches over many rows, exports, uploads.
    Heavy,
    /// On the blocking pool when the request is of the costly kind.
    Depends(fn(&Fields) -> bool),
}

/// One method on one path (and its other spellings).
///
/// Handlers of an emulated API work on a connection to the session's store; `C` is something else only for the
/// control plane, whose handlers work on the emulator itself.
pub struct Endpoint<C = Connection> {
    pub method: Method,
    /// Route templates below the API's prefix; the first is the one to write about.
    pub paths: Vec<String>,
    /// Stable and unique in its API: scenarios, journal, tests and documents name it so.
    pub id: String,
    pub summary: &'static str,
    pub access: Access,
    pub params: Vec<&'static dyn AnyParam>,
    /// When this parameter is given, the filters are neither checked nor applied.
    pub overridden_by: Option<&'static dyn AnyParam>,
    pub filters: &'static [Filter],
    pub body: Option<SchemaOf>,
    pub returns: Option<SchemaOf>,
    /// The media type of the answer, where it is no JSON.
    pub media_type: &'static str,
    /// The media types of the request's body, where it is no JSON.
    pub accepts: &'static [&'static str],
    pub writes: bool,
    /// When a reading endpoint leaves a trace.
    writes_when: Option<fn(&Fields) -> bool>,
    /// Whether form fields, urlencoded or multipart, count as parameters.
    pub takes_form: bool,
    pub weight: Weight,
    /// Whether the handler may need something from another server.
    pub asks_outside: bool,
    /// When it searches or lists, where its parameters do not tell.
    searches_when: Option<fn(&Fields) -> bool>,
    /// Members of the answer that are new credentials, such as the `key` of a made API key: hidden in the journal.
    pub issues: Issues,
    /// How it is paged, where it is not as the service's other lists.
    pub paging: Option<Paging>,
    handler: Handler<C>,
}

impl<C> Endpoint<C> {
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    pub fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            writes: method != Method::GET && method != Method::HEAD && method != Method::OPTIONS,
            method,
            paths: vec![path.into()],
            id: String::new(),
            summary: "",
            access: Access::Open,
            params: Vec::new(),
            overridden_by: None,
            filters: &[],
            body: None,
            returns: None,
            media_type: "application/json",
            accepts: &[],
            writes_when: None,
            takes_form: false,
            weight: Weight::Light,
            asks_outside: false,
            searches_when: None,
            issues: Issues::Members(&[]),
            paging: None,
            handler: Box::new(|call, _| {
                panic!("{} was declared without a handler", call.path);
            }),
        }
    }

    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub fn summary(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// Another path with the same answers.
    pub fn also(mut self, path: impl Into<String>) -> Self {
        self.paths.push(path.into());
        self
    }

    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    pub fn takes(mut self, params: impl IntoIterator<Item = &'static dyn AnyParam>) -> Self {
        self.params.extend(params);
        self
    }

    /// Parameters that are also conditions on rows.
    pub fn filters(mut self, filters: &'static [Filter]) -> Self {
        self.filters = filters;
        self
    }

    /// When `param` is given, the filters are neither checked nor applied.
    pub fn overridden_by(mut self, param: &'static dyn AnyParam) -> Self {
        self.overridden_by = Some(param);
        self
    }

    /// The schema of the request's body.
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// The schema of the answer's body.
    pub fn returns<T: JsonSchema>(mut self) -> Self {
        self.returns = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// The media type of the answer, where it is no JSON.
    pub fn media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = media_type;
        self
    }

    /// The media types of the request's body, where it is no JSON.
    pub fn accepts(mut self, media_types: &'static [&'static str]) -> Self {
        self.accepts = media_types;
        self
    }

    /// For a list that is not paged as the service's others.
    pub fn paged(mut self, paging: Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// For the rare reading endpoint that leaves a trace.
    pub fn writes(mut self) -> Self {
        self.writes = true;
        self
    }

    /// For a reading endpoint that leaves a trace of some requests, as where the use of a key is counted.
    pub fn writes_when(mut self, leaves_trace: fn(&Fields) -> bool) -> Self {
        self.writes_when = Some(leaves_trace);
        self
    }

    /// For an endpoint whose method says otherwise: a POST that only reads.
    pub fn reads(mut self) -> Self {
        self.writes = false;
        self
    }

    /// Form fields, urlencoded or multipart, count as parameters.
    pub fn form(mut self) -> Self {
        self.takes_form = true;
        self
    }

    /// To be run on the blocking pool.
    pub fn heavy(mut self) -> Self {
        self.weight = Weight::Heavy;
        self
    }

    /// To be run on the blocking pool when `costly` says so.
    pub fn heavy_when(mut self, costly: fn(&Fields) -> bool) -> Self {
        self.weight = Weight::Depends(costly);
        self
    }

    /// For an endpoint whose handler may need something from another server; see [`Outside`](super::outside::Outside).
    pub fn asks_outside(mut self) -> Self {
        self.asks_outside = true;
        self
    }

    /// For an endpoint that searches or lists without taking a limit, words or filters.
    pub fn searches(self) -> Self {
        self.searches_when(|_| true)
    }

    /// For an endpoint that searches or lists at some requests, and looks at one record at others.
    pub fn searches_when(mut self, searches: fn(&Fields) -> bool) -> Self {
        self.searches_when = Some(searches);
        self
    }

    /// Tells what in the answer is a new credential, so that the journal hides it.
    pub fn issues(mut self, issues: Issues) -> Self {
        self.issues = issues;
        self
    }

    pub fn handler<E: Failure>(
        mut self,
        handler: impl Fn(&Call, &C) -> Result<Reply, E> + Send + Sync + 'static,
    ) -> Self {
        self.handler = Box::new(move |call, context| {
            handler(call, context).map_err(|failure| {
                let why = failure.to_string();
                Rejection::Failed { reply: Box::new(failure.into_reply(call)), why }
            })
        });
        self
    }

    /// The path to write about.
    pub fn path(&self) -> &str {
        &self.paths[0]
    }

    /// Every parameter, filters included, in the order in which they are checked.
    pub fn all_params(&self) -> impl Iterator<Item = &'static dyn AnyParam> {
        self.filters.iter().map(|filter| filter.param).chain(self.params.iter().copied())
    }

    /// Checks the parameters, filters first, in the order of their declaration.
    ///
    /// # Errors
    /// The first that does not fit.
    pub fn check(&self, fields: &Fields) -> Result<(), Rejection> {
        let overridden = self.overridden_by.is_some_and(|param| param.is_given(fields));
        if !overridden {
            self.filters.iter().try_for_each(|filter| filter.param.check(fields))?;
        }
        self.params.iter().try_for_each(|param| param.check(fields))
    }

    /// The query parameters that the endpoint does not know, in the order they came.
    pub fn unknown(&self, fields: &Fields) -> Vec<String> {
        let mut unknown: Vec<String> = Vec::new();
        for (name, _) in fields.query() {
            let is_known = self.all_params().any(|param| {
                let mut names =
                    std::iter::once(param.name()).chain(param.aliases().iter().copied());
                names.any(|known| fields.is_same(known, name))
            });
            if !is_known && !unknown.iter().any(|seen| seen == name) {
                unknown.push(name.to_owned());
            }
        }
        unknown
    }

    /// Whether a request of it may change the store.
    pub fn may_write(&self, fields: &Fields) -> bool {
        self.writes || self.writes_when.is_some_and(|leaves_trace| leaves_trace(fields))
    }

    /// Whether a request of it searches or lists records, instead of looking at one: what a service answers from an
    /// index, which may lag behind.
    pub fn is_search(&self, fields: &Fields) -> bool {
        let narrows = || {
            let mut params = self.params.iter();
            !self.filters.is_empty() || params.any(|param| matches!(param.name(), "limit" | "q"))
        };
        self.method == Method::GET
            && self.searches_when.map_or_else(narrows, |searches| searches(fields))
    }

    pub fn is_heavy(&self, fields: &Fields) -> bool {
        match self.weight {
            Weight::Light => false,
            Weight::Heavy => true,
            Weight::Depends(costly) => costly(fields),
        }
    }

    /// Runs the handler.
    ///
    /// # Errors
    /// What the handler refuses, already in the API's words.
    pub fn run(&self, call: &Call, context: &C) -> Result<Reply, Rejection> {
        (self.handler)(call, context)
    }
}
