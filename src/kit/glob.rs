//! Patterns of paths: `*` stands for anything within a segment, `**` for any number of segments.

/// Whether `path` is one that `pattern` describes.
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    matches_list(
        &pattern,
        &path,
        |piece| *piece == "**",
        |piece, segment| {
            let piece: Vec<char> = piece.chars().collect();
            let segment: Vec<char> = segment.chars().collect();
            matches_list(&piece, &segment, |c| *c == '*', |a, b| a == b)
        },
    )
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
    use super::matches;

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
