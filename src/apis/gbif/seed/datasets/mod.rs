//! Datasets: what they hold, who made them, where they are served from, and what is odd about some of them.

mod coverage;
mod known;
mod planting;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use self::known::{KNOWN, Known};
use super::gardener::{Gardener, Past, key};
use super::installations::Installation;
use super::organizations::Organization;
use super::setting::Setting;
use super::{DATASETS, factor};
use crate::apis::gbif::entity::dataset::new_doi;
use crate::apis::gbif::{licence, moment};
use crate::world::draw::{self, Weighted};
use crate::world::taxon::Taxon;

/// A dataset as networks need it.
pub struct Dataset {
    pub key: String,
    pub is_deleted: bool,
    pub is_constituent: bool,
}

/// What is odd about a dataset, by its place in each block of [`DATASETS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oddity {
    None,
    Duplicate,
    WithoutEndpoint,
    Constituent,
    Deleted,
}

impl Oddity {
    fn of(number: usize) -> Self {
        match number % DATASETS {
            100..106 => Self::Duplicate,
            110..115 => Self::WithoutEndpoint,
            120..132 => Self::Constituent,
            230.. => Self::Deleted,
            _ => Self::None,
        }
    }
}

pub fn sow(
    gardener: &mut Gardener,
    organizations: &[Organization],
    installations: &[Installation],
) -> rusqlite::Result<Vec<Dataset>> {
    let mut random = gardener.world.stream("gbif.datasets");
    let count = DATASETS * factor(gardener.world);
    let sower = Sower::new(gardener, organizations, installations);
    let mut datasets: Vec<Dataset> = Vec::with_capacity(count);
    for number in 0..count {
        let past = Past::draw(&mut random, number, count);
        let mut seedling = sower.draw(gardener, &mut random, number, past);
        if seedling.oddity == Oddity::Duplicate {
            seedling.doc["duplicateOfDatasetKey"] = datasets[number - 50].key.as_str().into();
        }
        datasets.push(Dataset {
            key: seedling.key().to_owned(),
            is_deleted: seedling.oddity == Oddity::Deleted,
            is_constituent: seedling.oddity == Oddity::Constituent,
        });
        planting::plant(gardener, &mut random, &seedling, past)?;
    }
    Ok(datasets)
}

/// What datasets are made of.
struct Sower<'s> {
    organizations: &'s [Organization],
    installations: &'s [Installation],
    /// Places of publishers among the organizations.
    publishers: Vec<usize>,
    families: Vec<&'s Taxon>,
    kinds: Weighted<&'static str>,
    licences: Weighted<&'static str>,
    languages: Weighted<&'static str>,
    frequencies: Weighted<&'static str>,
}

/// A dataset before it is planted.
struct Seedling<'s> {
    doc: Value,
    setting: Setting,
    oddity: Oddity,
    kind: &'static str,
    publisher: &'s Organization,
    installation: &'s Installation,
    records: i64,
    names: i64,
    attempts: i64,
}

impl Seedling<'_> {
    fn key(&self) -> &str {
        self.doc["key"].as_str().unwrap_or_default()
    }

    fn title(&self) -> &str {
        self.doc["title"].as_str().unwrap_or_default()
    }
}

impl<'s> Sower<'s> {
    fn new(
        gardener: &Gardener<'s>,
        organizations: &'s [Organization],
        installations: &'s [Installation],
    ) -> Self {
        let may_publish = |at: &usize| {
            let organization: &Organization = &organizations[*at];
            // Some that could publish have not begun to.
            organization.is_endorsed && !organization.is_deleted && (*at < 6 || at % 5 != 3)
        };
        Self {
            organizations,
            installations,
            publishers: (0..organizations.len()).filter(may_publish).collect(),
            families: gardener.world.taxa.iter().filter(|taxon| taxon.rank == "family").collect(),
            kinds: Weighted::new([
                ("OCCURRENCE", 58.0),
                ("CHECKLIST", 20.0),
                ("SAMPLING_EVENT", 19.0),
                ("METADATA", 1.5),
            ]),
            licences: Weighted::new([
                ("CC_BY_4_0", 50.0),
                ("CC0_1_0", 35.0),
                ("CC_BY_NC_4_0", 15.0),
            ]),
            languages: Weighted::new([
                ("eng", 82.0),
                ("por", 11.0),
                ("spa", 6.0),
                ("deu", 1.0),
                ("fra", 1.0),
            ]),
            frequencies: Weighted::new([
                ("UNKOWN", 44.0),
                ("MONTHLY", 25.0),
                ("AS_NEEDED", 12.0),
                ("NOT_PLANNED", 8.0),
                ("ANNUALLY", 6.0),
                ("IRREGULAR", 3.0),
                ("CONTINUALLY", 2.0),
            ]),
        }
    }

    fn draw(
        &self,
        gardener: &Gardener,
        random: &mut ChaCha8Rng,
        number: usize,
        past: Past,
    ) -> Seedling<'s> {
        let known = KNOWN.get(number);
        let oddity = Oddity::of(number);
        let kind = match (known, oddity) {
            (Some(known), _) => known.kind,
            (None, Oddity::Constituent) => "CHECKLIST",
            _ => *self.kinds.draw(random),
        };
        let publisher_at = match known {
            Some(known) => known.publisher,
            // One publishes many checklists.
            None if kind == "CHECKLIST" && draw::chance(random, 0.6) => 2,
            None => *draw::one(random, &self.publishers),
        };
        let installation = self.installation(random, publisher_at);
        let publisher = &self.organizations[publisher_at];
        let setting = Setting::draw(random, gardener, publisher, &self.families);
        let size = 10_f64.powf(random.random_range(1.3..5.2));
        #[expect(clippy::cast_possible_truncation, reason = "it is far below the limit")]
        let size = size as i64;
        let names = if kind == "CHECKLIST" { size / 4 + 20 } else { 0 };
        let records = match (known.and_then(|known| known.records), kind) {
            (Some(records), _) => records,
            (None, "CHECKLIST" | "METADATA") => 0,
            (None, _) => size,
        };
        let names = known.and_then(|known| known.names).unwrap_or(names);
        let attempts = random.random_range(1..120);
        let mut doc = self.document(gardener, random, (known, kind), &setting);
        doc["installationKey"] = installation.key.as_str().into();
        doc["publishingOrganizationKey"] = publisher.key.as_str().into();
        past.write(&mut doc);
        match oddity {
            Oddity::Deleted => doc["deleted"] = moment::written(past.modified).into(),
            Oddity::Constituent => doc["parentDatasetKey"] = known::CATALOGUE_OF_LIFE.into(),
            _ => {}
        }
        Seedling { doc, setting, oddity, kind, publisher, installation, records, names, attempts }
    }

    /// One of the publisher's own, else that of a host of others' data, else any.
    fn installation(&self, random: &mut ChaCha8Rng, publisher: usize) -> &'s Installation {
        let live = |installation: &&Installation| !installation.is_deleted;
        let own: Vec<&Installation> = self
            .installations
            .iter()
            .take(2000)
            .filter(live)
            .filter(|installation| installation.owner == publisher)
            .collect();
        if !own.is_empty() && draw::chance(random, 0.85) {
            return own[random.random_range(0..own.len())];
        }
        let hosts: Vec<&Installation> = self.installations.iter().take(12).filter(live).collect();
        hosts[random.random_range(0..hosts.len())]
    }

    fn document(
        &self,
        gardener: &Gardener,
        random: &mut ChaCha8Rng,
        (known, kind): (Option<&Known>, &str),
        setting: &Setting,
    ) -> Value {
        let world = gardener.world;
        let values = setting.values();
        let own_key = key(random);
        let (titles, opening) = match kind {
            "CHECKLIST" => ("checklist", "opening_checklist"),
            "SAMPLING_EVENT" => ("sampling_event", "opening_event"),
            "METADATA" => ("metadata", "opening_metadata"),
            _ => ("occurrence", "opening_occurrence"),
        };
        let title = world.titles.one(random, "dataset", titles, &values);
        let doi = new_doi(random);
        let mut doc = json!({
            "key": known.map_or(own_key, |known| known.key.to_owned()),
            "doi": known.and_then(|known| known.doi).map_or(doi, str::to_owned),
            "type": kind,
            "title": known.and_then(|known| known.title).map_or(title, str::to_owned),
            "language": *self.languages.draw(random),
            "license": licence::written(self.licences.draw(random)),
        });
        if let Some(subtype) = subtype(random, kind) {
            doc["subtype"] = subtype.into();
        }
        if draw::chance(random, 0.98) || known.is_some() {
            doc["description"] = description(gardener, random, opening, &values).into();
        }
        if draw::chance(random, 0.73) {
            doc["maintenanceUpdateFrequency"] = (*self.frequencies.draw(random)).into();
        }
        if draw::chance(random, 0.31) {
            let minor: u32 = random.random_range(1..300);
            doc["version"] = format!("1.{minor}").into();
        }
        if draw::chance(random, 0.16) {
            doc["category"] = json!([*draw::one(random, &["eDNA", "CitizenScience"])]);
        }
        if draw::chance(random, 0.49) {
            doc["dwca"] = coverage::archive(random, kind);
        }
        if draw::chance(random, 0.5) {
            let published =
                draw::day(random, jiff::civil::date(2010, 1, 1), jiff::civil::date(2025, 5, 31));
            doc["pubDate"] = format!("{published}T00:00:00.000+00:00").into();
        }
        coverage::describe(gardener, random, setting, &mut doc);
        if let Some(known) = known {
            known.adjust(&mut doc);
        }
        doc
    }
}

fn subtype(random: &mut ChaCha8Rng, kind: &str) -> Option<&'static str> {
    if !draw::chance(random, 0.4) {
        return None;
    }
    Some(match kind {
        "CHECKLIST" => *draw::one(random, &["INVENTORY_THEMATIC", "INVENTORY_REGIONAL"]),
        "OCCURRENCE" => *draw::one(random, &["SPECIMEN", "SPECIMEN", "OBSERVATION"]),
        "SAMPLING_EVENT" => "OBSERVATION",
        _ => return None,
    })
}

fn description(
    gardener: &Gardener,
    random: &mut ChaCha8Rng,
    opening: &str,
    values: &[(&str, &str)],
) -> String {
    let prose = &gardener.world.prose;
    let mut sentences = vec![prose.one(random, "dataset", opening, values)];
    let content = random.random_range(1..=2);
    sentences.push(prose.some(random, "dataset", "content", content, values));
    sentences.push(prose.one(random, "dataset", "method", values));
    if draw::chance(random, 0.8) {
        sentences.push(prose.one(random, "dataset", "purpose", values));
    }
    if draw::chance(random, 0.6) {
        sentences.push(prose.one(random, "dataset", "close", values));
    }
    sentences.join(" ")
}
