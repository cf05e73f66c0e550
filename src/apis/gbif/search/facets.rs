//! Counting the values by which a search could be narrowed.

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::parameters::{self, Parameter, Reach};
use super::{Hits, RELEVANCE, Search};
use crate::apis::gbif::found::{Numbers, Placed};
use crate::apis::gbif::quirk::FACET_LIMIT;
use crate::kit::call::Call;
use crate::kit::fields::Fields;
use crate::kit::param::{AnyParam, Param};

// Quirk (contract 10.4): the documents promise a hundred values, the service gives ten.
const DOCUMENTED_LIMIT: usize = 100;
const LIVE_LIMIT: usize = 10;

static FACET: Param<Vec<String>> = Param::repeated("facet", "A parameter whose values to count.");
static MINCOUNT: Param<Option<String>> =
    Param::optional("facetMincount", "Leaves out values with a lower count.");
static MULTISELECT: Param<Option<String>> =
    Param::optional("facetMultiselect", "`true` counts each facet without its own filter.");
static LIMIT: Param<Option<String>> =
    Param::optional("facetLimit", "How many values of each facet to give.");
static OFFSET: Param<Option<String>> =
    Param::optional("facetOffset", "How many values of each facet to skip.");

pub fn declared() -> [&'static dyn AnyParam; 5] {
    [&FACET, &MINCOUNT, &MULTISELECT, &LIMIT, &OFFSET]
}

/// One facet as it is answered.
#[derive(Debug, Serialize)]
pub struct Facet {
    field: &'static str,
    counts: Vec<Count>,
}

/// How often a value occurs.
#[derive(Debug, Serialize)]
pub struct Count {
    name: String,
    count: usize,
}

/// How many hits a search has, and the facets that its request asks for.
pub struct Tally {
    pub count: i64,
    pub facets: Vec<Facet>,
    /// The hits by their relevance, if that was asked for.
    pub hits: Vec<Placed>,
}

/// Counts hits and the values that they have; `is_ranked` asks for their relevance too.
///
/// All facets that share their hits are counted while these are read once.
pub(super) fn tally(
    call: &Call,
    db: &Connection,
    search: &Search,
    is_ranked: bool,
) -> rusqlite::Result<Tally> {
    let asked = Asked::read_all(call, search);
    let mut facets: Vec<Facet> = asked.iter().map(Asked::empty).collect();
    let mut exceptions = vec![None];
    for facet in &asked {
        if !exceptions.contains(&facet.except) {
            exceptions.push(facet.except);
        }
    }
    let mut count = 0;
    let mut hits = Vec::new();
    for except in exceptions {
        let sharing: Vec<&Asked> = asked.iter().filter(|asked| asked.except == except).collect();
        let pass = Pass::run(db, search, except, &sharing, is_ranked && except.is_none())?;
        if except.is_none() {
            count = pass.count;
            hits = pass.ranked;
        }
        for (asked, counts) in sharing.into_iter().zip(pass.counts) {
            let field = asked.parameter.field;
            let facet = facets.iter_mut().find(|facet| facet.field == field);
            facet.expect("each facet asked for has one").counts = asked.cut.apply(counts);
        }
    }
    Ok(Tally { count, facets, hits })
}

/// The hits of a search for words, by their relevance.
pub(super) fn ranked(db: &Connection, search: &Search) -> rusqlite::Result<Vec<Placed>> {
    Ok(Pass::run(db, search, None, &[], true)?.ranked)
}

/// A facet that a request asks for.
struct Asked {
    parameter: &'static Parameter,
    cut: Cut,
    /// The filter that does not apply to it, because it is its own.
    except: Option<&'static str>,
}

impl Asked {
    fn read_all(call: &Call, search: &Search) -> Vec<Self> {
        let is_multiselect = last(&call.fields, "facetMultiselect")
            .is_some_and(|text| text.eq_ignore_ascii_case("true"));
        let is_filtered =
            |field| search.conditions.iter().any(|condition| condition.parameter.field == field);
        let usual = if call.is_live(&FACET_LIMIT) { LIVE_LIMIT } else { DOCUMENTED_LIMIT };
        let mut all: Vec<Self> = Vec::new();
        for spelling in named(&call.fields, "facet") {
            let Some(parameter) = parameters::find(spelling) else { continue };
            let field = parameter.field;
            if all.iter().all(|known| known.parameter.field != field) {
                let except = (is_multiselect && is_filtered(field)).then_some(field);
                all.push(Self { parameter, cut: Cut::read(&call.fields, spelling, usual), except });
            }
        }
        all
    }

    fn empty(&self) -> Facet {
        Facet { field: self.parameter.field, counts: Vec::new() }
    }

    /// The column of hits that has its values, if one has.
    fn column(&self) -> Option<&'static str> {
        match self.parameter.reach {
            Reach::Column(column) => Some(column),
            Reach::Terms | Reach::Sql(..) => None,
        }
    }

    /// The query of its values, if they stand in rows of their own.
    fn values(&self) -> Option<&'static str> {
        match self.parameter.reach {
            Reach::Sql(_, values) => values,
            Reach::Column(_) | Reach::Terms => None,
        }
    }

    /// Whether its values are terms.
    fn has_terms(&self) -> bool {
        matches!(self.parameter.reach, Reach::Terms) || self.parameter.field == "DECADE"
    }

    /// Whether all of its terms belong to hits; those of contacts are kept for other entities too.
    fn is_of_hits(&self) -> bool {
        !self.parameter.field.starts_with("CONTACT_")
    }
}

/// How often each value occurs.
pub type Counts = HashMap<String, usize>;

/// One reading of hits, with all that is counted on the way.
#[derive(Default)]
struct Pass {
    count: i64,
    /// For each facet.
    counts: Vec<Counts>,
    ranked: Vec<Placed>,
}

impl Pass {
    fn run(
        db: &Connection,
        search: &Search,
        except: Option<&'static str>,
        asked: &[&Asked],
        is_ranked: bool,
    ) -> rusqlite::Result<Self> {
        let hits = search.hits(except);
        let is_narrow = search.is_narrow(except);
        let columns: Vec<(usize, &str)> = (0..)
            .zip(asked)
            .filter_map(|(number, asked)| Some((number, asked.column()?)))
            .collect();
        let needs_ids = |asked: &Asked| {
            asked.values().is_some() || asked.has_terms() && (is_narrow || !asked.is_of_hits())
        };
        let counts = asked.iter().map(|_| Counts::new()).collect();
        let mut pass = Self { counts, ..Self::default() };
        let mut ids = None;
        if columns.is_empty() && !asked.iter().any(|asked| needs_ids(asked)) && !is_ranked {
            let mut query = db.prepare_cached(&format!("SELECT count(*) FROM {hits}"))?;
            pass.count = query.query_row(params_from_iter(hits.values()), |row| row.get(0))?;
        } else {
            ids = Some(pass.read(db, &hits, &columns, is_ranked)?);
        }
        for (counts, asked) in pass.counts.iter_mut().zip(asked) {
            if asked.has_terms() {
                let among = ids.as_ref().filter(|_| needs_ids(asked));
                *counts = count_terms(db, asked.parameter.field, among)?;
            } else if let (Some(values), Some(ids)) = (asked.values(), &ids) {
                *counts = count_values(db, values, ids)?;
            }
        }
        Ok(pass)
    }

    /// Reads the hits, counts the values of columns, and remembers which hits there are, and how relevant.
    fn read(
        &mut self,
        db: &Connection,
        hits: &Hits,
        columns: &[(usize, &str)],
        is_ranked: bool,
    ) -> rusqlite::Result<Numbers> {
        let mut select = String::from("SELECT gbif_hit.id");
        for (_, column) in columns {
            select += ", ";
            select += column;
        }
        if is_ranked {
            select += ", ";
            select += RELEVANCE;
        }
        let mut query = db.prepare_cached(&format!("{select} FROM {hits}"))?;
        let mut rows = query.query(params_from_iter(hits.values()))?;
        let mut ids = Numbers::default();
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            ids.insert(id);
            if is_ranked {
                self.ranked.push(Placed { id, tier: 0, place: row.get(columns.len() + 1)? });
            }
            for (place, (number, _)) in columns.iter().enumerate() {
                if let Some(value) = row.get_ref(place + 1)?.as_str_or_null()? {
                    add(&mut self.counts[*number], value);
                }
            }
        }
        self.count = i64::try_from(ids.count()).expect("rows are counted by such numbers");
        Ok(ids)
    }
}

fn add(counts: &mut Counts, value: &str) {
    match counts.get_mut(value) {
        Some(count) => *count += 1,
        None => {
            counts.insert(value.to_owned(), 1);
        }
    }
}

/// How many of these hits have each term of a field; of all hits, if none are named.
fn count_terms(db: &Connection, field: &str, among: Option<&Numbers>) -> rusqlite::Result<Counts> {
    let mut counts = Counts::new();
    let mut query = db.prepare_cached("SELECT value, hit FROM gbif_term WHERE field = ?")?;
    let mut rows = query.query([field])?;
    // The rows of a value are neighbours.
    let mut current = (String::new(), 0);
    while let Some(row) = rows.next()? {
        let value = row.get_ref(0)?;
        if current.0.as_bytes() != value.as_bytes()? {
            let value = value.as_str()?.to_owned();
            let (value, count) = std::mem::replace(&mut current, (value, 0));
            counts.insert(value, count);
        }
        let hit = row.get_ref(1)?.as_i64()?;
        current.1 += usize::from(among.is_none_or(|ids| ids.contains(hit)));
    }
    counts.insert(current.0, current.1);
    Ok(counts)
}

/// How many of these hits have each value that a query gives; a hit that has one twice counts once.
fn count_values(db: &Connection, values: &str, among: &Numbers) -> rusqlite::Result<Counts> {
    let mut counts = Counts::new();
    let sql = format!("SELECT DISTINCT value, hit FROM ({values}) WHERE value IS NOT NULL");
    let mut query = db.prepare_cached(&sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        if among.contains(row.get_ref(1)?.as_i64()?) {
            add(&mut counts, row.get_ref(0)?.as_str()?);
        }
    }
    Ok(counts)
}

/// Which of a facet's values are given.
pub struct Cut {
    at_least: usize,
    limit: usize,
    offset: usize,
}

impl Cut {
    /// What a request says of one facet, else of all, else what is usual.
    pub fn read(fields: &Fields, spelling: &str, usual_limit: usize) -> Self {
        let number = |text: &str| text.trim().parse::<usize>().ok();
        let of_all = |name: &str| last(fields, name).and_then(number);
        let own = |name: &str| last(fields, &format!("{spelling}.{name}")).and_then(number);
        let own_or_of_all = |name: &str| own(name).or_else(|| of_all(name));
        Self {
            at_least: of_all("facetMincount").unwrap_or(1).max(1),
            limit: own_or_of_all("facetLimit").unwrap_or(usual_limit),
            offset: own_or_of_all("facetOffset").unwrap_or(0),
        }
    }

    /// The most frequent values that it lets through.
    pub fn apply(&self, counts: Counts) -> Vec<Count> {
        let enough = counts.into_iter().filter(|(_, count)| *count >= self.at_least);
        let mut list: Vec<Count> = enough.map(|(name, count)| Count { name, count }).collect();
        list.sort_unstable_by(|one, other| {
            other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name))
        });
        list.into_iter().skip(self.offset).take(self.limit).collect()
    }
}

/// The values of a parameter, whatever the case of its name.
pub fn named<'f>(fields: &'f Fields, name: &str) -> impl Iterator<Item = &'f str> {
    fields.query().filter(move |(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, text)| text)
}

/// The value of a parameter that counts.
pub fn last<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    named(fields, name).last()
}
