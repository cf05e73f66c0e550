//! Which of many names are much alike, without comparing each with each.
//!
//! Two names that are much alike have most trigrams in common; so they also have one in common among the few rarest
//! ones of each. Only names that share such a one are compared, and of those only what their outlines allow to be alike.

use std::collections::HashMap;

use crate::apis::gbif::grscicoll::similarity::{MUCH, Trigrams, common, share};

/// The spellings of many names.
pub struct Spellings(Vec<Spelling>);

struct Spelling {
    /// The name's trigrams as numbers, in ascending order: the rarer, the smaller.
    trigrams: Vec<u32>,
    outline: Outline,
}

/// A bit for each of 256 sets of trigrams, on if the name has an odd number of them.
///
/// Each trigram that only one of two names has makes their outlines differ by one bit at most.
#[derive(Clone, Copy, Default)]
struct Outline([u64; 4]);

impl Outline {
    fn of(trigrams: &Trigrams) -> Self {
        let mut outline = Self::default();
        for trigram in trigrams.iter() {
            let set = trigram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56;
            outline.0[(set >> 6) as usize] ^= 1 << (set & 63);
        }
        outline
    }

    fn difference(self, other: Self) -> u32 {
        self.0.iter().zip(other.0).map(|(one, other)| (one ^ other).count_ones()).sum()
    }
}

impl Spellings {
    pub fn of(names: &[String]) -> Self {
        let names: Vec<Trigrams> = names.iter().map(|name| Trigrams::of(name)).collect();
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for trigram in names.iter().flat_map(Trigrams::iter) {
            *counts.entry(trigram).or_default() += 1;
        }
        let mut by_rarity: Vec<(u32, u64)> =
            counts.iter().map(|(trigram, count)| (*count, *trigram)).collect();
        by_rarity.sort_unstable();
        let ranks: HashMap<u64, u32> =
            by_rarity.into_iter().map(|(_, trigram)| trigram).zip(0..).collect();
        let spellings = names.into_iter().map(|name| {
            let mut trigrams: Vec<u32> = name.iter().map(|trigram| ranks[&trigram]).collect();
            trigrams.sort_unstable();
            Spelling { trigrams, outline: Outline::of(&name) }
        });
        Self(spellings.collect())
    }

    fn trigrams(&self, name: u32) -> &[u32] {
        &self.0[name as usize].trigrams
    }

    /// Whether two names are much alike.
    pub fn are_alike(&self, one: u32, other: u32) -> bool {
        let (one, other) = (&self.0[one as usize], &self.0[other as usize]);
        let (length, other_length) = (one.trigrams.len(), other.trigrams.len());
        let may_differ = length + other_length - 2 * least_in_common(length, other_length);
        if one.outline.difference(other.outline) as usize > may_differ {
            return false;
        }
        let common = common(&one.trigrams, &other.trigrams);
        is_much(common, length + other_length - common)
    }

    /// All pairs of some of the names that are much alike.
    pub fn pairs(&self, mut names: Vec<u32>) -> Vec<(u32, u32)> {
        names.sort_unstable_by_key(|name| self.trigrams(*name).len());
        let mut pairs = Vec::new();
        // By trigram, which names before have it among their rarest, and where.
        let mut holders: HashMap<u32, Vec<(usize, usize)>> = HashMap::new();
        let mut last_met: Vec<usize> = vec![usize::MAX; names.len()];
        for (number, name) in names.iter().enumerate() {
            let trigrams = self.trigrams(*name);
            for (place, trigram) in trigrams[..rare(trigrams.len())].iter().enumerate() {
                let known = holders.entry(*trigram).or_default();
                for (other_number, other_place) in known.iter().copied() {
                    if last_met[other_number] == number {
                        continue;
                    }
                    last_met[other_number] = number;
                    // The trigrams before this one they do not share, or they would have met there.
                    let other = names[other_number];
                    let length = self.trigrams(other).len();
                    let at_most = (trigrams.len() - place).min(length - other_place);
                    if at_most >= least_in_common(trigrams.len(), length)
                        && self.are_alike(*name, other)
                    {
                        pairs.push((other, *name));
                    }
                }
                known.push((number, place));
            }
        }
        pairs
    }
}

/// Of so many trigrams, how many of the rarest must have one in common with whatever is much alike.
fn rare(length: usize) -> usize {
    let may_differ = (0..=length).rev().find(|differ| is_much(length - differ, length));
    may_differ.map_or(0, |differ| (differ + 1).min(length))
}

/// How many trigrams two names must have in common to be much alike.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a small number")]
fn least_in_common(one: usize, other: usize) -> usize {
    let least = MUCH * (one + other) as f64 / (1.0 + MUCH);
    // What is exactly enough must not be lost by rounding.
    (least - 1e-6).ceil().max(0.0) as usize
}

fn is_much(some: usize, all: usize) -> bool {
    share(some, all) >= MUCH
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nobody_alike_is_overlooked(
            names in prop::collection::vec("(Museum|Musum|Haus|Natur|Natural|of|Été){1,4}( [a-c]{1,3}){0,2}", 1..12),
        ) {
            let count = u32::try_from(names.len()).unwrap();
            let found = Spellings::of(&names).pairs((0..count).collect());
            for (one, name) in (0..).zip(&names) {
                for (other, other_name) in (0..).zip(&names).take(one as usize) {
                    let is_alike =
                        Trigrams::of(name).similarity(&Trigrams::of(other_name)) >= MUCH;
                    let is_found = found.contains(&(one, other)) || found.contains(&(other, one));
                    prop_assert_eq!(is_found, is_alike, "{} {}", name, other_name);
                }
            }
        }
    }
}
