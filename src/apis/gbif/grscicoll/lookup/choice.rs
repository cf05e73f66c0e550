//! Who of several is taken.

use serde::Serialize;

use super::matches::{Class, Match, Reason};

/// How a match was taken, or why none was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Accepted,
    Ambiguous,
    AmbiguousExplicitMappings,
    AmbiguousInstitutionMismatch,
    Doubtful,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The match of this place is taken.
    Taken { place: usize, status: Status },
    /// None is; without a reason, there was none.
    Nobody { because: Option<Status> },
}

/// All matches, and who of them is taken.
pub struct Chosen {
    /// The sure ones first, the mapped ones last.
    pub matches: Vec<Match>,
    pub verdict: Verdict,
}

impl Chosen {
    /// The one that was taken, or all.
    pub fn in_play(&self) -> Vec<&Match> {
        match self.verdict {
            Verdict::Taken { place, .. } => vec![&self.matches[place]],
            Verdict::Nobody { .. } => self.matches.iter().collect(),
        }
    }

    /// Those that were not taken.
    pub fn others(&self) -> impl Iterator<Item = &Match> {
        let taken = match self.verdict {
            Verdict::Taken { place, .. } => Some(place),
            Verdict::Nobody { .. } => None,
        };
        let places = self.matches.iter().enumerate();
        places.filter(move |(place, _)| Some(*place) != taken).map(|(_, one)| one)
    }
}

/// Chooses among matches.
pub fn choose(mut matches: Vec<Match>) -> Chosen {
    matches.sort_by_key(|one| one.class);
    let verdict = judge(&matches);
    Chosen { matches, verdict }
}

/// What singles one out, one after the other.
type Tests<const COUNT: usize> = [fn(&Match) -> bool; COUNT];

const OF_EXACT: Tests<4> = [|_| true, Match::is_identified, is_in_country, is_active];
const OF_FUZZY: Tests<6> = [
    |_| true,
    Match::is_identified,
    fits_twice,
    is_in_country,
    is_active,
    |one| one.has(Reason::CodeMatch),
];

fn judge(matches: &[Match]) -> Verdict {
    let of_class = |class| {
        let places = matches.iter().enumerate().filter(move |(_, one)| one.class == class);
        places.collect::<Vec<(usize, &Match)>>()
    };
    let exact = of_class(Class::Exact);
    if !exact.is_empty() {
        return taken(the_only(&exact, &OF_EXACT), Status::Accepted, Status::Ambiguous);
    }
    let mapped = of_class(Class::ExplicitMapping);
    if !mapped.is_empty() {
        let only = the_only(&mapped, &[|_| true]);
        return taken(only, Status::Accepted, Status::AmbiguousExplicitMappings);
    }
    let mut fuzzy = of_class(Class::Fuzzy);
    if fuzzy.is_empty() {
        return Verdict::Nobody { because: None };
    }
    fuzzy.retain(|(_, one)| !one.has(Reason::InstCollMismatch));
    if fuzzy.is_empty() {
        return Verdict::Nobody { because: Some(Status::AmbiguousInstitutionMismatch) };
    }
    taken(the_only(&fuzzy, &OF_FUZZY), Status::Doubtful, Status::Ambiguous)
}

fn taken(place: Option<usize>, status: Status, otherwise: Status) -> Verdict {
    match place {
        Some(place) => Verdict::Taken { place, status },
        None => Verdict::Nobody { because: Some(otherwise) },
    }
}

/// The place of the one match that alone passes a test; the first test that singles one out decides.
fn the_only(matches: &[(usize, &Match)], tests: &[fn(&Match) -> bool]) -> Option<usize> {
    tests.iter().find_map(|passes| {
        let mut passing = matches.iter().filter(|(_, one)| passes(one));
        let (place, _) = passing.next()?;
        passing.next().is_none().then_some(*place)
    })
}

fn is_in_country(one: &Match) -> bool {
    one.has(Reason::CountryMatch)
}

fn is_active(one: &Match) -> bool {
    one.candidate.active
}

/// Whether both a code or identifier and another name of it fit.
fn fits_twice(one: &Match) -> bool {
    (one.has(Reason::CodeMatch) || one.is_identified())
        && (one.has(Reason::NameMatch) || one.has(Reason::AlternativeCodeMatch))
}
