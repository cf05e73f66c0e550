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

    assert_eq!(gbif.get("/v1/enumeration/language").json()[0]["iso3"], "abk");
    assert_eq!(gbif.get("/v1/enumeration/license").json()[3], "UNSPECIFIED");
    assert_eq!(gbif.get("/v1/enumeration/extension").json()[0]["id"], "VERNACULAR_NAME");
    assert_eq!(gbif.get("/v1/enumeration/interpretationRemark").json()[0]["severity"], "WARNING");
}
