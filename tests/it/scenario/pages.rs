//! Pages that do not join up, by each service's way of paging.

use serde_json::{Value, json};

use super::enact;
use crate::support::Client;

/// A client of a service whose reads are paged with these faults.
fn client_of(api: &str, faults: &Value) -> Client {
    let client = Client::of(api);
    enact(
        &client,
        &json!([{ "match": { "api": api, "method": "GET" }, "effect": { "paging": faults } }]),
    );
    client
}

fn keys(page: &Value) -> Vec<&str> {
    page["results"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect()
}

fn datasets(gbif: &Client, offset: usize) -> Value {
    gbif.get(&format!("/v1/dataset?limit=10&offset={offset}")).json()
}

#[test]
fn gbif_shows_the_last_of_a_page_again() {
    let gbif = client_of("gbif", &json!({ "drift": 2 }));

    let pages = [datasets(&gbif, 0), datasets(&gbif, 10), datasets(&gbif, 20)];

    let sound = Client::of("gbif").get("/v1/dataset?limit=40").json();
    let (all, count) = (keys(&sound), sound["count"].as_i64().unwrap());
    assert_eq!(keys(&pages[0]), all[..10]);
    assert_eq!(keys(&pages[1]), all[8..18]);
    assert_eq!(keys(&pages[2]), all[16..26]);
    assert_eq!(pages.each_ref().map(|page| page["count"].as_i64().unwrap() - count), [0, 2, 4]);
    assert_eq!(pages.each_ref().map(|page| page["offset"].as_i64().unwrap()), [0, 10, 20]);
}

#[test]
fn gbif_repeats_pages_and_hides_or_invents_their_end() {
    let sound = Client::of("gbif");
    let count = datasets(&sound, 0)["count"].clone();

    let repeated = datasets(&client_of("gbif", &json!({ "repeat_page": true })), 10);
    let endless = datasets(&client_of("gbif", &json!({ "loop": true })), 5000);
    let ended = datasets(&client_of("gbif", &json!({ "early_end": true })), 0);
    let wrong = datasets(&client_of("gbif", &json!({ "wrong_total": true })), 0);

    assert_eq!(repeated["results"], datasets(&sound, 0)["results"]);
    assert_eq!((&repeated["offset"], &repeated["count"]), (&json!(10), &count));
    assert_eq!((&endless["endOfRecords"], &endless["count"]), (&json!(false), &json!(5020)));
    assert_eq!((&ended["endOfRecords"], &ended["count"]), (&json!(true), &count));
    assert_ne!(wrong["count"], count);
    assert_eq!(wrong["results"], datasets(&sound, 0)["results"]);
}

#[test]
fn gbif_is_asked_for_an_offset_that_it_does_not_believe() {
    let faults = json!({ "drift": 5, "loop": true });
    let far = "/v1/organization?limit=10&offset=9223372036854775807";
    let first = "/v1/organization?limit=10&offset=0";

    let page = client_of("gbif", &faults).get(far).json();

    assert_eq!(page["offset"], 0);
    assert_eq!(page, client_of("gbif", &faults).get(first).json());
}

#[test]
fn searches_of_gbif_drift_too_and_keep_their_facets() {
    let gbif = client_of("gbif", &json!({ "drift": 1 }));
    let path = "/v1/dataset/search?facet=type&limit=5&offset=5";

    let page = gbif.get(path).json();

    let sound = Client::of("gbif");
    let before = sound.get("/v1/dataset/search?limit=5&offset=4").json();
    assert_eq!(page["results"], before["results"]);
    assert_eq!(page["facets"], sound.get(path).json()["facets"]);
}

#[test]
fn single_things_and_whole_lists_of_gbif_have_no_pages() {
    let everything = json!({
        "drift": 1, "repeat_page": true, "loop": true, "early_end": true, "wrong_total": true,
    });
    let gbif = client_of("gbif", &everything);
    let sound = Client::of("gbif");
    let key = datasets(&sound, 0)["results"][0]["key"].clone();
    let one = format!("/v1/dataset/{}", key.as_str().unwrap());
    for path in [one.as_str(), "/v1/enumeration/country", "/v1/dataset/search/export"] {
        assert_eq!(gbif.get(path).body, sound.get(path).body, "{path}");
    }
}

fn observations(mo: &Client, page: usize, form: &str) -> crate::support::Answer {
    mo.get(&format!("/api2/observations{form}?detail=high&page={page}")).expect_status(200)
}

fn ids(page: &Value) -> Vec<i64> {
    page["results"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect()
}

#[test]
fn mushroom_observer_shows_the_last_of_a_page_again() {
    let mo = client_of("mo", &json!({ "drift": 30 }));

    let pages = [1, 2, 3].map(|page| observations(&mo, page, "").json());

    let ends = pages.each_ref().map(|page| {
        let ids = ids(page);
        (ids.len(), ids[0], ids[99])
    });
    assert_eq!(ends, [(100, 1, 100), (100, 71, 170), (100, 141, 240)]);
    let said = |name: &str| pages.each_ref().map(|page| page[name].as_i64().unwrap());
    assert_eq!(said("number_of_records"), [1300, 1330, 1360]);
    assert_eq!(said("number_of_pages"), [13, 14, 14]);
    assert_eq!(said("page_number"), [1, 2, 3]);
}

#[test]
fn mushroom_observers_xml_drifts_as_its_json_does() {
    let mo = client_of("mo", &json!({ "drift": 30 }));

    let xml = observations(&mo, 2, ".xml");
    let last = observations(&mo, 14, ".xml");

    let text = xml.text();
    assert!(text.contains("<results number=\"100\">\n    <result id=\"71\""), "{text}");
    assert!(text.contains("<number_of_records type=\"integer\">1330</number_of_records>"));
    // 13 pages of 70 come before it, 390 records are left.
    assert!(last.text().contains("<results number=\"100\">\n    <result id=\"911\""));
}

#[test]
fn a_key_does_not_keep_pages_from_drifting_and_its_use_is_counted_once() {
    let mo = client_of("mo", &json!({ "drift": 30 }));
    let key = crate::mo::key_of(&mo, 7);
    let uses = || -> i64 {
        let sql = "SELECT num_uses FROM mo_api_keys WHERE key = ?";
        let read = |db: &rusqlite::Connection| db.query_row(sql, [&key], |row| row.get(0));
        mo.session().data.transact(wardian::store::Transaction::Read, read).unwrap()
    };
    let before = uses();

    let path = format!("/api2/observations?detail=high&page=2&api_key={key}");
    let page = mo.get(&path).json();

    assert_eq!(ids(&page)[0], 71);
    assert_eq!(uses(), before + 1);
}

#[test]
fn mushroom_observer_repeats_pages_and_hides_or_invents_their_end() {
    let sound = Client::of("mo");

    let repeated = observations(&client_of("mo", &json!({ "repeat_page": true })), 3, "").json();
    let endless = observations(&client_of("mo", &json!({ "loop": true })), 13, "").json();
    let ended = observations(&client_of("mo", &json!({ "early_end": true })), 2, "").json();
    let wrong = observations(&client_of("mo", &json!({ "wrong_total": true })), 1, "").json();

    assert_eq!(repeated["results"], observations(&sound, 2, "").json()["results"]);
    assert_eq!(repeated["page_number"], 3);
    assert_eq!(
        (&endless["number_of_pages"], &endless["number_of_records"]),
        (&json!(14), &json!(1301))
    );
    assert_eq!((&ended["number_of_pages"], &ended["number_of_records"]), (&json!(2), &json!(1300)));
    assert_ne!(wrong["number_of_records"], 1300);
}

/// Walks through TBIA's records by its links, at most so many pages.
fn walk(tbia: &Client, pages: usize) -> Vec<Value> {
    let mut path = "/api/v1/occurrence?limit=20&county=臺北市".to_owned();
    let mut walked = Vec::new();
    while !path.is_empty() && walked.len() < pages {
        let page = tbia.get(&path).json();
        let next = page["links"]["next"].as_str().unwrap();
        path = next.split_once("/tbia").map(|(_, path)| path.to_owned()).unwrap_or_default();
        walked.push(page);
    }
    walked
}

#[test]
fn tbias_total_grows_while_its_pages_join_up() {
    let drifting = walk(&client_of("tbia", &json!({ "drift": 7 })), 4);

    let sound = walk(&Client::tbia(), 4);
    for (number, (page, sound)) in drifting.iter().zip(&sound).enumerate() {
        assert_eq!(page["data"], sound["data"]);
        let total = sound["meta"]["total"].as_u64().unwrap();
        assert_eq!(page["meta"]["total"], total + 7 * number as u64);
    }
}

#[test]
fn tbia_repeats_pages_under_other_cursors() {
    let repeating = walk(&client_of("tbia", &json!({ "repeat_page": true })), 4);

    let sound = walk(&Client::tbia(), 4);
    assert_eq!(repeating[0]["data"], sound[0]["data"]);
    for number in 1..4 {
        assert_eq!(repeating[number]["data"], sound[number - 1]["data"]);
        assert_eq!(repeating[number]["links"], sound[number]["links"]);
    }
}

#[test]
fn tbias_links_lead_to_themselves_or_nowhere() {
    let endless = walk(&client_of("tbia", &json!({ "loop": true })), 4);
    let ended = walk(&client_of("tbia", &json!({ "early_end": true })), 4);

    assert_eq!(endless.len(), 4);
    for page in &endless {
        assert_eq!(page["links"]["next"], page["links"]["self"]);
    }
    assert_eq!(ended.len(), 1);
    assert!(ended[0]["meta"]["total"].as_u64() > Some(20));
}

#[test]
fn a_fork_goes_on_where_its_session_was() {
    let tbia = client_of("tbia", &json!({ "drift": 7 }));
    let pages = walk(&tbia, 2);
    let next = pages[1]["links"]["next"].as_str().unwrap();
    let (_, path) = next.split_once("/tbia").unwrap();
    let name = tbia.session().name.as_str();
    let forked = tbia.control().post("/sessions", &json!({ "from": name })).expect_status(201);
    let forked = forked.any_json()["name"].as_str().unwrap().to_owned();

    let path = format!("/session/{forked}/tbia{path}");
    let request = http::Request::get(path.replace("臺北市", "%E8%87%BA%E5%8C%97%E5%B8%82"))
        .header("host", "127.0.0.1:8080")
        .body(bytes::Bytes::new())
        .unwrap();
    let third: Value = serde_json::from_slice(&tbia.emulator().answer(request).body).unwrap();

    let total = pages[0]["meta"]["total"].as_u64().unwrap();
    assert_eq!(third["meta"]["total"], total + 14);
}

/// The identifiers and the token of a page of headers.
fn harvest(gbif: &Client, query: &str) -> (Vec<String>, Option<String>) {
    let answer = gbif.get(&format!("/v1/oai-pmh/registry?verb=ListRecords&{query}"));
    let text = answer.expect_status(200).text().to_owned();
    let between = |start: &str, end: &str| {
        let pieces = text.split(start).skip(1);
        pieces.map(|piece| piece.split(end).next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let token = between("<resumptionToken ", "</resumptionToken>").pop();
    let token = token.and_then(|token| token.split_once("\">").map(|(_, token)| token.to_owned()));
    (between("<header><identifier>", "</identifier>"), token)
}

const FIRST: &str = "metadataPrefix=oai_dc";

#[test]
fn harvests_see_the_last_of_a_page_again() {
    let gbif = client_of("gbif", &json!({ "drift": 3 }));

    let (first, token) = harvest(&gbif, FIRST);
    let (second, token) = harvest(&gbif, &format!("resumptionToken={}", token.unwrap()));
    let (third, _) = harvest(&gbif, &format!("resumptionToken={}", token.unwrap()));

    assert_eq!(second[..3], first[97..]);
    assert_eq!(third[..3], second[97..]);
}

#[test]
fn tokens_lead_to_their_own_page_or_nowhere() {
    let gbif = client_of("gbif", &json!({ "loop": true }));
    let (first, token) = harvest(&gbif, FIRST);
    let (again, same) = harvest(&gbif, &format!("resumptionToken={}", token.clone().unwrap()));

    assert_eq!(again, first);
    assert_eq!(same, token);
    let (_, none) = harvest(&client_of("gbif", &json!({ "early_end": true })), FIRST);
    assert_eq!(none, None);
}

#[test]
fn harvests_repeat_pages() {
    let gbif = client_of("gbif", &json!({ "repeat_page": true }));
    let (first, token) = harvest(&gbif, FIRST);

    let (second, next) = harvest(&gbif, &format!("resumptionToken={}", token.unwrap()));

    assert_eq!(second, first);
    let (third, _) = harvest(&Client::of("gbif"), &format!("resumptionToken={}", next.unwrap()));
    assert!(!third.contains(&first[0]));
}
