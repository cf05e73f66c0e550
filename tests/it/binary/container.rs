//! The Dockerfile agrees with the program and the tree.

use std::fs;
use std::path::Path;

use crate::support::server::command;

/// The instructions of the Dockerfile, continued lines joined.
fn instructions() -> Vec<(String, String)> {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Dockerfile")).unwrap();
    text.replace("\\\n", " ")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (word, rest) = line.split_once(' ').unwrap();
            (word.to_owned(), rest.trim().to_owned())
        })
        .collect()
}

fn all(word: &str) -> Vec<String> {
    let of_word = instructions().into_iter().filter(|(first, _)| first == word);
    of_word.map(|(_, rest)| rest).collect()
}

fn last(word: &str) -> String {
    all(word).pop().unwrap_or_else(|| panic!("there is no {word}"))
}

/// The words of an instruction in its JSON form.
fn words(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_path_that_it_copies_from_the_tree_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut copied = 0;
    for copy in all("COPY").iter().filter(|copy| !copy.starts_with("--from")) {
        let mut paths: Vec<&str> = copy.split_whitespace().collect();
        paths.pop().unwrap();
        for path in paths {
            assert!(root.join(path).exists(), "{path}");
            copied += 1;
        }
    }
    assert!(copied > 5);
}

#[test]
fn what_the_program_embeds_is_copied() {
    let copied = all("COPY").join(" ");
    for folder in ["src", "seed-data", "assets", "scenarios", "Cargo.lock"] {
        assert!(copied.contains(folder), "{folder}");
    }
}

#[test]
fn bases_are_pinned_to_a_release() {
    for from in all("FROM") {
        let image = from.split_whitespace().next().unwrap();
        let (_, tag) = image.split_once(':').unwrap_or_else(|| panic!("{image} has no tag"));
        assert!(tag.starts_with(|c: char| c.is_ascii_digit()) && tag.contains('.'), "{image}");
    }
}

#[test]
fn it_runs_as_nobody_on_the_programs_own_port() {
    assert_eq!(last("USER"), "65534:65534");
    assert_eq!(last("EXPOSE"), "8080");
    let help = command().args(["serve", "--help"]).output().unwrap();
    assert!(String::from_utf8(help.stdout).unwrap().contains("[default: 8080]"));
}

#[test]
fn its_commands_are_the_programs() {
    let entry = words(&last("ENTRYPOINT"));
    let serve = words(&last("CMD"));
    let (_, check) =
        last("HEALTHCHECK").split_once("CMD ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let check = words(&check);

    assert_eq!(entry, ["wardian"]);
    assert_eq!(serve, ["serve", "--host", "0.0.0.0"]);
    assert_eq!(check, ["wardian", "healthcheck"]);
    for arguments in [&serve[..], &check[1..]] {
        let understood = command().args(arguments).arg("--help").output().unwrap();
        assert!(understood.status.success(), "{arguments:?}");
    }
}

#[test]
fn the_world_is_built_where_the_server_looks_for_it() {
    let cache = last("ENV");
    let folder = cache.strip_prefix("WARDIAN_WORLD_CACHE=").unwrap();

    let builds = all("RUN")
        .iter()
        .any(|run| run.ends_with(&format!("wardian world build --world-cache {folder}")));
    let copies = all("COPY").iter().any(|copy| *copy == format!("--from=build {folder} {folder}"));

    assert!(builds && copies);
}
