//! Finding the endpoint of a request.

use std::collections::HashMap;
use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode, header};
use rusqlite::Connection;

use super::call::Request;
use super::endpoint::Endpoint;
use super::fields::{Fields, Place, decode_path};
use super::habits::{Habits, Options};
use super::param::AnyParam;
use super::reply::{Rejection, Reply};

/// Endpoints, sorted for finding.
pub struct Routes<C = Connection> {
    pub endpoints: Vec<Endpoint<C>>,
    /// How many there are: one for each method of each path.
    pub count: usize,
    ids: Vec<Arc<str>>,
    /// The path of each route, by its number.
    templates: Vec<String>,
    /// The request headers that each endpoint reads as parameters.
    headers: Vec<Vec<&'static str>>,
    tree: matchit::Router<Vec<Route>>,
}

/// One method of one path.
struct Route {
    method: Method,
    place: RoutePlace,
}

/// Which endpoint a route belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutePlace {
    /// The place of the endpoint among all.
    pub endpoint: usize,
    /// The number of the route, as endpoints with several paths have several.
    pub route: usize,
}

/// A request's route, and its parameters.
pub struct Found {
    pub place: RoutePlace,
    pub fields: Fields,
}

impl<C> Routes<C> {
    /// # Panics
    /// When two endpoints claim one path and method, or a template is malformed: mistakes in the tables.
    pub fn new(endpoints: Vec<Endpoint<C>>) -> Self {
        let mut count = 0;
        let mut by_path: HashMap<&str, Vec<Route>> = HashMap::new();
        for (index, endpoint) in endpoints.iter().enumerate() {
            for path in &endpoint.paths {
                let of_path = by_path.entry(path).or_default();
                let is_new = of_path.iter().all(|route| route.method != endpoint.method);
                assert!(is_new, "{} {path} is declared twice", endpoint.method);
                let place = RoutePlace { endpoint: index, route: count };
                of_path.push(Route { method: endpoint.method.clone(), place });
                count += 1;
            }
        }
        let mut tree = matchit::Router::new();
        for (path, of_path) in by_path {
            tree.insert(path, of_path).unwrap_or_else(|clash| panic!("{path}: {clash}"));
        }
        let ids = endpoints.iter().map(|endpoint| endpoint.id.as_str().into()).collect();
        let templates = endpoints.iter().flat_map(|endpoint| endpoint.paths.clone()).collect();
        let headers = endpoints.iter().map(|endpoint| {
            let params = endpoint.all_params().filter(|param| param.place() == Place::Header);
            params.map(AnyParam::name).collect()
        });
        let headers = headers.collect();
        Self { endpoints, count, ids, templates, headers, tree }
    }

    /// The endpoint's id, to be kept without copying.
    pub fn id(&self, endpoint: usize) -> &Arc<str> {
        &self.ids[endpoint]
    }

    /// The template of a route, by its number.
    pub fn template(&self, route: usize) -> &str {
        &self.templates[route]
    }

    /// Every method of every path, in the order of declaration: the route's number, its endpoint, its path.
    pub fn each(&self) -> impl Iterator<Item = (usize, &Endpoint<C>, &str)> {
        let all = self
            .endpoints
            .iter()
            .flat_map(|endpoint| endpoint.paths.iter().map(move |path| (endpoint, path.as_str())));
        all.enumerate().map(|(number, (endpoint, path))| (number, endpoint, path))
    }

    /// Finds the endpoint of a path and method, and reads the request's fields.
    ///
    /// # Errors
    /// When there is no such path or it lacks the method, or the path's values are no text.
    pub fn find(
        &self,
        habits: &'static Habits,
        request: &Request,
        path: &str,
    ) -> Result<Found, Rejection> {
        let path = match path.strip_suffix('/') {
            Some(shorter) if habits.trailing_slash && !shorter.is_empty() => shorter,
            _ => path,
        };
        let found = self.tree.at(path).map_err(|_| Rejection::NoSuchPath)?;
        let place = by_method(found.value, request.method(), habits)?;
        let mut fields = Fields::new(habits);
        for (name, value) in found.params.iter() {
            fields.push(Place::Path, name, decode_path(value).ok_or(Rejection::BadPath)?);
        }
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        for name in &self.headers[place.endpoint] {
            if let Some(value) = request.headers().get(*name)
                && let Ok(value) = value.to_str()
            {
                fields.push(Place::Header, *name, value);
            }
        }
        Ok(Found { place, fields })
    }
}

fn by_method(routes: &[Route], wanted: &Method, habits: &Habits) -> Result<RoutePlace, Rejection> {
    let of = |wanted: &Method| {
        routes.iter().find(|route| route.method == *wanted).map(|route| route.place)
    };
    if let Some(place) = of(wanted) {
        return Ok(place);
    }
    match (wanted, of(&Method::GET)) {
        (&Method::HEAD, Some(get)) => Ok(get),
        (&Method::OPTIONS, _) => Err(options(routes, habits)),
        _ => Err(Rejection::WrongMethod { allow: allowed(routes, habits) }),
    }
}

/// What an `OPTIONS` gets that no endpoint declares.
fn options(routes: &[Route], habits: &Habits) -> Rejection {
    let reply = match habits.options {
        Options::Refuse => return Rejection::WrongMethod { allow: allowed(routes, habits) },
        Options::Body { content_type, body } => Reply::new(StatusCode::OK, content_type, body),
        Options::Allow => {
            let allow = allowed(routes, habits).join(", ");
            let allow = HeaderValue::try_from(allow).expect("methods are header text");
            Reply::empty(StatusCode::OK).with(header::ALLOW, allow)
        }
    };
    // An answer rather than a refusal, so there is nothing to explain.
    Rejection::Failed { reply: Box::new(reply), why: String::new() }
}

/// The methods of a path as its `Allow` header names them.
fn allowed(routes: &[Route], habits: &Habits) -> Vec<String> {
    let mut names: Vec<String> = routes.iter().map(|route| route.method.to_string()).collect();
    if names.iter().any(|name| name == "GET") && !names.iter().any(|name| name == "HEAD") {
        names.push("HEAD".to_owned());
    }
    let knows_options = habits.options != Options::Refuse;
    if knows_options && !names.iter().any(|name| name == "OPTIONS") {
        names.push("OPTIONS".to_owned());
    }
    names
}
