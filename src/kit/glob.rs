//! Patterns of paths: `*` stands for anything within a segment, `**` for any number of segments.

/// A pattern, taken apart once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    /// Bytes before the first wildcard: what begins otherwise needs no closer look.
    start: usize,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// `**`
    Any,
    Literal(String),
    /// With stars in it.
    Starred(Vec<char>),
}

impl Pattern {
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let segments = text.split('/').map(|segment| match segment {
            "**" => Segment::Any,
            starred if starred.contains('*') => Segment::Starred(starred.chars().collect()),
            literal => Segment::Literal(literal.to_owned()),
        });
        let segments: Vec<Segment> = segments.collect();
        let star = text.find('*').unwrap_or(text.len());
        // `/a/**` takes `/a` too, so the slash before two stars is no part of it.
        let start = if text[star..].starts_with("**") { star.saturating_sub(1) } else { star };
        Self { text, start, segments }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `path` is one that it describes.
    pub fn matches(&self, path: &str) -> bool {
        if !path.as_bytes().starts_with(&self.text.as_bytes()[..self.start]) {
            return false;
        }
        let path: Vec<&str> = path.split('/').collect();
        matches_list(&self.segments, &path, |segment| *segment == Segment::Any, Segment::fits)
    }
}

impl Segment {
    fn fits(&self, segment: &&str) -> bool {
        match self {
            Self::Any => true,
            Self::Literal(text) => text == segment,
            Self::Starred(pattern) => {
                let segment: Vec<char> = segment.chars().collect();
                matches_list(pattern, &segment, |c| *c == '*', |a, b| a == b)
            }
        }
    }
}

/// Whether `items` are what `pattern` lists, where a wildcard stands for any number of them.
///
/// Only the last wildcard is ever tried again, so it takes no more than one step for each pair.
fn matches_list<P, T>(
    pattern: &[P],
    items: &[T],
    is_wildcard: impl Fn(&P) -> bool,
    fits: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut p, mut i) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while i < items.len() {
        if p < pattern.len() && is_wildcard(&pattern[p]) {
            retry = Some((p + 1, i));
            p += 1;
        } else if p < pattern.len() && fits(&pattern[p], &items[i]) {
            p += 1;
            i += 1;
        } else if let Some((after, from)) = retry {
            retry = Some((after, from + 1));
            p = after;
            i = from + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(is_wildcard)
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::new(pattern).matches(path)
    }

    #[test]
    fn one_star_stays_within_a_segment() {
        assert!(matches("/v1/dataset/*", "/v1/dataset/abc"));
        assert!(matches("/v1/*/x", "/v1/濕地/x"));
        assert!(matches("/v1/data*/a*c", "/v1/dataset/abbc"));
        assert!(!matches("/v1/dataset/*", "/v1/dataset/abc/contact"));
        assert!(!matches("/v1/*", "/v1"));
    }

    #[test]
    fn two_stars_take_any_number_of_segments() {
        assert!(matches("**", "/v1/dataset"));
        assert!(matches("/v1/**", "/v1/dataset/abc/contact"));
        assert!(matches("/v1/**", "/v1"));
        assert!(!matches("/v1/**", "/v10/dataset"));
        assert!(matches("/v1/**/contact", "/v1/dataset/abc/contact"));
        assert!(matches("/**/contact/*", "/v1/contact/contact/5"));
        assert!(!matches("/v1/**/contact", "/v1/dataset/abc/contacts"));
    }

    #[test]
    fn everything_else_stands_for_itself() {
        assert!(matches("/v1/a.b?[x]", "/v1/a.b?[x]"));
        assert!(!matches("/v1/a.b", "/v1/axb"));
        assert!(!matches("/v1", "/v1/"));
    }
}
