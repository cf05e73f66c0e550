//! Pages, cursors and links.

use std::collections::HashSet;

use super::{OCCURRENCE, every, passing_key, path_of, search, total};
use crate::support::Client;

#[test]
fn without_parameters_the_first_twenty_come() {
    let page = search("");

    assert_eq!(page.records().len(), 20);
    assert_eq!(page.0["meta"]["limit"], 20);
    assert_eq!(page.this(), "http://127.0.0.1:8080/tbia/api/v1/occurrence?cursor=*");
    assert!(
        page.next().starts_with("http://127.0.0.1:8080/tbia/api/v1/occurrence?cursor=AoE4"),
        "{}",
        page.next()
    );
}

#[test]
fn a_walk_over_all_pages_meets_every_record_once_in_order_of_ids() {
    let expected = total("");

    let ids: Vec<String> =
        every("").iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect();

    assert_eq!(i64::try_from(ids.len()).unwrap(), expected);
    assert!(ids.is_sorted());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())));
}

#[test]
fn collections_and_observations_part_all_records() {
    let ids = |query| -> HashSet<String> {
        every(query).iter().map(|record| record["id"].as_str().unwrap().to_owned()).collect()
    };
    let (collections, observations) = (ids("isCollection=true"), ids("isCollection=false"));

    assert!(collections.is_disjoint(&observations));
    assert_eq!(&collections | &observations, ids(""));
    assert_eq!(total("isCollection=true&isCollection=false"), total(""));
}

#[test]
fn the_total_is_the_same_on_every_page_and_pages_of_any_size_join_up() {
    let whole = every("taxonID=t0040108");
    let tbia = Client::tbia();
    let mut path = format!("{OCCURRENCE}?taxonID=t0040108&limit=7");
    let mut joined = Vec::new();

    loop {
        let page = super::Found(tbia.get(&path).json());
        assert_eq!(page.total(), i64::try_from(whole.len()).unwrap());
        joined.extend(page.ids());
        match path_of(page.next()) {
            Some(next) => path = next,
            None => break,
        }
    }

    let ids: Vec<&str> = whole.iter().map(|record| record["id"].as_str().unwrap()).collect();
    assert_eq!(joined, ids);
}

#[test]
fn the_cursor_is_the_mark_of_the_last_record() {
    let page = search("limit=3");

    let cursor = page.next().rsplit_once("cursor=").unwrap().1;
    assert_eq!(cursor.len(), 36);
    assert!(cursor.starts_with("AoE4") && cursor.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let following = search(&format!("limit=3&cursor={cursor}"));
    assert_eq!(page.ids().len() + following.ids().len(), 6);
    assert_eq!([page.ids(), following.ids()].concat(), search("limit=6").ids());
}

#[test]
fn a_cursor_of_a_record_that_is_gone_still_marks_a_place() {
    // The mark of 6540d35818aad00028ecda94, one before the documented record.
    let page = search("limit=1&cursor=AoE4NjU0MGQzNTgxOGFhZDAwMDI4ZWNkYTk0");

    assert_eq!(page.ids(), ["6540d35818aad00028ecda95"]);
}

#[test]
fn a_last_page_that_is_full_has_a_next_one_without_records() {
    let records = total("taxonID=t0040108&isCollection=true");

    let last = search(&format!("taxonID=t0040108&isCollection=true&limit={records}"));
    let beyond = super::Found(Client::tbia().get(&path_of(last.next()).unwrap()).json());

    assert_eq!(i64::try_from(last.records().len()).unwrap(), records);
    assert!(beyond.records().is_empty());
    assert_eq!((beyond.next(), beyond.total()), ("", records));
}

#[test]
fn limits_are_read_leniently_and_capped() {
    let limit = |query: &str| search(query).0["meta"]["limit"].as_i64().unwrap();

    assert_eq!(limit("limit=1001"), 1000);
    assert_eq!(limit("limit=abc"), 20);
    assert_eq!(limit("limit=10.5"), 20);
    assert_eq!(limit("limit="), 20);
    assert_eq!(limit("limit=%207%20"), 7);
    assert_eq!(limit("limit=3&limit=5"), 5);
    let none = search("limit=0");
    assert!(none.records().is_empty() && none.next().is_empty() && none.total() > 0);
}

#[test]
fn offset_and_other_unknown_parameters_change_nothing_but_stay_in_links() {
    let page = search("offset=1000&limit=2&page=4");

    assert_eq!(page.ids(), search("limit=2").ids());
    assert!(page.this().ends_with("?offset=1000&limit=2&page=4&cursor=*"), "{}", page.this());
}

#[test]
fn links_keep_repeated_parameters_side_by_side_and_encode_them() {
    let page = search(
        "rightsHolder=台灣生物多樣性網絡 TBN&limit=1&rightsHolder=濕地環境資料庫&from_example=1",
    );

    assert_eq!(
        page.this(),
        "http://127.0.0.1:8080/tbia/api/v1/occurrence?rightsHolder=%E5%8F%B0%E7%81%A3%E7%94%9F%E7%89%A9\
         %E5%A4%9A%E6%A8%A3%E6%80%A7%E7%B6%B2%E7%B5%A1+TBN&rightsHolder=%E6%BF%95%E5%9C%B0%E7%92%B0\
         %E5%A2%83%E8%B3%87%E6%96%99%E5%BA%AB&limit=1&cursor=*"
    );
}

#[test]
fn empty_values_stay_in_links_and_marks_of_punctuation_are_encoded() {
    let page = search("taxonID=&circle=121.488,22.661,10&name=(*)/:~");

    assert!(
        page.this()
            .ends_with("?taxonID=&circle=121.488%2C22.661%2C10&name=%28%2A%29%2F%3A~&cursor=*"),
        "{}",
        page.this()
    );
}

#[test]
fn links_carry_exactly_one_cursor_wherever_the_request_has_it() {
    let first = search("limit=1");
    let cursor = first.next().rsplit_once("cursor=").unwrap().1.to_owned();

    let second = search(&format!("cursor=*&cursor={cursor}&limit=1"));

    assert!(second.this().ends_with(&format!("?limit=1&cursor={cursor}")), "{}", second.this());
    assert_eq!(second.next().matches("cursor=").count(), 1);
}

#[test]
fn the_key_stays_in_links() {
    let key = passing_key();

    let page = search(&format!("limit=1&apikey={key}"));

    assert!(page.next().contains(&format!("&apikey={key}&cursor=AoE4")), "{}", page.next());
}
