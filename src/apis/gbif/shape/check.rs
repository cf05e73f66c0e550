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
            Kind::Emails => {
                let mut given = value.as_array()?.iter().filter_map(Value::as_str);
                let wrong = given.find(|text| !is_email(text))?;
                Some(format!("must be a valid email. found: {wrong}"))
            }
            Kind::Citation => {
                let length = value["identifier"].as_str()?.chars().count();
                (length > 100).then(|| "size must be between 1 and 100".to_owned())
            }
            _ => None,
        }
    }
}

/// Whether a text has the form of an e-mail address: something without blanks, `@`, a host.
pub fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let has_blank = text.chars().any(|c| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>'));
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let dots_part = name.split('.').all(|part| !part.is_empty());
    !has_blank && !name.contains('@') && dots_part && host.split('.').all(is_label)
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
    fn addresses_of_e_mail_have_a_name_and_a_host() {
        assert!(is_email("maria.lind@museum.example.org") && is_email("info@example"));
        assert!(!is_email("maria") && !is_email("a b@example.org") && !is_email("a@-.org"));
    }

    #[test]
    fn only_the_web_is_linked() {
        assert!(is_link("https://example.org/a?b"));
        assert!(!is_link("ftp://example.org") && !is_link("example.org") && !is_link("x y"));
    }
}
