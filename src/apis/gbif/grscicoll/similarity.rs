//! How much alike two names are: the share of their trigrams that they have in common.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::apis::gbif::entity::Entity;
use crate::store::text::fold;

/// From here on two names are taken to be much alike.
pub const MUCH: f64 = 0.65;

/// The trigrams of a text: of each word with two blanks in front and one behind.
#[derive(Clone, Debug, Default)]
pub struct Trigrams(HashSet<[char; 3]>);

impl Trigrams {
    pub fn of(text: &str) -> Self {
        let mut trigrams = HashSet::new();
        let folded = fold(text);
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            let padded: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
            trigrams.extend(padded.windows(3).map(|three| [three[0], three[1], three[2]]));
        }
        Self(trigrams)
    }

    /// From 0, nothing in common, to 1, the same trigrams.
    pub fn similarity(&self, other: &Self) -> f64 {
        let common = self.0.intersection(&other.0).count();
        let all = self.0.len() + other.0.len() - common;
        #[expect(clippy::cast_precision_loss, reason = "names have few trigrams")]
        let share = if all == 0 { 0.0 } else { common as f64 / all as f64 };
        share
    }

    /// Whether another can be much alike at all, by the number of trigrams alone.
    pub fn may_resemble(&self, other: &Self) -> bool {
        let (fewer, more) = (self.0.len().min(other.0.len()), self.0.len().max(other.0.len()));
        #[expect(clippy::cast_precision_loss, reason = "names have few trigrams")]
        let share = fewer as f64 / more.max(1) as f64;
        share >= MUCH
    }
}

/// The numbers of those whose names are much like a name, with how much; deleted ones too.
pub fn alike(db: &Connection, entity: &Entity, name: &str) -> rusqlite::Result<Vec<(i64, f64)>> {
    let sought = Trigrams::of(name);
    let mut query = db.prepare_cached("SELECT id, name FROM gbif_grscicoll WHERE kind = ?")?;
    let mut rows = query.query([entity.name])?;
    let mut alike = Vec::new();
    while let Some(row) = rows.next()? {
        let known = Trigrams::of(row.get_ref(1)?.as_str()?);
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
