//! An API in its place, its endpoints sorted for finding.

use std::collections::HashMap;
use std::sync::Arc;

use http::Method;

use crate::kit::Api;
use crate::kit::call::Request;
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::{Fields, Place, decode_path};
use crate::kit::habits::Options;
use crate::kit::reply::{Rejection, Reply};

/// An API, its endpoints, and the tree by which they are found.
pub struct Mount {
    pub api: Box<dyn Api>,
    pub endpoints: Vec<Endpoint>,
    /// The number of its first endpoint among those of all APIs.
    pub first: usize,
    ids: Vec<Arc<str>>,
    router: matchit::Router<Vec<(Method, usize)>>,
    unemulated: matchit::Router<()>,
}

impl Mount {
    /// # Panics
    /// When two endpoints claim one path and method, or a template is malformed: mistakes in the tables.
    pub fn new(api: Box<dyn Api>, first: usize) -> Self {
        let endpoints = api.endpoints();
        let mut methods: HashMap<&str, Vec<(Method, usize)>> = HashMap::new();
        for (index, endpoint) in endpoints.iter().enumerate() {
            for path in &endpoint.paths {
                let of_path = methods.entry(path).or_default();
                let is_new = of_path.iter().all(|(method, _)| *method != endpoint.method);
                assert!(is_new, "{} {path} is declared twice", endpoint.method);
                of_path.push((endpoint.method.clone(), index));
            }
        }
        let mut router = matchit::Router::new();
        for (path, of_path) in methods {
            router.insert(path, of_path).unwrap_or_else(|clash| panic!("{path}: {clash}"));
        }
        let mut unemulated = matchit::Router::new();
        for path in api.unemulated() {
            unemulated.insert(*path, ()).unwrap_or_else(|clash| panic!("{path}: {clash}"));
        }
        let ids = endpoints.iter().map(|endpoint| endpoint.id.as_str().into()).collect();
        Self { api, endpoints, first, ids, router, unemulated }
    }

    pub fn endpoint_id(&self, endpoint: usize) -> Arc<str> {
        self.ids[endpoint].clone()
    }

    /// Finds the endpoint of a path and method, and reads the request's fields.
    pub(super) fn route(
        &self,
        request: &Request,
        path: &str,
    ) -> Result<(usize, Fields), Rejection> {
        let habits = self.api.habits();
        let path = match path.strip_suffix('/') {
            Some(shorter) if habits.trailing_slash && !shorter.is_empty() => shorter,
            _ => path,
        };
        let found = self.router.at(path).map_err(|_| Rejection::NoSuchPath)?;
        let index = self.by_method(found.value, request.method())?;
        let mut fields = Fields::new(habits);
        for (name, value) in found.params.iter() {
            fields.push(Place::Path, name, decode_path(value).ok_or(Rejection::BadPath)?);
        }
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        for param in self.endpoints[index].all_params() {
            if param.place() == Place::Header
                && let Some(value) = request.headers().get(param.name())
                && let Ok(value) = value.to_str()
            {
                fields.push(Place::Header, param.name(), value);
            }
        }
        Ok((index, fields))
    }

    fn by_method(&self, methods: &[(Method, usize)], wanted: &Method) -> Result<usize, Rejection> {
        let of = |wanted: &Method| {
            methods.iter().find(|(method, _)| method == wanted).map(|(_, index)| *index)
        };
        if let Some(index) = of(wanted) {
            return Ok(index);
        }
        match (wanted, of(&Method::GET)) {
            (&Method::HEAD, Some(get)) => Ok(get),
            (&Method::OPTIONS, _) => Err(self.options(methods)),
            _ => Err(Rejection::WrongMethod { allow: allowed(methods) }),
        }
    }

    /// What an `OPTIONS` gets that no endpoint declares.
    fn options(&self, methods: &[(Method, usize)]) -> Rejection {
        let reply = match self.api.habits().options {
            Options::Refuse => return Rejection::WrongMethod { allow: allowed(methods) },
            Options::Body { content_type, body } => {
                Reply::new(http::StatusCode::OK, content_type, body)
            }
            Options::Allow => {
                let allow = allowed(methods).join(", ");
                let allow = http::HeaderValue::try_from(allow).expect("methods are header text");
                Reply::empty(http::StatusCode::OK).with(http::header::ALLOW, allow)
            }
        };
        Rejection::Failed { reply: Box::new(reply), why: "OPTIONS".to_owned() }
    }

    /// Whether the real service has a path that wardian does not emulate.
    pub(super) fn is_unemulated(&self, path: &str) -> bool {
        self.unemulated.at(path).is_ok()
    }

    /// The route whose template is most like a path.
    pub(super) fn nearest(&self, path: &str) -> Option<&str> {
        self.endpoints
            .iter()
            .flat_map(|endpoint| &endpoint.paths)
            .map(String::as_str)
            .max_by(|a, b| strsim::jaro(a, path).total_cmp(&strsim::jaro(b, path)))
    }

    pub(super) fn explain_missing(&self, path: &str) -> String {
        let nearest = self.nearest(path).unwrap_or_default();
        format!("no such path; the nearest route is {nearest}")
    }
}

/// The methods of a path as its `Allow` header names them.
fn allowed(methods: &[(Method, usize)]) -> Vec<String> {
    let mut names: Vec<String> = methods.iter().map(|(method, _)| method.to_string()).collect();
    if names.iter().any(|name| name == "GET") && !names.iter().any(|name| name == "HEAD") {
        names.push("HEAD".to_owned());
    }
    if !names.iter().any(|name| name == "OPTIONS") {
        names.push("OPTIONS".to_owned());
    }
    names
}
