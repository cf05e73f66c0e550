//! Moments, as the registry writes and reads them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// `2024-06-12T05:34:45.207+00:00`
pub fn written(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
}

/// `2024-06-12T05:34:45Z`, as OAI-PMH wants it.
pub fn written_in_seconds(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2024-06-12`
pub fn day(moment: Timestamp) -> String {
    Offset::UTC.to_datetime(moment).date().to_string()
}

/// The moment that a text means: a date alone, or date and time with or without offset.
pub fn read(text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let in_utc = |time: DateTime| Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp());
    if let Ok(time) = text.parse::<DateTime>() {
        return in_utc(time);
    }
    // `+0000` is what some clients' libraries write for the offset.
    Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok()
}

/// The first day, and the first one after it, of `2023`, `2023-04` or `2023-04-01`.
pub fn span(text: &str) -> Option<(Date, Date)> {
    let parts: Vec<&str> = text.split('-').collect();
    let year: i16 = parts.first().filter(|year| year.len() == 4)?.parse().ok()?;
    let number = |part: &&str| part.parse::<i8>().ok();
    let (first, length) = match parts.as_slice() {
        [_] => (Date::new(year, 1, 1), jiff::Span::new().years(1)),
        [_, month] => (Date::new(year, number(month)?, 1), jiff::Span::new().months(1)),
        [_, month, day] => {
            (Date::new(year, number(month)?, number(day)?), jiff::Span::new().days(1))
        }
        _ => return None,
    };
    let first = first.ok()?;
    Some((first, first.checked_add(length).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_milliseconds_and_an_offset() {
        let moment = read("2024-06-12").unwrap();
        assert_eq!(written(moment), "2024-06-12T00:00:00.000+00:00");
        assert_eq!(read("2024-06-12T05:34:45.207+0000"), read("2024-06-12T05:34:45.207Z"));
        assert_eq!(read("yesterday"), None);
    }

    #[test]
    fn spans_are_a_year_a_month_or_a_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(span("2023"), Some((day("2023-01-01"), day("2024-01-01"))));
        assert_eq!(span("2023-12"), Some((day("2023-12-01"), day("2024-01-01"))));
        assert_eq!(span("2023-13"), None);
    }
}
