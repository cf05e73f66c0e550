//! A sparse array of pages whose copies share all that they have in common.

use std::sync::Arc;

/// The one page size of all databases here.
pub const PAGE: usize = 4096;
pub type Page = [u8; PAGE];

const FANOUT: usize = 64;
type Leaf = [Option<Arc<Page>>; FANOUT];
type Branch = [Option<Arc<Leaf>>; FANOUT];

/// Pages by number: a tree of three levels, of which a write copies one path.
///
/// A copy costs one count for each 16 MB of the file, however many pages were changed.
#[derive(Clone, Default)]
pub struct Pages {
    root: Vec<Option<Arc<Branch>>>,
    count: usize,
}

impl Pages {
    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.count
    }

    pub fn get(&self, number: usize) -> Option<&Arc<Page>> {
        let (root, branch, leaf) = path(number);
        self.root.get(root)?.as_ref()?[branch].as_ref()?[leaf].as_ref()
    }

    /// The page, to be written to; `old` says what it holds if it is new here.
    pub fn get_mut(&mut self, number: usize, old: impl FnOnce() -> Page) -> &mut Page {
        let (root, branch, leaf) = path(number);
        if self.root.len() <= root {
            self.root.resize(root + 1, None);
        }
        let branches = self.root[root].get_or_insert_with(|| Arc::new([const { None }; FANOUT]));
        let leaves = Arc::make_mut(branches)[branch]
            .get_or_insert_with(|| Arc::new([const { None }; FANOUT]));
        let page = Arc::make_mut(leaves)[leaf].get_or_insert_with(|| {
            self.count += 1;
            Arc::new(old())
        });
        Arc::make_mut(page)
    }

    /// Forgets all pages from `number` on.
    pub fn truncate(&mut self, number: usize) {
        let (root, branch, leaf) = path(number);
        self.root.truncate(root + 1);
        if let Some(Some(branches)) = self.root.get_mut(root) {
            let branches = Arc::make_mut(branches);
            branches[(branch + 1).min(FANOUT)..].fill(None);
            if let Some(leaves) = &mut branches[branch] {
                Arc::make_mut(leaves)[leaf..].fill(None);
            }
        }
        self.count = self.leaves().flat_map(|leaves| leaves.iter().flatten()).count();
    }

    /// The bytes that would be given back if this copy went away: what no other copy shares.
    pub fn own_bytes(&self) -> usize {
        let mut bytes = self.root.capacity() * size_of::<Option<Arc<Branch>>>();
        for branches in self.root.iter().flatten().filter(|shared| is_alone(shared)) {
            bytes += size_of::<Branch>();
            for leaves in branches.iter().flatten().filter(|shared| is_alone(shared)) {
                bytes += size_of::<Leaf>();
                bytes += leaves.iter().flatten().filter(|shared| is_alone(shared)).count() * PAGE;
            }
        }
        bytes
    }

    fn leaves(&self) -> impl Iterator<Item = &Arc<Leaf>> {
        self.root.iter().flatten().flat_map(|branches| branches.iter().flatten())
    }
}

fn is_alone<T>(shared: &Arc<T>) -> bool {
    Arc::strong_count(shared) == 1
}

fn path(number: usize) -> (usize, usize, usize) {
    (number / (FANOUT * FANOUT), number / FANOUT % FANOUT, number % FANOUT)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn page_of(byte: u8) -> Page {
        [byte; PAGE]
    }

    #[derive(Debug, Clone)]
    enum Step {
        Write(usize, u8),
        Truncate(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let number = prop_oneof![0..200_usize, 4000..4200_usize, 0..20_000_usize];
        let step = prop_oneof![
            8 => (number.clone(), any::<u8>()).prop_map(|(at, byte)| Step::Write(at, byte)),
            1 => number.prop_map(Step::Truncate),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn pages_are_what_was_written_and_copies_keep_what_they_had(
            before in steps(),
            after in steps(),
        ) {
            let mut pages = Pages::default();
            let mut model = BTreeMap::new();
            let play = |pages: &mut Pages, model: &mut BTreeMap<usize, u8>, steps: &[Step]| {
                for step in steps {
                    match *step {
                        Step::Write(number, byte) => {
                            let old = model.insert(number, byte);
                            let page = pages.get_mut(number, || page_of(0));
                            assert_eq!(page[PAGE - 1], old.unwrap_or(0));
                            *page = page_of(byte);
                        }
                        Step::Truncate(number) => {
                            pages.truncate(number);
                            model.split_off(&number);
                        }
                    }
                }
            };
            play(&mut pages, &mut model, &before);
            let (copy, copied_model) = (pages.clone(), model.clone());
            play(&mut pages, &mut model, &after);

            for (pages, model) in [(&pages, &model), (&copy, &copied_model)] {
                prop_assert_eq!(pages.count(), model.len());
                for (&number, &byte) in model {
                    prop_assert_eq!(pages.get(number).map(|page| page[7]), Some(byte));
                }
            }
        }
    }

    #[test]
    fn shared_pages_are_nobodys_own() {
        let mut pages = Pages::default();
        pages.get_mut(5, || page_of(1));
        pages.get_mut(9000, || page_of(2));
        let alone = pages.own_bytes();
        assert!((2 * PAGE..3 * PAGE).contains(&alone), "{alone}");

        let mut copy = pages.clone();
        assert!(pages.own_bytes() < 100);

        copy.get_mut(5, || page_of(3));
        assert!((PAGE..2 * PAGE).contains(&copy.own_bytes()), "{}", copy.own_bytes());
        assert!((PAGE..2 * PAGE).contains(&pages.own_bytes()), "{}", pages.own_bytes());

        drop(copy);
        assert_eq!(pages.own_bytes(), alone);
    }
}
