//! Where the texts of a journal stand: one after the other, in pieces of memory that go as a whole.

use bytes::{BufMut, Bytes, BytesMut};
use bytestring::ByteString;

/// Bytes of a piece of memory at most, unless one text alone is longer. The allocator keeps pieces of this size for the
/// next one, where it would give larger ones back to the system.
const LARGEST_PIECE: usize = 64 << 10;

/// Bytes of the first piece: most sessions have seen a few requests only.
const SMALLEST_PIECE: usize = 4 << 10;

/// Takes texts in the order in which they will be forgotten.
///
/// Each request puts a handful of texts away and lets as many old ones go. Were each of them memory of its own, the
/// allocator would hand out what was used ten thousand requests ago: far from any cache, each at another place.
#[derive(Debug, Default)]
pub struct Scroll {
    piece: BytesMut,
    /// Bytes of all pieces so far.
    written: usize,
}

impl Scroll {
    /// Keeps what is written into a buffer; `length` bytes are room enough.
    pub fn keep(&mut self, length: usize, write: impl FnOnce(&mut BytesMut)) -> Bytes {
        if self.piece.capacity() < length {
            let usual = self.written.clamp(SMALLEST_PIECE, LARGEST_PIECE);
            self.piece = BytesMut::with_capacity(usual.max(length));
            self.written += self.piece.capacity();
        }
        write(&mut self.piece);
        self.piece.split().freeze()
    }

    pub fn keep_text(&mut self, text: &str) -> ByteString {
        let kept = self.keep(text.len(), |piece| piece.put_slice(text.as_bytes()));
        kept.try_into().expect("it was text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_as_they_were_written() {
        let mut scroll = Scroll::default();
        let texts: Vec<String> = (0..300).map(|length| "x".repeat(length * 7)).collect();

        let kept: Vec<ByteString> = texts.iter().map(|text| scroll.keep_text(text)).collect();

        assert!(kept.iter().zip(&texts).all(|(kept, text)| kept == text));
    }

    #[test]
    fn short_texts_share_their_memory_and_a_long_one_has_its_own() {
        let mut scroll = Scroll::default();

        let (one, two) = (scroll.keep_text("one"), scroll.keep_text("two"));
        let long = scroll.keep_text(&"x".repeat(3 * LARGEST_PIECE));

        assert_eq!(two.as_ptr() as usize - one.as_ptr() as usize, 3);
        assert_eq!(long.len(), 3 * LARGEST_PIECE);
    }
}
