//! A session does what SQLite does on an ordinary file, whatever is done to it.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, Error};
use wardian::store::{Database, File, Transaction};

use super::integrity;

const SCHEMA: &str = "
    CREATE TABLE sighting (id INTEGER PRIMARY KEY, kind INTEGER, note TEXT);
    CREATE VIRTUAL TABLE word USING fts5 (note);
    CREATE VIRTUAL TABLE place USING rtree (id, west, east, south, north);";

/// A change to the data, which means the same on both sides.
#[derive(Debug, Clone)]
enum Change {
    Insert {
        rows: u16,
        bytes: u16,
    },
    Update {
        one_in: u8,
        bytes: u16,
    },
    Delete {
        one_in: u8,
    },
    Index(bool),
    Words {
        rows: u8,
    },
    ForgetWords {
        one_in: u8,
    },
    Places {
        rows: u8,
    },
    ForgetPlaces {
        one_in: u8,
    },
    /// In a savepoint, which is kept or rolled back.
    Savepoint {
        changes: Vec<Change>,
        is_kept: bool,
    },
}

#[derive(Debug, Clone)]
enum Step {
    Change {
        changes: Vec<Change>,
        is_kept: bool,
    },
    Vacuum,
    Save,
    /// Goes on with a fork of the session.
    Fork,
    /// Puts back what was saved.
    Restore(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let leaf = prop_oneof![
        4 => (1..200_u16, 0..3_000_u16).prop_map(|(rows, bytes)| Change::Insert { rows, bytes }),
        2 => (1..9_u8, 0..6_000_u16).prop_map(|(one_in, bytes)| Change::Update { one_in, bytes }),
        2 => (1..9_u8).prop_map(|one_in| Change::Delete { one_in }),
        1 => any::<bool>().prop_map(Change::Index),
        2 => (1..100_u8).prop_map(|rows| Change::Words { rows }),
        1 => (1..9_u8).prop_map(|one_in| Change::ForgetWords { one_in }),
        2 => (1..100_u8).prop_map(|rows| Change::Places { rows }),
        1 => (1..9_u8).prop_map(|one_in| Change::ForgetPlaces { one_in }),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        (prop::collection::vec(inner, 1..4), any::<bool>())
            .prop_map(|(changes, is_kept)| Change::Savepoint { changes, is_kept })
    })
}

fn step() -> impl Strategy<Value = Step> {
    let changes = prop::collection::vec(change(), 1..5);
    prop_oneof![
        8 => (changes, prop::bool::weighted(0.75))
            .prop_map(|(changes, is_kept)| Step::Change { changes, is_kept }),
        1 => Just(Step::Vacuum),
        2 => Just(Step::Save),
        1 => Just(Step::Fork),
        2 => any::<prop::sample::Index>().prop_map(Step::Restore),
    ]
}

fn apply(db: &Connection, change: &Change) -> rusqlite::Result<()> {
    const UP_TO: &str =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)";
    let run = |sql: &str, values: &[i64]| {
        let sql = sql.replace("UP TO", UP_TO);
        db.execute(&sql, rusqlite::params_from_iter(values)).map(|_| ())
    };
    match *change {
        Change::Insert { rows, bytes } => run(
            "UP TO INSERT INTO sighting (kind, note)
             SELECT i * ?2 % 97, printf('%.*c', i * 31 % (?2 + 1), 'i') FROM n",
            &[rows.into(), bytes.into()],
        ),
        Change::Update { one_in, bytes } => run(
            "UPDATE sighting SET kind = kind + ?1, note = printf('%.*c', id * 17 % (?2 + 1), 'u')
             WHERE id % ?1 = 0",
            &[one_in.into(), bytes.into()],
        ),
        Change::Delete { one_in } => {
            run("DELETE FROM sighting WHERE id % ?1 = 0", &[one_in.into()])
        }
        Change::Index(true) => {
            run("CREATE INDEX IF NOT EXISTS by_kind ON sighting (kind, note)", &[])
        }
        Change::Index(false) => run("DROP INDEX IF EXISTS by_kind", &[]),
        Change::Words { rows } => run(
            "UP TO INSERT INTO word SELECT printf('word%d other%d', i % 7, i * ?1 % 11) FROM n",
            &[rows.into()],
        ),
        Change::ForgetWords { one_in } => {
            run("DELETE FROM word WHERE rowid % ?1 = 0", &[one_in.into()])
        }
        Change::Places { rows } => run(
            "UP TO INSERT INTO place
             SELECT NULL, i % 180, i % 180 + 1, i * ?1 % 90, i * ?1 % 90 + 2 FROM n",
            &[rows.into()],
        ),
        Change::ForgetPlaces { one_in } => {
            run("DELETE FROM place WHERE id % ?1 = 0", &[one_in.into()])
        }
        Change::Savepoint { ref changes, is_kept } => {
            db.execute_batch("SAVEPOINT here")?;
            changes.iter().try_for_each(|change| apply(db, change))?;
            db.execute_batch(if is_kept {
                "RELEASE here"
            } else {
                "ROLLBACK TO here; RELEASE here"
            })
        }
    }
}

/// All that can be read, through tables and indexes.
fn contents(db: &Connection) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut rows = Vec::new();
    for sql in [
        "SELECT * FROM sighting ORDER BY id",
        "SELECT kind, count(*), sum(length(note)) FROM sighting GROUP BY kind ORDER BY kind",
        "SELECT name FROM sqlite_schema ORDER BY name",
        "SELECT rowid, note FROM word ORDER BY rowid",
        "SELECT rowid, highlight(word, 0, '<', '>') FROM word WHERE word MATCH 'word3 other*'
         ORDER BY rowid",
        "SELECT * FROM place ORDER BY id",
        "SELECT id FROM place WHERE west > 20 AND east < 60 AND south > 10 AND north < 50
         ORDER BY id",
        "PRAGMA integrity_check",
    ] {
        let mut query = db.prepare(sql)?;
        let columns = query.column_count();
        let found = query.query_map([], |row| (0..columns).map(|at| row.get(at)).collect())?;
        for row in found {
            rows.push(row?);
        }
    }
    db.execute_batch("INSERT INTO word (word) VALUES ('integrity-check')")?;
    Ok(rows)
}

/// The ordinary file that the session is compared with.
struct Ordinary {
    folder: tempfile::TempDir,
    db: Option<Connection>,
    saved: usize,
}

impl Ordinary {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut ordinary = Self { folder, db: None, saved: 0 };
        ordinary.reopen();
        ordinary
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn db(&self) -> &Connection {
        self.db.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        let db = Connection::open(self.path("now")).unwrap();
        db.execute_batch("PRAGMA synchronous = OFF").unwrap();
        self.db = Some(db);
    }

    fn save(&mut self) {
        fs::copy(self.path("now"), self.path(&self.saved.to_string())).unwrap();
        self.saved += 1;
    }

    fn restore(&mut self, number: usize) {
        self.db = None;
        fs::copy(self.path(&number.to_string()), self.path("now")).unwrap();
        self.reopen();
    }

    fn change(&self, changes: &[Change], is_kept: bool) {
        let db = self.db();
        db.execute_batch("BEGIN").unwrap();
        changes.iter().try_for_each(|change| apply(db, change)).unwrap();
        db.execute_batch(if is_kept { "COMMIT" } else { "ROLLBACK" }).unwrap();
    }
}

fn change_session(session: &Database, changes: &[Change], is_kept: bool) {
    let outcome = session.transact(Transaction::Write, |db| {
        // So small that pages go to the file before the transaction ends.
        db.execute_batch("PRAGMA cache_size = 10")?;
        changes.iter().try_for_each(|change| apply(db, change))?;
        if is_kept { Ok(()) } else { Err(Error::QueryReturnedNoRows) }
    });
    assert!(
        outcome == Ok(()) && is_kept || outcome == Err(Error::QueryReturnedNoRows),
        "{outcome:?}"
    );
}

fn assert_equal(session: &Database, ordinary: &Connection) {
    let expected = contents(ordinary).unwrap();
    assert!(expected.contains(&vec![Value::Text("ok".to_owned())]));
    let found = session.transact(Transaction::Write, contents).unwrap();
    assert!(found == expected, "contents differ");
    let state = session.transact(Transaction::Read, |db| {
        // FTS5 learns of what others wrote in queries only, and otherwise takes it for damage, in
        // any file.
        db.query_row("SELECT count(*) FROM word WHERE word MATCH 'word1'", [], |_| Ok(()))?;
        integrity(db)
    });
    assert_eq!(state.as_deref(), Ok("ok"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn sessions_behave_like_ordinary_files(steps in prop::collection::vec(step(), 1..16)) {
        let mut ordinary = Ordinary::new();
        ordinary.db().execute_batch(SCHEMA).unwrap();
        let mut session = Database::fork(&File::of(ordinary.db()).unwrap());
        let mut saved = vec![session.snapshot().unwrap()];
        ordinary.save();

        for step in &steps {
            match step {
                Step::Change { changes, is_kept } => {
                    change_session(&session, changes, *is_kept);
                    ordinary.change(changes, *is_kept);
                }
                Step::Vacuum => {
                    // Nothing can be vacuumed in a transaction.
                    session
                        .transact(Transaction::Write, |db| db.execute_batch("COMMIT; VACUUM; BEGIN"))
                        .unwrap();
                    ordinary.db().execute_batch("VACUUM").unwrap();
                }
                Step::Save => {
                    saved.push(session.snapshot().unwrap());
                    ordinary.save();
                }
                Step::Fork => session = Database::fork(&session.snapshot().unwrap()),
                Step::Restore(index) => {
                    let number = index.index(saved.len());
                    session.restore(&saved[number]).unwrap();
                    ordinary.restore(number);
                    assert_equal(&session, ordinary.db());
                }
            }
        }

        assert_equal(&session, ordinary.db());
        // What was saved is still what it was.
        for (number, file) in saved.iter().enumerate() {
            ordinary.restore(number);
            assert_equal(&Database::fork(file), ordinary.db());
        }
    }
}
