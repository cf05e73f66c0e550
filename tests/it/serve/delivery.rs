//! What a client sees on its socket when the answer goes wrong on its way.

use std::io::{ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use wardian::emulator::Settings;

use crate::support::herbarium::{self, letter};
use crate::support::served::{Served, read_all};

fn served() -> Served {
    Served::new(herbarium::emulator(Settings::default()))
}

/// Head and body of an answer.
#[track_caller]
fn parts(answer: &str) -> (String, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    (head.to_ascii_lowercase(), body)
}

/// The bytes of a chunked body, and whether its last chunk came.
fn unchunked(mut body: &str) -> (String, bool) {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            return (text, true);
        }
        text += &rest[..size];
        body = &rest[size + 2..];
    }
    (text, false)
}

fn letters(count: usize) -> String {
    (0..count).map(|place| char::from(letter(place))).collect()
}

#[test]
fn a_reset_tears_the_connection_before_any_byte() {
    let served = served();
    let post = "POST /herbarium/v1/key HTTP/1.1\r\nHost: x\r\nx-delivery: reset\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 12\r\n\r\ntaxon=Drosera";
    let kept = "GET /herbarium/v1/sheet/1 HTTP/1.1\r\nHost: x\r\nx-delivery: reset\r\n\r\n";
    let late = kept.replace("reset", "reset, delay=20");
    let head = kept.replace("GET", "HEAD");

    for request in [post, kept, &late, &head] {
        let (bytes, end) = read_all(&mut served.send(request));

        assert_eq!(bytes, "", "{request}");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset, "{request}");
    }
}

#[test]
fn a_connection_that_served_before_is_reset_as_well() {
    let served = served();
    let mut stream =
        served.send("GET /herbarium/v1/sheet/1 HTTP/1.1\r\nHost: x\r\nx-delivery: delay=1\r\n\r\n");
    let count = stream.read(&mut [0; 4096]).unwrap();

    stream
        .write_all(b"GET /herbarium/v1/sheet/1 HTTP/1.1\r\nHost: x\r\nx-delivery: reset\r\n\r\n")
        .unwrap();

    assert!(count > 0);
    assert_eq!(read_all(&mut stream).1.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_close_ends_the_connection_in_order_before_any_byte() {
    let served = served();

    for path in ["/v1/sheet/1", "/v1/letters?size=100000", "/v1/letters/stream?size=1000"] {
        let (bytes, end) = read_all(&mut served.get(path, "close"));

        assert_eq!((bytes.as_str(), end.is_ok()), ("", true), "{path}");
    }
}

#[test]
fn a_cut_body_falls_short_of_the_length_that_was_told() {
    let served = served();

    for size in [1000, 1_000_000] {
        let path = format!("/v1/letters?size={size}");
        let (answer, end) = read_all(&mut served.get(&path, "cut"));

        let (head, body) = parts(&answer);
        assert!(head.starts_with("http/1.1 200 ok"), "{head}");
        assert!(head.contains(&format!("content-length: {}", 2 * size)), "{head}");
        // The letters take two bytes each.
        assert_eq!(body.len(), size);
        end.unwrap();
    }
}

#[test]
fn a_cut_body_of_unknown_length_lacks_its_last_chunk() {
    let served = served();

    let (answer, end) = read_all(&mut served.get("/v1/letters/stream?size=3000", "cut"));

    let (head, body) = parts(&answer);
    assert!(head.contains("transfer-encoding: chunked"), "{head}");
    assert!(!head.contains("content-length"), "{head}");
    assert_eq!(unchunked(body), (letters(1500), false));
    end.unwrap();
}

#[test]
fn where_there_is_no_body_to_cut_the_answer_is_lost() {
    let served = served();
    let head = "HEAD /herbarium/v1/sheet/1 HTTP/1.1\r\nHost: x\r\nx-delivery: cut\r\n\r\n";

    let empty = read_all(&mut served.get("/v1/letters?size=0", "cut"));
    let head = read_all(&mut served.send(head));

    for (bytes, end) in [empty, head] {
        assert_eq!((bytes.as_str(), end.is_ok()), ("", true));
    }
}

#[test]
fn who_hangs_gets_no_byte_and_holds_nothing_once_gone() {
    let served = served();
    let mut streams: Vec<_> = (0..20).map(|_| served.get("/v1/letters?size=10", "hang")).collect();
    // The twenty are all under way before the first of them is asked.
    served.wait_for(20);
    streams[0].set_read_timeout(Some(Duration::from_millis(50))).unwrap();

    let read = streams[0].read(&mut [0; 1]).unwrap_err();
    drop(streams);

    assert_eq!(read.kind(), ErrorKind::WouldBlock);
    served.wait_for(0);
}

#[test]
fn who_leaves_while_an_answer_is_late_holds_nothing() {
    let served = served();
    let stream = served.get("/v1/sheet/1", "delay=600000");
    served.wait_for(1);

    drop(stream);

    served.wait_for(0);
}

#[test]
fn a_delay_holds_an_answer_back_and_leaves_it_whole() {
    let served = served();
    let begin = Instant::now();

    let (answer, _) = read_all(&mut served.get("/v1/sheet/1", "delay=60"));

    assert!(begin.elapsed() >= Duration::from_millis(60));
    let (head, body) = parts(&answer);
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert_eq!(body, r#"{"taxon":"Drosera rotundifolia","area":1.0E-5,"note":"<è>"}"#);
}

#[test]
fn requests_that_come_during_a_delay_are_answered_after_it() {
    let served = served();
    let ask = |path: &str, rest: &str| {
        format!("GET /herbarium{path} HTTP/1.1\r\nHost: x\r\n{rest}\r\n\r\n")
    };
    let first = ask("/v1/sheet/1", "x-delivery: delay=30");
    let second = ask("/v1/sheet/2", "Connection: close");

    let (answers, _) = read_all(&mut served.send(&(first + &second)));

    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
    assert!(answers.find("rotundifolia") < answers.find("Nepenthes alata"), "{answers}");
}

#[test]
fn a_throttled_body_trickles_at_its_rate() {
    let served = served();
    let begin = Instant::now();
    let mut stream = served.get("/v1/letters?size=1000", "rate=10000");

    let mut first = [0; 4096];
    let count = stream.read(&mut first).unwrap();
    let (rest, end) = read_all(&mut stream);
    let took = begin.elapsed();

    let head = std::str::from_utf8(&first[..count]).unwrap();
    assert!(head.to_ascii_lowercase().contains("content-length: 2000"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "the head does not wait: {head}");
    assert_eq!(rest, "è".repeat(1000));
    end.unwrap();
    assert!(took >= Duration::from_millis(200), "{took:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn a_throttled_stream_is_whole_though_it_is_read_window_by_window() {
    let served = served();

    let (answer, end) = read_all(&mut served.get("/v1/letters/stream?size=400000", "rate=8000000"));

    assert!(unchunked(parts(&answer).1) == (letters(400_000), true));
    end.unwrap();
}

#[test]
fn an_overlong_answer_is_whole_but_promises_more() {
    let served = served();

    let sized = read_all(&mut served.get("/v1/letters?size=2000000", "overlong"));
    let streamed = read_all(&mut served.get("/v1/letters/stream?size=3000", "overlong"));
    let head =
        "HEAD /herbarium/v1/letters?size=10 HTTP/1.1\r\nHost: x\r\nx-delivery: overlong\r\n\r\n";
    let headed = read_all(&mut served.send(head));

    for ((answer, end), length, expected) in [
        (sized, 4_000_064, "è".repeat(2_000_000)),
        (streamed, 3064, letters(3000)),
        (headed, 84, String::new()),
    ] {
        let (head, body) = parts(&answer);
        assert!(head.contains(&format!("content-length: {length}")), "{head}");
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert!(body == expected, "{} bytes", body.len());
        end.unwrap();
    }
}

#[test]
fn faults_add_up() {
    let served = served();
    let begin = Instant::now();

    let (answer, _) = read_all(&mut served.get("/v1/letters?size=100", "delay=30, rate=2000, cut"));

    let (head, body) = parts(&answer);
    assert!(head.contains("content-length: 200"), "{head}");
    assert_eq!(body.len(), 100);
    assert!(begin.elapsed() >= Duration::from_millis(80));
}

#[test]
fn nothing_slow_holds_up_the_end_of_the_server() {
    let served = served();
    let mut late = served.get("/v1/sheet/1", "delay=600000");
    let mut hanging = served.get("/v1/sheet/1", "hang");
    let mut trickling = served.get("/v1/letters?size=1000", "rate=1");
    let mut streaming = served.get("/v1/letters/stream?size=1000", "rate=1");
    let follow = "GET /__admin/requests/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    let mut following = served.send(follow);
    // Its first bytes tell that it is under way.
    let count = following.read(&mut [0; 4096]).unwrap();
    served.wait_for(2);

    let took = served.stop();

    assert!(count > 0);
    // The server looks every second whether all are gone, and gives up on them after ten.
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(read_all(&mut hanging).0, "");
    assert!(read_all(&mut late).0.starts_with("HTTP/1.1 200"));
    // What was begun is finished, only faster.
    assert!(read_all(&mut trickling).0.ends_with(&"è".repeat(1000)));
    assert_eq!(unchunked(parts(&read_all(&mut streaming).0).1), (letters(1000), true));
    assert!(read_all(&mut following).0.ends_with("0\r\n\r\n"));
}
