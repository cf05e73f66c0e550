//! The calls of the control plane itself.

use serde::Serialize;
use serde_json::json;

use super::error::Error;
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::reply::Reply;

/// What the paths of all calls begin with.
const ROOT: &str = "/__admin";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(ROOT)
            .id("calls.list")
            .summary("Lists every call of the control plane")
            .handler(list),
    ]
}

#[derive(Serialize)]
struct Shown<'e> {
    method: &'e str,
    path: &'e str,
    summary: &'e str,
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn list(call: &Call, _: &Installation) -> Result<Reply, Error> {
    let endpoints = super::endpoints();
    let calls = endpoints.iter().flat_map(|endpoint| {
        let paths = endpoint.paths.iter().filter(|path| path.starts_with(ROOT));
        paths.map(|path| Shown {
            method: endpoint.method.as_str(),
            path,
            summary: endpoint.summary,
        })
    });
    Ok(call.answer(&json!({ "calls": calls.collect::<Vec<_>>() })))
}
