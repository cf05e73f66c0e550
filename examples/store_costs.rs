//! What sessions cost in time and memory: `cargo run --release --example store_costs`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use wardian::store::{Database, File, Transaction};

const ROWS: i64 = 60_000;

fn main() -> rusqlite::Result<()> {
    let started = Instant::now();
    let world = world()?;
    println!("world: {} MB in {:?}", world.len() / 1_000_000, started.elapsed());

    per_time("fork", 10_000, |_| drop(black_box(Database::fork(&world))));

    let written = Database::fork(&world);
    written.transact(Transaction::Write, |db| {
        db.execute("UPDATE sighting SET note = 'seen' WHERE id % 4 = 0", [])
    })?;
    let many_changes = written.snapshot()?;
    println!("changed pages of a big update: {}", many_changes.changed_pages());
    per_time("snapshot and fork of it", 10_000, |_| {
        drop(black_box(Database::fork(&written.snapshot().expect("a fork"))));
    });
    per_time("one insert into it", 2_000, |at| insert(&written, at));

    let sessions: Vec<_> = (0..200).map(|_| Database::fork(&world)).collect();
    per_time("open and first query", 200, |at| look_up(&sessions[at], 7));
    drop(sessions);

    let session = Database::fork(&world);
    look_up(&session, 1);
    per_time("empty read transaction", 100_000, |_| {
        session.transact(Transaction::Read, |_| -> rusqlite::Result<()> { Ok(()) }).expect("empty");
    });
    per_time("transaction with one lookup", 100_000, |at| look_up(&session, at));
    let lookups = |session: &Database, count: usize| {
        session.transact(Transaction::Read, |db| -> rusqlite::Result<()> {
            let mut find = db.prepare_cached("SELECT note FROM sighting WHERE id = ?")?;
            for at in 0..count {
                black_box(
                    find.query_row([scattered(at)], |row| Ok(row.get_ref(0)?.as_str()?.len()))?,
                );
            }
            Ok(())
        })
    };
    let started = Instant::now();
    lookups(&session, 400_000)?;
    println!("{:<34}{:>12.2} µs", "one scattered lookup", micros(started.elapsed()) / 400_000.0);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| lookups(&session, 400_000));
        }
    });
    println!(
        "{:<34}{:>12.2} µs",
        "the same by two threads at once",
        micros(started.elapsed()) / 400_000.0
    );
    per_time("scan of all rows", 20, |_| {
        let sum = session.transact(Transaction::Read, |db| {
            db.query_row("SELECT sum(length(note)) FROM sighting", [], |row| row.get::<_, i64>(0))
        });
        black_box(sum.expect("a sum"));
    });
    per_time("one insert", 2_000, |at| insert(&session, at));

    let session = Database::fork(&world);
    insert(&session, 0);
    println!("bytes of a session with one insert: {}", session.own_bytes());

    // The second time shows what of it is given back.
    for _ in 0..2 {
        let before = resident();
        let sessions: Vec<_> = (0..1_000).map(|_| Database::fork(&world)).collect();
        for (at, session) in sessions.iter().enumerate() {
            look_up(session, at);
            insert(session, at);
        }
        println!("1,000 sessions, read and written: {} KB more", (resident() - before) / 1_000);
    }
    Ok(())
}

/// A world as big as the real one in tables and indexes.
fn world() -> rusqlite::Result<File> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(
        "BEGIN; CREATE TABLE sighting (id INTEGER PRIMARY KEY, note TEXT, day TEXT);",
    )?;
    for table in 0..80 {
        db.execute_batch(&format!(
            "CREATE TABLE table_{table} (key INTEGER PRIMARY KEY, name TEXT, document TEXT, created TEXT,
               modified TEXT, deleted TEXT, title TEXT AS (document ->> 'title'), kind TEXT AS (document ->> 'type'));
             CREATE INDEX table_{table}_name ON table_{table} (name);
             CREATE INDEX table_{table}_title ON table_{table} (title);"
        ))?;
    }
    let mut insert = db.prepare("INSERT INTO sighting (note, day) VALUES (?, ?)")?;
    for at in 0..ROWS {
        insert.execute((format!("note {at} {}", "x".repeat(400)), at % 365))?;
    }
    drop(insert);
    db.execute_batch("COMMIT; CREATE INDEX sighting_day ON sighting (day);")?;
    File::of(&db)
}

fn scattered(at: usize) -> i64 {
    (at as i64 * 7_919) % ROWS + 1
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

fn per_time(what: &str, times: usize, mut work: impl FnMut(usize)) {
    let started = Instant::now();
    for at in 0..times {
        work(at);
    }
    println!("{what:<34}{:>12.2} µs", micros(started.elapsed()) / times as f64);
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The bytes of memory that this process uses.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
