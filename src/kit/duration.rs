//! Durations as every surface of wardian writes them.

use std::time::Duration;

use jiff::{Span, SpanRelativeTo};

/// What a duration looks like, for messages.
pub const FORM: &str = "a duration such as 300ms, 3s, 5m, 1h, 2d or PT1H30M";

/// Reads `300ms`, `3s`, `5m`, `1h`, `2d` or ISO 8601; none when it is no duration or negative.
pub fn parse(text: &str) -> Option<Duration> {
    let span: Span = text.trim().parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    duration.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_short_or_as_iso_8601() {
        let seconds = |text: &str| parse(text).map(|duration| duration.as_secs_f64());

        assert_eq!(seconds("300ms"), Some(0.3));
        assert_eq!(seconds("3s"), Some(3.0));
        assert_eq!(seconds("5m"), Some(300.0));
        assert_eq!(seconds("1h"), Some(3600.0));
        assert_eq!(seconds("2d"), Some(172_800.0));
        assert_eq!(seconds("PT1H30M"), Some(5400.0));
        for nonsense in ["", "5", "soon", "-3s"] {
            assert_eq!(seconds(nonsense), None, "{nonsense:?}");
        }
    }
}
