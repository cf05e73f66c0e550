//! Sessions cost little, and give back what they had.

use std::path::Path;

use wardian::store::{Database, Transaction};

use super::{count, insert, play, world};

#[test]
fn a_session_holds_only_the_pages_that_it_changed() {
    let world = world(50_000);
    let session = Database::fork(&world);
    assert!(session.own_bytes() < 100, "{}", session.own_bytes());

    insert(&session, "new");

    assert!(session.snapshot().unwrap().changed_pages() <= 3);
    assert!((4_096..20_000).contains(&session.own_bytes()), "{}", session.own_bytes());
    assert_eq!(world.changed_pages(), 0);
}

#[test]
fn a_fork_of_a_written_session_shares_its_pages() {
    let session = Database::fork(&world(10_000));
    let change_all = "UPDATE sighting SET note = note || '!'";
    session.transact(Transaction::Write, |db| db.execute(change_all, [])).unwrap();
    let alone = session.own_bytes();

    let fork = Database::fork(&session.snapshot().unwrap());

    assert!(alone > 100_000, "{alone}");
    assert!(fork.own_bytes() < 1_000, "{}", fork.own_bytes());
    insert(&fork, "only here");
    assert_eq!((count(&session), count(&fork)), (10_000, 10_001));
    drop(fork);
    assert_eq!(session.own_bytes(), alone);
}

/// Tells a copy of this program, where nothing else runs, to measure.
const MEASURES: &str = "WARDIAN_TEST_MEASURES";

#[test]
#[cfg(target_os = "linux")]
fn dropped_sessions_give_their_memory_back() {
    if std::env::var_os(MEASURES).is_none() {
        let test = "store::memory::dropped_sessions_give_their_memory_back";
        let output = play(test, MEASURES, Path::new("")).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    let world = world(1_000);
    let write_a_megabyte = |session: &Database| {
        let sql = "INSERT INTO sighting (note) SELECT hex(zeroblob(500)) FROM sighting";
        session.transact(Transaction::Write, |db| db.execute(sql, [])).unwrap();
        assert!(session.own_bytes() > 1_000_000);
    };
    let use_some = || {
        let sessions: Vec<_> = (0..20).map(|_| Database::fork(&world)).collect();
        sessions.iter().for_each(write_a_megabyte);
        for session in &sessions {
            assert_eq!(count(session), 2_000);
            session.restore(&world).unwrap();
            write_a_megabyte(session);
        }
    };
    use_some();
    let once = resident_bytes();

    (0..10).for_each(|_| use_some());

    // A tenth of what was written would be 40 MB.
    let more = resident_bytes().saturating_sub(once);
    assert!(more < 20_000_000, "{more} bytes more");
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4_096
}

#[test]
fn connections_of_many_sessions_are_opened_and_closed_as_needed() {
    let world = world(10);
    // More than are kept idle, in an order in which each session's has gone when it comes again.
    let sessions: Vec<_> = (0..300).map(|_| Database::fork(&world)).collect();

    for _ in 0..3 {
        for session in &sessions {
            insert(session, "again");
        }
    }

    assert!(sessions.iter().all(|session| count(session) == 13));
}
