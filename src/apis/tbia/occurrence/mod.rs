//! Occurrences: the search that is the whole of the documented API, and the look-up of one record by its id.
//!
//! A page is found in three steps: how many records match, by a tally if one knows; the numbers of those on the page;
//! the records themselves.

pub mod column;
mod filters;
mod geography;
pub mod sheet;

use http::Method;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use self::filters::{FILTERS, TALLIES, index_hint};
use self::sheet::Sheet;
use super::cursor::{self, CURSOR, Cursor};
use super::envelope::{Answer, LIMIT, Links, Meta, Status};
use super::error::Error;
use super::key::{self, APIKEY};
use super::quirk::{ID_AND_FILTERS, LAST_VALUE_COUNTS, TEXTS_FOR_FLAGS};
use super::value::PageSize;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Fields;
use crate::kit::filter::Where;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;

static ID: Param<Vec<String>> =
    Param::repeated("id", "The portal's id of the record; other filters then do not count.");

const PATH: &str = "/api/v1/occurrence";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH)
            .also("/en-us/api/v1/occurrence")
            .also("/zh-hant/api/v1/occurrence")
            .id("occurrence.search")
            .summary("Searches the occurrence records of all sources")
            .takes([&ID as _, &APIKEY as _, &LIMIT as _, &CURSOR as _])
            .filters(&FILTERS)
            .overridden_by(&ID)
            .returns::<Answer<Sheet>>()
            .heavy_when(|fields| !ID.is_given(fields))
            .searches_when(|fields| !ID.is_given(fields))
            .handler(search),
        Endpoint::new(Method::OPTIONS, PATH)
            .also("/en-us/api/v1/occurrence")
            .also("/zh-hant/api/v1/occurrence")
            .id("occurrence.options")
            .summary("Answers an empty object, whatever is asked")
            .handler(options),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn options(call: &Call, _: &Connection) -> Result<Reply, Error> {
    Ok(call.answer(&serde_json::json!({})))
}

fn search(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let access = key::access(call, db)?;
    let PageSize::Records(limit) = call.get(&LIMIT) else {
        return Err(Error::IndexRefuses("a negative limit"));
    };
    let cursor = Cursor::of(call)?;
    let after = match &cursor.after {
        Some(id) => last_number_until(db, id)?,
        None => 0,
    };
    let live;
    let fields = if call.is_live(&LAST_VALUE_COUNTS) {
        live = filters::last_values(&call.fields);
        &live
    } else {
        &call.fields
    };
    let page = if call.gives(&ID) {
        look_up(fields, db, after, limit)?
    } else {
        geography::check(fields)?;
        find(fields, db, after, limit)?
    };
    let data = Sheet::read(db, access, call.is_live(&TEXTS_FOR_FLAGS), &page.numbers)?;
    // Quirk (contract 3.4): a full page has a next one, be it empty.
    let next = data.last_id().filter(|_| page.numbers.len() == limit).map(cursor::encode);
    Ok(call.answer(&Answer {
        status: Status::SUCCESS,
        meta: Meta { total: page.total, limit },
        links: Links::new(call, PATH, &cursor.text, next.as_deref()),
        data,
    }))
}

/// How many records match on all pages, and which stand on this.
struct Page {
    total: i64,
    numbers: Vec<i64>,
}

/// The records of the ids asked for, as many as there are.
fn look_up(fields: &Fields, db: &Connection, after: i64, limit: usize) -> rusqlite::Result<Page> {
    let mut rows = Where::new("o.id = ?");
    // Quirk (contract 10.12): the live portal goes on to the filters of texts.
    if fields.is_live(&ID_AND_FILTERS) {
        rows = filters::of_texts().fold(rows, |rows, filter| filter.add(fields, rows));
    }
    let sql = format!("SELECT o.number FROM tbia_occurrence AS o {rows}");
    let mut query = db.prepare_cached(&sql)?;
    let mut numbers = Vec::new();
    for id in filters::read(&ID, fields) {
        let values = std::iter::once(Value::Text(id)).chain(rows.values().iter().cloned());
        let found = query.query_row(params_from_iter(values), |row| row.get::<_, i64>(0));
        numbers.extend(found.optional()?);
    }
    numbers.sort_unstable();
    numbers.dedup();
    let total = i64::try_from(numbers.len()).expect("no request names that many");
    numbers.retain(|number| *number > after);
    numbers.truncate(limit);
    Ok(Page { total, numbers })
}

fn find(fields: &Fields, db: &Connection, after: i64, limit: usize) -> rusqlite::Result<Page> {
    let wanted = Where::new("TRUE").filter(&FILTERS, fields);
    let hint = index_hint(fields);
    let tally = TALLIES.iter().find(|tally| tally.fits(fields));
    let matches = match tally {
        Some(tally) => look_up_count(db, tally.table, &wanted)?,
        None => count(db, &wanted, hint)?,
    };
    let numbers = select(db, &wanted, hint, &matches, Window { after, limit })?;
    Ok(Page { total: matches.total, numbers })
}

/// How many records match, and between which numbers.
struct Matches {
    total: i64,
    first: i64,
    last: i64,
}

fn look_up_count(db: &Connection, tally: &str, wanted: &Where) -> rusqlite::Result<Matches> {
    let sql = format!("SELECT sum(records), min(first), max(last) FROM {tally} AS o {wanted}");
    read_matches(db, &sql, wanted)
}

fn count(db: &Connection, wanted: &Where, hint: &'static str) -> rusqlite::Result<Matches> {
    let sql = format!(
        "SELECT count(*), min(o.number), max(o.number) FROM tbia_occurrence AS o {hint} {wanted}"
    );
    read_matches(db, &sql, wanted)
}

fn read_matches(db: &Connection, sql: &str, wanted: &Where) -> rusqlite::Result<Matches> {
    db.prepare_cached(sql)?.query_row(params_from_iter(wanted.values()), |row| {
        let number = |column| row.get::<_, Option<i64>>(column).map(Option::unwrap_or_default);
        Ok(Matches { total: number(0)?, first: number(1)?, last: number(2)? })
    })
}

/// Which of the matching records a page holds.
#[derive(Clone, Copy)]
struct Window {
    /// The number of the record before the first.
    after: i64,
    limit: usize,
}

/// The numbers of a page.
///
/// Where many records match, the next few are found quickest by walking on from the cursor; where few do, by gathering
/// them all through an index. To walk is to look at `span / total` records for each that is found, to gather is to look
/// at `total`.
fn select(
    db: &Connection,
    wanted: &Where,
    hint: &'static str,
    matches: &Matches,
    window: Window,
) -> rusqlite::Result<Vec<i64>> {
    let limit = i64::try_from(window.limit).expect("at most 1000");
    let after = window.after.max(matches.first - 1);
    if limit == 0 || matches.total == 0 || after >= matches.last {
        return Ok(Vec::new());
    }
    let span = matches.last - matches.first + 1;
    let walks = matches.total.saturating_mul(matches.total) > limit.saturating_mul(span);
    let sql = if walks {
        format!(
            "SELECT o.number FROM tbia_occurrence AS o NOT INDEXED {wanted}
             AND o.number > ? AND o.number <= ? ORDER BY o.number LIMIT ?"
        )
    } else {
        format!(
            "SELECT o.number FROM tbia_occurrence AS o {hint} {wanted}
             AND +o.number > ? AND +o.number <= ? ORDER BY +o.number LIMIT ?"
        )
    };
    let bounds = [after, matches.last, limit].map(Value::Integer);
    let values = wanted.values().iter().chain(&bounds);
    db.prepare_cached(&sql)?.query_map(params_from_iter(values), |row| row.get(0))?.collect()
}

/// The number of the last record whose id is not greater; the record itself may be gone.
fn last_number_until(db: &Connection, id: &str) -> rusqlite::Result<i64> {
    let sql = "SELECT number FROM tbia_occurrence WHERE id <= ? ORDER BY id DESC LIMIT 1";
    let number = db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
    Ok(number.unwrap_or(0))
}
