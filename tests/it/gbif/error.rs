//! Refusals, whole.

use http::Method;
use serde_json::json;

use super::{DATASET, NOBODY, ORGANIZATION, admin, anybody, organization};

#[test]
fn what_is_not_there_is_named_by_its_path() {
    let gbif = anybody();

    assert_eq!(
        gbif.get(&format!("/v1/organization/{NOBODY}")).whole(),
        format!("404 text/plain\nEntity not found for uri: /organization/{NOBODY}")
    );
    for kind in ["installation", "node", "network"] {
        assert_eq!(
            gbif.get(&format!("/v1/{kind}/{NOBODY}")).whole(),
            format!("404 text/plain\nEntity not found for uri: /{kind}/{NOBODY}")
        );
    }
    assert_eq!(
        gbif.get(&format!("/v1/dataset/{NOBODY}")).whole(),
        "404 text/plain\nEntity not found for uri: /"
    );
    assert_eq!(
        gbif.get("/v1/dataset/metadata/999999").whole(),
        "404 text/plain\nEntity not found for uri: /dataset/metadata/999999"
    );
    assert_eq!(
        gbif.get(&format!("/v1/dataset/{DATASET}/metrics")).whole(),
        format!("404 text/plain\nEntity not found for uri: /dataset/{DATASET}/metrics")
    );
}

#[test]
fn deeper_paths_below_nothing_speak_with_another_voice() {
    let gbif = anybody();
    for (entity, list) in [
        ("organization", "publishedDataset"),
        ("dataset", "contact"),
        ("dataset", "constituents"),
        ("node", "organization"),
        ("network", "constituents"),
        ("installation", "dataset"),
    ] {
        let answer = gbif.get(&format!("/v1/{entity}/{NOBODY}/{list}"));
        let expected = format!("404 \nEntity {entity} not found with key {NOBODY}\r\n");
        assert_eq!(answer.whole(), expected);
    }
}

#[test]
fn values_of_filters_that_mean_nothing_are_refused() {
    let gbif = anybody();
    for (path, refusal) in [
        ("/v1/dataset/foo-bar", "Invalid UUID string: foo-bar"),
        ("/v1/node/foo-bar/identifier", "Invalid UUID string: foo-bar"),
        ("/v1/dataset?identifierType=FOO", "Cannot parse FOO into a known IdentifierType"),
        ("/v1/organization?country=QQ", "Cannot parse QQ into a known Country"),
        ("/v1/organization?numPublishedDatasets=x", "Invalid integer range: x"),
        ("/v1/dataset?type=FOO", "Cannot parse FOO into a known DatasetType"),
        ("/v1/installation?type=FOO", "Cannot parse FOO into a known InstallationType"),
        ("/v1/dataset?country=QQ", "Cannot parse QQ into a known Country"),
        ("/v1/organization?networkKey=x", "Invalid UUID for network key: x"),
        ("/v1/installation?organizationKey=x", "Invalid UUID for organization key: x"),
        ("/v1/installation?endorsedByNodeKey=x", "Invalid UUID for node key: x"),
        ("/v1/dataset/search?decade=abc", "Invalid integer range: abc"),
        ("/v1/dataset/search?PUBLISHING_ORG=x", "Invalid UUID string: x"),
        ("/v1/dataset/search?subtype=x", "Cannot parse x into a known DatasetSubtype"),
        ("/v1/dataset/search?continent=x", "Cannot parse x into a known Continent"),
        ("/v1/dataset/search?hostingCountry=QQ", "Cannot parse QQ into a known Country"),
    ] {
        assert_eq!(gbif.get(path).whole(), format!("400 text/plain\n{refusal}"), "{path}");
    }
}

#[test]
fn empty_filters_are_none() {
    let gbif = anybody();

    assert_eq!(
        gbif.get("/v1/dataset?type=&country=&q=&limit=3").json(),
        gbif.get("/v1/dataset?limit=3").json()
    );
}

#[test]
fn several_violations_are_listed_by_field() {
    let mut body = organization();
    body["title"] = "X".into();
    body.as_object_mut().unwrap().remove("country");
    body["latitude"] = json!(-91);
    body["homepage"] = json!(["ftp://x"]);

    let answer = admin().post("/v1/organization", &body);

    assert_eq!(
        answer.whole(),
        "422 text/plain\n<ul><li>Validation of [country] failed: must not be null</li>\
         <li>Validation of [homepage] failed: Invalid URI</li>\
         <li>Validation of [latitude] failed: must be greater than or equal to -90</li>\
         <li>Validation of [title] failed: size must be between 2 and 2147483647</li></ul>"
    );
}

#[test]
fn every_constraint_has_its_words() {
    let gbif = admin();
    let refused = |path: &str, body: serde_json::Value, violations: &[&str]| {
        let items: Vec<String> = violations
            .iter()
            .map(|found| {
                let (field, message) = found.split_once(": ").unwrap();
                format!("<li>Validation of [{field}] failed: {message}</li>")
            })
            .collect();
        assert_eq!(
            gbif.post(path, &body).whole(),
            format!("422 text/plain\n<ul>{}</ul>", items.concat()),
            "{path}"
        );
    };

    refused(
        "/v1/dataset",
        json!({}),
        &[
            "installationKey: must not be null",
            "publishingOrganizationKey: must not be null",
            "title: must not be null",
            "type: must not be null",
        ],
    );
    refused(
        "/v1/installation",
        json!({}),
        &["organizationKey: must not be null", "title: must not be null", "type: must not be null"],
    );
    refused(
        "/v1/node",
        json!({ "logoUrl": "example.org" }),
        &[
            "logoUrl: Invalid URI",
            "participationStatus: must not be null",
            "title: must not be null",
            "type: must not be null",
        ],
    );
    refused(
        "/v1/network",
        json!({ "title": " " }),
        &["language: must not be null", "title: must not be null"],
    );
    let mut long = organization();
    long["abbreviation"] = "x".repeat(31).into();
    long["latitude"] = json!(90.5);
    long["longitude"] = json!(-180.5);
    refused(
        "/v1/organization",
        long,
        &[
            "abbreviation: size must be between 1 and 30",
            "latitude: must be less than or equal to 90",
            "longitude: must be greater than or equal to -180",
        ],
    );
    let mut dataset = super::dataset_of(ORGANIZATION);
    for (member, text) in [("version", "12345678901"), ("alias", "a"), ("homepage", "ftp://a.org")]
    {
        dataset[member] = text.into();
    }
    dataset["citation"] = json!({ "text": "x", "identifier": "x".repeat(101) });
    refused(
        "/v1/dataset",
        dataset,
        &[
            "alias: size must be between 2 and 50",
            "citation: size must be between 1 and 100",
            "homepage: Invalid URI",
            "version: size must be between 0 and 10",
        ],
    );
    refused(
        &format!("/v1/dataset/{DATASET}/endpoint"),
        json!({ "type": "OTHER", "url": "x", "machineTags": [] }),
        &["url: Invalid URI"],
    );
    refused(
        &format!("/v1/dataset/{DATASET}/endpoint"),
        json!({ "type": "OTHER", "machineTags": [{ "namespace": "a", "name": "b" }] }),
        &["machineTags[0].value: must not be null"],
    );
    refused(
        &format!("/v1/dataset/{DATASET}/contact"),
        json!({ "organization": "x", "homepage": ["x"] }),
        &["homepage: Invalid URI", "organization: size must be between 2 and 2147483647"],
    );
}

#[test]
fn an_owner_that_does_not_exist_breaks_a_constraint_of_the_database() {
    let gbif = admin();
    let before = gbif.get("/v1/dataset?limit=1").json();
    for member in ["installationKey", "publishingOrganizationKey", "parentDatasetKey"] {
        let mut dataset = super::dataset_of(ORGANIZATION);
        dataset[member] = NOBODY.into();

        let answer = gbif.post("/v1/dataset", &dataset);

        assert_eq!((answer.status(), answer.content_type()), (500, "application/json"));
        assert_eq!(answer.any_json()["error"], "Internal Server Error");
    }
    let mut installation =
        json!({ "title": "Here", "type": "IPT_INSTALLATION", "organizationKey": NOBODY });
    assert_eq!(gbif.post("/v1/installation", &installation).status(), 500);
    installation["organizationKey"] = DATASET.into();
    assert_eq!(gbif.post("/v1/installation", &installation).status(), 500);
    assert_eq!(gbif.get("/v1/dataset?limit=1").json(), before);
}

#[test]
fn what_the_server_sets_has_a_type_all_the_same() {
    let gbif = admin();
    let path = format!("/v1/organization/{ORGANIZATION}");
    for (member, value) in [
        ("created", json!("yesterday")),
        ("modified", json!({})),
        ("contacts", json!("Finch")),
        ("key", json!("foo")),
    ] {
        let mut organization = gbif.get(&path).json();
        organization[member] = value;
        let answer = gbif.put(&path, &organization);
        assert_eq!((answer.status(), answer.content_type()), (400, "text/plain"), "{member}");
    }
    let tags = json!({ "type": "OTHER", "url": "https://a.org", "machineTags": "x" });
    assert_eq!(
        gbif.post(&format!("/v1/dataset/{DATASET}/endpoint"), &tags).whole(),
        "400 text/plain\nCannot deserialize value of type `java.util.List` from String value \
         (through reference chain: [\"machineTags\"])"
    );
}

#[test]
fn public_pages_say_how_long_they_may_be_kept() {
    let gbif = anybody();

    let public = gbif.get("/v1/node?limit=1");
    let known = admin().get("/v1/node?limit=1");
    let host = crate::support::Client::of_emulator(gbif.emulator().clone(), "")
        .with_header("host", "registry-api.gbif.org");

    for (name, value) in [
        ("cache-control", "public, max-age=3601"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-xss-protection", "1; mode=block"),
        ("expires", "0"),
        ("pragma", "no-cache"),
    ] {
        assert_eq!(public.header(name), Some(value));
        assert_eq!(known.header(name), None);
        assert_eq!(host.get("/node?limit=1").header(name), None);
        assert_eq!(gbif.get(&format!("/v1/node/{NOBODY}")).header(name), None);
    }
}

#[test]
fn bodies_that_cannot_be_read_are_bad_requests() {
    let gbif = admin();
    for body in ["{", "[]", "\"x\"", "", r#"{"title":["a"]}"#, r#"{"endorsingNodeKey":"x"}"#] {
        let json = [("content-type", "application/json")];
        let answer = gbif.send(Method::POST, "/v1/organization", &json, body);
        assert_eq!((answer.status(), answer.content_type()), (400, "text/plain"), "{body}");
    }
    let mut dataset = super::dataset_of(ORGANIZATION);
    dataset["type"] = "occurrence".into();
    assert_eq!(
        gbif.post("/v1/dataset", &dataset).text(),
        "Cannot deserialize value of type `DatasetType` from String \"occurrence\": not one of the \
         values accepted for Enum class: [OCCURRENCE, CHECKLIST, METADATA, SAMPLING_EVENT]"
    );
}

#[test]
fn the_framework_speaks_json() {
    let gbif = admin();
    let shape = |answer: &crate::support::Answer| {
        let body = answer.any_json();
        assert_eq!(answer.content_type(), "application/json");
        assert_eq!(body["status"], answer.status());
        let members: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(members, ["timestamp", "status", "error", "path"]);
        (answer.status(), body["error"].as_str().unwrap().to_owned(), body["path"].clone())
    };

    let path = shape(&gbif.get("/v1/nothing"));
    let method = gbif.post("/v1/dataset/suggest", &json!({}));
    let media =
        gbif.send(Method::POST, "/v1/organization", &[("content-type", "text/xml")], "<a/>");

    assert_eq!(path, (404, "Not Found".to_owned(), json!("/nothing")));
    assert_eq!(shape(&method), (405, "Method Not Allowed".to_owned(), json!("/dataset/suggest")));
    assert_eq!(method.header("allow"), Some("GET"));
    let unnamed = gbif.delete(&format!("/v1/dataset/{DATASET}/comment"));
    assert_eq!(shape(&unnamed).0, 405);
    assert_eq!(unnamed.header("allow"), Some("GET,POST"));
    let harvest = gbif.post("/v1/oai-pmh/registry?verb=Identify", &json!({}));
    assert_eq!(shape(&harvest).0, 405);
    assert_eq!(shape(&media).0, 415);
}

#[test]
fn browsers_are_let_in_when_they_ask() {
    let gbif = anybody();

    let plain = gbif.get("/v1/node?limit=1");
    let asked = gbif.with_header("origin", "https://a.org").get("/v1/node?limit=1");
    let preflight = gbif.send(
        Method::OPTIONS,
        "/v1/dataset",
        &[("origin", "https://a.org"), ("access-control-request-method", "POST")],
        "",
    );

    assert_eq!(plain.header("access-control-allow-origin"), None);
    let depends_on = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
    for answer in [&plain, &asked, &preflight] {
        assert_eq!(answer.header("vary"), Some(depends_on));
    }
    assert_eq!(asked.header("access-control-allow-origin"), Some("*"));
    assert_eq!(preflight.status(), 200);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        Some("HEAD, GET, POST, DELETE, PUT, OPTIONS")
    );
}

#[test]
fn what_the_real_service_has_and_wardian_has_not_is_said_to_be_missing() {
    let gbif = anybody();

    assert_eq!(gbif.get("/v1/species/match?name=Puma").status(), 501);
    assert_eq!(gbif.get("/v1/occurrence/123").status(), 501);
}

#[test]
fn nothing_that_anybody_sends_breaks_a_list() {
    let gbif = anybody();
    for text in
        ["\"", "'", "*", "a*b*", "NEAR(", "-", "\u{0}", "%", "AND", "OR NOT", "(", "名", "^a"]
    {
        for path in [
            "/v1/dataset?q=",
            "/v1/node?q=",
            "/v1/dataset/search?hl=true&facet=type&q=",
            "/v1/dataset/suggest?q=",
            "/v1/organization/suggest?q=",
        ] {
            let encoded =
                text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
            let answer = gbif.get(&format!("{path}{encoded}"));
            assert_eq!(answer.status(), 200, "{path}{text}: {}", answer.text());
        }
    }
}
