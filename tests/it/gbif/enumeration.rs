//! Enumerations.

use serde_json::json;

use super::anybody;

#[test]
fn names_are_sorted_and_lead_to_values() {
    let gbif = anybody();

    let names: Vec<String> =
        serde_json::from_value(gbif.get("/v1/enumeration/basic").json()).unwrap();

    assert!(names.is_sorted() && names.contains(&"DatasetType".to_owned()));
    assert_eq!(
        gbif.get("/v1/enumeration/basic/DatasetType").json(),
        json!(["OCCURRENCE", "CHECKLIST", "METADATA", "SAMPLING_EVENT"])
    );
    assert_eq!(gbif.get("/v1/enumeration/basic/Country").json()[0], "AF");
    assert_eq!(gbif.get("/v1/enumeration/basic/License").json()[1], "CC_BY_4_0");
    assert_eq!(
        gbif.get("/v1/enumeration/basic/Nope").whole(),
        "404 text/plain\nEntity not found for uri: /enumeration/basic/Nope"
    );
}

#[test]
fn every_enumeration_that_is_named_has_values() {
    let gbif = anybody();
    let names: Vec<String> =
        serde_json::from_value(gbif.get("/v1/enumeration/basic").json()).unwrap();

    assert_eq!(names.len(), 86);
    for name in names {
        let answer = gbif.get(&format!("/v1/enumeration/basic/{name}"));
        assert_eq!(answer.status(), 200, "{name}");
        let values: Vec<String> = serde_json::from_value(answer.json()).unwrap();
        assert!(!values.is_empty(), "{name}");
    }
    assert_eq!(gbif.get("/v1/enumeration/basic/Rank").json()[2], "KINGDOM");
    assert_eq!(gbif.get("/v1/enumeration/basic/CitesAppendix").json(), json!(["I", "II", "III"]));
    assert_eq!(gbif.get("/v1/enumeration/basic/TagNamespace").json()[1], "GBIF_CRAWLER");
}

#[test]
fn codes_that_are_no_countrys_are_values_and_the_unknown_language_is_nothing() {
    let gbif = anybody();

    let countries = gbif.get("/v1/enumeration/basic/Country").json();
    let languages = gbif.get("/v1/enumeration/basic/Language").json();

    let countries = countries.as_array().unwrap();
    assert_eq!(countries.len(), 253);
    assert_eq!(countries[252], "ZZ");
    assert_eq!(languages.as_array().unwrap().last().unwrap(), "");
}

#[test]
fn countries_are_complete_and_in_order() {
    let countries = anybody().get("/v1/enumeration/country").json();

    assert_eq!(countries.as_array().unwrap().len(), 250);
    assert_eq!(
        countries[0].to_string(),
        r#"{"iso2":"AF","iso3":"AFG","isoNumerical":"4","title":"Afghanistan","gbifRegion":"ASIA","enumName":"AFGHANISTAN"}"#
    );
    assert_eq!(countries[249]["iso2"], "XK");
}

#[test]
fn languages_licences_extensions_and_remarks_are_listed() {
    let gbif = anybody();

    assert_eq!(
        gbif.get("/v1/enumeration/language").json()[0],
        json!({ "iso2": "ab", "iso3": "abk", "title": "Abkhazian", "titleNative": "Аԥсшәа" })
    );
    assert_eq!(gbif.get("/v1/enumeration/license").json()[3], "UNSPECIFIED");
    assert_eq!(
        gbif.get("/v1/enumeration/extension").json()[0],
        json!({ "id": "AUDUBON", "rowType": "http://rs.tdwg.org/ac/terms/Multimedia" })
    );
    assert_eq!(
        gbif.get("/v1/enumeration/interpretationRemark").json()[4],
        json!({
            "id": "GEODETIC_DATUM_INVALID",
            "severity": "WARNING",
            "relatedTerms": ["http://rs.tdwg.org/dwc/terms/geodeticDatum"],
        })
    );
}
