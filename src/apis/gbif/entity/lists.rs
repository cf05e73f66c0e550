//! Lists of entities: which, in what order, and in which of the two forms that datasets have.

use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Row, params_from_iter};
use serde_json::Value;

use super::filters::Q;
use super::{dataset, render};
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
    pub rows: Where,
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
        Self { table: "gbif_entity", unordered: None, bound: Vec::new(), place: None, rows }
    }

    /// Narrows them to those that the parameter `q` finds.
    pub fn found(mut self, call: &Call) -> Self {
        let q = call.get(&Q);
        match q.map(|q| words::of_entity_query(&q)) {
            None => {}
            Some(None) => self.rows = self.rows.and("FALSE", []),
            Some(Some(expression)) => {
                self.table =
                    "(SELECT rowid AS text_id, bm25(gbif_text, 10, 1, 1, 3, 1, 1) AS relevance
                     FROM gbif_text WHERE gbif_text MATCH ?) CROSS JOIN gbif_entity ON id = text_id";
                self.bound = vec![expression.into()];
                self.place = Some("relevance");
            }
        }
        self
    }

    /// How many rows there are.
    pub fn count(&self, db: &Connection) -> rusqlite::Result<i64> {
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

    fn select<T>(
        &self,
        db: &Connection,
        window: Window,
        read: impl FnMut(&Row) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
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
        if !self.rows.looks_elsewhere() {
            let count = self.count(db)?;
            let part = if window.limit == 0 { Vec::new() } else { self.select(db, window, read)? };
            return Ok((count, part));
        }
        // To find them is what takes long, so it is done once.
        let sql = self.in_order();
        let mut query = db.prepare_cached(&sql)?;
        let ids = query.query_map(params_from_iter(self.values()), |row| row.get(0))?;
        let ids: Vec<SqlValue> = ids.collect::<rusqlite::Result<_>>()?;
        let count = i64::try_from(ids.len()).expect("rows are counted by such numbers");
        let listed = "SELECT value AS listed, key AS place FROM json_each(?)";
        Ok((count, show(db, listed, [json_array(window.cut(ids))], read)?))
    }
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
