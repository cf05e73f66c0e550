//! Cursors: where a page of records begins.
//!
//! They are the search engine's marks of the last record seen: Base64 of two fixed bytes, one byte that tells a short
//! text and its length, and the text, which is the record's id.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::Error;
use crate::kit::call::Call;
use crate::kit::param::Param;

pub static CURSOR: Param<Option<String>> =
    Param::optional("cursor", "Where the page begins: what `links.next` says, else `*`.")
        .keeps_empty();

const START: &str = "*";
const MARK: [u8; 2] = [0x02, 0x81];
/// A text of length n is announced by this plus n.
const SHORT_TEXT: u8 = 0x20;
const LONGEST_SHORT_TEXT: u8 = 30;

/// The beginning of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// As the client wrote it.
    pub text: String,
    /// The id of the record before the first; none at the very beginning.
    pub after: Option<String>,
}

impl Cursor {
    /// # Errors
    /// When it is no mark of the search engine.
    pub fn of(call: &Call) -> Result<Self, Error> {
        let text = call.get(&CURSOR).unwrap_or_else(|| START.to_owned());
        if text == START {
            return Ok(Self { text, after: None });
        }
        let after = decode(&text).ok_or(Error::IndexRefuses("the cursor"))?;
        Ok(Self { text, after: Some(after) })
    }
}

/// The mark of a record, from which the page after it begins.
pub fn encode(id: &str) -> String {
    let length = u8::try_from(id.len()).expect("the seed makes ids of 24 characters");
    let mut bytes = vec![MARK[0], MARK[1], SHORT_TEXT + length];
    bytes.extend(id.bytes());
    STANDARD.encode(bytes)
}

fn decode(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text).ok()?;
    let [first, second, length, id @ ..] = bytes.as_slice() else { return None };
    let length = length.checked_sub(SHORT_TEXT).filter(|length| *length <= LONGEST_SHORT_TEXT)?;
    if [*first, *second] != MARK || id.len() != usize::from(length) {
        return None;
    }
    String::from_utf8(id.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_the_mark_of_an_id() {
        let cursor = "AoE4NjU0MGQzNTgxOGFhZDAwMDI4ZWNkYTk1";

        assert_eq!(encode("6540d35818aad00028ecda95"), cursor);
        assert_eq!(decode(cursor).as_deref(), Some("6540d35818aad00028ecda95"));
    }

    #[test]
    fn ids_of_other_lengths_have_marks_too() {
        assert_eq!(encode("ab"), "AoEiYWI=");
        assert_eq!(decode("AoEiYWI=").as_deref(), Some("ab"));
    }

    #[test]
    fn other_texts_are_no_cursors() {
        for text in ["", "xyz", "**", "AoE4", "AoEiYWI", "AoEiYWJj", "AAAA", "AoEi////", "é"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
