//! In what the data of a session differ from the pristine world.

use std::cmp::Ordering;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde::Serialize;
use serde_json::json;

use super::error::Error;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::mount::Mount;
use crate::kit::reply::Reply;
use crate::store::{Database, Transaction};

/// How many keys of each table are named.
const MOST_KEYS: usize = 20;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/changes")
            .id("change.list")
            .summary("Counts the rows in which the session differs from the pristine world")
            .takes([&SESSION as _, &HEADER as _])
            .handler(list),
    ]
}

/// What is other in one table.
#[derive(Serialize)]
struct Changes {
    api: &'static str,
    table: String,
    inserted: usize,
    updated: usize,
    deleted: usize,
    keys: Vec<String>,
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let pristine = Database::fork(installation.sessions.world());
    let changes = session.data.transact(Transaction::Read, |ours| {
        pristine.transact(Transaction::Read, |theirs| {
            let mut all = Vec::new();
            for mount in installation.mounts.iter() {
                for table in tables(ours, mount)? {
                    let changes = compare(mount.api.name(), table, ours, theirs)?;
                    all.extend(changes.filter(Changes::are_any));
                }
            }
            Ok::<_, Error>(all)
        })
    })?;
    Ok(call.answer(&json!({ "tables": changes })))
}

impl Changes {
    fn are_any(&self) -> bool {
        self.inserted + self.updated + self.deleted > 0
    }

    fn note(&mut self, key: String) {
        if self.keys.len() < MOST_KEYS {
            self.keys.push(key);
        }
    }
}

/// A table, and by which columns its rows are told apart.
struct Table {
    name: String,
    key: Vec<String>,
    /// The column by which an API's users know a row.
    shown_key: String,
}

/// The tables of an API that hold more than what is worked out from others.
fn tables(db: &Connection, mount: &Mount) -> rusqlite::Result<Vec<Table>> {
    let sql = "SELECT name FROM sqlite_schema AS this
               WHERE type = 'table' AND name GLOB ? AND sql NOT LIKE 'CREATE VIRTUAL%'
                 AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS other
                                 WHERE other.sql LIKE 'CREATE VIRTUAL%'
                                   AND substr(this.name, 1, length(other.name) + 1)
                                       = other.name || '_')
               ORDER BY name";
    let mut query = db.prepare(sql)?;
    let names = query.query_map([format!("{}_*", mount.api.name())], |row| row.get(0))?;
    let derived = mount.api.derived_tables();
    let mut tables = Vec::new();
    for name in names {
        let name: String = name?;
        if !derived.contains(&name.as_str()) {
            tables.push(Table::describe(db, name, mount.api.secret_columns())?);
        }
    }
    Ok(tables)
}

impl Table {
    fn describe(db: &Connection, name: String, secret: &[(&str, &str)]) -> rusqlite::Result<Self> {
        let sql = "SELECT name, pk FROM pragma_table_xinfo(?) ORDER BY cid";
        let mut query = db.prepare(sql)?;
        let columns = query.query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let columns = columns.collect::<rusqlite::Result<Vec<(String, i64)>>>()?;
        let mut key: Vec<(i64, String)> = columns
            .iter()
            .filter(|(_, place)| *place > 0)
            .map(|(name, place)| (*place, name.clone()))
            .collect();
        key.sort_unstable();
        let mut key: Vec<String> = key.into_iter().map(|(_, name)| format!("\"{name}\"")).collect();
        if key.is_empty() {
            key.push("rowid".to_owned());
        }
        let has = |wanted: &str| {
            columns.iter().any(|(name, _)| name == wanted)
                && !secret.contains(&(name.as_str(), wanted))
        };
        let shown_key = match ["key", "id"].into_iter().find(|wanted| has(wanted)) {
            Some(name) => format!("\"{name}\""),
            None => key.iter().map(|name| format!("{name} ")).collect::<Vec<_>>().join("|| '/' ||"),
        };
        Ok(Self { name, key, shown_key })
    }

    /// Key for people, key for comparing, then all columns.
    fn sql(&self) -> String {
        let key = self.key.join(", ");
        format!("SELECT {}, {key}, * FROM \"{}\" ORDER BY {key}", self.shown_key, self.name)
    }
}

/// Walks along both sides, in the order of their keys.
fn compare(
    api: &'static str,
    table: Table,
    ours: &Connection,
    theirs: &Connection,
) -> rusqlite::Result<Option<Changes>> {
    let (sql, width) = (table.sql(), table.key.len());
    let mut changes =
        Changes { api, table: table.name, inserted: 0, updated: 0, deleted: 0, keys: Vec::new() };
    let (mut ours, mut theirs) = (ours.prepare(&sql)?, theirs.prepare(&sql)?);
    let (mut ours, mut theirs) = (ours.query([])?, theirs.query([])?);
    let (mut our, mut their) = (ours.next()?, theirs.next()?);
    loop {
        let order = match (our, their) {
            (None, None) => return Ok(Some(changes)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => compare_keys(one, other, width)?,
        };
        match (order, our, their) {
            (Ordering::Less, Some(row), _) => {
                changes.inserted += 1;
                changes.note(shown(row)?);
            }
            (Ordering::Greater, _, Some(row)) => {
                changes.deleted += 1;
                changes.note(shown(row)?);
            }
            (_, Some(one), Some(other)) if !are_equal(one, other)? => {
                changes.updated += 1;
                changes.note(shown(one)?);
            }
            _ => {}
        }
        if order.is_le() {
            our = ours.next()?;
        }
        if order.is_ge() {
            their = theirs.next()?;
        }
    }
}

fn shown(row: &Row) -> rusqlite::Result<String> {
    Ok(match row.get_ref(0)? {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
    })
}

fn are_equal(one: &Row, other: &Row) -> rusqlite::Result<bool> {
    for column in 0..one.as_ref().column_count() {
        if one.get_ref(column)? != other.get_ref(column)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As SQLite sorts them.
fn compare_keys(one: &Row, other: &Row, width: usize) -> rusqlite::Result<Ordering> {
    for column in 1..=width {
        let order = match (one.get_ref(column)?, other.get_ref(column)?) {
            (ValueRef::Integer(one), ValueRef::Integer(other)) => one.cmp(&other),
            (ValueRef::Text(one), ValueRef::Text(other)) => one.cmp(other),
            (one, other) => format!("{one:?}").cmp(&format!("{other:?}")),
        };
        if order.is_ne() {
            return Ok(order);
        }
    }
    Ok(Ordering::Equal)
}
