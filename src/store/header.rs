//! What the first bytes of a SQLite file tell, before SQLite touches it.

use std::path::{Path, PathBuf};

use super::pages::PAGE;

/// Marks a SQLite file as a wardian world: "WARD".
pub const APPLICATION_ID: u32 = 0x5741_5244;

/// Counts the changes to the tables; a world of another count is refused.
pub const SCHEMA_VERSION: u32 = 3;

/// How many bytes the header has.
pub const HEADER: usize = 100;

/// Where the header says twice how the file is to be written: 1 with a rollback journal, 2 with a
/// write-ahead log.
pub const WRITE_MODES: std::ops::Range<usize> = 18..20;
pub const ROLLBACK_JOURNAL: u8 = 1;

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot read {}: {error}; check the path and its permissions", path.display())]
    Unreadable { path: PathBuf, error: std::io::Error },
    #[error(
        "{} is no SQLite database; give a file made by wardian, or a path where there is none yet",
        .0.display()
    )]
    NoDatabase(PathBuf),
    #[error(
        "{} is no wardian world but another SQLite database; \
         give a file made by wardian, or a path where there is none yet",
        .0.display()
    )]
    NoWorld(PathBuf),
    #[error(
        "{} holds a world of schema version {found}, this wardian needs {SCHEMA_VERSION}; \
         have a new file made by this wardian",
        path.display()
    )]
    OtherSchema { path: PathBuf, found: u32 },
    #[error(
        "{} has pages of {found} bytes instead of {PAGE}; \
         run PRAGMA page_size = {PAGE} and VACUUM on it with sqlite3",
        path.display()
    )]
    PageSize { path: PathBuf, found: usize },
    #[error("{} is cut off; have a new file made by wardian", .0.display())]
    CutOff(PathBuf),
    #[error(
        "{} has changes that are not written back from {}-wal; open it with --db once",
        .0.display(),
        .0.display()
    )]
    WriteAheadLog(PathBuf),
    #[error("cannot open {}: {error}; check that wardian may write it and its folder", path.display())]
    Sqlite { path: PathBuf, error: rusqlite::Error },
}

/// The facts in a SQLite file's header.
#[derive(Debug, PartialEq, Eq)]
pub struct Header {
    pub page_size: usize,
    pub application_id: u32,
    pub schema_version: u32,
    pub is_write_ahead: bool,
    /// The length of the file in pages, where the header is sure of it.
    pub pages: Option<u32>,
}

impl Header {
    /// Reads the header; `None` if these bytes begin no SQLite file.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; HEADER] = bytes.first_chunk()?;
        if !bytes.starts_with(b"SQLite format 3\0") {
            return None;
        }
        let number = |at: usize| {
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let (change_counter, counted_at) = (number(24), number(92));
        Some(Self {
            page_size: match u16::from_be_bytes([bytes[16], bytes[17]]) {
                1 => 65_536,
                size => usize::from(size),
            },
            application_id: number(68),
            schema_version: number(60),
            is_write_ahead: bytes[WRITE_MODES] != [ROLLBACK_JOURNAL; 2],
            pages: (change_counter == counted_at).then(|| number(28)),
        })
    }

    /// Reads the header of a wardian world, or says why the file at `path` is none.
    pub fn of_world(bytes: &[u8], path: &Path) -> Result<Self, OpenError> {
        let path = || path.to_owned();
        let header = Self::read(bytes).ok_or_else(|| OpenError::NoDatabase(path()))?;
        if header.application_id != APPLICATION_ID {
            return Err(OpenError::NoWorld(path()));
        }
        if header.schema_version != SCHEMA_VERSION {
            return Err(OpenError::OtherSchema { path: path(), found: header.schema_version });
        }
        if header.page_size != PAGE {
            return Err(OpenError::PageSize { path: path(), found: header.page_size });
        }
        Ok(header)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn sqlite_writes_what_the_header_reads() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "PRAGMA page_size = 65536; PRAGMA application_id = 0x57415244;
             PRAGMA user_version = 7; CREATE TABLE taxon (name TEXT);",
        )
        .unwrap();

        let header = Header::read(&db.serialize("main").unwrap());

        let expected = Header {
            page_size: 65_536,
            application_id: APPLICATION_ID,
            schema_version: 7,
            is_write_ahead: false,
            pages: Some(2),
        };
        assert_eq!(header, Some(expected));
    }

    #[test]
    fn short_and_foreign_files_have_no_header() {
        assert_eq!(Header::read(b""), None);
        assert_eq!(Header::read(b"SQLite format 3\0"), None);
        assert_eq!(Header::read(&[b'x'; 4096]), None);
    }
}
