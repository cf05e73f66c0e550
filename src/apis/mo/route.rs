//! The paths of tables.

use std::sync::Arc;

use http::Method;

use super::parameter::{EVERYWHERE, Parameter};
use super::request;
use super::table::Table;
use super::tables::image::UPLOAD_URL;
use crate::kit::endpoint::{Access, Endpoint, Issues};
use crate::kit::fields::{Fields, Place};
use crate::kit::param::{AnyParam, Param};

/// The id at the end of a path.
static ID: Param<String> = Param::path("id", "Id of the record.");

/// The endpoints of a table: all four methods, also those that it refuses in its own words, and the two short paths.
pub fn endpoints(table: &'static Table, upload_hosts: &Arc<[String]>) -> Vec<Endpoint> {
    let path = format!("/api2/{}", table.name);
    let one = format!("{path}/{{id}}");
    let endpoint = |method: Method, path: &str, id: &str, summary: &'static str| {
        let id = format!("{}.{id}", table.name);
        endpoint(table, method, path, &id, summary, upload_hosts)
    };
    let id = &ID as &'static dyn AnyParam;
    vec![
        endpoint(Method::GET, &path, "list", "Records that fit the query"),
        endpoint(Method::POST, &path, "create", "Makes a record"),
        endpoint(Method::PATCH, &path, "update", "Changes the records that fit the query"),
        endpoint(Method::DELETE, &path, "delete", "Deletes the records that fit the query"),
        endpoint(Method::GET, &one, "get", "One record by its id").takes([id]),
        endpoint(Method::POST, &one, "create_at", "As the same without an id, which it refuses")
            .takes([id]),
    ]
}

/// What makes a record, under another path.
pub fn create_at(table: &'static Table, path: &str, id: &str) -> Endpoint {
    endpoint(table, Method::POST, path, id, "Makes a record", &Arc::default())
}

fn endpoint(
    table: &'static Table,
    method: Method,
    path: &str,
    id: &str,
    summary: &'static str,
    upload_hosts: &Arc<[String]>,
) -> Endpoint {
    let upload_hosts = upload_hosts.clone();
    let queried = method != Method::POST;
    let changes: &'static [&'static Parameter] = match method {
        Method::POST => table.create.as_ref().map_or(&[], |create| create.parameters),
        Method::PATCH => table.update.as_ref().map_or(&[], |update| update.parameters),
        _ => &[],
    };
    let query = table.query_parameters().filter(|_| queried);
    // Two of an observation's parameters both select and set.
    let params: Vec<&'static dyn AnyParam> = query
        .filter(|p| !p.hidden && changes.iter().all(|change| change.name != p.name))
        .chain(changes.iter().copied())
        .chain(&EVERYWHERE)
        .filter(|p| !path.ends_with("{id}") || p.name != "id")
        .map(|p| p as &'static dyn AnyParam)
        .collect();
    let is_get = method == Method::GET;
    let takes_url = changes.iter().any(|change| change.name == UPLOAD_URL.name);
    let endpoint = Endpoint::new(method, path)
        .id(id)
        .summary(summary)
        .takes(params)
        .form()
        .handler(move |call, db| request::answer(table, &upload_hosts, call, db));
    let issues_keys = matches!(table.name, "api_keys" | "users");
    let endpoint = if issues_keys { endpoint.issues(Issues::Members(&["key"])) } else { endpoint };
    let endpoint = if takes_url { endpoint.asks_outside() } else { endpoint };
    if is_get {
        endpoint.writes_when(carries_key).heavy_when(is_search).searches_when(is_open)
    } else {
        endpoint.access(Access::Handler("api_key")).heavy()
    }
}

/// Whoever's key it is, its use is counted.
fn carries_key(fields: &Fields) -> bool {
    fields.all(Place::Query, "api_key").any(|key| !key.trim().is_empty())
}

/// Whether the records are not named.
fn is_open(fields: &Fields) -> bool {
    fields.all(Place::Path, "id").chain(fields.all(Place::Query, "id")).next().is_none()
}

/// Everything but a look at one record.
fn is_search(fields: &Fields) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !fields.all(Place::Path, "id").chain(fields.all(Place::Query, "id")).any(is_number)
}
