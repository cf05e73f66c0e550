//! Entries as they are shown: without credentials, their bodies as text.
//!
//! A credential is hidden where its name stands before it, and then wherever else its text occurs: a link to the next page
//! repeats the key of the request, an error message quotes it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderName, StatusCode, header};

use super::secrets::{self, Names, Secret};
use super::{Entry, Recorded};
use crate::kit::endpoint::Issues;
use crate::kit::headers::Headers;
use crate::kit::links;

/// Shorter texts are not looked for elsewhere: they would be found in everything.
const SHORTEST: usize = 8;

/// Shows one entry.
pub struct Masking<'e> {
    entry: &'e Entry,
    request_headers: Headers,
    /// The texts of the request's credentials.
    known: Vec<String>,
}

/// A body as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownBody {
    Text(String),
    /// Bytes that are no text.
    Base64(String),
}

impl<'e> Masking<'e> {
    pub fn new(entry: &'e Entry) -> Self {
        let headers = entry.request.headers();
        let mut known = known_from_headers(&headers);
        let query = entry.query();
        known.extend(values(query.as_bytes(), &secrets::in_form(query, Self::ASKED)));
        let body = entry.request.body();
        known.extend(values(body, &in_body(&headers, body, Self::ASKED)));
        known.retain(|secret| secret.len() >= SHORTEST);
        let encoded: Vec<String> = known.iter().map(|secret| links::encode_one(secret)).collect();
        known.extend(encoded);
        // A credential that holds another is hidden first, or a part of it would stay.
        known.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        known.dedup();
        Self { entry, request_headers: headers, known }
    }

    /// Names of credentials in requests.
    const ASKED: Names = Names { more: &[], token: false };

    /// The absolute address of the request.
    pub fn url(&self) -> String {
        let target = self.entry.target.to_uri();
        let origin = links::origin_of(&target, &self.request_headers);
        let path = self.text(target.path());
        let query = target.query().map_or_else(String::new, |_| format!("?{}", self.query()));
        format!("{origin}{path}{query}")
    }

    pub fn path(&self) -> String {
        self.text(&self.entry.path)
    }

    pub fn query(&self) -> String {
        self.mask_query(self.entry.query())
    }

    pub fn why(&self) -> Option<String> {
        self.entry.why.as_deref().map(|why| self.text(why))
    }

    pub fn request_headers(&self) -> Vec<(String, String)> {
        self.headers(&self.request_headers)
    }

    pub fn response_headers(&self) -> Vec<(String, String)> {
        self.headers(&self.entry.response.headers())
    }

    pub fn request_body(&self) -> ShownBody {
        self.body(&self.entry.request, &self.request_headers, Self::ASKED)
    }

    pub fn response_body(&self) -> ShownBody {
        let Entry { response, issues, .. } = self.entry;
        match issues {
            Issues::Whole if self.entry.status == Some(StatusCode::OK) => {
                ShownBody::Text("***".to_owned())
            }
            Issues::Whole => {
                self.body(response, &response.headers(), Names { more: &[], token: true })
            }
            Issues::Members(more) => {
                self.body(response, &response.headers(), Names { more, token: true })
            }
        }
    }

    fn mask_query(&self, query: &str) -> String {
        let masked = mask(query.as_bytes(), &secrets::in_form(query, Self::ASKED));
        self.text(&String::from_utf8_lossy(&masked))
    }

    /// Names in lower case, values of repeated headers joined.
    fn headers(&self, headers: &Headers) -> Vec<(String, String)> {
        let mut shown: Vec<(String, String)> = Vec::with_capacity(headers.len());
        for (name, value) in headers.iter() {
            let value = self.header(name, &String::from_utf8_lossy(value.as_bytes()));
            match shown.iter_mut().find(|(known, _)| known == name.as_str()) {
                Some((_, values)) => values.extend([", ", &value]),
                None => shown.push((name.as_str().to_owned(), value)),
            }
        }
        shown
    }

    fn header(&self, name: &HeaderName, value: &str) -> String {
        let names = Names { more: &[], token: true };
        match *name {
            header::AUTHORIZATION | header::PROXY_AUTHORIZATION => "***".to_owned(),
            header::COOKIE => {
                let cookies: Vec<String> = value.split("; ").map(mask_cookie).collect();
                cookies.join("; ")
            }
            header::SET_COOKIE => {
                let (cookie, attributes) = value.split_at(value.find(';').unwrap_or(value.len()));
                mask_cookie(cookie) + attributes
            }
            _ if names.has(name.as_str()) => "***".to_owned(),
            // An address, that of another request perhaps.
            header::REFERER | header::LOCATION | header::LINK => match value.split_once('?') {
                Some((path, query)) => format!("{}?{}", self.text(path), self.mask_query(query)),
                None => self.text(value),
            },
            _ => self.text(value),
        }
    }

    fn body(&self, message: &Recorded, headers: &Headers, names: Names) -> ShownBody {
        let masked = mask(message.body(), &in_body(headers, message.body(), names));
        match String::from_utf8(masked) {
            Ok(text) => ShownBody::Text(self.text(&text)),
            Err(error) => {
                let whole = error.utf8_error().valid_up_to();
                // A body that was cut may end within a character.
                let is_cut = message.is_truncated && error.utf8_error().error_len().is_none();
                let bytes = error.into_bytes();
                if is_cut {
                    ShownBody::Text(self.text(&String::from_utf8_lossy(&bytes[..whole])))
                } else {
                    ShownBody::Base64(BASE64.encode(bytes))
                }
            }
        }
    }

    /// A text without the request's credentials.
    fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.known {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "***");
            }
        }
        text
    }
}

fn mask_cookie(cookie: &str) -> String {
    match cookie.split_once('=') {
        Some((name, _)) => format!("{name}=***"),
        None => "***".to_owned(),
    }
}

fn mask(text: &[u8], secrets: &[Secret]) -> Vec<u8> {
    let mut masked = Vec::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        masked.extend_from_slice(&text[at..secret.place.start]);
        masked.extend_from_slice(secret.mask().as_bytes());
        at = secret.place.end;
    }
    masked.extend_from_slice(&text[at..]);
    masked
}

fn values(text: &[u8], secrets: &[Secret]) -> Vec<String> {
    secrets.iter().map(|secret| secret.value(text)).collect()
}

fn in_body(headers: &Headers, body: &[u8], names: Names) -> Vec<Secret> {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if let Ok(boundary) = multer::parse_boundary(content_type) {
        return secrets::in_multipart(body, &boundary, names);
    }
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => secrets::in_json(body, names),
        Some(b'<') => secrets::in_xml(body, names),
        // Whatever it says it is: who forgets the content type sends a form.
        Some(_) => {
            std::str::from_utf8(body).map_or_else(|_| Vec::new(), |t| secrets::in_form(t, names))
        }
        None => Vec::new(),
    }
}

/// Credentials that headers of a request hold.
fn known_from_headers(headers: &Headers) -> Vec<String> {
    let names = Names { more: &[], token: true };
    let mut known = Vec::new();
    for (name, value) in headers.iter() {
        let Ok(value) = value.to_str() else { continue };
        match *name {
            header::AUTHORIZATION | header::PROXY_AUTHORIZATION => {
                let credentials = value.split_once(' ').map_or(value, |(_, rest)| rest.trim());
                known.push(credentials.to_owned());
                let decoded = BASE64.decode(credentials).unwrap_or_default();
                if let Some((_, password)) = String::from_utf8_lossy(&decoded).split_once(':') {
                    known.push(password.to_owned());
                }
            }
            header::COOKIE => {
                let pairs = value.split("; ").filter_map(|cookie| cookie.split_once('='));
                known.extend(pairs.map(|(_, value)| value.to_owned()));
            }
            _ if names.has(name.as_str()) => known.push(value.to_owned()),
            _ => {}
        }
    }
    known
}
