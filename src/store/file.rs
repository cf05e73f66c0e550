//! The content of a database file: an image that all forks share, and the pages changed since.

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ffi};

use super::header::{Header, OpenError, ROLLBACK_JOURNAL, WRITE_MODES};
use super::image::{Image, Placed};
use super::pages::{PAGE, Page, Pages};

/// The content of one database; a copy shares everything with the original.
#[derive(Clone, Default)]
pub struct File {
    image: Arc<Image>,
    /// How much of the image is still to be seen: what was cut off must not come back when the file
    /// grows again.
    shown: usize,
    changed: Pages,
    len: usize,
}

impl File {
    /// Copies out what `connection` sees, be it a database in memory or on disk.
    ///
    /// It must not be in a write transaction.
    pub fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let placed = Placed::new(Self::default());
        let mut copy = placed.connect()?;
        self::copy(connection, &mut copy)?;
        let bytes = placed.newest().to_bytes();
        if let Some(Header { page_size, .. }) = Header::read(&bytes)
            && page_size != PAGE
        {
            let message = format!("pages of {page_size} bytes instead of {PAGE}");
            let error = ffi::Error::new(ffi::SQLITE_MISMATCH);
            return Err(rusqlite::Error::SqliteFailure(error, Some(message)));
        }
        Ok(Self::from_image(Image::Memory(bytes)))
    }

    /// A world read in place from the file at `path`, which must not be written while it is in use.
    ///
    /// It takes no memory of its own, and processes that use the same file share its pages.
    pub fn mapped(path: &Path) -> Result<Self, OpenError> {
        let unreadable = |error| OpenError::Unreadable { path: path.to_owned(), error };
        let image = Image::map(&fs::File::open(path).map_err(unreadable)?).map_err(unreadable)?;
        let header = Header::of_world(image.bytes(), path)?;
        let len = image.bytes().len();
        if header.pages.is_some_and(|pages| len < pages as usize * PAGE) {
            return Err(OpenError::CutOff(path.to_owned()));
        }
        if fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0) {
            return Err(OpenError::WriteAheadLog(path.to_owned()));
        }
        Ok(Self::from_image(image))
    }

    /// A world that somebody sent as the bytes of a SQLite file.
    pub fn of_bytes(bytes: Vec<u8>) -> Result<Self, OpenError> {
        let path = Path::new("the body");
        let header = Header::of_world(&bytes, path)?;
        if header.pages.is_some_and(|pages| bytes.len() < pages as usize * PAGE) {
            return Err(OpenError::CutOff(path.to_owned()));
        }
        Ok(Self::from_image(Image::Memory(bytes)))
    }

    fn from_image(image: Image) -> Self {
        let header = Header::read(image.bytes());
        let len = image.bytes().len();
        let mut file = Self { image: Arc::new(image), shown: len, changed: Pages::default(), len };
        if header.is_some_and(|header| header.is_write_ahead) {
            // It comes from disk. In memory there is no log, and SQLite would refuse the file.
            file.write(WRITE_MODES.start, &[ROLLBACK_JOURNAL; WRITE_MODES.end - WRITE_MODES.start]);
        }
        file
    }

    /// Writes an ordinary SQLite file, which appears at `path` whole or not at all.
    pub fn write_to(&self, path: &Path) -> io::Result<()> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let part = beside(path, &format!(".{}-{count}.part", std::process::id()));
        let written = self.write_new(&part).and_then(|()| fs::rename(&part, path));
        if written.is_err() {
            // The first error tells more than that of tidying up would.
            let _ = fs::remove_file(&part);
            return written;
        }
        // The new name is safe from a power cut once its folder is on disk.
        match path.parent() {
            Some(folder) if folder != Path::new("") => fs::File::open(folder)?.sync_all(),
            _ => fs::File::open(".")?.sync_all(),
        }
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(64 * PAGE, fs::File::create_new(path)?);
        let mut page = [0; PAGE];
        for offset in (0..self.len).step_by(PAGE) {
            let page = &mut page[..PAGE.min(self.len - offset)];
            self.read(offset, page);
            out.write_all(page)?;
        }
        out.into_inner()?.sync_all()
    }

    /// The bytes of an ordinary SQLite file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len];
        self.read(0, &mut bytes);
        bytes
    }

    /// The length in bytes.
    #[expect(clippy::len_without_is_empty, reason = "a database without a single page is none")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// How many pages differ from the image.
    pub fn changed_pages(&self) -> usize {
        self.changed.count()
    }

    /// The bytes of memory that no other copy shares.
    pub fn own_bytes(&self) -> usize {
        let image = match &*self.image {
            Image::Memory(bytes) if Arc::strong_count(&self.image) == 1 => bytes.len(),
            _ => 0,
        };
        image + self.changed.own_bytes()
    }

    /// The page where it stands in memory, for as long as this copy of the file lives.
    ///
    /// `None` where the image ends before or within the page.
    pub(super) fn page(&self, number: usize) -> Option<&Page> {
        match self.changed.get(number) {
            Some(page) => Some(page),
            None => self.image_from(number).first_chunk(),
        }
    }

    /// What is to be seen of the image from this page on.
    fn image_from(&self, number: usize) -> &[u8] {
        self.image.bytes().get(number * PAGE..self.shown).unwrap_or_default()
    }

    /// Fills `buffer` from `offset` on, with zeros past the end; false if the end was reached.
    pub(super) fn read(&self, offset: usize, buffer: &mut [u8]) -> bool {
        let available = self.len.saturating_sub(offset).min(buffer.len());
        let mut done = 0;
        while done < available {
            let (number, start) = ((offset + done) / PAGE, (offset + done) % PAGE);
            let count = (PAGE - start).min(available - done);
            let target = &mut buffer[done..done + count];
            match self.page(number) {
                Some(page) => target.copy_from_slice(&page[start..start + count]),
                None => target.copy_from_slice(&padded(self.image_from(number))[start..][..count]),
            }
            done += count;
        }
        buffer[available..].fill(0);
        available == buffer.len()
    }

    pub(super) fn write(&mut self, offset: usize, data: &[u8]) {
        let mut done = 0;
        while done < data.len() {
            let (number, start) = ((offset + done) / PAGE, (offset + done) % PAGE);
            let count = (PAGE - start).min(data.len() - done);
            self.page_mut(number)[start..start + count].copy_from_slice(&data[done..done + count]);
            done += count;
        }
        self.len = self.len.max(offset + data.len());
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.len = len;
        self.shown = self.shown.min(len);
        self.changed.truncate(len.div_ceil(PAGE));
        if !len.is_multiple_of(PAGE) {
            self.page_mut(len / PAGE)[len % PAGE..].fill(0);
        }
    }

    fn page_mut(&mut self, number: usize) -> &mut Page {
        let Self { image, shown, changed, .. } = self;
        changed.get_mut(number, || {
            padded(image.bytes().get(number * PAGE..*shown).unwrap_or_default())
        })
    }
}

/// The first page of `bytes`, with zeros where they end.
fn padded(bytes: &[u8]) -> Page {
    let mut page = [0; PAGE];
    let count = bytes.len().min(PAGE);
    page[..count].copy_from_slice(&bytes[..count]);
    page
}

/// The path of a file that stands beside another and begins with its name.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// Makes the database of `to` equal to that of `from`, in one transaction.
pub(super) fn copy(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Write { offset: usize, byte: u8, count: usize },
        Truncate(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let offset = 0..8 * PAGE;
        prop_oneof![
            4 => (offset.clone(), 1..=u8::MAX, 1..3 * PAGE)
                .prop_map(|(offset, byte, count)| Step::Write { offset, byte, count }),
            1 => offset.prop_map(Step::Truncate),
        ]
    }

    fn play(steps: &[Step], file: &mut File, model: &mut Vec<u8>) {
        for step in steps {
            match *step {
                Step::Write { offset, byte, count } => {
                    file.write(offset, &vec![byte; count]);
                    model.resize(model.len().max(offset + count), 0);
                    model[offset..offset + count].fill(byte);
                }
                Step::Truncate(len) => {
                    let len = len.min(model.len());
                    file.truncate(len);
                    model.truncate(len);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_file_holds_what_was_written_and_its_copies_what_they_held(
            image in 0..5 * PAGE,
            before in prop::collection::vec(step(), 0..8),
            after in prop::collection::vec(step(), 0..8),
        ) {
            let mut model = vec![b'i'; image];
            let mut file = File::from_image(Image::Memory(model.clone()));
            play(&before, &mut file, &mut model);
            let (copy, copied) = (file.clone(), model.clone());
            play(&after, &mut file, &mut model);

            prop_assert!(file.to_bytes() == model);
            prop_assert!(copy.to_bytes() == copied);
            let mut end = [1; 10];
            prop_assert!(!file.read(model.len().saturating_sub(5), &mut end));
            prop_assert_eq!(&end[5..], &[0; 5]);
        }
    }

    #[test]
    fn a_copy_costs_nothing() {
        let mut file = File::from_image(Image::Memory(vec![1; 9 * PAGE]));
        assert_eq!(file.own_bytes(), 9 * PAGE);
        let copy = file.clone();
        assert_eq!((file.own_bytes(), copy.own_bytes()), (0, 0));

        file.write(PAGE, &[2]);

        assert!((PAGE..2 * PAGE).contains(&file.own_bytes()));
        assert_eq!((file.changed_pages(), copy.changed_pages(), copy.own_bytes()), (1, 0, 0));
    }
}
