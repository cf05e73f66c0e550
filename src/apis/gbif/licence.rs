//! Licences of datasets: a URL in documents, a name in filters, facets and tables.

use super::vocabulary::LICENSE;

const URLS: [(&str, &str, &str); 3] = [
    (
        "CC0_1_0",
        "http://creativecommons.org/publicdomain/zero/1.0/legalcode",
        "Creative Commons Zero v1.0 Universal",
    ),
    (
        "CC_BY_4_0",
        "http://creativecommons.org/licenses/by/4.0/legalcode",
        "Creative Commons Attribution 4.0 International",
    ),
    (
        "CC_BY_NC_4_0",
        "http://creativecommons.org/licenses/by-nc/4.0/legalcode",
        "Creative Commons Attribution Non Commercial 4.0 International",
    ),
];

/// How documents write a licence: its URL, or its name in lower case if it has none.
pub fn written(text: &str) -> String {
    let name = name_of(text);
    url_of(name).map_or_else(|| name.to_lowercase(), str::to_owned)
}

/// The name that a licence's URL or name means; whatever else is said is unsupported.
pub fn name_of(text: &str) -> &'static str {
    if text.trim().is_empty() {
        return "UNSPECIFIED";
    }
    if let Some(name) = LICENSE.lenient(text) {
        return name;
    }
    let path = |url: &str| {
        let url = url.trim_start_matches("https://").trim_start_matches("http://");
        let url = url.trim_start_matches("www.").to_ascii_lowercase();
        url.trim_end_matches('/').trim_end_matches("legalcode").trim_end_matches('/').to_owned()
    };
    let given = path(text);
    let known = URLS.iter().find(|(_, url, _)| path(url) == given);
    known.map_or("UNSUPPORTED", |(name, ..)| name)
}

/// The URL of a licence, by its name.
pub fn url_of(name: &str) -> Option<&'static str> {
    URLS.iter().find(|(known, ..)| *known == name).map(|(_, url, _)| *url)
}

/// The full title of a licence, by its name.
pub fn title_of(name: &str) -> Option<&'static str> {
    URLS.iter().find(|(known, ..)| *known == name).map(|(.., title)| *title)
}

/// Whether a document's licence says what one may do.
pub fn is_concrete(written: &str) -> bool {
    written.starts_with("http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_known_by_name_and_url() {
        assert_eq!(name_of("CC_BY_4_0"), "CC_BY_4_0");
        assert_eq!(name_of("https://creativecommons.org/licenses/by-nc/4.0/"), "CC_BY_NC_4_0");
        assert_eq!(
            name_of("http://creativecommons.org/publicdomain/zero/1.0/legalcode"),
            "CC0_1_0"
        );
        assert_eq!(name_of("my own terms"), "UNSUPPORTED");
        assert_eq!(name_of(""), "UNSPECIFIED");
        assert_eq!(
            written("CC0_1_0"),
            "http://creativecommons.org/publicdomain/zero/1.0/legalcode"
        );
        assert_eq!(written("UNSPECIFIED"), "unspecified");
    }
}
