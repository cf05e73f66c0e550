//! The store from outside: sessions' databases in memory and on disk.

mod durability;
mod isolation;
mod like_sqlite;
mod memory;
mod refusals;

use std::path::Path;
use std::process::{Command, Stdio};

use rusqlite::Connection;
use wardian::store::{Database, File, Transaction};

/// A world of one table with as many rows as asked for.
fn world(rows: usize) -> File {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE sighting (id INTEGER PRIMARY KEY, note TEXT)").unwrap();
    let sql = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < ?)
               INSERT INTO sighting SELECT id, 'note ' || id FROM n";
    if rows > 0 {
        db.execute(sql, [i64::try_from(rows).unwrap()]).unwrap();
    }
    File::of(&db).unwrap()
}

fn insert(database: &Database, note: &str) {
    let sql = "INSERT INTO sighting (note) VALUES (?)";
    database.transact(Transaction::Write, |db| db.execute(sql, [note])).unwrap();
}

fn count(database: &Database) -> i64 {
    database.transact(Transaction::Read, counted).unwrap()
}

fn counted(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT count(*) FROM sighting", [], |row| row.get(0))
}

fn integrity(db: &Connection) -> rusqlite::Result<String> {
    db.query_row("PRAGMA integrity_check", [], |row| row.get(0))
}

/// An empty wardian world on disk.
fn write_world(path: &Path) {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE sighting (id INTEGER PRIMARY KEY, note TEXT)").unwrap();
    mark_as_world(&db);
    File::of(&db).unwrap().write_to(path).unwrap();
}

fn mark_as_world(db: &Connection) {
    db.pragma_update(None, "application_id", wardian::store::APPLICATION_ID).unwrap();
    db.pragma_update(None, "user_version", wardian::store::SCHEMA_VERSION).unwrap();
}

/// This test program as a process of its own, which runs the one named test with a role to play.
fn play(test: &str, role: &str, value: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(role, value).stdout(Stdio::piped());
    command
}
