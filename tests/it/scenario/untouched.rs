//! What effects take apart they put together again as the service wrote it.

use http::Method;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rstest::rstest;
use wardian::apis;
use wardian::kit::reply::Reply;
use wardian::scenario::effect::records::Records;

use crate::support::{Answer, Client};

fn changed(api: &str, answer: &Answer, faults: &Records) -> Option<Reply> {
    let api = apis::all().into_iter().find(|known| known.name() == api).unwrap();
    let mut reply = Reply::empty(answer.status);
    for (name, value) in &answer.headers {
        reply.headers.append(name.clone(), value.clone());
    }
    reply.body = answer.body.clone();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    faults.apply(&mut reply, api.habits(), &mut random).then_some(reply)
}

#[rstest]
#[case("tbia", "/api/v1/occurrence?limit=200")]
#[case("tbia", "/api/v1/occurrence?limit=20&lang=en")]
#[case("tbia", "/api/v1/dataset?limit=50")]
#[case("tbia", "/get_taxon_by_region?county=臺北市")]
#[case("mo", "/api2/observations?detail=high")]
#[case("mo", "/api2/observations.xml?detail=high")]
#[case("mo", "/api2/observations.xml")]
#[case("mo", "/api2/observations?detail=low&page=2")]
#[case("mo", "/api2/names?detail=high")]
#[case("mo", "/api2/names.xml?detail=high")]
#[case("mo", "/api2/images.xml?detail=high")]
#[case("mo", "/api2/locations?detail=high")]
#[case("mo", "/api2/locations.xml?detail=low")]
#[case("mo", "/api2/comments.xml?detail=high")]
#[case("mo", "/api2/projects?detail=high")]
#[case("mo", "/observations.csv")]
#[case("mo", "/names.csv")]
#[case("mo", "/name_descriptions.csv")]
#[case("mo", "/locations.csv")]
#[case("gbif", "/v1/dataset?limit=100")]
#[case("gbif", "/v1/organization?limit=100")]
#[case("gbif", "/v1/installation?limit=100")]
#[case("gbif", "/v1/node?limit=100")]
#[case("gbif", "/v1/network?limit=100")]
#[case("gbif", "/v1/dataset/search?facet=type&limit=300")]
#[case("gbif", "/v1/dataset/search/export")]
#[case("gbif", "/v1/dataset/search/export?format=CSV")]
#[case("gbif", "/v1/grscicoll/institution?limit=500")]
#[case("gbif", "/v1/grscicoll/collection?limit=500")]
#[case("gbif", "/v1/grscicoll/institution/export?format=CSV")]
#[case("gbif", "/v1/grscicoll/collection/export")]
#[case("gbif", "/v1/grscicoll/institution/geojson")]
#[case("gbif", "/v1/enumeration/country")]
#[case("gbif", "/v1/oai-pmh/registry?verb=ListRecords&metadataPrefix=eml")]
#[case("gbif", "/v1/oai-pmh/registry?verb=ListRecords&metadataPrefix=oai_dc")]
#[case("gbif", "/v1/oai-pmh/registry?verb=ListIdentifiers&metadataPrefix=oai_dc")]
#[case("gbif", "/v1/oai-pmh/registry?verb=ListSets")]
fn lists_are_written_as_they_were(#[case] api: &str, #[case] path: &str) {
    let answer = Client::of(api).send(Method::GET, path, &[], "");
    assert_eq!(answer.status(), 200, "{}", answer.text());

    if let Some(reply) = changed(api, &answer, &Records::default()) {
        let (before, after) = (answer.text(), String::from_utf8_lossy(&reply.body));
        let at = before.bytes().zip(after.bytes()).position(|(a, b)| a != b).unwrap_or(0);
        let around = |text: &str| text.get(at.saturating_sub(60)..at + 60).map(str::to_owned);
        panic!("{:?}\n{:?}", around(before), around(&after));
    }
    let thinned = changed(api, &answer, &Records { omit: 1, ..Records::default() });
    assert!(thinned.expect("it has records").body.len() < answer.body.len());
}

#[rstest]
#[case("tbia", "/api/v1/occurrence?eventDate=yesterday")]
#[case("tbia", "/nowhere")]
#[case("mo", "/api2/observations?detail=all")]
#[case("mo", "/api2/observations.xml?user=nobody")]
#[case("mo", "/api2/observations?unknown=1")]
#[case("gbif", "/v1/dataset/3c1f4e0a-6f0b-4f4e-9a55-000000000000")]
#[case("gbif", "/v1/oai-pmh/registry?verb=ListRecords")]
#[case("gbif", "/v1/oai-pmh/registry?verb=Identify")]
fn refusals_have_no_records(#[case] api: &str, #[case] path: &str) {
    let answer = Client::of(api).get(path);
    let everything = Records {
        string_numbers: true,
        duplicate: 1,
        omit: 1,
        shuffle: true,
        swap_coordinates: true,
        mojibake: true,
        ..Records::default()
    };

    assert_eq!(changed(api, &answer, &everything), None);
}
