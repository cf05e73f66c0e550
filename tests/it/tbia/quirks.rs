//! Where the live portal differs from its documentation, both ways.

use super::{Found, OCCURRENCE};
use crate::support::{Client, documented_and_live};

fn find(tbia: &Client, query: &str) -> Found {
    Found(tbia.get(&format!("{OCCURRENCE}?{query}")).json())
}

/// How many records each query finds, documented and live.
fn totals<const N: usize>(quirk: &str, queries: [&str; N]) -> [[i64; N]; 2] {
    documented_and_live(quirk, |tbia| queries.map(|query| find(tbia, query).total()))
}

#[test]
fn repeated_parameters() {
    let [documented, live] = totals(
        "tbia.last_value_counts",
        [
            "county=臺北市",
            "county=花蓮縣",
            "county=臺北市&county=花蓮縣",
            "taxonID=t0040108",
            "taxonID=t0040108&taxonID=t0040108",
            "isCollection=true&isCollection=false",
            "isCollection=false",
        ],
    );

    assert_eq!(documented[2], documented[0] + documented[1]);
    assert_eq!(documented[4], documented[3]);
    assert!(documented[5] > documented[6]);
    assert_eq!(live[..2], documented[..2]);
    assert_eq!((live[2], live[4], live[5]), (live[1], 0, live[6]));
    assert!(live[3] > 0);
}

#[test]
fn lists_in_one_value() {
    let holder = |tbia: &Client| find(tbia, "limit=1").texts("rightsHolder")[0].to_owned();
    let [documented, live] = documented_and_live("tbia.last_value_counts", |tbia| {
        let holder = holder(tbia);
        find(tbia, &format!("rightsHolder=x,{holder}")).total()
    });

    assert!(documented > 0);
    assert_eq!(live, documented);
}

#[test]
fn an_id_and_other_filters() {
    let [documented, live] = totals(
        "tbia.id_and_filters",
        [
            "id=6540d35818aad00028ecda95",
            "id=6540d35818aad00028ecda95&taxonID=t0040108",
            "id=6540d35818aad00028ecda95&taxonID=t1",
            "id=6540d35818aad00028ecda95&eventDate=2021-01-01",
        ],
    );

    assert_eq!(documented, [1, 1, 1, 1]);
    assert_eq!(live, [1, 1, 0, 1], "days are no texts");
}

#[test]
fn records_without_media() {
    let queries = ["hasMedia=false", "hasMedia=n", "isCollection=true&isCollection=false"];
    let [documented, live] = totals("tbia.media_false_ignored", queries);

    assert_eq!(documented[0], documented[1]);
    assert_eq!(live, [documented[2], documented[1], documented[2]]);
}

#[test]
fn cursors_in_links() {
    let [documented, live] = documented_and_live("tbia.cursors_pile_up", |tbia| {
        let mut page = find(tbia, "limit=1&name=begonia");
        let mut counts = Vec::new();
        for _ in 0..3 {
            counts.push(page.next().matches("cursor=").count());
            let query = page.next().split_once('?').unwrap().1.to_owned();
            page = find(tbia, &query);
        }
        (counts, page.ids())
    });

    assert_eq!((documented.0, live.0), (vec![1, 1, 1], vec![1, 2, 3]));
    assert_eq!(live.1, documented.1, "the last cursor counts");
}

#[test]
fn flags_that_the_index_keeps_as_texts() {
    let [documented, live] = documented_and_live("tbia.texts_for_flags", |tbia| {
        let record = find(tbia, "id=6540d35818aad00028ecda95").records()[0].clone();
        [record["match_higher_taxon"].clone(), record["dataGeneralizations"].clone()]
    });

    assert_eq!(documented, [false, true]);
    assert_eq!(live[0], "False");
    assert_eq!(live[1], true);
}

#[test]
fn pages_of_other_origins() {
    let [documented, live] = documented_and_live("tbia.cors_allow_list", |tbia| {
        let page = tbia.with_header("origin", "https://example.org");
        let answer = page.get(&format!("{OCCURRENCE}?limit=1"));
        answer.header("access-control-allow-origin").map(str::to_owned)
    });

    assert_eq!((documented.as_deref(), live), (Some("*"), None));
}
