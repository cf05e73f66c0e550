//! Bodies that are forms: urlencoded, or multipart with files.

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::header::CONTENT_TYPE;

use super::call::Request;
use super::fields::{Fields, Place};
use super::reply::Rejection;

/// A file of a multipart form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The form field that holds it.
    pub field: String,
    pub file_name: Option<String>,
    pub media_type: Option<String>,
    pub content: Bytes,
}

/// The media type of a request's body, without parameters, in lower case.
pub fn media_type(request: &Request) -> Option<String> {
    let value = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// Adds the fields of a form body to `fields` and gives its files; a body of another kind holds neither.
///
/// # Errors
/// When a multipart body breaks off or is malformed.
pub fn read_form(request: &Request, fields: &mut Fields) -> Result<Vec<Upload>, Rejection> {
    match media_type(request).as_deref() {
        Some("application/x-www-form-urlencoded") => {
            fields.push_urlencoded(request.body());
            Ok(Vec::new())
        }
        Some("multipart/form-data") => read_multipart(request, fields),
        _ => Ok(Vec::new()),
    }
}

fn read_multipart(request: &Request, fields: &mut Fields) -> Result<Vec<Upload>, Rejection> {
    let broken = |error: multer::Error| Rejection::BadBody { reason: error.to_string() };
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(broken)?;
    let body = request.body().clone();
    let whole = stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    let mut multipart = multer::Multipart::new(whole, boundary);
    let mut uploads = Vec::new();
    let reading = async {
        while let Some(field) = multipart.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            let file_name = field.file_name().map(str::to_owned);
            let media_type = field.content_type().map(ToString::to_string);
            if file_name.is_some() {
                let content = field.bytes().await?;
                uploads.push(Upload { field: name, file_name, media_type, content });
            } else {
                fields.push(Place::Query, name, field.text().await?);
            }
        }
        Ok(())
    };
    // The whole body is in memory, so nothing in there ever waits.
    reading.now_or_never().unwrap_or(Ok(())).map_err(broken)?;
    Ok(uploads)
}
