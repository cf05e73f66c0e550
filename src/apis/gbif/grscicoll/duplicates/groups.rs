//! Who goes together.
//!
//! Entities are not compared each with each: those of the same [`Kind`](super::nodes::Kind) behave alike, and only kinds
//! that share what has to be the same are looked at together.

use std::collections::{HashMap, HashSet};

use super::alike::Spellings;
use super::nodes::{NONE, Nodes, Traits};
use super::wanted::{Ground, Wanted};

/// The numbers of those that may be the same, the smallest key first, in groups.
pub fn of(nodes: &Nodes, wanted: &Wanted) -> Vec<Vec<i64>> {
    let question = Question { nodes, wanted, spellings: Spellings::of(&nodes.spellings) };
    // Quirk (contract 6.13): where names need be alike only, groups that overlap stay apart.
    let goes_by_likeness =
        wanted.same_fuzzy_name == Some(true) && wanted.grounds == [Ground::Likeness];
    let mut groups: Vec<Vec<(u128, i64)>> =
        if goes_by_likeness { question.neighbourhoods() } else { question.united() };
    groups.retain(|group| group.len() > 1);
    groups.sort_unstable_by_key(|group| group[0]);
    groups.into_iter().map(|group| group.into_iter().map(|(_, id)| id).collect()).collect()
}

struct Question<'q> {
    nodes: &'q Nodes,
    wanted: &'q Wanted,
    spellings: Spellings,
}

/// What members of a bucket have in common: all that has to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Common {
    code: u32,
    name: u32,
    spelling: u32,
    institution: u32,
    country: u32,
    city: u32,
}

impl Question<'_> {
    /// The buckets of a kind: several where it has several countries or cities.
    fn buckets(&self, traits: &Traits, ground: Ground) -> Vec<Common> {
        let wanted = self.wanted;
        let mut common = Common::default();
        if ground == Ground::Code || wanted.same_code == Some(true) {
            common.code = traits.code;
        }
        if ground == Ground::Name || wanted.same_name == Some(true) {
            common.name = traits.name;
        }
        if ground == Ground::Likeness {
            common.spelling = traits.spelling;
        }
        if wanted.same_institution == Some(true) {
            common.institution = traits.institution;
        }
        let lacks = |is_needed: bool, value: u32| is_needed && value == NONE;
        if lacks(ground == Ground::Code || wanted.same_code == Some(true), common.code)
            || lacks(wanted.same_institution == Some(true), common.institution)
        {
            return Vec::new();
        }
        let countries = choices(wanted.same_country == Some(true), traits.countries);
        let cities = choices(wanted.same_city == Some(true), traits.cities);
        let pairs =
            countries.iter().flat_map(|country| cities.iter().map(move |city| (country, city)));
        pairs.map(|(country, city)| Common { country: *country, city: *city, ..common }).collect()
    }

    /// Whether a pair is wanted, apart from the ground on which it is one.
    fn is_wanted(&self, one: &Traits, other: &Traits) -> bool {
        let wanted = self.wanted;
        let same = |a: u32, b: u32| a != NONE && a == b;
        let holds = |wanted: Option<bool>, is_same: bool| wanted.is_none_or(|want| want == is_same);
        holds(wanted.same_code, same(one.code, other.code))
            && holds(wanted.same_name, same(one.name, other.name))
            && agree(wanted.same_country, one.countries, other.countries)
            && agree(wanted.same_city, one.cities, other.cities)
            && agree(wanted.same_institution, [one.institution, NONE], [other.institution, NONE])
            && (wanted.in_countries.is_empty() || one.is_in_countries || other.is_in_countries)
            && (wanted.in_institutions.is_empty()
                || one.is_in_institutions
                || other.is_in_institutions)
            && wanted.same_fuzzy_name.is_none_or(|want| want == self.are_alike(one, other))
    }

    fn are_alike(&self, one: &Traits, other: &Traits) -> bool {
        one.spelling == other.spelling || self.spellings.are_alike(one.spelling, other.spelling)
    }

    /// Groups in which everybody is connected with everybody else by pairs.
    fn united(&self) -> Vec<Vec<(u128, i64)>> {
        let kinds = &self.nodes.kinds;
        let mut union = Union::new(kinds.len());
        for ground in self.wanted.grounds.iter().copied() {
            let mut buckets: HashMap<Common, Vec<usize>> = HashMap::new();
            for (place, kind) in kinds.iter().enumerate() {
                for common in self.buckets(&kind.traits, ground) {
                    buckets.entry(common).or_default().push(place);
                }
            }
            for members in buckets.values() {
                self.connect(members, &mut union);
            }
            if ground == Ground::Likeness {
                self.connect_alike(&buckets, &mut union);
            }
        }
        let mut groups: HashMap<usize, Vec<(u128, i64)>> = HashMap::new();
        for (place, kind) in kinds.iter().enumerate() {
            if union.is_connected[place] {
                groups.entry(union.root(place)).or_default().extend(&kind.members);
            }
        }
        let mut groups: Vec<Vec<(u128, i64)>> = groups.into_values().collect();
        for group in &mut groups {
            group.sort_unstable();
        }
        groups
    }

    /// Connects the kinds of a bucket: who was reached is not looked at again.
    fn connect(&self, members: &[usize], union: &mut Union) {
        let traits = |place: usize| &self.nodes.kinds[place].traits;
        let has_one = |is_one: fn(&Traits) -> bool| members.iter().any(|one| is_one(traits(*one)));
        if !(self.wanted.in_countries.is_empty() || has_one(|traits| traits.is_in_countries)) {
            return;
        }
        for place in members {
            let is_several = self.nodes.kinds[*place].members.len() > 1;
            if is_several && self.is_wanted(traits(*place), traits(*place)) {
                union.is_connected[*place] = true;
            }
        }
        let mut unreached = members.to_vec();
        while let Some(first) = unreached.pop() {
            let mut frontier = vec![first];
            while let Some(place) = frontier.pop() {
                unreached.retain(|other| {
                    let is_reached = self.is_wanted(traits(place), traits(*other));
                    if is_reached {
                        union.unite(place, *other);
                        frontier.push(*other);
                    }
                    !is_reached
                });
            }
        }
    }

    /// Connects kinds whose names are alike and not the same.
    fn connect_alike(&self, buckets: &HashMap<Common, Vec<usize>>, union: &mut Union) {
        let kinds = &self.nodes.kinds;
        for (one, other) in self.alike(buckets) {
            for (one, other) in one.iter().flat_map(|one| other.iter().map(move |two| (*one, *two)))
            {
                if self.is_wanted(&kinds[one].traits, &kinds[other].traits) {
                    union.unite(one, other);
                }
            }
        }
    }

    /// Pairs of buckets that differ in the spelling of names alone, which are much alike.
    fn alike<'b>(
        &self,
        buckets: &'b HashMap<Common, Vec<usize>>,
    ) -> impl Iterator<Item = (&'b Vec<usize>, &'b Vec<usize>)> {
        let mut spellings: HashMap<Common, Vec<u32>> = HashMap::new();
        for common in buckets.keys() {
            let else_common = Common { spelling: NONE, ..*common };
            spellings.entry(else_common).or_default().push(common.spelling);
        }
        spellings.into_iter().flat_map(move |(common, names)| {
            let bucket = move |spelling| &buckets[&Common { spelling, ..common }];
            let pairs = self.spellings.pairs(names).into_iter();
            pairs.map(move |(one, other)| (bucket(one), bucket(other)))
        })
    }

    /// Groups of one with all of larger key that go with it, without those that lie in another group.
    fn neighbourhoods(&self) -> Vec<Vec<(u128, i64)>> {
        let neighbours = self.neighbours();
        let kinds = &self.nodes.kinds;
        let mut groups: Vec<Vec<(u128, i64)>> = Vec::new();
        // Groups that hold a member and do not begin with it.
        let mut holders: HashMap<u128, Vec<usize>> = HashMap::new();
        let mut heads: Vec<(u128, i64, usize)> = Vec::new();
        for (place, kind) in kinds.iter().enumerate() {
            // Who is like its own kind lies in the group of the kind's first.
            let is_like_itself = neighbours[place].contains(&place);
            let count = if is_like_itself { 1 } else { kind.members.len() };
            heads.extend(kind.members[..count].iter().map(|(key, id)| (*key, *id, place)));
        }
        heads.sort_unstable();
        for (key, id, place) in heads {
            let mut group = vec![(key, id)];
            for neighbour in &neighbours[place] {
                let members = &kinds[*neighbour].members;
                let after = members.partition_point(|member| *member <= (key, id));
                group.extend(&members[after..]);
            }
            group.sort_unstable();
            if group.len() < 2 || is_within_another(&group, &groups, &holders) {
                continue;
            }
            for (member, _) in &group[1..] {
                holders.entry(*member).or_default().push(groups.len());
            }
            groups.push(group);
        }
        groups
    }

    /// For each kind those that it makes wanted pairs with, by the likeness of their names.
    fn neighbours(&self) -> Vec<HashSet<usize>> {
        let kinds = &self.nodes.kinds;
        let mut buckets: HashMap<Common, Vec<usize>> = HashMap::new();
        for (place, kind) in kinds.iter().enumerate() {
            for common in self.buckets(&kind.traits, Ground::Likeness) {
                buckets.entry(common).or_default().push(place);
            }
        }
        let same = buckets.values().map(|bucket| (bucket, bucket));
        let mut neighbours = vec![HashSet::new(); kinds.len()];
        for (some, others) in same.chain(self.alike(&buckets)) {
            for (one, other) in
                some.iter().flat_map(|one| others.iter().map(move |two| (*one, *two)))
            {
                let is_alone = one == other && kinds[one].members.len() == 1;
                if !is_alone && self.is_wanted(&kinds[one].traits, &kinds[other].traits) {
                    neighbours[one].insert(other);
                    neighbours[other].insert(one);
                }
            }
        }
        neighbours
    }
}

/// Whether a group lies in an earlier one that holds its first member.
fn is_within_another(
    group: &[(u128, i64)],
    groups: &[Vec<(u128, i64)>],
    holders: &HashMap<u128, Vec<usize>>,
) -> bool {
    let Some(candidates) = holders.get(&group[0].0) else { return false };
    candidates.iter().any(|place| {
        let larger = &groups[*place];
        group.len() <= larger.len()
            && group.iter().all(|member| larger.binary_search(member).is_ok())
    })
}

/// The values of which one has to be shared; a single nothing where it does not matter.
fn choices(matters: bool, values: [u32; 2]) -> Vec<u32> {
    if !matters {
        return vec![NONE];
    }
    let mut values: Vec<u32> = values.into_iter().filter(|value| *value != NONE).collect();
    values.dedup();
    values
}

/// Whether two have, or have not, a value in common; who has none is neither.
fn agree(wanted: Option<bool>, one: [u32; 2], other: [u32; 2]) -> bool {
    let Some(wanted) = wanted else { return true };
    let known = |values: [u32; 2]| values.into_iter().filter(|value| *value != NONE);
    if known(one).next().is_none() || known(other).next().is_none() {
        return false;
    }
    wanted == known(one).any(|value| other.contains(&value))
}

/// Sets that can be united.
struct Union {
    parents: Vec<usize>,
    /// Whether one is in a pair at all.
    is_connected: Vec<bool>,
}

impl Union {
    fn new(count: usize) -> Self {
        Self { parents: (0..count).collect(), is_connected: vec![false; count] }
    }

    fn root(&mut self, mut place: usize) -> usize {
        while self.parents[place] != place {
            self.parents[place] = self.parents[self.parents[place]];
            place = self.parents[place];
        }
        place
    }

    fn unite(&mut self, one: usize, other: usize) {
        self.is_connected[one] = true;
        self.is_connected[other] = true;
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one] = other;
    }
}
