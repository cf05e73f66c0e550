//! Chance that repeats: everything that wardian makes up comes from one sequence per session.
//!
//! The sequence depends on the world's seed alone. How far it was drawn is kept in the store, so it is part of the
//! transaction, goes along with forks and snapshots, and starts anew with the pristine world.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;

/// The random sequence of one request.
#[derive(Debug, Default)]
pub struct Chance {
    sequence: Option<ChaCha8Rng>,
    loaded_at: u128,
}

/// The seed of the world that everything random follows from.
///
/// # Errors
/// When the store cannot be read.
pub fn world_seed(db: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT world_seed FROM wardian_state";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0)).map(i64::cast_unsigned)
}

impl Chance {
    /// Takes up the sequence where the store says it was left.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn load(db: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT world_seed, drawn FROM wardian_state";
        let (seed, drawn): (i64, i64) =
            db.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut sequence = ChaCha8Rng::seed_from_u64(seed.cast_unsigned());
        // The world's own lists use the other streams of this seed.
        sequence.set_stream(u64::MAX);
        sequence.set_word_pos(drawn.cast_unsigned().into());
        Ok(Self { loaded_at: sequence.get_word_pos(), sequence: Some(sequence) })
    }

    /// Notes in the store how far the sequence was drawn, if it was.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn save(&self, db: &Connection) -> rusqlite::Result<()> {
        let Some(sequence) = &self.sequence else { return Ok(()) };
        let drawn = sequence.get_word_pos();
        if drawn != self.loaded_at {
            let drawn = i64::try_from(drawn).expect("nobody draws 2^63 numbers");
            db.prepare_cached("UPDATE wardian_state SET drawn = ?")?.execute([drawn])?;
        }
        Ok(())
    }

    pub(crate) fn sequence(&mut self) -> &mut ChaCha8Rng {
        self.sequence.as_mut().expect("only endpoints that write draw from the sequence")
    }
}
