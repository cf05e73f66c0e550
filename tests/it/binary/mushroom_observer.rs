//! What Mushroom Observer's clients send and get over a socket: large files, broken ones, dumps.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

use crate::support::server::Server;

/// A server, and a key that works.
fn observer() -> (Server, String) {
    let server = Server::start(["--world-cache", "off"]);
    let credentials = json(&server.get("/__admin/credentials"));
    let key = credentials["mo"][0]["api_key"].as_str().unwrap().to_owned();
    (server, key)
}

/// The body of an answer as JSON.
#[track_caller]
fn json(answer: &str) -> Value {
    let body = answer.split_once("\r\n\r\n").expect("an answer has a head").1;
    serde_json::from_str(body).unwrap_or_else(|_| panic!("no JSON: {answer}"))
}

/// The bytes of a chunked body, and whether it ended as such a body has to.
fn unchunk(body: &str) -> (String, bool) {
    let mut whole = String::new();
    let mut rest = body;
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (whole, after == "\r\n");
        }
        whole += &after[..size];
        rest = &after[size + 2..];
    }
    (whole, false)
}

#[test]
fn a_dump_comes_in_pieces_and_whole() {
    let (server, _) = observer();
    let count = json(&server.get("/mo/api2/observations"))["number_of_records"].as_u64().unwrap();

    let answer = server.get("/mo/observations.csv");

    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.contains("transfer-encoding: chunked") && head.contains("text/csv"), "{head}");
    let (dump, is_whole) = unchunk(body);
    assert!(is_whole);
    assert_eq!(dump.lines().count() as u64, count + 1);
    assert!(dump.len() > 64 << 10, "it would fit into one piece");

    let host = server.address();
    let head = server.raw(
        format!("HEAD /mo/observations.csv HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
            .as_bytes(),
    );
    assert!(head.starts_with("HTTP/1.1 200 OK") && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn whoever_leaves_during_a_dump_stops_nobody_else() {
    let (server, _) = observer();
    for _ in 0..4 {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(b"GET /mo/images.csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
        stream.read_exact(&mut [0; 64]).unwrap();
    }

    assert!(server.get("/mo/api2/observations?id=1").starts_with("HTTP/1.1 200 OK"));
}

#[test]
fn an_image_of_50_mb_is_refused_in_the_services_words() {
    let (server, key) = observer();
    let host = server.address();
    let mut request = format!(
        "POST /mo/api2/images?api_key={key} HTTP/1.1\r\nHost: {host}\r\nContent-Type: image/jpeg\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        50 << 20
    )
    .into_bytes();
    // The size is announced, so a beginning is enough to be refused.
    request.resize(request.len() + (1 << 20), 0xff);

    let answer = server.raw(&request);

    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let error = json(&answer)["errors"][0].clone();
    assert_eq!(error["code"], "API2::CreateFailed");
    assert_eq!(
        error["details"],
        "Failed to create image \"\": We can't handle images that big. Please reduce it to less than 20Mb before \
         uploading."
    );
    let elsewhere = format!(
        "POST /mo/api2/comments?api_key={key} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        50 << 20
    );
    let refusal = server.raw(elsewhere.as_bytes());
    assert!(refusal.starts_with("HTTP/1.1 413 "), "{refusal}");
}

#[test]
fn an_upload_that_is_cut_short_leaves_nothing() {
    let (server, key) = observer();
    let images = || json(&server.get("/mo/api2/images"))["number_of_records"].clone();
    let before = images();
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "POST /mo/api2/images?api_key={key} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\n\
         Content-Length: 5000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&[0x89, b'P', b'N', b'G']).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);

    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert_eq!(images(), before);
}
