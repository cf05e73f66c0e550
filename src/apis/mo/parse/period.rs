//! Days and times, ranges of them, and months or days of any year.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::scalar::is_digits;
use crate::apis::mo::error::Error;

/// A range of days or times, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Between(DateTime, DateTime),
    /// Months of any year; the first may be the later one, over new year.
    Months(i8, i8),
    /// Days of any year, as month and day.
    Days((i8, i8), (i8, i8)),
}

/// A single day: `20120626`, `2012-6-26`, `2012/6/26`.
pub fn day(text: &str) -> Result<Date, Error> {
    match parse_point(text) {
        Some((Grain::Day, first, _)) => Ok(first.date()),
        _ => {
            Err(Error::BadParameterValue(format!("Invalid date, \"{text}\", expect \"YYYYMMDD\".")))
        }
    }
}

/// A range of days, or what a single day, month or year covers.
pub fn days(text: &str) -> Result<Period, Error> {
    let is_day = |grain: Grain| grain <= Grain::Day;
    parse(text, is_day).ok_or_else(|| {
        Error::BadParameterValue(format!(
            "Invalid date range, \"{text}\", expect \"YYYYMMDD-YYYYMMDD\", \"YYYYMM-YYYYMM\", \"YYYY-YYYY\", \
             \"MM-MM\", \"YYYYMMDD\", \"YYYYMM\", \"YYYY\", \"MM\"."
        ))
    })
}

/// A range of times; a short form covers its whole period.
pub fn times(text: &str) -> Result<Period, Error> {
    parse(text, |_| true).ok_or_else(|| {
        // The third form from the end is the service's own slip (contract 3.9).
        Error::BadParameterValue(format!(
            "Invalid time range, \"{text}\", expect \"YYYYMMDDHHMMSS-YYYYMMDDHHMMSS\", \
             \"YYYYMMDDHHMM-YYYYMMDDHHMM\", \"YYYYMMDDHH-YYYYMMDDHH\", \"YYYYMMDD-YYYYMMDD\", \"YYYYMM-YYYYMM\", \
             \"YYYY-YYYY\", \"MM-MM\", \"YYYYMMHHMMSS\", \"YYYYMMDDHHMM\", \"YYYYMMDDHH\", \"YYYYMMDD\", \
             \"YYYYMM\", \"YYYY\", \"MM\"."
        ))
    })
}

/// How much of a moment was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grain {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

fn parse(text: &str, allowed: impl Fn(Grain) -> bool) -> Option<Period> {
    let text = text.trim();
    let dashes =
        || text.match_indices('-').map(|(at, _)| (text[..at].trim(), text[at + 1..].trim()));
    for (left, right) in dashes() {
        if let (Some((grain, first, _)), Some((other, _, last))) =
            (parse_point(left), parse_point(right))
            && grain == other
            && allowed(grain)
        {
            return Some(Period::Between(first, last));
        }
    }
    for (left, right) in dashes() {
        if let (Some(first), Some(last)) = (month_day(left), month_day(right)) {
            return Some(Period::Days(first, last));
        }
    }
    for (left, right) in dashes() {
        if let (Some(first), Some(last)) = (month(left), month(right)) {
            return Some(Period::Months(first, last));
        }
    }
    if let Some((grain, first, last)) = parse_point(text)
        && allowed(grain)
    {
        return Some(Period::Between(first, last));
    }
    if let Some(day) = single_month_day(text) {
        return Some(Period::Days(day, day));
    }
    let month = month(text)?;
    Some(Period::Months(month, month))
}

/// A year-first moment: how much is given, its first and its last second.
fn parse_point(text: &str) -> Option<(Grain, DateTime, DateTime)> {
    let parts = if is_digits(text) { parts_of_digits(text)? } else { parts_of_text(text)? };
    let get = |at: usize| parts.get(at).copied();
    let year = i16::try_from(get(0)?).ok()?;
    // Quirk (contract 3.9): a lower number of four digits is a month and a day.
    if year < 1500 {
        return None;
    }
    let small = |at: usize, lowest: i8| i8::try_from(get(at).unwrap_or(lowest.into())).ok();
    let first = Date::new(year, small(1, 1)?, small(2, 1)?).ok()?;
    let first = DateTime::new(
        year,
        first.month(),
        first.day(),
        small(3, 0)?,
        small(4, 0)?,
        small(5, 0)?,
        0,
    )
    .ok()?;
    let (grain, length) = match parts.len() {
        1 => (Grain::Year, 1.year()),
        2 => (Grain::Month, 1.month()),
        3 => (Grain::Day, 1.day()),
        4 => (Grain::Hour, 1.hour()),
        5 => (Grain::Minute, 1.minute()),
        _ => (Grain::Second, 1.second()),
    };
    let last = first.checked_add(length).ok()?.checked_sub(1.second()).ok()?;
    Some((grain, first, last))
}

/// `20120626143000` or the beginning of it.
fn parts_of_digits(text: &str) -> Option<Vec<i32>> {
    if !matches!(text.len(), 4 | 6 | 8 | 10 | 12 | 14) {
        return None;
    }
    let mut parts = vec![text[..4].parse().ok()?];
    for at in (4..text.len()).step_by(2) {
        parts.push(text[at..at + 2].parse().ok()?);
    }
    Some(parts)
}

/// `2012-6-26 14:30:00` or the beginning of it; slashes do as well, but not mixed with dashes.
fn parts_of_text(text: &str) -> Option<Vec<i32>> {
    let (days, clock) = match text.split_once(' ') {
        Some((days, clock)) => (days, Some(clock.trim())),
        None => (text, None),
    };
    let separator = if days.contains('/') { '/' } else { '-' };
    let mut parts = Vec::new();
    for (at, part) in days.split(separator).enumerate() {
        let is_fit = if at == 0 { part.len() == 4 } else { part.len() <= 2 };
        if !is_fit || !is_digits(part) {
            return None;
        }
        parts.push(part.parse().ok()?);
    }
    if let Some(clock) = clock {
        if parts.len() != 3 {
            return None;
        }
        for part in clock.split(':') {
            if part.len() > 2 || !is_digits(part) {
                return None;
            }
            parts.push(part.parse().ok()?);
        }
    }
    (parts.len() >= 2 && parts.len() <= if clock.is_some() { 6 } else { 3 }).then_some(parts)
}

/// A day of any year within a range: `0612`, `6/12`, `6-12`.
fn month_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = match text.split_once(['/', '-']) {
        Some((month, day)) if month.len() <= 2 && day.len() <= 2 => (month, day),
        None if text.len() == 4 && is_digits(text) => text.split_at(2),
        _ => return None,
    };
    if !is_digits(month) || !is_digits(day) {
        return None;
    }
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // A leap year, so that the 29th of February is a day.
    Date::new(2000, month, day).ok()?;
    Some((month, day))
}

/// Alone, a dash between month and day would be a range of months.
fn single_month_day(text: &str) -> Option<(i8, i8)> {
    if text.contains('-') { None } else { month_day(text) }
}

fn month(text: &str) -> Option<i8> {
    if text.len() > 2 || !is_digits(text) {
        return None;
    }
    text.parse().ok().filter(|month| (1..=12).contains(month))
}

/// The day as the store writes it, for comparison with days.
pub fn day_text(moment: DateTime) -> String {
    moment.date().to_string()
}

/// The moment as the store writes it.
pub fn moment_text(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shown(text: &str) -> String {
        match days(text) {
            Ok(Period::Between(first, last)) => format!("{}..{}", first.date(), last.date()),
            Ok(Period::Months(first, last)) => format!("months {first}..{last}"),
            Ok(Period::Days(first, last)) => format!("days {first:?}..{last:?}"),
            Err(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn days_have_many_spellings() {
        let cases = [
            ("20110513-20120615", "2011-05-13..2012-06-15"),
            ("2011-05-13-2012-06-15", "2011-05-13..2012-06-15"),
            ("2011/05/13 - 2012/06/15", "2011-05-13..2012-06-15"),
            ("201105-201206", "2011-05-01..2012-06-30"),
            ("2011-5-2012-6", "2011-05-01..2012-06-30"),
            ("2011-2012", "2011-01-01..2012-12-31"),
            ("0612-0623", "days (6, 12)..(6, 23)"),
            ("12-25-1-1", "days (12, 25)..(1, 1)"),
            ("6/12-6/23", "days (6, 12)..(6, 23)"),
            ("2-5", "months 2..5"),
            ("10-3", "months 10..3"),
            ("20120626", "2012-06-26..2012-06-26"),
            ("2012-6-7", "2012-06-07..2012-06-07"),
            ("201206", "2012-06-01..2012-06-30"),
            ("2012-6", "2012-06-01..2012-06-30"),
            ("2012", "2012-01-01..2012-12-31"),
            ("6/13", "days (6, 13)..(6, 13)"),
            ("0613", "days (6, 13)..(6, 13)"),
            ("6", "months 6..6"),
        ];
        for (text, meaning) in cases {
            assert_eq!(shown(text), meaning, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in ["", "x", "13", "2012-13", "20120230", "2012-6/7", "6-13", "0-3", "2012061"] {
            assert_eq!(shown(text), "refused", "{text}");
        }
    }

    #[test]
    fn times_cover_their_whole_period() {
        let minute =
            Period::Between(date(2011, 2, 24).at(2, 3, 0, 0), date(2011, 2, 24).at(2, 3, 59, 0));

        assert_eq!(times("2011-2-24 2:3"), Ok(minute));
        assert_eq!(times("201102240203"), Ok(minute));
        assert!(matches!(times("2011022402"), Ok(Period::Between(_, _))));
        assert!(days("2011022402").is_err(), "an hour is no day");
    }
}
