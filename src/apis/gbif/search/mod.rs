//! Searching datasets: by words, by filters, with counts of what else could be filtered by.
//!
//! The index is written in the same transaction as the dataset, so that a search sees every write at once.

mod export;
pub mod facets;
pub mod index;
pub mod merging;
mod parameters;
mod suggest;
pub mod words;

use std::fmt;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::Value;

use self::facets::Tally;
use self::parameters::Condition;
use self::words::Sought;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::found::{self, Numbers, Placed};
use crate::apis::gbif::paging::{self, LIMIT, OFFSET, Window};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::Where;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static Q: Param<Option<String>> =
    Param::optional("q", "Words to find; `*` stands for any letters.");
static HIGHLIGHT: Param<Option<String>> =
    Param::optional("hl", "`true` marks the words in title and description.");

/// How well the words fit a hit, the best least: those of its title weigh most, then those of its keywords, of its
/// organizations, of its description, of its networks, and all others.
const RELEVANCE: &str = "bm25(gbif_text, 20, 8, 6, 3, 2, 1)";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/v1/dataset/search")
            .id("dataset.search")
            .summary("Searches datasets and counts what they could be filtered by")
            .takes([&Q as _, &HIGHLIGHT as _, &LIMIT as _, &OFFSET as _])
            .takes(facets::declared())
            .takes(parameters::declared())
            .heavy()
            .handler(search),
        Endpoint::get("/v1/dataset/search/export")
            .id("dataset.search.export")
            .summary("Gives all datasets that a search finds, as a table")
            .takes([&Q as _, &export::FORMAT as _])
            .takes(parameters::declared())
            .heavy()
            .handler(export::export),
        Endpoint::get("/v1/dataset/suggest")
            .id("dataset.suggest")
            .summary("Suggests datasets by the beginnings of words of their titles")
            .takes([&Q as _, &suggest::LIMIT as _, &OFFSET as _])
            .takes(parameters::declared())
            .handler(suggest::suggest),
    ]
}

/// What a request searches for.
struct Search {
    sought: Option<Sought>,
    conditions: Vec<Condition>,
    /// A query was given that holds no word: nothing is found.
    is_void: bool,
}

impl Search {
    fn read(call: &Call, db: &Connection) -> Result<Self, Error> {
        let q = call.get(&Q).filter(|q| !matches!(q.trim(), "" | "*"));
        let sought = match &q {
            Some(q) => Sought::read(db, q)?,
            None => None,
        };
        let is_void = q.is_some() && sought.is_none();
        Ok(Self { sought, conditions: parameters::read(&call.fields)?, is_void })
    }

    /// The hits, without what narrows `except`.
    fn hits(&self, except: Option<&'static str>) -> Hits<'_> {
        let mut rows = Where::new(if self.is_void { "FALSE" } else { "TRUE" });
        if let Some(sought) = &self.sought {
            rows = with_enough_words(sought, rows);
        }
        for condition in &self.conditions {
            if except != Some(condition.parameter.field) {
                rows = condition.narrow(rows);
            }
        }
        Hits { sought: self.sought.as_ref(), rows }
    }

    /// Whether there are hits that it does not find, without what narrows `except`.
    fn is_narrow(&self, except: Option<&'static str>) -> bool {
        let narrows = |condition: &Condition| except != Some(condition.parameter.field);
        self.is_void || self.sought.is_some() || self.conditions.iter().any(narrows)
    }

    /// The numbers of a part of the hits, the best first; `hits` are all of them, if words are sought.
    fn ranked(
        &self,
        db: &Connection,
        hits: Vec<Placed>,
        window: Option<Window>,
    ) -> rusqlite::Result<Vec<i64>> {
        let end = window.map_or(usize::MAX, Window::end);
        let window = window.map_or([Sql::Integer(-1), Sql::Integer(0)], Window::values);
        let (sql, values) = match &self.sought {
            None => {
                let hits = self.hits(None);
                let sql = format!(
                    "SELECT gbif_hit.id FROM {hits}
                     ORDER BY size DESC, gbif_hit.created DESC, gbif_hit.key LIMIT ? OFFSET ?"
                );
                (sql, hits.values().collect())
            }
            Some(sought) => {
                let sql = "SELECT gbif_hit.id
                           FROM json_each(?) CROSS JOIN gbif_hit ON gbif_hit.id = value ->> 0
                           ORDER BY value ->> 1, size DESC, gbif_hit.key LIMIT ? OFFSET ?";
                (sql.to_owned(), vec![found::first(in_tiers(db, sought, hits)?, end)])
            }
        };
        let mut query = db.prepare_cached(&sql)?;
        let values = values.into_iter().chain(window);
        query.query_map(params_from_iter(values), |row| row.get(0))?.collect()
    }
}

/// Puts those hits first that have the very DOI, then those that have all words in their titles, one after the other.
fn in_tiers(
    db: &Connection,
    sought: &Sought,
    mut hits: Vec<Placed>,
) -> rusqlite::Result<Vec<Placed>> {
    let tiers = [
        (&sought.title_phrase, "SELECT rowid FROM gbif_text WHERE gbif_text MATCH ?", 1),
        (&sought.doi, "SELECT id FROM gbif_entity WHERE doi = ?", 2),
    ];
    for (text, query, weight) in tiers {
        let Some(text) = text else { continue };
        let first = Numbers::select(db, query, [text])?;
        for hit in hits.iter_mut().filter(|hit| !first.contains(hit.id)) {
            hit.tier += weight;
        }
    }
    Ok(hits)
}

/// The rows of hits, as the part of a statement that follows `FROM`.
struct Hits<'s> {
    sought: Option<&'s Sought>,
    rows: Where,
}

impl Hits<'_> {
    /// The values to bind, in the order of its question marks.
    fn values(&self) -> impl Iterator<Item = Sql> {
        let expression = self.sought.map(|sought| Sql::Text(sought.any()));
        expression.into_iter().chain(self.rows.values().iter().cloned())
    }
}

impl fmt::Display for Hits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        // The words lead to the hits, whatever the planner thinks of it: the other way round it asks the index of words
        // once for each hit. The bounds say nothing new; they keep it from other entities' words, which are no hits.
        let table = match self.sought {
            None => "gbif_hit",
            Some(_) => {
                "gbif_text CROSS JOIN gbif_hit
                 ON gbif_hit.id = gbif_text.rowid AND gbif_text MATCH ?
                 AND gbif_text.rowid BETWEEN (SELECT min(id) FROM gbif_hit) AND (SELECT max(id) FROM gbif_hit)"
            }
        };
        write!(f, "{table} {}", self.rows)
    }
}

/// Narrows rows to those that have as many of the words as they need.
fn with_enough_words(sought: &Sought, rows: Where) -> Where {
    if !sought.is_loose() {
        return rows;
    }
    // Each row counts the words that it has; a JSON array carries them into one statement.
    let words = serde_json::to_string(&sought.words).expect("texts serialize");
    let at_least = i64::try_from(sought.at_least).expect("queries have few words");
    rows.and(
        "gbif_hit.id IN (SELECT gbif_text.rowid FROM json_each(?) word
                         JOIN gbif_text ON gbif_text MATCH word.value
                         GROUP BY gbif_text.rowid HAVING count(*) >= ?)",
        [words.into(), at_least.into()],
    )
}

fn search(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let search = Search::read(call, db)?;
    let window = Window::of(call);
    let is_ranked = search.sought.is_some() && window.limit > 0;
    let Tally { count, facets, hits } = facets::tally(call, db, &search, is_ranked)?;
    let ids = if window.limit == 0 { Vec::new() } else { search.ranked(db, hits, Some(window))? };
    let is_highlighted = call.get(&HIGHLIGHT).is_some_and(|hl| hl.eq_ignore_ascii_case("true"));
    let results = match &search.sought {
        Some(sought) if is_highlighted => {
            let mut query = db.prepare_cached(
                "SELECT found, highlight(gbif_text, 0, char(1), char(2)),
                        highlight(gbif_text, 3, char(1), char(2))
                 FROM gbif_text JOIN gbif_found ON gbif_found.id = gbif_text.rowid
                 WHERE gbif_text MATCH ? AND gbif_text.rowid = ?",
            )?;
            let any = sought.any();
            let read = |id: &i64| query.query_row((&any, id), highlighted);
            ids.iter().map(read).collect::<rusqlite::Result<_>>()?
        }
        _ => kept(db, &ids, "found", |row| Ok(row.get_ref(0)?.as_bytes()?.to_vec()))?,
    };
    let facets = serde_json::to_vec(&facets).expect("facets serialize");
    Ok(paging::page_with(window, count, &results, &[("facets", facets)]))
}

/// What is kept of hits, in their order.
fn kept<T>(
    db: &Connection,
    ids: &[i64],
    columns: &str,
    mut read: impl FnMut(&Row) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let sql = format!("SELECT {columns} FROM gbif_found JOIN gbif_hit USING (id) WHERE id = ?");
    let mut query = db.prepare_cached(&sql)?;
    ids.iter().map(|id| query.query_row([id], &mut read)).collect()
}

/// A hit with the words that were found marked in its title and description.
fn highlighted(row: &Row) -> rusqlite::Result<Vec<u8>> {
    let mut found: Value = row.get(0)?;
    for (column, member) in [(1, "title"), (2, "description")] {
        let marked: String = row.get(column)?;
        // Quirk (contract 6.5): only a text in which something was found is escaped.
        if marked.contains('\u{1}') {
            let escaped = quick_xml::escape::escape(marked.as_str());
            let text = escaped.replace('\u{1}', "<em class=\"gbifHl\">").replace('\u{2}', "</em>");
            found[member] = text.into();
        }
    }
    Ok(found.to_string().into_bytes())
}
