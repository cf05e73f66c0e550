//! Reading records: envelope, levels of detail, pages.

use crate::support::Client;

const TABLES: [&str; 18] = [
    "collection_numbers", "comments", "external_links", "external_sites", "field_slips", "herbaria",
    "herbarium_records", "images", "location_descriptions", "locations", "name_descriptions", "names",
    "observations", "occurrences", "projects", "sequences", "species_lists", "users",
];

#[test]
fn smoke() {
    let mo = Client::of("mo");
    for table in TABLES {
        for detail in ["none", "low", "high"] {
            let json = mo.get(&format!("/api2/{table}?detail={detail}")).json();
            assert!(json["errors"].is_null(), "{table} {detail}: {}", json["errors"]);
            let first = &json["results"][0];
            println!("{table} {detail}: {} records; {}", json["number_of_records"], first);
            let xml = mo.get(&format!("/api2/{table}?detail={detail}&format=xml"));
            let text = xml.text();
            println!("{}", &text[..text.char_indices().nth(1800).map_or(text.len(), |(i, _)| i)]);
        }
    }
}
