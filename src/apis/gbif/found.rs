//! Rows that were found, kept in memory: to find them is what takes long, so it is done once for all that is said of them.

use std::cmp::Ordering;

use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};

/// A set of the numbers of rows.
///
/// They are given one after the other, so that a flag for each is smaller than a list of those that are in.
#[derive(Debug, Default)]
pub struct Numbers {
    flags: Vec<bool>,
    count: usize,
}

impl Numbers {
    /// Those that a query gives.
    pub fn select(
        db: &Connection,
        query: &str,
        values: impl IntoIterator<Item = impl ToSql>,
    ) -> rusqlite::Result<Self> {
        let mut numbers = Self::default();
        let mut query = db.prepare_cached(query)?;
        let mut rows = query.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            numbers.insert(row.get(0)?);
        }
        Ok(numbers)
    }

    pub fn insert(&mut self, number: i64) {
        let at = usize::try_from(number).expect("SQLite gives no row a negative number by itself");
        if at >= self.flags.len() {
            self.flags.resize((at + 1).next_power_of_two(), false);
        }
        self.count += usize::from(!self.flags[at]);
        self.flags[at] = true;
    }

    pub fn contains(&self, number: i64) -> bool {
        usize::try_from(number).is_ok_and(|at| self.flags.get(at) == Some(&true))
    }

    pub fn count(&self) -> usize {
        self.count
    }
}

impl FromIterator<i64> for Numbers {
    fn from_iter<T: IntoIterator<Item = i64>>(numbers: T) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|number| set.insert(number));
        set
    }
}

/// A row with its place in an order.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    pub id: i64,
    /// What decides before the place does.
    pub tier: u8,
    pub place: f64,
}

impl Placed {
    fn compare(&self, other: &Self) -> Ordering {
        self.tier.cmp(&other.tier).then_with(|| self.place.total_cmp(&other.place))
    }
}

/// The first so many of rows, and all that share a place with the last of them, as a JSON array of pairs: the number of
/// a row, and a whole number that is the same for all that share their place.
pub fn first(mut rows: Vec<Placed>, count: usize) -> Value {
    if count == 0 {
        rows.clear();
    } else if count < rows.len() {
        let (_, last, _) = rows.select_nth_unstable_by(count - 1, Placed::compare);
        let last = *last;
        rows.retain(|row| row.compare(&last).is_le());
    }
    rows.sort_unstable_by(Placed::compare);
    let pairs: Vec<[i64; 2]> = rows
        .chunk_by(|one, other| one.compare(other).is_eq())
        .zip(0..)
        .flat_map(|(sharing, place)| sharing.iter().map(move |row| [row.id, place]))
        .collect();
    serde_json::to_string(&pairs).expect("numbers serialize").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_share_the_last_place_all_stay() {
        let row = |(id, tier, place)| Placed { id, tier, place };
        let rows = [(7, 1, -3.0), (1, 0, -1.0), (2, 1, -2.5), (4, 1, -2.5), (5, 1, -2.0)].map(row);
        let first = |count| match first(rows.to_vec(), count) {
            Value::Text(json) => {
                let mut pairs: Vec<[i64; 2]> = serde_json::from_str(&json).unwrap();
                pairs.sort_by_key(|[id, place]| (*place, *id));
                pairs
            }
            other => panic!("{other:?}"),
        };

        assert_eq!(first(0), [[0; 2]; 0]);
        assert_eq!(first(1), [[1, 0]]);
        assert_eq!(first(3), [[1, 0], [7, 1], [2, 2], [4, 2]]);
        assert_eq!(first(99), [[1, 0], [7, 1], [2, 2], [4, 2], [5, 3]]);
    }

    #[test]
    fn numbers_are_counted_once() {
        let mut numbers = Numbers::default();
        for number in [3, 900, 3] {
            numbers.insert(number);
        }
        assert_eq!(numbers.count(), 2);
        assert!(numbers.contains(900) && !numbers.contains(4) && !numbers.contains(5000));
    }
}
