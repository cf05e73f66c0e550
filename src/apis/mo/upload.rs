//! Files that clients send: as a form field, as the request's body, or as an address to fetch them from.

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::arguments::Arguments;
use super::context::Context;
use super::error::Error;
use super::fetch::fetch;
use super::model::Model;
use super::sniff;
use super::tables::image::{MD5SUM, ORIGINAL_NAME, UPLOAD_FILE, UPLOAD_URL};
use crate::kit::call::{Call, Request};
use crate::kit::reply::Reply;
use crate::kit::upload::media_type;

/// Bytes of the largest image that the service takes.
const LARGEST: usize = 20 << 20;

const URLENCODED: &str = "application/x-www-form-urlencoded";

const TOO_BIG: &str =
    "We can't handle images that big. Please reduce it to less than 20Mb before uploading.";
const BAD_SUM: &str = "The MD5 sum did not come out right. Please try uploading your image again.";

/// An image that arrived whole.
pub struct Received {
    pub content: Bytes,
    pub content_type: &'static str,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

/// A file before anybody looked into it.
struct Sent {
    content: Bytes,
    name: String,
    claimed_type: Option<String>,
}

/// The one image that a request sends.
///
/// # Errors
/// When there is none or more than one, or it is no image that the service takes.
pub fn receive(context: &Context, arguments: &Arguments) -> Result<Received, Error> {
    if arguments.has(&UPLOAD_FILE) {
        return Err(Error::FileMissing);
    }
    let url = arguments.text(&UPLOAD_URL).filter(|url| !url.is_empty());
    let sent = match (sent(context.call), url) {
        (Some(_), Some(_)) => return Err(Error::TooManyUploads),
        (None, None) => return Err(Error::MissingUpload),
        (None, Some(url)) => fetched(context, url)?,
        (Some(sent), None) => sent,
    };
    let name = match arguments.text(&ORIGINAL_NAME).filter(|name| !name.is_empty()) {
        Some(name) => name,
        None => &sent.name,
    };
    let failed = |reason: String| Error::CreateFailed {
        kind: Model::Image.word(),
        name: name.to_owned(),
        reasons: vec![reason.into()],
    };
    if sent.content.len() > LARGEST {
        return Err(failed(TOO_BIG.to_owned()));
    }
    let Some(found) = sniff::examine(&sent.content) else {
        let kind = sniff::other_type(&sent.content, sent.claimed_type.as_deref());
        let file = &sent.name;
        return Err(failed(format!(
            "The file \"{file}\" is not a valid image; it comes through as '{kind}'."
        )));
    };
    let header = context.call.header("content-md5").map(str::trim);
    let expected = arguments.text(&MD5SUM).filter(|sum| !sum.is_empty()).or(header);
    if expected.is_some_and(|sum| !sum.eq_ignore_ascii_case(&md5(&sent.content))) {
        return Err(failed(BAD_SUM.to_owned()));
    }
    Ok(Received {
        content: sent.content,
        content_type: found.content_type,
        width: found.sides.map(|(width, _)| width),
        height: found.sides.map(|(_, height)| height),
    })
}

fn fetched(context: &Context, url: &str) -> Result<Sent, Error> {
    let errand = {
        let (url, hosts) = (url.to_owned(), context.upload_hosts.clone());
        move || fetch(&url, &hosts)
    };
    let brought = context.call.outside.and_then(|outside| outside.ask(errand));
    let brought = brought.unwrap_or_else(|| Err("it is not there yet".to_owned()));
    let failed = |reason| Error::CouldntDownloadURL { url: url.to_owned(), reason };
    let content = brought.map_err(failed)?;
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    Ok(Sent { content, name, claimed_type: None })
}

/// The sum of a file as hexadecimal digits.
pub fn md5(content: &[u8]) -> String {
    use std::fmt::Write;

    Md5::digest(content).iter().fold(String::with_capacity(32), |mut text, byte| {
        write!(text, "{byte:02x}").expect("memory takes every digit");
        text
    })
}

/// Whether a request carries a file, in whatever way.
pub fn carries_file(call: &Call) -> bool {
    sent(call).is_some()
}

fn sent(call: &Call) -> Option<Sent> {
    if let Some(upload) = call.uploads.iter().rfind(|upload| upload.field == "upload") {
        return Some(Sent {
            content: upload.content.clone(),
            name: upload.file_name.clone().unwrap_or_default(),
            claimed_type: upload.media_type.clone(),
        });
    }
    let body = call.request.body();
    let kind = media_type(call.request);
    let is_form = matches!(kind.as_deref(), Some(URLENCODED | "multipart/form-data"));
    // Quirk (contract 3.1): any body that is no form is a file, JSON too.
    if is_form || body.is_empty() || *call.request.method() != Method::POST {
        return None;
    }
    Some(Sent { content: body.clone(), name: String::new(), claimed_type: kind })
}

/// Whether a request that was not read to its end would have been an image, which an urlencoded form cannot carry.
pub fn is_upload(request: &Request) -> bool {
    let path = request.uri().path();
    let table = path.rsplit_once("/api2/").map(|(_, rest)| rest.split(['/', '.']).next());
    *request.method() == Method::POST
        && table == Some(Some("images"))
        && media_type(request).as_deref() != Some(URLENCODED)
}

/// The refusal of an image so large that nobody waited for it.
pub fn too_large(request: &Request, now: Timestamp) -> Reply {
    let error = Error::CreateFailed {
        kind: Model::Image.word(),
        name: String::new(),
        reasons: vec![TOO_BIG.into()],
    };
    super::request::refusal(request, now, error)
}
