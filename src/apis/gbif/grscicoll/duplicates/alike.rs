//! Which of many names are much alike, without comparing each with each.
//!
//! Two names that are much alike have most trigrams in common; so they also have one in common among the few rarest
//! ones of each. Only names that share such a one are compared.

use std::collections::HashMap;

use crate::apis::gbif::grscicoll::similarity::{MUCH, Trigrams, common, share};

/// The trigrams of many names, as numbers: the rarer, the smaller.
pub struct Spellings(Vec<Vec<u32>>);

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
        let ranked = names.into_iter().map(|name| {
            let mut ranked: Vec<u32> = name.iter().map(|trigram| ranks[&trigram]).collect();
            ranked.sort_unstable();
            ranked
        });
        Self(ranked.collect())
    }

    /// Whether two names are much alike.
    pub fn are_alike(&self, one: u32, other: u32) -> bool {
        let (one, other) = (&self.0[one as usize], &self.0[other as usize]);
        let common = common(one, other);
        is_much(common, one.len() + other.len() - common)
    }

    /// For each name the others that are much like it.
    pub fn all_alike(&self) -> Vec<Vec<u32>> {
        let mut by_length: Vec<u32> = (0..).zip(&self.0).map(|(number, _)| number).collect();
        by_length.sort_by_key(|number| self.0[*number as usize].len());
        let mut alike = vec![Vec::new(); self.0.len()];
        // By trigrams, whose numbers leave none out.
        let count = self.0.iter().flatten().max().map_or(0, |last| *last as usize + 1);
        let mut holders: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut last_compared_with = vec![u32::MAX; self.0.len()];
        for number in by_length {
            let name = &self.0[number as usize];
            for trigram in &name[..rare(name.len())] {
                let known = &mut holders[*trigram as usize];
                for other in known.iter().copied() {
                    let is_new = last_compared_with[other as usize] != number;
                    last_compared_with[other as usize] = number;
                    // Names that are much shorter are not alike.
                    let is_long = is_much(self.0[other as usize].len(), name.len());
                    if is_new && is_long && self.are_alike(number, other) {
                        alike[number as usize].push(other);
                        alike[other as usize].push(number);
                    }
                }
                known.push(number);
            }
        }
        alike
    }
}

/// Of so many trigrams, how many of the rarest must have one in common with whatever is much alike.
fn rare(length: usize) -> usize {
    let may_differ = (0..=length).rev().find(|differ| is_much(length - differ, length));
    may_differ.map_or(0, |differ| (differ + 1).min(length))
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
            let found = Spellings::of(&names).all_alike();
            for (one, name) in names.iter().enumerate() {
                for (other, other_name) in names.iter().enumerate() {
                    let is_alike =
                        Trigrams::of(name).similarity(&Trigrams::of(other_name)) >= MUCH;
                    let is_found = found[one].contains(&u32::try_from(other).unwrap());
                    prop_assert_eq!(is_found, is_alike && one != other, "{} {}", name, other_name);
                }
            }
        }
    }
}
