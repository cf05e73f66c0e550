//! Who sees which version of a database: readers keep theirs, a writer prepares the next.
//!
//! SQLite asks for locks as it would on an ordinary file, and they mean here:
//!
//! | Lock | Meaning |
//! |---|---|
//! | shared | the newest version is pinned, and read without a mutex until the lock goes |
//! | reserved, exclusive | the only writer; it writes a draft that nobody else sees |
//!
//! A commit publishes the draft as the newest version. A draft that was not committed is dropped,
//! and SQLite has by then restored its own copies of the pages. So readers never hold up a writer,
//! nor a writer readers.

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
    /// How many versions there were before.
    number: u64,
    is_reserved: bool,
}

impl Versions {
    pub fn new(file: File) -> Self {
        Self { now: Mutex::new(Now { newest: Arc::new(file), number: 0, is_reserved: false }) }
    }

    /// Tells the newest version from those before.
    pub fn number(&self) -> u64 {
        self.now.lock().number
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

    /// Takes a lock; false if another connection writes, or has written since this one began to
    /// read.
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
            let mut now = self.versions.now.lock();
            now.newest = version.clone();
            now.number += 1;
            drop(now);
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

    /// A page where it stands in memory. It stays there, unchanged, until this connection lets its
    /// last lock go.
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

#[cfg(test)]
mod tests {
    use rusqlite::ffi::SQLITE_LOCK_EXCLUSIVE;

    use super::*;

    fn versions() -> Arc<Versions> {
        let mut file = File::default();
        file.write(0, &[b'a'; 2 * PAGE]);
        Arc::new(Versions::new(file))
    }

    fn first_byte(view: &View) -> u8 {
        let mut byte = [0];
        assert!(view.read(0, &mut byte));
        byte[0]
    }

    /// Writes and commits one byte.
    fn commit(versions: &Arc<Versions>, byte: u8) {
        let mut writer = View::new(versions.clone());
        assert!(writer.lock(SQLITE_LOCK_SHARED) && writer.lock(SQLITE_LOCK_RESERVED));
        assert!(writer.lock(SQLITE_LOCK_EXCLUSIVE));
        writer.draft().unwrap().write(0, &[byte]);
        writer.publish();
    }

    #[test]
    fn a_reader_keeps_the_version_it_began_with() {
        let versions = versions();
        let mut reader = View::new(versions.clone());
        assert!(reader.lock(SQLITE_LOCK_SHARED));
        let page = std::ptr::from_ref(reader.page(0, PAGE).unwrap());

        commit(&versions, b'b');

        assert_eq!(first_byte(&reader), b'a');
        assert!(std::ptr::eq(page, reader.page(0, PAGE).unwrap()));
        reader.unlock(SQLITE_LOCK_NONE);
        assert_eq!(first_byte(&reader), b'b');
    }

    #[test]
    fn a_draft_is_seen_by_its_writer_only_and_goes_unless_committed() {
        let versions = versions();
        let mut writer = View::new(versions.clone());
        assert!(writer.lock(SQLITE_LOCK_SHARED) && writer.lock(SQLITE_LOCK_RESERVED));
        writer.draft().unwrap().write(0, b"b");

        let other = View::new(versions.clone());
        assert_eq!((first_byte(&writer), first_byte(&other)), (b'b', b'a'));

        writer.unlock(SQLITE_LOCK_SHARED);
        assert_eq!((first_byte(&writer), first_byte(&other)), (b'a', b'a'));
        assert!(writer.draft().is_none());
    }

    #[test]
    fn there_is_one_writer_at_a_time() {
        let versions = versions();
        let (mut one, mut other) = (View::new(versions.clone()), View::new(versions));
        assert!(one.lock(SQLITE_LOCK_SHARED) && other.lock(SQLITE_LOCK_SHARED));

        assert!(one.lock(SQLITE_LOCK_RESERVED));
        assert!(!other.lock(SQLITE_LOCK_RESERVED) && other.is_reserved());
        drop(one);

        assert!(!other.is_reserved() && other.lock(SQLITE_LOCK_RESERVED));
    }

    #[test]
    fn who_read_an_old_version_must_begin_anew_to_write() {
        let versions = versions();
        let mut view = View::new(versions.clone());
        assert!(view.lock(SQLITE_LOCK_SHARED));
        commit(&versions, b'b');

        assert!(!view.lock(SQLITE_LOCK_RESERVED));

        view.unlock(SQLITE_LOCK_NONE);
        assert!(view.lock(SQLITE_LOCK_SHARED) && view.lock(SQLITE_LOCK_RESERVED));
    }

    #[test]
    fn pages_are_lent_of_published_versions_and_until_the_last_lock_goes() {
        let versions = versions();
        let mut view = View::new(versions.clone());
        assert!(view.page(0, PAGE).is_none());
        assert!(view.lock(SQLITE_LOCK_SHARED));
        assert!(view.page(0, PAGE).is_some() && view.page(PAGE, PAGE).is_some());
        assert!(view.page(2 * PAGE, PAGE).is_none() && view.page(1, PAGE).is_none());
        let first = Arc::downgrade(&versions.newest());

        assert!(view.lock(SQLITE_LOCK_RESERVED));
        view.draft().unwrap().write(0, b"b");
        assert!(view.page(PAGE, PAGE).is_none());
        view.publish();
        view.unlock(SQLITE_LOCK_SHARED);

        assert_eq!(view.page(0, PAGE).map(|page| page[0]), Some(b'b'));
        assert!(first.upgrade().is_some());
        view.unlock(SQLITE_LOCK_NONE);
        assert!(first.upgrade().is_none());
    }
}
