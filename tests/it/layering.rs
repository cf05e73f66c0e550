//! Who may use whom: read from the source files.

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use of its siblings, itself aside.
const MAY_USE: [(&str, &[&str]); 12] = [
    (
        "cli",
        &[
            "serve", "emulator", "control", "apis", "scenario", "session", "seeding", "store",
            "world", "kit",
        ],
    ),
    ("serve", &["emulator", "control", "kit"]),
    ("emulator", &["control", "scenario", "session", "store", "kit"]),
    ("control", &["scenario", "session", "store", "kit"]),
    ("apis", &["kit", "store", "world"]),
    ("session", &["scenario", "kit", "store"]),
    ("scenario", &["kit"]),
    ("seeding", &["kit", "store", "world"]),
    ("store", &["kit"]),
    ("kit", &["world"]),
    ("world", &[]),
    ("main.rs", &["cli"]),
];

/// Names that say nothing.
const FORBIDDEN: [&str; 7] = ["util", "utils", "common", "misc", "shared", "types", "core"];

/// Every source file, by its path below `src`, without its comments.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    read_folder(&root, &mut |path| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        sources.push((name, without_comments(&fs::read_to_string(path).unwrap())));
    });
    assert!(sources.len() > 50, "the source files are not where they are looked for");
    sources
}

fn read_folder(folder: &Path, visit: &mut impl FnMut(&PathBuf)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path);
        }
    }
}

fn without_comments(text: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned() + "\n";
    text.lines().map(code).collect()
}

/// The module that a file belongs to: the first segment of its path.
fn top(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// The names that follow `crate::` or `wardian::`, also in braces.
fn used(code: &str) -> Vec<String> {
    let mut used = Vec::new();
    for root in ["crate::", "wardian::"] {
        for rest in code.split(root).skip(1) {
            let names = match rest.strip_prefix('{') {
                Some(list) => heads(list),
                None => vec![first_name(rest)],
            };
            used.extend(names);
        }
    }
    used
}

fn first_name(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The first name of each member of a list whose opening brace stands before `text`.
fn heads(text: &str) -> Vec<String> {
    let mut depth = 1;
    let mut members = vec![String::new()];
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => members.push(String::new()),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if let Some(member) = members.last_mut().filter(|_| c != ',' || depth > 1) {
            member.push(c);
        }
    }
    members.iter().map(|member| first_name(member)).filter(|name| !name.is_empty()).collect()
}

#[test]
fn uses_are_read_with_and_without_braces() {
    let code =
        "use crate::kit::{a, b}; use crate::{store::{self, File}, world}; crate::apis::all()";

    assert_eq!(used(code), ["kit", "store", "world", "apis"]);
}

#[test]
fn arrows_go_one_way_only() {
    for (name, code) in sources() {
        if name == "lib.rs" {
            continue;
        }
        let module = top(&name);
        let rule = MAY_USE.iter().find(|(known, _)| *known == module);
        let (_, allowed) = rule.unwrap_or_else(|| panic!("{module} has no place yet"));
        for other in used(&code) {
            let is_module = MAY_USE.iter().any(|(known, _)| *known == other);
            let is_allowed = other == module || allowed.contains(&other.as_str());
            assert!(!is_module || is_allowed, "{name} uses {other}");
        }
    }
}

#[test]
fn no_api_knows_another() {
    for (name, code) in sources() {
        let Some(api) = name.strip_prefix("apis/").and_then(|rest| rest.split_once('/')) else {
            continue;
        };
        for rest in code.split("apis::").skip(1) {
            assert_eq!(first_name(rest), api.0, "{name}");
        }
        // `super::super` from the top of an API's folder leads to its siblings.
        let depth = name.matches('/').count();
        let climbs = "super::".repeat(depth);
        assert!(!code.contains(&climbs), "{name} climbs out of its folder");
    }
}

#[test]
fn the_web_server_is_known_to_the_doors_alone() {
    for (name, code) in sources() {
        let is_door = name.starts_with("serve/") || name == "cli/serve.rs";
        assert!(is_door || !code.contains("actix_"), "{name}");
    }
}

#[test]
fn unsafe_code_stands_in_one_file() {
    for (name, code) in sources() {
        let is_unsafe = code.split("unsafe").skip(1).any(|rest| {
            let next = rest.trim_start();
            ["{", "fn ", "impl ", "extern ", "trait "].iter().any(|word| next.starts_with(word))
        });
        assert!(!is_unsafe || name == "store/image.rs", "{name}");
    }
}

#[test]
fn apis_and_kit_do_without_macros_of_their_own() {
    for (name, code) in sources() {
        let is_plain = name.starts_with("apis/") || name.starts_with("kit/");
        assert!(!is_plain || !code.contains("macro_rules!"), "{name}");
    }
}

#[test]
fn every_name_says_something() {
    for (name, _) in sources() {
        for piece in name.trim_end_matches(".rs").split('/') {
            assert!(!FORBIDDEN.contains(&piece), "{name}");
        }
    }
}
