//! Files that are no scenarios, and what is said of each.

use std::fmt::Write;

use wardian::apis;
use wardian::scenario::definition::{Reading, Scenario};
use wardian::scenario::vocabulary::Vocabulary;

/// What comes before the rules of a file in which nothing else is wrong.
const HEAD: &str = "name: s\ntitle: S\ndescription: For a test.\nrules:\n";

/// Whole files.
const FILES: [&str; 18] = [
    "",
    "just a text",
    "- a list",
    "name: s\nname: t\n",
    "name: [s\n",
    "name:\n\ts\n",
    "name: s\n---\nname: t\n",
    "name: s\ntitle: S\nrules: []\n",
    "name: s\ntitle: S\ndescription: D\nrules: {}\n",
    "name: s\ntitle: S\ndescription: D\nrules: 5\n",
    "name: has a blank\ntitle: S\ndescription: D\nrules:\n  - effect: { delay: 1s }\n",
    "name: ..\ntitle: S\ndescription: D\nrules:\n  - effect: { delay: 1s }\n",
    "name: ''\ntitle: S\ndescription: D\nrules:\n  - effect: { delay: 1s }\n",
    "name: s\ntitle: [S]\ndescription: D\nrules:\n  - effect: { delay: 1s }\n",
    "name: s\ntitle: S\ndescription: D\nseed: -1\nrules:\n  - effect: { delay: 1s }\n",
    "name: s\ntitle: S\ndescription: D\nseed: many\nrules:\n  - effect: { delay: 1s }\n",
    "name: s\ntitle: S\ndescription: D\nauthor: me\nrules:\n  - effect: { delay: 1s }\n",
    "name: s\ntitle: S\ndescription: D\nrules:\n  - { name: a, effect: { delay: 1s } }\n  - { name: a, effect: { delay: 1s } }\n",
];

/// Single rules.
const RULES: [&str; 75] = [
    "a text",
    "{}",
    "{ effect: }",
    "{ effect: {} }",
    "{ effect: delay }",
    "{ effect: { dellay: 1s } }",
    "{ name: a/b, effect: { delay: 1s } }",
    "{ name: 'a, b', effect: { delay: 1s } }",
    "{ naem: a, effect: { delay: 1s } }",
    "{ match: gbif, effect: { delay: 1s } }",
    "{ match: { api: gibf }, effect: { delay: 1s } }",
    "{ match: { api: [] }, effect: { delay: 1s } }",
    "{ match: { method: FETCH }, effect: { delay: 1s } }",
    "{ match: { method: [GET, 5] }, effect: { delay: 1s } }",
    "{ match: { path: v1/dataset }, effect: { delay: 1s } }",
    "{ match: { path: [/v1] }, effect: { delay: 1s } }",
    "{ match: { api: gbif, route: '/v1/datasett/{key}' }, effect: { delay: 1s } }",
    "{ match: { api: mo, route: '/v1/dataset/{key}' }, effect: { delay: 1s } }",
    "{ match: { query: limit }, effect: { delay: 1s } }",
    "{ match: { query: { limit: { is: 5 } } }, effect: { delay: 1s } }",
    "{ match: { query: { limit: { matches: '[' } } }, effect: { delay: 1s } }",
    "{ match: { query: { limit: { present: maybe } } }, effect: { delay: 1s } }",
    "{ match: { query: { limit: { matches: a, present: true } } }, effect: { delay: 1s } }",
    "{ match: { header: { 'no name': x } }, effect: { delay: 1s } }",
    "{ match: { body: text }, effect: { delay: 1s } }",
    "{ match: { body: { json: { title: x } } }, effect: { delay: 1s } }",
    "{ match: { body: { matches: '(' } }, effect: { delay: 1s } }",
    "{ trigger: always, effect: { delay: 1s } }",
    "{ trigger: { probability: 2 }, effect: { delay: 1s } }",
    "{ trigger: { probability: 20% }, effect: { delay: 1s } }",
    "{ trigger: { times: 0 }, effect: { delay: 1s } }",
    "{ trigger: { every: 0 }, effect: { delay: 1s } }",
    "{ trigger: { skip: -1 }, effect: { delay: 1s } }",
    "{ trigger: { skip: 1.5 }, effect: { delay: 1s } }",
    "{ trigger: { between: { from: 2026-01-01T00:00:00Z } }, effect: { delay: 1s } }",
    "{ trigger: { between: { from: noon, to: 2026-01-01T00:00:00Z } }, effect: { delay: 1s } }",
    "{ trigger: { between: { from: 2026-02-01T00:00:00Z, to: 2026-01-01T00:00:00Z } }, effect: { delay: 1s } }",
    "{ trigger: { state: up }, effect: { delay: 1s } }",
    "{ trigger: { state: { then: up } }, effect: { delay: 1s } }",
    "{ effect: { delay: 5 } }",
    "{ effect: { delay: -3s } }",
    "{ effect: { delay: {} } }",
    "{ effect: { delay: { uniform: [1s] } } }",
    "{ effect: { delay: { uniform: [2s, 1s] } } }",
    "{ effect: { delay: { normal: { mean: 1s } } } }",
    "{ effect: { delay: { lognormal: { median: 2s, p99: 1s } } } }",
    "{ effect: { delay: { uniform: [1s, 2s], lognormal: { median: 1s, p99: 2s } } } }",
    "{ effect: { error: 503 } }",
    "{ effect: { error: { message: down } } }",
    "{ effect: { error: { status: 99 } } }",
    "{ effect: { error: { status: down } } }",
    "{ effect: { error: { status: 503, retry_after: 5 } } }",
    "{ effect: { respond: { status: 1000 } } }",
    "{ effect: { respond: { headers: { Content-Length: 5 } } } }",
    "{ effect: { respond: { body: a, body_file: b } } }",
    "{ effect: { rate_limit: { requests: 5 } } }",
    "{ effect: { rate_limit: { requests: 0, per: 1m } } }",
    "{ effect: { rate_limit: { requests: 5, per: 0s, key: address } } }",
    "{ effect: { auth: deny } }",
    "{ effect: { connection: drop } }",
    "{ effect: { body: { truncate: 160% } } }",
    "{ effect: { body: { corrupt: xml, wrong_content_type: html } } }",
    "{ effect: { throttle: 0 } }",
    "{ effect: { records: { drop_fields: title, omit: 0, jumble: true } } }",
    "{ effect: { paging: { drift: true, loop: yes please } } }",
    "{ effect: { job: { after: 5m, queued: 2, fail_at: end } } }",
    "{ effect: { error: { status: 204 } } }",
    "{ effect: { respond: { status: 304, body: text } } }",
    "{ effect: { body: {} } }",
    "{ effect: { body: { empty: false } } }",
    "{ effect: { records: { shuffle: false } } }",
    "{ effect: { records: { duplicate: 100000 } } }",
    "{ effect: { paging: { loop: false } } }",
    "{ effect: { subquery: { database: gbif } } }",
    "{ effect: { delay: 1s, lag: soon }, phase: after }",
];

/// Rules whose phase does not go with their effects.
const PHASES: [&str; 3] = [
    "{ effect: { body: { empty: true } }, phase: after }",
    "{ effect: { connection: close_mid_body }, phase: before }",
    "{ effect: { error: { status: 500 } }, phase: during }",
];

#[test]
fn each_says_what_is_wrong_and_where() {
    let vocabulary = Vocabulary::of_apis(&apis::all());
    let reading = Reading { vocabulary: &vocabulary, folder: None };
    let mut table = String::new();
    let rules = RULES.iter().chain(&PHASES).map(|rule| (*rule, format!("{HEAD}  - {rule}\n")));
    let files = FILES.iter().map(|file| (*file, (*file).to_owned()));
    for (shown, file) in files.chain(rules) {
        let faults = Scenario::from_yaml(&file, reading).expect_err(&file);
        assert!(!faults.is_empty(), "{file}");
        writeln!(table, "{}", shown.escape_debug()).unwrap();
        for fault in faults {
            let place = fault.mark.map(|mark| format!("{}:{}", mark.line, mark.column));
            writeln!(table, "    {} {}", place.unwrap_or_default(), fault.message).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}
