//! What sessions cost in time and memory: `cargo run --release --example store_costs`.

#![allow(clippy::print_stdout, reason = "prints its findings")]

use std::hint::black_box;
use std::time::Instant;

use rusqlite::Connection;
use wardian::store::{Database, File, Transaction};

const ROWS: usize = 60_000;

fn main() -> rusqlite::Result<()> {
    let world = world()?;
    println!("a world of {} MB", world.len() / 1_000_000);
    // First, while no memory is left over from anything else.
    holding(&world);
    forking(&world)?;
    reading(&world)?;
    writing(&world);
    Ok(())
}

fn forking(world: &File) -> rusqlite::Result<()> {
    measure("fork", 10_000, |_| drop(black_box(Database::fork(world))));

    let written = Database::fork(world);
    let update = "UPDATE sighting SET note = 'seen' WHERE id % 4 = 0";
    written.transact(Transaction::Write, |db| db.execute(update, []))?;
    println!("after an update of {} pages:", written.snapshot()?.changed_pages());
    measure("  snapshot and fork", 10_000, |_| {
        drop(black_box(Database::fork(&written.snapshot().expect("a fork"))));
    });
    measure("  one insert", 2_000, |at| insert(&written, at));

    let sessions: Vec<_> = (0..200).map(|_| Database::fork(world)).collect();
    measure("open and first query", 200, |at| look_up(&sessions[at], 7));
    Ok(())
}

fn reading(world: &File) -> rusqlite::Result<()> {
    let session = Database::fork(world);
    look_up(&session, 1);
    measure("empty read transaction", 100_000, |_| {
        session.transact(Transaction::Read, |_| -> rusqlite::Result<()> { Ok(()) }).expect("empty");
    });
    measure("read transaction with one lookup", 100_000, |at| look_up(&session, at));
    session.transact(Transaction::Read, |db| -> rusqlite::Result<()> {
        let mut find = db.prepare_cached("SELECT note FROM sighting WHERE id = ?")?;
        measure("one scattered lookup", 400_000, |at| {
            let len = find.query_row([scattered(at)], |row| Ok(row.get_ref(0)?.as_str()?.len()));
            black_box(len.expect("a sighting"));
        });
        let mut add_up = db.prepare("SELECT sum(length(note)) FROM sighting")?;
        measure("scan of all rows", 20, |_| {
            let sum: i64 = add_up.query_row([], |row| row.get(0)).expect("a sum");
            black_box(sum);
        });
        Ok(())
    })
}

fn writing(world: &File) {
    let session = Database::fork(world);
    insert(&session, 0);
    println!("{} bytes in a session with one insert", session.own_bytes());
    measure("one insert", 2_000, |at| insert(&session, at));
}

fn holding(world: &File) {
    // The second time shows how much of it was given back.
    for _ in 0..2 {
        let before = resident_bytes();
        let sessions: Vec<_> = (0..1_000).map(|_| Database::fork(world)).collect();
        for (at, session) in sessions.iter().enumerate() {
            look_up(session, at);
            insert(session, at);
        }
        let more = resident_bytes().saturating_sub(before);
        println!("{} KB more for 1,000 sessions, each read and written", more / 1_000);
    }
}

/// A world as big as the real one in tables and indexes.
fn world() -> rusqlite::Result<File> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(
        "BEGIN; CREATE TABLE sighting (id INTEGER PRIMARY KEY, note TEXT, day TEXT);",
    )?;
    for table in 0..80 {
        db.execute_batch(&format!(
            "CREATE TABLE table_{table} (key INTEGER PRIMARY KEY, name TEXT, document TEXT,
               created TEXT, modified TEXT, deleted TEXT,
               title TEXT AS (document ->> 'title'), kind TEXT AS (document ->> 'type'));
             CREATE INDEX table_{table}_name ON table_{table} (name);
             CREATE INDEX table_{table}_title ON table_{table} (title);"
        ))?;
    }
    let mut insert = db.prepare("INSERT INTO sighting (note, day) VALUES (?, ?)")?;
    for at in 0..ROWS {
        insert.execute((format!("note {at} {}", "x".repeat(400)), scattered(at) % 365))?;
    }
    drop(insert);
    db.execute_batch("COMMIT; CREATE INDEX sighting_day ON sighting (day);")?;
    File::of(&db)
}

fn scattered(at: usize) -> u32 {
    u32::try_from((at * 7_919) % ROWS + 1).expect("not that many rows")
}

fn look_up(session: &Database, at: usize) {
    let found = session.transact(Transaction::Read, |db| {
        db.prepare_cached("SELECT note FROM sighting WHERE id = ?")?
            .query_row([scattered(at)], |row| row.get::<_, String>(0))
    });
    black_box(found.expect("a sighting"));
}

fn insert(session: &Database, at: usize) {
    let inserted = session.transact(Transaction::Write, |db| {
        db.prepare_cached("INSERT INTO sighting (note, day) VALUES ('new', ?)")?
            .execute([scattered(at) % 365])
    });
    inserted.expect("a free row");
}

fn measure(what: &str, times: usize, mut work: impl FnMut(usize)) {
    let started = Instant::now();
    (0..times).for_each(&mut work);
    println!("{what:<34}{:>12.2} µs", started.elapsed().as_secs_f64() * 1e6 / times as f64);
}

/// The memory that this process uses.
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4_096
}
