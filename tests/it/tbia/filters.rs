//! What records can be asked for by.

use std::collections::HashSet;

use rstest::rstest;

use super::{every, search, total};

fn ids(query: &str) -> HashSet<String> {
    every(query).iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

#[rstest]
#[case("taxonID", "t0052516")]
#[case("rightsHolder", "GBIF")]
#[case("datasetName", "台灣繁殖鳥類大調查")]
#[case("tbiaDatasetID", "d674d7e0ec3bd2c006cefb438")]
#[case("county", "臺東縣")]
#[case("municipality", "芳苑鄉")]
#[case("taxonRank", "subspecies")]
#[case("bioGroup", "鳥類")]
#[case("basisOfRecord", "PreservedSpecimen")]
#[case("sensitiveCategory", "輕度")]
#[case("locality", "彰化縣芳苑鄉")]
#[case("recordNumber", "218114")]
#[case("catalogNumber", "186874")]
#[case("created", "2023-05-09")]
#[case("modified", "2023-05-09")]
fn a_filter_lets_through_what_has_its_value_and_nothing_else(
    #[case] field: &str,
    #[case] value: &str,
) {
    let found = every(&format!("{field}={value}"));

    let holders = every("").into_iter().filter(|record| record[field] == value);
    // A hidden record is found by its county, too.
    let shown: Vec<_> = found.iter().filter(|record| !record[field].is_null()).cloned().collect();
    let ids = |records: Vec<serde_json::Value>| -> Vec<String> {
        records.iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!shown.is_empty());
    assert_eq!(ids(shown), ids(holders.collect()));
    assert!(total(&format!("{field}={value}")) < total(""));
}

#[test]
fn totals_are_those_of_the_pages_whatever_they_are_counted_by() {
    for query in [
        "taxonID=t0052516",
        "rightsHolder=GBIF&created=2023-05-09",
        "rightsHolder=GBIF&taxonID=t0052516",
        "eventDate=2015-01-01,2019-12-31",
        "eventDate=2015-01-01,2019-12-31&bioGroup=鳥類",
        "modified=2024-01-01,2024-12-31&county=南投縣",
        "isNative=true&isCollection=false",
        "isProtected=false&hasMedia=true",
        "name=白&recordedBy=陳",
        "boundedBy=122,24,121,23&bioGroup=Birds",
        "taxonRank=infraspecies&organismQuantity=1",
    ] {
        let found = every(query);
        assert!(!found.is_empty(), "{query}");
        assert_eq!(i64::try_from(found.len()).unwrap(), total(query), "{query}");
    }
}

#[rstest]
#[case("id=6540d35818aad00028ecda95&id=x&id=6540d35818aad00028ecda95", 1)]
#[case("taxonID=t9999999", 0)]
#[case("rightsHolder=gbif", 0)]
#[case("rightsHolder=GBI*", 0)]
#[case("rightsHolder=%20GBIF", 0)]
#[case("county=台東縣", 0)]
#[case("id=unknown", 0)]
fn texts_are_compared_whole_and_as_they_are(#[case] query: &str, #[case] expected: i64) {
    assert_eq!(total(query), expected);
}

#[rstest]
#[case("taxonID=t0052516", "taxonID=t0068195")]
#[case("rightsHolder=GBIF", "rightsHolder=濕地環境資料庫")]
#[case("eventDate=2021-10-21", "eventDate=2021-10-23")]
#[case("created=2023-05-09", "created=2024-08-21")]
#[case("county=臺東縣", "county=南投縣")]
#[case("name=小白鷺", "name=獼猴")]
#[case("boundedBy=122,24,121,23", "boundedBy=121,24,120,23")]
#[case("circle=121.488,22.661,10", "circle=122.51,24.9,10")]
#[case(
    "polygon=POLYGON((120.7 23.5,120.9 23.5,120.9 23.7,120.7 23.7,120.7 23.5))",
    "polygon=POLYGON((121 23,122 23,122 24,121 23))"
)]
#[case("hasMedia=video", "hasMedia=audio")]
#[case("preservation=蠟葉", "preservation=針插")]
fn repeating_a_parameter_unites(#[case] one: &str, #[case] other: &str) {
    let (one_ids, other_ids) = (ids(one), ids(other));
    assert!(!one_ids.is_empty() && !other_ids.is_empty());

    assert_eq!(ids(&format!("{one}&{other}")), &one_ids | &other_ids);
}

#[test]
fn different_parameters_narrow_each_other() {
    let both = ids("taxonID=t0052516&rightsHolder=GBIF");

    assert_eq!(both, &ids("taxonID=t0052516") & &ids("rightsHolder=GBIF"));
    assert!(!both.is_empty());
}

#[test]
fn commas_part_the_names_of_sources_and_datasets() {
    assert_eq!(
        total("rightsHolder=GBIF,濕地環境資料庫"),
        total("rightsHolder=GBIF&rightsHolder=濕地環境資料庫")
    );
    assert_eq!(total("rightsHolder=GBIF, 濕地環境資料庫"), total("rightsHolder=GBIF"));
    let with_comma =
        "datasetName=Biological Collection of the National Taiwan Museum, Taipei, Taiwan";
    assert!(total(with_comma) > 0);
    assert_eq!(total("taxonID=t0052516,t0068195"), 0);
}

#[test]
fn empty_values_do_not_count() {
    let all = total("");

    for name in ["taxonID", "isCollection", "eventDate", "boundedBy", "polygon", "apikey", "id"] {
        assert_eq!(total(&format!("{name}=")), all, "{name}");
    }
}

#[test]
fn the_id_overrides_all_other_filters_even_broken_ones() {
    let id = "id=6540d35818aad00028ecda95";

    assert_eq!(total(&format!("{id}&taxonID=t0052516&eventDate=x&circle=y&isCollection=z")), 1);
    assert!(
        search(&format!("{id}&cursor=AoE4NjU0MGQzNTgxOGFhZDAwMDI4ZWNkYTk1")).records().is_empty()
    );
}

#[test]
fn event_dates_are_compared_with_the_standard_date_both_ends_included() {
    let day = |record: &serde_json::Value| record.as_str().unwrap().to_owned();

    search("eventDate=2021-10-21").all("standardDate", |date| date == "2021-10-21");
    search("eventDate=2021-10-21,2021-10-25&limit=1000").all("standardDate", |date| {
        ("2021-10-21".to_owned()..="2021-10-25".to_owned()).contains(&day(date))
    });
    assert_eq!(total("eventDate=2021-10-25,2021-10-21"), 0);
    assert_eq!(total("eventDate=2021-10-21,x,y"), total("eventDate=2021-10-21"));
    let dated = every("").iter().filter(|record| record["standardDate"].is_string()).count();
    assert_eq!(total("eventDate=0001-01-01,9999-12-31"), i64::try_from(dated).unwrap());
}

#[rstest]
#[case("2021-06-01, 2023-08-16")]
#[case("2021-10-21,")]
#[case(",2021-10-25")]
#[case("x,y")]
fn a_broken_range_of_event_dates_is_ignored(#[case] range: &str) {
    assert_eq!(total(&format!("eventDate={range}")), total(""));
}

#[test]
fn names_are_found_by_any_part_of_any_of_them() {
    let egret = total("taxonID=t0052516");

    for name in ["小白鷺", "egretta GARZ", " Egretta   garzetta ", "白鷺鷥", "Ardea garzetta"]
    {
        assert!(total(&format!("name={name}")) >= egret, "{name}");
    }
    assert_eq!(total("name=台灣獼猴"), total("name=臺灣獼猴"));
    assert_eq!(total("name=kandelia candel"), total("name=Kandelia CANDEL"));
    assert_eq!(total("name=小白鷺%0A白鷺鷥"), 0);
}

#[test]
fn a_higher_taxon_brings_all_that_belongs_to_it() {
    let family = search("higherTaxon=t0002476&limit=1000");

    family.all("family", |name| name == "Ardeidae");
    assert!(family.texts("taxonID").contains(&"t0052516"));
    assert!(family.texts("taxonID").contains(&"t0002476"));
    assert_eq!(total("higherTaxon=t0068195"), total("taxonID=t0068195"));
    assert_eq!(total("higherTaxon=t7777777"), total(""));
}

#[test]
fn old_and_english_names_of_groups_are_understood() {
    assert_eq!(total("bioGroup=Birds"), total("bioGroup=鳥類"));
    let insects = "bioGroup=甲蟲類&bioGroup=蛾類&bioGroup=蝶類&bioGroup=蜻蛉類&bioGroup=其他昆蟲";
    assert_eq!(total("bioGroup=昆蟲"), total(insects));
    assert_eq!(total("bioGroup=Insects"), total(insects));
    let plants = "bioGroup=裸子植物&bioGroup=被子植物&bioGroup=蕨類植物";
    assert_eq!(total("bioGroup=Plants"), total(plants));
    assert_eq!(total("bioGroup=birds"), 0);
}

#[test]
fn ranks_below_the_species_have_a_common_name() {
    let below = total("taxonRank=subspecies&taxonRank=variety");

    assert!(below > 0);
    assert_eq!(total("taxonRank=infraspecies"), below);
    assert_eq!(total("taxonRank=sub"), below);
}

#[test]
fn native_and_protected_taxa_are_told_from_others() {
    assert_eq!(total("isNative=true"), total("isNative=y"));
    assert!(total("isNative=false") > 0);
    assert_eq!(total("isNative=false&taxonID=t0040102"), total("taxonID=t0040102"));
    assert_eq!(total("isNative=maybe"), total(""));
    assert_eq!(total("isProtected=y") + total("isProtected=n"), total(""));
    assert_eq!(total("isProtected=true&taxonID=t0032116"), total("taxonID=t0032116"));
    assert_eq!(total("isProtected=TRUE"), total(""));
}

#[test]
fn media_are_asked_for_by_kind() {
    let kinds = ["image", "video", "audio"].map(|kind| total(&format!("hasMedia={kind}")));

    assert_eq!(total("hasMedia=true"), kinds.iter().sum::<i64>());
    assert_eq!(total("hasMedia=y") + total("hasMedia=n"), total(""));
    assert_eq!(total("hasMedia=false"), total("hasMedia=n"));
    assert_eq!(total("imagePresence=image"), kinds[0]);
    assert_eq!(total("hasMedia=smell"), total(""));
    search("hasMedia=audio")
        .all("associatedMedia", |media| media.as_str().unwrap().contains(".mp3"));
    search("hasMedia=true&limit=1000").all("mediaLicense", serde_json::Value::is_string);
}

#[test]
fn collectors_contacts_and_preparations_are_found_by_a_part() {
    search("recordedBy=志工").all("recordedBy", |name| name.as_str().unwrap().contains("志工"));
    search("recordedBy=i PENG").all("recordedBy", |name| name.as_str().unwrap().contains("I Peng"));
    search("resourceContacts=兩棲類")
        .all("resourceContacts", |name| name == "台灣兩棲類保育志工團隊");
    assert_eq!(total("resourceContacts=臺灣兩棲類"), total("resourceContacts=台灣兩棲類"));
    search("preservation=蠟葉").all("preservation", |way| way == "蠟葉標本");
    assert_eq!(total("preservation=標本室"), 0);
}

#[test]
fn numbers_and_kinds_that_mean_nothing_do_not_count() {
    search("organismQuantity=2").all("standardOrganismQuantity", |number| number == 2.0);
    assert_eq!(total("organismQuantity=2.0"), total("organismQuantity=2"));
    assert_eq!(total("organismQuantity=two"), total(""));
    assert_eq!(total("basisOfRecord=preservedspecimen"), total(""));
    assert_eq!(total("typeStatus=模式") + total("typeStatus=一般"), total(""));
    assert!(total("typeStatus=模式") > 0);
    assert_eq!(total("typeStatus=x"), total(""));
}

#[test]
fn not_sensitive_means_so_said_or_nothing_said() {
    let open = every("sensitiveCategory=無");

    assert!(
        open.iter().all(|r| r["sensitiveCategory"].is_null() || r["sensitiveCategory"] == "無")
    );
    let others = total(
        "sensitiveCategory=輕度&sensitiveCategory=重度&sensitiveCategory=縣市&sensitiveCategory=座標不開放",
    );
    assert_eq!(i64::try_from(open.len()).unwrap() + others, total(""));
}

#[test]
fn hidden_records_are_found_by_the_county_that_they_do_not_show() {
    let specimen = search("county=屏東縣&municipality=滿州鄉&catalogNumber=186874");

    specimen.all("county", serde_json::Value::is_null);
    assert_eq!(specimen.total(), 1);
}
