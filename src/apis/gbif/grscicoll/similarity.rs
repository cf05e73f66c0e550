//! How much alike two names are: the share of their trigrams that they have in common.

use rusqlite::Connection;

use crate::apis::gbif::entity::Entity;
use crate::store::text::fold;

/// From here on two names are taken to be much alike.
pub const MUCH: f64 = 0.65;

/// The trigrams of a text, each once, in ascending order: of each word with two blanks in front and one behind.
#[derive(Clone, Debug, Default)]
pub struct Trigrams(Vec<u64>);

impl Trigrams {
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut trigrams = Vec::with_capacity(folded.len() + 8);
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let mut window = WINDOW & (BLANK << 21 | BLANK);
            for letter in word.chars().map(u64::from).chain([BLANK]) {
                window = WINDOW & (window << 21 | letter);
                trigrams.push(window);
            }
        }
        trigrams.sort_unstable();
        trigrams.dedup();
        Self(trigrams)
    }

    /// From 0, nothing in common, to 1, the same trigrams.
    pub fn similarity(&self, other: &Self) -> f64 {
        let common = common(&self.0, &other.0);
        share(common, self.0.len() + other.0.len() - common)
    }

    /// Whether another can be much alike at all, by the number of trigrams alone.
    pub fn may_resemble(&self, other: &Self) -> bool {
        let (fewer, more) = (self.0.len().min(other.0.len()), self.0.len().max(other.0.len()));
        share(fewer, more) >= MUCH
    }

    /// Their outline in 64 bits: of each trigram one.
    pub fn sketch(&self) -> i64 {
        self.0.iter().fold(0, |bits, trigram| bits | bit_of(*trigram)).cast_signed()
    }

    /// Whether trigrams of this outline can be much alike: enough of these have their bits in it.
    fn may_resemble_sketch(&self, sketch: i64) -> bool {
        let bits = sketch.cast_unsigned();
        let found = self.0.iter().filter(|trigram| bit_of(**trigram) & bits != 0).count();
        share(found, self.0.len()) >= MUCH
    }

    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }
}

/// Letters have 21 bits: three of them fill a window.
const WINDOW: u64 = (1 << 63) - 1;
const BLANK: u64 = b' ' as u64;

/// The bit that stands for a trigram.
fn bit_of(trigram: u64) -> u64 {
    1 << (trigram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58)
}

/// Which share of all so many are.
#[expect(clippy::cast_precision_loss, reason = "names have few trigrams")]
pub fn share(some: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { some as f64 / all as f64 }
}

/// How many values two ascending lists have in common.
pub fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    let (mut rest, mut count) = (other, 0);
    for value in one {
        let smaller = rest.iter().take_while(|known| *known < value).count();
        rest = &rest[smaller..];
        match rest.first() {
            Some(known) if known == value => count += 1,
            Some(_) => {}
            None => break,
        }
    }
    count
}

/// The numbers of those whose names are much like a name, with how much; deleted ones too.
pub fn alike(db: &Connection, entity: &Entity, name: &str) -> rusqlite::Result<Vec<(i64, f64)>> {
    let sought = Trigrams::of(name);
    // An index holds the sketches; the names of few have to be read.
    let mut sketches =
        db.prepare_cached("SELECT id, name_sketch FROM gbif_grscicoll WHERE kind = ?")?;
    let mut rows = sketches.query([entity.name])?;
    let mut names = db.prepare_cached("SELECT name FROM gbif_grscicoll WHERE id = ?")?;
    let mut alike = Vec::new();
    while let Some(row) = rows.next()? {
        if !sought.may_resemble_sketch(row.get(1)?) {
            continue;
        }
        let name: String = names.query_row([row.get::<_, i64>(0)?], |row| row.get(0))?;
        let known = Trigrams::of(&name);
        if sought.may_resemble(&known) {
            let similarity = sought.similarity(&known);
            if similarity >= MUCH {
                alike.push((row.get(0)?, similarity));
            }
        }
    }
    Ok(alike)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn similarity(one: &str, other: &str) -> f64 {
        Trigrams::of(one).similarity(&Trigrams::of(other))
    }

    #[test]
    fn names_are_alike_by_their_trigrams() {
        assert!((similarity("word", "two words") - 4.0 / 11.0).abs() < 1e-9);
        assert!((similarity("Museum", "museum") - 1.0).abs() < 1e-9);
        assert!(similarity("Museum", "") < 1e-9);
        assert!(similarity("Institute of Lake Ecology", "Institute of Lake Ecologies") > MUCH);
    }
}
