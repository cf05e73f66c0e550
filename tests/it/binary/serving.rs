//! A running server: its banner, its sockets, its limits, its end.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use assert_cmd::assert::OutputAssertExt;

use crate::support::server::{Server, command};

#[test]
fn the_banner_names_every_base_url_and_ends_with_the_ready_line() {
    let server = Server::start(["--world-cache", "off"]);

    let url = &server.url;
    let lines: Vec<&str> = server.banner.lines().collect();
    assert!(lines.iter().any(|line| line.ends_with(&format!("{url}/tbia/api/v1"))));
    assert!(lines.iter().any(|line| line.ends_with(&format!("{url}/__admin"))));
    assert_eq!(*lines.last().unwrap(), format!("wardian ready on {url}"));
}

#[test]
fn both_address_families_answer_on_one_port() {
    let server = Server::start(["--world-cache", "off"]);
    let port = server.address().port();

    assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    // A machine without IPv6 has only the one.
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        assert!(TcpStream::connect(("::1", port)).is_ok());
    }
}

#[test]
fn healthcheck_tells_a_ready_server_from_none() {
    let server = Server::start(["--world-cache", "off"]);
    let check = |url: &str| command().args(["healthcheck", "--url", url]).assert();

    check(&server.url).code(0);
    let port = server.address().port().to_string();
    command().arg("healthcheck").env("WARDIAN_PORT", &port).assert().code(0);

    let url = server.url.clone();
    drop(server);
    check(&url).code(1);
}

#[cfg(unix)]
#[test]
fn a_signal_lets_running_requests_finish_and_ends_with_0() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(["--world-cache", "off"]);
        let mut stream = TcpStream::connect(server.address()).unwrap();
        // Half a request is under way when the signal comes.
        write!(stream, "POST /tbia/api/v1/occurrence HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab").unwrap();
        std::thread::sleep(Duration::from_millis(100));

        server.signal(signal);
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(b"cd").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();

        assert!(answer.starts_with("HTTP/1.1 403"), "{signal}: {answer}");
        let status = server.ended_within(Duration::from_secs(12)).expect("it stops");
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn while_the_world_grows_it_is_up_but_not_ready_and_stops_at_once() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = command()
        .args(["serve", "--world-cache", "off", "--scale", "100", "--port", &port.to_string()])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    };

    let health = std::iter::repeat_with(|| ask("/__admin/health")).flatten().next().unwrap();
    let ready = ask("/__admin/ready").unwrap();
    let other = ask("/tbia/api/v1/occurrence").unwrap();
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let status = child.wait().unwrap();

    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    for answer in [ready, other] {
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(answer.to_lowercase().contains("retry-after: 1"), "{answer}");
    }
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let server = Server::start(["--world-cache", "off", "--max-body", "1kB"]);

    let announced = server.raw(
        b"POST /tbia/api/v1/occurrence HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
    );
    let mut chunked =
        b"POST /tbia/api/v1/occurrence HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            .to_vec();
    chunked.extend(
        b"400\r\n"
            .iter()
            .chain(&[b'x'; 1024])
            .chain(b"\r\n400\r\n")
            .chain(&[b'x'; 1024])
            .chain(b"\r\n0\r\n\r\n"),
    );
    let streamed = server.raw(&chunked);

    for answer in [announced, streamed] {
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("text/html"), "in the API's style: {answer}");
    }
}

#[test]
fn headers_beyond_the_limit_are_refused_in_the_apis_style() {
    let server = Server::start(["--world-cache", "off"]);
    let long = "x".repeat(40_000);

    let header =
        format!("GET /tbia/api/v1/occurrence HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n");
    let query = format!("GET /tbia/api/v1/occurrence?name={long} HTTP/1.1\r\nHost: x\r\n\r\n");

    for request in [header, query] {
        let answer = server.raw(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 431"), "{}", &answer[..200.min(answer.len())]);
        assert!(answer.contains("text/html"), "{answer}");
    }
}

#[test]
fn a_megabyte_of_query_string_gets_a_refusal_and_the_server_goes_on() {
    let server = Server::start(["--world-cache", "off"]);
    let long = "x".repeat(1 << 20);

    let answer = server.raw(format!("GET /tbia/?{long} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());

    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert!(server.get("/__admin/health").starts_with("HTTP/1.1 200"));
}

#[test]
fn nonsense_on_the_socket_gets_400_and_the_server_goes_on() {
    let server = Server::start(["--world-cache", "off"]);

    for nonsense in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"GET\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ] {
        let answer = server.raw(nonsense);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert!(server.get("/__admin/health").starts_with("HTTP/1.1 200"));
}

#[test]
fn a_head_has_the_length_of_the_body_that_it_leaves_out() {
    let server = Server::start(["--world-cache", "off"]);
    let ask = |method: &str| {
        server.raw(
            format!(
                "{method} /tbia/api/v1/occurrence HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            .as_bytes(),
        )
    };
    let length = |answer: &str| {
        let lower = answer.to_ascii_lowercase();
        let rest = lower.split("content-length: ").nth(1).unwrap_or_default().to_owned();
        rest.split("\r\n").next().unwrap_or_default().parse::<usize>().ok()
    };

    let (get, head) = (ask("GET"), ask("HEAD"));

    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    assert_eq!(length(&head), length(&get));
}

#[test]
fn events_come_while_the_connection_is_open() {
    let server = Server::start(["--world-cache", "off"]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let request = format!(
        "GET /__admin/requests/stream HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n\r\n",
        server.address()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut seen = String::new();
    let mut read_until = |text: &str| {
        let mut buffer = [0; 4096];
        while !seen.contains(text) {
            let count = stream.read(&mut buffer).unwrap();
            assert!(count > 0, "it ended: {seen}");
            seen += std::str::from_utf8(&buffer[..count]).unwrap();
        }
    };

    read_until(": connected\n\n");
    server.get("/tbia/api/v1/occurrence?limit=1");
    read_until("event: request\n");
    read_until("\"path\":\"/api/v1/occurrence\"");
}
