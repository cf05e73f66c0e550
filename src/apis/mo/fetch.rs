//! Images that the service fetches by itself, from hosts that the operator allows.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;

/// How often a client is sent elsewhere before the service gives up.
const REDIRECTS: usize = 10;

/// How long another server may let wait, for each step.
const PATIENCE: Duration = Duration::from_secs(5);

/// Bytes of the longest answer that is read; a little more than the largest image with its headers.
const LONGEST: u64 = 21 << 20;

/// Fetches a file; the failure is worded as the service's platform does: `Errno::ECONNREFUSED: ...`.
pub fn fetch(url: &str, allowed: &[String]) -> Result<Bytes, String> {
    let mut uri: Uri = url.parse().map_err(|_| invalid(url))?;
    for _ in 0..REDIRECTS {
        let host = uri.host().ok_or_else(|| invalid(url))?;
        let port = uri.port_u16().unwrap_or(80);
        let is_allowed =
            allowed.iter().any(|known| *known == host || *known == format!("{host}:{port}"));
        // To whoever may not be asked, there is no way.
        if !is_allowed || uri.scheme_str() != Some("http") {
            return Err(format!(
                "Socket::ResolutionError: Failed to open TCP connection to {host}:{port} (getaddrinfo: Name or \
                 service not known)"
            ));
        }
        let answer = ask(&uri, host, port)?;
        match answer.status {
            200..=299 => return Ok(answer.body),
            300..=399 => {
                let location = answer.location.ok_or_else(|| invalid(""))?;
                uri = following(&uri, &location).ok_or_else(|| invalid(&location))?;
            }
            status => {
                let class = if status < 500 { "ClientException" } else { "FatalError" };
                return Err(format!("Net::HTTP{class}: {status} \"{}\"", answer.reason));
            }
        }
    }
    Err("ArgumentError: Too many HTTP redirects".to_owned())
}

fn invalid(url: &str) -> String {
    format!("URI::InvalidURIError: bad URI (is not URI?): {url:?}")
}

/// Where a redirect leads, which may be said without a host.
fn following(from: &Uri, location: &str) -> Option<Uri> {
    if location.starts_with('/') {
        let authority = from.authority()?;
        format!("http://{authority}{location}").parse().ok()
    } else {
        location.parse().ok()
    }
}

/// What another server says.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    reason: String,
    location: Option<String>,
    body: Bytes,
}

/// One plain request; a client library would be larger than all the rest here.
fn ask(uri: &Uri, host: &str, port: u16) -> Result<Answer, String> {
    let refused = |error: std::io::Error| {
        format!(
            "Errno::ECONNREFUSED: Failed to open TCP connection to {host}:{port} ({error} - connect(2) for \"{host}\" \
             port {port})"
        )
    };
    let broken = |error: std::io::Error| format!("EOFError: {error}");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = (bare, port).to_socket_addrs().map_err(refused)?.next();
    let address = address.ok_or_else(|| invalid(host))?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(refused)?;
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    // The older version, since answers to it come in one piece that ends with the connection.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n");
    stream.set_read_timeout(Some(PATIENCE)).map_err(broken)?;
    stream.write_all(request.as_bytes()).map_err(broken)?;
    let mut bytes = Vec::new();
    stream.take(LONGEST).read_to_end(&mut bytes).map_err(broken)?;
    read(bytes).ok_or_else(|| "Net::HTTPBadResponse: wrong status line".to_owned())
}

fn read(bytes: Vec<u8>) -> Option<Answer> {
    const END: &[u8] = b"\r\n\r\n";
    let end = bytes.windows(END.len()).position(|window| window == END)?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let (_, status) = lines.next()?.split_once(' ')?;
    let (status, reason) = status.split_once(' ').unwrap_or((status, ""));
    let headers = lines.filter_map(|line| line.split_once(':'));
    let location = headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("location"))
        .map(|(_, value)| value.trim().to_owned())
        .next();
    let (status, reason) = (status.parse().ok()?, reason.to_owned());
    Some(Answer { status, reason, location, body: Bytes::from(bytes).slice(end + END.len()..) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_asked_unless_allowed() {
        let refusal = fetch("http://127.0.0.1:1/x.jpg", &["127.0.0.1:2".to_owned()]);

        assert_eq!(
            refusal.unwrap_err(),
            "Socket::ResolutionError: Failed to open TCP connection to 127.0.0.1:1 (getaddrinfo: Name or service not \
             known)"
        );
    }

    #[test]
    fn an_answer_is_status_headers_and_body() {
        let answer = read(b"HTTP/1.1 302 Found\r\nLOCATION: /b\r\n\r\nx\r\n\r\ny".to_vec());

        let body = Bytes::from_static(b"x\r\n\r\ny");
        let location = Some("/b".to_owned());
        assert_eq!(answer, Some(Answer { status: 302, reason: "Found".into(), location, body }));
        assert_eq!(read(b"SSH-2.0-x\r\n\r\n".to_vec()), None);
    }

    #[test]
    fn redirects_may_leave_the_host_out() {
        let from = "http://a:81/x".parse().unwrap();

        assert_eq!(following(&from, "/y?z").unwrap(), "http://a:81/y?z");
        assert_eq!(following(&from, "http://b/").unwrap(), "http://b/");
    }
}
