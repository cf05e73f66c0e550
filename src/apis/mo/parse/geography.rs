//! Latitudes, longitudes and altitudes, with or without units.

use crate::apis::mo::error::Error;

pub fn latitude(text: &str) -> Result<f64, Error> {
    degrees(text, ['N', 'S'], 90.0).ok_or_else(|| {
        Error::BadParameterValue(format!(
            "Invalid latitude, \"{text}\", examples: \"-45.6789\", \"45.6789°S\", \"45°40.73'S\", \"45°40'44\"S\"."
        ))
    })
}

pub fn longitude(text: &str) -> Result<f64, Error> {
    degrees(text, ['E', 'W'], 180.0).ok_or_else(|| {
        Error::BadParameterValue(format!(
            "Invalid longitude, \"{text}\", examples: \"-45.6789\", \"45.6789°W\", \"45°40.73'W\", \"45°40'44\"W\"."
        ))
    })
}

/// Metres, rounded to whole ones, as far as the service's column of 32 bits holds them.
pub fn altitude(text: &str) -> Result<i64, Error> {
    let refused = || {
        Error::BadParameterValue(format!(
            "Invalid elevation, \"{text}\", examples: \"1234\", \"1234m\", \"4048'\", \"4048ft\"."
        ))
    };
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '-')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number = super::scalar::float(number).map_err(|_| refused())?;
    let metres = match unit.trim() {
        "" | "m" | "m." => number,
        "'" | "ft" | "ft." => number * 0.3048,
        _ => return Err(refused()),
    };
    #[expect(clippy::cast_possible_truncation, reason = "a cast saturates, which is too far")]
    let metres = metres.round() as i64;
    if i32::try_from(metres).is_ok() { Ok(metres) } else { Err(refused()) }
}

/// Degrees with minutes and seconds, signed by a minus or by the direction that ends them.
fn degrees(text: &str, [positive, negative]: [char; 2], most: f64) -> Option<f64> {
    let text = text.trim();
    let (text, direction) = match text.chars().last()?.to_ascii_uppercase() {
        c if c == positive => (&text[..text.len() - 1], 1.0),
        c if c == negative => (&text[..text.len() - 1], -1.0),
        _ => (text, 1.0),
    };
    let text = text.trim();
    let (text, sign) = match text.strip_prefix('-') {
        Some(rest) => (rest, -1.0),
        None => (text, 1.0),
    };
    let mut value = 0.0;
    let mut next_unit = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let number = super::scalar::float(&rest[..end]).ok()?;
        let (unit, after) = unit(rest[end..].trim_start(), next_unit)?;
        if unit < next_unit || unit > 2 || (unit > 0 && number >= 60.0) {
            return None;
        }
        value += number / [1.0, 60.0, 3600.0][unit];
        next_unit = unit + 1;
        rest = after.trim_start();
    }
    // Rounded first, so that what lies beyond the pole by less than a hair is at the pole.
    let value = (sign * direction * value * 1e4).round() / 1e4;
    (next_unit > 0 && value.abs() <= most).then_some(value)
}

/// Which unit follows: 0 degrees, 1 minutes, 2 seconds; without a sign it is the next smaller one.
fn unit(text: &str, next: usize) -> Option<(usize, &str)> {
    const UNITS: [(&str, usize); 11] = [
        ("degrees", 0),
        ("deg", 0),
        ("°", 0),
        ("º", 0),
        ("\"", 2),
        ("″", 2),
        ("''", 2),
        ("sec", 2),
        ("min", 1),
        ("'", 1),
        ("′", 1),
    ];
    for (sign, unit) in UNITS {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some((unit, rest.strip_prefix('.').unwrap_or(rest)));
        }
    }
    let follows = text.is_empty() || text.starts_with(|c: char| c.is_ascii_digit());
    follows.then_some((next, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_have_many_spellings() {
        let south = -45.6789;
        for text in ["-45.6789", "45.6789°S", "45°40.734'S", "45°40'44\"S", "45 40 44 S"] {
            assert!((latitude(text).unwrap() - south).abs() < 2e-4, "{text}");
        }
        assert_eq!(latitude("12deg 34sec S"), Ok(-12.0094));
        assert_eq!(longitude("118.35213W"), Ok(-118.3521));
        assert_eq!(latitude("90"), Ok(90.0));
    }

    #[test]
    fn what_is_no_place_on_earth_is_refused() {
        for text in ["", "x", "90.1", "45E", "45°70'", "1 2 3 4", "--1", "45°40°", "1e1", "N"] {
            assert!(latitude(text).is_err(), "{text}");
        }
        assert!(longitude("180.001").is_err());
    }

    #[test]
    fn altitudes_are_metres_or_feet() {
        assert_eq!(altitude("1234"), Ok(1234));
        assert_eq!(altitude("1234 m."), Ok(1234));
        assert_eq!(altitude("4048ft"), Ok(1234));
        assert_eq!(altitude("4048'"), Ok(1234));
        assert_eq!(altitude("-12.4"), Ok(-12));
        assert_eq!(altitude("2147483647"), Ok(2_147_483_647));
        assert_eq!(altitude("-2147483648"), Ok(-2_147_483_648));
        let beyond = ["2147483648", "-2147483649", "7045776000ft", "99999999999999999999999"];
        for text in ["", "x", "12km", "12 13"].into_iter().chain(beyond) {
            assert!(altitude(text).is_err(), "{text}");
        }
    }
}
