//! Absolute links, built from the request that they answer.

use http::Uri;
use http::header::{HOST, HeaderName};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use super::call::Request;
use super::headers::Headers;

/// Everything but what form encoding leaves as it is (`*` is encoded, as Python's does).
const FORM: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'_').remove(b'.').remove(b'-').remove(b'~').remove(b' ');

const FORWARDED_SCHEME: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Scheme and host as the client used them: `http://127.0.0.1:8080`.
///
/// A proxy in front says `X-Forwarded-Proto`; without it the scheme is that of the absolute request target, else http.
pub fn origin(request: &Request) -> String {
    origin_of(request.uri(), request.headers())
}

/// The same from a request's target and headers.
pub fn origin_of(target: &Uri, headers: &Headers) -> String {
    let forwarded = headers.get(FORWARDED_SCHEME).and_then(|value| value.to_str().ok());
    let scheme = forwarded
        .and_then(|list| list.split(',').next())
        .map(str::trim)
        .filter(|scheme| matches!(*scheme, "http" | "https"))
        .or_else(|| target.scheme_str())
        .unwrap_or("http");
    let host = host_of(target, headers).unwrap_or("localhost");
    // With room for a path, which mostly follows.
    let mut origin = String::with_capacity(scheme.len() + host.len() + 32);
    origin.extend([scheme, "://", host]);
    origin
}

/// The host that a request is for, with its port if it names one.
pub fn host(request: &Request) -> Option<&str> {
    host_of(request.uri(), request.headers())
}

fn host_of<'r>(target: &'r Uri, headers: &'r Headers) -> Option<&'r str> {
    match target.authority() {
        // What stands before the `@` is a user's name and password.
        Some(authority) => authority.as_str().rsplit('@').next(),
        None => headers.get(HOST)?.to_str().ok(),
    }
}

/// The host without its port.
pub fn host_name(request: &Request) -> Option<&str> {
    let host = host(request)?;
    if host.starts_with('[') {
        return Some(host.split_once(']').map_or(host, |(name, _)| &host[..=name.len()]));
    }
    Some(host.split_once(':').map_or(host, |(name, _)| name))
}

/// Parameters as a query string: blanks as `+`, everything outside `A–Z a–z 0–9 _ . - ~` percent-encoded.
pub fn encode<'p>(params: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut text = String::new();
    for (name, value) in params {
        if !text.is_empty() {
            text.push('&');
        }
        text += &encode_one(name);
        text.push('=');
        text += &encode_one(value);
    }
    text
}

/// One name or value of a query string.
pub fn encode_one(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, FORM).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn request(uri: &str, headers: &[(&str, &str)]) -> Request {
        let mut builder = http::Request::get(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(Bytes::new()).unwrap().into()
    }

    #[test]
    fn blanks_become_plus_and_everything_else_is_percent_encoded() {
        assert_eq!(encode([("a b", "1,2:(*)~")]), "a+b=1%2C2%3A%28%2A%29~");
        assert_eq!(encode_one("濕"), "%E6%BF%95");
    }

    #[test]
    fn the_origin_is_the_clients_own() {
        assert_eq!(origin(&request("/x", &[("host", "a.test:81")])), "http://a.test:81");
        let behind_proxy = request("/x", &[("host", "a.test"), ("x-forwarded-proto", "https")]);
        assert_eq!(origin(&behind_proxy), "https://a.test");
        assert_eq!(origin(&request("http://b.test/x", &[("host", "a.test")])), "http://b.test");
        assert_eq!(origin(&request("http://u:p@b.test:81/", &[])), "http://b.test:81");
    }

    #[test]
    fn host_names_lose_their_port() {
        assert_eq!(host_name(&request("/", &[("host", "[::1]:8080")])), Some("[::1]"));
        assert_eq!(host_name(&request("/", &[("host", "localhost:80")])), Some("localhost"));
    }
}
