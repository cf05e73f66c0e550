//! Who may use the control plane.
//!
//! Whoever reaches it can reset data and read credentials, so a web page that a user happens to visit must not be able to:
//! neither by a request across origins nor by a host name of its own that resolves to this machine.

use std::net::IpAddr;

use http::{HeaderValue, StatusCode, header};

use super::problem;
use crate::kit::call::Request;
use crate::kit::links;
use crate::kit::reply::{Rejection, Reply};

/// What the operator chose.
#[derive(Clone, Debug, Default)]
pub struct Guard {
    /// All but health and readiness need it, if it is set.
    pub token: Option<String>,
    /// Host names that count as the server's own, beside `localhost` and addresses.
    pub hosts: Vec<String>,
}

impl Guard {
    /// Whether a request to a path of the control plane may go on.
    pub(super) fn check(&self, request: &Request, path: &str) -> Result<(), Rejection> {
        if matches!(path, "/__admin/health" | "/__admin/ready") {
            return Ok(());
        }
        if let Some(token) = &self.token {
            return check_token(request, token);
        }
        self.check_host(request)?;
        check_origin(request)
    }

    fn check_host(&self, request: &Request) -> Result<(), Rejection> {
        let host = links::host_name(request).unwrap_or_default();
        let is_known = |known: &String| known.eq_ignore_ascii_case(host);
        if is_address(host)
            || host.eq_ignore_ascii_case("localhost")
            || self.hosts.iter().any(is_known)
        {
            return Ok(());
        }
        Err(forbidden(&format!(
            "The control plane answers to addresses and localhost, not to {host:?}; --admin-host {host} lets it."
        )))
    }
}

fn is_address(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.parse::<IpAddr>().is_ok()
}

fn check_token(request: &Request, token: &str) -> Result<(), Rejection> {
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let sent = sent.and_then(|value| value.split_once(' '));
    let passes = sent.is_some_and(|(scheme, sent)| {
        scheme.eq_ignore_ascii_case("bearer") && are_equal(sent.trim().as_bytes(), token.as_bytes())
    });
    if passes {
        return Ok(());
    }
    let detail =
        "The control plane needs `Authorization: Bearer TOKEN` with the token of --admin-token.";
    let reply = problem::of(StatusCode::UNAUTHORIZED, "Unauthorized", detail)
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    Err(refusal(reply, detail))
}

/// Compares in a time that does not tell where two texts differ.
fn are_equal(a: &[u8], b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    a.len() == b.len() && std::hint::black_box(difference) == 0
}

fn check_origin(request: &Request) -> Result<(), Rejection> {
    let headers = request.headers();
    let own = links::host(request).unwrap_or_default();
    for origin in headers.get_all(header::ORIGIN) {
        let origin = origin.to_str().unwrap_or_default();
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        if !host.is_some_and(|host| host.eq_ignore_ascii_case(own)) {
            return Err(forbidden(&format!("The control plane answers no pages of {origin:?}.")));
        }
    }
    if headers.get_all("sec-fetch-site").any(|site| site == "cross-site") {
        return Err(forbidden("The control plane answers no pages of other sites."));
    }
    Ok(())
}

fn forbidden(detail: &str) -> Rejection {
    refusal(problem::of(StatusCode::FORBIDDEN, "Forbidden", detail), detail)
}

fn refusal(reply: Reply, why: &str) -> Rejection {
    Rejection::Failed { reply: Box::new(reply), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_equal_when_all_of_them_is() {
        assert!(are_equal(b"secret", b"secret"));
        assert!(!are_equal(b"secret", b"secreT"));
        assert!(!are_equal(b"secret", b"secrets"));
        assert!(!are_equal(b"", b"s"));
    }

    #[test]
    fn addresses_are_written_in_both_families() {
        for host in ["127.0.0.1", "10.1.2.3", "[::1]"] {
            assert!(is_address(host), "{host}");
        }
        for host in ["", "127.0.0.1.example.org", "[", "abc"] {
            assert!(!is_address(host), "{host}");
        }
    }
}
