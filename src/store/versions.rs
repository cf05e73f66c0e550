//! Who sees which version of a database: readers keep theirs, a writer prepares the next.
//!
//! SQLite asks for locks as it would on an ordinary file, and they mean here:
//!
//! | Lock | Meaning |
//! |---|---|
//! | shared | the newest version is pinned and read from, without a mutex, until the lock is let go |
//! | reserved, exclusive | the only writer; what it writes goes into a draft that nobody else sees |
//!
//! A commit publishes the draft as the newest version. A draft that was not committed is dropped, and SQLite has by then
//! restored its own copies of the pages. So readers never hold up a writer, nor a writer readers.

use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::ffi::{SQLITE_LOCK_NONE, SQLITE_LOCK_RESERVED, SQLITE_LOCK_SHARED};

use super::file::File;
use super::pages::{PAGE, Page};

/// One database, as all connections to it share it.
pub struct Versions {
    now: Mutex<Now>,
}

struct Now {
    newest: Arc<File>,
    is_reserved: bool,
}

impl Versions {
    pub fn new(file: File) -> Self {
        Self { now: Mutex::new(Now { newest: Arc::new(file), is_reserved: false }) }
    }

    pub fn newest(&self) -> Arc<File> {
        self.now.lock().newest.clone()
    }
}

/// One connection's view of a database.
pub struct View {
    versions: Arc<Versions>,
    lock: i32,
    pinned: Option<Arc<File>>,
    /// Versions pinned before, of which SQLite may still hold pages in place.
    outlived: Vec<Arc<File>>,
    draft: Option<File>,
}

impl View {
    pub fn new(versions: Arc<Versions>) -> Self {
        Self { versions, lock: SQLITE_LOCK_NONE, pinned: None, outlived: Vec::new(), draft: None }
    }

    /// Takes a lock; false if another connection writes, or has written since this one began to read.
    pub fn lock(&mut self, wanted: i32) -> bool {
        let mut now = self.versions.now.lock();
        let pinned = self.pinned.get_or_insert_with(|| now.newest.clone());
        if wanted >= SQLITE_LOCK_RESERVED && self.lock < SQLITE_LOCK_RESERVED {
            if now.is_reserved || !Arc::ptr_eq(pinned, &now.newest) {
                self.lock = self.lock.max(SQLITE_LOCK_SHARED);
                return false;
            }
            now.is_reserved = true;
        }
        self.lock = self.lock.max(wanted);
        true
    }

    /// Lets locks go, down to `wanted`.
    pub fn unlock(&mut self, wanted: i32) {
        if self.lock >= SQLITE_LOCK_RESERVED && wanted < SQLITE_LOCK_RESERVED {
            self.draft = None;
            self.versions.now.lock().is_reserved = false;
        }
        if wanted < SQLITE_LOCK_SHARED {
            self.pinned = None;
            self.outlived.clear();
        }
        self.lock = self.lock.min(wanted);
    }

    /// Makes what was written the newest version, for others and for this connection.
    pub fn publish(&mut self) {
        if let Some(draft) = self.draft.take() {
            let version = Arc::new(draft);
            self.versions.now.lock().newest = version.clone();
            self.outlived.extend(self.pinned.replace(version));
        }
    }

    pub fn is_reserved(&self) -> bool {
        self.versions.now.lock().is_reserved
    }

    pub fn len(&self) -> usize {
        self.look(File::len)
    }

    pub fn read(&self, offset: usize, buffer: &mut [u8]) -> bool {
        self.look(|file| file.read(offset, buffer))
    }

    /// The draft to write into; `None` without the lock for it.
    pub fn draft(&mut self) -> Option<&mut File> {
        if self.lock < SQLITE_LOCK_RESERVED {
            return None;
        }
        let pinned = self.pinned.as_ref()?;
        Some(self.draft.get_or_insert_with(|| File::clone(pinned)))
    }

    /// A page where it stands in memory. It stays there, unchanged, until this connection lets its last lock go.
    ///
    /// Only pages of published versions are shown so: a page of a draft may still be written to.
    pub fn page(&self, offset: usize, count: usize) -> Option<&Page> {
        let pinned = self.pinned.as_ref().filter(|_| self.draft.is_none())?;
        let is_one_page = count == PAGE && offset.is_multiple_of(PAGE);
        if is_one_page && offset + PAGE <= pinned.len() { pinned.page(offset / PAGE) } else { None }
    }

    fn look<T>(&self, look: impl FnOnce(&File) -> T) -> T {
        match (&self.draft, &self.pinned) {
            (Some(draft), _) => look(draft),
            (None, Some(pinned)) => look(pinned),
            (None, None) => look(&self.versions.newest()),
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.unlock(SQLITE_LOCK_NONE);
    }
}
