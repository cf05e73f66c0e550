//! Nodes: one for each of many countries, and those of other participants.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::NODES;
use super::gardener::{Contact, Gardener, Past, key, slug};
use crate::apis::gbif::entity::node::NODE;
use crate::apis::gbif::moment;
use crate::world::draw::{self, Weighted};
use crate::world::geography::Country;

/// Keys that documents and tests of clients use.
const SECRETARIAT: &str = "02c40d2a-1cba-4633-90b7-e36e5e97aba8";
const KNOWN: [(&str, &str); 4] = [
    ("US", "8618c64a-93e0-4300-b546-7249e5148ed2"),
    ("FR", "03e816b3-8f58-49ae-bc12-4e18b358d6d9"),
    ("DK", "1193638d-32d1-43f0-a855-8727c94299d8"),
    ("CO", "d205def7-82c3-472a-be4b-31d11dcd51fd"),
];

/// Countries whose organizations publish most.
const FIRST: [&str; 14] =
    ["US", "CO", "BR", "FI", "GB", "CR", "ES", "IN", "IT", "NL", "FR", "NZ", "CZ", "DK"];

/// A node that endorses organizations.
pub struct Node {
    pub key: String,
    pub country: Option<String>,
}

pub fn sow(gardener: &mut Gardener) -> rusqlite::Result<Vec<Node>> {
    let mut random = gardener.world.stream("gbif.nodes");
    let of_countries = countries_with_nodes(gardener, NODES * 53 / 100);
    let mut nodes = Vec::with_capacity(NODES);
    for number in 0..NODES {
        let country = of_countries.get(number).copied();
        let past = Past::draw(&mut random, number, NODES);
        let doc = match country {
            Some(country) => of_country(&mut random, country),
            None => of_other(gardener, &mut random, number - of_countries.len()),
        };
        let (key, country) =
            (doc["key"].as_str().unwrap_or_default().to_owned(), doc["country"].as_str());
        nodes.push(Node { key, country: country.map(str::to_owned) });
        plant(gardener, doc, past, number)?;
    }
    Ok(nodes)
}

/// The countries of publishers first, then others in the order of the list.
fn countries_with_nodes<'w>(gardener: &Gardener<'w>, count: usize) -> Vec<&'w Country> {
    let world = gardener.world;
    let mut chosen: Vec<&Country> = FIRST
        .iter()
        .filter_map(|code| world.countries.iter().find(|country| country.alpha2 == *code))
        .collect();
    let has_institution = |country: &&Country| {
        world.institutions.iter().any(|institution| institution.country == country.alpha2)
    };
    // Taiwan takes part as an associate that is no country.
    let is_free = |country: &&Country| country.alpha2 != "TW";
    let candidates = world.countries.iter().filter(is_free).filter(has_institution);
    for country in candidates.chain(world.countries.iter().filter(is_free).step_by(5)) {
        if chosen.len() < count && !chosen.iter().any(|known| known.alpha2 == country.alpha2) {
            chosen.push(country);
        }
    }
    chosen
}

fn of_country(random: &mut ChaCha8Rng, country: &Country) -> Value {
    let statuses = Weighted::new([
        ("VOTING", 40.0),
        ("ASSOCIATE", 35.0),
        ("OBSERVER", 15.0),
        ("FORMER", 10.0),
    ]);
    let drawn = *statuses.draw(random);
    let status = if FIRST.contains(&country.alpha2.as_str()) { "VOTING" } else { drawn };
    let known = KNOWN.iter().find(|(code, _)| *code == country.alpha2);
    let own_key = key(random);
    json!({
        "key": known.map_or(own_key, |(_, key)| (*key).to_owned()),
        "type": "COUNTRY",
        "participationStatus": status,
        "gbifRegion": country.participant_region,
        "continent": continent(&country.participant_region),
        "title": format!("GBIF {}", country.title),
        "participantTitle": country.title,
        "abbreviation": format!("GBIF.{}", country.alpha2),
        "city": country.capital,
        "country": country.alpha2,
    })
}

fn continent(region: &str) -> &str {
    match region {
        "LATIN_AMERICA" => "SOUTH_AMERICA",
        region => region,
    }
}

fn of_other(gardener: &mut Gardener, random: &mut ChaCha8Rng, number: usize) -> Value {
    let statuses = Weighted::new([
        ("ASSOCIATE", 46.0),
        ("FORMER", 37.0),
        ("OBSERVER", 10.0),
        ("AFFILIATE", 7.0),
    ]);
    let status = *statuses.draw(random);
    let own_key = key(random);
    match number {
        0 => json!({
            "key": SECRETARIAT,
            "type": "OTHER",
            "participationStatus": "ASSOCIATE",
            "title": "GBIF Secretariat",
            "participantTitle": "GBIF Secretariat",
            "abbreviation": "GBIFS",
            "city": "Copenhagen",
            "email": ["helpdesk@gbif.example.org"],
            // Quirk (contract 5.4): an address may be one null.
            "address": [null],
        }),
        1 => json!({
            "key": own_key,
            "type": "OTHER",
            "participationStatus": "ASSOCIATE",
            "gbifRegion": "ASIA",
            "continent": "ASIA",
            "title": "GBIF Chinese Taipei",
            "participantTitle": "Chinese Taipei",
            "abbreviation": "TaiBIF",
            "city": "Taipei",
            "country": "TW",
        }),
        _ => {
            let titles = &gardener.world.titles;
            let word = |random: &mut ChaCha8Rng, list| {
                draw::one(random, titles.about("words", list)).clone()
            };
            let (continent, ocean) = (word(random, "continent"), word(random, "ocean"));
            let (habitat, group) = (word(random, "habitat_adjective"), word(random, "taxon_group"));
            let values = [
                ("continent", continent.as_str()),
                ("ocean", &ocean),
                ("habitat_adjective", &habitat),
                ("taxon_group", &group),
            ];
            let title = titles.one(random, "node", "other", &values);
            json!({
                "key": own_key,
                "type": "OTHER",
                "participationStatus": status,
                "title": title,
                "participantTitle": title,
            })
        }
    }
}

fn plant(
    gardener: &mut Gardener,
    mut doc: Value,
    past: Past,
    number: usize,
) -> rusqlite::Result<()> {
    let mut random = gardener.world.stream(&format!("gbif.node.{number}"));
    past.write(&mut doc);
    doc["contacts"] = contacts(gardener, &mut random, &doc, past);
    let id = gardener.plant(&NODE, doc)?;
    gardener.identifier(id, past, "GBIF_PARTICIPANT", &(number + 2).to_string())?;
    if draw::chance(&mut random, 0.1) {
        gardener.comment(id, past, "Annual report received.")?;
    }
    Ok(())
}

/// Contacts as the directory of participants has them.
fn contacts(gardener: &mut Gardener, random: &mut ChaCha8Rng, node: &Value, past: Past) -> Value {
    let country = node["country"].as_str().unwrap_or_default();
    let title = node["title"].as_str().unwrap_or_default();
    let host = format!("{}.example.org", slug(title));
    let count = random.random_range(2..=4);
    let roles = ["HEAD_OF_DELEGATION", "NODE_MANAGER", "ADDITIONAL_DELEGATE", "NODE_STAFF"];
    let contacts = roles.into_iter().take(count).map(|role| {
        let person = gardener.person(random, country);
        let contact = Contact {
            person,
            role,
            is_primary: false,
            organization: title,
            host: &host,
            city: None,
        }
        .document(random);
        let mut shown = json!({ "key": gardener.next("participant") });
        for member in
            ["type", "primary", "userId", "firstName", "lastName", "position", "email", "phone"]
        {
            let is_list = matches!(member, "userId" | "position" | "email" | "phone");
            let value = contact.get(member).cloned();
            shown[member] = value.unwrap_or(if is_list { json!([]) } else { Value::Null });
        }
        shown["homepage"] = json!([]);
        shown["organization"] = contact["organization"].clone();
        shown["address"] = json!([]);
        shown["country"] = contact["country"].clone();
        shown["modified"] = moment::written(past.modified).into();
        shown
    });
    contacts.collect()
}
