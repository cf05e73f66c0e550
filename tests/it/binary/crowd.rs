//! A thousand clients at once, none of whom gets an answer in time.

#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};

use crate::support::server::Server;

const CROWD: usize = 1000;

/// Lists of networks hang, those of nodes trickle.
const SCENARIO: &str = r#"{"name": "crowd", "title": "A crowd", "description": "Nobody is answered in time.", "rules": [
    {"match": {"path": "/v1/network"}, "effect": {"connection": "hang"}},
    {"match": {"path": "/v1/node"}, "effect": {"throttle": 1}}]}"#;

/// A number of the process's status: `Threads`, or `VmRSS` in kilobytes.
fn status(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn open_files(server: &Server) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", server.id())).unwrap().count()
}

#[track_caller]
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < until, "{what} never came");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How many requests were answered, as far as wardian is concerned.
fn count_requests(server: &Server) -> usize {
    let metrics = server.get("/__admin/metrics");
    let counts = metrics.lines().filter(|line| line.starts_with("wardian_requests_total"));
    counts.map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap()).sum()
}

#[test]
fn a_thousand_who_wait_take_no_threads_and_little_memory_and_hold_up_nothing() {
    // The test has as many sockets as the server has clients.
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
    let mut server = Server::start(["--world-cache", "off"]);
    let added = server.raw(
        format!(
            "POST /__admin/scenarios HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{SCENARIO}",
            SCENARIO.len()
        )
        .as_bytes(),
    );
    assert!(added.starts_with("HTTP/1.1 201"), "{added}");
    let ask = |number: usize| {
        let path = if number.is_multiple_of(2) { "network" } else { "node" };
        let mut stream = TcpStream::connect(server.address()).unwrap();
        write!(
            stream,
            "GET /gbif/v1/{path}?limit=1 HTTP/1.1\r\nHost: x\r\nX-Wardian-Scenario: crowd\r\n\r\n"
        )
        .unwrap();
        stream
    };
    // Both pages were asked for once, so that what is kept for later requests is there already.
    drop([ask(0), ask(1)]);
    wait_until("the first two", || count_requests(&server) == 2);
    let (threads, memory, files) =
        (status(&server, "Threads"), status(&server, "VmRSS"), open_files(&server));

    let crowd: Vec<TcpStream> = (0..CROWD).map(ask).collect();
    wait_until("the crowd", || count_requests(&server) == 2 + CROWD);
    let (more_threads, more_memory) = (status(&server, "Threads"), status(&server, "VmRSS"));
    assert!(open_files(&server) > CROWD);
    // Who trickles has got the head and a few bytes, who hangs nothing.
    let first = |mut stream: &TcpStream| {
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        stream.read(&mut [0; 1]).ok()
    };
    assert_eq!((first(&crowd[0]), first(&crowd[1])), (None, Some(1)));

    assert!(more_threads <= threads, "{threads} threads became {more_threads}");
    assert!(more_memory < memory + 64 * 1024, "{memory} kB became {more_memory}");
    drop(crowd);
    wait_until("the end of the crowd", || open_files(&server) <= files);

    let rest: Vec<TcpStream> = (0..CROWD / 10).map(ask).collect();
    wait_until("the next crowd", || count_requests(&server) == 2 + CROWD + CROWD / 10);
    server.signal("TERM");
    let ended = server.ended_within(Duration::from_secs(5)).expect("the crowd does not hold it up");
    assert_eq!(ended.code(), Some(0));
    drop(rest);
}
