//! Countries and languages, as the registry reads and writes them.

use std::sync::LazyLock;

use crate::world::geography::{Country, Language};
use crate::world::reference::SeedData;

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| embedded("countries.csv"));
static LANGUAGES: LazyLock<Vec<Language>> = LazyLock::new(|| embedded("languages.csv"));

fn embedded<T: serde::de::DeserializeOwned>(file: &str) -> Vec<T> {
    SeedData::embedded().rows(file).expect("the embedded reference data are well formed")
}

/// Codes that are no country's and stand in data all the same: alpha-2, alpha-3, name.
const UNOFFICIAL: [[&str; 3]; 3] = [
    ["AA", "AAA", "USER_DEFINED"],
    ["XZ", "XZZ", "INTERNATIONAL_WATERS"],
    ["ZZ", "ZZZ", "UNKNOWN"],
];

/// All countries, in the registry's order.
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

pub fn languages() -> &'static [Language] {
    &LANGUAGES
}

/// The alpha-2 codes of all countries, and of those that are none.
pub fn country_codes() -> impl Iterator<Item = &'static str> {
    let official = COUNTRIES.iter().map(|country| country.alpha2.as_str());
    official.chain(UNOFFICIAL.iter().map(|codes| codes[0]))
}

/// The alpha-2 code that a text means: either code, in any case.
pub fn country_code(text: &str) -> Option<&'static str> {
    let official = COUNTRIES.iter().find(|country| {
        country.alpha2.eq_ignore_ascii_case(text) || country.alpha3.eq_ignore_ascii_case(text)
    });
    official.map(|country| country.alpha2.as_str()).or_else(|| {
        let is_meant = |codes: &&[&str; 3]| codes[..2].iter().any(|c| c.eq_ignore_ascii_case(text));
        UNOFFICIAL.iter().find(is_meant).map(|codes| codes[0])
    })
}

/// The alpha-2 code that a query means, which may name the country too: `UNITED_STATES`, `united states`.
pub fn country_code_or_name(text: &str) -> Option<&'static str> {
    country_code(text).or_else(|| {
        let named =
            COUNTRIES.iter().find(|country| super::vocabulary::same_word(&country.enum_name, text));
        named.map(|country| country.alpha2.as_str())
    })
}

/// The English title of a country, by its alpha-2 code.
pub fn country_title(code: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|country| country.alpha2 == code).map(|country| country.title.as_str())
}

/// The three-letter code that a text means: two letters, three letters, or the enumeration's name.
pub fn language_code(text: &str) -> Option<&'static str> {
    let is_meant = |language: &&Language| {
        language.iso639_1.eq_ignore_ascii_case(text)
            || language.iso639_2t.eq_ignore_ascii_case(text)
            || language.enum_name.eq_ignore_ascii_case(text)
    };
    LANGUAGES.iter().find(is_meant).map(|language| language.iso639_2t.as_str())
}

/// The two-letter code of a language, by its three-letter code.
pub fn language_code_of_two(code: &str) -> Option<&'static str> {
    let language = LANGUAGES.iter().find(|language| language.iso639_2t == code)?;
    Some(language.iso639_1.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_both_codes_in_any_case() {
        assert_eq!(country_code("dk"), Some("DK"));
        assert_eq!(country_code("DNK"), Some("DK"));
        assert_eq!(country_code("zzz"), Some("ZZ"));
        assert_eq!(country_code("Denmark"), None);
        assert_eq!(country_code_or_name("united states"), Some("US"));
    }

    #[test]
    fn languages_are_known_by_codes_and_name() {
        assert_eq!(language_code("en"), Some("eng"));
        assert_eq!(language_code("DEU"), Some("deu"));
        assert_eq!(language_code("ENGLISH"), Some("eng"));
        assert_eq!(language_code_of_two("ell"), Some("el"));
    }
}
