//! How a member of a body becomes the value that is kept.

use serde_json::{Value, json};

use super::{Absent, Document, Field, Kind, Sent, kind_of};
use crate::apis::gbif::error::{Error, Violation};
use crate::apis::gbif::{licence, moment, place};

impl Field {
    /// The value in its written form; none when it is blank. What speaks against members of objects is noted.
    pub(super) fn read(
        &self,
        value: &Value,
        violations: &mut Vec<Violation>,
    ) -> Result<Option<Value>, Error> {
        match &self.kind {
            Kind::Object(fields) => self.read_object(fields, value, violations).map(Some),
            Kind::Objects(fields) => {
                let Value::Array(members) = value else {
                    return Err(self.misfit("java.util.List", value));
                };
                let members = members.iter().filter(|member| !member.is_null());
                let objects = members.map(|member| self.read_object(fields, member, violations));
                Ok(Some(Value::Array(objects.collect::<Result<_, _>>()?)))
            }
            Kind::Boolean => self.read_boolean(value).map(Some),
            Kind::Integer => self.read_integer(value),
            Kind::Number { .. } => self.read_number(value),
            Kind::Texts | Kind::Links | Kind::Emails => self.read_list(value).map(Some),
            Kind::Citation => self.read_citation(value),
            Kind::Anything if self.absent == Absent::EmptyList && !value.is_array() => {
                Err(self.misfit("java.util.List", value))
            }
            Kind::Anything => Ok(Some(value.clone())),
            Kind::Text { .. }
            | Kind::Key
            | Kind::OneOf(_)
            | Kind::Country
            | Kind::Language
            | Kind::License
            | Kind::Doi
            | Kind::Link
            | Kind::Moment => {
                let text = self.read_text(value)?;
                match (text.trim(), self.objects_to_blank) {
                    ("", Some(message)) => {
                        let field = self.name.to_owned();
                        violations.push(Violation { field, message: message.to_owned() });
                        Ok(None)
                    }
                    ("", None) => Ok(None),
                    (text, _) => self.read_word(text).map(|word| Some(Value::String(word))),
                }
            }
        }
    }

    fn read_object(
        &self,
        fields: &[Self],
        value: &Value,
        violations: &mut Vec<Violation>,
    ) -> Result<Value, Error> {
        let Value::Object(members) = value else {
            return Err(self.misfit(self.name, value));
        };
        let sent = Sent::of(fields, members.clone())?;
        violations.extend(sent.violations);
        Ok(Value::Object(sent.values))
    }

    fn read_text(&self, value: &Value) -> Result<String, Error> {
        match value {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(truth) => Ok(truth.to_string()),
            _ => Err(self.misfit("java.lang.String", value)),
        }
    }

    fn read_word(&self, text: &str) -> Result<String, Error> {
        let found = match &self.kind {
            Kind::Key => text.parse::<uuid::Uuid>().ok().map(|key| key.to_string()),
            Kind::OneOf(vocabulary) => vocabulary.exact(text).map(str::to_owned),
            Kind::Country => place::country_code(text).map(str::to_owned),
            Kind::Language => place::language_code(text).map(str::to_owned),
            Kind::License => Some(licence::written(text)),
            Kind::Doi => read_doi(text),
            Kind::Moment => moment::read(text).map(moment::written),
            _ => Some(text.to_owned()),
        };
        found.ok_or_else(|| {
            let (class, why) = match &self.kind {
                Kind::Key => (
                    "java.util.UUID",
                    "UUID has to be represented by standard 36-char representation".to_owned(),
                ),
                Kind::OneOf(vocabulary) => (
                    vocabulary.name,
                    format!(
                        "not one of the values accepted for Enum class: [{}]",
                        vocabulary.values.join(", ")
                    ),
                ),
                Kind::Country => ("Country", "not a known country".to_owned()),
                Kind::Language => ("Language", "not a known language".to_owned()),
                Kind::Doi => ("DOI", "not a valid DOI".to_owned()),
                _ => ("java.util.Date", "not a valid representation".to_owned()),
            };
            let text =
                format!("Cannot deserialize value of type `{class}` from String \"{text}\": {why}");
            Error::Unreadable(text)
        })
    }

    fn read_boolean(&self, value: &Value) -> Result<Value, Error> {
        match value {
            Value::Bool(_) => Ok(value.clone()),
            Value::Number(number) if number.is_i64() => Ok(json!(number.as_i64() != Some(0))),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(json!(true)),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(json!(false)),
            _ => Err(self.misfit("boolean", value)),
        }
    }

    fn read_integer(&self, value: &Value) -> Result<Option<Value>, Error> {
        let number = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.and_then(|number| i32::try_from(number).ok());
        number.map(|number| Some(json!(number))).ok_or_else(|| self.misfit("int", value))
    }

    fn read_number(&self, value: &Value) -> Result<Option<Value>, Error> {
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            _ => None,
        };
        let number = number.ok_or_else(|| self.misfit("java.math.BigDecimal", value))?;
        Ok(Some(if value.is_number() { value.clone() } else { json!(number) }))
    }

    fn read_list(&self, value: &Value) -> Result<Value, Error> {
        let Value::Array(members) = value else {
            return Err(self.misfit("java.util.List", value));
        };
        let mut texts = Vec::with_capacity(members.len());
        for member in members.iter().filter(|member| !member.is_null()) {
            texts.push(Value::String(self.read_text(member)?.trim().to_owned()));
        }
        Ok(Value::Array(texts))
    }

    fn read_citation(&self, value: &Value) -> Result<Option<Value>, Error> {
        let Value::Object(citation) = value else { return Err(self.misfit("Citation", value)) };
        let mut kept = Document::new();
        for name in ["text", "identifier"] {
            if let Some(text) = citation.get(name).filter(|text| !text.is_null()) {
                let text = self.read_text(text)?.trim().to_owned();
                if !text.is_empty() {
                    kept.insert(name.to_owned(), text.into());
                }
            }
        }
        Ok((!kept.is_empty()).then_some(Value::Object(kept)))
    }

    fn misfit(&self, class: &str, value: &Value) -> Error {
        Error::Unreadable(format!(
            "Cannot deserialize value of type `{class}` from {} value (through reference chain: [\"{}\"])",
            kind_of(value),
            self.name
        ))
    }
}

/// A DOI without scheme or resolver, in lower case.
pub fn read_doi(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let bare = ["https://", "http://", "dx.doi.org/", "www.doi.org/", "doi.org/", "doi:"]
        .iter()
        .fold(text.as_str(), |text, prefix| text.strip_prefix(prefix).unwrap_or(text));
    let (prefix, suffix) = bare.split_once('/')?;
    let digits = prefix.strip_prefix("10.")?;
    let is_number = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    (is_number && !suffix.is_empty()).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois_lose_their_resolver() {
        assert_eq!(read_doi("https://doi.org/10.15468/IGASAI").as_deref(), Some("10.15468/igasai"));
        assert_eq!(read_doi("doi:10.1/a/b").as_deref(), Some("10.1/a/b"));
        assert_eq!(read_doi("11.1/a"), None);
    }
}
