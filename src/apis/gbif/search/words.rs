//! What people type, as full-text expressions.

use rusqlite::Connection;

use crate::store::text::fold;

/// How many words of a wildcard or a misspelling are looked for.
const MOST_VARIANTS: usize = 64;
/// Words beyond these say nothing more.
const MOST_WORDS: usize = 32;

/// The expression of `q` on lists of entities: beginnings of words, all of them; none when no word is left.
// Quirk (contract 6.4): signs are taken out before words are made, so that `a%b` is the word `ab`.
pub fn of_entity_query(q: &str) -> Option<String> {
    let kept: String = fold(q)
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '@' | '.' | '-') || c.is_whitespace())
        .collect();
    let words: Vec<String> = words(&kept).map(|word| format!("{}*", quoted(word))).collect();
    if words.is_empty() {
        return None;
    }
    Some(format!("{{title description rest}} : ({})", words.join(" AND ")))
}

/// The expression of beginnings of words in titles.
pub fn of_beginnings(q: &str) -> Option<String> {
    let words: Vec<String> = words(q).map(|word| format!("{}*", quoted(word))).collect();
    (!words.is_empty()).then(|| words.join(" AND "))
}

/// What somebody searches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// One expression for each word.
    pub words: Vec<String>,
    /// How many of them have to be there.
    pub at_least: usize,
    /// The expression of all of them, one after the other, in a title.
    pub title_phrase: Option<String>,
    /// The DOI that they may be.
    pub doi: Option<String>,
}

impl Sought {
    /// Reads a query; none when it holds no word.
    pub fn read(db: &Connection, q: &str) -> rusqlite::Result<Option<Self>> {
        let doi = crate::apis::gbif::shape::read_doi(q);
        let words: Vec<&str> = words(doi.as_deref().unwrap_or(q)).take(MOST_WORDS).collect();
        if words.is_empty() {
            return Ok(None);
        }
        let expressions = words
            .iter()
            .map(|word| expression(db, word))
            .collect::<rusqlite::Result<Vec<String>>>()?;
        let count = words.len();
        let at_least = match count {
            0..=2 => count,
            3..=5 => count * 3 / 4,
            _ => count / 2,
        };
        let has_wildcard = words.iter().any(|word| word.contains('*'));
        let title_phrase =
            (count > 1 && !has_wildcard).then(|| format!("title : {}", quoted(&words.join(" "))));
        Ok(Some(Self { words: expressions, at_least, title_phrase, doi }))
    }

    /// The expression of any of the words.
    pub fn any(&self) -> String {
        let connector = if self.at_least == self.words.len() { ") AND (" } else { ") OR (" };
        format!("({})", self.words.join(connector))
    }

    /// Whether not all of the words have to be there.
    pub fn is_loose(&self) -> bool {
        self.at_least < self.words.len()
    }
}

/// Parts between blanks that hold a letter or digit.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The word as it stands, the words that fit its wildcards, or those that it may be a misspelling of.
fn expression(db: &Connection, word: &str) -> rusqlite::Result<String> {
    if let Some(beginning) = word.strip_suffix('*').filter(|rest| !rest.contains('*')) {
        return Ok(format!("{}*", quoted(beginning)));
    }
    let as_it_stands = quoted(word);
    let variants = if word.contains('*') {
        let pattern = fold(word).into_owned();
        let beginning = pattern.split('*').next().unwrap_or_default();
        indexed_words(db, beginning, |term| fits(&pattern, term))?
    } else if is_indexed(db, &as_it_stands)? {
        return Ok(as_it_stands);
    } else {
        let word = fold(word).into_owned();
        let reach = match word.chars().count() {
            0..=2 => 0,
            3..=5 => 1,
            _ => 2,
        };
        // Whoever misspells a word gets its first letter right.
        let first = word.chars().next().map(String::from).unwrap_or_default();
        indexed_words(db, &first, |term| {
            term.len().abs_diff(word.len()) <= reach && strsim::osa_distance(term, &word) <= reach
        })?
    };
    if variants.is_empty() {
        return Ok(as_it_stands);
    }
    let variants: Vec<String> = variants.iter().map(|variant| quoted(variant)).collect();
    Ok(variants.join(" OR "))
}

fn is_indexed(db: &Connection, expression: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM gbif_text WHERE gbif_text MATCH ?)";
    db.prepare_cached(sql)?.query_row([expression], |row| row.get(0))
}

/// The words of the index that begin so and are meant.
fn indexed_words(
    db: &Connection,
    beginning: &str,
    is_meant: impl Fn(&str) -> bool,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT term FROM gbif_word WHERE term >= ? AND term < ?";
    let mut query = db.prepare_cached(sql)?;
    let end = format!("{beginning}\u{10ffff}");
    let mut rows = query.query([beginning, &end])?;
    let mut words = Vec::new();
    while let Some(row) = rows.next()? {
        let term = row.get_ref(0)?.as_str()?;
        if is_meant(term) {
            words.push(term.to_owned());
            if words.len() == MOST_VARIANTS {
                break;
            }
        }
    }
    Ok(words)
}

/// Whether a word fits a pattern in which `*` stands for any letters.
fn fits(pattern: &str, word: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = word.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_queries_keep_words_only() {
        let expression = of_entity_query("Été (moth)").unwrap();
        assert_eq!(expression, r#"{title description rest} : ("ete"* AND "moth"*)"#);
        assert_eq!(of_entity_query("%%% !"), None);
        assert_eq!(of_entity_query("-"), None);
    }

    #[test]
    fn stars_stand_for_any_letters() {
        assert!(fits("*uma*", "puma") && fits("p*a", "puma") && fits("*ma", "puma"));
        assert!(!fits("*x*", "puma") && !fits("um*", "puma"));
    }
}
