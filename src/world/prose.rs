//! Text that a person reads: titles and descriptions, put together from patterns.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::draw;

/// Patterns of titles, by what they name, and the words for their placeholders.
pub type Titles = HashMap<String, Vec<String>>;

/// Patterns of sentences, by what they are about.
pub type Prose = HashMap<String, Vec<String>>;

/// Fills the `{placeholders}` of a pattern. One without a value stays as it is.
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(pattern.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// A few different sentences about one thing, in the order of the list.
///
/// # Panics
/// When there is no sentence about it: the topics are those of the embedded files.
pub fn sentences(
    random: &mut ChaCha8Rng,
    prose: &Prose,
    topic: &str,
    count: usize,
    values: &[(&str, &str)],
) -> String {
    let patterns = prose.get(topic).unwrap_or_else(|| panic!("there is prose about {topic}"));
    let mut left: Vec<&String> = patterns.iter().collect();
    let mut chosen = Vec::new();
    while chosen.len() < count && !left.is_empty() {
        let pattern = *draw::one(random, &left);
        left.retain(|other| *other != pattern);
        chosen.push(fill(pattern, values));
    }
    chosen.join(" ")
}
