//! Organizations: the world's institutions first, then societies, agencies and field stations around them.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::gardener::{Contact, Gardener, Past, key, slug};
use super::nodes::Node;
use super::{ORGANIZATIONS, factor};
use crate::apis::gbif::entity::organization::{ORGANIZATION, new_password};
use crate::apis::gbif::moment;
use crate::world::draw;

/// An organization that may publish.
pub struct Organization {
    pub key: String,
    pub title: String,
    pub code: String,
    pub country: String,
    pub city: String,
    pub latitude: f64,
    pub longitude: f64,
    pub is_endorsed: bool,
    pub is_deleted: bool,
    /// Its web host, for addresses.
    pub host: String,
}

/// Keys that documents and tests of clients use, with a title and a country.
const KNOWN: [(&str, &str, &str); 6] = [
    ("28eb1a3f-1c15-4a95-931a-4af90ecb574d", "GBIF Secretariat", "DK"),
    ("e2e717bf-551a-4917-bdc9-4fa0f342c530", "Lakeside Laboratory of Ornithology", "US"),
    ("7ce8aef0-9e92-11dc-8738-b8a03c50a862", "Archive of Taxonomic Treatments", "CH"),
    ("fbca90e3-8aed-48b1-84e3-369afbd000ce", "North Sea Data Hosting Centre", "BE"),
    ("4b4b2111-ee51-45f5-bf5e-f535f4a1c9dc", "Society for Open Natural History", "US"),
    ("96710dc8-fecb-440d-ae3e-c34ae8a9616f", "Partnership of Species Catalogues", "NL"),
];

/// Those that want to publish and do not yet: no datasets of theirs.
const UNENDORSED_EVERY: usize = 8;

pub fn sow(gardener: &mut Gardener, nodes: &[Node]) -> rusqlite::Result<Vec<Organization>> {
    let mut random = gardener.world.stream("gbif.organizations");
    let count = ORGANIZATIONS * factor(gardener.world);
    let mut institutions: Vec<_> = gardener.world.institutions.iter().collect();
    institutions.shuffle(&mut random);
    let mut organizations = Vec::with_capacity(count);
    for number in 0..count {
        let past = Past::draw(&mut random, number, count);
        let mut organization = match (KNOWN.get(number), institutions.get(number)) {
            (Some(known), _) => known_one(known),
            // Seven in ten are museums and herbaria; the others are invented around a place.
            (None, Some(institution)) if number % 10 < 7 => Organization {
                key: key(&mut random),
                title: institution.name.clone(),
                code: institution.code.clone(),
                country: institution.country.clone(),
                city: institution.city.clone(),
                latitude: institution.latitude,
                longitude: institution.longitude,
                is_endorsed: true,
                is_deleted: false,
                host: host_of(&institution.homepage),
            },
            _ => invented(gardener, &mut random),
        };
        organization.is_endorsed = number < KNOWN.len() || number % UNENDORSED_EVERY != 7;
        organization.is_deleted =
            number >= KNOWN.len() && number % ORGANIZATIONS >= ORGANIZATIONS - 3;
        plant(gardener, &mut random, &organization, past, (number, nodes))?;
        organizations.push(organization);
    }
    Ok(organizations)
}

pub fn host_of(homepage: &str) -> String {
    homepage.trim_start_matches("https://www.").trim_start_matches("https://").to_owned()
}

fn known_one((key, title, country): &(&str, &str, &str)) -> Organization {
    let place = match *country {
        "DK" => ("Copenhagen", 55.702, 12.559),
        "US" => ("Ithaca", 42.480, -76.451),
        "CH" => ("Bern", 46.948, 7.447),
        "BE" => ("Oostende", 51.236, 2.918),
        _ => ("Leiden", 52.165, 4.474),
    };
    Organization {
        key: (*key).to_owned(),
        title: (*title).to_owned(),
        code: title
            .split(' ')
            .filter_map(|word| word.chars().next())
            .collect::<String>()
            .to_uppercase(),
        country: (*country).to_owned(),
        city: place.0.to_owned(),
        latitude: place.1,
        longitude: place.2,
        is_endorsed: true,
        is_deleted: false,
        host: format!("{}.example.org", slug(title)),
    }
}

pub fn invented(gardener: &Gardener, random: &mut ChaCha8Rng) -> Organization {
    let world = gardener.world;
    let place = draw::one(random, &world.places);
    let country = world.countries.iter().find(|country| country.alpha2 == place.country);
    let city = if place.municipality.is_empty() { &place.county } else { &place.municipality };
    let city = if city.is_empty() { &place.state } else { city };
    let title = world.titles.one(
        random,
        "organization",
        "names",
        &[
            ("city", city),
            ("region", &place.state),
            ("country", country.map_or("", |country| &country.title)),
            ("place", &place.locality),
        ],
    );
    Organization {
        key: key(random),
        code: title
            .split(' ')
            .filter_map(|word| word.chars().next().filter(char::is_ascii_uppercase))
            .collect(),
        host: format!("{}.example.org", slug(&title)),
        title,
        country: place.country.clone(),
        city: city.clone(),
        latitude: place.latitude,
        longitude: place.longitude,
        is_endorsed: true,
        is_deleted: false,
    }
}

fn plant(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    organization: &Organization,
    past: Past,
    (number, nodes): (usize, &[Node]),
) -> rusqlite::Result<()> {
    let doc = document(gardener, random, organization, past, (number, nodes));
    let id = gardener.plant(&ORGANIZATION, doc)?;
    let count = random.random_range(1..=3);
    let roles =
        ["ADMINISTRATIVE_POINT_OF_CONTACT", "TECHNICAL_POINT_OF_CONTACT", "POINT_OF_CONTACT"];
    for role in roles.into_iter().take(count) {
        let contact = Contact {
            person: gardener.person(random, &organization.country),
            role,
            is_primary: true,
            organization: &organization.title,
            host: &organization.host,
            city: Some(&organization.city),
        };
        gardener.contact(random, id, past, &contact)?;
    }
    let comment = if organization.is_endorsed {
        "Endorsement confirmed by the node."
    } else {
        "Waiting for an answer of the node."
    };
    gardener.comment(id, past, comment)?;
    if draw::chance(random, 0.1) {
        gardener.identifier(
            id,
            past,
            "ROR",
            &format!("https://ror.org/0{:06}{:02}", number, 10 + number % 90),
        )?;
    }
    let sql = "INSERT INTO gbif_password (entity, password) VALUES (?, ?)";
    gardener.db.prepare_cached(sql)?.execute((&organization.key, new_password(random)))?;
    Ok(())
}

fn document(
    gardener: &Gardener,
    random: &mut ChaCha8Rng,
    organization: &Organization,
    past: Past,
    (number, nodes): (usize, &[Node]),
) -> Value {
    let host = &organization.host;
    let of_country =
        nodes.iter().find(|node| node.country.as_deref() == Some(&organization.country));
    let secretariat = nodes.iter().find(|node| node.country.is_none());
    let node = of_country.or(secretariat).expect("there is a node for everybody");
    let status = match (organization.is_endorsed, number % 97) {
        (true, _) => "ENDORSED",
        (false, 15) => "REJECTED",
        (false, _) => "WAITING_FOR_ENDORSEMENT",
    };
    let language = match organization.country.as_str() {
        "BR" | "PT" => "por",
        "ES" | "CO" | "MX" | "AR" | "CR" | "PE" | "CL" => "spa",
        "DE" | "AT" => "deu",
        "FR" => "fra",
        _ => "eng",
    };
    let place = gardener.place(random, &organization.country);
    let mut doc = json!({
        "key": organization.key,
        "endorsingNodeKey": node.key,
        "endorsementApproved": organization.is_endorsed,
        "endorsementStatus": status,
        "title": organization.title,
        "language": language,
        "homepage": [format!("https://www.{host}")],
        "country": organization.country,
    });
    if draw::chance(random, 0.08) && !organization.code.is_empty() {
        doc["abbreviation"] = organization.code.as_str().into();
    }
    if draw::chance(random, 0.7) {
        let values = [
            ("institution", organization.title.as_str()),
            ("region", place.map_or("the country", |place| &place.state)),
            ("year", "1901"),
            ("from", "1873"),
        ];
        doc["description"] =
            gardener.world.prose.one(random, "collection", "institution", &values).into();
    }
    if draw::chance(random, 0.57) {
        doc["logoUrl"] = format!("https://www.{host}/logo.png").into();
    }
    if draw::chance(random, 0.6) {
        doc["email"] = json!([format!("data@{host}")]);
    }
    if draw::chance(random, 0.98) {
        doc["city"] = organization.city.as_str().into();
    }
    if let Some(place) = place.filter(|_| draw::chance(random, 0.72)) {
        doc["province"] = place.state.as_str().into();
    }
    if draw::chance(random, 0.79) {
        doc["postalCode"] = format!("{:05}", random.random_range(1000..99999)).into();
    }
    if draw::chance(random, 0.78) {
        doc["latitude"] = json!(draw::round(organization.latitude, 4));
        doc["longitude"] = json!(draw::round(organization.longitude, 4));
    }
    past.write(&mut doc);
    if organization.is_endorsed {
        doc["endorsed"] = moment::written(past.created).into();
    }
    if organization.is_deleted {
        doc["deleted"] = moment::written(past.modified).into();
    }
    doc
}
