//! Merging the indexes of words: each write adds a piece to them, and a search looks into every piece.

use rusqlite::Connection;

/// How many pages of an index are merged for each entity that was written: one and a half times of what keeps up with
/// writing them.
const PAGES: i64 = 3;

/// Merges pieces, as far as so many written entities call for.
///
/// SQLite would do it by itself, but then a few hundred pages at once, now and then, for which one request has to wait.
pub fn merge(db: &Connection, entities: i64) -> rusqlite::Result<()> {
    for sql in [
        "INSERT INTO gbif_text (gbif_text, rank) VALUES ('merge', ?)",
        "INSERT INTO gbif_title (gbif_title, rank) VALUES ('merge', ?)",
    ] {
        db.prepare_cached(sql)?.execute([entities * PAGES])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_merged_before_sqlite_merges_them_all_at_once() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../schema.sql")).unwrap();
        db.execute_batch(
            "INSERT INTO gbif_text (gbif_text, rank) VALUES ('automerge', 0), ('usermerge', 8)",
        )
        .unwrap();
        let mut most = 0;
        for id in 1..=120 {
            let sql = "INSERT INTO gbif_text (rowid, title) VALUES (?, 'Moths of a garden')";
            db.execute(sql, [id]).unwrap();
            merge(&db, 1).unwrap();
            let sql = "SELECT count(DISTINCT segid) FROM gbif_text_idx";
            most = most.max(db.query_row(sql, [], |row| row.get(0)).unwrap());
        }

        // It waits for sixteen.
        assert!(most <= 8, "{most}");
    }
}
