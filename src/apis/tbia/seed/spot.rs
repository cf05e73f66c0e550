//! Where a record was made, and how sources write that down.

use rand_chacha::ChaCha8Rng;

use super::super::blur::Spot;
use super::taiwan::{Dataset, Place, Taiwan};
use crate::world::draw::{self, Weighted};

/// How coordinates are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    Degrees,
    /// `121°35'24"E`.
    Minutes,
    /// Metres of the Taiwan Datum 1997.
    Metres,
}

impl Notation {
    pub fn draw(random: &mut ChaCha8Rng) -> Self {
        if draw::chance(random, 0.94) {
            Self::Degrees
        } else if draw::chance(random, 0.6) {
            Self::Minutes
        } else {
            Self::Metres
        }
    }

    /// The value of `verbatimCoordinateSystem`.
    pub fn system(self) -> &'static str {
        match self {
            Self::Degrees => "DecimalDegrees",
            Self::Minutes => "度分秒",
            Self::Metres => "TWD97",
        }
    }
}

/// A spot near a place.
pub fn near(place: &Place, notation: Notation, random: &mut ChaCha8Rng) -> Spot {
    let decimals = *draw::one(random, &[4_u8, 5, 6, 6]);
    let latitude = draw::near(random, place.latitude, 0.03, decimals);
    let longitude = draw::near(random, place.longitude, 0.03, decimals);
    let (verbatim_latitude, verbatim_longitude) = match notation {
        Notation::Degrees => (latitude.to_string(), longitude.to_string()),
        Notation::Minutes => (minutes(latitude, 'N'), minutes(longitude, 'E')),
        Notation::Metres => {
            let (north, east) = metres(latitude, longitude);
            (format!("{north:.0}"), format!("{east:.0}"))
        }
    };
    Spot { latitude, longitude, verbatim_latitude, verbatim_longitude }
}

fn minutes(degrees: f64, direction: char) -> String {
    let minutes = degrees.fract() * 60.0;
    let seconds = minutes.fract() * 60.0;
    let (degrees, minutes, seconds) = (degrees.floor(), minutes.floor(), seconds.floor());
    format!("{degrees}°{minutes}'{seconds}\"{direction}")
}

/// Northing and easting in the transverse Mercator projection around 121° E, to a few metres.
fn metres(latitude: f64, longitude: f64) -> (f64, f64) {
    const SEMI_MAJOR_AXIS: f64 = 6_378_137.0;
    const ECCENTRICITY: f64 = 0.006_694_38;
    const SCALE: f64 = 0.999_9;
    let phi = latitude.to_radians();
    let arc = 111_132.952_55 * latitude - 16_038.508_61 * (2.0 * phi).sin()
        + 16.832_61 * (4.0 * phi).sin();
    let curvature = SEMI_MAJOR_AXIS / (1.0 - ECCENTRICITY * phi.sin().powi(2)).sqrt();
    let east = (longitude - 121.0).to_radians() * phi.cos();
    let north = arc + curvature * phi.tan() * east.powi(2) / 2.0;
    (SCALE * north, 250_000.0 + SCALE * curvature * east)
}

const STATIONS: [&str; 12] = [
    "樣區1",
    "樣區2",
    "樣區3",
    "樣線A",
    "樣線B",
    "測站1",
    "測站2",
    "北岸",
    "南岸",
    "入口步道",
    "登山口",
    "東側",
];

/// Where an ocean survey was, in words.
const WATERS: [&str; 4] = ["近岸海域", "外海測站1", "外海測站2", "潮間帶"];

/// The place in the words of the source.
pub fn locality(
    place: &Place,
    dataset: &Dataset,
    taiwan: &Taiwan,
    random: &mut ChaCha8Rng,
) -> String {
    let Place { county, municipality, place: name, .. } = place;
    if dataset.is_collection {
        let label = taiwan.labels.get(&(county.clone(), municipality.clone()));
        return match (draw::one(random, &[0, 0, 1, 2]), label) {
            (1, Some(label)) => format!("{label}, {}", place.english),
            (2, _) => format!("{name} {}", place.english),
            _ => format!("{county}{municipality}{name}"),
        };
    }
    if dataset.rights_holder.ends_with("TBN") {
        return format!("{county}{municipality}");
    }
    if dataset.rights_holder == "GBIF" && draw::chance(random, 0.5) {
        return format!("TW-{name} {}", place.english);
    }
    if place.is_marine() {
        return format!("{name}{}", draw::one(random, &WATERS));
    }
    format!("{name} {}", draw::one(random, &STATIONS))
}

/// What surrounds a place, as far as the portal finds it by coordinates: some spots lie off the shore.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Area {
    pub county: Option<String>,
    pub municipality: Option<String>,
}

impl Area {
    pub fn around(place: &Place, is_on_land: bool, random: &mut ChaCha8Rng) -> Self {
        let is_far_out = place.municipality.is_empty();
        if !is_on_land && draw::chance(random, if place.is_marine() { 0.3 } else { 0.06 }) {
            return Self::default();
        }
        let has_municipality = !is_far_out && (is_on_land || draw::chance(random, 0.93));
        Self {
            county: Some(place.county.clone()),
            municipality: has_municipality.then(|| place.municipality.clone()),
        }
    }
}

/// Metres within which a coordinate is right, as sources write them.
pub fn uncertainties() -> Weighted<&'static str> {
    Weighted::new([
        ("10", 2.0),
        ("30", 4.0),
        ("50", 2.0),
        ("100", 3.0),
        ("500", 2.0),
        ("1000", 3.0),
        ("5000", 1.0),
    ])
}
