//! Harvesting.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{DATASET, NOBODY, ORGANIZATION, admin, anybody, dataset_of, key_of};
use crate::support::Client;

fn ask(gbif: &Client, query: &str) -> String {
    let answer = gbif.get(&format!("/v1/oai-pmh/registry?{query}"));
    assert_eq!((answer.status(), answer.content_type()), (200, "application/xml"));
    answer.text().to_owned()
}

/// The texts of all elements of a name.
fn texts(document: &str, name: &str) -> Vec<String> {
    let begins: Vec<&str> = document.split(&format!("<{name}")).skip(1).collect();
    begins
        .iter()
        .map(|rest| rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned())
        .collect()
}

/// All pages of a list.
fn harvest(gbif: &Client, verb: &str, query: &str) -> Vec<String> {
    let mut pages = vec![ask(gbif, &format!("verb={verb}&{query}"))];
    while let Some(token) =
        texts(pages.last().unwrap(), "resumptionToken").pop().filter(|t| !t.is_empty())
    {
        let token = token.replace('=', "%3D").replace('+', "%2B").replace('/', "%2F");
        pages.push(ask(gbif, &format!("verb={verb}&resumptionToken={token}")));
    }
    pages
}

fn error(query: &str) -> String {
    let document = ask(&anybody(), query);
    let rest = document.split("<error code=\"").nth(1).unwrap_or_else(|| panic!("{document}"));
    let (code, rest) = rest.split_once("\">").unwrap();
    let text = quick_xml::escape::unescape(rest.split('<').next().unwrap()).unwrap();
    format!("{code}: {text}")
}

#[test]
fn everything_is_harvested_in_both_formats_as_json_lists_it() {
    let gbif = anybody();
    let all = gbif.get("/v1/dataset?limit=1000").json();
    let all: Vec<&Value> = all["results"].as_array().unwrap().iter().collect();
    for prefix in ["oai_dc", "eml"] {
        for _ in 0..2 {
            let pages = harvest(&gbif, "ListRecords", &format!("metadataPrefix={prefix}"));
            assert_eq!(pages.len(), 3);
            let records: Vec<String> = pages
                .iter()
                .flat_map(|page| page.split("<record>").skip(1).map(str::to_owned))
                .collect();
            assert_eq!(records.len(), all.len());
            for (record, dataset) in records.iter().zip(&all) {
                let key = dataset["key"].as_str().unwrap();
                assert!(record.starts_with(&format!("<header><identifier>{key}</identifier>")));
                let stamp = format!(
                    "<datestamp>{}Z</datestamp>",
                    &dataset["modified"].as_str().unwrap()[..19]
                );
                assert!(record.contains(&stamp));
                let title =
                    quick_xml::escape::escape(dataset["title"].as_str().unwrap()).into_owned();
                assert!(record.contains(&format!(">{title}</")), "{title}");
            }
        }
    }
}

#[test]
fn eml_is_the_same_document_as_the_datasets_own() {
    let gbif = anybody();

    let own = gbif.get(&format!("/v1/dataset/{DATASET}/document")).text().to_owned();
    let record = ask(&gbif, &format!("verb=GetRecord&identifier={DATASET}&metadataPrefix=eml"));

    let own = own.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>").unwrap();
    assert!(record.contains(&format!("<metadata>{own}</metadata>")), "{record}");
}

#[test]
fn links_leave_out_the_version_where_the_host_does() {
    let gbif = anybody();
    let host = Client::of_emulator(gbif.emulator().clone(), "")
        .with_header("host", "registry-api.gbif.org");

    let document = host.get("/oai-pmh/registry?verb=Identify").text().to_owned();

    assert!(document.contains("registry-api.gbif.org/oai-pmh/registry</baseURL>"), "{document}");
}

#[test]
fn identifiers_fit_on_one_page() {
    let pages = harvest(&anybody(), "ListIdentifiers", "metadataPrefix=eml");

    assert_eq!(pages.len(), 1);
    assert_eq!(pages[0].matches("<header>").count(), 230);
    assert!(!pages[0].contains("resumptionToken"));
}

#[test]
fn tokens_count_pages_and_the_last_is_empty() {
    let pages =
        harvest(&anybody(), "ListRecords", "metadataPrefix=oai_dc&set=Dataset_Type:occurrence");

    assert!(pages.len() == 2, "{}", pages.len());
    let token = STANDARD.encode("1:100|2:Dataset_Type:occurrence|3:|4:|5:oai_dc");
    assert!(pages[0].contains(&format!("<resumptionToken cursor=\"1\">{token}</resumptionToken>")));
    assert!(pages[1].contains("<resumptionToken cursor=\"2\"/>"));
    for page in &pages {
        assert_eq!(
            page.matches("<setSpec>dataset_type:OCCURRENCE").count(),
            page.matches("<header>").count()
        );
    }
}

#[test]
fn a_harvest_goes_on_while_data_change() {
    let gbif = admin();
    let first = ask(&gbif, "verb=ListRecords&metadataPrefix=oai_dc");
    let token = texts(&first, "resumptionToken").remove(0);

    key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));
    let second = ask(&gbif, &format!("verb=ListRecords&resumptionToken={token}"));

    let last_of_first = first.split("<header><identifier>").last().unwrap()[..36].to_owned();
    let first_of_second = second.split("<header><identifier>").nth(1).unwrap()[..36].to_owned();
    assert_eq!(first_of_second, last_of_first, "the one before moved on by the new one");
}

#[test]
fn a_deleted_dataset_is_a_header_and_leaves_the_lists() {
    let gbif = admin();
    gbif.delete(&format!("/v1/dataset/{DATASET}"));

    let record = ask(&gbif, &format!("verb=GetRecord&metadataPrefix=eml&identifier={DATASET}"));
    let listed = harvest(&gbif, "ListIdentifiers", "metadataPrefix=eml").concat();

    assert!(record.contains(&format!(
        "<record><header status=\"deleted\"><identifier>{DATASET}</identifier>"
    )));
    assert!(!record.contains("<metadata>"));
    assert!(!listed.contains(DATASET));
}

#[test]
fn changes_are_harvested_by_day() {
    let gbif = admin();
    let day = |offset: i64| {
        let moment = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * offset);
        moment.to_string()[..10].to_owned()
    };
    let key = key_of(&gbif.post("/v1/dataset", &dataset_of(ORGANIZATION)));

    let today = ask(&gbif, &format!("verb=ListIdentifiers&metadataPrefix=eml&from={}", day(0)));
    let until_today =
        harvest(&gbif, "ListIdentifiers", &format!("metadataPrefix=eml&until={}", day(0)));

    assert!(today.contains(&key) && today.matches("<header>").count() == 1);
    assert!(today.contains(&format!("from=\"{}T00:00:00Z\"", day(0))));
    assert!(!until_today.concat().contains(&key));
}

#[test]
fn sets_select_what_they_say() {
    let gbif = anybody();
    let sets = ask(&gbif, "verb=ListSets");
    let specs = texts(&sets, "setSpec");

    assert_eq!(
        specs[..5],
        [
            "dataset_type",
            "dataset_type:OCCURRENCE",
            "dataset_type:CHECKLIST",
            "dataset_type:METADATA",
            "dataset_type:SAMPLING_EVENT"
        ]
    );
    assert!(sets.contains(
        "<set><setSpec>country:US</setSpec><setName>United States of America</setName></set>"
    ));
    let mut total = 0;
    for spec in specs.iter().filter(|spec| spec.starts_with("country:")) {
        let listed = ask(&gbif, &format!("verb=ListIdentifiers&metadataPrefix=eml&set={spec}"));
        let count = listed.matches("<header>").count();
        assert_eq!(listed.matches(&format!("<setSpec>{spec}</setSpec>")).count(), count);
        total += count;
    }
    assert_eq!(total, 230);
    let installation = specs.iter().find(|spec| spec.starts_with("installation:")).unwrap();
    let listed = ask(&gbif, &format!("verb=ListIdentifiers&metadataPrefix=eml&set={installation}"));
    assert!(listed.contains(&format!("<setSpec>{installation}</setSpec>")));
}

#[test]
fn the_repository_identifies_itself() {
    let gbif = anybody();

    let document = ask(&gbif, "verb=Identify");

    for part in [
        "<request verb=\"Identify\">http://127.0.0.1:8080/gbif/v1/oai-pmh/registry</request>",
        "<repositoryName>GBIF Registry</repositoryName>",
        "<deletedRecord>persistent</deletedRecord>",
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity>",
    ] {
        assert!(document.contains(part), "{part}");
    }
    let formats = ask(&gbif, &format!("verb=ListMetadataFormats&identifier={DATASET}"));
    assert_eq!(texts(&formats, "metadataPrefix"), ["oai_dc", "eml"]);
    assert_eq!(gbif.post("/v1/oai-pmh/registry", &Value::Null).status(), 405);
}

#[test]
fn each_mistake_has_its_code() {
    let gone_on = "ResumptionToken cannot be sent together with from, until, metadataPrefix or set parameters";
    for (query, expected) in [
        ("", "badVerb: Illegal verb".to_owned()),
        ("verb=Nope", "badVerb: Illegal verb".to_owned()),
        ("verb=Identify&verb=Identify", "badVerb: Illegal verb".to_owned()),
        ("verb=Identify&set=x", "badArgument: Identify verb does not accept any extra parameter".to_owned()),
        ("verb=ListMetadataFormats&set=x", "badArgument: ListMetadataFormats verb only accepts one optional parameter - identifier".to_owned()),
        ("verb=ListSets&set=x", "badArgument: ListSets verb only accepts one optional parameter - resumptionTokenResolver".to_owned()),
        ("verb=GetRecord&metadataPrefix=eml", "badArgument: GetRecord verb requires the use of the parameters - identifier and metadataPrefix".to_owned()),
        ("verb=ListRecords", "badArgument: ListRecords verb must receive the metadataPrefix parameter".to_owned()),
        ("verb=ListIdentifiers", "badArgument: ListIdentifiers verb must receive the metadataPrefix parameter".to_owned()),
        ("verb=ListRecords&metadataPrefix=eml&identifier=x", "badArgument: ListRecords verb does not accept the identifier parameter".to_owned()),
        ("verb=ListRecords&metadataPrefix=eml&resumptionToken=x", format!("badArgument: {gone_on}")),
        ("verb=ListRecords&metadataPrefix=eml&from=2020-01-02&until=2020-01-01", "badArgument: The 'from' date must be less then the 'until' one".to_owned()),
        ("verb=ListRecords&metadataPrefix=eml&from=xyz", "badArgument: from=xyz".to_owned()),
        ("verb=ListRecords&metadataPrefix=eml&until=xyz", "badArgument: until=xyz".to_owned()),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat: Unknown metadata format".to_owned()),
        ("verb=ListRecords&metadataPrefix=eml&set=nope", "noRecordsMatch: No matches for the query".to_owned()),
        ("verb=ListRecords&metadataPrefix=eml&from=2100-01-01", "noRecordsMatch: No matches for the query".to_owned()),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken: The resumption token is invalid".to_owned()),
        ("verb=GetRecord&metadataPrefix=eml&identifier=x", "idDoesNotExist: The given id does not exist".to_owned()),
    ] {
        assert_eq!(error(query), expected, "{query}");
    }
    assert!(
        error(&format!("verb=ListMetadataFormats&identifier={NOBODY}"))
            .starts_with("idDoesNotExist")
    );
}
