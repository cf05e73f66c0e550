//! Searching datasets.

use serde_json::{Value, json};

use super::{DATASET, ORGANIZATION, admin, anybody, dataset_of, key_of, keys};
use crate::support::Client;

fn search(gbif: &Client, query: &str) -> Value {
    gbif.get(&format!("/v1/dataset/search?{query}")).json()
}

/// Registers a dataset with a title and a description.
fn register(gbif: &Client, title: &str, description: &str) -> String {
    let mut dataset = dataset_of(ORGANIZATION);
    dataset["title"] = title.into();
    dataset["description"] = description.into();
    key_of(&gbif.post("/v1/dataset", &dataset))
}

/// The counts of a facet.
fn counts(page: &Value, field: &str) -> Vec<(String, i64)> {
    let facets = page["facets"].as_array().unwrap();
    let facet = facets.iter().find(|facet| facet["field"] == field).unwrap();
    facet["counts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| (count["name"].as_str().unwrap().to_owned(), count["count"].as_i64().unwrap()))
        .collect()
}

#[test]
fn without_words_the_largest_come_first() {
    let page = search(&anybody(), "limit=3");

    assert_eq!(page["count"], 230);
    assert_eq!(page["facets"], json!([]));
    assert_eq!(page["results"][0]["title"], "eBird Observation Dataset");
    assert_eq!(search(&anybody(), "q=*&limit=3"), page);
}

#[test]
fn results_hold_what_is_there_and_no_more() {
    let page = search(&anybody(), "q=igasai");

    let result = &page["results"][0];
    assert_eq!(result["key"], DATASET);
    assert_eq!(result["doi"], "10.15468/igasai");
    assert_eq!(result.get("contacts"), None);
    assert_eq!(result.get("nameUsagesCount"), None);
    assert!(result["recordCount"].is_i64());
    let members: Vec<&str> = result.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members[..2], ["key", "title"]);
    let checklist = search(&anybody(), "type=checklist&limit=1");
    assert!(checklist["results"][0]["nameUsagesCount"].is_i64());
}

#[test]
fn a_search_sees_every_write_at_once() {
    let gbif = admin();

    let key = register(&gbif, "Quokkas of Rottnest", "None");
    assert_eq!(keys(&search(&gbif, "q=quokkas")), [key.as_str()]);
    gbif.delete(&format!("/v1/dataset/{key}"));

    assert_eq!(search(&gbif, "q=quokkas")["count"], 0);
}

#[test]
fn titles_weigh_more_than_descriptions() {
    let gbif = admin();
    let below = register(&gbif, "Marsupials of an island", "Mostly the quokka, a quokka island.");
    let above = register(&gbif, "Quokka records", "Counts.");

    assert_eq!(keys(&search(&gbif, "q=quokka")), [above, below]);
}

#[test]
fn hits_that_fit_alike_come_by_their_keys() {
    let gbif = admin();
    let mut registered = [(); 5].map(|()| register(&gbif, "Zyzzogetons of a bog", "Counted."));
    registered.sort();

    assert_eq!(keys(&search(&gbif, "q=zyzzogetons")["results"]), registered);
    assert_eq!(keys(&search(&gbif, "q=zyzzogetons&limit=2")["results"]), registered[..2]);
    let page = search(&gbif, "q=zyzzogetons&limit=2&offset=3");
    assert_eq!(keys(&page["results"]), registered[3..]);
    assert_eq!(page["count"], 5);
}

#[test]
fn a_doi_goes_before_everything() {
    let gbif = admin();
    register(&gbif, "About 10.15468/igasai and igasai", "igasai igasai igasai");

    for q in ["10.15468/igasai", "doi:10.15468/IGASAI", "https://doi.org/10.15468/igasai"] {
        assert_eq!(keys(&search(&gbif, &format!("q={q}")))[0], DATASET, "{q}");
    }
}

#[test]
fn every_parameter_that_parts_decide_can_be_counted_by() {
    let gbif = admin();
    let counts = |facet: &str, query: &str| -> Vec<(String, i64)> {
        let found = search(&gbif, &format!("limit=0&facet={facet}&{query}"));
        let counts = found["facets"][0]["counts"].as_array().unwrap();
        let count = |count: &Value| {
            (count["name"].as_str().unwrap().to_owned(), count["count"].as_i64().unwrap())
        };
        counts.iter().map(count).collect()
    };

    assert_eq!(counts("machineTagNamespace", "")[0], ("crawler.gbif.org".to_owned(), 230));
    assert_eq!(counts("machineTagName", "facetLimit=1"), [("crawl_attempt".to_owned(), 230)]);
    assert_eq!(counts("identifierType", "facetLimit=1"), [("URL".to_owned(), 230)]);
    for facet in
        ["machineTagValue", "identifier", "recordCount", "createdDate", "modifiedDate", "year"]
    {
        let all = counts(facet, "facetLimit=1000");
        let (name, count) = all[all.len() / 2].clone();
        let found = search(&gbif, &format!("{facet}={}", name.replace(['?', '&'], "")));
        assert!(count > 0 && !all.is_empty(), "{facet}");
        if facet != "identifier" {
            assert_eq!(found["count"], count, "{facet}={name}");
        }
    }
    let few = search(&gbif, "type=METADATA")["count"].as_i64().unwrap();
    let narrowed = counts("identifierType", "type=METADATA");
    assert!(few < 10 && narrowed[0] == ("URL".to_owned(), few));
}

#[test]
fn short_queries_need_all_words_and_long_ones_most() {
    let gbif = admin();
    let key = register(&gbif, "Quokka census with drones", "None");

    assert_eq!(search(&gbif, "q=quokka+zzzzzz")["count"], 0);
    assert_eq!(keys(&search(&gbif, "q=quokka+census+zzzzzz"))[0], key);
}

#[test]
fn misspelt_words_and_wildcards_find() {
    let gbif = admin();
    let key = register(&gbif, "Quokka census", "None");

    for q in ["quoka", "quokkka", "*okka*", "quok*", "*uokka", "q*ka"] {
        assert!(keys(&search(&gbif, &format!("q={q}"))).contains(&key), "{q}");
    }
}

#[test]
fn found_words_are_marked() {
    let gbif = admin();
    register(&gbif, "Quokka & friends", "A <b>quokka</b>.");

    let marked = search(&gbif, "q=quokka&hl=true")["results"][0].clone();
    let plain = search(&gbif, "q=quokka")["results"][0].clone();

    assert_eq!(marked["title"], "<em class=\"gbifHl\">Quokka</em> &amp; friends");
    assert_eq!(marked["description"], "A &lt;b&gt;<em class=\"gbifHl\">quokka</em>&lt;/b&gt;.");
    assert_eq!(plain["title"], "Quokka & friends");
}

#[test]
fn each_parameter_narrows_to_what_fits() {
    let gbif = anybody();
    let facets = [
        ("type", "TYPE", "type"),
        ("subtype", "SUBTYPE", "subtype"),
        ("publishingOrg", "PUBLISHING_ORG", "publishingOrganizationKey"),
        ("hostingOrg", "HOSTING_ORG", "hostingOrganizationKey"),
        ("publishingCountry", "PUBLISHING_COUNTRY", "publishingCountry"),
        ("hostingCountry", "HOSTING_COUNTRY", "hostingCountry"),
        ("endorsingNodeKey", "ENDORSING_NODE_KEY", "endorsingNodeKey"),
        ("networkKey", "NETWORK_KEY", "networkKeys"),
        ("keyword", "KEYWORD", "keywords"),
        ("decade", "DECADE", "decades"),
        ("projectId", "PROJECT_ID", "projectIdentifier"),
        ("category", "CATEGORY", "category"),
    ];
    for (parameter, field, member) in facets {
        let page = search(&gbif, &format!("facet={parameter}&limit=0"));
        let (value, count) = counts(&page, field)[0].clone();

        let narrowed = search(&gbif, &format!("{parameter}={value}&limit=1000"));

        assert_eq!(narrowed["count"], count, "{parameter}={value}");
        for result in narrowed["results"].as_array().unwrap() {
            let text = match &result[member] {
                Value::Array(list) => list.iter().map(|v| v.to_string().replace('"', "")).collect(),
                value => vec![value.to_string().replace('"', "")],
            };
            assert!(text.contains(&value), "{parameter}={value}: {text:?}");
        }
    }
}

#[test]
fn a_repeated_parameter_means_either() {
    let gbif = anybody();
    let count = |query: &str| search(&gbif, query)["count"].as_i64().unwrap();

    assert_eq!(
        count("type=CHECKLIST&type=metadata"),
        count("type=CHECKLIST") + count("type=METADATA")
    );
    assert_eq!(count("TYPE=checklist"), count("type=CHECKLIST"));
    assert_eq!(count("publishing_country=US"), count("publishingCountry=usa"));
    assert_eq!(count("type="), 230);
    assert_eq!(count("owningOrg=x"), 230);
    assert_eq!(count("license=CC0_1_0&license=CC_BY_4_0&license=CC_BY_NC_4_0"), 230);
    assert_eq!(count("country=US"), 0);
    assert!(count("decade=1990,2020") > count("decade=1990"));
    assert!(count("recordCount=1000,*") < 230);
}

#[test]
fn facets_count_the_most_frequent_first() {
    let page = search(&anybody(), "facet=type&facet=publishing_country&facet=nonsense&limit=0");

    assert_eq!(page["facets"].as_array().unwrap().len(), 2);
    let types = counts(&page, "TYPE");
    assert_eq!(types[0].0, "OCCURRENCE");
    assert_eq!(types.iter().map(|(_, count)| count).sum::<i64>(), 230);
    let countries = counts(&page, "PUBLISHING_COUNTRY");
    assert!(countries.is_sorted_by(|a, b| (-a.1, &a.0) <= (-b.1, &b.0)));
}

#[test]
fn facets_are_paged_each_by_itself() {
    let gbif = anybody();
    let whole =
        counts(&search(&gbif, "facet=publishingCountry&facet=type&limit=0"), "PUBLISHING_COUNTRY");

    let page = search(
        &gbif,
        "facet=publishingCountry&facet=type&facetLimit=2&publishingCountry.facetOffset=1&type.facetLimit=1&limit=0",
    );

    assert_eq!(counts(&page, "PUBLISHING_COUNTRY"), whole[1..3]);
    assert_eq!(counts(&page, "TYPE").len(), 1);
    let frequent = search(&gbif, "facet=publishingCountry&facetMinCount=10&limit=0");
    assert!(counts(&frequent, "PUBLISHING_COUNTRY").iter().all(|(_, count)| *count >= 10));
}

#[test]
fn a_multiselect_facet_is_counted_without_its_own_filter() {
    let gbif = anybody();
    let whole = counts(&search(&gbif, "facet=type&limit=0"), "TYPE");

    let single = search(&gbif, "facet=type&type=CHECKLIST&limit=0");
    let multi = search(&gbif, "facet=type&type=CHECKLIST&facetMultiselect=true&limit=0");

    assert_eq!(counts(&single, "TYPE").len(), 1);
    assert_eq!(counts(&multi, "TYPE"), whole);
    assert_eq!(multi["count"], counts(&single, "TYPE")[0].1);
}

#[test]
fn facets_respect_words_and_filters() {
    let gbif = anybody();

    let page = search(&gbif, "q=birds&publishingCountry=US&facet=type&limit=1000");

    let count: i64 = counts(&page, "TYPE").iter().map(|(_, count)| count).sum();
    assert_eq!(page["count"], count);
    assert!(count > 0 && count < 230);
}

#[test]
fn an_export_is_a_table_of_all_that_is_found() {
    let gbif = admin();
    register(&gbif, "Quokka \"census\", first", "None");

    let tsv = gbif.get("/v1/dataset/search/export");
    let csv = gbif.get("/v1/dataset/search/export?format=csv&q=quokka");

    assert_eq!(tsv.header("content-disposition"), Some("attachment; filename=gbif_datasets.tsv"));
    let lines: Vec<&str> = tsv.text().lines().collect();
    assert_eq!(lines.len(), 232);
    assert_eq!(lines[0].split('\t').count(), 19);
    assert!(lines[0].starts_with("dataset_key\ttitle\tdoi\tlicense\ttype\tsub_type\t"));
    assert!(lines.iter().all(|line| line.split('\t').count() == 19));
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=gbif_datasets.csv"));
    assert!(csv.text().contains("\"Quokka \"\"census\"\", first\""));
    assert_eq!(csv.text().matches("\r\n").count(), 2);
    assert_eq!(gbif.get("/v1/dataset/search/export?format=xls").status(), 400);
}

#[test]
fn suggestions_need_beginnings_of_words_of_the_title() {
    let gbif = admin();
    let second = register(&gbif, "A census of quokkas", "None");
    let first = register(&gbif, "Census of quokkas", "None");
    let suggest = |query: &str| keys(&gbif.get(&format!("/v1/dataset/suggest?{query}")).json());

    assert_eq!(suggest("q=census+of+quokk"), [first.as_str(), second.as_str()]);
    assert!(suggest("q=uokka").is_empty());
    assert!(suggest("q=census+of+quokk&type=CHECKLIST").is_empty());
    assert_eq!(suggest("").len(), 20);
    assert_eq!(suggest("limit=0").len(), 10);
    assert_eq!(suggest("limit=1000").len(), 100);
    let one = gbif.get("/v1/dataset/suggest?q=quokk").json()[0].clone();
    let members: Vec<&String> = one.as_object().unwrap().keys().collect();
    assert_eq!(members, ["key", "title", "description", "type"]);
}
