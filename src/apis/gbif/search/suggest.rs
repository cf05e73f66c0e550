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
    let is_given = !q.trim().is_empty();
    match words::of_beginnings(&q) {
        Some(expression) => {
            rows = rows.and(
                "gbif_hit.id IN (SELECT rowid FROM gbif_title WHERE gbif_title MATCH ?)",
                [expression.into()],
            );
        }
        None if is_given => rows = rows.and("FALSE", []),
        None => {}
    }
    let beginning = fold(q.trim()).into_owned();
    let order = if is_given {
        "substr(folded_title, 1, length(?)) = ? DESC, folded_title, key"
    } else {
        "size DESC, created DESC, key"
    };
    let sql = format!("SELECT suggested FROM gbif_hit {rows} ORDER BY {order} LIMIT ? OFFSET ?");
    let mut values: Vec<Sql> = rows.values().to_vec();
    if is_given {
        values.extend([beginning.clone().into(), beginning.into()]);
    }
    values.extend([limit(call).into(), call.get(&OFFSET).0.into()]);
    let mut query = db.prepare_cached(&sql)?;
    let suggested = query.query_map(params_from_iter(values), |row| row.get::<_, String>(0))?;
    Ok(paging::array(&suggested.collect::<rusqlite::Result<Vec<_>>>()?))
}

// Quirk (contract 4.4): nothing is twenty, and zero or less is ten.
fn limit(call: &Call) -> i64 {
    match call.get(&LIMIT).and_then(|text| text.trim().parse::<i64>().ok()) {
        None => 20,
        Some(limit) if limit <= 0 => 10,
        Some(limit) => limit.min(MOST),
    }
}
