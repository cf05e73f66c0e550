//! Suggesting datasets while somebody types a title.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use super::{Q, parameters, words};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{self, OFFSET};
use crate::kit::call::Call;
use crate::kit::filter::Where;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::store::text::fold;

const MOST: i64 = 100;

pub static LIMIT: Param<Option<String>> =
    Param::optional("limit", "How many to suggest: 20, at most 100.");

pub fn suggest(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let mut rows = Where::new("TRUE");
    for condition in parameters::read(&call.fields)? {
        rows = condition.narrow(rows);
    }
    let q = call.get(&Q).unwrap_or_default();
    let beginning = fold(q.trim()).into_owned();
    let (limit, offset) = (limit(call), call.get(&OFFSET).0);
    if beginning.is_empty() {
        let list = List { rows, order: "size DESC, gbif_hit.created DESC, gbif_hit.key" };
        return Ok(paging::array(&list.select(db, limit, offset)?));
    }
    let Some(expression) = words::of_beginnings(&q) else {
        return Ok(paging::array(&[""; 0]));
    };
    let order = "folded_title, gbif_hit.key";
    let end = format!("{beginning}\u{10ffff}");
    let starting = rows.clone().and(
        "gbif_hit.folded_title >= ? AND gbif_hit.folded_title < ?",
        [beginning.clone().into(), end.clone().into()],
    );
    let containing = rows
        .and(
            "gbif_hit.id IN (SELECT rowid FROM gbif_title WHERE gbif_title MATCH ?)",
            [expression.into()],
        )
        .and(
            "NOT (gbif_hit.folded_title >= ? AND gbif_hit.folded_title < ?)",
            [beginning.into(), end.into()],
        );
    // Titles that begin so are read from an index; only when they are too few, the others are looked for.
    let starting = List { rows: starting, order };
    let mut suggested = starting.select(db, limit, offset)?;
    let missing = limit - i64::try_from(suggested.len()).unwrap_or(limit);
    if missing > 0 {
        let skipped = if suggested.is_empty() { starting.count(db)? } else { offset };
        let rest = List { rows: containing, order };
        suggested.extend(rest.select(db, missing, (offset - skipped).max(0))?);
    }
    Ok(paging::array(&suggested))
}

/// Hits in an order.
struct List {
    rows: Where,
    order: &'static str,
}

impl List {
    fn select(&self, db: &Connection, limit: i64, offset: i64) -> rusqlite::Result<Vec<String>> {
        let Self { rows, order } = self;
        let sql = format!(
            "SELECT (SELECT suggested FROM gbif_found WHERE gbif_found.id = gbif_hit.id)
             FROM gbif_hit {rows} ORDER BY {order} LIMIT ? OFFSET ?"
        );
        let window: [Sql; 2] = [limit.into(), offset.into()];
        let values = rows.values().iter().cloned().chain(window);
        let mut query = db.prepare_cached(&sql)?;
        query.query_map(params_from_iter(values), |row| row.get(0))?.collect()
    }

    fn count(&self, db: &Connection) -> rusqlite::Result<i64> {
        let sql = format!("SELECT count(*) FROM gbif_hit {}", self.rows);
        let values = self.rows.values();
        db.prepare_cached(&sql)?.query_row(params_from_iter(values), |row| row.get(0))
    }
}

// Quirk (contract 4.4): nothing is twenty, and zero or less is ten.
fn limit(call: &Call) -> i64 {
    match call.get(&LIMIT).and_then(|text| text.trim().parse::<i64>().ok()) {
        None => 20,
        Some(limit) if limit <= 0 => 10,
        Some(limit) => limit.min(MOST),
    }
}
