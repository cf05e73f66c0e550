//! Connections: how they are set up, and where they wait between transactions.
//!
//! A connection's first query reads the whole schema, so connections are kept. An idle one costs
//! memory, so only so many are kept over all databases: the one that was longest unused goes first.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::{Transaction, functions};

/// How many idle connections there may be, over all databases.
///
/// One takes about 200 KB for the schema of a world, and at most 2 MB with all its statements and
/// pages.
const MOST: usize = 256;
/// How many of them may be to one database, for reading and for writing.
const MOST_OF_ONE: usize = 8;

/// A database's number and what its connections are for.
pub type Purpose = (u64, Transaction);

/// Prepares a new connection for use.
pub fn set_up(connection: &Connection, transaction: Transaction) -> rusqlite::Result<()> {
    functions::register(connection)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(Duration::from_secs(10))?;
    // Plans must not depend on bound values: SQLite would prepare a statement anew each time that one is bound.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    // A connection keeps its purpose, since to change this makes SQLite prepare all its statements
    // anew.
    connection.pragma_update(None, "query_only", transaction == Transaction::Read)
}

/// A connection that waits for its next transaction.
struct Waiting {
    /// When it was last used.
    used: u64,
    connection: Connection,
    /// The version of the data that it reads, where it was left in a transaction.
    reads: Option<u64>,
}

#[derive(Default)]
struct Idle {
    /// By purpose, those unused for longest first.
    waiting: BTreeMap<Purpose, Vec<Waiting>>,
    count: usize,
    clock: u64,
}

static IDLE: LazyLock<Mutex<Idle>> = LazyLock::new(Mutex::default);

/// An idle connection, the one used last, and the version of the data that it reads if it is in a transaction.
pub fn take(purpose: Purpose) -> Option<(Connection, Option<u64>)> {
    let mut idle = IDLE.lock();
    let Waiting { connection, reads, .. } = idle.waiting.get_mut(&purpose)?.pop()?;
    idle.count -= 1;
    Some((connection, reads))
}

/// All idle connections that are in a transaction on another version of the data.
pub fn take_outdated(purpose: Purpose, version: Option<u64>) -> Vec<Connection> {
    let mut idle = IDLE.lock();
    let Some(connections) = idle.waiting.get_mut(&purpose) else { return Vec::new() };
    let is_outdated = |waiting: &mut Waiting| waiting.reads.is_some() && waiting.reads != version;
    let outdated: Vec<Waiting> = connections.extract_if(.., is_outdated).collect();
    idle.count -= outdated.len();
    outdated.into_iter().map(|waiting| waiting.connection).collect()
}

/// Keeps a connection for later, and which version of the data it reads if it is left in a transaction.
pub fn give_back(purpose: Purpose, connection: Connection, reads: Option<u64>) {
    let surplus = IDLE.lock().add(purpose, connection, reads);
    // To close a connection takes a while; others need not wait for it.
    drop(surplus);
}

/// Closes all idle connections to a database that is no longer used.
pub fn close(number: u64) {
    let mut idle = IDLE.lock();
    let closed = [Transaction::Read, Transaction::Write].map(|transaction| {
        let connections = idle.waiting.remove(&(number, transaction)).unwrap_or_default();
        idle.count -= connections.len();
        connections
    });
    drop(idle);
    drop(closed);
}

impl Idle {
    /// Adds a connection, and takes out the one that is now too many.
    fn add(
        &mut self,
        purpose: Purpose,
        connection: Connection,
        reads: Option<u64>,
    ) -> Option<Connection> {
        self.clock += 1;
        let connections = self.waiting.entry(purpose).or_default();
        connections.push(Waiting { used: self.clock, connection, reads });
        self.count += 1;
        let crowded = if connections.len() > MOST_OF_ONE {
            purpose
        } else if self.count > MOST {
            self.longest_unused()?
        } else {
            return None;
        };
        let connections = self.waiting.get_mut(&crowded)?;
        let surplus = connections.remove(0).connection;
        self.count -= 1;
        if connections.is_empty() {
            self.waiting.remove(&crowded);
        }
        Some(surplus)
    }

    fn longest_unused(&self) -> Option<Purpose> {
        let first_use = |(purpose, connections): (&Purpose, &Vec<Waiting>)| {
            connections.first().map(|waiting| (waiting.used, *purpose))
        };
        self.waiting.iter().filter_map(first_use).min_by_key(|(time, _)| *time).map(|found| found.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    #[test]
    fn idle_connections_are_limited_and_the_longest_unused_goes_first() {
        let mut idle = Idle::default();
        for number in 0..MOST as u64 {
            assert!(idle.add((number, Transaction::Read), connection(), None).is_none());
        }
        let used_again = idle.waiting.get_mut(&(0, Transaction::Read)).unwrap().pop().unwrap();
        idle.count -= 1;
        assert!(idle.add((0, Transaction::Read), used_again.connection, None).is_none());

        let surplus = idle.add((0, Transaction::Write), connection(), None);

        assert!(surplus.is_some());
        assert_eq!(idle.count, MOST);
        assert!(!idle.waiting.contains_key(&(1, Transaction::Read)));
        assert!(idle.waiting.contains_key(&(0, Transaction::Read)));
    }

    #[test]
    fn one_database_keeps_only_a_few() {
        let mut idle = Idle::default();
        for _ in 0..MOST_OF_ONE {
            assert!(idle.add((7, Transaction::Write), connection(), None).is_none());
        }

        assert!(idle.add((7, Transaction::Write), connection(), None).is_some());
        assert_eq!(idle.count, MOST_OF_ONE);
    }
}
