//! Bringing databases together into one.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::Connection;

/// A database with one API's tables.
pub(super) struct Part {
    /// The name by which other connections can attach it: SQLite does not tell that of a database in memory.
    pub name: String,
    pub db: Connection,
}

/// The largest of the databases, with the tables of all others copied into it.
pub(super) fn into_one(mut parts: Vec<Part>) -> Result<Connection> {
    let sizes = parts.iter().map(|part| size(&part.db)).collect::<rusqlite::Result<Vec<i64>>>()?;
    let largest = (0..parts.len()).max_by_key(|index| sizes[*index]).context("no API to seed")?;
    let whole = parts.swap_remove(largest).db;
    for part in parts {
        copy_into(&whole, part)?;
    }
    Ok(whole)
}

fn size(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT page_count FROM pragma_page_count", [], |row| row.get(0))
}

fn copy_into(whole: &Connection, part: Part) -> Result<()> {
    let Part { name, db } = part;
    whole.execute("ATTACH ? AS part", [&name])?;
    whole.execute_batch("BEGIN")?;
    let tables = make_schema(whole)?;
    for table in &tables {
        copy_rows(whole, table).with_context(|| format!("copying table {table}"))?;
    }
    whole.execute_batch("COMMIT; DETACH part")?;
    drop(db);
    if Path::new(&name).exists() {
        fs::remove_file(&name)?;
    }
    Ok(())
}

/// Makes all that the part's schema holds and gives the names of the tables that hold rows.
fn make_schema(whole: &Connection) -> Result<Vec<String>> {
    // Virtual tables first: they make their own shadow tables, which then only want their rows.
    let sql = "SELECT type, name, sql FROM part.sqlite_schema
               WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
               ORDER BY type <> 'table', sql NOT LIKE 'CREATE VIRTUAL%', rowid";
    let mut query = whole.prepare(sql)?;
    let objects: Vec<(String, String, String)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut tables = Vec::new();
    for (kind, name, sql) in objects {
        let exists: bool = whole.query_row(
            "SELECT EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = ?)",
            [&name],
            |row| row.get(0),
        )?;
        if !exists {
            whole.execute_batch(&sql).with_context(|| format!("making {name}"))?;
        }
        if kind == "table" && !sql.starts_with("CREATE VIRTUAL") {
            tables.push(name);
        }
    }
    Ok(tables)
}

/// Copies a table's rows: as they are stored, unless it has generated columns, which cannot be inserted.
fn copy_rows(whole: &Connection, table: &str) -> rusqlite::Result<()> {
    let columns = {
        let sql = "SELECT name, hidden FROM pragma_table_xinfo(?, 'part')";
        let mut query = whole.prepare(sql)?;
        query
            .query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?
            .collect::<rusqlite::Result<Vec<_>>>()?
    };
    let is_plain = columns.iter().all(|(_, hidden)| *hidden == 0);
    let stored: Vec<String> = columns
        .iter()
        .filter(|(_, hidden)| *hidden == 0)
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    let stored = stored.join(", ");
    whole.execute_batch(&format!("DELETE FROM main.\"{table}\""))?;
    whole.execute_batch(&if is_plain {
        format!("INSERT INTO main.\"{table}\" SELECT * FROM part.\"{table}\"")
    } else {
        format!("INSERT INTO main.\"{table}\" ({stored}) SELECT {stored} FROM part.\"{table}\"")
    })
}
