//! Imports: on which days the portal took records in, and the ids it gave them.
//!
//! Ids are those of MongoDB: the second of their making, a number of the machine, a counter. So their order is that of the
//! imports, and records may be written as they are made.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::value::day_number;

/// One day on which records were taken in.
struct Import {
    day: Date,
    /// The part of all records, in percent.
    share: u64,
}

const IMPORTS: [Import; 9] = [
    Import { day: date(2023, 5, 9), share: 18 },
    Import { day: date(2023, 6, 21), share: 8 },
    Import { day: date(2023, 10, 31), share: 14 },
    Import { day: date(2024, 1, 16), share: 10 },
    Import { day: date(2024, 4, 11), share: 10 },
    Import { day: date(2024, 8, 21), share: 10 },
    Import { day: date(2024, 11, 5), share: 10 },
    Import { day: date(2025, 2, 18), share: 10 },
    Import { day: date(2025, 5, 14), share: 10 },
];

/// The days on which sources were imported anew, as a whole.
const REIMPORTS: [Date; 7] = [
    date(2023, 5, 9),
    date(2023, 10, 31),
    date(2024, 5, 28),
    date(2024, 6, 18),
    date(2024, 12, 10),
    date(2025, 3, 4),
    date(2025, 5, 20),
];

/// The id that the portal's documents show, which begins the import of its day.
const DOCUMENTED: ObjectId =
    ObjectId { second: 0x6540_d358, machine: 0x18_aad0_0028, counter: 0xec_da95 };
const DOCUMENTED_IMPORT: usize = 2;

/// How long an import takes.
const SECONDS: u64 = 4 * 3600;
const COUNTERS: u64 = 1 << 24;

struct ObjectId {
    second: u64,
    /// Five bytes.
    machine: u64,
    /// Three bytes.
    counter: u64,
}

/// The id of a record, and when it came.
#[derive(Debug)]
pub struct Stamp {
    pub id: String,
    pub created: Date,
    /// Whether the portal's documents show it.
    pub is_documented: bool,
}

/// The day on which a record was last imported: with its whole source, at or after its own first import.
pub fn modified(created: Date, source_reimported: Date) -> Date {
    let earliest = created.max(source_reimported);
    let last = REIMPORTS[REIMPORTS.len() - 1];
    REIMPORTS.into_iter().find(|day| *day >= earliest).unwrap_or(last)
}

/// The numbers by which the store knows the first and the last day of imports.
pub fn first_day() -> i64 {
    day_number(IMPORTS[0].day)
}

/// The stamps of `records` records, in the order of their ids.
pub fn stamps(records: u64, random: &mut ChaCha8Rng) -> impl Iterator<Item = Stamp> + use<> {
    let starts: Vec<ObjectId> = IMPORTS
        .iter()
        .enumerate()
        .map(|(index, import)| match index {
            DOCUMENTED_IMPORT => DOCUMENTED,
            _ => ObjectId {
                second: midnight(import.day) + random.random_range(3_600..60_000),
                machine: random.random_range(0x10_0000_0000..0xff_ffff_ffff),
                counter: random.random_range(0..COUNTERS),
            },
        })
        .collect();
    let mut left = records;
    starts.into_iter().enumerate().flat_map(move |(index, start)| {
        let is_last = index + 1 == IMPORTS.len();
        let size = if is_last { left } else { records * IMPORTS[index].share / 100 };
        left -= size;
        (0..size).map(move |position| {
            let count = start.counter + position;
            // One second further whenever the counter begins anew, so that ids go on rising.
            let second = start.second + position * SECONDS / size + count / COUNTERS;
            let (machine, counter) = (start.machine, count % COUNTERS);
            Stamp {
                id: format!("{second:08x}{machine:010x}{counter:06x}"),
                created: IMPORTS[index].day,
                is_documented: index == DOCUMENTED_IMPORT && position == 0,
            }
        })
    })
}

fn midnight(day: Date) -> u64 {
    let zoned = day.to_zoned(TimeZone::UTC).expect("UTC has every midnight");
    zoned.timestamp().as_second().try_into().expect("imports are of this century")
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn ids_rise_at_any_scale_and_hold_the_documented_one() {
        for records in [100, 5_000, 1_000_000] {
            let mut random = ChaCha8Rng::seed_from_u64(records);
            let mut last = String::new();
            let mut count = 0;
            let mut documented = Vec::new();
            for stamp in stamps(records, &mut random) {
                assert!(last < stamp.id && stamp.id.len() == 24, "{last} {}", stamp.id);
                count += 1;
                if stamp.is_documented {
                    documented.push(stamp.id.clone());
                }
                last = stamp.id;
            }
            assert_eq!(count, records);
            assert_eq!(documented, ["6540d35818aad00028ecda95"]);
        }
    }

    #[test]
    fn no_record_was_modified_before_it_came() {
        for import in IMPORTS {
            for source in REIMPORTS {
                let modified = modified(import.day, source);
                assert!(
                    modified >= import.day && modified >= source && REIMPORTS.contains(&modified)
                );
            }
        }
    }
}
