//! Database files in memory, served to SQLite: the one place where code is `unsafe`.
//!
//! SQLite reaches its files through a "virtual file system" (<https://www.sqlite.org/vfs.html>).
//! This one finds a file by its name among those put in place and hands every call on to that
//! connection's [`View`]. Rollback journals and temporary tables stay inside SQLite
//! (`journal_mode = MEMORY`, `temp_store = MEMORY`), so database files are all it has to serve.

#![expect(unsafe_code, reason = "speaks SQLite's C interface, and maps files into memory")]

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Weak};

use memmap2::Mmap;
use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, ffi};

use super::file::File;
use super::versions::{Versions, View};

/// The content of a database that never changes, shared by all that forked from it.
pub enum Image {
    Memory(Vec<u8>),
    Mapped(Mmap),
}

impl Image {
    /// A file read in place.
    pub fn map(file: &std::fs::File) -> std::io::Result<Self> {
        // SAFETY: a finished world is never written to in place; a newer one replaces it under the
        // same name, which leaves the mapped file as it was.
        unsafe { Mmap::map(file) }.map(Self::Mapped)
    }

    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Memory(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

impl Default for Image {
    fn default() -> Self {
        Self::Memory(Vec::new())
    }
}

const VFS: &CStr = c"wardian";

type Registry = Mutex<HashMap<String, Weak<Versions>>>;
static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    register();
    Mutex::default()
});

/// A database in place for connections to be opened to it, until this is dropped.
///
/// Connections that are open by then keep it alive among themselves.
pub struct Placed {
    name: String,
    versions: Arc<Versions>,
}

impl Placed {
    pub fn new(file: File) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("memory-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let versions = Arc::new(Versions::new(file));
        REGISTRY.lock().insert(name.clone(), Arc::downgrade(&versions));
        Self { name, versions }
    }

    /// A new connection, for use by one thread at a time.
    pub fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags_and_vfs(&self.name, flags, VFS)?;
        connection.execute_batch(
            "PRAGMA journal_mode = MEMORY; PRAGMA temp_store = MEMORY; PRAGMA synchronous = OFF;
             PRAGMA mmap_size = 0x7fff0000;",
        )?;
        Ok(connection)
    }

    /// Tells the last committed state from those before.
    pub fn version(&self) -> u64 {
        self.versions.number()
    }

    /// The last committed state.
    pub fn newest(&self) -> Arc<File> {
        self.versions.newest()
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        REGISTRY.lock().remove(&self.name);
    }
}

/// What SQLite holds of an open file.
#[repr(C)]
struct Opened {
    base: ffi::sqlite3_file,
    view: *mut View,
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(is_reserved),
    xFileControl: Some(control),
    xSectorSize: None,
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};

fn register() {
    // SAFETY: the default file system is there as soon as SQLite is initialized, which asking for
    // it does. Ours is a copy of it, for sleep, time and randomness, with its own name and files,
    // and is never freed.
    unsafe {
        let default = ffi::sqlite3_vfs_find(ptr::null());
        let (Some(default), Ok(room)) = (default.as_ref(), size_of::<Opened>().try_into()) else {
            return;
        };
        let mut vfs = *default;
        vfs.zName = VFS.as_ptr();
        vfs.pNext = ptr::null_mut();
        vfs.szOsFile = room;
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        vfs.xAccess = Some(access);
        vfs.xFullPathname = Some(full_name);
        ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 0);
    }
}

/// Keeps a panic from crossing into C, where it would end the process.
fn guarded(work: impl FnOnce() -> c_int) -> c_int {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(ffi::SQLITE_IOERR)
}

/// Runs `work` on the view of the file that SQLite means.
///
/// # Safety
///
/// `file` was opened by [`open`] and not closed yet, and is used by no other thread during the
/// call.
unsafe fn with(file: *mut ffi::sqlite3_file, work: impl FnOnce(&mut View) -> c_int) -> c_int {
    // SAFETY: `open` put a view there, which `close` alone takes away.
    let view = unsafe { &mut *(*file.cast::<Opened>()).view };
    guarded(|| work(view))
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    guarded(|| {
        // SAFETY: SQLite hands over room for `szOsFile` bytes, and a name that ends in zero, or
        // none. Without methods it will not close the file.
        let name = unsafe {
            (*file).pMethods = ptr::null();
            if name.is_null() {
                return ffi::SQLITE_CANTOPEN;
            }
            CStr::from_ptr(name).to_string_lossy()
        };
        let Some(versions) = REGISTRY.lock().get(&*name).and_then(Weak::upgrade) else {
            return ffi::SQLITE_CANTOPEN;
        };
        let view = Box::into_raw(Box::new(View::new(versions)));
        // SAFETY: as above; `out_flags` is null or writable.
        unsafe {
            file.cast::<Opened>()
                .write(Opened { base: ffi::sqlite3_file { pMethods: &raw const METHODS }, view });
            if let Some(out_flags) = out_flags.as_mut() {
                *out_flags = flags;
            }
        }
        ffi::SQLITE_OK
    })
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    guarded(|| {
        // SAFETY: `open` made the view from a box, and SQLite closes a file once, as the last thing
        // it does with it.
        drop(unsafe { Box::from_raw((*file.cast::<Opened>()).view) });
        ffi::SQLITE_OK
    })
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    buffer: *mut c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: the file is open, and the buffer has room for `count` bytes.
    unsafe {
        with(file, |view| {
            let (Ok(count), Ok(offset)) = (count.try_into(), offset.try_into()) else {
                return ffi::SQLITE_IOERR_READ;
            };
            // SQLite's buffers may be uninitialized, which a slice must not be.
            ptr::write_bytes(buffer.cast::<u8>(), 0, count);
            let buffer = std::slice::from_raw_parts_mut(buffer.cast(), count);
            if view.read(offset, buffer) { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
        })
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    data: *const c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: the file is open, and there are `count` bytes of data.
    unsafe {
        with(file, |view| {
            let (Ok(count), Ok(offset)) = (count.try_into(), offset.try_into()) else {
                return ffi::SQLITE_IOERR_WRITE;
            };
            let data = std::slice::from_raw_parts(data.cast(), count);
            let Some(draft) = view.draft() else { return ffi::SQLITE_IOERR_WRITE };
            draft.write(offset, data);
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: the file is open.
    unsafe {
        with(file, |view| {
            let (Ok(len), Some(draft)) = (len.try_into(), view.draft()) else {
                return ffi::SQLITE_IOERR_TRUNCATE;
            };
            draft.truncate(len);
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn sync(_: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: the file is open, `out` writable.
    unsafe {
        with(file, |view| {
            *out = i64::try_from(view.len()).unwrap_or(i64::MAX);
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: the file is open.
    unsafe { with(file, |view| if view.lock(wanted) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }) }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, wanted: c_int) -> c_int {
    // SAFETY: the file is open.
    unsafe {
        with(file, |view| {
            view.unlock(wanted);
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn is_reserved(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: the file is open, `out` writable.
    unsafe {
        with(file, |view| {
            *out = view.is_reserved().into();
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn control(file: *mut ffi::sqlite3_file, code: c_int, _: *mut c_void) -> c_int {
    if code != ffi::SQLITE_FCNTL_COMMIT_PHASETWO {
        return ffi::SQLITE_NOTFOUND;
    }
    // SAFETY: the file is open. SQLite says this when a commit has succeeded, before it lets the
    // lock go.
    unsafe {
        with(file, |view| {
            view.publish();
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_SAFE_APPEND
        | ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
        | ffi::SQLITE_IOCAP_SUBPAGE_READ
}

/// Lends SQLite a page to read in place.
///
/// It is a page of a version that this connection has pinned. Nobody writes to published pages, and
/// the view keeps the version until the connection's last lock goes, which SQLite does not let go
/// while it holds pages.
unsafe extern "C" fn fetch(
    file: *mut ffi::sqlite3_file,
    offset: i64,
    count: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: the file is open, `out` writable; SQLite only reads where the pointer leads.
    unsafe {
        with(file, |view| {
            *out = ptr::null_mut();
            if let (Ok(offset), Ok(count)) = (offset.try_into(), count.try_into())
                && let Some(page) = view.page(offset, count)
            {
                *out = page.as_ptr().cast_mut().cast();
            }
            ffi::SQLITE_OK
        })
    }
}

unsafe extern "C" fn unfetch(_: *mut ffi::sqlite3_file, _: i64, _: *mut c_void) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, _: *const c_char, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

/// There are no files beside the databases: no journal, no write-ahead log.
unsafe extern "C" fn access(
    _: *mut ffi::sqlite3_vfs,
    _: *const c_char,
    _: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: `out` is writable.
    unsafe { *out = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_name(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: the name ends in zero, and `out` has room for `room` bytes, of which no more are
    // written.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if usize::try_from(room).is_ok_and(|room| bytes.len() <= room) {
            ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
            return ffi::SQLITE_OK;
        }
    }
    ffi::SQLITE_CANTOPEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_lives_as_long_as_its_last_connection() {
        let placed = Placed::new(File::default());
        let connection = placed.connect().unwrap();
        connection
            .execute_batch("CREATE TABLE taxon (name); INSERT INTO taxon VALUES (1)")
            .unwrap();
        let name = placed.name.clone();
        let (versions, newest) =
            (Arc::downgrade(&placed.versions), Arc::downgrade(&placed.newest()));

        drop(placed);
        assert!(!REGISTRY.lock().contains_key(&name));
        let rows = connection.query_row("SELECT count(*) FROM taxon", [], |row| row.get(0));
        assert_eq!(rows, Ok(1));

        drop(connection);
        assert_eq!((versions.strong_count(), newest.strong_count()), (0, 0));
    }

    #[test]
    fn files_that_were_not_put_in_place_cannot_be_opened() {
        LazyLock::force(&REGISTRY);
        let opened = Connection::open_with_flags_and_vfs("nothing", OpenFlags::default(), VFS);
        assert_eq!(opened.unwrap_err().sqlite_error_code(), Some(rusqlite::ErrorCode::CannotOpen));
    }

    #[test]
    fn a_panic_does_not_reach_sqlite() {
        assert_eq!(guarded(|| panic!("on purpose")), ffi::SQLITE_IOERR);
    }
}
