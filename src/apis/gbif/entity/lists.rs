//! Lists of entities: which, in what order, and in which of the two forms that datasets have.

use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::Value;

use super::filters::Q;
use super::{dataset, render};
use crate::apis::gbif::found::{self, Numbers, Placed};
use crate::apis::gbif::paging::{self, Window};
use crate::apis::gbif::record::{self, NEWEST_FIRST};
use crate::apis::gbif::search::words;
use crate::kit::call::Call;
use crate::kit::filter::{Where, json_array};
use crate::kit::reply::Reply;

/// The rows of a list: of a table that has `id`, `created` and `key`.
pub struct Rows {
    /// What stands after `FROM`.
    pub table: &'static str,
    /// The same for whoever only counts: without what decides about the order.
    pub unordered: Option<&'static str>,
    /// The values that the table binds.
    pub bound: Vec<SqlValue>,
    /// By what rows are ordered before their age: the least comes first.
    pub place: Option<&'static str>,
    /// The same rows in the same order, parted by their places, so that a page is found without putting all of them in
    /// order; empty where they are not parted.
    pub tiers: Vec<Tier>,
    /// What the exact ones of the tiers give together, if there are any: to count it at once is quicker.
    pub exact: Option<Tier>,
    pub rows: Where,
}

/// Rows of one place.
#[derive(Clone, Debug)]
pub struct Tier {
    /// What stands after `FROM`.
    pub table: &'static str,
    /// The value that the table binds.
    pub bound: SqlValue,
    /// Whether all that the table gives are rows, because it knows the conditions itself.
    pub is_exact: bool,
}

/// How datasets look in a list; other entities look the same in both.
pub enum Form {
    /// As single ones do, with this day of access in the citation.
    WithDay(String),
    /// As rows are stored, without what the metadata say and with a plain citation.
    // Quirk (contract 6.3): nearly all lists of datasets show them so.
    Raw,
}

impl Rows {
    pub fn all(rows: Where) -> Self {
        Self {
            table: "gbif_entity",
            unordered: None,
            bound: Vec::new(),
            place: None,
            tiers: Vec::new(),
            exact: None,
            rows,
        }
    }

    /// Narrows them to those that the parameter `q` finds; `are_hits` tells that all of them are datasets which a search
    /// finds too.
    pub fn found(mut self, call: &Call, are_hits: bool) -> Self {
        let q = call.get(&Q);
        match q.map(|q| words::of_entity_query(&q)) {
            None => {}
            Some(None) => self.rows = self.rows.and("FALSE", []),
            Some(Some(expression)) => {
                self.table = if are_hits {
                    "(SELECT rowid AS text_id, bm25(gbif_text, 10, 1, 1, 3, 1, 1) AS relevance
                      FROM gbif_text WHERE gbif_text MATCH ?
                      AND rowid BETWEEN (SELECT min(id) FROM gbif_hit) AND (SELECT max(id) FROM gbif_hit)
                     ) CROSS JOIN gbif_entity ON id = text_id"
                } else {
                    "(SELECT rowid AS text_id, bm25(gbif_text, 10, 1, 1, 3, 1, 1) AS relevance
                      FROM gbif_text WHERE gbif_text MATCH ?) CROSS JOIN gbif_entity ON id = text_id"
                };
                self.bound = vec![expression.into()];
                self.place = Some("relevance");
            }
        }
        self
    }

    /// Leaves none of them.
    pub fn none(mut self) -> Self {
        self.rows = self.rows.and("FALSE", []);
        self.tiers.clear();
        self.exact = None;
        self
    }

    /// How many rows there are.
    pub fn count(&self, db: &Connection) -> rusqlite::Result<i64> {
        if let Some(exact) = &self.exact {
            let others = self.tiers.iter().filter(|tier| !tier.is_exact);
            return others.chain([exact]).map(|tier| self.count_tier(db, tier)).sum();
        }
        let table = self.unordered.unwrap_or(self.table);
        let sql = format!("SELECT count(*) FROM {table} {}", self.rows);
        db.prepare_cached(&sql)?.query_row(params_from_iter(self.values()), |row| row.get(0))
    }

    /// The values that the table and the condition bind.
    pub fn values(&self) -> impl Iterator<Item = &SqlValue> {
        self.bound.iter().chain(self.rows.values())
    }

    /// The answers of a part of them.
    pub fn shown(&self, db: &Connection, window: Window) -> rusqlite::Result<Vec<Vec<u8>>> {
        self.select(db, window, |row| read(row, &Form::Raw))
    }

    fn count_tier(&self, db: &Connection, tier: &Tier) -> rusqlite::Result<i64> {
        let bound = std::iter::once(&tier.bound);
        let read = |row: &Row| row.get(0);
        if tier.is_exact {
            let sql = format!("SELECT count(*) FROM {}", tier.table);
            return db.prepare_cached(&sql)?.query_row(params_from_iter(bound), read);
        }
        let sql = format!("SELECT count(*) FROM {} {}", joined(tier), self.rows);
        let values = bound.chain(self.rows.values());
        db.prepare_cached(&sql)?.query_row(params_from_iter(values), read)
    }

    /// The numbers of the first so many, tier by tier.
    fn first(&self, db: &Connection, count: usize) -> rusqlite::Result<Vec<SqlValue>> {
        let mut ids: Vec<SqlValue> = Vec::new();
        for tier in &self.tiers {
            let left = count - ids.len();
            ids.extend(if tier.is_exact {
                self.newest_of_exact(db, tier, left)?
            } else {
                self.newest(db, &joined(tier), &tier.bound, left)?
            });
            if ids.len() >= count {
                break;
            }
        }
        Ok(ids)
    }

    /// The numbers of the newest rows of a table that binds one value.
    fn newest(
        &self,
        db: &Connection,
        table: &str,
        bound: &SqlValue,
        count: usize,
    ) -> rusqlite::Result<Vec<SqlValue>> {
        let sql = format!("SELECT id FROM {table} {} {NEWEST_FIRST} LIMIT ?", self.rows);
        let count = i64::try_from(count).unwrap_or(i64::MAX).into();
        let values = std::iter::once(bound).chain(self.rows.values()).chain([&count]);
        let mut query = db.prepare_cached(&sql)?;
        query.query_map(params_from_iter(values), |row| row.get(0))?.collect()
    }

    /// The same of a tier of which all are rows.
    fn newest_of_exact(
        &self,
        db: &Connection,
        tier: &Tier,
        count: usize,
    ) -> rusqlite::Result<Vec<SqlValue>> {
        let mut query = db.prepare_cached(&format!("SELECT text_id FROM {}", tier.table))?;
        let found = query.query_map([&tier.bound], |row| row.get(0))?;
        let found: Vec<i64> = found.collect::<rusqlite::Result<_>>()?;
        if found.len() <= FEW {
            let listed = json_array(found.into_iter().map(SqlValue::Integer));
            let table = "(SELECT value AS text_id FROM json_each(?)) CROSS JOIN gbif_grscicoll ON id = text_id";
            return self.newest(db, table, &listed, count);
        }
        let found: Numbers = found.into_iter().collect();
        let sql = format!("SELECT id FROM gbif_grscicoll {} {NEWEST_FIRST}", self.rows);
        let mut query = db.prepare_cached(&sql)?;
        let all = query.query_map(params_from_iter(self.rows.values()), |row| row.get(0))?;
        let is_found =
            |id: &rusqlite::Result<i64>| id.as_ref().map_or(true, |id| found.contains(*id));
        all.filter(is_found).take(count).map(|id| id.map(SqlValue::Integer)).collect()
    }

    fn select<T>(
        &self,
        db: &Connection,
        window: Window,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        if !self.tiers.is_empty() {
            let ids = self.first(db, window.end())?;
            return show(db, LISTED, [json_array(window.cut(ids))], read);
        }
        let sql = format!("{} LIMIT ? OFFSET ?", self.in_order());
        show(db, &sql, self.values().cloned().chain(window.values()), read)
    }

    /// The query of their numbers, in their order, which reads nothing but indexes.
    fn in_order(&self) -> String {
        let (place, order) = match self.place {
            None => ("0", NEWEST_FIRST),
            Some(place) => (place, "ORDER BY place, created DESC, key"),
        };
        format!("SELECT id AS listed, {place} AS place FROM {} {} {order}", self.table, self.rows)
    }

    /// How many there are, and a part of them.
    fn page<T>(
        &self,
        db: &Connection,
        window: Window,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<(i64, Vec<T>)> {
        if !self.is_found_once(window) {
            let count = self.count(db)?;
            let part = if window.limit == 0 { Vec::new() } else { self.select(db, window, read)? };
            return Ok((count, part));
        }
        let rows = self.find(db)?;
        let count = i64::try_from(rows.len()).expect("rows are counted by such numbers");
        let part = if window.limit == 0 {
            Vec::new()
        } else if self.place.is_none() {
            let ids = window.cut(rows).into_iter().map(|row| SqlValue::Integer(row.id));
            show(db, LISTED, [json_array(ids)], read)?
        } else {
            let [limit, offset] = window.values();
            show(db, FIRST, [found::first(rows, window.end()), limit, offset], read)?
        };
        Ok((count, part))
    }

    /// Whether to find them takes so long that it is not done twice, once for their number and once for a page.
    fn is_found_once(&self, window: Window) -> bool {
        let has_words = !self.bound.is_empty() && self.tiers.is_empty();
        has_words && window.limit > 0 || self.rows.looks_elsewhere()
    }

    /// All of them: by their places, if they have any, else in their order.
    fn find(&self, db: &Connection) -> rusqlite::Result<Vec<Placed>> {
        let (near, elsewhere) = self.rows.parted();
        let elsewhere = elsewhere
            .into_iter()
            .map(|(query, values)| Numbers::select(db, query, values))
            .collect::<rusqlite::Result<Vec<Numbers>>>()?;
        let (place, order) = self.place.map_or(("0", NEWEST_FIRST), |place| (place, ""));
        let sql = format!("SELECT id, {place} FROM {} {near} {order}", self.table);
        let mut query = db.prepare_cached(&sql)?;
        let mut rows = query.query(params_from_iter(self.bound.iter().chain(near.values())))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            if elsewhere.iter().all(|numbers| numbers.contains(id)) {
                let place = if self.place.is_some() { row.get(1)? } else { 0.0 };
                found.push(Placed { id, tier: 0, place });
            }
        }
        Ok(found)
    }
}

/// So many rows are put in order by looking each of them up; of more, the newest are found on the way through all rows
/// from the newest on.
const FEW: usize = 500;

/// Rows whose numbers and order are known.
const LISTED: &str = "SELECT value AS listed, key AS place FROM json_each(?)";

/// Rows of which the first places are known; others may stand behind them.
const FIRST: &str = "SELECT value ->> 0 AS listed, value ->> 1 AS place
                     FROM json_each(?) CROSS JOIN gbif_entity ON gbif_entity.id = value ->> 0
                     ORDER BY place, created DESC, gbif_entity.key LIMIT ? OFFSET ?";

/// The rows that a tier gives, with all that is known of them.
fn joined(tier: &Tier) -> String {
    format!("{} CROSS JOIN gbif_grscicoll ON id = text_id", tier.table)
}

/// The long texts of those alone that a query lists.
fn show<T>(
    db: &Connection,
    listed: &str,
    values: impl IntoIterator<Item = SqlValue>,
    read: impl FnMut(&Row) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let sql = format!(
        "SELECT shown, day_at, doc, kind,
                (SELECT publisher.title FROM gbif_entity publisher
                 WHERE publisher.key = gbif_entity.organization) AS publisher
         FROM ({listed}) JOIN gbif_entity ON id = listed ORDER BY place, created DESC, key"
    );
    db.prepare_cached(&sql)?.query_map(params_from_iter(values), read)?.collect()
}

/// A page of entities.
pub fn answer(
    db: &Connection,
    rows: &Rows,
    window: Window,
    form: &Form,
) -> rusqlite::Result<Reply> {
    let (count, results) = rows.page(db, window, |row| read(row, form))?;
    Ok(paging::page(window, count, &results))
}

/// Entities without envelope.
pub fn array(db: &Connection, rows: &Rows, limit: u32) -> rusqlite::Result<Reply> {
    let window = Window { offset: 0, limit };
    Ok(paging::array(&rows.select(db, window, |row| read(row, &Form::Raw))?))
}

fn read(row: &Row, form: &Form) -> rusqlite::Result<Vec<u8>> {
    let shown = row.get_ref("shown")?.as_bytes()?;
    let is_dataset = row.get_ref("kind")?.as_str()? == dataset::DATASET.name;
    match form {
        _ if !is_dataset => Ok(shown.to_vec()),
        Form::WithDay(day) => Ok(render::with_day(shown, row.get("day_at")?, day)),
        Form::Raw => {
            let doc: Value = row.get("doc")?;
            let publisher: Option<String> = row.get("publisher")?;
            Ok(dataset::raw(shown, &doc, publisher.as_deref().unwrap_or_default()))
        }
    }
}

/// A page of the entities that a condition names; the texts are ours.
pub fn page_of(call: &Call, db: &Connection, rows: Where) -> rusqlite::Result<Reply> {
    answer(db, &Rows::all(rows), Window::of(call), &Form::Raw)
}

/// How many entities a condition names.
pub fn count(db: &Connection, rows: &Where) -> rusqlite::Result<i64> {
    record::count(db, rows)
}
