//! Every route of every emulated API.

use serde::Serialize;
use serde_json::json;

use super::error::Error;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::reply::Reply;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/routes")
            .id("routes.list")
            .summary("Lists every emulated route and how often the session called it")
            .takes([&SESSION as _, &HEADER as _])
            .handler(list),
    ]
}

#[derive(Serialize)]
struct Route<'r> {
    api: &'r str,
    method: &'r str,
    path: &'r str,
    id: &'r str,
    summary: &'r str,
    auth: Option<&'r str>,
    hits: u64,
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let mut routes = Vec::new();
    for mount in installation.mounts.iter() {
        for (number, endpoint, path) in mount.routes.each() {
            routes.push(Route {
                api: mount.api.name(),
                method: endpoint.method.as_str(),
                path,
                id: &endpoint.id,
                summary: endpoint.summary,
                auth: endpoint.access.needs(),
                hits: session.hits(mount.first + number),
            });
        }
    }
    Ok(call.answer(&json!({ "routes": routes })))
}
