//! Searching both kinds at once.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::curator::Curator;

impl Curator {
    /// The names of what a cross search finds.
    #[track_caller]
    fn found(&self, query: &str) -> Vec<String> {
        let found = self.get(&format!("search?{query}"));
        let names = found.as_array().unwrap().iter();
        names.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn what_is_found_is_marked() {
    let curator = Curator::new();
    let key = curator.institution(&json!({
        "code": "KNHY",
        "name": "Kansas Zymoglyph Museum",
        "description": "Regional museum of zymoglyph plants and insects.",
        "address": { "country": "US" },
    }));

    let answer = curator.0.get("/v1/grscicoll/search?q=zymoglyph&hl=true&limit=1");

    assert_eq!(
        answer.text(),
        format!(
            r#"[{{"key":"{key}","code":"KNHY","name":"Kansas Zymoglyph Museum","alternativeCodes":[],"displayOnNHCPortal":true,"country":"US","highlights":[{{"field":"name","snippet":"Kansas <b>Zymoglyph</b> Museum"}},{{"field":"description","snippet":"Regional museum of <b>zymoglyph</b> plants and insects."}}],"type":"institution","descriptorMatches":[]}}]"#
        )
    );
    let plain = curator.get("search?q=zymoglyph&hl=false");
    assert_eq!(plain[0]["highlights"], json!([]));
}

#[test]
fn collections_name_their_institution() {
    let curator = Curator::new();
    let house = curator.institution(&json!({ "code": "ZYH", "name": "House of Zygotes" }));
    let key = curator.collection(&json!({
        "code": "ZYH-E", "name": "Ootheca", "institutionKey": house, "displayOnNHCPortal": false,
        "mailingAddress": { "country": "DK" },
    }));

    let answer = curator.0.get("/v1/grscicoll/search?q=ootheca");

    assert_eq!(
        answer.text(),
        format!(
            r#"[{{"key":"{key}","code":"ZYH-E","name":"Ootheca","alternativeCodes":[],"displayOnNHCPortal":false,"mailingCountry":"DK","highlights":[],"type":"collection","institutionKey":"{house}","institutionCode":"ZYH","institutionName":"House of Zygotes","descriptorMatches":[]}}]"#
        )
    );
}

#[test]
fn a_whole_code_comes_first_and_a_name_may_be_misspelled() {
    let curator = Curator::new();
    curator.institution(&json!({ "code": "ZYA", "name": "Zyx Zyx Zyx", "description": "zyb zyb" }));
    curator.institution(&json!({ "code": "ZYB", "name": "Quiet Place" }));
    curator.institution(&json!({ "code": "zyb", "name": "Quieter Place" }));

    assert_eq!(curator.found("q=%20ZYB%20")[0], "Quiet Place");
    assert_eq!(curator.found("q=zyb")[0], "Quieter Place");
    assert_eq!(curator.found("q=ZYB").len(), 3);

    curator.collection(&json!({ "code": "ZYC", "name": "Ethnozoological Cabinet" }));
    let found = curator.get("search?q=Ethnozoologicall Cabinet&hl=true");
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(
        found[0]["highlights"],
        json!([{ "field": "name", "snippet": "Ethnozoological Cabinet" }])
    );
}

#[test]
fn codes_with_signs_are_marked_too() {
    let curator = Curator::new();
    curator.collection(&json!({ "code": "ZYD-HERB", "name": "Dry Leaves" }));

    let found = curator.get("search?q=ZYD-HERB&hl=true");

    assert_eq!(found[0]["highlights"][0]["field"], "code");
}

#[test]
fn words_in_texts_that_are_not_marked_leave_the_name_alone() {
    let curator = Curator::new();
    curator.institution(&json!({
        "code": "ZYJ", "name": "Quiet House", "additionalNames": ["Zyrianopsis"],
    }));
    curator.collection(&json!({
        "code": "ZYK", "name": "Quiet Drawers", "taxonomicCoverage": "Zyrianopsis",
    }));

    let found = curator.get("search?q=zyrianopsis&hl=true");

    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|one| one["highlights"] == json!([])), "{found:?}");
}

#[test]
fn the_search_is_narrowed() {
    let curator = Curator::new();
    curator.institution(&json!({
        "code": "ZYE", "name": "Zyxomma House", "address": { "country": "DK" },
        "mailingAddress": { "country": "SE" },
    }));
    curator.collection(&json!({
        "code": "ZYF", "name": "Zyxomma Drawers", "address": { "country": "NO" },
        "displayOnNHCPortal": false,
    }));
    let found = |more: &str| {
        let mut names = curator.found(&format!("q=zyxomma&{more}"));
        names.sort();
        names
    };

    assert_eq!(found(""), ["Zyxomma Drawers", "Zyxomma House"]);
    assert_eq!(found("entityType=INSTITUTION"), ["Zyxomma House"]);
    assert_eq!(found("entityType=COLLECTION"), ["Zyxomma Drawers"]);
    assert_eq!(found("country=SE"), ["Zyxomma House"]);
    assert_eq!(found("country=nor&country=denmark"), ["Zyxomma Drawers", "Zyxomma House"]);
    assert_eq!(found("displayOnNHCPortal=True"), ["Zyxomma House"]);
    assert_eq!(found("displayOnNHCPortal=false"), ["Zyxomma Drawers"]);
    assert_eq!(found("displayOnNHCPortal=false&displayOnNHCPortal=true").len(), 2);
    assert_eq!(found("limit=1").len(), 1);
    assert_eq!(found("limit=0").len(), 0);
}

#[test]
fn without_words_there_is_anybody_the_newest_first() {
    let curator = Curator::new();
    let key = curator.institution(&json!({ "code": "ZYG", "name": "Newest of All" }));

    let found = curator.get("search");

    assert_eq!(found.as_array().unwrap().len(), 20);
    assert_eq!(found[0]["key"], key);
    let all = curator.get("search?limit=100000");
    assert_eq!(all.as_array().unwrap().len(), 72 + 148 + 1);
}

#[test]
fn words_that_say_nothing_find_nothing() {
    let curator = Curator::new();

    assert_eq!(curator.get("search?q=%25%25"), json!([]));
    assert_eq!(curator.get("search?q=the%20of"), json!([]));
}

#[test]
fn searches_follow_writes_at_once() {
    let curator = Curator::new();
    let key = curator.institution(&json!({ "code": "ZYI", "name": "Zyloxyl" }));
    assert_eq!(curator.found("q=zyloxyl"), ["Zyloxyl"]);
    let path = format!("/v1/grscicoll/institution/{key}");
    let mut institution: Value = curator.0.get(&path).json();
    institution["name"] = "Zywiec".into();
    assert_eq!(curator.0.put(&path, &institution).status(), 204);

    assert_eq!(curator.found("q=zyloxyl"), Vec::<String>::new());
    assert_eq!(curator.found("q=zywiec"), ["Zywiec"]);

    curator.delete("institution", &key);
    assert_eq!(curator.found("q=zywiec"), Vec::<String>::new());
}

#[test]
fn bad_values_are_refused() {
    let curator = Curator::new();

    assert_snapshot!(curator.whole("search?entityType=institution"), @r"
    400 text/plain;charset=UTF-8
    No enum constant org.gbif.registry.domain.collections.TypeParam.institution
    ");
    assert_snapshot!(curator.whole("search?limit=abc"), @r#"
    400 text/plain;charset=UTF-8
    For input string: "abc"
    "#);
    assert_snapshot!(curator.whole("search?limit=99999999999"), @r#"
    400 text/plain;charset=UTF-8
    For input string: "99999999999"
    "#);
    assert_snapshot!(curator.whole("search?limit=-1"), @r"
    400 text/plain;charset=UTF-8
    LIMIT must not be negative
    ");
    assert_snapshot!(curator.whole("search?country=Atlantis"), @r"
    400 text/plain;charset=UTF-8
    Cannot parse Atlantis into a known Country
    ");
}
