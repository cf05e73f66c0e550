//! Choosing a media type by the `Accept` header.

use http::header::ACCEPT;

use super::call::Request;

/// The first of `offers` that the client likes best; none when it accepts none of them.
///
/// Without an `Accept` header everything is liked.
pub fn choose<'o>(request: &Request, offers: &[&'o str]) -> Option<&'o str> {
    let accepted: Vec<&str> =
        request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok()).collect();
    if accepted.is_empty() {
        return offers.first().copied();
    }
    let ranges: Vec<Range> =
        accepted.iter().flat_map(|list| list.split(',')).filter_map(Range::parse).collect();
    let mut best: Option<(&str, f32)> = None;
    for offer in offers {
        let quality = quality(&ranges, offer);
        if quality > best.map_or(0.0, |(_, quality)| quality) {
            best = Some((offer, quality));
        }
    }
    best.map(|(offer, _)| offer)
}

/// One member of an `Accept` header: `text/*;q=0.8`.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    quality: f32,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let quality = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Some(1.0), |quality| quality.parse().ok())?;
        Some(Self { kind, subtype, quality })
    }

    /// How closely it names `offer`: 0 not at all, 3 exactly.
    fn closeness(&self, offer: &str) -> u8 {
        let (kind, subtype) = offer.split_once('/').unwrap_or((offer, ""));
        if self.kind == "*" && self.subtype == "*" {
            1
        } else if !self.kind.eq_ignore_ascii_case(kind) {
            0
        } else if self.subtype == "*" {
            2
        } else if self.subtype.eq_ignore_ascii_case(subtype) {
            3
        } else {
            0
        }
    }
}

/// What the client says of `offer` in the range that names it most closely.
fn quality(ranges: &[Range], offer: &str) -> f32 {
    ranges
        .iter()
        .map(|range| (range.closeness(offer), range.quality))
        .filter(|(closeness, _)| *closeness > 0)
        .max_by_key(|(closeness, _)| *closeness)
        .map_or(0.0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn chosen(accept: &str) -> Option<&'static str> {
        let request =
            http::Request::get("/").header("accept", accept).body(Bytes::new()).unwrap().into();
        choose(&request, &["application/json", "text/csv"])
    }

    #[test]
    fn the_closest_range_decides() {
        assert_eq!(chosen("*/*"), Some("application/json"));
        assert_eq!(chosen("text/*"), Some("text/csv"));
        assert_eq!(chosen("application/json;q=0.2, text/csv"), Some("text/csv"));
        assert_eq!(chosen("*/*, application/json;q=0"), Some("text/csv"));
        assert_eq!(chosen("image/png"), None);
    }

    #[test]
    fn silence_accepts_the_first() {
        let request = http::Request::get("/").body(Bytes::new()).unwrap().into();

        assert_eq!(choose(&request, &["a/b", "c/d"]), Some("a/b"));
    }
}
