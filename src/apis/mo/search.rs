//! Searches in text: words, phrases, alternatives, exclusions.

use rusqlite::types::Value;

use super::rows::{all_of, any_of};

/// What a text has to contain: one alternative of each group, and nothing that is excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    groups: Vec<Vec<String>>,
    excluded: Vec<String>,
}

impl Search {
    /// Reads `red "two words" a OR b -not wild*card`.
    pub fn parse(text: &str) -> Self {
        let mut search = Self::default();
        let mut joins_last = false;
        for word in words(text) {
            match word {
                Word::Or if !search.groups.is_empty() => joins_last = true,
                Word::Or => search.groups.push(vec!["OR".to_owned()]),
                Word::Not(term) => search.excluded.push(term),
                Word::Term(term) => match search.groups.last_mut() {
                    Some(group) if joins_last => {
                        group.push(term);
                        joins_last = false;
                    }
                    _ => search.groups.push(vec![term]),
                },
            }
        }
        search
    }

    /// The search as a condition on a text, and the values that it binds.
    pub fn condition(&self, expression: &str) -> (String, Vec<Value>) {
        let terms = self.groups.iter().flatten().chain(&self.excluded);
        let patterns: Vec<Value> = terms.map(|term| pattern(term)).collect();
        let condition = match patterns.len() {
            0 => "TRUE".to_owned(),
            1 => self.on(&format!("fold({expression})")),
            // The limit keeps SQLite from folding the text anew for each term.
            _ => format!(
                "EXISTS (SELECT 1 FROM (SELECT fold({expression}) AS `folded` LIMIT 1) WHERE {})",
                self.on("`folded`")
            ),
        };
        (condition, patterns)
    }

    /// The search as a condition on a folded text.
    fn on(&self, folded: &str) -> String {
        let like = format!("{folded} LIKE ? ESCAPE '\\'");
        let groups = self.groups.iter().map(|group| any_of(&vec![like.as_str(); group.len()]));
        let excluded = self.excluded.iter().map(|_| format!("NOT {like}"));
        all_of(&groups.chain(excluded).collect::<Vec<_>>())
    }
}

enum Word {
    Term(String),
    Not(String),
    Or,
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (is_excluded, from) = match rest.strip_prefix('-') {
            Some(from) if !from.is_empty() && !from.starts_with(' ') => (true, from),
            _ => (false, rest),
        };
        let (term, after) = match from.strip_prefix('"') {
            Some(phrase) => phrase.split_once('"').unwrap_or((phrase, "")),
            None => from.split_once(char::is_whitespace).unwrap_or((from, "")),
        };
        if is_excluded {
            words.push(Word::Not(term.to_owned()));
        } else if term == "OR" {
            words.push(Word::Or);
        } else if !term.is_empty() {
            words.push(Word::Term(term.to_owned()));
        }
        rest = after.trim_start();
    }
    words
}

/// A term as a pattern: `*` matches anything, everything else itself.
fn pattern(term: &str) -> Value {
    let folded = crate::store::text::fold(term);
    let mut pattern = String::from("%");
    for c in folded.chars() {
        match c {
            '*' => pattern.push('%'),
            '%' | '_' | '\\' => pattern.extend(['\\', c]),
            c => pattern.push(c),
        }
    }
    pattern.push('%');
    Value::Text(pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_all_wanted_and_alternatives_joined() {
        let search = Search::parse("red \"two words\" a OR b -brown");

        assert_eq!(
            search.groups,
            [vec!["red".to_owned()], vec!["two words".into()], vec!["a".into(), "b".into()]]
        );
        assert_eq!(search.excluded, ["brown"]);
    }

    #[test]
    fn only_the_star_is_a_wildcard() {
        assert_eq!(pattern("50%_A*b"), Value::Text("%50\\%\\_a%b%".into()));
    }
}
