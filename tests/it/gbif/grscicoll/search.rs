//! Searching, suggesting and resolving.

use serde_json::{Value, json};

use super::{MNHN, anybody, count, first, get, key, refused};

#[test]
fn suggestions_are_key_code_and_name() {
    let found = get(&anybody(), "institution/suggest?q=mnhn");

    assert_eq!(found.as_array().unwrap().len(), 1);
    let members: Vec<&str> = found[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["key", "code", "name"]);
    assert_eq!(found[0]["key"], MNHN);
}

#[test]
fn suggestions_need_all_words_of_code_and_name() {
    let client = anybody();
    let found =
        |q: &str| get(&client, &format!("institution/suggest?q={q}")).as_array().unwrap().len();

    assert_eq!(found("lake ecol stud"), 1);
    assert_eq!(found("lake ecol"), 2);
    assert_eq!(found("lake nothing"), 0);
    // Descriptions and addresses are not looked at.
    assert_eq!(found("lawrence"), 0);
    assert_eq!(get(&client, "collection/suggest").as_array().unwrap().len(), 20);
}

#[test]
fn a_search_shows_less_than_a_list_in_an_order_of_its_own() {
    let client = anybody();

    let of_institutions = first(&client, "institution/search?code=MNHN");
    let of_collections = first(&client, &format!("collection/search?institutionKey={MNHN}"));

    let order = |shown: &Value, members: &[&str]| {
        let shown: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        let mut places = members.iter().filter_map(|one| shown.iter().position(|two| one == two));
        assert!(places.clone().is_sorted(), "{shown:?}");
        assert!(places.next().is_some());
        assert!(shown.iter().all(|member| members.contains(member)), "{shown:?}");
    };
    let both = [
        "key",
        "code",
        "name",
        "alternativeCodes",
        "description",
        "active",
        "displayOnNHCPortal",
        "country",
        "mailingCountry",
        "city",
        "mailingCity",
        "featuredImageLicense",
        "featuredImageUrl",
        "featuredImageAttribution",
        "highlights",
    ];
    let institutions = [
        "types",
        "institutionalGovernances",
        "disciplines",
        "latitude",
        "longitude",
        "foundingDate",
        "numberSpecimens",
        "occurrenceCount",
        "typeSpecimenCount",
    ];
    let collections = [
        "contentTypes",
        "personalCollection",
        "preservationTypes",
        "accessionStatus",
        "institutionKey",
        "institutionCode",
        "institutionName",
        "numberSpecimens",
        "taxonomicCoverage",
        "geographicCoverage",
        "department",
        "division",
        "occurrenceCount",
        "typeSpecimenCount",
        "descriptorMatches",
    ];
    order(&of_institutions, &[&both[..], &institutions].concat());
    order(&of_collections, &[&both[..], &collections].concat());
    assert_eq!(of_collections["descriptorMatches"], json!([]));
    assert_eq!(of_collections["institutionCode"], "MNHN");
    assert_eq!(get(&client, "institution/search?limit=0")["facets"], json!([]));
}

#[test]
fn found_words_are_marked_on_demand() {
    let client = anybody();

    let marked = first(&client, "institution/search?q=kansas&hl=true");
    let plain = first(&client, "institution/search?q=kansas");

    let highlights = marked["highlights"].as_array().unwrap();
    assert!(!highlights.is_empty());
    for highlight in highlights {
        let snippet = highlight["snippet"].as_str().unwrap();
        assert!(snippet.contains("<b>Kansas</b>"), "{snippet}");
        assert!(highlight["field"].is_string());
    }
    assert_eq!(plain["highlights"], json!([]));
}

#[test]
fn facets_count_the_most_frequent_first() {
    let client = anybody();

    let page = get(&client, "institution/search?facet=country&facet=nonsense&limit=0");

    let facet = &page["facets"][0];
    let counts = facet["counts"].as_array().unwrap();
    assert_eq!(page["facets"].as_array().unwrap().len(), 1);
    assert_eq!(facet["field"], "COUNTRY");
    assert_eq!(counts[0]["name"], "US");
    assert_eq!(counts.len(), 10);
    assert!(facet["cardinality"].as_u64().unwrap() >= 25);
    for one in counts {
        let query = format!("institution?country={}&limit=0", one["name"].as_str().unwrap());
        assert_eq!(one["count"], count(&client, &query));
    }
    let numbers: Vec<i64> = counts.iter().map(|one| one["count"].as_i64().unwrap()).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] >= pair[1]));
}

#[test]
fn facets_of_concepts_count_what_stands_above() {
    let client = anybody();

    let page = get(&client, "collection/search?facet=CONTENT_TYPE&limit=0&facetLimit=100");

    for one in page["facets"][0]["counts"].as_array().unwrap() {
        let query = format!("collection?contentType={}&limit=0", one["name"].as_str().unwrap());
        assert_eq!(one["count"], count(&client, &query));
    }
    let names = page["facets"][0]["counts"].to_string();
    assert!(names.contains("\"Biological\"") && names.contains("\"PreservedOrganisms\""));
}

#[test]
fn facets_keep_to_filters_unless_several_are_chosen() {
    let client = anybody();
    let facet = |query: &str| {
        let page = get(&client, &format!("institution/search?limit=0&facet=COUNTRY&{query}"));
        page["facets"][0].clone()
    };

    assert_eq!(facet("country=ES")["cardinality"], 1);
    let all = facet("country=ES&q=kansas&facetMultiselect=true");
    assert_eq!(all, facet(""));
    assert_eq!(facet("facetLimit=2")["counts"].as_array().unwrap().len(), 2);
    assert_eq!(facet("COUNTRY.facetLimit=3")["counts"].as_array().unwrap().len(), 3);
    assert_eq!(facet("facetOffset=1")["counts"][0], facet("")["counts"][1]);
    let frequent = facet("facetMincount=3&facetLimit=100");
    assert!(
        frequent["counts"].as_array().unwrap().iter().all(|one| one["count"].as_i64() >= Some(3))
    );
}

#[test]
fn nothing_is_found_by_descriptors() {
    let client = anybody();

    let page = get(&client, "collection/search?typeStatus=HOLOTYPE&facet=TAXON_KEY");

    assert_eq!(page["count"], 0);
    assert_eq!(page["facets"], json!([{ "field": "TAXON_KEY", "cardinality": 0, "counts": [] }]));
}

#[test]
fn an_identifier_leads_to_a_page() {
    let client = anybody();
    let institution = first(&client, "institution?identifierType=GRSCICOLL_URI");
    let identifiers = institution["identifiers"].as_array().unwrap();
    let uri = identifiers.iter().find(|one| one["type"] == "GRSCICOLL_URI").unwrap();
    let uri = uri["identifier"].as_str().unwrap();
    let bare = uri.trim_start_matches("http://");
    let page = format!("https://www.gbif.org/grscicoll/institution/{}", key(&institution));

    for identifier in [uri.to_owned(), bare.to_owned(), format!("uat.{bare}")] {
        let answer = client.get(&format!("/v1/grscicoll/resolve?identifier={identifier}"));
        assert_eq!(answer.status(), 303, "{identifier}");
        assert_eq!(answer.header("location"), Some(page.as_str()));
    }
    assert_eq!(client.get("/v1/grscicoll/resolve?identifier=nothing").whole(), "404 \n");
    assert_eq!(
        client.get("/v1/grscicoll/resolve").whole(),
        refused(400, "Required request parameter 'identifier' is not present")
    );
}
