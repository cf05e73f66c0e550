//! The dumps.

use std::io::{BufRead, BufReader, Read, Write};

use crate::support::Client;
use crate::support::served::Served;

/// The length of a dump is only known when it was sent, so who asks for no body is told none.
#[test]
fn the_head_of_a_dump_tells_no_length() {
    let mo = Client::of("mo");
    let served = Served::new(mo.emulator().clone());
    let path = format!("/session/{}/mo/locations.csv", mo.session().name);
    let ask = |method: &str| format!("{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut stream = served.send(&ask("HEAD"));
    stream.write_all(ask("GET").as_bytes()).unwrap();
    let mut answers = BufReader::new(stream);

    let [of_head, of_get] = [(), ()].map(|()| {
        let lines = answers.by_ref().lines().map(Result::unwrap);
        lines.take_while(|line| !line.is_empty()).collect::<Vec<String>>()
    });

    let is_of_length = |line: &String| {
        line.starts_with("content-length:") || line.starts_with("transfer-encoding:")
    };
    assert_eq!(of_head[0], "HTTP/1.1 200 OK");
    assert!(of_head.contains(&"content-type: text/csv".to_owned()), "{of_head:?}");
    assert!(!of_head.iter().any(is_of_length), "{of_head:?}");
    assert_eq!(of_get[0], "HTTP/1.1 200 OK");
    assert!(of_get.contains(&"transfer-encoding: chunked".to_owned()), "{of_get:?}");
}
