//! Text that a person reads: titles and descriptions, put together from patterns.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;
use serde::Deserialize;

use super::draw;

/// Patterns of titles or sentences, by topic and kind: `dataset`, `method`.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Patterns(HashMap<String, HashMap<String, Vec<String>>>);

impl Patterns {
    /// The patterns of one kind about one topic.
    ///
    /// # Panics
    /// When there are none: topics and kinds are those of the embedded files.
    pub fn about(&self, topic: &str, kind: &str) -> &[String] {
        self.0
            .get(topic)
            .and_then(|kinds| kinds.get(kind))
            .unwrap_or_else(|| panic!("there are no patterns [{topic}] {kind}"))
    }

    /// One pattern, filled.
    pub fn one(
        &self,
        random: &mut ChaCha8Rng,
        topic: &str,
        kind: &str,
        values: &[(&str, &str)],
    ) -> String {
        fill(draw::one::<String>(random, self.about(topic, kind)), values)
    }

    /// A few different ones, filled, one after the other.
    pub fn some(
        &self,
        random: &mut ChaCha8Rng,
        topic: &str,
        kind: &str,
        count: usize,
        values: &[(&str, &str)],
    ) -> String {
        let mut left: Vec<&String> = self.about(topic, kind).iter().collect();
        let mut chosen = Vec::new();
        while chosen.len() < count && !left.is_empty() {
            let pattern = *draw::one(random, &left);
            left.retain(|other| *other != pattern);
            chosen.push(fill(pattern, values));
        }
        chosen.join(" ")
    }
}

/// Fills the `{placeholders}` of a pattern. One without a value stays as it is.
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(pattern.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
