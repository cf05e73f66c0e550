//! Where the texts of a journal stand: one after the other, in pieces of memory that go as a whole.

use bytes::{Bytes, BytesMut};
use bytestring::ByteString;
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a piece of memory at most, unless one text alone is longer. The allocator keeps pieces of this size for the
/// next one, where it would give larger ones back to the system.
const LARGEST_PIECE: usize = 64 << 10;

/// Bytes of the first piece: most sessions have seen a few requests only.
const SMALLEST_PIECE: usize = 4 << 10;

/// A body longer than this is shared, not copied. The buffer of a shorter one may be far larger than itself.
const LONGEST_COPY: usize = 8 << 10;

/// Shorter bodies are not looked for among those kept before.
const SHORTEST_REPEATED: usize = 256;

/// How many bodies are remembered in case they come again.
const REMEMBERED: usize = 16;

/// Takes texts in the order in which they will be forgotten.
///
/// Each request puts a handful of texts away and lets as many old ones go. Were each of them memory of its own, the
/// allocator would hand out what was used ten thousand requests ago: far from any cache, each at another place.
#[derive(Debug, Default)]
pub struct Scroll {
    piece: BytesMut,
    /// Bytes of all pieces so far.
    written: usize,
    /// Where a text is put together before its length is known.
    draft: Vec<u8>,
    /// Some of the latest bodies, each at a place that its beginning tells.
    remembered: [Bytes; REMEMBERED],
}

impl Scroll {
    pub fn keep(&mut self, text: &[u8]) -> Bytes {
        if self.piece.capacity() < text.len() {
            let usual = self.written.clamp(SMALLEST_PIECE, LARGEST_PIECE);
            self.piece = BytesMut::with_capacity(usual.max(text.len()));
            self.written += self.piece.capacity();
        }
        self.piece.extend_from_slice(text);
        self.piece.split().freeze()
    }

    pub fn keep_text(&mut self, text: &str) -> ByteString {
        self.keep(text.as_bytes()).try_into().expect("it was text")
    }

    /// Keeps what is written into a buffer.
    pub fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
        let mut draft = std::mem::take(&mut self.draft);
        draft.clear();
        write(&mut draft);
        let kept = self.keep(&draft);
        self.draft = draft;
        kept
    }

    /// Keeps a body, once if the same comes again and again: who polls, or tests, asks for the same record many times.
    pub fn keep_body(&mut self, body: &Bytes) -> Bytes {
        if body.len() < SHORTEST_REPEATED {
            return self.keep(body);
        }
        let place = xxh3_64(&body[..SHORTEST_REPEATED]) % REMEMBERED as u64;
        let place = usize::try_from(place).expect("there are few places");
        if self.remembered[place] != *body {
            let is_copied = body.len() <= LONGEST_COPY;
            let kept = if is_copied { self.keep(body) } else { body.clone() };
            self.remembered[place] = kept;
        }
        self.remembered[place].clone()
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
        let written = scroll.write(|buffer| buffer.extend_from_slice(b"a:b\n"));

        assert!(kept.iter().zip(&texts).all(|(kept, text)| kept == text));
        assert_eq!(written, "a:b\n");
    }

    #[test]
    fn short_texts_share_their_memory_and_a_long_one_has_its_own() {
        let mut scroll = Scroll::default();

        let (one, two) = (scroll.keep_text("one"), scroll.keep_text("two"));
        let long = scroll.keep_text(&"x".repeat(3 * LARGEST_PIECE));

        assert_eq!(two.as_ptr() as usize - one.as_ptr() as usize, 3);
        assert_eq!(long.len(), 3 * LARGEST_PIECE);
    }

    #[test]
    fn a_body_that_comes_again_is_kept_once() {
        let mut scroll = Scroll::default();
        let body = |byte: u8, length: usize| {
            let mut body = vec![b' '; SHORTEST_REPEATED];
            body.resize(length, byte);
            Bytes::from(body)
        };

        for length in [SHORTEST_REPEATED + 1, LONGEST_COPY, LONGEST_COPY + 1] {
            let first = scroll.keep_body(&body(b'a', length));
            let again = scroll.keep_body(&body(b'a', length));
            assert_eq!(again.as_ptr(), first.as_ptr(), "{length}");
            // It begins like the other, and is not the same.
            let other = scroll.keep_body(&body(b'b', length));
            assert_eq!((first, other), (body(b'a', length), body(b'b', length)));
        }
    }
}
