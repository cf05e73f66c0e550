//! Drawing from a random sequence: the few ways in which seeds do it.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// One of `items`; all are as likely.
///
/// # Panics
/// When there is none: reference data are never empty.
pub fn one<'i, T>(random: &mut ChaCha8Rng, items: &'i [T]) -> &'i T {
    &items[random.random_range(0..items.len())]
}

/// Whether something holds that holds with `probability`.
pub fn chance(random: &mut ChaCha8Rng, probability: f64) -> bool {
    random.random_bool(probability)
}

/// Items with weights, drawn in proportion to them.
pub struct Weighted<T> {
    items: Vec<T>,
    /// The sum of all weights up to and with each item's.
    sums: Vec<f64>,
}

impl<T> Weighted<T> {
    /// # Panics
    /// When there is no item with a weight above zero.
    pub fn new(weighted: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut sum = 0.0;
        let (items, sums) = weighted
            .into_iter()
            .map(|(item, weight)| {
                sum += weight;
                (item, sum)
            })
            .unzip();
        assert!(sum > 0.0, "something must be possible");
        Self { items, sums }
    }

    pub fn draw(&self, random: &mut ChaCha8Rng) -> &T {
        let total = *self.sums.last().expect("checked when made");
        let point = random.random_range(0.0..total);
        &self.items[self.sums.partition_point(|sum| *sum <= point)]
    }
}

/// A day from `first` to `last`, both possible.
pub fn day(random: &mut ChaCha8Rng, first: Date, last: Date) -> Date {
    let days = (last - first).get_days();
    first.saturating_add(random.random_range(0..=days.max(0)).days())
}

/// A whole second from `first` on, before `last`.
pub fn moment(random: &mut ChaCha8Rng, first: Timestamp, last: Timestamp) -> Timestamp {
    let second = random.random_range(first.as_second()..last.as_second());
    Timestamp::from_second(second).expect("it lies between two moments")
}

/// A number around `center`, at most `reach` away, rounded to `decimals`.
pub fn near(random: &mut ChaCha8Rng, center: f64, reach: f64, decimals: u8) -> f64 {
    round(center + random.random_range(-reach..=reach), decimals)
}

/// A number with so many decimals and no more.
pub fn round(number: f64, decimals: u8) -> f64 {
    let factor = 10_f64.powi(decimals.into());
    (number * factor).round() / factor
}
