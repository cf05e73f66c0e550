//! Bodies that are forms: urlencoded, or multipart with files.

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::header::CONTENT_TYPE;
use percent_encoding::percent_decode_str;

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
            let disposition = field.headers().get("content-disposition");
            let file_name = field.file_name().map(str::to_owned);
            let file_name = file_name.or_else(|| odd_file_name(disposition?.as_bytes()));
            let media_type = field.content_type().map(ToString::to_string);
            let Some(file_name) = file_name else {
                fields.push(Place::Query, name, field.text().await?);
                continue;
            };
            let content = field.bytes().await?;
            // This is what browsers send where no file was chosen.
            if !(file_name.is_empty() && content.is_empty()) {
                let file_name = Some(file_name);
                uploads.push(Upload { field: name, file_name, media_type, content });
            }
        }
        Ok(())
    };
    // The whole body is in memory, so nothing in there ever waits.
    reading.now_or_never().unwrap_or(Ok(())).map_err(broken)?;
    Ok(uploads)
}

/// The name of a part's file where it is no UTF-8, or written as `filename*=UTF-8''a%20b.png`.
fn odd_file_name(disposition: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(disposition);
    let parameter = text.split(';').find_map(|part| part.trim().strip_prefix("filename"))?;
    if let Some(extended) = parameter.strip_prefix("*=") {
        let (_, encoded) = extended.rsplit_once('\'')?;
        return Some(percent_decode_str(encoded).decode_utf8_lossy().into_owned());
    }
    Some(parameter.trim_start().strip_prefix('=')?.trim().trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_come_in_odd_spellings_too() {
        let name = |disposition: &[u8]| odd_file_name(disposition);
        let some = |name: &str| Some(name.to_owned());

        assert_eq!(
            name(b"form-data; name=\"a\"; filename=\"\xff\xfe.png\""),
            some("\u{fffd}\u{fffd}.png")
        );
        assert_eq!(name(b"form-data; filename = \xff; name=a"), some("\u{fffd}"));
        assert_eq!(
            name(b"form-data; name=a; filename*=UTF-8'en'a%20%C3%BC.png"),
            some("a \u{fc}.png")
        );
        assert_eq!(name(b"form-data; name=\"a\""), None);
        assert_eq!(name(b"form-data; name=\"filename\""), None);
    }
}
