//! What people type in search of institutions and collections, as full-text expressions.

use crate::store::text::fold;

/// Words that say nothing and are not looked for.
const STOP_WORDS: [&str; 60] = [
    "a", "about", "after", "all", "am", "an", "and", "any", "are", "as", "at", "be", "because",
    "been", "before", "being", "between", "both", "but", "by", "did", "do", "does", "down",
    "during", "each", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if",
    "in", "into", "is", "it", "its", "me", "my", "of", "on", "or", "our", "so", "that", "the",
    "their", "they", "this", "to", "was", "we", "with", "you", "your",
];

/// A word that all entities of a kind have in their index, and no text: what is there and not deleted.
///
/// Nobody can look for it, since its first character is one for private use, which words of a search lose.
pub fn standing(kind: &str) -> Option<&'static str> {
    match kind {
        "institution" => Some("\u{e000}1"),
        "collection" => Some("\u{e000}2"),
        _ => None,
    }
}

/// Beginnings of words, all of them; none when no word is left.
pub fn expression(q: &str) -> Option<String> {
    let words: Vec<String> = words(q).map(|word| format!("\"{word}\"*")).collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// The words that are looked for, in lower case and without accents.
// Quirk (contract 6.7): signs are taken out before words are made, stars with them.
pub fn words(q: &str) -> impl Iterator<Item = String> {
    let kept: String = fold(q)
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '-') || c.is_whitespace())
        .collect();
    let words: Vec<String> = kept.split_whitespace().map(str::to_owned).collect();
    words.into_iter().filter(|word| {
        word.chars().any(char::is_alphanumeric) && !STOP_WORDS.contains(&word.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_stop_words_are_not_looked_for() {
        assert_eq!(expression("*Museo* of Ávila").as_deref(), Some("\"museo\"* AND \"avila\"*"));
        assert_eq!(expression("the (of) %"), None);
    }
}
