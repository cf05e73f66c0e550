//! The portal's own pages.

use rstest::rstest;

use super::search;
use crate::support::Client;

#[test]
fn observations_and_specimens_have_pages_of_their_own() {
    let tbia = Client::tbia();
    let seen = search("isCollection=false&limit=1").ids().remove(0);

    let observation = tbia.get(&format!("/occurrence/{seen}/"));
    let specimen = tbia.get("/collection/6540d35818aad00028ecda95/");

    for page in [&observation, &specimen] {
        assert_eq!((page.status(), page.content_type()), (200, "text/html; charset=utf-8"));
    }
    assert!(observation.text().contains(&seen));
    assert!(specimen.text().contains("186874"));
    assert!(!specimen.text().contains("22.0817") && !specimen.text().contains("滿州鄉</td>"));
    assert_eq!(tbia.get(&format!("/collection/{seen}/")).status(), 404);
    assert_eq!(tbia.get("/occurrence/unknown/").status(), 404);
}

#[test]
fn datasets_have_pages_unless_they_are_deprecated() {
    let tbia = Client::tbia();

    let page = tbia.get("/en-us/dataset/d674d7e0ec3bd2c006cefb438/");

    assert_eq!((page.status(), page.header("content-language")), (200, Some("en-us")));
    assert!(page.text().contains("台灣兩棲類保育志工調查資料"));
    assert_eq!(tbia.get("/dataset/d6459ffd05b0c3d0017a2b0e1/").status(), 404);
}

#[test]
fn addresses_without_the_last_slash_lead_to_the_page() {
    let answer = Client::tbia().get("/dataset/d674d7e0ec3bd2c006cefb438?x=1");

    assert_eq!(answer.status(), 301);
    assert_eq!(
        answer.header("location"),
        Some("http://127.0.0.1:8080/tbia/dataset/d674d7e0ec3bd2c006cefb438/?x=1")
    );
}

#[rstest]
#[case("/api/doc", "物種出現紀錄")]
#[case("/en-us/api/doc", "API documentation")]
#[case("/zh-hant/api/doc", "API 說明文件")]
fn the_documentation_lists_the_parameters(#[case] path: &str, #[case] text: &str) {
    let page = Client::tbia().get(path);

    assert_eq!((page.status(), page.content_type()), (200, "text/html; charset=utf-8"));
    assert!(page.text().contains(text) && page.text().contains("boundedBy"));
}

#[test]
fn the_proxy_is_well_and_crawlers_are_told_where_not_to_go() {
    let tbia = Client::tbia();

    assert_eq!((tbia.get("/healthcheck").status(), tbia.get("/healthcheck").text()), (200, "ok"));
    assert!(tbia.get("/robots.txt").text().contains("Disallow: /api*"));
}
