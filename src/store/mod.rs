//! The SQLite store: the data of the sessions, forked from a world that they share.

mod connections;
mod file;
pub mod functions;
mod header;
mod image;
mod pages;
pub mod text;
mod versions;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock};
use rusqlite::{Connection, OpenFlags};

use self::connections::Purpose;
pub use self::file::File;
pub use self::header::{APPLICATION_ID, OpenError, SCHEMA_VERSION};
use self::header::{HEADER, Header};
use self::image::Placed;

/// The data of one session: all APIs' tables.
pub struct Database {
    state: RwLock<Arc<State>>,
}

/// Tells whether a file is a world that [`Database::open`] takes, without opening it.
pub fn check_file(path: &Path) -> Result<(), OpenError> {
    let mut header = Vec::with_capacity(HEADER);
    fs::File::open(path)
        .and_then(|file| file.take(HEADER as u64).read_to_end(&mut header))
        .map_err(|error| OpenError::Unreadable { path: path.to_owned(), error })?;
    Header::of_world(&header, path).map(drop)
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transaction {
    /// Sees one version of the data from its first query to its end; a write is refused.
    Read,
    /// Sees the newest version and is the only one that writes.
    Write,
}

impl Database {
    /// A database in memory that starts as `file` and holds only the pages that it changes.
    pub fn fork(file: &File) -> Self {
        Self::at(Place::Memory(Placed::new(file.clone())))
    }

    /// A database in the file at `path`, where all that was committed survives the end of the
    /// process.
    ///
    /// A file that does not fit is refused before SQLite touches it.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        check_file(path)?;

        let database = Self::at(Place::Disk(path.to_owned()));
        let first_look = database.transact(Transaction::Read, |db| {
            db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        });
        match first_look {
            Ok(()) => Ok(database),
            Err(error) => Err(OpenError::Sqlite { path: path.to_owned(), error }),
        }
    }

    fn at(place: Place) -> Self {
        Self { state: RwLock::new(Arc::new(State::new(place))) }
    }

    /// Runs `work` in one transaction: kept if it succeeds, undone if it fails or panics.
    ///
    /// A writer waits for the one before it, so `work` must not begin another writing transaction
    /// on the same database.
    pub fn transact<T, E: From<rusqlite::Error>>(
        &self,
        transaction: Transaction,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if transaction == Transaction::Read {
            return self.state().transact(transaction, work);
        }
        loop {
            let state = self.state();
            let _turn = state.writer.lock();
            // Another state may have been put in place while this writer waited for its turn.
            if Arc::ptr_eq(&state, &self.state()) {
                return state.transact(transaction, work);
            }
        }
    }

    /// The data as they are now, to fork from or to put away; cheap for a fork, copied out of a
    /// file.
    pub fn snapshot(&self) -> rusqlite::Result<File> {
        match &self.state().place {
            Place::Memory(placed) => Ok(File::clone(&placed.newest())),
            Place::Disk(_) => self.transact(Transaction::Read, File::of),
        }
    }

    /// Whether a snapshot shares the pages that it has in common with the data, so that it costs little.
    pub fn shares_pages(&self) -> bool {
        matches!(self.state().place, Place::Memory(_))
    }

    /// A database of its own with the data as they are now; none of one in a file, where that would be a copy.
    pub fn still(&self) -> Option<Self> {
        match &self.state().place {
            Place::Memory(placed) => Some(Self::fork(&placed.newest())),
            Place::Disk(_) => None,
        }
    }

    /// Puts other data in place; transactions in progress finish on what they began with.
    pub fn restore(&self, file: &File) -> rusqlite::Result<()> {
        self.restore_and(file, || ())
    }

    /// The same; what is done `meanwhile` nobody sees without the other data.
    pub fn restore_and<T>(
        &self,
        file: &File,
        meanwhile: impl FnOnce() -> T,
    ) -> rusqlite::Result<T> {
        let state = self.state();
        match &state.place {
            // A new place instead of new content: SQLite's connections know a changed file by a
            // counter in its first page, which two states may have in common.
            Place::Memory(_) => {
                let restored = Arc::new(State::new(Place::Memory(Placed::new(file.clone()))));
                let mut state = self.state.write();
                let outdated = std::mem::replace(&mut *state, restored);
                let done = meanwhile();
                drop(state);
                // Its connections are closed here, where nobody waits for them.
                drop(outdated);
                Ok(done)
            }
            Place::Disk(_) => {
                let _turn = state.writer.lock();
                let source = Placed::new(file.clone()).connect()?;
                file::copy(&source, &mut state.connect(Transaction::Write)?)?;
                Ok(meanwhile())
            }
        }
    }

    /// The bytes of memory that are this database's alone: pages that it changed and shares with no
    /// snapshot or fork.
    ///
    /// Idle connections are not counted, since they go when others need room; nor is what lies on
    /// disk.
    pub fn own_bytes(&self) -> u64 {
        match &self.state().place {
            Place::Memory(placed) => placed.newest().own_bytes() as u64,
            Place::Disk(_) => 0,
        }
    }

    fn state(&self) -> Arc<State> {
        self.state.read().clone()
    }
}

/// Where a database lies, until another state is put in place.
struct State {
    /// Tells its idle connections from those of all other states.
    number: u64,
    place: Place,
    /// Held by the one that writes: SQLite's own way to wait is to sleep and try again, and whoever
    /// comes at the right moment is next. This mutex is handed on in turn before anyone has waited
    /// long.
    writer: Mutex<()>,
}

enum Place {
    Memory(Placed),
    Disk(PathBuf),
}

impl State {
    fn new(place: Place) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        Self { number: COUNT.fetch_add(1, Ordering::Relaxed), place, writer: Mutex::new(()) }
    }

    fn transact<T, E: From<rusqlite::Error>>(
        &self,
        transaction: Transaction,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let purpose: Purpose = (self.number, transaction);
        let (connection, seen) = match connections::take(purpose) {
            Some(idle) => idle,
            None => (self.connect(transaction)?, None),
        };
        let version = self.version(transaction);
        if seen.is_none() || seen != version {
            begin(&connection, transaction)?;
        }
        // If this panics, the connection is dropped, and so the transaction with it.
        let outcome = work(&connection);
        let stays_open = version.is_some() && !connection.is_autocommit();
        let ended = match outcome {
            Ok(_) if !stays_open => run(&connection, "COMMIT"),
            _ => Ok(()),
        };
        // A connection that cannot even be brought back to rest is dropped too.
        if stays_open {
            connections::give_back(purpose, connection, version);
        } else if connection.is_autocommit() || run(&connection, "ROLLBACK").is_ok() {
            connections::give_back(purpose, connection, None);
        }
        if transaction == Transaction::Write {
            self.let_readers_go();
        }
        ended?;
        outcome
    }

    /// Which version of the data a transaction reads, where the next one may read the same without beginning anew: what
    /// SQLite has found out about it remains true until somebody writes.
    fn version(&self, transaction: Transaction) -> Option<u64> {
        match (&self.place, transaction) {
            (Place::Memory(placed), Transaction::Read) => Some(placed.version()),
            _ => None,
        }
    }

    /// Ends the transactions of idle readers: they keep what was changed in memory.
    fn let_readers_go(&self) {
        let purpose = (self.number, Transaction::Read);
        for reader in connections::take_outdated(purpose, self.version(Transaction::Read)) {
            if run(&reader, "COMMIT").is_ok() {
                connections::give_back(purpose, reader, None);
            }
        }
    }

    fn connect(&self, transaction: Transaction) -> rusqlite::Result<Connection> {
        let connection = match &self.place {
            Place::Memory(placed) => placed.connect()?,
            Place::Disk(path) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags)?;
                connection
                    .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
                connection
            }
        };
        connections::set_up(&connection, transaction)?;
        Ok(connection)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        connections::close(self.number);
    }
}

/// Begins a transaction, and ends the one that the connection was left in.
fn begin(connection: &Connection, transaction: Transaction) -> rusqlite::Result<()> {
    if !connection.is_autocommit() {
        run(connection, "COMMIT")?;
    }
    run(
        connection,
        match transaction {
            Transaction::Read => "BEGIN DEFERRED",
            Transaction::Write => "BEGIN IMMEDIATE",
        },
    )
}

fn run(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_writer_that_waits_during_a_reset_writes_to_the_new_data() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE taxon (name TEXT)").unwrap();
        let world = File::of(&db).unwrap();
        let session = Database::fork(&world);
        let insert = |db: &Connection| db.execute("INSERT INTO taxon VALUES ('Apus apus')", []);

        std::thread::scope(|scope| {
            let state = session.state();
            session
                .transact(Transaction::Write, |_| {
                    let holders = Arc::strong_count(&state);
                    scope.spawn(|| session.transact(Transaction::Write, insert).unwrap());
                    while Arc::strong_count(&state) == holders {
                        std::thread::yield_now();
                    }
                    session.restore(&world)
                })
                .unwrap();
        });

        let rows = session.transact(Transaction::Read, |db| {
            db.query_row("SELECT count(*) FROM taxon", [], |row| row.get(0))
        });
        assert_eq!(rows, Ok(1));
    }
}
