//! What goes wrong with lists, whatever their records look like.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::Records;

impl Records {
    /// Leaves records out, doubles others and mixes them up.
    pub(super) fn rearrange<R: Clone + PartialEq>(
        &self,
        list: &mut Vec<R>,
        random: &mut ChaCha8Rng,
    ) {
        for _ in 0..self.omit.min(list.len()) {
            list.remove(random.random_range(0..list.len()));
        }
        let originals = list.len();
        for _ in 0..if originals == 0 { 0 } else { self.duplicate } {
            let at = random.random_range(0..list.len());
            let copy = list[at].clone();
            let place = random.random_range(at + 1..=list.len());
            list.insert(place, copy);
        }
        if self.shuffle {
            let before = list.clone();
            list.shuffle(random);
            if *list == before && !list.is_empty() {
                list.rotate_left(1);
            }
        }
    }
}
