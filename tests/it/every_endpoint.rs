//! What holds for every endpoint of every API, read from their tables.

use std::collections::HashSet;

use bytes::Bytes;
use http::Method;
use wardian::apis;
use wardian::kit::Api;
use wardian::kit::call::Request;
use wardian::kit::endpoint::Endpoint;
use wardian::kit::fields::Place;
use wardian::kit::openapi;
use wardian::kit::param::AnyParam;
use wardian::kit::reply::Rejection;
use wardian::session::journal::EntryId;

use crate::support::{Answer, Client};

fn endpoints() -> Vec<(Box<dyn Api>, Vec<Endpoint>)> {
    let with_endpoints = |api: Box<dyn Api>| {
        let endpoints = api.endpoints();
        (api, endpoints)
    };
    apis::all().into_iter().map(with_endpoints).collect()
}

#[test]
fn ids_are_unique_in_their_api_and_well_formed() {
    for (api, endpoints) in endpoints() {
        let mut seen = HashSet::new();
        for endpoint in &endpoints {
            let id = endpoint.id.as_str();
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            assert!(id.contains('.') && id.chars().all(plain), "{}: {id:?}", api.name());
            assert!(seen.insert(id.to_owned()), "{}: {id} twice", api.name());
        }
    }
}

#[test]
fn each_says_in_a_few_words_what_it_does() {
    for (api, endpoints) in endpoints() {
        for endpoint in &endpoints {
            assert!(endpoint.summary.len() > 8, "{} {}", api.name(), endpoint.id);
        }
    }
}

#[test]
fn placeholders_of_paths_and_path_parameters_agree() {
    for (api, endpoints) in endpoints() {
        for endpoint in &endpoints {
            let declared: HashSet<&str> = endpoint
                .all_params()
                .filter(|param| param.place() == Place::Path)
                .map(AnyParam::name)
                .collect();
            for path in &endpoint.paths {
                let named: HashSet<&str> = path
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split('}').next())
                    .map(|name| name.trim_start_matches('*'))
                    .collect();
                assert_eq!(named, declared, "{} {path}", api.name());
            }
        }
    }
}

/// Values that no service expects anywhere, and that no handler may stumble over.
const GARBAGE: [&str; 9] = [
    "",
    "%00",
    "%FF%FE",
    "'%22%3B--",
    "-1",
    "99999999999999999999",
    "POLYGON((",
    "NaN,NaN,NaN,NaN",
    "2021-02-30,",
];

/// The path of an endpoint with something in each placeholder.
fn filled(template: &str, value: &str) -> String {
    let mut path = String::new();
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        path += &rest[..start];
        path += value;
        rest = rest[start..].split_once('}').expect("templates are well formed").1;
    }
    path + rest
}

/// Why a request was refused, if it was.
#[track_caller]
fn why(client: &Client, answer: &Answer) -> Option<String> {
    let id = answer.header("x-wardian-request").expect("every answer names its entry");
    let id = EntryId::parse(id).expect("it is an id");
    client.session().journal.find(id).expect("it is in the journal").why.clone()
}

/// Fails if wardian itself was at fault for an answer.
#[track_caller]
fn assert_worded(client: &Client, answer: &Answer, target: &str) {
    let why = why(client, answer).unwrap_or_default();
    assert!(!why.starts_with("wardian failed"), "{target}: {why}");
}

#[test]
fn garbage_in_any_parameter_gets_the_services_own_answer() {
    for (api, endpoints) in endpoints() {
        let client = Client::of(api.name());
        for endpoint in &endpoints {
            for garbage in GARBAGE {
                let value = if garbage.is_empty() { "x" } else { garbage };
                let path = filled(endpoint.path(), &value.replace('/', ""));
                let send = |target: &str| {
                    let answer = client.send(endpoint.method.clone(), target, &[], Bytes::new());
                    assert_worded(&client, &answer, target);
                };
                send(&path);
                for param in endpoint.all_params().filter(|p| p.place() == Place::Query) {
                    send(&format!("{path}?{}={garbage}", param.name()));
                }
            }
        }
    }
}

#[test]
fn bodies_that_are_nonsense_get_the_services_own_answer() {
    let bodies: [(&str, &[u8]); 6] = [
        ("application/json", b"{"),
        ("application/json", b"[[[[\xff]"),
        ("application/xml", b"<a><b></a>"),
        ("multipart/form-data", b"--x\r\n"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n",
        ),
        ("text/plain", b"\0\0\0"),
    ];
    for (api, endpoints) in endpoints() {
        let client = Client::of(api.name());
        for endpoint in endpoints.iter().filter(|endpoint| endpoint.writes) {
            for (content_type, body) in bodies {
                let path = filled(endpoint.path(), "1");
                let headers = [("content-type", content_type)];
                let answer =
                    client.send(endpoint.method.clone(), &path, &headers, Bytes::from_static(body));
                assert_worded(&client, &answer, &path);
            }
        }
    }
}

#[test]
fn unknown_methods_are_refused() {
    for (api, endpoints) in endpoints() {
        let client = Client::of(api.name());
        let brew: Method = "BREW".parse().unwrap();
        for endpoint in &endpoints {
            let path = filled(endpoint.path(), "1");

            let answer = client.send(brew.clone(), &path, &[], Bytes::new());

            assert!(answer.status.is_client_error(), "{} {path}: {}", api.name(), answer.status);
            assert_worded(&client, &answer, &path);
        }
    }
}

#[test]
fn unknown_paths_are_refused_and_the_journal_names_the_nearest_route() {
    for (api, _) in endpoints() {
        let client = Client::of(api.name());

        let answer = client.get("/no/such/path/anywhere");

        assert!(answer.status.is_client_error(), "{}: {}", api.name(), answer.status);
        let why = why(&client, &answer).unwrap();
        assert!(why.starts_with("no such path"), "{why}");
    }
}

#[test]
fn a_failure_of_wardian_looks_like_the_services_own() {
    for (api, _) in endpoints() {
        let request: Request = http::Request::get("/x").body(Bytes::new()).unwrap().into();
        let broken = Rejection::Broken { reason: "a secret of ours".to_owned() };

        let reply = api.refuse(&request, jiff::Timestamp::UNIX_EPOCH, broken);

        assert!(!String::from_utf8_lossy(&reply.body).contains("a secret of ours"));
        assert!(reply.headers.has(&http::header::CONTENT_TYPE), "{}", api.name());
    }
}

#[test]
fn answers_fit_the_schema_that_the_document_promises() {
    let mut checked = 0;
    for (api, endpoints) in endpoints() {
        let document = openapi::describe(api.title(), &endpoints, "");
        let client = Client::of(api.name());
        for endpoint in &endpoints {
            let is_plain = endpoint.method == Method::GET && !endpoint.path().contains('{');
            if !is_plain || endpoint.returns.is_none() {
                continue;
            }
            let answer = client.get(endpoint.path());
            // Some services refuse with status 200.
            let is_refused = !answer.status.is_success() || why(&client, &answer).is_some();
            if is_refused || !answer.content_type().starts_with("application/json") {
                continue;
            }
            let operation = &document["paths"][endpoint.path()]["get"];
            let schema = &operation["responses"]["200"]["content"][endpoint.media_type]["schema"];
            let mut root = schema.clone();
            root["components"] = document["components"].clone();
            let validator = jsonschema::validator_for(&root).unwrap();
            let body = answer.json();
            let errors: Vec<String> =
                validator.iter_errors(&body).take(3).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{} {}: {errors:?}", api.name(), endpoint.id);
            checked += 1;
        }
    }
    assert!(checked > 0, "at least one answer was looked at");
}

#[test]
fn the_document_mentions_every_route_and_parameter() {
    for (api, endpoints) in endpoints() {
        let document = openapi::describe(api.title(), &endpoints, "");
        for endpoint in &endpoints {
            for path in &endpoint.paths {
                let method = endpoint.method.as_str().to_lowercase();
                let operation = &document["paths"][path.replace("{*", "{")][method];
                assert!(operation.is_object(), "{} {} {path}", api.name(), endpoint.method);
                let count = operation["parameters"].as_array().unwrap().len();
                assert_eq!(count, endpoint.all_params().count(), "{} {path}", api.name());
            }
        }
    }
}
