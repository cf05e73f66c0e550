//! Who is meant by the codes and identifiers of a record.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::anybody;
use super::curator::Curator;
use crate::gbif::DATASET;
use crate::support::Client;

const NOBODY: &str =
    r#"{"institutionMatch":{"matchType":"NONE"},"collectionMatch":{"matchType":"NONE"}}"#;

/// What a lookup says of one side, in one line: class, status, reasons, code.
fn line(one: &Value) -> String {
    let reasons: Vec<&str> =
        one["reasons"].as_array().into_iter().flatten().map(|r| r.as_str().unwrap()).collect();
    [
        one["matchType"].as_str().unwrap_or_default(),
        one["status"].as_str().unwrap_or_default(),
        &reasons.join("+"),
        one["entityMatched"]["code"].as_str().unwrap_or_default(),
    ]
    .join(" ")
    .trim_end()
    .to_owned()
}

impl Curator {
    #[track_caller]
    fn of_institution(&self, query: &str) -> String {
        line(&self.get(&format!("lookup?{query}"))["institutionMatch"])
    }

    #[track_caller]
    fn of_collection(&self, query: &str) -> String {
        line(&self.get(&format!("lookup?{query}"))["collectionMatch"])
    }
}

#[test]
fn without_parameters_nobody_is_meant() {
    let curator = Curator::new();

    for query in ["", "?institutionCode=", "?institutionCode=%20%20", "?country=DK&verbose=false"] {
        let answer = curator.0.get(&format!("/v1/grscicoll/lookup{query}"));
        assert_eq!(answer.whole(), format!("200 application/json\n{NOBODY}"));
    }
}

#[test]
fn a_code_and_an_identifier_are_accepted_and_vouch_for_the_collection() {
    let curator = Curator::new();
    let museum = curator.institution(&json!({ "code": "KNHX", "name": "Kansas Prairie Museum" }));
    curator.identifier("institution", &museum, "ROR", "https://ror.org/01a2b3c45");
    let entomology = curator
        .collection(&json!({ "code": "KNHX-ENT", "name": "Entomology", "institutionKey": museum }));

    let answer = curator.0.get(
        "/v1/grscicoll/lookup?institutionCode=KNHX&institutionId=https://ror.org/01a2b3c45\
         &collectionCode=KNHX-ENT&verbose=true",
    );

    let base = "http://127.0.0.1:8080/gbif/v1/grscicoll";
    assert_eq!(
        answer.text(),
        format!(
            r#"{{"institutionMatch":{{"matchType":"EXACT","status":"ACCEPTED","reasons":["CODE_MATCH","IDENTIFIER_MATCH"],"entityMatched":{{"key":"{museum}","selfLink":"{base}/institution/{museum}","name":"Kansas Prairie Museum","code":"KNHX","active":true}}}},"collectionMatch":{{"matchType":"EXACT","status":"ACCEPTED","reasons":["CODE_MATCH","BELONGS_TO_INSTITUTION_MATCHED"],"entityMatched":{{"key":"{entomology}","selfLink":"{base}/collection/{entomology}","name":"Entomology","code":"KNHX-ENT","active":true,"institutionKey":"{museum}","institutionLink":"{base}/institution/{museum}","institutionCode":"KNHX","institutionName":"Kansas Prairie Museum"}}}},"alternativeMatches":{{"institutionMatches":[],"collectionMatches":[]}}}}"#
        )
    );
}

#[test]
fn a_code_alone_is_doubtful_and_an_identifier_alone_accepted() {
    let curator = Curator::new();
    let key = curator.institution(&json!({ "code": "ZQZ", "name": "Zebra House" }));
    curator.identifier("institution", &key, "LSID", "urn:lsid:example.org:col:77");

    assert_eq!(curator.of_institution("institutionCode=zqz"), "FUZZY DOUBTFUL CODE_MATCH ZQZ");
    assert_eq!(
        curator.of_institution("institutionCode=%20ZEBRA%20house"),
        "FUZZY DOUBTFUL NAME_MATCH ZQZ"
    );
    for id in ["urn:lsid:example.org:col:77", "example.org:col:77", " https://example.org:col:77 "]
    {
        assert_eq!(
            curator.of_institution(&format!("institutionId={id}")),
            "EXACT ACCEPTED IDENTIFIER_MATCH ZQZ",
            "{id}"
        );
    }
    assert_eq!(
        curator.of_institution(&format!(
            "institutionId=https://www.gbif.org/grscicoll/institution/{key}/"
        )),
        "EXACT ACCEPTED KEY_MATCH ZQZ"
    );
    assert_eq!(
        curator.of_institution(&format!("institutionId={key}&institutionCode=other")),
        "FUZZY DOUBTFUL KEY_MATCH ZQZ"
    );
}

#[test]
fn grscicolls_own_old_identifiers_are_not_looked_for() {
    let curator = Curator::new();
    let key = curator.institution(&json!({ "code": "ZQY" }));
    curator.identifier("institution", &key, "GRSCICOLL_ID", "http://example.org/old/1");

    assert_eq!(curator.of_institution("institutionId=http://example.org/old/1"), "NONE");
}

#[test]
fn who_is_not_there_any_more_is_not_meant() {
    let curator = Curator::new();
    let key = curator.institution(&json!({ "code": "ZQX" }));
    assert_eq!(curator.of_institution("institutionCode=ZQX"), "FUZZY DOUBTFUL CODE_MATCH ZQX");

    curator.delete("institution", &key);

    assert_eq!(curator.of_institution("institutionCode=ZQX"), "NONE");
    assert_eq!(curator.of_institution(&format!("institutionId={key}")), "NONE");
}

#[test]
fn country_activity_and_code_decide_between_several() {
    let curator = Curator::new();
    let at = |country: &str| json!({ "country": country });
    curator.institution(&json!({ "code": "ZQW", "name": "One", "address": at("DK") }));
    curator.institution(&json!({ "code": "ZQW", "name": "Two", "mailingAddress": at("ES") }));
    let by_code = "institutionCode=ZQW";

    assert_eq!(curator.of_institution(by_code), "NONE AMBIGUOUS");
    let with_country = curator.get("lookup?institutionCode=ZQW&country=ESP");
    assert_eq!(
        line(&with_country["institutionMatch"]),
        "FUZZY DOUBTFUL CODE_MATCH+COUNTRY_MATCH ZQW"
    );
    assert_eq!(with_country["institutionMatch"]["entityMatched"]["name"], "Two");
    assert_eq!(curator.of_institution("institutionCode=ZQW&country=FR"), "NONE AMBIGUOUS");

    curator.institution(&json!({ "code": "ZQV", "name": "Three", "active": false }));
    curator.institution(&json!({ "code": "ZQV", "name": "Four" }));
    let active = curator.get("lookup?institutionCode=ZQV");
    assert_eq!(active["institutionMatch"]["entityMatched"]["name"], "Four");

    curator.institution(&json!({ "code": "ZQU", "name": "Five" }));
    curator.institution(&json!({
        "code": "ZQT", "name": "Six", "alternativeCodes": [{ "code": "zqu", "description": "" }],
    }));
    let bearer = curator.get("lookup?institutionCode=ZQU");
    assert_eq!(bearer["institutionMatch"]["entityMatched"]["name"], "Five");
}

#[test]
fn those_who_are_not_taken_are_told_on_request() {
    let curator = Curator::new();
    curator.institution(&json!({ "code": "ZQS", "name": "Seven" }));
    let named = curator.institution(&json!({ "code": "ZQR", "name": "ZQS" }));
    curator.identifier("institution", &named, "URL", "https://example.org/zqs");
    curator.mapping("institution", &named, &json!({ "datasetKey": DATASET, "code": "zqs" }));
    let sure = curator.institution(&json!({ "code": "ZQS", "name": "Eight" }));
    curator.identifier("institution", &sure, "URL", "http://example.org/zqs");

    let answer = curator.get(&format!(
        "lookup?institutionCode=ZQS&institutionId=https://example.org/zqs&datasetKey={DATASET}\
         &verbose=true"
    ));

    assert_eq!(line(&answer["institutionMatch"]), "EXACT ACCEPTED CODE_MATCH+IDENTIFIER_MATCH ZQS");
    let others = answer["alternativeMatches"]["institutionMatches"].as_array().unwrap();
    let others: Vec<String> = others.iter().map(line).collect();
    assert_eq!(others, ["FUZZY  CODE_MATCH ZQS", "EXPLICIT_MAPPING   ZQR"]);
    assert_eq!(answer["alternativeMatches"]["collectionMatches"], json!([]));
}

#[test]
fn a_different_owner_is_told_and_rejects_nobody() {
    let curator = Curator::new();
    let key = curator.institution(&json!({
        "code": "ZQQ", "name": "Nine Hills", "alternativeCodes": [{ "code": "NH9" }],
    }));
    curator.identifier("institution", &key, "URL", "https://example.org/nine");
    let owned_by = |owner: &str| {
        curator.of_institution(&format!("institutionCode=ZQQ&ownerInstitutionCode={owner}"))
    };

    assert_eq!(owned_by("OTHER"), "FUZZY DOUBTFUL CODE_MATCH+DIFFERENT_OWNER ZQQ");
    assert_eq!(owned_by("zqq"), "FUZZY DOUBTFUL CODE_MATCH+DIFFERENT_OWNER ZQQ");
    for owner in ["ZQQ", "NH9", "https://example.org/nine", "nine hílls"] {
        assert_eq!(owned_by(owner), "FUZZY DOUBTFUL CODE_MATCH ZQQ", "{owner}");
    }
}

#[test]
fn occurrence_mappings_name_whom_codes_do_not() {
    let curator = Curator::new();
    let key = curator.institution(&json!({ "code": "ZQP", "name": "Ten" }));
    curator.mapping(
        "institution",
        &key,
        &json!({ "datasetKey": DATASET, "code": "Strange", "identifier": "urn:strange" }),
    );
    let of_dataset = |query: &str| curator.of_institution(&format!("datasetKey={DATASET}&{query}"));

    assert_eq!(of_dataset("institutionCode=STRANGE"), "EXPLICIT_MAPPING ACCEPTED  ZQP");
    assert_eq!(of_dataset("institutionId=urn:strange"), "EXPLICIT_MAPPING ACCEPTED  ZQP");
    assert_eq!(of_dataset("institutionCode=other"), "NONE");
    assert_eq!(of_dataset("institutionCode=Strange&institutionId=urn:Strange"), "NONE");

    let other = curator.institution(&json!({ "code": "ZQO", "name": "Eleven" }));
    curator.mapping("institution", &other, &json!({ "datasetKey": DATASET }));
    assert_eq!(of_dataset("institutionCode=Strange"), "NONE AMBIGUOUS_EXPLICIT_MAPPINGS");
}

#[test]
fn collections_are_mapped_by_their_exact_code_and_that_of_the_institution() {
    let curator = Curator::new();
    let key = curator.collection(&json!({ "code": "ZQN-H", "name": "Twelve" }));
    curator.mapping(
        "collection",
        &key,
        &json!({ "datasetKey": DATASET, "code": "Herb", "parentCode": "ZQN" }),
    );
    let of_dataset = |query: &str| curator.of_collection(&format!("datasetKey={DATASET}&{query}"));

    assert_eq!(of_dataset("collectionCode=Herb"), "EXPLICIT_MAPPING ACCEPTED  ZQN-H");
    assert_eq!(
        of_dataset("collectionCode=Herb&institutionCode=zqn"),
        "EXPLICIT_MAPPING ACCEPTED  ZQN-H"
    );
    assert_eq!(of_dataset("collectionCode=herb"), "NONE");
    assert_eq!(of_dataset("collectionCode=Herb&institutionCode=ZQM"), "NONE");
}

#[test]
fn a_mapped_institution_vouches_for_collections_of_others_too() {
    let curator = Curator::new();
    let mapped = curator.institution(&json!({ "code": "ZQL", "name": "Thirteen" }));
    curator.mapping("institution", &mapped, &json!({ "datasetKey": DATASET, "code": "ZQK" }));
    let other = curator.institution(&json!({ "code": "ZQJ", "name": "Fourteen" }));
    curator.collection(&json!({ "code": "ZQJ-E", "name": "Entomology", "institutionKey": other }));

    let answer = curator
        .of_collection(&format!("datasetKey={DATASET}&institutionCode=ZQK&collectionCode=ZQJ-E"));

    let reasons = "CODE_MATCH+BELONGS_TO_INSTITUTION_MATCHED+INST_COLL_MISMATCH";
    assert_eq!(answer, format!("EXACT ACCEPTED {reasons} ZQJ-E"));
}

#[test]
fn collections_of_other_institutions_are_dropped() {
    let curator = Curator::new();
    curator.institution(&json!({ "code": "ZQI", "name": "Fifteen" }));
    let other = curator.institution(&json!({ "code": "ZQH", "name": "Sixteen" }));
    curator.collection(&json!({ "code": "ZQ-C", "name": "Birds", "institutionKey": other }));

    assert_eq!(
        curator.of_collection("institutionCode=ZQI&collectionCode=ZQ-C"),
        "NONE AMBIGUOUS_INSTITUTION_MISMATCH"
    );
    assert_eq!(
        curator.of_collection("institutionCode=ZQH&collectionCode=ZQ-C"),
        "FUZZY DOUBTFUL CODE_MATCH ZQ-C"
    );
    assert_eq!(curator.of_collection("collectionCode=ZQ-C"), "FUZZY DOUBTFUL CODE_MATCH ZQ-C");
}

#[test]
fn a_collection_without_institution_has_a_link_to_none() {
    let curator = Curator::new();
    let key = curator.collection(&json!({ "code": "ZQ-D", "name": "Eggs" }));

    let answer = curator.get("lookup?collectionCode=ZQ-D");

    assert_eq!(
        answer["collectionMatch"]["entityMatched"].to_string(),
        format!(
            r#"{{"key":"{key}","selfLink":"http://127.0.0.1:8080/gbif/v1/grscicoll/collection/{key}","name":"Eggs","code":"ZQ-D","active":true,"institutionLink":"http://127.0.0.1:8080/gbif/v1/grscicoll/institution/null"}}"#
        )
    );
}

#[test]
fn links_are_built_from_the_request() {
    let behind = anybody().with_header("host", "a.test").with_header("x-forwarded-proto", "https");

    let answer = behind.get("/v1/grscicoll/lookup?institutionCode=MNHN").json();

    assert_eq!(
        answer["institutionMatch"]["entityMatched"]["selfLink"],
        "https://a.test/gbif/v1/grscicoll/institution/6a6ac6c5-1b8a-48db-91a2-f8661274ff80"
    );
}

#[test]
fn bad_values_are_refused() {
    let curator = Curator::new();

    assert_snapshot!(curator.whole("lookup?datasetKey=foo"), @r"
    400 text/plain;charset=UTF-8
    Invalid UUID string: foo
    ");
    assert_snapshot!(curator.whole("lookup?country=Atlantis"), @r"
    400 text/plain;charset=UTF-8
    Cannot parse Atlantis into a known Country
    ");
    assert_eq!(curator.whole("lookup?verbose=maybe"), format!("200 application/json\n{NOBODY}"));
}

#[test]
fn old_identifiers_resolve_to_pages() {
    let curator = Curator::new();
    let museum = curator.institution(&json!({ "code": "ZQG" }));
    curator.identifier(
        "institution",
        &museum,
        "GRSCICOLL_URI",
        "http://grbio.example.org/cool/zq-1",
    );
    let collection = curator.collection(&json!({ "code": "ZQ-F" }));
    curator.identifier("collection", &collection, "GRSCICOLL_URI", "grbio.example.org/cool/zq-2");
    let resolved = |identifier: &str| {
        let answer = curator.0.get(&format!("/v1/grscicoll/resolve?identifier={identifier}"));
        assert!(answer.body.is_empty());
        format!("{} {}", answer.status(), answer.header("location").unwrap_or_default())
    };

    let page = format!("303 https://www.gbif.org/grscicoll/institution/{museum}");
    for stage in ["", "dev.", "uat.", "http://"] {
        assert_eq!(resolved(&format!("{stage}grbio.example.org/cool/zq-1")), page, "{stage}");
    }
    assert_eq!(
        resolved("http://grbio.example.org/cool/zq-2"),
        format!("303 https://www.gbif.org/grscicoll/collection/{collection}")
    );
    assert_eq!(resolved("grbio.example.org/cool/zq-3"), "404 ");
    curator.delete("institution", &museum);
    assert_eq!(resolved("grbio.example.org/cool/zq-1"), "404 ");
    assert_snapshot!(curator.whole("resolve"), @r"
    400 text/plain;charset=UTF-8
    Required request parameter 'identifier' is not present
    ");
}

#[test]
fn the_seed_has_what_lookups_are_tried_with() {
    let curator = Curator::new();

    // Two of the same code in two countries.
    assert_eq!(curator.of_institution("institutionCode=NHC"), "NONE AMBIGUOUS");
    assert_eq!(
        curator.of_institution("institutionCode=NHC&country=GB"),
        "FUZZY DOUBTFUL CODE_MATCH+COUNTRY_MATCH NHC"
    );
    // One whose alternative code is another's code.
    let answer = curator.get("lookup?institutionCode=KSTC&verbose=true");
    assert_eq!(line(&answer["institutionMatch"]), "FUZZY DOUBTFUL CODE_MATCH KSTC");
    let others = answer["alternativeMatches"]["institutionMatches"].as_array().unwrap();
    assert_eq!(others.iter().map(line).collect::<Vec<_>>(), ["FUZZY  ALTERNATIVE_CODE_MATCH MOMF"]);
    // Identifiers of every type that is looked for.
    for kind in ["ROR", "WIKIDATA", "NCBI_BIOCOLLECTION", "GRSCICOLL_URI", "LSID"] {
        let page = curator.get(&format!("institution?identifierType={kind}&limit=1"));
        let institution = &page["results"][0];
        let identifiers = institution["identifiers"].as_array().unwrap();
        let identifier = identifiers.iter().find(|one| one["type"] == kind).unwrap();
        let id = identifier["identifier"].as_str().unwrap();
        let answer = curator.get(&format!("lookup?institutionId={id}"));
        assert_eq!(
            answer["institutionMatch"]["entityMatched"]["key"], institution["key"],
            "{kind}"
        );
    }
}

#[test]
fn mappings_of_the_seed_name_collections() {
    let curator = Curator::new();
    let mappings: Vec<Value> = curator.get("collection?limit=1000")["results"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|collection| {
            let mappings = collection["occurrenceMappings"].as_array().unwrap().clone();
            mappings.into_iter().map(|mut mapping| {
                mapping["of"] = collection["key"].clone();
                mapping
            })
        })
        .collect();
    assert!(mappings.iter().any(|mapping| mapping["parentCode"].is_string()));
    assert!(mappings.iter().any(|mapping| mapping["parentCode"].is_null()));

    for mapping in mappings {
        let text = |member: &str| mapping[member].as_str().unwrap_or_default();
        let answer = curator.get(&format!(
            "lookup?datasetKey={}&collectionCode={}&institutionCode={}",
            text("datasetKey"),
            text("code"),
            text("parentCode")
        ));
        assert_eq!(answer["collectionMatch"]["matchType"], "EXPLICIT_MAPPING", "{mapping}");
        assert_eq!(answer["collectionMatch"]["entityMatched"]["key"], mapping["of"]);
    }
}

#[test]
fn codes_of_mushroom_observers_herbaria_lead_to_institutions() {
    let curator = Curator::new();
    let herbaria = Client::of("mo").get("/api2/herbaria?format=json&detail=high").json();
    let codes: Vec<&str> = herbaria["results"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|herbarium| herbarium["code"].as_str().filter(|code| !code.is_empty()))
        .collect();
    assert!(codes.len() > 20, "{codes:?}");

    for code in codes {
        let said = format!("FUZZY DOUBTFUL CODE_MATCH {code}");
        assert_eq!(curator.of_institution(&format!("institutionCode={code}")), said);
    }
}
