//! Built-in scenarios for those who read: each breaks a naive client and lets a careful one through.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::{counts, struck_by};
use crate::support::Client;

/// What a client that walks through TBIA's records takes for granted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Harvester {
    /// Counts until it has as many as the portal says, and believes that what comes is JSON.
    Naive,
    /// Goes by the links until there is none, and asks again when something breaks.
    Careful,
}

const COUNTY: &str = "/api/v1/occurrence?county=臺北市&limit=20";

fn harvest(tbia: &Client, harvester: Harvester) -> Result<Vec<String>, String> {
    let mut path = COUNTY.to_owned();
    let (mut ids, mut attempts) = (Vec::new(), 0);
    loop {
        let answer = tbia.get(&path);
        attempts += 1;
        if harvester == Harvester::Careful && answer.status() >= 500 && attempts <= 5 {
            continue;
        }
        attempts = 0;
        let page: Value = serde_json::from_slice(&answer.body).map_err(|e| e.to_string())?;
        let records = page["data"].as_array().unwrap();
        ids.extend(records.iter().map(|record| record["id"].as_str().unwrap().to_owned()));
        let is_enough = ids.len() as u64 >= page["meta"]["total"].as_u64().unwrap();
        let next = page["links"]["next"].as_str().unwrap();
        match harvester {
            Harvester::Naive if is_enough => return Ok(ids),
            Harvester::Careful if next.is_empty() => return Ok(ids),
            _ if next.is_empty() => return Err("the list ends before its total".to_owned()),
            _ => next.split_once("/tbia").unwrap().1.clone_into(&mut path),
        }
    }
}

#[test]
fn without_a_scenario_both_harvesters_get_everything() {
    let naive = harvest(&Client::tbia(), Harvester::Naive).unwrap();
    let careful = harvest(&Client::tbia(), Harvester::Careful).unwrap();

    assert_eq!(naive, careful);
    assert!(naive.len() > 60, "there have to be pages: {}", naive.len());
}

#[test]
fn tbia_cursor_drift_leaves_those_who_count_without_an_end() {
    let naive = harvest(&struck_by("tbia-cursor-drift", "tbia"), Harvester::Naive);
    let careful = harvest(&struck_by("tbia-cursor-drift", "tbia"), Harvester::Careful);

    assert_eq!(naive.unwrap_err(), "the list ends before its total");
    assert_eq!(careful, harvest(&Client::tbia(), Harvester::Careful));
}

#[test]
fn tbia_500_mid_harvest_is_a_page_for_people_and_passes() {
    let naive = harvest(&struck_by("tbia-500-mid-harvest", "tbia"), Harvester::Naive);
    let tbia = struck_by("tbia-500-mid-harvest", "tbia");
    let careful = harvest(&tbia, Harvester::Careful);

    assert!(naive.unwrap_err().starts_with("expected value"), "HTML is no JSON");
    assert_eq!(careful, harvest(&Client::tbia(), Harvester::Careful));
    assert_eq!(counts(&tbia, "tbia-500-mid-harvest")[0].1, 2);
}

/// Records that are sensitive, as somebody with a key sees them.
fn sensitive(tbia: &Client) -> Vec<Value> {
    let credentials = tbia.control().get("/credentials").json();
    let key = credentials["tbia"][0]["apikey"].as_str().unwrap();
    let page = tbia.get(&format!("/api/v1/occurrence?limit=1000&apikey={key}")).json();
    let records = page["data"].as_array().unwrap().iter();
    let is_blurred = |record: &&Value| record["dataGeneralizations"] == true;
    let sensitive: Vec<Value> = records.filter(is_blurred).cloned().collect();
    assert!(!sensitive.is_empty());
    sensitive
}

/// Takes for granted that a key opens the exact place.
fn naive_place(record: &Value) -> Option<(f64, f64)> {
    Some((record["standardRawLatitude"].as_f64()?, record["standardRawLongitude"].as_f64()?))
}

/// Takes the blurred place where there is no other; some records have none.
fn careful_place(record: &Value) -> Option<(f64, f64)> {
    let blurred =
        || Some((record["standardLatitude"].as_f64()?, record["standardLongitude"].as_f64()?));
    naive_place(record).or_else(blurred)
}

#[test]
fn tbia_blurred_only_leaves_those_who_rely_on_exact_places_without_any() {
    let tbia = struck_by("tbia-blurred-only", "tbia");
    let records = sensitive(&tbia);

    assert!(sensitive(&Client::tbia()).iter().all(|record| naive_place(record).is_some()));
    assert_eq!(records.iter().filter_map(naive_place).count(), 0);
    assert!(records.iter().all(|record| record.get("rawCounty").is_none()));
    let placed = records.iter().filter_map(careful_place).count();
    assert!(placed > 0 && placed < records.len(), "{placed} of {}", records.len());
}

/// What a text was before somebody took its UTF-8 for Latin-1; none when it is no such text.
fn mended(text: &str) -> Option<String> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(|c| u8::try_from(u32::from(c))).collect();
    let mended = String::from_utf8(bytes.ok()?).ok()?;
    (mended != text).then_some(mended)
}

#[test]
fn mojibake_hides_a_county_from_those_who_compare_and_can_be_mended() {
    let counties = |tbia: &Client| -> Vec<String> {
        let page = tbia.get(COUNTY).json();
        let records = page["data"].as_array().unwrap().iter();
        // Sensitive records do not show it.
        records.filter_map(|record| record["county"].as_str().map(str::to_owned)).collect()
    };
    let shown = counties(&struck_by("mojibake", "tbia"));

    let naive = shown.iter().filter(|county| *county == "臺北市").count();
    let careful = shown.iter().filter(|county| mended(county).as_deref() == Some("臺北市")).count();

    assert_eq!((naive, careful), (0, counties(&Client::tbia()).len()));
}

#[test]
fn mojibake_reaches_every_service_and_form() {
    let authors = struck_by("mojibake", "mo").get("/observations.csv");
    assert_eq!(authors.header("x-wardian-fault"), None, "coordinates and dates are ASCII");
    for (api, path) in [
        ("mo", "/names.csv"),
        ("mo", "/api2/names.xml?detail=low"),
        ("gbif", "/v1/organization?limit=100"),
        ("gbif", "/v1/grscicoll/institution/export"),
        ("gbif", "/v1/oai-pmh/registry?verb=ListRecords&metadataPrefix=oai_dc"),
    ] {
        let garbled = struck_by("mojibake", api).get(path);

        assert_ne!(garbled.body, Client::of(api).get(path).body, "{path}");
        assert!(garbled.text().contains('Ã'), "{path}");
    }
}

/// The records of a page of the registry's harvesting interface, its token and what it calls an error.
struct Page {
    identifiers: Vec<String>,
    token: Option<String>,
    error: Option<String>,
}

fn page(gbif: &Client, token: Option<&str>) -> Page {
    let what = token.map_or("metadataPrefix=oai_dc".to_owned(), |t| format!("resumptionToken={t}"));
    let path = format!("/v1/oai-pmh/registry?verb=ListRecords&{what}");
    let answer = gbif.get(&path).expect_status(200);
    let text = answer.text();
    let inner = |piece: &str| piece.split('<').next().unwrap_or_default().to_owned();
    let after = |tag: &str| text.split(tag).nth(1).and_then(|rest| rest.split_once('>'));
    Page {
        identifiers: text.split("<header><identifier>").skip(1).map(inner).collect(),
        token: after("<resumptionToken ").map(|(_, rest)| inner(rest)).filter(|t| !t.is_empty()),
        error: after("<error code=\"").map(|(code, _)| code.trim_end_matches('"').to_owned()),
    }
}

/// Goes on as long as there is a token; status 200 is all that it looks for.
fn naive_harvest(gbif: &Client) -> Vec<String> {
    let mut first = page(gbif, None);
    let mut all = std::mem::take(&mut first.identifiers);
    let mut token = first.token;
    while let Some(next) = token {
        let page = page(gbif, Some(&next));
        all.extend(page.identifiers);
        token = page.token;
    }
    all
}

/// Begins anew when a token is refused, and keeps each record once.
fn careful_harvest(gbif: &Client) -> Vec<String> {
    let mut all = BTreeMap::new();
    let mut token = None;
    loop {
        let page = page(gbif, token.as_deref());
        if page.error.as_deref() == Some("badResumptionToken") {
            token = None;
            continue;
        }
        assert_eq!(page.error, None);
        for identifier in page.identifiers {
            let place = all.len();
            all.entry(identifier).or_insert(place);
        }
        token = page.token;
        if token.is_none() {
            let mut in_order: Vec<(usize, String)> =
                all.into_iter().map(|(identifier, place)| (place, identifier)).collect();
            in_order.sort();
            return in_order.into_iter().map(|(_, identifier)| identifier).collect();
        }
    }
}

#[test]
fn oai_token_expired_ends_the_harvest_of_those_who_look_at_the_status_alone() {
    let all = naive_harvest(&Client::of("gbif"));

    assert_eq!(naive_harvest(&struck_by("oai-token-expired", "gbif")), all[..200]);
    assert_eq!(careful_harvest(&struck_by("oai-token-expired", "gbif")), all);
}

#[test]
fn an_expired_token_is_refused_in_the_words_of_the_protocol() {
    let sound = Client::of("gbif");
    let gbif = struck_by("oai-token-expired", "gbif");
    let token = page(&gbif, None).token.unwrap();
    let (token, refused) = (page(&gbif, Some(&token)).token.unwrap(), "MTow");
    let path =
        |token: &str| format!("/v1/oai-pmh/registry?verb=ListRecords&resumptionToken={token}");

    let (injected, own) = (gbif.get(&path(&token)), sound.get(&path(refused)));

    let without_moment = |text: &str| {
        let (start, rest) = text.split_once("<responseDate>").unwrap();
        let (_, rest) = rest.split_once("</responseDate>").unwrap();
        format!("{start}{rest}")
    };
    assert_eq!((injected.status(), injected.content_type()), (200, "application/xml"));
    assert_eq!(
        without_moment(injected.text()),
        without_moment(own.text()).replace(refused, &token)
    );
}

/// How long an answer takes to begin, and how long to come.
fn timing(gbif: &Client, path: &str) -> (Duration, Duration, usize) {
    let request = http::Request::get(format!("/gbif{path}"))
        .header("host", "127.0.0.1:8080")
        .header("x-wardian-session", gbif.session().name.as_str())
        .body(bytes::Bytes::new())
        .unwrap();
    let reply = gbif.emulator().answer(request);
    let bytes = reply.body.len();
    let Some(delivery) = reply.delivery else { return Default::default() };
    let rate = delivery.rate.map_or(u64::MAX, std::num::NonZeroU64::get);
    (delivery.delay, Duration::from_secs(bytes as u64 / rate), bytes)
}

#[test]
fn gbif_slow_export_outlasts_those_who_wait_ten_seconds_and_comes_whole() {
    const USUAL_PATIENCE: Duration = Duration::from_secs(10);
    let gbif = struck_by("gbif-slow-export", "gbif");
    for path in [
        "/v1/dataset/search/export",
        "/v1/grscicoll/institution/export?format=CSV",
        "/v1/grscicoll/collection/export",
        "/v1/grscicoll/collection/exportForInstitution?country=DK",
    ] {
        let (begins, comes, bytes) = timing(&gbif, path);

        assert!(begins > USUAL_PATIENCE, "{path}");
        // Pieces come all the time, so whoever measures the time between them gets everything.
        assert!(comes > Duration::ZERO && bytes > 4000, "{path}: {bytes}");
        assert_eq!(bytes, Client::of("gbif").get(path).body.len());
    }
    assert_eq!(timing(&gbif, "/v1/dataset?limit=1"), Default::default());
}
