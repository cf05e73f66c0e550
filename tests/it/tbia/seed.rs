//! What the seeded world of TBIA holds: its shape, and the keys that documents and clients use.

use std::collections::{HashMap, HashSet};

use rstest::rstest;
use serde_json::Value;
use wardian::world::{Recipe, World};

use super::{ALL, ALL_WITH_KEY, search, total};

#[rstest]
#[case("id=6540d35818aad00028ecda95", 1)]
#[case("occurrenceID=TAIF:PLANT:8540:1:1:186874", 1)]
#[case("catalogNumber=186874", 1)]
#[case("taxonID=t0052516", 30)]
#[case("taxonID=t0068195", 20)]
#[case("taxonID=t0032116", 5)]
#[case("taxonID=t0085944", 5)]
#[case("isCollection=true&taxonID=t0040108", 21)]
#[case("rightsHolder=台灣生物多樣性網絡 TBN", 1)]
#[case("rightsHolder=濕地環境資料庫", 1)]
#[case("datasetName=100年高雄都會公園環境長期監測研究計畫-生物(動植物)", 10)]
#[case("eventDate=2021-10-21", 2)]
#[case("eventDate=2021-10-21,2021-10-25", 5)]
#[case("created=2023-05-09", 5)]
#[case("modified=2023-05-09", 5)]
#[case("boundedBy=122,24,121,23", 100)]
#[case("boundedBy=122,24,121,23&rightsHolder=GBIF", 10)]
#[case("polygon=POLYGON((120.75 23.50,121.00 23.50,121.00 23.72,120.75 23.72,120.75 23.50))", 10)]
#[case("circle=122.51,24.9,10", 3)]
#[case("circle=121.488,22.661,10", 30)]
#[case("bioGroup=鳥類&county=彰化縣&municipality=芳苑鄉", 20)]
#[case("county=臺東縣&municipality=東河鄉", 20)]
#[case("county=臺東縣&municipality=東河鄉&name=刺桐", 1)]
#[case("county=臺東縣&municipality=東河鄉&name=檳榔", 1)]
#[case("county=臺東縣&municipality=東河鄉&isProtected=true", 3)]
#[case("name=小白鷺", 1)]
#[case("higherTaxon=t0002476", 1)]
#[case("recordedBy=志工小組", 1)]
#[case("resourceContacts=台灣兩棲類保育志工團隊", 1)]
#[case("recordNumber=218114", 1)]
#[case("tbiaDatasetID=d674d7e0ec3bd2c006cefb438", 1)]
fn documented_requests_find_records(#[case] query: &str, #[case] least: i64) {
    assert!(total(query) >= least, "{query}: {}", total(query));
}

#[rstest]
#[case("t0032116")]
#[case("t0085944")]
fn the_script_of_the_survey_finds_some_of_its_protected_mammals(#[case] taxon: &str) {
    let area = "POLYGON((120.0188 22.8648,121.0020 22.8648,121.0020 23.7049,120.0188 23.7049,120.0188 22.8648))";
    let query = format!("taxonID={taxon}&polygon={area}&eventDate=2021-06-01,2023-08-16");

    assert!(total(&query) > 0);
    assert!(total(&format!("taxonID={taxon}&sensitiveCategory=輕度")) > 0);
}

#[test]
fn the_open_sea_off_yilan_has_its_three_species() {
    let page = search("circle=122.51,24.9,10&limit=1000");

    let names: HashSet<&str> = page.texts("common_name_c").into_iter().collect();
    for name in ["大水薙鳥", "長吻飛旋海豚", "鬼頭刀"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
}

#[test]
fn the_documented_specimen_is_of_the_forestry_herbarium_and_hides_its_place() {
    for query in ["occurrenceID=TAIF:PLANT:8540:1:1:186874", "catalogNumber=186874"] {
        let page = search(query);
        page.all("rightsHolder", |holder| holder == "林業試驗所植物標本資料庫")
            .all("standardLatitude", Value::is_null)
            .all("id", |id| id == "6540d35818aad00028ecda95");
    }
}

#[test]
fn at_scale_one_there_are_a_few_thousand_records() {
    let total = total("");

    assert!((3_000..=5_000).contains(&total), "{total}");
}

fn share(records: &[Value], holds: impl Fn(&Value) -> bool) -> f64 {
    let count = records.iter().filter(|record| holds(record)).count();
    count as f64 / records.len() as f64
}

#[test]
fn fields_are_filled_as_often_as_they_should_be() {
    let records = &*ALL;

    for (field, expected) in [
        ("standardDate", 0.93),
        ("standardLatitude", 0.80),
        ("standardOrganismQuantity", 0.45),
        ("associatedMedia", 0.20),
        ("basisOfRecord", 0.85),
        ("catalogNumber", 0.22),
        ("coordinatePrecision", 0.06),
        ("coordinateUncertaintyInMeters", 0.40),
        ("dataGeneralizations", 0.70),
        ("eventDate", 0.96),
        ("county", 0.72),
        ("municipality", 0.66),
        ("locality", 0.65),
        ("mediaLicense", 0.20),
        ("occurrenceID", 0.97),
        ("organismQuantity", 0.50),
        ("organismQuantityType", 0.30),
        ("originalScientificName", 0.25),
        ("preservation", 0.08),
        ("recordedBy", 0.70),
        ("recordNumber", 0.14),
        ("references", 0.60),
        ("resourceContacts", 0.60),
        ("sensitiveCategory", 0.08),
        ("sourceCreated", 0.45),
        ("sourceModified", 0.65),
        ("sourceScientificName", 0.92),
        ("sourceVernacularName", 0.70),
        ("typeStatus", 0.01),
        ("verbatimCoordinateSystem", 0.35),
        ("verbatimLatitude", 0.81),
        ("verbatimSRS", 0.55),
        ("scientificNameID", 0.25),
        ("taxonID", 0.95),
    ] {
        let filled = share(records, |record| !record[field].is_null());
        let tolerance = if expected < 0.1 { 0.02 } else { 0.05 };
        assert!((filled - expected).abs() < tolerance, "{field}: {filled:.3}, not {expected}");
    }
}

#[test]
fn the_records_are_mixed_as_they_should_be() {
    let records = &*ALL;
    let part = |query: &str| total(query) as f64 / records.len() as f64;

    let collections = part("isCollection=true");
    assert!((0.25..0.35).contains(&collections), "collections: {collections}");
    let higher = share(records, |record| record["match_higher_taxon"] == true);
    assert!((0.07..0.11).contains(&higher), "matched higher: {higher}");
    let recent = share(records, |r| r["standardDate"].as_str().is_some_and(|day| day > "2005"))
        / share(records, |r| !r["standardDate"].is_null());
    assert!((0.62..0.82).contains(&recent), "after 2005: {recent}");
    let light = part("sensitiveCategory=輕度");
    let heavy = part("sensitiveCategory=重度");
    let hidden = part("sensitiveCategory=縣市&sensitiveCategory=座標不開放");
    let sensitive = light + heavy + hidden;
    assert!((0.06..0.10).contains(&sensitive), "sensitive: {sensitive}");
    assert!((0.4..0.6).contains(&(light / sensitive)), "輕度: {light}");
    assert!((0.15..0.35).contains(&(heavy / sensitive)), "重度: {heavy}");
    assert!((0.15..0.35).contains(&(hidden / sensitive)), "hidden: {hidden}");
}

#[test]
fn the_ten_commonest_species_hold_about_half_of_the_records() {
    let records = &*ALL;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for record in records {
        if let Some(taxon) = record["taxonID"].as_str() {
            *counts.entry(taxon).or_default() += 1;
        }
    }
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));

    let common = counts[..10].iter().sum::<usize>() as f64 / records.len() as f64;

    assert!(counts.len() >= 90, "{} taxa", counts.len());
    assert!((0.4..0.6).contains(&common), "{common}");
}

#[test]
fn imports_were_on_few_days_and_modified_is_never_before_created() {
    let records = &*ALL;
    let days = |field: &str| -> HashSet<String> {
        records.iter().map(|record| record[field].as_str().unwrap().to_owned()).collect()
    };

    assert!((8..=12).contains(&days("created").len()), "{:?}", days("created"));
    assert!((5..=8).contains(&days("modified").len()), "{:?}", days("modified"));
    for record in records {
        assert!(record["created"].as_str() <= record["modified"].as_str(), "{record}");
        if let Some(day) = record["standardDate"].as_str() {
            assert!(("1904-01-01"..="2024-12-31").contains(&day), "{day}");
            assert!(Some(day) < record["created"].as_str(), "{record}");
        }
    }
}

#[test]
fn the_first_half_of_an_id_is_the_time_of_its_making() {
    for record in ALL.iter() {
        let seconds = i64::from_str_radix(&record["id"].as_str().unwrap()[..8], 16).unwrap();
        let day = jiff::Timestamp::from_second(seconds).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
        assert_eq!(record["created"], day.date().to_string());
    }
}

#[test]
fn every_point_lies_in_taiwan_or_its_waters() {
    for record in ALL_WITH_KEY.iter() {
        for (latitude, longitude) in [
            ("standardLatitude", "standardLongitude"),
            ("standardRawLatitude", "standardRawLongitude"),
        ] {
            let (Some(latitude), Some(longitude)) =
                (record[latitude].as_f64(), record[longitude].as_f64())
            else {
                continue;
            };
            assert!((20.6..26.3).contains(&latitude), "{record}");
            assert!((116.6..122.6).contains(&longitude), "{record}");
        }
    }
}

#[test]
fn scientific_names_and_codes_of_museums_are_those_of_the_whole_world() {
    let world = World::new(&Recipe::default()).unwrap();
    let names: HashSet<String> = ALL
        .iter()
        .filter_map(|record| record["scientificName"].as_str().map(str::to_owned))
        .collect();

    for name in names {
        assert!(world.taxa.find(&name).is_some(), "{name} is unknown to the world");
    }
    let datasets: Vec<HashMap<String, String>> = world.data.rows("taiwan/datasets.csv").unwrap();
    for dataset in datasets {
        let code = &dataset["institution_code"];
        let is_known = world.institutions.iter().any(|institution| institution.code == *code);
        assert!(code.is_empty() || is_known, "{code} is unknown to the world");
    }
}

#[test]
fn what_is_matched_has_a_classification_and_what_is_not_has_none() {
    for record in ALL.iter() {
        let fields = ["scientificName", "taxonRank", "kingdom", "kingdom_c", "phylum", "family"];
        let is_matched = !record["taxonID"].is_null();
        for field in fields {
            assert_eq!(!record[field].is_null(), is_matched, "{field}: {record}");
        }
        if !is_matched {
            assert_eq!(record["match_higher_taxon"], false);
            assert!(!record["originalScientificName"].is_null());
        }
        let rank = record["taxonRank"].as_str().unwrap_or_default();
        if record["match_higher_taxon"] == true {
            assert!(matches!(rank, "genus" | "family"), "{rank}");
        }
        assert_eq!(rank == "family", is_matched && record["genus"].is_null(), "{record}");
    }
}

#[test]
fn another_seed_has_the_documented_records_too() {
    use std::sync::Arc;
    use wardian::apis;
    use wardian::emulator::{Emulator, Settings};

    let world = World::new(&Recipe { seed: 7, ..Recipe::default() }).unwrap();
    let tbia = apis::all().into_iter().filter(|api| api.name() == "tbia").collect::<Vec<_>>();
    let image = wardian::seeding::grow(&world, &tbia).unwrap();
    let emulator = Arc::new(Emulator::new(tbia, image, None, Settings::default()));
    let client = crate::support::Client::of_emulator(emulator, "/tbia");
    let total = |query: &str| {
        client.get(&format!("/api/v1/occurrence?{query}")).json()["meta"]["total"].as_i64().unwrap()
    };

    assert_eq!(total("id=6540d35818aad00028ecda95"), 1);
    assert!(total("isCollection=true&taxonID=t0040108") >= 21);
    assert!(total("circle=122.51,24.9,10") >= 3);
    assert!(total("eventDate=2021-10-21,2021-10-25") >= 5);
}
