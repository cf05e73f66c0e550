//! Text as people search for it: folded for comparison, and as full-text queries.

use std::borrow::Cow;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

/// Brings text into the one form in which it is compared: lower case, without accents, and with one
/// character for each group of Chinese characters that are only written differently.
///
/// Folding goes character by character, so whatever is part of a text stays part of it when both
/// are folded.
pub fn fold(text: &str) -> Cow<'_, str> {
    let Some(first) = text.char_indices().find(|&(_, c)| !is_folded(c)).map(|(at, _)| at) else {
        return Cow::Borrowed(text);
    };
    let mut folded = String::with_capacity(text.len());
    folded.push_str(&text[..first]);
    for c in text[first..].chars() {
        push_folded(c, &mut folded);
    }
    Cow::Owned(folded)
}

fn is_folded(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_uppercase();
    }
    let mut folded = String::with_capacity(8);
    push_folded(c, &mut folded);
    folded.chars().eq([c])
}

fn push_folded(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    for c in c.to_lowercase() {
        let base = without_accents(c);
        match latin_letters(base) {
            Some(letters) => folded.push_str(letters),
            None if is_accent(base) => {}
            None => folded.push(usual_form(base)),
        }
    }
}

/// The letter that a composed character begins with; syllables and kana, whose marks are no
/// accents, stay whole.
fn without_accents(c: char) -> char {
    match CanonicalDecompositionBorrowed::new().decompose(c) {
        Decomposed::Singleton(same) => without_accents(same),
        Decomposed::Expansion(base, mark) if is_accent(mark) => without_accents(base),
        _ => c,
    }
}

fn is_accent(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// What is written for letters whose stroke or ligature is no accent that could be taken off.
fn latin_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// One character for all that are its variants.
///
/// Some pairs are equal only within a word (椿象 and 蝽象, but 香椿 is a tree). They are equal here
/// everywhere: if words were folded as a whole, a text that breaks off within one would no longer
/// be part of it.
fn usual_form(c: char) -> char {
    match c {
        '臺' => '台',
        '黃' => '黄',
        '鷄' => '雞',
        '猫' => '貓',
        '峯' => '峰',
        '羣' => '群',
        '溼' => '濕',
        '鈎' => '鉤',
        '蝨' => '虱',
        '鰕' => '蝦',
        '椿' => '蝽',
        '遊' => '游',
        '猪' => '豬',
        '貍' => '狸',
        '脣' => '唇',
        '綫' => '線',
        '裏' => '裡',
        '鼈' => '鱉',
        '蝎' => '蠍',
        '鼹' => '鼴',
        '鰐' => '鱷',
        '脉' => '脈',
        '栖' => '棲',
        '巖' => '岩',
        _ => c,
    }
}

/// How the last of several words is to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastWord {
    /// As it stands.
    Whole,
    /// As the beginning of a word, while its reader is still typing.
    Prefix,
}

/// A full-text expression that finds the texts with all of these words, whatever signs they
/// contain; `None` if there are no words.
///
/// The words are not folded: an index of folded text takes the words of a folded text.
pub fn all_words(text: &str, last: LastWord) -> Option<String> {
    let words = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| word.chars().any(char::is_alphanumeric));
    let mut expression = String::with_capacity(text.len() + 8);
    for word in words {
        if !expression.is_empty() {
            expression.push(' ');
        }
        expression.push('"');
        expression.push_str(&word.replace('"', "\"\""));
        expression.push('"');
    }
    if expression.is_empty() {
        return None;
    }
    if last == LastWord::Prefix {
        expression.push('*');
    }
    Some(expression)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;
    use rusqlite::Connection;

    use super::*;

    #[rstest]
    #[case("Egretta GARZETTA", "egretta garzetta")]
    #[case("Crème Brûlée, Ångström", "creme brulee, angstrom")]
    #[case("cafe\u{301}", "cafe")]
    #[case("Łódź, Ðakovo, Þór, Straße, Œuvre", "lodz, dakovo, thor, strasse, oeuvre")]
    #[case("Tiếng Việt", "tieng viet")]
    #[case("İstanbul, ısı", "istanbul, isi")]
    #[case("ΣΟΦΌΣ, σοφός", "σοφοσ, σοφοσ")]
    #[case("ガラス 한글", "ガラス 한글")]
    #[case("\u{f91c}", "卵")]
    fn case_and_accents_are_folded(#[case] text: &str, #[case] folded: &str) {
        assert_eq!(fold(text), folded);
    }

    #[rstest]
    #[case("臺灣", "台灣")]
    #[case("黃魚", "黄魚")]
    #[case("雞", "鷄")]
    #[case("石虎是貓", "石虎是猫")]
    #[case("高峰", "高峯")]
    #[case("群落", "羣落")]
    #[case("溼地", "濕地")]
    #[case("鉤", "鈎")]
    #[case("蝨", "虱")]
    #[case("鰕虎", "蝦虎")]
    #[case("椿象", "蝽象")]
    #[case("遊蛇", "游蛇")]
    fn chinese_character_variants_are_equal(#[case] one: &str, #[case] other: &str) {
        assert_ne!(one, other);
        assert_eq!(fold(one), fold(other));
    }

    #[test]
    fn folded_text_is_borrowed() {
        assert!(matches!(fold("egretta 台灣 42"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "[\\PC\u{c0}-\u{17f}臺黃雞鰕İ\u{300}]{0,20}") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
        }

        #[test]
        fn a_part_of_a_text_stays_one(
            before in "\\PC{0,9}", part in "\\PC{0,9}", after in "\\PC{0,9}",
        ) {
            let whole = format!("{before}{part}{after}");
            prop_assert!(fold(&whole).contains(&*fold(&part)));
        }

        #[test]
        fn whatever_is_typed_makes_a_valid_query(
            text in any::<String>(), is_prefix in any::<bool>(),
        ) {
            let last = if is_prefix { LastWord::Prefix } else { LastWord::Whole };
            let db = Connection::open_in_memory().unwrap();
            db.execute_batch("CREATE VIRTUAL TABLE note USING fts5 (body)").unwrap();
            db.execute("INSERT INTO note VALUES (?)", [&text]).unwrap();
            if let Some(expression) = all_words(&text, last) {
                let found = db.query_row(
                    "SELECT count(*) FROM note WHERE note MATCH ?",
                    [&expression],
                    |row| row.get::<_, i64>(0),
                );
                prop_assert!(found.is_ok(), "{expression:?}: {found:?}");
            }
        }
    }

    #[rstest]
    #[case("red fox", LastWord::Whole, Some(r#""red" "fox""#))]
    #[case(" red  fo", LastWord::Prefix, Some(r#""red" "fo"*"#))]
    #[case(r#"say "a" OR NEAR(b)"#, LastWord::Whole, Some(r#""say" """a""" "OR" "NEAR(b)""#))]
    #[case("a\0b", LastWord::Whole, Some(r#""a" "b""#))]
    #[case(" - * \" ", LastWord::Prefix, None)]
    #[case("", LastWord::Whole, None)]
    fn words_are_quoted(
        #[case] text: &str,
        #[case] last: LastWord,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(all_words(text, last).as_deref(), expected);
    }

    #[test]
    fn all_words_must_be_there_and_the_last_may_be_a_beginning() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE VIRTUAL TABLE note USING fts5 (body);
             INSERT INTO note VALUES ('a red fox'), ('a red forest'), ('O''Brien''s fox');",
        )
        .unwrap();
        let count = |text: &str, last| -> i64 {
            let expression = all_words(text, last).unwrap();
            let sql = "SELECT count(*) FROM note WHERE note MATCH ?";
            db.query_row(sql, [expression], |row| row.get(0)).unwrap()
        };

        assert_eq!(count("fox red", LastWord::Whole), 1);
        assert_eq!(count("red fo", LastWord::Prefix), 2);
        assert_eq!(count("red fo", LastWord::Whole), 0);
        assert_eq!(count("O'Brien", LastWord::Whole), 1);
    }
}
