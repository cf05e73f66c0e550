//! Transactions see what they should, and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use wardian::store::{Database, File, Transaction};

use super::{count, counted, insert, integrity, world};

#[test]
fn eight_threads_over_four_sessions_lose_and_share_nothing() {
    const TRANSACTIONS: i64 = 1_250;
    let world = world(100);
    let sessions: Vec<_> = (0..4).map(|_| Database::fork(&world)).collect();

    std::thread::scope(|scope| {
        for thread in 0..8 {
            let session = &sessions[thread % 4];
            let mark = format!("session {}", thread % 4);
            scope.spawn(move || {
                for turn in 0..TRANSACTIONS {
                    if turn % 3 == 0 {
                        assert_whole(session, &mark);
                    } else {
                        insert_two(session, &mark);
                    }
                }
            });
        }
    });

    // Two threads for each session, two rows each time, in two turns of three.
    let written = 2 * 2 * (TRANSACTIONS * 2 / 3);
    for (at, session) in sessions.iter().enumerate() {
        assert_whole(session, &format!("session {at}"));
        assert_eq!(count(session), 100 + written);
        assert_eq!(session.transact(Transaction::Read, integrity).unwrap(), "ok");
    }
    assert_eq!(count(&Database::fork(&world)), 100);
}

/// Both rows or none are to be seen by others.
fn insert_two(session: &Database, mark: &str) {
    session
        .transact(Transaction::Write, |db| -> rusqlite::Result<()> {
            let before = counted(db)?;
            let mut insert = db.prepare_cached("INSERT INTO sighting (note) VALUES (?)")?;
            insert.execute([mark])?;
            insert.execute([mark])?;
            assert_eq!(counted(db)?, before + 2);
            Ok(())
        })
        .unwrap();
}

fn assert_whole(session: &Database, mark: &str) {
    let sql = "SELECT count(*), count(*) FILTER (WHERE note NOT LIKE 'note %' AND note <> ?)
               FROM sighting";
    let (rows, strange): (i64, i64) = session
        .transact(Transaction::Read, |db| -> rusqlite::Result<_> {
            let first = counted(db)?;
            let found = db.query_row(sql, [mark], |row| Ok((row.get(0)?, row.get(1)?)))?;
            assert_eq!(first, found.0);
            Ok(found)
        })
        .unwrap();
    assert_eq!((rows % 2, strange), (0, 0));
}

#[test]
fn a_stream_of_readers_does_not_starve_a_writer() {
    let session = Database::fork(&world(1_000));
    let (everyone_reads, has_written) = (Barrier::new(4), AtomicBool::new(false));

    let outlasted = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                let (session, everyone_reads, has_written) =
                    (&session, &everyone_reads, &has_written);
                // Far more reads than the writer should need to get its turns.
                scope.spawn(move || {
                    count(session);
                    everyone_reads.wait();
                    (0..1_000_000).any(|_| {
                        count(session);
                        has_written.load(Ordering::Relaxed)
                    })
                })
            })
            .collect();
        everyone_reads.wait();
        (0..1_000).for_each(|_| insert(&session, "new"));
        has_written.store(true, Ordering::Relaxed);
        readers.into_iter().all(|reader| reader.join().unwrap())
    });

    assert!(outlasted, "the writer came to its end after the readers only");
    assert_eq!(count(&session), 2_000);
}

#[test]
fn a_reader_keeps_its_version_while_others_write_and_reset() {
    let world = world(20_000);
    let session = Database::fork(&world);
    insert(&session, "before the read");

    let seen = session
        .transact(Transaction::Read, |db| -> rusqlite::Result<i64> {
            let mut query = db.prepare("SELECT id, note FROM sighting ORDER BY id")?;
            let mut rows = query.query([])?;
            let mut seen = 0;
            while let Some(row) = rows.next()? {
                let (id, note): (i64, String) = (row.get(0)?, row.get(1)?);
                assert!(
                    note == format!("note {id}") || (id, &*note) == (20_001, "before the read")
                );
                match seen {
                    100 => insert(&session, "meanwhile"),
                    200 | 400 => overwrite(&session),
                    300 => session.restore(&world).unwrap(),
                    _ => {}
                }
                seen += 1;
            }
            assert_eq!(counted(db)?, 20_001);
            Ok(seen)
        })
        .unwrap();

    assert_eq!((seen, count(&session)), (20_001, 20_000));
    let notes: i64 = session
        .transact(Transaction::Read, |db| {
            db.query_row("SELECT count(DISTINCT note) FROM sighting", [], |row| row.get(0))
        })
        .unwrap();
    assert_eq!(notes, 1);
}

fn overwrite(session: &Database) {
    let sql = "UPDATE sighting SET note = 'overwritten'";
    session.transact(Transaction::Write, |db| db.execute(sql, [])).unwrap();
}

#[test]
fn a_write_in_progress_at_a_reset_ends_on_the_old_data() {
    let world = world(5);
    let session = Database::fork(&world);
    insert(&session, "before");

    let old = session
        .transact(Transaction::Write, |db| {
            db.execute("INSERT INTO sighting (note) VALUES ('in progress')", [])?;
            session.restore(&world)?;
            counted(db)
        })
        .unwrap();

    assert_eq!((old, count(&session)), (7, 5));
    insert(&session, "after");
    assert_eq!(count(&session), 6);
}

/// The counter by which SQLite knows a changed file is the same in both states here.
#[test]
fn a_reset_shows_at_once_even_where_sqlite_could_not_tell() {
    let world = world(5);
    let (one, other) = (Database::fork(&world), Database::fork(&world));
    insert(&one, "one");
    insert(&other, "other");
    let session = Database::fork(&one.snapshot().unwrap());
    let last = |session: &Database| -> String {
        let sql = "SELECT note FROM sighting ORDER BY id DESC LIMIT 1";
        session.transact(Transaction::Read, |db| db.query_row(sql, [], |row| row.get(0))).unwrap()
    };
    assert_eq!(last(&session), "one");

    session.restore(&other.snapshot().unwrap()).unwrap();

    assert_eq!(last(&session), "other");
}

#[test]
fn a_failure_undoes_what_was_written() {
    let session = Database::fork(&world(5));

    let failed = session.transact(Transaction::Write, |db| {
        db.execute("DELETE FROM sighting", [])?;
        db.execute("INSERT INTO nowhere VALUES (1)", [])
    });

    assert_eq!(failed.unwrap_err().to_string(), "no such table: nowhere");
    assert_eq!(count(&session), 5);
}

#[test]
fn a_panic_undoes_what_was_written_and_leaves_the_session_usable() {
    let session = Database::fork(&world(5));

    for transaction in [Transaction::Write, Transaction::Read] {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            session.transact(transaction, |db| -> rusqlite::Result<()> {
                let mut rows = db.prepare_cached("SELECT id FROM sighting")?;
                let _row = rows.query([])?.next()?;
                if transaction == Transaction::Write {
                    db.execute("DELETE FROM sighting", [])?;
                }
                panic!("on purpose");
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(count(&session), 5);
        assert_eq!(session.transact(Transaction::Write, integrity).unwrap(), "ok");
    }

    insert(&session, "new");
    assert_eq!(count(&session), 6);
}

#[test]
fn a_commit_that_fails_undoes_what_was_written() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(
        "CREATE TABLE sighting (id INTEGER PRIMARY KEY, note TEXT,
           parent INTEGER REFERENCES sighting DEFERRABLE INITIALLY DEFERRED)",
    )
    .unwrap();
    let session = Database::fork(&File::of(&db).unwrap());

    let failed = session.transact(Transaction::Write, |db| {
        db.execute("INSERT INTO sighting (parent) VALUES (42)", [])
    });

    assert_eq!(failed.unwrap_err().to_string(), "FOREIGN KEY constraint failed");
    assert_eq!(count(&session), 0);
    insert(&session, "new");
    assert_eq!(count(&session), 1);
}

#[test]
fn a_reading_transaction_cannot_write() {
    let session = Database::fork(&world(5));

    for sql in ["DELETE FROM sighting", "CREATE TABLE other (id)", "DROP TABLE sighting"] {
        let refused = session.transact(Transaction::Read, |db| db.execute(sql, [])).unwrap_err();
        assert_eq!(refused.to_string(), "attempt to write a readonly database");
    }
    assert_eq!(count(&session), 5);
}

#[test]
fn sessions_have_the_functions_of_the_store() {
    let session = Database::fork(&world(1));
    let found: (String, i64, bool) = session
        .transact(Transaction::Read, |db| {
            let sql = "SELECT fold('臺灣'), CAST(distance(0, 0, 0, 1) AS INTEGER),
                       within('POLYGON((0 0,2 0,2 2,0 0))', 1, 1)";
            db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        })
        .unwrap();
    assert_eq!(found, ("台灣".to_owned(), 111, true));
}
