//! Names of sessions and snapshots.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

/// 1 to 64 of `A–Z a–z 0–9 . _ -`, but not `.` or `..`: clients take those out of paths.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionName(String);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no session name: 1 to 64 letters, digits, dots, underscores or hyphens")]
pub struct BadName(String);

impl SessionName {
    /// The session of requests that name none.
    pub fn default_session() -> Self {
        Self("default".to_owned())
    }

    /// A name that nobody else is given: `session-0f3a…`.
    pub fn made_up() -> Self {
        Self(format!("session-{:016x}", rand::random::<u64>()))
    }

    /// Whether it is the name of what always exists: the default session, the pristine world.
    pub fn is_reserved(&self) -> bool {
        matches!(self.0.as_str(), "default" | "pristine")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for SessionName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl FromStr for SessionName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let is_step = matches!(text, "." | "..");
        if (1..=64).contains(&text.len()) && text.bytes().all(fits) && !is_step {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadName(text.chars().take(80).collect()))
        }
    }
}

impl fmt::Display for SessionName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_short() {
        let longest = "x".repeat(64);
        for name in ["a", "run-1.b_C", longest.as_str()] {
            assert!(name.parse::<SessionName>().is_ok(), "{name}");
        }
        let too_long = "x".repeat(65);
        for name in ["", "a b", "ä", "a/b", too_long.as_str()] {
            assert!(name.parse::<SessionName>().is_err(), "{name:?}");
        }
    }
}
