//! What the service's real clients rely on: XML, help, dumps, keys in envelopes.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;

use super::{key_of, results};
use crate::support::Client;

/// An element as a parser without a schema sees it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    fn id(&self) -> i64 {
        self.attributes["id"].parse().unwrap()
    }
}

fn parse(text: &str) -> Element {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(begin(&start)),
            Event::Empty(start) => open.last_mut().unwrap().children.push(begin(&start)),
            Event::End(_) => {
                let mut done = open.pop().unwrap();
                if !done.children.is_empty() {
                    done.text.clear();
                }
                open.last_mut().unwrap().children.push(done);
            }
            Event::Text(text) => open.last_mut().unwrap().text += &*text,
            Event::GeneralRef(entity) => {
                let name = &*entity;
                let text = quick_xml::escape::unescape(&format!("&{name};")).unwrap().into_owned();
                open.last_mut().unwrap().text += &text;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    open.pop().unwrap().children.remove(0)
}

fn begin(start: &quick_xml::events::BytesStart) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let key = attribute.key.as_ref().to_owned();
        let value = attribute.value.into_owned();
        (key, quick_xml::escape::unescape(&value).unwrap().into_owned())
    });
    Element {
        name: start.name().as_ref().to_owned(),
        attributes: attributes.collect(),
        ..Element::default()
    }
}

#[test]
fn xml_tells_the_same_as_json() {
    let mo = Client::of("mo");
    for table in ["observations", "images", "names", "locations", "comments", "users", "projects"] {
        let json = results(&mo.get(&format!("/api2/{table}?detail=high&id=1-20&page=1")));
        let answer = mo.get(&format!("/api2/{table}?detail=high&id=1-20&format=xml"));
        let root = parse(answer.text());
        assert_eq!(root.attributes["xmlns"], "http://127.0.0.1:8080/mo/response.xsd");
        let list = root.child("results").unwrap();
        assert_eq!(list.attributes["number"], json.len().to_string(), "{table}");
        for (element, record) in list.children.iter().zip(&json) {
            assert_eq!(element.id(), record["id"], "{table}");
            assert_eq!(element.attributes["type"], record["type"].as_str().unwrap());
            let url = format!("http://127.0.0.1:8080/mo/{table}/{}", record["id"]);
            assert_eq!(element.attributes["url"], url);
            for (key, value) in record.as_object().unwrap() {
                compare(table, key, value, element);
            }
        }
    }
}

/// Whether a member of a record says the same in its element.
fn compare(table: &str, key: &str, value: &Value, element: &Element) {
    let about = format!("{table} {} {key}", element.attributes["id"]);
    let Some(child) = element.child(key) else { return };
    match value {
        Value::String(text) if child.attributes.get("format").is_some_and(|f| f.contains("HH")) => {
            assert_eq!(child.text.replace(' ', "T") + ".000Z", *text, "{about}");
        }
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => {
                assert!((child.text.parse::<f64>().unwrap() - number).abs() < 1e-4, "{about}");
            }
            Err(_) if child.attributes["type"] != "date" => {
                assert_eq!(&child.text, text, "{about}");
            }
            Err(_) => assert!(text.starts_with(&child.text[..10]), "{about}"),
        },
        Value::Number(number) => {
            let shown: f64 = child.text.parse().unwrap();
            assert!((shown - number.as_f64().unwrap()).abs() < 0.51, "{about}");
        }
        Value::Bool(flag) => assert_eq!(child.attributes["value"], flag.to_string(), "{about}"),
        Value::Array(members) => {
            let count = child.attributes.get("number").or(child.attributes.get("length"));
            assert_eq!(count, Some(&members.len().to_string()), "{about}");
            assert_eq!(child.children.len(), members.len(), "{about}");
        }
        Value::Object(nested) if nested.contains_key("id") => {
            assert_eq!(child.id(), nested["id"], "{about}");
            let kinds =
                ["user", "name", "location", "image", "project", "occurrence", "field_slip"];
            assert!(kinds.contains(&child.attributes["type"].as_str()), "{about}");
        }
        _ => {}
    }
}

#[test]
fn the_xml_of_an_observation_is_as_documented() {
    let mo = Client::of("mo");
    let id: i64 = super::read(
        &mo,
        "SELECT min(id) FROM mo_observations WHERE lat IS NOT NULL AND gps_hidden = 0 AND alt IS NOT NULL
         AND notes LIKE '%\"Cap\":%' AND location_id > ? AND occurrence_id IS NULL",
        0,
    );
    let record = results(&mo.get(&format!("/api2/observations/{id}?detail=low")))[0].clone();

    let answer = mo.get(&format!("/api2/observations/{id}.xml?detail=low"));

    let text = answer.text();
    let line = |line: String| {
        assert!(text.contains(&format!("\n      {line}\n")), "{line} is not in {text}");
    };
    assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<response xmlns=\"http://127.0.0.1:8080/mo/response.xsd\">\n  <version type=\"string\" content_type=\"text/plain\">2.0</version>\n  <run_date type=\"date-time\" format=\"YYYY-MM-DD HH:MM:SS\">"));
    assert!(text.contains("\n  <number_of_records type=\"integer\">1</number_of_records>\n"));
    assert!(text.contains("\n  <results number=\"1\">\n"));
    line(format!(
        "<date type=\"date\" format=\"YYYY-MM-DD\">{}</date>",
        record["date"].as_str().unwrap()
    ));
    let latitude: f64 = record["latitude"].as_str().unwrap().parse().unwrap();
    line(format!("<latitude type=\"float\" units=\"degrees north\">{latitude:.4}</latitude>"));
    line(format!("<altitude type=\"integer\" units=\"meters\">{}</altitude>", record["altitude"]));
    line("<gps_hidden type=\"boolean\" value=\"false\"/>".to_owned());
    let confidence = record["confidence"].as_f64().unwrap();
    line(format!("<confidence type=\"float\" range=\"-3.0 to 3.0\">{confidence:.2}</confidence>"));
    line(format!("<owner id=\"{}\" type=\"user\"/>", record["owner_id"]));
    line(format!("<consensus_id id=\"{}\" type=\"name\"/>", record["consensus_id"]));
    line(format!(
        "<location id=\"{}\" name=\"{}\" type=\"location\"/>",
        record["location_id"],
        record["location_name"].as_str().unwrap().replace('&', "&amp;").replace('\'', "&apos;")
    ));
    line("<notes_fields>".to_owned());
    assert!(text.contains("<key type=\"string\" content_type=\"text/plain\">Cap</key>"));
    assert!(text.contains("  <run_time type=\"float\" units=\"seconds\">0."));
}

#[test]
fn errors_in_xml_are_numbered_and_plain() {
    let answer = Client::of("mo").get("/api2/names.xml?colour=1");

    assert!(answer.text().contains(
        "  <errors number=\"1\">\n    <error id=\"1\">\n      <code>API2::UnusedParameters</code>\n      \
         <details>Unexpected parameters: colour</details>\n      <fatal>true</fatal>\n    </error>\n  </errors>\n"
    ));
    assert!(!answer.text().contains("<results") && !answer.text().contains("trace"));
}

/// The importer asks a table that cannot be read, only to learn whose key it has.
#[test]
fn a_refused_request_still_tells_whose_key_it_carries() {
    let mo = Client::of("mo");

    let answer = mo.get(&format!("/api2/api_keys.xml?api_key={}", key_of(&mo, 7)));

    let root = parse(answer.text());
    assert_eq!(root.child("user").unwrap().attributes["id"], "7");
    assert_eq!(
        root.child("errors").unwrap().children[0].text_of("code"),
        "API2::NoMethodForAction"
    );
}

#[test]
fn anonymous_votes_name_nobody() {
    let mo = Client::of("mo");
    let hidden: i64 = super::read(&mo, "SELECT min(id) FROM mo_users WHERE votes_anonymous = ?", 1);
    let observation: i64 =
        super::read(&mo, "SELECT min(observation_id) FROM mo_votes WHERE user_id = ?", hidden);

    let shown = &results(&mo.get(&format!("/api2/observations/{observation}?detail=high")))[0];

    let votes = shown["votes"].as_array().unwrap();
    assert!(votes.iter().any(|vote| vote["owner"] == "anonymous"), "{votes:?}");
    let xml = mo.get(&format!("/api2/observations/{observation}.xml?detail=high"));
    assert!(
        xml.text().contains("<owner type=\"string\" content_type=\"text/plain\">anonymous</owner>")
    );
}

#[test]
fn help_lists_the_declared_parameters() {
    let mo = Client::of("mo");
    let help = |path: &str| super::error(&mo.get(&format!("/api2/{path}")));

    insta::assert_snapshot!(help("external_sites?help=1"), @"API2::HelpMessage Usage: id: external_site list; name: string");
    insta::assert_snapshot!(help("herbaria?help=1"), @"API2::HelpMessage Usage: address: string (postal address); code: string; created_at: time range; description: string; id: herbarium list; name: string; updated_at: time range");
    insta::assert_snapshot!(help("comments?help=1"), @r#"API2::HelpMessage Usage: content_has: string (search within body); created_at: time range; id: comment list; summary_has: string (search within summary); target: object (limit=Location|LocationDescription|Name|NameDescription|Observation|Project|SpeciesList, e.g. "observation #1234" or "name #5678"); type: enum list (limit=location|location_description|name|name_description|observation|project|species_list); updated_at: time range; user: user list (creator)"#);
    assert_eq!(
        help("users?help=&colour=1"),
        help("users?help=1"),
        "help wins over unknown parameters"
    );
    assert!(help("users?help=1&created_at=x").starts_with("API2::BadParameterValue"));
}

#[test]
fn help_on_writing_needs_a_key() {
    let mo = Client::of("mo");
    let ask = |method: &str, query: &str| {
        super::error(&mo.send(method.parse().unwrap(), &format!("/api2/{query}"), &[], ""))
    };
    let key = key_of(&mo, 7);

    assert!(ask("POST", "comments?help=1").starts_with("API2::MustAuthenticate"));
    assert!(ask("DELETE", "names?help=1").starts_with("API2::NoMethodForAction"));
    insta::assert_snapshot!(ask("PATCH", &format!("external_links?help=1&api_key={key}")), @"API2::HelpMessage Usage: query params: created_at: time range; external_site: external_site list; id: external_link list; observation: observation list; updated_at: time range; url: string; user: user list (creator); update params: set_url: string (not blank)");
    insta::assert_snapshot!(ask("POST", &format!("names?help=1&api_key={key}")), @"API2::HelpMessage Usage: author: string (limit=100 chars); citation: string; classification: string; deprecated: boolean (default=false); log: boolean (default, log this action on main page activity log and RSS feed?); name: string (limit=100 chars); notes: string; rank: enum (limit=Class|Domain|Family|Form|Genus|Group|Kingdom|Order|Phylum|Section|Series|Species|Stirps|Subclass|Subfamily|Subgenus|Suborder|Subphylum|Subsection|Subspecies|Subtribe|Tribe|Variety)");
}

#[test]
fn dumps_are_tables_of_the_store() {
    let mo = Client::of("mo");
    let headers = [
        (
            "observations",
            "id\tname_id\twhen\tlocation_id\tlat\tlng\t alt\tvote_cache\tis_collection_location\tthumb_image_id",
        ),
        ("images_observations", "image_id\tobservation_id"),
        ("images", "id\tcontent_type\tcopyright_holder\tlicense\tok_for_export\tdiagnostic"),
        ("names", "id\ttext_name\tauthor\tdeprecated\tcorrect_spelling_id\tsynonym_id\trank"),
        ("name_classifications", "name_id\tdomain\tkingdom\tphylum\tclass\torder\tfamily"),
        (
            "name_descriptions",
            "id\tname_id\tsource_type\tsource_name\tgeneral_description\tdiagnostic_description\tdistribution\thabitat\tlook_alikes\tuses\tnotes\trefs",
        ),
        ("locations", "id\tname\tnorth\tsouth\teast\twest\thigh\tlow"),
        (
            "location_descriptions",
            "id\tlocation_id\tsource_type\tsource_name\tgen_desc\tecology\tspecies\tnotes\trefs",
        ),
    ];
    for (file, header) in headers {
        let answer = mo.get(&format!("/{file}.csv"));
        assert_eq!((answer.status(), answer.content_type()), (200, "text/csv"));
        let lines: Vec<&str> = answer.text().lines().collect();
        assert_eq!(lines[0], header);
        assert!(lines.len() > 10, "{file}");
        let columns = header.split('\t').count();
        assert!(lines.iter().all(|line| line.split('\t').count() == columns), "{file}");
    }
    let text = mo.get("/observations.csv").text().to_owned();
    assert_eq!(text.lines().count(), 1301);
    assert!(text.contains("\tNULL\t") && text.ends_with('\n'));
    let hidden: i64 =
        super::read(&mo, "SELECT min(id) FROM mo_observations WHERE gps_hidden = 1 AND lat > ?", 0);
    let row = text.lines().find(|line| line.starts_with(&format!("{hidden}\t"))).unwrap();
    assert!(!row.split('\t').nth(4).unwrap().contains('.'), "{row}");
}
