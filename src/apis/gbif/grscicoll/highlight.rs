//! Marking in texts what was found.

use serde::Serialize;

use crate::store::text::fold;

/// How many words a snippet has at most.
const LONGEST: usize = 35;
/// How many words stand in front of the first that was found.
const BEFORE: usize = 5;

/// A field in which something was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Highlight {
    pub field: &'static str,
    pub snippet: String,
}

/// The fields in which words were found, each with the words marked.
///
/// `words` are folded, as [`words`](super::words::words) gives them.
pub fn highlights<'t>(
    words: &[String],
    texts: impl IntoIterator<Item = (&'static str, Option<&'t str>)>,
) -> Vec<Highlight> {
    let marked = |(field, text): (&'static str, Option<&str>)| {
        let snippet = mark(words, text?)?;
        Some(Highlight { field, snippet })
    };
    texts.into_iter().filter_map(marked).collect()
}

/// A text, or the part of a long one in which something is found first, with what is found marked; none without.
pub fn mark(words: &[String], text: &str) -> Option<String> {
    let pieces: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let is_found: Vec<bool> = pieces.iter().map(|piece| is_found(words, piece)).collect();
    let first = is_found.iter().position(|is_found| *is_found)?;
    let (start, end) = if pieces.len() <= LONGEST {
        (0, pieces.len())
    } else {
        let start = first.saturating_sub(BEFORE).min(pieces.len() - LONGEST);
        (start, start + LONGEST)
    };
    let mut snippet = String::with_capacity(text.len() + 16);
    for (piece, is_found) in pieces[start..end].iter().zip(&is_found[start..end]) {
        if *is_found { mark_word(&mut snippet, piece) } else { snippet.push_str(piece) }
    }
    Some(snippet.trim_end().to_owned())
}

/// Marks the letters and digits of a piece, not the signs and blanks around them.
fn mark_word(snippet: &mut String, piece: &str) {
    let bare = piece.trim_matches(|c: char| !c.is_alphanumeric());
    let start = piece.find(bare).unwrap_or_default();
    snippet.push_str(&piece[..start]);
    snippet.push_str("<b>");
    snippet.push_str(bare);
    snippet.push_str("</b>");
    snippet.push_str(&piece[start + bare.len()..]);
}

fn is_found(words: &[String], piece: &str) -> bool {
    let folded = fold(piece);
    let mut parts = folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.any(|part| {
        words
            .iter()
            .any(|word| part.starts_with(word.as_str()) || stem(part).starts_with(stem(word)))
    })
}

/// A word without the endings in which English words differ most.
fn stem(word: &str) -> &str {
    const ENDINGS: [&str; 7] = ["ies", "ing", "es", "ed", "s", "y", "e"];
    let shorter = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    shorter.filter(|shorter| shorter.len() >= 3).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(q: &str, text: &str) -> Option<String> {
        mark(&[q.to_owned()], text)
    }

    #[test]
    fn what_is_found_is_marked() {
        assert_eq!(
            marked("insects", "Plants, (insect) boxes").as_deref(),
            Some("Plants, (<b>insect</b>) boxes")
        );
        assert_eq!(marked("museu", "Museum of Moths").as_deref(), Some("<b>Museum</b> of Moths"));
        assert_eq!(marked("bird", "Museum"), None);
    }

    #[test]
    fn long_texts_are_cut() {
        let long = format!("{} moth {}", "so ".repeat(50), "on ".repeat(50));

        let snippet = marked("moth", &long).unwrap();

        assert_eq!(snippet.split(' ').count(), 35);
        assert!(snippet.contains("<b>moth</b>"));
    }
}
