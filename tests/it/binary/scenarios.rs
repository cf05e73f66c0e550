//! Scenarios at the command line.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use assert_cmd::assert::OutputAssertExt;

use crate::support::server::{Server, command};

/// What a command prints, and how it ends.
#[track_caller]
fn printed(arguments: &[&str], code: i32) -> String {
    let output = command().args(arguments).assert().code(code).get_output().clone();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const GOOD: &str = "name: mine\ntitle: My own\ndescription: For a test.\nrules:\n  - effect:\n      respond: { status: 418, body_file: body.txt }\n";

#[test]
fn files_are_checked_with_the_place_of_every_fault() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "body.txt", "short and stout");
    let good = write(folder.path(), "good.yaml", GOOD);
    let bad =
        write(folder.path(), "bad.yaml", "name: b\ntitle: B\nrules:\n  - effect: { dely: 1s }\n");

    assert_eq!(printed(&["scenario", "check", &good], 0), format!("{good}: mine, rules: 1\n"));
    let text = printed(&["scenario", "check", &good, &bad, "/no/such/file"], 1);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], format!("{good}: mine, rules: 1"));
    assert_eq!(lines[1], format!("{bad}:1:1: description is missing"));
    assert!(lines[2].starts_with(&format!("{bad}:4:15: dely is not known here, only delay, ")));
    assert!(lines[3].starts_with("cannot read /no/such/file: "));
}

#[test]
fn scenarios_are_listed_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "body.txt", "short and stout");
    write(folder.path(), "good.yaml", GOOD);
    let folder = folder.path().to_str().unwrap();

    let list = printed(&["scenario", "list", "--scenarios-dir", folder], 0);
    let line = |name: &str| list.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("rush-hour").contains("built-in"));
    assert!(line("mine").contains("directory") && line("mine").ends_with("My own"));
    assert_eq!(printed(&["scenario", "show", "mine", "--scenarios-dir", folder], 0), GOOD);
}

#[test]
fn a_reader_that_has_read_enough_is_no_fault() {
    for arguments in [&["scenario", "list"][..], &["openapi", "tbia"], &["completions", "bash"]] {
        let mut child = command();
        child.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        drop(child.stdout.take());

        let output = child.wait_with_output().unwrap();

        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.success(), "{arguments:?}");
    }
}

#[test]
fn scenarios_of_the_command_line_are_active_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "body.txt", "short and stout");
    let good = write(folder.path(), "good.yaml", GOOD);

    let server = Server::start(["--scenario", &good]);

    let answer = server.get("/gbif/v1/dataset");
    assert!(answer.starts_with("HTTP/1.1 418 "), "{answer}");
    assert!(answer.to_lowercase().contains("\r\nx-wardian-fault: mine/#1\r\n"), "{answer}");
    assert!(answer.ends_with("short and stout"), "{answer}");
}

#[test]
fn a_scenario_that_is_none_keeps_the_server_from_starting() {
    let output = command().args(["serve", "--port", "0", "--scenario", "no-such"]).assert().code(1);
    let text = String::from_utf8_lossy(&output.get_output().stderr).into_owned();

    assert_eq!(
        text,
        "wardian: there is no scenario no-such; wardian scenario list shows what there is\n"
    );
}

#[test]
fn a_request_is_in_the_journal_before_its_answer_has_left() {
    let folder = tempfile::tempdir().unwrap();
    let late = "name: late\ntitle: Late\ndescription: D.\nrules:\n  - effect: { delay: 1h }\n";
    let file = write(folder.path(), "late.yaml", late);
    let server = Server::start(["--scenario", &file]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"GET /tbia/robots.txt HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();

    let deadline = Instant::now() + Duration::from_secs(20);
    while !server.get("/__admin/requests").contains(r#""faults":["late/#1"]"#) {
        assert!(Instant::now() < deadline, "the journal does not know of it");
    }

    stream.set_nonblocking(true).unwrap();
    let read = stream.read(&mut [0]).expect_err("its answer has not left");
    assert_eq!(read.kind(), ErrorKind::WouldBlock);
}
