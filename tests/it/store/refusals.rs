//! Files that do not fit are refused as they are.

use std::fs;
use std::path::Path;

use rstest::rstest;
use rusqlite::Connection;
use wardian::store::{Database, File};

use super::{mark_as_world, write_world};

fn text(path: &Path) {
    fs::write(path, "no database at all\n").unwrap();
}

fn empty(path: &Path) {
    fs::write(path, "").unwrap();
}

fn foreign(path: &Path) {
    Connection::open(path).unwrap().execute_batch("CREATE TABLE song (title TEXT)").unwrap();
}

fn other_schema(path: &Path) {
    write_world(path);
    Connection::open(path).unwrap().pragma_update(None, "user_version", 999).unwrap();
}

fn small_pages(path: &Path) {
    let db = Connection::open(path).unwrap();
    db.execute_batch("PRAGMA page_size = 1024; CREATE TABLE sighting (note TEXT)").unwrap();
    mark_as_world(&db);
}

#[rstest]
#[case::text(
    text,
    "PATH is no SQLite database; give a file made by wardian, or a path where there is none yet"
)]
#[case::empty(
    empty,
    "PATH is no SQLite database; give a file made by wardian, or a path where there is none yet"
)]
#[case::foreign(
    foreign,
    "PATH is no wardian world but another SQLite database; \
     give a file made by wardian, or a path where there is none yet"
)]
#[case::other_schema(
    other_schema,
    "PATH holds a world of schema version 999, this wardian needs 3; \
     have a new file made by this wardian"
)]
#[case::small_pages(
    small_pages,
    "PATH has pages of 1024 bytes instead of 4096; \
     run PRAGMA page_size = 4096 and VACUUM on it with sqlite3"
)]
fn unfit_files_are_left_untouched(#[case] make: fn(&Path), #[case] refusal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some.file");
    make(&path);
    let bytes = fs::read(&path).unwrap();

    let opened = Database::open(&path).err().unwrap().to_string();
    let mapped = File::mapped(&path).err().unwrap().to_string();

    let expected = refusal.replace("PATH", path.to_str().unwrap());
    assert_eq!((opened.as_str(), mapped.as_str()), (expected.as_str(), expected.as_str()));
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_foreign_database_keeps_its_write_ahead_log() {
    let folder = tempfile::tempdir().unwrap();
    let (path, log) = (folder.path().join("songs.db"), folder.path().join("songs.db-wal"));
    let db = Connection::open(&path).unwrap();
    db.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE song (title TEXT)").unwrap();
    let before = (fs::read(&path).unwrap(), fs::read(&log).unwrap());

    // The header of such a file may still be all that is in it.
    let refusal = Database::open(&path).err().unwrap().to_string();

    let expected = format!(
        "{} is no wardian world but another SQLite database; \
         give a file made by wardian, or a path where there is none yet",
        path.display()
    );
    assert_eq!(refusal, expected);
    assert_eq!((fs::read(&path).unwrap(), fs::read(&log).unwrap()), before);
}

#[test]
fn a_missing_file_is_not_created() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nothing");

    let refusal = Database::open(&path).err().unwrap().to_string();

    let expected = format!(
        "cannot read {}: No such file or directory (os error 2); check the path and its permissions",
        path.display()
    );
    assert_eq!(refusal, expected);
    assert!(!path.exists());
}

#[test]
fn a_world_that_is_cut_off_is_not_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.wardian");
    write_world(&path);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..4096]).unwrap();

    let refusal = File::mapped(&path).err().unwrap().to_string();

    assert_eq!(refusal, format!("{} is cut off; have a new file made by wardian", path.display()));
}

#[test]
fn a_world_with_changes_in_its_write_ahead_log_is_not_mapped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.wardian");
    write_world(&path);
    let database = Database::open(&path).unwrap();
    super::insert(&database, "not written back yet");

    let refusal = File::mapped(&path).err().unwrap().to_string();

    let expected = format!(
        "{0} has changes that are not written back from {0}-wal; open it with --db once",
        path.display()
    );
    assert_eq!(refusal, expected);
}

#[test]
fn a_world_in_memory_with_other_pages_is_refused() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA page_size = 8192; CREATE TABLE sighting (note TEXT)").unwrap();

    let refusal = File::of(&db).err().unwrap().to_string();

    assert_eq!(refusal, "pages of 8192 bytes instead of 4096");
}
