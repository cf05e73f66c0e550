//! Connections: how they are set up, and where they wait between transactions.
//!
//! A connection's first query reads the whole schema, so connections are kept. An idle one costs
//! memory, so only so many are kept over all databases: the one that was longest unused goes first.

use std::collections::HashMap;
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

#[derive(Default)]
struct Idle {
    /// By purpose, those unused for longest first, with the time when they were last used.
    waiting: HashMap<Purpose, Vec<(u64, Connection)>>,
    count: usize,
    clock: u64,
}

static IDLE: LazyLock<Mutex<Idle>> = LazyLock::new(Mutex::default);

/// An idle connection, the one used last.
pub fn take(purpose: Purpose) -> Option<Connection> {
    let mut idle = IDLE.lock();
    let (_, connection) = idle.waiting.get_mut(&purpose)?.pop()?;
    idle.count -= 1;
    Some(connection)
}

/// Keeps a connection, which must not be in a transaction, for later.
pub fn give_back(purpose: Purpose, connection: Connection) {
    let surplus = IDLE.lock().add(purpose, connection);
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
    fn add(&mut self, purpose: Purpose, connection: Connection) -> Option<Connection> {
        self.clock += 1;
        let connections = self.waiting.entry(purpose).or_default();
        connections.push((self.clock, connection));
        self.count += 1;
        let crowded = if connections.len() > MOST_OF_ONE {
            purpose
        } else if self.count > MOST {
            self.longest_unused()?
        } else {
            return None;
        };
        let connections = self.waiting.get_mut(&crowded)?;
        let (_, surplus) = connections.remove(0);
        self.count -= 1;
        if connections.is_empty() {
            self.waiting.remove(&crowded);
        }
        Some(surplus)
    }

    fn longest_unused(&self) -> Option<Purpose> {
        let first_use = |(purpose, connections): (&Purpose, &Vec<(u64, Connection)>)| {
            connections.first().map(|(time, _)| (*time, *purpose))
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
            assert!(idle.add((number, Transaction::Read), connection()).is_none());
        }
        let (_, used_again) = idle.waiting.get_mut(&(0, Transaction::Read)).unwrap().pop().unwrap();
        idle.count -= 1;
        assert!(idle.add((0, Transaction::Read), used_again).is_none());

        let surplus = idle.add((0, Transaction::Write), connection());

        assert!(surplus.is_some());
        assert_eq!(idle.count, MOST);
        assert!(!idle.waiting.contains_key(&(1, Transaction::Read)));
        assert!(idle.waiting.contains_key(&(0, Transaction::Read)));
    }

    #[test]
    fn one_database_keeps_only_a_few() {
        let mut idle = Idle::default();
        for _ in 0..MOST_OF_ONE {
            assert!(idle.add((7, Transaction::Write), connection()).is_none());
        }

        assert!(idle.add((7, Transaction::Write), connection()).is_some());
        assert_eq!(idle.count, MOST_OF_ONE);
    }
}
