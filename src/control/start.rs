//! `/`: what there is, for people and for programs.

use http::{HeaderValue, Method, StatusCode, header};
use rust_embed::RustEmbed;
use serde_json::{Map, json};

use super::docs::file_reply;
use super::error::Error;
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::mount::Mount;
use crate::kit::negotiate;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static FILE: Param<String> = Param::path("file", "Name of the file.");

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/")
            .id("start.get")
            .summary("Shows what there is: a page for browsers, an index for programs")
            .handler(start),
        Endpoint::get("/assets/{file}")
            .id("start.asset")
            .summary("Gives a file of the start page")
            .takes([&FILE as _])
            .media_type("application/octet-stream")
            .handler(asset),
    ]
}

#[derive(RustEmbed)]
#[folder = "assets/start"]
struct Assets;

fn start(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let offers = ["text/html", "application/json"];
    let reply = match negotiate::choose(call.request, &offers) {
        Some("application/json") => index(call, installation),
        _ => page(call, installation)?,
    };
    Ok(reply.with(header::VARY, HeaderValue::from_static("Accept")))
}

fn index(call: &Call, installation: &Installation) -> Reply {
    let base = call.base();
    let mut apis = Map::new();
    for mount in installation.mounts.iter() {
        let name = mount.api.name();
        let about = json!({
            "title": mount.api.title(),
            "base_url": mount.base_url(base),
            "docs": format!("{base}/docs/{name}"),
            "openapi": format!("{base}/openapi/{name}.json"),
        });
        apis.insert(name.to_owned(), about);
    }
    call.answer(&json!({
        "name": "wardian",
        "version": env!("CARGO_PKG_VERSION"),
        "apis": apis,
        "admin": format!("{base}/__admin"),
    }))
}

fn page(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let page = Assets::get("start.html").ok_or(Error::UnknownFile)?;
    let apis: String =
        installation.mounts.iter().map(|mount| describe_api(mount, call.base())).collect();
    let page = String::from_utf8_lossy(&page.data)
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{apis}}", &apis)
        .replace("{{routes}}", &control_routes());
    let policy = HeaderValue::from_static(POLICY);
    Ok(Reply::html(StatusCode::OK, page).with(header::CONTENT_SECURITY_POLICY, policy))
}

fn describe_api(mount: &Mount, base: &str) -> String {
    let name = mount.api.name();
    let title = escape(mount.api.title());
    let url = escape(&mount.base_url(base));
    format!(
        "<li><h3>{title}</h3><p><code>{url}</code></p>\
         <p><a href=\"/docs/{name}\">Reference</a><a href=\"/openapi/{name}.json\">OpenAPI</a></p></li>\n"
    )
}

/// A row for each route of the control plane.
fn control_routes() -> String {
    let endpoints = super::endpoints();
    let admin = endpoints.iter().filter(|endpoint| endpoint.path().starts_with("/__admin"));
    admin.map(describe_route).collect()
}

fn describe_route(endpoint: &Endpoint) -> String {
    let method = &endpoint.method;
    let path = escape(endpoint.path());
    let summary = escape(endpoint.summary);
    // What can just be opened is a link.
    let shown = if method == Method::GET && !path.contains('{') {
        format!("<a href=\"{path}\"><code>{path}</code></a>")
    } else {
        format!("<code>{path}</code>")
    };
    format!("<tr><td>{method}</td><td>{shown}</td><td>{summary}</td></tr>\n")
}

fn asset(call: &Call, _: &Installation) -> Result<Reply, Error> {
    let name = call.get(&FILE);
    let file = Assets::get(&name).ok_or(Error::UnknownFile)?;
    file_reply(&name, file.data)
}

/// A text as it stands in HTML, between tags or in quotes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
