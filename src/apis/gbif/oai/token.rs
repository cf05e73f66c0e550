//! Resumption tokens: all that is needed to go on, in the token itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::arguments::read_date;
use super::{INVALID_TOKEN, ProtocolError};
use crate::apis::gbif::moment;

/// Where a list goes on, and of what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub offset: i64,
    pub set: Option<String>,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    pub metadata_prefix: Option<String>,
}

impl Place {
    pub fn token(&self) -> String {
        let date = |moment: Option<Timestamp>| moment.map(moment::written_in_seconds);
        let text = format!(
            "1:{}|2:{}|3:{}|4:{}|5:{}",
            self.offset,
            self.set.as_deref().unwrap_or_default(),
            date(self.from).unwrap_or_default(),
            date(self.until).unwrap_or_default(),
            self.metadata_prefix.as_deref().unwrap_or_default(),
        );
        STANDARD.encode(text)
    }

    /// # Errors
    /// When the token is none of ours.
    pub fn read(token: &str) -> Result<Self, ProtocolError> {
        let invalid = || ProtocolError::new("badResumptionToken", INVALID_TOKEN);
        let bytes = STANDARD.decode(token).map_err(|_| invalid())?;
        let text = String::from_utf8(bytes).map_err(|_| invalid())?;
        let mut place = Self::default();
        let parts: Vec<&str> = text.split('|').collect();
        if parts.len() != 5 {
            return Err(invalid());
        }
        for (number, part) in parts.into_iter().enumerate() {
            let (name, value) = part.split_once(':').ok_or_else(invalid)?;
            if name != (number + 1).to_string() {
                return Err(invalid());
            }
            let given = Some(value).filter(|value| !value.is_empty());
            let date = || match given {
                Some(text) => read_date(text).map(Some).ok_or_else(invalid),
                None => Ok(None),
            };
            match number {
                0 => {
                    let offset = value.parse().ok().filter(|offset| *offset >= 0);
                    place.offset = offset.ok_or_else(invalid)?;
                }
                1 => place.set = given.map(str::to_owned),
                2 => place.from = date()?,
                3 => place.until = date()?,
                _ => place.metadata_prefix = given.map(str::to_owned),
            }
        }
        Ok(place)
    }
}

/// The token of the place so many records earlier.
pub fn earlier(token: &str, records: u64) -> Option<String> {
    let place = Place::read(token).ok()?;
    let records = i64::try_from(records).ok()?;
    Some(Place { offset: (place.offset - records).max(0), ..place }.token())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_hold_all_that_is_needed() {
        let place = Place {
            offset: 100,
            set: Some("country:NL".to_owned()),
            metadata_prefix: Some("oai_dc".to_owned()),
            ..Place::default()
        };
        assert_eq!(place.token(), "MToxMDB8Mjpjb3VudHJ5Ok5MfDM6fDQ6fDU6b2FpX2Rj");
        assert_eq!(Place::read(&place.token()), Ok(place));
    }

    #[test]
    fn other_texts_are_no_tokens() {
        for text in ["", "!", "MQ==", "MTp4fDI6fDM6fDQ6fDU6"] {
            assert_eq!(Place::read(text).unwrap_err().code, "badResumptionToken", "{text}");
        }
    }
}
