//! A database in a file keeps what it acknowledged, whenever the process is killed.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use rusqlite::Connection;
use wardian::store::{Database, File, Transaction};

use super::{count, insert, integrity, play, world, write_world};

/// Tells a copy of this program to write into the file of this value until it is killed.
const WRITES_TO: &str = "WARDIAN_TEST_WRITES_TO";

#[test]
fn what_was_acknowledged_survives_fifty_kills() {
    if let Some(path) = std::env::var_os(WRITES_TO) {
        write_for_ever(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("default.wardian");
    write_world(&path);
    let mut acknowledged = 0;

    for round in 0..50_usize {
        // In some rounds the process dies while it opens the file.
        let answers = round * 7 % 23;
        let test = "store::durability::what_was_acknowledged_survives_fifty_kills";
        let mut writer = play(test, WRITES_TO, &path).spawn().unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        for _ in 0..=answers {
            lines.find(|line| announced(line).is_some()).unwrap().unwrap();
        }
        writer.kill().unwrap();
        // What it said before it died counts too.
        let last = lines.filter_map(|line| announced(&line)).last();
        writer.wait().unwrap();
        acknowledged = acknowledged.max(last.unwrap_or(0));

        let database = Database::open(&path).unwrap();
        let (rows, wrong, state) = database.transact(Transaction::Read, stock).unwrap();
        assert!(rows >= acknowledged, "{rows} rows, {acknowledged} acknowledged");
        assert_eq!((wrong, state.as_str()), (0, "ok"));
        acknowledged = rows;
    }
    assert!(acknowledged > 100, "{acknowledged}");
}

/// How many rows there are, how many of them are not as they were written, and the state of the
/// file.
fn stock(db: &Connection) -> rusqlite::Result<(i64, i64, String)> {
    let sql = "SELECT count(*), count(*) FILTER (WHERE length(note) <> id * 7919 % 60000)
               FROM sighting WHERE id <= (SELECT count(*) FROM sighting)";
    let (rows, wrong) = db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((rows, wrong, integrity(db)?))
}

/// Says when it is about to open the file, and after each commit how many rows there are.
fn write_for_ever(path: &Path) -> ! {
    let mut out = std::io::stdout();
    writeln!(out, "\nrows: 0").unwrap();
    let database = Database::open(path).unwrap();
    loop {
        let rows: i64 = database
            .transact(Transaction::Write, |db| {
                let sql = "INSERT INTO sighting SELECT n, printf('%.*c', n * 7919 % 60000, 'x')
                           FROM (SELECT coalesce(max(id), 0) + 1 AS n FROM sighting) RETURNING id";
                db.query_row(sql, [], |row| row.get(0))
            })
            .unwrap();
        writeln!(out, "rows: {rows}").unwrap();
    }
}

fn announced(line: &std::io::Result<String>) -> Option<i64> {
    line.as_ref().ok()?.strip_prefix("rows: ")?.parse().ok()
}

#[test]
fn a_file_keeps_its_state_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("default.wardian");
    write_world(&path);

    insert(&Database::open(&path).unwrap(), "kept");

    assert_eq!(count(&Database::open(&path).unwrap()), 1);
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["default.wardian"]);
}

#[test]
fn a_commit_to_a_file_waits_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("default.wardian");
    write_world(&path);

    let settings: (String, i64) = Database::open(&path)
        .unwrap()
        .transact(Transaction::Write, |db| {
            let sql =
                "SELECT journal_mode, synchronous FROM pragma_journal_mode, pragma_synchronous";
            db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        })
        .unwrap();

    // 2 is FULL.
    assert_eq!(settings, ("wal".to_owned(), 2));
}

#[test]
fn a_writer_of_a_file_keeps_other_processes_from_writing_from_its_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("default.wardian");
    write_world(&path);
    let other = Connection::open(&path).unwrap();
    other.busy_timeout(std::time::Duration::ZERO).unwrap();

    let refused = Database::open(&path)
        .unwrap()
        .transact(Transaction::Write, |_| other.execute("INSERT INTO sighting (id) VALUES (1)", []))
        .unwrap_err();

    assert_eq!(refused.to_string(), "database is locked");
}

#[test]
fn a_file_can_be_forked_from_and_restored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("default.wardian");
    write_world(&path);
    let database = Database::open(&path).unwrap();
    insert(&database, "before");
    let snapshot = database.snapshot().unwrap();

    insert(&database, "after");
    let fork = Database::fork(&snapshot);
    insert(&fork, "in the fork");
    insert(&fork, "in the fork");
    assert_eq!((count(&database), count(&fork)), (2, 3));

    database.restore(&snapshot).unwrap();
    assert_eq!(count(&database), 1);
    insert(&database, "after the restore");
    drop(database);
    let reopened = Database::open(&path).unwrap();
    assert_eq!(count(&reopened), 2);
    let state = reopened.transact(Transaction::Read, integrity).unwrap();
    assert_eq!((state.as_str(), reopened.own_bytes()), ("ok", 0));
}

#[test]
fn a_mapped_world_is_the_one_that_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.wardian");
    write_world(&path);
    let database = Database::open(&path).unwrap();
    (0..100).for_each(|_| insert(&database, "in the file"));
    drop(database);
    let bytes = std::fs::read(&path).unwrap();

    let world = File::mapped(&path).unwrap();
    let session = Database::fork(&world);
    insert(&session, "in the session");

    assert_eq!((count(&session), count(&Database::fork(&world))), (101, 100));
    assert_eq!(session.transact(Transaction::Read, integrity).unwrap(), "ok");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_snapshot_is_an_ordinary_sqlite_file() {
    let session = Database::fork(&world(500));
    insert(&session, "new");
    let snapshot = session.snapshot().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.sqlite");

    snapshot.write_to(&path).unwrap();

    let bytes = std::fs::read(&path).unwrap();
    assert_eq!((bytes.len(), &bytes), (snapshot.len(), &snapshot.to_bytes()));
    let db = rusqlite::Connection::open(&path).unwrap();
    assert_eq!((super::counted(&db), integrity(&db).as_deref()), (Ok(501), Ok("ok")));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
