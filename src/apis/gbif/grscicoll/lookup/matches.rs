//! How well each candidate fits.

use serde::Serialize;

use super::candidates::{Candidate, Sought};

/// How sure it is that a candidate is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    Exact,
    Fuzzy,
    ExplicitMapping,
}

/// Why a candidate is one, and what speaks against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Reason {
    CodeMatch,
    IdentifierMatch,
    AlternativeCodeMatch,
    NameMatch,
    KeyMatch,
    DifferentOwner,
    BelongsToInstitutionMatched,
    InstCollMismatch,
    CountryMatch,
}

/// A candidate and its class.
pub struct Match {
    pub class: Class,
    /// In the order of the enumeration.
    pub reasons: Vec<Reason>,
    pub candidate: Candidate,
}

impl Match {
    pub fn has(&self, reason: Reason) -> bool {
        self.reasons.contains(&reason)
    }

    /// Whether identifier or key say who it is.
    pub fn is_identified(&self) -> bool {
        self.has(Reason::IdentifierMatch) || self.has(Reason::KeyMatch)
    }

    fn add(&mut self, reason: Reason) {
        self.reasons.push(reason);
        self.reasons.sort_unstable();
    }

    /// A candidate by itself.
    fn of(mut candidate: Candidate, sought: &Sought) -> Self {
        let mut reasons = std::mem::take(&mut candidate.reasons);
        let has = |reason| reasons.contains(&reason);
        let bears_code =
            sought.code.is_none() || has(Reason::CodeMatch) || has(Reason::AlternativeCodeMatch);
        let is_identified = has(Reason::IdentifierMatch) || has(Reason::KeyMatch);
        let class = if bears_code && is_identified {
            Class::Exact
        } else if candidate.is_mapped {
            // Who is mapped needs no reason; only the country is still told.
            reasons.retain(|reason| *reason == Reason::CountryMatch);
            Class::ExplicitMapping
        } else {
            Class::Fuzzy
        };
        Self { class, reasons, candidate }
    }
}

/// Matches of institutions.
pub fn of_institutions(candidates: Vec<Candidate>, sought: &Sought) -> Vec<Match> {
    let matches = candidates.into_iter().map(|candidate| {
        let mut one = Match::of(candidate, sought);
        if one.candidate.has_other_owner {
            one.add(Reason::DifferentOwner);
        }
        one
    });
    matches.collect()
}

/// Matches of collections, given the institutions that are in play.
pub fn of_collections(
    candidates: Vec<Candidate>,
    sought: &Sought,
    in_play: &[&Match],
) -> Vec<Match> {
    let matches = candidates.into_iter().map(|candidate| {
        let mut one = match in_play {
            [institution] if vouches(institution, &candidate) => vouched(candidate),
            _ => Match::of(candidate, sought),
        };
        let is_theirs = |institution: &&Match| {
            one.candidate.institution.as_ref() == Some(&institution.candidate.key)
        };
        if !in_play.is_empty() && !in_play.iter().any(is_theirs) {
            one.add(Reason::InstCollMismatch);
        }
        one
    });
    matches.collect()
}

/// Whether an institution that is sure makes a collection sure.
// Quirk (contract 6.9): one that is mapped does so for collections of others too.
fn vouches(institution: &Match, candidate: &Candidate) -> bool {
    let is_theirs = candidate.institution.as_ref() == Some(&institution.candidate.key);
    candidate.institution.is_some()
        && (institution.class == Class::ExplicitMapping
            || (is_theirs && institution.class == Class::Exact))
}

fn vouched(mut candidate: Candidate) -> Match {
    let reasons = std::mem::take(&mut candidate.reasons);
    let class = if candidate.is_mapped { Class::ExplicitMapping } else { Class::Exact };
    let mut one = Match { class, reasons, candidate };
    one.add(Reason::BelongsToInstitutionMatched);
    one
}
