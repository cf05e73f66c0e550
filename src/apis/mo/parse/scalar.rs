//! Booleans, numbers, text and choices.

use crate::apis::mo::error::Error;
use crate::apis::mo::parameter::Choices;

pub fn boolean(text: &str) -> Result<bool, Error> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" => Ok(true),
        "0" | "no" | "false" => Ok(false),
        _ => Err(Error::BadParameterValue(format!(
            "Invalid boolean, \"{text}\", expect \"1\", \"yes\", \"true\", \"0\", \"no\", or \"false\"."
        ))),
    }
}

/// A boolean that may only be true.
pub fn only_true(text: &str) -> Result<bool, Error> {
    if boolean(text)? { Ok(true) } else { Err(beyond(text, "[true]")) }
}

pub fn integer(text: &str) -> Result<i64, Error> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number = if is_digits(digits) { text.parse().ok() } else { None };
    number.ok_or_else(|| Error::BadParameterValue(format!("Invalid integer, \"{text}\".")))
}

/// Digits with at most one point; neither an exponent nor a plus.
pub fn float(text: &str) -> Result<f64, Error> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let is_float = match fraction {
        None => is_digits(whole),
        Some(fraction) => (whole.is_empty() || is_digits(whole)) && is_digits(fraction),
    };
    let number = if is_float { text.parse().ok().filter(|n: &f64| n.is_finite()) } else { None };
    number.ok_or_else(|| Error::BadParameterValue(format!("Invalid float, \"{text}\".")))
}

pub fn between(text: &str, low: f64, high: f64) -> Result<f64, Error> {
    let number = float(text)?;
    if (low..=high).contains(&number) {
        Ok(number)
    } else {
        Err(beyond(text, &format!("{low}..{high}")))
    }
}

/// An unsigned number of 64 bits, kept as text because the store's integers are signed.
pub fn hash(text: &str) -> Result<String, Error> {
    if !is_digits(text.strip_prefix('-').unwrap_or(text)) {
        return Err(Error::BadParameterValue(format!("Invalid integer, \"{text}\".")));
    }
    let number: u64 = text.parse().map_err(|_| beyond(text, &format!("0..{}", u64::MAX)))?;
    Ok(number.to_string())
}

pub fn short(text: &str, limit: usize) -> Result<String, Error> {
    if text.chars().count() > limit {
        return Err(Error::StringTooLong { text: text.to_owned(), limit });
    }
    Ok(text.to_owned())
}

/// The choice as it is declared, whatever the case of letters.
pub fn choice(text: &str, choices: &Choices) -> Result<&'static str, Error> {
    let exact = choices.word == "lang";
    choices
        .values
        .iter()
        .find(|value| if exact { **value == text } else { value.eq_ignore_ascii_case(text) })
        .copied()
        .ok_or_else(|| beyond(text, &choices.list()))
}

pub fn email(text: &str) -> Result<String, Error> {
    let is_email = text.split_once('@').is_some_and(|(user, domain)| {
        !user.is_empty()
            && !domain.contains('@')
            && domain.split_once('.').is_some_and(|(host, top)| !host.is_empty() && !top.is_empty())
            && !text.contains(char::is_whitespace)
    });
    if is_email {
        short(text, 80)
    } else {
        Err(Error::BadParameterValue(format!("Invalid email address, \"{text}\".")))
    }
}

pub fn beyond(text: &str, limit: &str) -> Error {
    Error::BadLimitedParameterValue { text: text.to_owned(), limit: limit.to_owned() }
}

pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_have_six_spellings_in_any_case() {
        for text in ["1", "yes", "True", "YES"] {
            assert_eq!(boolean(text), Ok(true));
        }
        for text in ["0", "no", "FALSE"] {
            assert_eq!(boolean(text), Ok(false));
        }
        assert!(boolean("maybe").is_err() && boolean("t").is_err());
    }

    #[test]
    fn floats_have_neither_exponent_nor_plus() {
        assert_eq!(float("-.5"), Ok(-0.5));
        assert_eq!(float("2"), Ok(2.0));
        for text in ["1e3", "+1", "1.", ".", "", "NaN", "inf", "1.2.3"] {
            assert!(float(text).is_err(), "{text}");
        }
    }

    #[test]
    fn limits_are_named_in_the_refusal() {
        let refusal = between("5", -3.0, 3.0).unwrap_err();

        assert_eq!(refusal.to_string(), "Expected \"5\" to be in -3..3.");
    }

    #[test]
    fn addresses_need_a_dotted_domain() {
        assert!(email("a@b.org").is_ok());
        for text in ["a", "a@b", "@b.org", "a@b@c.org", "a b@c.org"] {
            assert!(email(text).is_err(), "{text}");
        }
    }
}
