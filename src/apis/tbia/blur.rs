//! Blurring: what the public sees of a place that must not be known.
//!
//! The portal never stores a sensitive place as a public one, so this happens once, when a record comes in. Filters
//! and answers then know only what is public; the exact values stand in the columns that a key opens.

/// How much of its place a record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    Open,
    /// `輕度`: coordinates are cut to hundredths of a degree.
    Light,
    /// `重度`: coordinates are cut to tenths of a degree.
    Heavy,
    /// `縣市`: no coordinates, no county.
    County,
    /// `座標不開放`: likewise.
    Closed,
    /// A herbarium that shows no coordinates at all, without saying why.
    Withheld,
}

/// Coordinates, and the county and township around them.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    pub latitude: f64,
    pub longitude: f64,
    pub verbatim_latitude: String,
    pub verbatim_longitude: String,
}

/// A spot as it is stored: what everybody sees, and what holders of a key see besides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blurred {
    pub public: Option<Spot>,
    pub raw: Option<Spot>,
    /// The mesh of the blurring in degrees.
    pub precision: Option<&'static str>,
}

impl Sensitivity {
    /// The value of `sensitiveCategory`.
    pub fn category(self) -> Option<&'static str> {
        match self {
            Self::Open | Self::Withheld => None,
            Self::Light => Some("輕度"),
            Self::Heavy => Some("重度"),
            Self::County => Some("縣市"),
            Self::Closed => Some("座標不開放"),
        }
    }

    /// Whether not even the county is shown.
    pub fn hides(self) -> bool {
        matches!(self, Self::County | Self::Closed | Self::Withheld)
    }

    /// Parts a spot into what everybody sees and what only holders of a key do.
    pub fn blur(self, spot: Spot) -> Blurred {
        let (decimals, precision) = match self {
            Self::Open => return Blurred { public: Some(spot), ..Blurred::default() },
            Self::Light => (2, "0.01"),
            Self::Heavy => (1, "0.1"),
            Self::County | Self::Closed | Self::Withheld => {
                return Blurred { raw: Some(spot), ..Blurred::default() };
            }
        };
        let latitude = cut(spot.latitude, decimals);
        let longitude = cut(spot.longitude, decimals);
        let public = Spot {
            latitude,
            longitude,
            verbatim_latitude: written(latitude),
            verbatim_longitude: written(longitude),
        };
        Blurred { public: Some(public), raw: Some(spot), precision: Some(precision) }
    }
}

/// The next lower number with so many decimals.
fn cut(number: f64, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    // A number that has no more decimals must stay as it is, though 23.1 * 10 may come out below 231.
    let scaled = number * factor;
    let whole =
        if (scaled - scaled.round()).abs() < 1e-6 { scaled.round() } else { scaled.floor() };
    whole / factor
}

/// A number as the portal writes it into a text: always with a decimal point.
fn written(number: f64) -> String {
    format!("{number:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot() -> Spot {
        Spot {
            latitude: 23.4789,
            longitude: 120.999_99,
            verbatim_latitude: "23.4789".to_owned(),
            verbatim_longitude: "120.99999".to_owned(),
        }
    }

    #[test]
    fn open_spots_are_shown_as_they_are() {
        let shown = Sensitivity::Open.blur(spot());

        assert_eq!(shown, Blurred { public: Some(spot()), raw: None, precision: None });
    }

    #[test]
    fn light_and_heavy_blurring_cut_coordinates_and_their_texts() {
        let light = Sensitivity::Light.blur(spot());
        let heavy = Sensitivity::Heavy.blur(spot());

        let public = light.public.unwrap();
        assert_eq!((public.latitude, public.longitude), (23.47, 120.99));
        assert_eq!(public.verbatim_latitude, "23.47");
        assert_eq!(light.precision, Some("0.01"));
        let public = heavy.public.unwrap();
        assert_eq!((public.latitude, public.longitude), (23.4, 120.9));
        assert_eq!(public.verbatim_longitude, "120.9");
        assert_eq!(heavy.precision, Some("0.1"));
        assert_eq!(light.raw, Some(spot()));
    }

    #[test]
    fn hidden_spots_are_for_holders_of_a_key() {
        for hidden in [Sensitivity::County, Sensitivity::Closed, Sensitivity::Withheld] {
            let kept = hidden.blur(spot());
            assert_eq!(kept, Blurred { public: None, raw: Some(spot()), precision: None });
            assert!(hidden.hides());
        }
    }

    #[test]
    fn numbers_with_few_decimals_stay_what_they_are() {
        assert_eq!(cut(23.1, 1), 23.1);
        assert_eq!(cut(120.29, 2), 120.29);
        assert_eq!(written(23.0), "23.0");
    }
}
