//! What holds for every endpoint of every API, read from their tables.

use std::collections::HashSet;

use wardian::apis;
use wardian::kit::Api;
use wardian::kit::endpoint::Endpoint;
use wardian::kit::fields::Place;

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
                .map(|param| param.name())
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
