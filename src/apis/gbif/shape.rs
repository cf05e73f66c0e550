//! What entities and their parts are made of: fields, declared once.
//!
//! The declaration reads and checks what a client sends, orders and completes what it gets back, and describes both.

use std::fmt::Write as _;

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::error::{Error, Violation};
use super::vocabulary::Vocabulary;
use super::{licence, moment, place};

/// A JSON object.
pub type Document = Map<String, Value>;

/// One member of a document.
#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub origin: Origin,
    pub required: bool,
    pub absent: Absent,
    /// What is said against a text of blanks alone, where that is more than no text.
    pub objects_to_blank: Option<&'static str>,
}

/// What a field holds.
#[derive(Debug)]
pub enum Kind {
    Text {
        min: usize,
        max: usize,
    },
    Texts,
    Emails,
    Key,
    Boolean,
    Integer,
    Number {
        min: f64,
        max: f64,
    },
    OneOf(&'static Vocabulary),
    Country,
    Language,
    License,
    Doi,
    Link,
    Links,
    Citation,
    Moment,
    /// An object with fields of its own.
    Object(&'static [Field]),
    /// A list of such objects.
    Objects(&'static [Field]),
    /// Whatever the server puts there.
    Anything,
}

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The client.
    Client,
    /// The server, which keeps it in the document.
    Server,
    /// It is worked out from other rows whenever the document is written anew.
    Derived,
    /// The parts of this name.
    Parts(&'static str),
}

/// What stands for a value that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    Omitted,
    EmptyList,
    False,
}

const LONGEST: usize = 2_147_483_647;

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            origin: Origin::Client,
            required: false,
            absent: Absent::Omitted,
            objects_to_blank: None,
        }
    }

    pub const fn text(name: &'static str) -> Self {
        Self::new(name, Kind::Text { min: 0, max: LONGEST })
    }

    /// A text of at least `min` characters.
    pub const fn text_from(name: &'static str, min: usize) -> Self {
        Self::new(name, Kind::Text { min, max: LONGEST })
    }

    pub const fn text_of(name: &'static str, min: usize, max: usize) -> Self {
        Self::new(name, Kind::Text { min, max })
    }

    /// A list of texts, empty where it is absent.
    pub const fn texts(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Texts) }
    }

    /// A list of e-mail addresses, empty where it is absent.
    pub const fn emails(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Emails) }
    }

    /// An object with fields of its own.
    pub const fn object(name: &'static str, fields: &'static [Self]) -> Self {
        Self::new(name, Kind::Object(fields))
    }

    /// A list of objects with fields of their own, empty where it is absent.
    pub const fn objects(name: &'static str, fields: &'static [Self]) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Objects(fields)) }
    }

    pub const fn key(name: &'static str) -> Self {
        Self::new(name, Kind::Key)
    }

    /// A boolean, false where it is absent.
    pub const fn boolean(name: &'static str) -> Self {
        Self { absent: Absent::False, ..Self::new(name, Kind::Boolean) }
    }

    pub const fn integer(name: &'static str) -> Self {
        Self::new(name, Kind::Integer)
    }

    pub const fn number(name: &'static str, min: f64, max: f64) -> Self {
        Self::new(name, Kind::Number { min, max })
    }

    pub const fn one_of(name: &'static str, vocabulary: &'static Vocabulary) -> Self {
        Self::new(name, Kind::OneOf(vocabulary))
    }

    pub const fn country(name: &'static str) -> Self {
        Self::new(name, Kind::Country)
    }

    pub const fn language(name: &'static str) -> Self {
        Self::new(name, Kind::Language)
    }

    pub const fn license(name: &'static str) -> Self {
        Self::new(name, Kind::License)
    }

    pub const fn doi(name: &'static str) -> Self {
        Self::new(name, Kind::Doi)
    }

    pub const fn link(name: &'static str) -> Self {
        Self::new(name, Kind::Link)
    }

    pub const fn links(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::new(name, Kind::Links) }
    }

    pub const fn citation(name: &'static str) -> Self {
        Self::new(name, Kind::Citation)
    }

    /// Kept by the server.
    pub const fn kept(name: &'static str) -> Self {
        Self { origin: Origin::Server, ..Self::new(name, Kind::Anything) }
    }

    /// Kept by the server: a list, empty where it is absent.
    pub const fn kept_list(name: &'static str) -> Self {
        Self { absent: Absent::EmptyList, ..Self::kept(name) }
    }

    /// Worked out from other rows.
    pub const fn derived(name: &'static str) -> Self {
        Self { origin: Origin::Derived, ..Self::new(name, Kind::Anything) }
    }

    /// The parts of an entity, under their name in its document.
    pub const fn parts(name: &'static str, part: &'static str) -> Self {
        Self { origin: Origin::Parts(part), absent: Absent::EmptyList, ..Self::kept(name) }
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// A text of which blanks alone are refused, in these words.
    pub const fn not_blank(mut self, message: &'static str) -> Self {
        self.objects_to_blank = Some(message);
        self
    }

    /// A list that is left out where it is absent.
    pub const fn or_omitted(mut self) -> Self {
        self.absent = Absent::Omitted;
        self
    }
}

/// What a client sent for one document.
#[derive(Debug)]
pub struct Sent {
    /// The fields that are the client's, in their written form.
    pub values: Document,
    /// Everything, as it came.
    pub whole: Document,
    pub violations: Vec<Violation>,
}

impl Sent {
    /// Reads a body.
    ///
    /// # Errors
    /// When it is no JSON object, or a member has a type that the field cannot have.
    pub fn read(fields: &[Field], body: &[u8]) -> Result<Self, Error> {
        if body.is_empty() {
            return Err(Error::Unreadable("Required request body is missing".to_owned()));
        }
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| Error::Unreadable(format!("JSON parse error: {error}")))?;
        let Value::Object(whole) = body else {
            let reason = format!("Cannot deserialize value from {} value", kind_of(&body));
            return Err(Error::Unreadable(reason));
        };
        Self::of(fields, whole)
    }

    /// Reads an object.
    ///
    /// # Errors
    /// When a member has a type that the field cannot have.
    pub fn of(fields: &[Field], whole: Document) -> Result<Self, Error> {
        let mut sent = Self { values: Document::new(), whole, violations: Vec::new() };
        for field in fields.iter().filter(|field| field.origin == Origin::Client) {
            let given = sent.whole.get(field.name).filter(|value| !value.is_null());
            let value = match given {
                Some(value) => field.read(value, &mut sent.violations)?,
                None => None,
            };
            match value {
                Some(value) => {
                    if let Some(message) = field.objection(&value) {
                        sent.object(field.name, &message);
                    }
                    sent.values.insert(field.name.to_owned(), value);
                }
                None if field.required => sent.object(field.name, "must not be null"),
                None => {}
            }
        }
        Ok(sent)
    }

    pub fn object(&mut self, field: &str, message: &str) {
        self.violations.push(Violation { field: field.to_owned(), message: message.to_owned() });
    }

    /// Objects to members that only the server may set.
    pub fn refuse(&mut self, names: &[&str]) {
        for name in names {
            if self.gives(name) {
                self.object(name, "must be null");
            }
        }
    }

    /// Objects to the absence of members.
    pub fn demand(&mut self, names: &[&str]) {
        for name in names {
            if !self.gives(name) {
                self.object(name, "must not be null");
            }
        }
    }

    /// Whether a member is there and not null.
    pub fn gives(&self, name: &str) -> bool {
        self.whole.get(name).is_some_and(|value| !value.is_null())
    }

    /// The values, if nothing speaks against them.
    ///
    /// # Errors
    /// When a constraint is violated.
    pub fn checked(self) -> Result<Document, Error> {
        if self.violations.is_empty() {
            Ok(self.values)
        } else {
            Err(Error::Invalid(self.violations))
        }
    }
}

impl Field {
    /// The value in its written form; none when it is blank. What speaks against members of objects is noted.
    fn read(&self, value: &Value, violations: &mut Vec<Violation>) -> Result<Option<Value>, Error> {
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

    /// What speaks against a value that has the right type.
    fn objection(&self, value: &Value) -> Option<String> {
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

    /// The field as JSON Schema describes it.
    fn schema(&self) -> Value {
        let mut schema = match &self.kind {
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Integer => json!({ "type": "integer" }),
            Kind::Number { min, max } => {
                json!({ "type": "number", "minimum": min, "maximum": max })
            }
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Links => {
                json!({ "type": "array", "items": { "type": "string", "format": "uri" } })
            }
            Kind::Emails => {
                json!({ "type": "array", "items": { "type": "string", "format": "email" } })
            }
            Kind::Object(fields) => schema(fields).to_value(),
            Kind::Objects(fields) => json!({ "type": "array", "items": schema(fields).to_value() }),
            Kind::OneOf(vocabulary) => json!({ "type": "string", "enum": vocabulary.values }),
            Kind::Key => json!({ "type": "string", "format": "uuid" }),
            Kind::Link => json!({ "type": "string", "format": "uri" }),
            Kind::Moment => json!({ "type": "string", "format": "date-time" }),
            Kind::Citation => json!({ "type": "object" }),
            Kind::Anything => json!({}),
            Kind::Text { min, max } => {
                let mut schema = json!({ "type": "string", "minLength": min });
                if *max < LONGEST {
                    schema["maxLength"] = json!(max);
                }
                schema
            }
            Kind::Country | Kind::Language | Kind::License | Kind::Doi => {
                json!({ "type": "string" })
            }
        };
        if self.origin != Origin::Client {
            schema["readOnly"] = json!(true);
        }
        schema
    }
}

/// The fields as JSON Schema describes an object.
pub fn schema(fields: &[Field]) -> Schema {
    let properties: Document =
        fields.iter().map(|field| (field.name.to_owned(), field.schema())).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let schema = json!({ "type": "object", "properties": properties, "required": required });
    schema.try_into().expect("an object is a schema")
}

/// Writes a document with its fields in order, and what stands for those that are absent.
pub fn write(fields: &[Field], document: &Document) -> String {
    let mut text = String::with_capacity(256);
    for field in fields {
        match (document.get(field.name), field.absent) {
            (Some(value), _) if !value.is_null() => push_member(&mut text, field.name, value),
            (_, Absent::Omitted) => {}
            (_, Absent::EmptyList) => push_raw(&mut text, field.name, "[]"),
            (_, Absent::False) => push_raw(&mut text, field.name, "false"),
        }
    }
    close(text)
}

/// Adds a member to the text of an object that [`close`] will end.
pub fn push_member(text: &mut String, name: &str, value: &Value) {
    push_name(text, name);
    write!(text, "{value}").expect("memory takes every byte");
}

/// Adds a member whose value is JSON already.
pub fn push_raw(text: &mut String, name: &str, value: &str) {
    push_name(text, name);
    text.push_str(value);
}

fn push_name(text: &mut String, name: &str) {
    text.push(if text.is_empty() { '{' } else { ',' });
    text.push('"');
    text.push_str(name);
    text.push_str("\":");
}

pub fn close(mut text: String) -> String {
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    text
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

fn is_link(text: &str) -> bool {
    let is_web = |uri: &http::Uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
    };
    text.parse::<http::Uri>().is_ok_and(|uri| is_web(&uri))
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

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "Boolean",
        Value::Number(_) => "Number",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
    }
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
