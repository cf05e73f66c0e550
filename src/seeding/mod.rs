//! From the world to a database file: every API's tables, filled and indexed.

pub mod cache;
mod merge;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, anyhow};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use self::merge::Part;
use crate::kit::Api;
use crate::store::File;
use crate::store::{self, functions};
use crate::world::World;

/// The tables of wardian itself: the state of a session that belongs to none of the APIs.
const SCHEMA: &str = include_str!("schema.sql");

/// Numbers the worlds that were put together in memory, so that their names differ.
static PLANTED: AtomicU64 = AtomicU64::new(0);

/// Where a world is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    Memory,
    /// In this file, which must not exist yet: for worlds larger than memory should be.
    File(PathBuf),
}

/// Seeds all APIs into memory and gives the finished image.
///
/// # Errors
/// When reference data or a seed is at fault.
pub fn grow(world: &World, apis: &[Box<dyn Api>]) -> Result<File> {
    let grow = || Ok(File::of(&plant(world, apis, &Ground::Memory)?)?);
    grow().map_err(
        |error: anyhow::Error| if is_full(&error) { error.context(TOO_LARGE) } else { error },
    )
}

/// SQLite's databases in memory end at a gigabyte.
const TOO_LARGE: &str =
    "a world of this scale has to be grown in a file: let --world-cache name a folder";

fn is_full(error: &anyhow::Error) -> bool {
    error.downcast_ref().and_then(rusqlite::Error::sqlite_error_code) == Some(ErrorCode::DiskFull)
}

/// Seeds all APIs into a new file.
///
/// # Errors
/// When reference data or a seed is at fault, or the file cannot be written.
pub fn grow_file(world: &World, apis: &[Box<dyn Api>], path: &Path) -> Result<()> {
    let ground = Ground::File(path.to_owned());
    let db = plant(world, apis, &ground)?;
    let grown_in = PathBuf::from(db.path().context("it was opened from a file")?);
    db.close().map_err(|(_, error)| error)?;
    fs::rename(&grown_in, path).with_context(|| format!("cannot write {}", path.display()))
}

/// Seeds each API on a thread of its own and brings the parts together.
fn plant(world: &World, apis: &[Box<dyn Api>], ground: &Ground) -> Result<Connection> {
    let parts = std::thread::scope(|scope| {
        let seeding: Vec<_> =
            apis.iter().map(|api| scope.spawn(|| seed_alone(world, &**api, ground))).collect();
        seeding.into_iter().map(join).collect::<Result<Vec<Part>>>()
    })?;
    let db = merge::into_one(parts)?;
    db.execute_batch(SCHEMA)?;
    let sql = "INSERT INTO wardian_state (world_seed, scale, drawn) VALUES (?, ?, 0)";
    db.execute(sql, (world.seed.cast_signed(), world.scale.to_string()))?;
    count_records(&db, apis)?;
    db.pragma_update(None, "application_id", store::APPLICATION_ID)?;
    db.pragma_update(None, "user_version", store::SCHEMA_VERSION)?;
    Ok(db)
}

/// Notes how many records there are, which takes a look at whole tables and is asked for time and again.
fn count_records(db: &Connection, apis: &[Box<dyn Api>]) -> Result<()> {
    for api in apis {
        let table = api.records_table();
        let sql = format!("INSERT INTO wardian_records SELECT ?, count(*) FROM {table}");
        db.execute(&sql, [api.name()]).with_context(|| format!("counting {table}"))?;
    }
    Ok(())
}

fn join<T>(thread: std::thread::ScopedJoinHandle<Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|_| Err(anyhow!("a seed panicked")))
}

/// A database with one API's tables, filled and indexed.
fn seed_alone(world: &World, api: &dyn Api, ground: &Ground) -> Result<Part> {
    let Part { name, db } = open(ground, api.name())?;
    functions::register(&db)?;
    db.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
         PRAGMA cache_size = -32000; BEGIN",
    )?;
    db.execute_batch(api.schema()).with_context(|| format!("schema of {}", api.name()))?;
    api.seed(world, &db).with_context(|| format!("seed of {}", api.name()))?;
    db.execute_batch(api.indexes()).with_context(|| format!("indexes of {}", api.name()))?;
    db.execute_batch("COMMIT")?;
    Ok(Part { name, db })
}

fn open(ground: &Ground, part: &str) -> Result<Part> {
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_URI;
    match ground {
        Ground::Memory => {
            // A name of its own, by which the other parts' connections can attach it.
            let number = PLANTED.fetch_add(1, Ordering::Relaxed);
            let name = format!("file:/wardian-{number}-{part}?vfs=memdb");
            let db = Connection::open_with_flags(&name, flags)?;
            Ok(Part { name, db })
        }
        Ground::File(path) => {
            let path = path.to_str().context("names of worlds are UTF-8")?;
            let name = format!("{path}.{part}.part");
            // What an earlier attempt left behind is of no use.
            let _ = fs::remove_file(&name);
            let db = Connection::open(&name).with_context(|| format!("cannot write {name}"))?;
            Ok(Part { name, db })
        }
    }
}
