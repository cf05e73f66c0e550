//! Drawing records, one after the other.

use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::blur::{Blurred, Sensitivity, Spot};
use super::super::vocabulary::NOT_SENSITIVE;
use super::event::{self, Event};
use super::import::{Stamp, modified};
use super::media::{self, Media};
use super::naming::{Namer, Naming};
use super::scene::Scene;
use super::source::uuid;
use super::specimen::{self, Specimen};
use super::spot::{self, Area, Notation};
use super::taiwan::{Dataset, Habits, PersonKind, Taiwan, Taxon};
use crate::world::World;
use crate::world::draw::{self, Weighted};

/// A record, before it is split over the tables.
#[derive(Debug, Default)]
pub struct Record {
    pub id: String,
    pub dataset: usize,
    pub naming: Naming,
    pub area: Area,
    pub is_hidden: bool,
    pub locality: Option<String>,
    pub recorded_by: Option<String>,
    pub created: Date,
    pub modified: Date,
    pub event: Event,
    pub source_created: Option<Date>,
    pub source_modified: Option<Date>,
    pub place: Blurred,
    pub notation: Option<&'static str>,
    pub datum: Option<&'static str>,
    pub uncertainty: Option<&'static str>,
    pub sensitive_category: Option<&'static str>,
    pub is_generalized: Option<bool>,
    pub quantity: Quantity,
    pub basis: Option<&'static str>,
    pub media: Media,
    pub specimen: Specimen,
    pub occurrence_id: Option<String>,
    pub link: Option<String>,
}

/// How many organisms there were.
#[derive(Debug, Default)]
pub struct Quantity {
    pub verbatim: Option<String>,
    pub unit: Option<&'static str>,
    pub standard: Option<f64>,
}

/// Draws records; each depends on those before it only by the random sequence and the sources' running numbers.
pub struct Drafter<'t> {
    taiwan: &'t Taiwan,
    habits: Vec<Habits>,
    haunts: Vec<Vec<Vec<usize>>>,
    datasets: Weighted<usize>,
    namer: Namer,
    uncertainties: Weighted<&'static str>,
    /// The running number of each source.
    serials: Vec<u64>,
    random: ChaCha8Rng,
}

impl<'t> Drafter<'t> {
    pub fn new(taiwan: &'t Taiwan, world: &World) -> Self {
        let mut rarity = world.stream("tbia.rarity");
        let mut serial = world.stream("tbia.serial");
        Self {
            habits: taiwan.habits(|| rarity.random_range(1.0..7.0)),
            haunts: taiwan.haunts(),
            datasets: Weighted::new(
                taiwan.datasets.iter().enumerate().map(|(index, dataset)| (index, dataset.share)),
            ),
            namer: Namer::new(taiwan, world),
            uncertainties: spot::uncertainties(),
            // Below the number of the documented specimen, and of at least five digits.
            serials: taiwan
                .datasets
                .iter()
                .map(|_| serial.random_range(190_000..400_000))
                .collect(),
            random: world.stream("tbia.occurrence"),
            taiwan,
        }
    }

    /// Whatever the stamp belongs to.
    pub fn draw(&mut self, stamp: Stamp) -> Record {
        let dataset = *self.datasets.draw(&mut self.random);
        let naming = self.name(dataset);
        let taxon = naming.taxon;
        // What nobody could name is found where the commonest of the dataset is.
        let lives_like = taxon.unwrap_or_else(|| *self.habits[dataset].taxa.draw(&mut self.random));
        let place = *draw::one(&mut self.random, &self.haunts[dataset][lives_like]);
        let sensitivity = self.sensitivity(dataset, taxon);
        let event = Event::draw(&self.taiwan.datasets[dataset], stamp.created, &mut self.random);
        let recorded_by = self.recorder(dataset);
        let is_located = draw::chance(
            &mut self.random,
            if self.taiwan.datasets[dataset].is_collection { 0.76 } else { 0.92 },
        );
        let outline = Outline {
            dataset,
            naming,
            place,
            sensitivity,
            event,
            recorded_by,
            is_located,
            is_on_land: false,
        };
        self.fill(stamp, outline)
    }

    /// A record of a scene.
    pub fn play(&mut self, stamp: Stamp, scene: &Scene) -> Record {
        let dataset = &self.taiwan.datasets[scene.dataset];
        let taxon = &self.taiwan.taxa[scene.taxon];
        let event = match scene.days {
            Some(days) => Event::on(days, &mut self.random),
            None => Event::draw(dataset, stamp.created, &mut self.random),
        };
        let drawn = self.recorder(scene.dataset);
        let outline = Outline {
            dataset: scene.dataset,
            naming: self.namer.of(scene.taxon, taxon, &mut self.random),
            place: scene.place,
            sensitivity: scene.sensitivity,
            event,
            recorded_by: scene.recorded_by.map(str::to_owned).or(drawn),
            is_located: true,
            is_on_land: true,
        };
        self.fill(stamp, outline)
    }

    fn fill(&mut self, stamp: Stamp, outline: Outline) -> Record {
        let Outline { dataset, naming, sensitivity, event, .. } = outline;
        let source = &self.taiwan.datasets[dataset];
        let place = &self.taiwan.places[outline.place];
        let taxon = naming.taxon.map(|index| &self.taiwan.taxa[index]);
        let random = &mut self.random;
        let notation = Notation::draw(random);
        let spot = outline.is_located.then(|| spot::near(place, notation, random));
        let is_hidden = spot.is_some() && sensitivity.hides();
        let area = match &spot {
            Some(_) => Area::around(place, outline.is_on_land, random),
            None => Area::default(),
        };
        let is_blurred = spot.is_some() && sensitivity != Sensitivity::Open;
        let (source_created, source_modified) =
            event::source_days(event.day, stamp.created, random);
        let locality =
            draw::chance(random, 0.65).then(|| spot::locality(place, source, self.taiwan, random));
        self.serials[dataset] += random.random_range(1..4);
        let serial = self.serials[dataset];
        let year = event.day.map_or(source.last_year, Date::year);
        let occurrence_id = draw::chance(random, 0.975)
            .then(|| fill_pattern(&source.occurrence_id, serial, year, random));
        Record {
            id: stamp.id,
            created: stamp.created,
            modified: modified(stamp.created, source.reimported),
            locality,
            link: link(source, occurrence_id.as_deref(), serial, year, random),
            uncertainty: (spot.is_some() && draw::chance(random, 0.48))
                .then(|| *self.uncertainties.draw(random)),
            notation: (spot.is_some() && draw::chance(random, 0.42)).then(|| notation.system()),
            datum: (spot.is_some() && draw::chance(random, 0.66)).then(|| match notation {
                Notation::Metres => "TWD97",
                _ => *draw::one(random, &["WGS84", "WGS84", "EPSG:4326"]),
            }),
            sensitive_category: if is_blurred {
                sensitivity.category()
            } else {
                draw::chance(random, 0.004).then_some(NOT_SENSITIVE)
            },
            is_generalized: if is_blurred {
                Some(true)
            } else {
                draw::chance(random, 0.67).then_some(false)
            },
            place: spot.map(|spot| sensitivity.blur(spot)).unwrap_or_default(),
            quantity: quantity(source, random),
            basis: basis(source, outline.recorded_by.as_deref(), random),
            media: media::draw(source, outline.recorded_by.as_deref(), serial, random),
            specimen: specimen::draw(source, taxon, serial, year, random),
            recorded_by: outline.recorded_by,
            occurrence_id,
            dataset,
            naming,
            area,
            is_hidden,
            event,
            source_created,
            source_modified,
        }
    }

    fn name(&mut self, dataset: usize) -> Naming {
        let random = &mut self.random;
        if draw::chance(random, 0.05) {
            return Namer::unresolved(random);
        }
        let habits = &self.habits[dataset];
        if !habits.higher.is_empty() && draw::chance(random, 0.118) {
            let taxon = *draw::one(random, &habits.higher);
            return self.namer.below(taxon, &self.taiwan.taxa[taxon], random);
        }
        let taxon = *habits.taxa.draw(random);
        self.namer.of(taxon, &self.taiwan.taxa[taxon], random)
    }

    /// Protected species are blurred often, others hardly ever.
    fn sensitivity(&mut self, dataset: usize, taxon: Option<usize>) -> Sensitivity {
        if self.taiwan.datasets[dataset].institution_code == "TAIF" {
            // Quirk (contract 5.3): this herbarium shows no coordinates at all.
            return Sensitivity::Withheld;
        }
        let likely = match taxon.map(|index| self.taiwan.taxa[index].protected.as_str()) {
            Some("I") => 0.85,
            Some("II") => 0.7,
            Some("III") => 0.15,
            _ => 0.012,
        };
        if !draw::chance(&mut self.random, likely) {
            return Sensitivity::Open;
        }
        match self.random.random_range(0..8) {
            0..4 => Sensitivity::Light,
            4..6 => Sensitivity::Heavy,
            6 => Sensitivity::County,
            _ => Sensitivity::Closed,
        }
    }

    fn recorder(&mut self, dataset: usize) -> Option<String> {
        let random = &mut self.random;
        if !draw::chance(random, 0.7) {
            return None;
        }
        let kind = match self.taiwan.datasets[dataset].resource_contacts.as_str() {
            contacts if contacts.contains("志工") && draw::chance(random, 0.3) => {
                PersonKind::Team
            }
            "Cornell Lab of Ornithology" | "iNaturalist.org" if draw::chance(random, 0.4) => {
                PersonKind::Account
            }
            "玉山國家公園管理處" if draw::chance(random, 0.5) => PersonKind::Camera,
            _ => PersonKind::Person,
        };
        let people: Vec<&str> = self
            .taiwan
            .people
            .iter()
            .filter(|person| person.kind == kind)
            .map(|person| person.name.as_str())
            .collect();
        let first = *draw::one(random, &people);
        if kind != PersonKind::Person || !draw::chance(random, 0.18) {
            return Some(first.to_owned());
        }
        let second = *draw::one(random, &people);
        if first == second {
            return Some(first.to_owned());
        }
        Some(format!("{first}{}{second}", draw::one(random, &["、", "、", ";", "|"])))
    }
}

/// What is settled before a record is filled in.
struct Outline {
    dataset: usize,
    naming: Naming,
    place: usize,
    sensitivity: Sensitivity,
    event: Event,
    recorded_by: Option<String>,
    is_located: bool,
    /// Whether its county and township are known for certain.
    is_on_land: bool,
}

/// The herbarium specimen that the portal's documents show.
pub fn documented(taiwan: &Taiwan, stamp: Stamp) -> anyhow::Result<Record> {
    let taxon = taiwan.taxon("水鴨腳")?;
    let dataset = taiwan.dataset("Herbarium database")?;
    let collected = date(1996, 4, 18);
    let spot = Spot {
        latitude: 22.0817,
        longitude: 120.8493,
        verbatim_latitude: "22.0817".to_owned(),
        verbatim_longitude: "120.8493".to_owned(),
    };
    Ok(Record {
        id: stamp.id,
        dataset,
        naming: Namer::plain(taxon, &taiwan.taxa[taxon]),
        area: Area {
            county: Some("屏東縣".to_owned()), municipality: Some("滿州鄉".to_owned())
        },
        is_hidden: true,
        locality: Some("屏東縣滿州鄉南仁山".to_owned()),
        recorded_by: Some("呂勝由".to_owned()),
        created: stamp.created,
        modified: modified(stamp.created, taiwan.datasets[dataset].reimported),
        event: Event { verbatim: Some(collected.to_string()), day: Some(collected) },
        place: Sensitivity::Withheld.blur(spot),
        is_generalized: Some(true),
        specimen: Specimen {
            catalog_number: Some("186874".to_owned()),
            record_number: Some("218114".to_owned()),
            preservation: Some("蠟葉標本"),
            type_status: None,
        },
        occurrence_id: Some("TAIF:PLANT:8540:1:1:186874".to_owned()),
        ..Record::default()
    })
}

fn quantity(dataset: &Dataset, random: &mut ChaCha8Rng) -> Quantity {
    if !draw::chance(random, if dataset.is_collection { 0.1 } else { 0.66 }) {
        return Quantity::default();
    }
    let count = 1.0 + (random.random_range(0.0_f64..3.6).exp() - 1.0).floor();
    // Some sources write a number that is none.
    let standard = draw::chance(random, 0.9).then_some(count);
    let verbatim = if standard.is_some() { count.to_string() } else { format!("約{count}") };
    let unit = draw::chance(random, 0.6)
        .then(|| *draw::one(random, &["個體", "隻", "隻", "隻次", "株", "尾"]));
    Quantity { verbatim: Some(verbatim), unit, standard }
}

fn basis(
    dataset: &Dataset,
    recorded_by: Option<&str>,
    random: &mut ChaCha8Rng,
) -> Option<&'static str> {
    // Quirk (contract 5.2): two herbaria and the ocean administration leave it out.
    if matches!(dataset.institution_code.as_str(), "HAST" | "TAIF")
        || dataset.rights_holder == "海洋保育資料倉儲系統"
        || draw::chance(random, 0.02)
    {
        return None;
    }
    Some(if dataset.institution_code == "NPGRC" {
        "LivingSpecimen"
    } else if dataset.is_collection {
        if draw::chance(random, 0.04) { "MaterialSample" } else { "PreservedSpecimen" }
    } else if recorded_by == Some("自動相機") {
        "MachineObservation"
    } else if draw::chance(random, 0.03) {
        "Occurrence"
    } else {
        "HumanObservation"
    })
}

fn link(
    dataset: &Dataset,
    occurrence_id: Option<&str>,
    serial: u64,
    year: i16,
    random: &mut ChaCha8Rng,
) -> Option<String> {
    if dataset.link.is_empty() {
        return None;
    }
    let needs_id = dataset.link.contains("{occurrenceID}");
    let id = match occurrence_id {
        None if needs_id => return None,
        id => id.unwrap_or_default(),
    };
    Some(fill_pattern(&dataset.link, serial, year, random).replace("{occurrenceID}", id))
}

/// Fills the placeholders of a pattern; only what it holds is drawn.
pub fn fill_pattern(pattern: &str, serial: u64, year: i16, random: &mut ChaCha8Rng) -> String {
    let mut text = pattern.replace("{serial}", &serial.to_string());
    if text.contains("{year}") {
        text = text.replace("{year}", &year.to_string());
    }
    if text.contains("{uuid}") {
        text = text.replace("{uuid}", &uuid(random));
    }
    if text.contains("{gbif}") {
        let key: u64 = random.random_range(1_000_000_000..5_000_000_000);
        text = text.replace("{gbif}", &key.to_string());
    }
    if text.contains("{two}") {
        text = text.replace("{two}", &random.random_range(1000..9999).to_string());
    }
    text
}

/// What a specimen's preparation depends on.
pub fn is_plant(taxon: &Taxon) -> bool {
    taxon.kingdom == "Plantae"
}
