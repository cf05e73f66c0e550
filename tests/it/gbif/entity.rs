//! What holds for every kind of entity.

use crate::support::Client;

#[test]
fn lists_are_pages_in_an_envelope() {
    let gbif = Client::of("gbif");

    let page = gbif.get("/v1/dataset?limit=1").json();
    println!("{}", page);

    assert_eq!(page["limit"], 1);
}
