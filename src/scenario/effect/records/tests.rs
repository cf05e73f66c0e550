//! Faults of records, told by a small herbarium.

use http::StatusCode;
use serde_json::{Value, json};

use super::{FieldName, Records};
use crate::kit::reply::Reply;
use crate::scenario::effect::sample::{self, HABITS, random, text, tree};

fn fields(names: &[&str]) -> Vec<FieldName> {
    names.iter().map(|name| FieldName::new(name).unwrap()).collect()
}

fn spoil(records: &Records, mut reply: Reply) -> Reply {
    assert!(records.apply(&mut reply, &HABITS, &mut random()), "nothing changed");
    reply
}

fn herbarium(sheets: &Value) -> Reply {
    sample::json(&json!({ "count": 40, "sheets": sheets, "name": "é" }))
}

fn xml(sheets: &str) -> Reply {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<herbarium>\n  <sheets number=\"2\">{sheets}\n  </sheets>\n  \
         <name>é</name>\n</herbarium>\n"
    );
    sample::reply("application/xml; charset=utf-8", &text)
}

fn sheets_of(reply: &Reply) -> &str {
    let text = text(reply);
    let (_, rest) = text.split_once("<sheets number=\"2\">").unwrap();
    rest.split_once("\n  </sheets>").unwrap().0
}

fn numbers(reply: &Reply) -> Vec<i64> {
    tree(reply)["sheets"].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect()
}

#[test]
fn nothing_wrong_leaves_every_byte_as_it_is() {
    for mut reply in [
        herbarium(&json!([{ "b": 1.0, "a": [null, "é"] }])),
        xml("\n    <sheet a=\"1\"/>\n    <sheet><!-- x --></sheet>"),
        sample::reply("text/csv", "a,\"b\"\r\n1,\"x\r\ny\"\r\n"),
    ] {
        let before = reply.body.clone();

        assert!(!Records::default().apply(&mut reply, &HABITS, &mut random()));
        assert_eq!(reply.body, before);
    }
}

#[test]
fn fields_are_dropped_wherever_their_name_leads() {
    let faults = Records {
        drop_fields: fields(&["taxon", "place/name", "parts/size"]),
        ..Records::default()
    };

    let reply = spoil(
        &faults,
        herbarium(&json!([{
            "taxon": "Drosera",
            "place": { "name": "Bog", "taxon": "stays" },
            "parts": [{ "size": 1, "kind": "leaf" }, { "size": 2 }],
        }])),
    );

    let left = json!([{ "place": { "taxon": "stays" }, "parts": [{ "kind": "leaf" }, {}] }]);
    assert_eq!(tree(&reply)["sheets"], left);
}

#[test]
fn null_fields_keep_their_place_and_make_no_new_ones() {
    let faults = Records { null_fields: fields(&["taxon"]), ..Records::default() };

    let reply =
        spoil(&faults, herbarium(&json!([{ "n": 1, "taxon": "Drosera", "o": 2 }, { "n": 2 }])));

    assert_eq!(
        text(&reply),
        r#"{"count":40,"sheets":[{"n":1,"taxon":null,"o":2},{"n":2}],"name":"é"}"#
    );
}

#[test]
fn numbers_become_texts_as_they_were_printed() {
    let faults = Records { string_numbers: true, ..Records::default() };

    let reply = spoil(&faults, herbarium(&json!([{ "n": 1, "x": [2.5, 1e-5, true] }, 3])));

    assert_eq!(
        text(&reply),
        r#"{"count":40,"sheets":[{"n":"1","x":["2.5","1.0E-5",true]},"3"],"name":"é"}"#
    );
}

#[test]
fn texts_are_read_as_latin_1() {
    let faults = Records { mojibake: true, ..Records::default() };

    let reply = spoil(&faults, herbarium(&json!([{ "é": "é", "plain": "e" }])));

    let sheets = json!([{ "é": "Ã©", "plain": "e" }]);
    assert_eq!(tree(&reply)["sheets"], sheets);
    assert_eq!(tree(&reply)["name"], "é");
}

#[test]
fn coordinates_change_places_at_any_depth() {
    let faults = Records { swap_coordinates: true, ..Records::default() };

    let reply = spoil(
        &faults,
        herbarium(&json!([{
            "lat": 1,
            "place": { "lat": 2, "lon": 3, "latLon": "2,3" },
            "shape": { "type": "Polygon", "coordinates": [[[4, 5], [6, 7, 8]]] },
        }])),
    );

    assert_eq!(
        tree(&reply)["sheets"],
        json!([{
            "lat": 1,
            "place": { "lat": 3, "lon": 2, "latLon": "3,2" },
            "shape": { "type": "Polygon", "coordinates": [[[5, 4], [7, 6, 8]]] },
        }])
    );
}

#[test]
fn records_are_doubled_and_left_out_while_the_total_stays() {
    let duplicate = Records { duplicate: 2, ..Records::default() };
    let omit = Records { omit: 2, ..Records::default() };

    let doubled = spoil(&duplicate, herbarium(&json!([1, 2, 3, 4])));
    let thinned = spoil(&omit, herbarium(&json!([1, 2, 3, 4])));

    let mut numbers_of_doubled = numbers(&doubled);
    assert_eq!(numbers_of_doubled.len(), 6);
    numbers_of_doubled.sort_unstable();
    numbers_of_doubled.dedup();
    assert_eq!(numbers_of_doubled, [1, 2, 3, 4]);
    assert_eq!(numbers(&thinned).len(), 2);
    assert!(numbers(&thinned).is_sorted());
    assert_eq!(tree(&doubled)["count"], 40);
    assert_eq!(tree(&thinned)["count"], 40);
}

#[test]
fn more_is_left_out_than_there_is() {
    let faults = Records { omit: 9, duplicate: 3, ..Records::default() };

    assert_eq!(numbers(&spoil(&faults, herbarium(&json!([1, 2])))), [] as [i64; 0]);
}

#[test]
fn a_shuffled_list_is_never_in_order() {
    let faults = Records { shuffle: true, ..Records::default() };
    let mut random = random();
    for _ in 0..20 {
        let mut reply = herbarium(&json!([1, 2]));
        faults.apply(&mut reply, &HABITS, &mut random);

        assert_eq!(numbers(&reply), [2, 1]);
    }
}

#[test]
fn the_same_sequence_gives_the_same_faults() {
    let faults = Records { shuffle: true, duplicate: 3, omit: 2, ..Records::default() };
    let spoilt = || spoil(&faults, herbarium(&(0..20).collect()));

    assert_eq!(spoilt().body, spoilt().body);
}

#[test]
fn a_record_alone_has_faults_in_its_fields_only() {
    let faults =
        Records { drop_fields: fields(&["taxon"]), omit: 1, duplicate: 1, ..Records::default() };

    let reply = spoil(&faults, sample::json(&json!({ "taxon": "Drosera", "n": 1 })));

    assert_eq!(tree(&reply), json!({ "n": 1 }));
}

#[test]
fn lists_are_found_where_the_habits_say_and_at_the_root() {
    let faults = Records { omit: 1, ..Records::default() };

    let deep = spoil(&faults, sample::json(&json!({ "found": { "all": [1] }, "sheets": [2] })));
    let root = spoil(&faults, sample::json(&json!([1])));

    assert_eq!(tree(&deep), json!({ "found": { "all": [] }, "sheets": [2] }));
    assert_eq!(tree(&root), json!([]));
}

#[test]
fn refusals_and_pages_for_people_stay_as_they_are() {
    let faults = Records { mojibake: true, omit: 1, ..Records::default() };
    let mut refusal = herbarium(&json!([1, "é"]));
    refusal.status = StatusCode::BAD_REQUEST;
    let page = sample::reply("text/html", "<p>é</p>");
    let broken = sample::reply("application/json", "[\"é\"");
    for mut reply in [refusal, page, broken] {
        let before = reply.clone();

        assert!(!faults.apply(&mut reply, &HABITS, &mut random()));
        assert_eq!(reply, before);
    }
}

#[test]
fn elements_are_dropped_and_emptied_attributes_too() {
    let faults = Records {
        drop_fields: fields(&["taxon", "url", "place/name"]),
        null_fields: fields(&["note", "id"]),
        ..Records::default()
    };

    let reply = spoil(
        &faults,
        xml("\n    <sheet id=\"1\" url=\"/1\">\n      <dc:taxon>Drosera</dc:taxon>\n      \
             <note type=\"string\">wet</note>\n      <place><name>Bog</name></place>\n    </sheet>"),
    );

    assert_eq!(
        sheets_of(&reply),
        "\n    <sheet id=\"\">\n      <note/>\n      <place/>\n    </sheet>"
    );
    assert!(text(&reply).starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<herbarium>\n"));
}

#[test]
fn numbers_in_xml_are_declared_as_texts() {
    let faults = Records { string_numbers: true, ..Records::default() };

    let reply =
        spoil(&faults, xml("\n    <sheet><n type=\"integer\">5</n><x type=\"date\"/></sheet>"));

    assert_eq!(
        sheets_of(&reply),
        "\n    <sheet><n type=\"string\">5</n><x type=\"date\"/></sheet>"
    );
}

#[test]
fn coordinates_in_xml_change_places_and_leave_their_units() {
    let faults = Records { swap_coordinates: true, mojibake: true, ..Records::default() };

    let reply = spoil(
        &faults,
        xml(
            "\n    <sheet><place at=\"é\"><lat units=\"north\">1</lat><lon units=\"east\">2</lon></place>ü</sheet>",
        ),
    );

    assert_eq!(
        sheets_of(&reply),
        "\n    <sheet><place at=\"Ã©\"><lat units=\"north\">2</lat><lon units=\"east\">1</lon></place>Ã¼</sheet>"
    );
    assert!(text(&reply).contains("<name>é</name>"));
}

#[test]
fn elements_are_doubled_with_the_blanks_around_them() {
    let faults = Records { duplicate: 1, ..Records::default() };

    let reply = spoil(&faults, xml("\n    <sheet>1</sheet>\n    <other/>"));

    assert_eq!(sheets_of(&reply), "\n    <sheet>1</sheet>\n    <sheet>1</sheet>\n    <other/>");
}

#[test]
fn a_root_that_is_a_record_has_faults_in_its_fields_only() {
    let faults = Records { drop_fields: fields(&["a"]), omit: 1, ..Records::default() };

    let reply = spoil(&faults, sample::reply("text/xml", "<h:sheet><a>1</a><b/></h:sheet>"));

    assert_eq!(text(&reply), "<h:sheet><b/></h:sheet>");
}

#[test]
fn columns_of_tables_are_fields() {
    let table = "id,\"taxon\",lat,lon,latLon,note\r\n1,Drosera,2.5,-3,\"2.5,-3\",\"é, ü\"\r\n";
    let faults = Records {
        drop_fields: fields(&["taxon"]),
        null_fields: fields(&["id", "place/name", "unknown"]),
        string_numbers: true,
        swap_coordinates: true,
        mojibake: true,
        ..Records::default()
    };

    let reply = spoil(&faults, sample::reply("text/csv;charset=utf-8", table));

    assert_eq!(text(&reply), "id,lat,lon,latLon,note\r\n,\"-3\",\"2.5\",\"-3,2.5\",\"Ã©, Ã¼\"\r\n");
}

#[test]
fn plain_text_can_be_garbled_and_nothing_else() {
    let faults = Records { mojibake: true, omit: 1, duplicate: 1, ..Records::default() };

    let reply =
        spoil(&faults, sample::reply("text/plain; charset=utf-8", "AU  - Müller\nER  - \n"));

    assert_eq!(text(&reply), "AU  - MÃ¼ller\nER  - \n");
}

#[test]
fn rows_of_tables_are_records() {
    let table = "n\n1\n2\n3\n";
    let faults = Records { omit: 1, duplicate: 2, ..Records::default() };

    let reply = spoil(&faults, sample::reply("text/tab-separated-values", table));

    assert!(text(&reply).starts_with("n\n"));
    assert_eq!(text(&reply).lines().count(), 5);
}
