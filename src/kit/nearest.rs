//! What somebody may have meant who wrote something else.

/// Texts are compared up to here: nobody misspells more, and comparing takes the product of both lengths.
const COMPARED: usize = 200;

/// The candidate that is most like `text`; the first of several.
pub fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let text: String = text.chars().take(COMPARED).collect();
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let likeness = strsim::jaro_winkler(candidate, &text);
        if best.is_none_or(|(_, so_far)| likeness > so_far) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_likest_is_near() {
        let names = ["country", "county", "scientificName"];

        assert_eq!(nearest("scientific_name", names), Some("scientificName"));
        assert_eq!(nearest("contry", names), Some("country"));
        assert_eq!(nearest("x", []), None);
    }
}
