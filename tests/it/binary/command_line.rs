//! What the command line says and refuses.

use std::net::TcpListener;

use assert_cmd::assert::OutputAssertExt;
use rstest::rstest;

use crate::support::server::command;

/// Standard error of a failing command: one line, no backtrace.
#[track_caller]
fn complaint(arguments: &[&str], code: i32) -> String {
    let output = command().args(arguments).assert().code(code).get_output().clone();
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("wardian: "), "{text}");
    text
}

#[test]
fn version_is_one_line() {
    let output = command().arg("--version").assert().success().get_output().clone();

    let expected = format!("wardian {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[rstest]
#[case(&["--bogus"])]
#[case(&["frobnicate"])]
#[case(&["--port", "99999"])]
#[case(&["--scale", "zero"])]
#[case(&["--session-ttl", "soon"])]
#[case(&["--max-body", "much"])]
#[case(&["--cors", "never"])]
#[case(&["--live", "mo.delete_everything"])]
#[case(&["world", "build"])]
fn a_command_line_that_cannot_be_understood_ends_with_2(#[case] arguments: &[&str]) {
    let text = complaint(arguments, 2);

    assert!(text.contains("--help"), "{text}");
}

#[test]
fn an_unknown_option_is_named() {
    assert!(complaint(&["--bogus"], 2).contains("'--bogus'"));
}

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();

    let text = complaint(&["--port", &port, "--world-cache", "off"], 1);

    assert_eq!(
        text,
        format!(
            "wardian: port {port} of 127.0.0.1 is in use; choose another with --port, or --port 0 for any free one\n"
        )
    );
}

#[rstest]
#[case(&["--host", "256.1.1.1"], "--host")]
#[case(&["--host", "192.0.2.7"], "--host")]
#[case(&["--seed-data", "/nowhere/at/all"], "--seed-data")]
#[case(&["--log", "a=b=c"], "--log")]
#[case(&["openapi", "nothing"], "choose one of")]
#[case(&["world", "info", "/nowhere/at/all"], "/nowhere/at/all")]
fn a_failure_says_what_to_change(#[case] arguments: &[&str], #[case] hint: &str) {
    let text = complaint(arguments, 1);

    assert!(text.contains(hint), "{text}");
}

#[test]
fn options_come_from_the_environment_and_the_command_line_wins() {
    let help = |port: &str, arguments: &[&str]| {
        let output = command().env("WARDIAN_PORT", port).args(arguments).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };

    let (code, text) = help("none", &["serve"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("'none'"), "{text}");

    // The port is fine now, so what is refused is the host.
    let (code, text) = help("none", &["serve", "--port", "0", "--host", "256.1.1.1"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("--host"), "{text}");
}

#[test]
fn every_option_is_explained() {
    let output = command().args(["serve", "--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();

    for option in [
        "--host",
        "--port",
        "--world-seed",
        "--scale",
        "--world-cache",
        "--db",
        "--seed-data",
        "--admin-token",
        "--admin-host",
        "--cors",
        "--auto-sessions",
        "--session-ttl",
        "--max-sessions",
        "--journal-size",
        "--max-body",
        "--workers",
        "--log",
        "--log-format",
    ] {
        let variable = option.trim_start_matches('-').replace('-', "_").to_uppercase();
        assert!(words.contains(&option), "{option}");
        let variable = format!("WARDIAN_{variable}=");
        assert!(
            words.iter().any(|word| word.starts_with(variable.trim_end_matches('='))),
            "{option}"
        );
    }
}

#[test]
fn the_openapi_document_names_every_path_of_the_api() {
    let output = command().args(["openapi", "tbia"]).assert().success().get_output().clone();

    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/occurrence"]["get"].is_object());
}

#[rstest]
#[case("bash")]
#[case("zsh")]
#[case("fish")]
#[case("powershell")]
fn completions_name_the_commands(#[case] shell: &str) {
    let output = command().args(["completions", shell]).assert().success().get_output().clone();

    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("healthcheck"), "{shell}");
}
