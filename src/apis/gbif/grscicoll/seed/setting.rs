//! What institutions and collections are described with, as far as both draw it alike.

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::institutions::Institution;
use crate::apis::gbif::grscicoll::parts::{
    COMMENT, CONTACT_PERSON, IDENTIFIER, MACHINE_TAG, OCCURRENCE_MAPPING, TAG,
};
use crate::apis::gbif::seed::gardener::{Gardener, Past, mail_name, orcid};
use crate::world::person::Person;
use crate::world::{draw, epoch};

/// Names under which entities were made.
const USERS: [&str; 6] = ["mlarsen", "tkovacs", "jperez", "abecker", "scollins", "rtanaka"];

/// When an entity was made and changed: most since 2018, some with the first import in 2013.
pub fn past(random: &mut ChaCha8Rng) -> Past {
    let moment = |text: &str| text.parse::<Timestamp>().expect("it is a moment");
    let first =
        if draw::chance(random, 0.1) { "2013-03-01T08:00:00Z" } else { "2018-01-15T08:00:00Z" };
    let last =
        if first.starts_with("2013") { "2013-09-30T18:00:00Z" } else { "2025-05-31T18:00:00Z" };
    let created = within(random, moment(first), moment(last));
    let modified = within(random, created, epoch());
    Past { created, modified, by: draw::one::<&str>(random, &USERS) }
}

fn within(random: &mut ChaCha8Rng, first: Timestamp, last: Timestamp) -> Timestamp {
    let milliseconds = random.random_range(first.as_millisecond()..last.as_millisecond());
    Timestamp::from_millisecond(milliseconds).expect("it lies between two moments")
}

/// A number of which small ones are as likely as large ones.
pub fn magnitude(random: &mut ChaCha8Rng, least: f64, most: f64) -> i64 {
    let exponent = random.random_range(least.log10()..most.log10());
    #[expect(clippy::cast_possible_truncation, reason = "it lies far below the largest number")]
    let number = 10_f64.powf(exponent).round() as i64;
    number
}

/// A postal address in an institution's city.
pub fn address(
    gardener: &mut Gardener,
    random: &mut ChaCha8Rng,
    institution: &Institution,
) -> Value {
    const STREETS: [&str; 8] = [
        "Museum Road",
        "Garden Street",
        "University Avenue",
        "Prairie Road",
        "Harbour Lane",
        "College Hill",
        "Linden Avenue",
        "Science Park",
    ];
    let street = draw::one(random, &STREETS);
    let mut address = json!({
        "key": gardener.next("address"),
        "address": format!("{} {street}", random.random_range(1..240)),
        "city": institution.city,
    });
    if !institution.state.is_empty() {
        address["province"] = institution.state.as_str().into();
    }
    address["postalCode"] = format!("{:05}", random.random_range(1000..99999)).into();
    address["country"] = institution.country.as_str().into();
    address
}

/// Some concepts of a list, each at most once and none at all without luck.
pub fn some<'c>(random: &mut ChaCha8Rng, concepts: &[&'c str], most: usize) -> Vec<&'c str> {
    let count = random.random_range(1..=most);
    let mut chosen: Vec<&str> = (0..count).map(|_| *draw::one(random, concepts)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

/// Contact persons, tags and whatever else both kinds hold lists of.
pub struct Holdings<'h> {
    pub id: i64,
    pub past: Past,
    pub host: &'h str,
    pub country: &'h str,
    pub city: &'h str,
}

impl Holdings<'_> {
    pub fn contacts(
        &self,
        gardener: &mut Gardener,
        random: &mut ChaCha8Rng,
        count: usize,
    ) -> rusqlite::Result<()> {
        for number in 0..count {
            let person = gardener.person(random, self.country);
            let doc = self.contact(random, person, number == 0);
            gardener.add(&CONTACT_PERSON, self.id, self.past, doc)?;
        }
        Ok(())
    }

    fn contact(&self, random: &mut ChaCha8Rng, person: &Person, is_primary: bool) -> Value {
        const POSITIONS: [&str; 6] = [
            "Collections Manager",
            "Curator",
            "Director",
            "Registrar",
            "Head of Collections",
            "Curatorial Assistant",
        ];
        const EXPERTISE: [&str; 8] = [
            "Coleoptera",
            "Lepidoptera",
            "Bryophyta",
            "Poaceae",
            "Mollusca",
            "Teleostei",
            "Agaricales",
            "Formicidae",
        ];
        let mut doc = json!({
            "firstName": person.given,
            "lastName": person.family,
            "position": [draw::one(random, &POSITIONS)],
            "email": [format!("{}@{}", mail_name(person), self.host)],
            "country": person.country,
            "city": self.city,
            "primary": is_primary,
        });
        if draw::chance(random, 0.3) {
            doc["phone"] = json!([phone(random)]);
        }
        if draw::chance(random, 0.3) {
            doc["taxonomicExpertise"] = json!([draw::one(random, &EXPERTISE)]);
        }
        if draw::chance(random, 0.35) {
            let id = format!("https://orcid.org/{}", orcid(random));
            doc["userIds"] = json!([{ "type": "ORCID", "id": id }]);
        }
        doc
    }

    pub fn identifier(
        &self,
        gardener: &mut Gardener,
        kind: &str,
        identifier: &str,
    ) -> rusqlite::Result<()> {
        let doc = json!({ "type": kind, "identifier": identifier });
        gardener.add(&IDENTIFIER, self.id, self.past, doc)?;
        Ok(())
    }

    /// Comments, tags and machine tags, as few as they are.
    pub fn notes(&self, gardener: &mut Gardener, random: &mut ChaCha8Rng) -> rusqlite::Result<()> {
        const COMMENTS: [&str; 3] = [
            "Checked against the website.",
            "Contact details confirmed by e-mail.",
            "Number of specimens is an estimate of the curator.",
        ];
        let (id, past) = (self.id, self.past);
        if draw::chance(random, 0.03) {
            let content = draw::one(random, &COMMENTS);
            gardener.add(&COMMENT, id, past, json!({ "content": content }))?;
        }
        if draw::chance(random, 0.05) {
            gardener.add(&TAG, id, past, json!({ "value": "verified" }))?;
        }
        if draw::chance(random, 0.08) {
            let value = uuid::Builder::from_random_bytes(random.random()).into_uuid();
            let tag = json!({
                "namespace": "iDigBio.org",
                "name": "uniqueNameUuid",
                "value": value.to_string(),
            });
            gardener.add(&MACHINE_TAG, id, past, tag)?;
        }
        Ok(())
    }

    pub fn mapping(&self, gardener: &mut Gardener, mapping: Value) -> rusqlite::Result<()> {
        gardener.add(&OCCURRENCE_MAPPING, self.id, self.past, mapping)?;
        Ok(())
    }
}

pub fn phone(random: &mut ChaCha8Rng) -> String {
    format!("+{} {:07}", random.random_range(1..99), random.random_range(1_000_000..9_999_999))
}

/// Identifiers of a number: the same number, the same identifiers.
pub fn identifiers_of(number: usize) -> [(&'static str, String); 6] {
    [
        ("ROR", format!("https://ror.org/0{number:06}{:02}", 10 + number % 90)),
        ("WIKIDATA", format!("http://www.wikidata.org/entity/Q{}", 90_000_000 + number)),
        (
            "NCBI_BIOCOLLECTION",
            format!("https://www.ncbi.nlm.nih.gov/biocollections/{}", 1000 + number),
        ),
        (
            "GRSCICOLL_URI",
            format!(
                "http://grbio.org/cool/{:04x}-{:04x}",
                0x1a2b + number,
                0x9c3d - number % 0x9000
            ),
        ),
        ("LSID", format!("urn:lsid:biocol.org:col:{}", 15_106 + number)),
        ("GRSCICOLL_ID", format!("http://grscicoll.org/institution/{number:05}")),
    ]
}
