//! Worlds as files: built, described, kept, damaged.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::assert::OutputAssertExt;
use tempfile::TempDir;

use crate::support::server::{Server, command};

/// The one `.db` file in a folder.
fn cached(folder: &Path) -> PathBuf {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut worlds: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ending| ending == "db")).collect();
    assert_eq!(worlds.len(), 1, "{worlds:?}");
    worlds.remove(0)
}

fn first_page(server: &Server) -> String {
    server.get("/tbia/api/v1/occurrence?limit=3").replace(&server.url, "")
}

/// The part of an answer that does not change from one request to the next.
fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[test]
fn a_built_world_tells_what_it_holds() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");

    let built = command().args(["world", "build", "--out"]).arg(&file).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let info = command().args(["world", "info"]).arg(&file).assert().success();

    let text = String::from_utf8(info.get_output().stdout.clone()).unwrap();
    assert!(text.contains("seed    42\nscale   1\nschema  "), "{text}");
    assert!(text.contains("tbia_occurrence"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left behind");
}

#[test]
fn a_world_from_standard_input_is_described_too() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("world.db");
    command().args(["world", "build", "--world-seed", "7", "--out"]).arg(&file).assert().success();

    let input = fs::File::open(&file).unwrap();
    let info = command().args(["world", "info", "-"]).stdin(input).assert().success();

    let text = String::from_utf8(info.get_output().stdout.clone()).unwrap();
    assert!(text.starts_with("seed    7\n"), "{text}");
}

#[test]
fn building_never_overwrites() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("precious.txt");
    fs::write(&file, "precious").unwrap();

    command().args(["world", "build", "--out"]).arg(&file).assert().code(1);

    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
}

#[test]
fn a_cached_world_answers_as_a_fresh_one_and_a_damaged_one_is_made_anew() {
    let folder = TempDir::new().unwrap();
    let cache = folder.path().to_str().unwrap();
    let fresh = Server::start(["--world-cache", "off"]);
    let expected = first_page(&fresh);
    let start = || Server::start(["--world-cache", cache, "--log", "error"]);

    let first = start();
    assert_eq!(body(&first_page(&first)), body(&expected));
    drop(first);
    let file = cached(folder.path());
    let sound = fs::read(&file).unwrap();
    let second = start();
    assert_eq!(body(&first_page(&second)), body(&expected));
    drop(second);

    let mut damaged = sound.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    for unfit in [damaged, sound[..middle].to_vec(), b"no database".to_vec(), Vec::new()] {
        fs::write(&file, &unfit).unwrap();
        let third = start();
        assert_eq!(body(&first_page(&third)), body(&expected));
        drop(third);
        let anew = cached(folder.path());
        assert!(fs::read(&anew).unwrap() != unfit, "it was made anew");
        command().args(["world", "info"]).arg(&anew).assert().success();
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_reason_not_to_start() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();

    let server = Server::start(["--world-cache", file.to_str().unwrap(), "--log", "off"]);

    assert!(first_page(&server).starts_with("HTTP/1.1 200"));
}

#[test]
fn another_seed_is_another_world() {
    let page = |seed: &str| {
        let server = Server::start(["--world-cache", "off", "--world-seed", seed]);
        body(&first_page(&server)).to_owned()
    };

    assert_eq!(page("7"), page("7"));
    assert_ne!(page("7"), page("8"));
}

#[test]
fn a_file_of_db_is_made_when_absent_and_taken_up_again() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("state.db");
    let start = || Server::start(["--world-cache", "off", "--db", file.to_str().unwrap()]);

    let first = first_page(&start());
    assert!(file.exists());
    let second = first_page(&start());

    assert!(first.starts_with("HTTP/1.1 200"), "{first}");
    assert_eq!(body(&first), body(&second));
}

#[test]
fn a_file_that_is_no_world_is_refused_untouched() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "my notes").unwrap();

    let refused = command()
        .args(["serve", "--port", "0", "--world-cache", "off", "--db"])
        .arg(&file)
        .assert()
        .code(1);

    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("notes.txt"), "{text}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "my notes");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
