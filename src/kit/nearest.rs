//! What somebody may have meant who wrote something else.

/// Texts are compared up to here: nobody misspells more, and comparing takes the product of both lengths.
const COMPARED: usize = 200;

/// The candidate that is most like `text`; the first of several.
pub fn nearest<'c>(text: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let text: String = text.chars().take(COMPARED).collect();
    likest(candidates, |candidate| strsim::jaro_winkler(candidate, &text))
}

/// The route template that is most like `path`, segment by segment; the first of several.
pub fn nearest_route<'t>(
    path: &str,
    templates: impl IntoIterator<Item = &'t str>,
) -> Option<&'t str> {
    let path: String = path.chars().take(COMPARED).collect();
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    likest(templates, |template| {
        let template: Vec<&str> = template.trim_matches('/').split('/').collect();
        let pairs = template.iter().zip(&segments);
        let alike: f64 = pairs.map(|(template, segment)| likeness(template, segment)).sum();
        alike / template.len().max(segments.len()) as f64
    })
}

fn likeness(template: &str, segment: &str) -> f64 {
    // A placeholder takes anything, but what was meant literally says more.
    if template.contains('{') { 0.8 } else { strsim::jaro_winkler(template, segment) }
}

fn likest<'c>(
    candidates: impl IntoIterator<Item = &'c str>,
    likeness: impl Fn(&str) -> f64,
) -> Option<&'c str> {
    let mut best: Option<(&str, f64)> = None;
    for candidate in candidates {
        let likeness = likeness(candidate);
        if best.is_none_or(|(_, so_far)| likeness > so_far) {
            best = Some((candidate, likeness));
        }
    }
    best.map(|(candidate, _)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_route};

    #[test]
    fn the_likest_is_near() {
        let names = ["country", "county", "scientificName"];

        assert_eq!(nearest("scientific_name", names), Some("scientificName"));
        assert_eq!(nearest("contry", names), Some("country"));
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn routes_are_compared_by_segments() {
        let routes = ["/v1/dataset", "/v1/dataset/{key}", "/v1/dataset/search", "/v1/node/{key}"];

        assert_eq!(nearest_route("/v1/datset/5", routes), Some("/v1/dataset/{key}"));
        assert_eq!(nearest_route("/v1/dataset/serch", routes), Some("/v1/dataset/search"));
        assert_eq!(nearest_route("/v1/nodes/abc", routes), Some("/v1/node/{key}"));
        assert_eq!(nearest_route("/v2/dataset/", routes), Some("/v1/dataset"));
    }
}
