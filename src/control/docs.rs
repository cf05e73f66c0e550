//! Documents on each API: OpenAPI, and the same rendered for people.

use std::borrow::Cow;

use http::{HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

use super::error::Error;
use super::start::escape;
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::openapi;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static API: Param<String> = Param::path("api", "Name of the API.");
static FILE: Param<String> = Param::path("file", "Name of the file.");

/// The viewer sets styles where they stand; everything else has to come from here.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// What is embedded changes with the program alone.
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/openapi/{api}.json")
            .id("openapi.get")
            .summary("Describes an API in OpenAPI 3.1")
            .takes([&API as _])
            .handler(describe),
        Endpoint::get("/docs/{api}")
            .id("docs.get")
            .summary("Shows the reference of an API")
            .takes([&API as _])
            .media_type("text/html")
            .handler(show),
        Endpoint::get("/docs/assets/{file}")
            .id("docs.asset")
            .summary("Gives a file of the reference's page")
            .takes([&FILE as _])
            .media_type("application/octet-stream")
            .handler(asset),
    ]
}

#[derive(RustEmbed)]
#[folder = "assets/docs"]
struct Assets;

fn describe(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let mount = installation.mount(&call.get(&API))?;
    let server = format!("/{}", mount.api.name());
    let document = openapi::describe(mount.api.title(), &mount.routes.endpoints, &server);
    Ok(call.answer(&document))
}

fn show(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let mount = installation.mount(&call.get(&API))?;
    let page = Assets::get("viewer.html").ok_or(Error::UnknownFile)?;
    let page = String::from_utf8_lossy(&page.data)
        .replace("{{title}}", &escape(mount.api.title()))
        .replace("{{openapi}}", &format!("/openapi/{}.json", mount.api.name()));
    let policy = HeaderValue::from_static(POLICY);
    Ok(Reply::html(StatusCode::OK, page).with(header::CONTENT_SECURITY_POLICY, policy))
}

fn asset(call: &Call, _: &Installation) -> Result<Reply, Error> {
    let name = call.get(&FILE);
    let file = Assets::get(&name).ok_or(Error::UnknownFile)?;
    file_reply(&name, file.data)
}

/// A file of the program's own.
pub fn file_reply(name: &str, data: Cow<'static, [u8]>) -> Result<Reply, Error> {
    let media_type = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "txt")) => "text/plain; charset=utf-8",
        // Templates are no files to be had.
        _ => return Err(Error::UnknownFile),
    };
    let body: bytes::Bytes = match data {
        Cow::Borrowed(data) => data.into(),
        Cow::Owned(data) => data.into(),
    };
    let reply = Reply::new(StatusCode::OK, media_type, body);
    Ok(reply.with(header::CACHE_CONTROL, AN_HOUR))
}
