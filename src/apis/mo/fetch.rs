//! Images that the service fetches by itself, from hosts that the operator allows.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Uri;

/// How often the service lets itself be sent elsewhere.
const REDIRECTS: usize = 10;

/// How long another server may let wait, for each step.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long all steps of one answer may take together.
const PATIENCE_IN_ALL: Duration = Duration::from_secs(30);

/// Bytes of the longest status line with headers that is read.
const LONGEST_HEAD: u64 = 64 << 10;

/// Bytes of the longest body that is read; a little more than the largest image.
const LONGEST: u64 = 21 << 20;

/// Fetches a file; the failure is worded as the service's platform does: `Errno::ECONNREFUSED: ...`.
pub fn fetch(url: &str, allowed: &[String]) -> Result<Bytes, String> {
    let mut uri: Uri = url.parse().map_err(|_| invalid(url))?;
    for _ in 0..=REDIRECTS {
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
        location.parse().ok().filter(|uri: &Uri| uri.scheme().is_some())
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
    let refused = |error: io::Error| {
        format!(
            "Errno::ECONNREFUSED: Failed to open TCP connection to {host}:{port} ({error} - connect(2) for \"{host}\" \
             port {port})"
        )
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = (bare, port).to_socket_addrs().map_err(refused)?.next();
    let address = address.ok_or_else(|| invalid(host))?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).map_err(refused)?;
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    // The older version, since answers to it come in one piece.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n");
    stream.set_read_timeout(Some(PATIENCE)).map_err(|error| broken(&error))?;
    stream.write_all(request.as_bytes()).map_err(|error| broken(&error))?;
    read(BufReader::new(Hasty { stream, until: Instant::now() + PATIENCE_IN_ALL }))
}

/// A connection that is read until a moment only, however steadily it trickles.
struct Hasty {
    stream: TcpStream,
    until: Instant,
}

impl Read for Hasty {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.until {
            Err(ErrorKind::TimedOut.into())
        } else {
            self.stream.read(buffer)
        }
    }
}

/// A connection that fails while it is used.
fn broken(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            "Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)>".to_owned()
        }
        ErrorKind::ConnectionReset => "Errno::ECONNRESET: Connection reset by peer".to_owned(),
        ErrorKind::BrokenPipe => "Errno::EPIPE: Broken pipe".to_owned(),
        _ => cut_short(),
    }
}

fn cut_short() -> String {
    "EOFError: end of file reached".to_owned()
}

/// Reads an answer: as much of a body as it announces, or else all there is.
fn read(mut stream: impl BufRead) -> Result<Answer, String> {
    let head = read_head(&mut stream)?;
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default();
    let (status, reason) =
        status(line).ok_or_else(|| format!("Net::HTTPBadResponse: wrong status line: {line:?}"))?;
    let headers: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(':')).collect();
    let header = |wanted: &str| {
        let mut all = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        all.next().map(|(_, value)| value.trim())
    };
    let announced = match header("content-length").map(str::parse::<u64>) {
        Some(Ok(length)) => Some(length.min(LONGEST)),
        Some(Err(_)) => {
            return Err("Net::HTTPHeaderSyntaxError: wrong Content-Length format".to_owned());
        }
        None => None,
    };
    let mut body = Vec::new();
    let wanted = announced.unwrap_or(LONGEST);
    stream.take(wanted).read_to_end(&mut body).map_err(|error| broken(&error))?;
    if announced.is_some_and(|length| (body.len() as u64) < length) {
        return Err(cut_short());
    }
    let location = header("location").map(str::to_owned);
    Ok(Answer { status, reason: reason.to_owned(), location, body: body.into() })
}

/// Status line and headers, up to the empty line.
fn read_head(stream: &mut impl BufRead) -> Result<String, String> {
    let mut stream = stream.take(LONGEST_HEAD);
    let mut head = Vec::new();
    loop {
        let start = head.len();
        let read = stream.read_until(b'\n', &mut head).map_err(|error| broken(&error))?;
        if read == 0 {
            return Err(cut_short());
        }
        if matches!(&head[start..], b"\r\n" | b"\n") {
            return Ok(String::from_utf8_lossy(&head).into_owned());
        }
    }
}

/// `HTTP/1.1 302 Found`: the status and its reason.
fn status(line: &str) -> Option<(u16, &str)> {
    let (_, status) = line.strip_prefix("HTTP/")?.split_once(' ')?;
    let (status, reason) = status.split_once(' ').unwrap_or((status, ""));
    Some((status.parse().ok()?, reason))
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
        let answer = read(&b"HTTP/1.1 302 Found\r\nLOCATION: /b\r\n\r\nx\r\n\r\ny"[..]);

        let body = Bytes::from_static(b"x\r\n\r\ny");
        let location = Some("/b".to_owned());
        assert_eq!(answer, Ok(Answer { status: 302, reason: "Found".into(), location, body }));
    }

    #[test]
    fn what_is_no_answer_is_refused_as_the_platform_does() {
        let refusal = |answer: &str| read(answer.as_bytes()).unwrap_err();

        assert_eq!(
            refusal("SSH-2.0-x\r\n\r\n"),
            "Net::HTTPBadResponse: wrong status line: \"SSH-2.0-x\""
        );
        assert_eq!(
            refusal("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
            "Net::HTTPHeaderSyntaxError: wrong Content-Length format"
        );
        for cut in
            ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx"]
        {
            assert_eq!(refusal(cut), "EOFError: end of file reached", "{cut:?}");
        }
    }

    #[test]
    fn redirects_may_leave_the_host_out() {
        let from = "http://a:81/x".parse().unwrap();

        assert_eq!(following(&from, "/y?z").unwrap(), "http://a:81/y?z");
        assert_eq!(following(&from, "http://b/").unwrap(), "http://b/");
        assert_eq!(following(&from, "y.png"), None);
    }
}
