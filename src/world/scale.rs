//! How large the world is.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A factor on the sizes that each API has by itself: one for all, and others for some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scale {
    everywhere: u32,
    apis: BTreeMap<String, u32>,
}

impl Scale {
    /// The factor of one API.
    pub fn of(&self, api: &str) -> u32 {
        self.apis.get(api).copied().unwrap_or(self.everywhere)
    }
}

impl Default for Scale {
    fn default() -> Self {
        Self { everywhere: 1, apis: BTreeMap::new() }
    }
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no scale: give a whole number from 1 on, or one per API such as tbia=200,ala=10")]
pub struct BadScale(String);

impl FromStr for Scale {
    type Err = BadScale;

    fn from_str(text: &str) -> Result<Self, BadScale> {
        let bad = || BadScale(text.to_owned());
        let factor = |number: &str| -> Result<u32, BadScale> {
            number.trim().parse().ok().filter(|factor| *factor > 0).ok_or_else(bad)
        };
        if !text.contains('=') {
            return Ok(Self { everywhere: factor(text)?, apis: BTreeMap::new() });
        }
        let mut apis = BTreeMap::new();
        for part in text.split(',') {
            let (api, number) = part.split_once('=').ok_or_else(bad)?;
            apis.insert(api.trim().to_owned(), factor(number)?);
        }
        Ok(Self { everywhere: 1, apis })
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.apis.is_empty() {
            return write!(f, "{}", self.everywhere);
        }
        let parts: Vec<String> =
            self.apis.iter().map(|(api, factor)| format!("{api}={factor}")).collect();
        f.write_str(&parts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_scales_every_api_and_a_list_those_it_names() {
        let all: Scale = "3".parse().unwrap();
        let some: Scale = "tbia=200, ala=10".parse().unwrap();

        assert_eq!((all.of("tbia"), all.of("mo")), (3, 3));
        assert_eq!((some.of("tbia"), some.of("ala"), some.of("mo")), (200, 10, 1));
        assert_eq!(some.to_string(), "ala=10,tbia=200");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "0", "-1", "x", "tbia=", "tbia=0", "tbia=1,2"] {
            assert!(text.parse::<Scale>().is_err(), "{text:?}");
        }
    }
}
