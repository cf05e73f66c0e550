//! The constraints that a value has to keep.

use super::{Field, Kind};
use serde_json::Value;

impl Field {
    /// What speaks against a value that has the right type.
    pub(super) fn objection(&self, value: &Value) -> Option<String> {
        match &self.kind {
            Kind::Text { min, max } => {
                let length = value.as_str()?.chars().count();
                let fits = (*min..=*max).contains(&length);
                (!fits).then(|| format!("size must be between {min} and {max}"))
            }
            Kind::Number { min, max } => {
                let number = value.as_f64()?;
                if number < *min {
                    Some(format!("must be greater than or equal to {min}"))
                } else if number > *max {
                    Some(format!("must be less than or equal to {max}"))
                } else {
                    None
                }
            }
            Kind::Link => (!is_link(value.as_str()?)).then(|| "Invalid URI".to_owned()),
            Kind::Links => {
                let all_fit = value.as_array()?.iter().filter_map(Value::as_str).all(is_link);
                (!all_fit).then(|| "Invalid URI".to_owned())
            }
            Kind::Citation => {
                let length = value["identifier"].as_str()?.chars().count();
                (length > 100).then(|| "size must be between 1 and 100".to_owned())
            }
            _ => None,
        }
    }
}

fn is_link(text: &str) -> bool {
    let is_web = |uri: &http::Uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
    };
    text.parse::<http::Uri>().is_ok_and(|uri| is_web(&uri))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_linked() {
        assert!(is_link("https://example.org/a?b"));
        assert!(!is_link("ftp://example.org") && !is_link("example.org") && !is_link("x y"));
    }
}
