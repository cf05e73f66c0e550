//! When a record was made, and how sources write that down.

use jiff::ToSpan;
use jiff::civil::Date;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::taiwan::Dataset;
use crate::world::draw;

/// The date of an event in the source's words, and as the portal understands it.
#[derive(Clone, Debug, Default)]
pub struct Event {
    pub verbatim: Option<String>,
    pub day: Option<Date>,
}

impl Event {
    /// An event in the years of a dataset, before the record came into the portal.
    pub fn draw(dataset: &Dataset, created: Date, random: &mut ChaCha8Rng) -> Self {
        if draw::chance(random, 0.04) {
            return Self::default();
        }
        let day = day(dataset, created, random);
        if draw::chance(random, 0.031) {
            return Self { verbatim: Some(vague(day, random)), day: None };
        }
        Self { verbatim: Some(written(day, random)), day: Some(day) }
    }

    /// An event on one of these days.
    pub fn on(days: (Date, Date), random: &mut ChaCha8Rng) -> Self {
        let day = draw::day(random, days.0, days.1);
        Self { verbatim: Some(written(day, random)), day: Some(day) }
    }
}

/// More records are recent than old.
fn day(dataset: &Dataset, created: Date, random: &mut ChaCha8Rng) -> Date {
    let first = Date::constant(dataset.first_year, 1, 1);
    let last = Date::constant(dataset.last_year, 12, 31).min(created.saturating_sub(14.days()));
    let days = f64::from((last - first).get_days());
    let back: f64 = random.random_range(0.0_f64..1.0).powf(1.6);
    #[expect(clippy::cast_possible_truncation, reason = "a century has few days")]
    let back = (days * back) as i32;
    last.saturating_sub(back.days())
}

/// A date that the portal reads, in one of the forms that sources use.
fn written(day: Date, random: &mut ChaCha8Rng) -> String {
    let (y, m, d) = (day.year(), day.month(), day.day());
    match random.random_range(0..20) {
        0..11 => day.to_string(),
        11..15 => format!("{y}/{m:02}/{d:02}"),
        15..18 => format!("{day}T00:00:00"),
        _ => format!("{y}-{m}-{d}"),
    }
}

/// A date that says too little, or says it in the calendar of the Republic.
fn vague(day: Date, random: &mut ChaCha8Rng) -> String {
    let (year, month) = (day.year(), day.month());
    match random.random_range(0..4) {
        0 if year > 1911 => format!("民國{}年{month}月{}日", year - 1911, day.day()),
        1 => year.to_string(),
        2 => format!("{year}/{month:02}/00"),
        _ => format!("{year}-{month:02}"),
    }
}

/// When the source made its record and last changed it, before the portal took it in.
pub fn source_days(
    event: Option<Date>,
    created: Date,
    random: &mut ChaCha8Rng,
) -> (Option<Date>, Option<Date>) {
    let earliest = created.saturating_sub(10.years()).max(event.unwrap_or(Date::MIN));
    let made = draw::day(random, earliest, created);
    let changed = draw::day(random, made, created);
    (draw::chance(random, 0.45).then_some(made), draw::chance(random, 0.65).then_some(changed))
}
