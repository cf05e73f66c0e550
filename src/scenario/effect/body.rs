//! Bodies that arrive damaged: cut short, unreadable, under a wrong name.

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use strum::{EnumString, VariantNames};

use crate::kit::delivery::{Delivery, Ending};
use crate::kit::reply::Reply;
use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

/// What happens to the body of an answer, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    pub corrupt: Option<Corruption>,
    /// The share that is left, 0 to 1; the length told is that of what is left.
    pub truncate: Option<f64>,
    pub empty: bool,
    pub wrong_content_type: Option<HeaderValue>,
    /// The body is whole, the length told is larger, and then the connection closes.
    pub wrong_length: bool,
}

/// What is wrong with a body's bytes.
#[derive(Clone, Copy, Debug, EnumString, PartialEq, Eq, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Corruption {
    /// No parser of the answer's form, be it JSON or XML, reads it.
    Json,
    /// A text holds a byte that is no UTF-8; all else is as it was.
    Utf8,
    /// One byte in a hundred is another.
    Bytes,
}

/// The wrong content type of one who names none.
pub const WRONG_TYPE: HeaderValue = HeaderValue::from_static("text/html");

/// One byte in so many is changed.
const BYTES_A_CHANGE: usize = 100;

/// An é in Latin-1: the beginning of a longer character in UTF-8, which never follows.
const NO_UTF8: u8 = 0xe9;

impl Body {
    /// Reads the value of `body`.
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { truncate: 60% }", faults)?;
        let body = Self {
            truncate: members.read("truncate", read::share),
            corrupt: members.read("corrupt", read::one_of),
            wrong_content_type: members.read("wrong_content_type", read_type),
            wrong_length: members.read("wrong_length", read::boolean).unwrap_or(false),
            empty: members.read("empty", read::boolean).unwrap_or(false),
        };
        members.finish();
        faults.nothing(node, &body);
        Some(body)
    }

    /// Damages an answer, and tells whether it is another now.
    pub fn apply(&self, reply: &mut Reply, random: &mut ChaCha8Rng) -> bool {
        let (body, content_type) = (reply.body.clone(), reply.headers.get(&CONTENT_TYPE).cloned());
        if let Some(corruption) = self.corrupt {
            reply.body = corruption.spoil(&reply.body, random);
        }
        if let Some(share) = self.truncate {
            // A copy, so that the journal does not keep what was cut off.
            reply.body = Bytes::copy_from_slice(&reply.body[..part(reply.body.len(), share)]);
        }
        if self.empty {
            reply.body.clear();
        }
        if let Some(wrong) = &self.wrong_content_type {
            reply.headers.insert(CONTENT_TYPE, wrong.clone());
        }
        if self.wrong_length {
            let delivery = reply.delivery.get_or_insert_with(Box::<Delivery>::default);
            delivery.ending = Ending::Overlong;
        }
        self.wrong_length
            || reply.body != body
            || reply.headers.get(&CONTENT_TYPE) != content_type.as_ref()
    }
}

/// `true` for a type that never fits, or one by its name; none for `false`.
fn read_type(node: &Node, faults: &Faults) -> Option<HeaderValue> {
    if let Some(Value::Bool(wrong)) = node.plain() {
        return wrong.then_some(WRONG_TYPE);
    }
    let text = read::text(node, faults)?;
    let found = HeaderValue::try_from(&text).ok().filter(|_| text.contains('/'));
    if found.is_none() {
        faults.expected(node, "true, or a media type such as text/html");
    }
    found
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a length")]
fn part(length: usize, share: f64) -> usize {
    (length as f64 * share).floor() as usize
}

impl Corruption {
    fn spoil(self, body: &Bytes, random: &mut ChaCha8Rng) -> Bytes {
        if body.is_empty() {
            return body.clone();
        }
        let mut spoilt = body.to_vec();
        match self {
            Self::Json => match essential(body).choose(random) {
                Some(at) => drop(spoilt.remove(*at)),
                None => spoilt.push(b'}'),
            },
            Self::Utf8 => {
                let at = beginnings_of_texts(body).choose(random).copied().unwrap_or(body.len());
                spoilt.insert(at, NO_UTF8);
            }
            Self::Bytes => {
                for _ in 0..body.len().div_ceil(BYTES_A_CHANGE) {
                    let at = random.random_range(0..body.len());
                    spoilt[at] = body[at] ^ random.random_range(1..=u8::MAX);
                }
            }
        }
        spoilt.into()
    }
}

/// The bytes without any of which the body cannot be parsed: the colons of JSON, the slashes of XML's end tags.
fn essential(body: &[u8]) -> Vec<usize> {
    if is_markup(body) {
        let pairs = body.windows(2).enumerate();
        return pairs.filter(|(_, pair)| pair == b"</").map(|(at, _)| at + 1).collect();
    }
    let (mut colons, mut is_text, mut is_escaped) = (Vec::new(), false, false);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b':' if !is_text => colons.push(at),
            _ => {}
        }
    }
    colons
}

/// Where something can be put into a text without breaking the form around it.
fn beginnings_of_texts(body: &[u8]) -> Vec<usize> {
    if is_markup(body) {
        let begins =
            |pair: &[u8]| pair[0] == b'>' && pair[1] != b'<' && !pair[1].is_ascii_whitespace();
        let pairs = body.windows(2).enumerate();
        return pairs.filter(|(_, pair)| begins(pair)).map(|(at, _)| at + 1).collect();
    }
    // Texts that are names are left alone: they come neither after a colon nor in a list.
    let (mut beginnings, mut around, mut before) = (Vec::new(), Vec::new(), b'[');
    let (mut is_text, mut is_escaped) = (false, false);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => {
                is_text = !is_text;
                let is_value = before == b':' || around.last() == Some(&b'[');
                let is_filled = body.get(at + 1).is_some_and(|next| *next != b'"');
                if is_text && is_value && is_filled {
                    beginnings.push(at + 1);
                }
            }
            _ if is_text || byte.is_ascii_whitespace() => {}
            b'[' | b'{' => around.push(*byte),
            b']' | b'}' => drop(around.pop()),
            _ => {}
        }
        if !is_text && !byte.is_ascii_whitespace() {
            before = *byte;
        }
    }
    beginnings
}

fn is_markup(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::scenario::effect::sample::{random, reply};

    const JSON: &str = r#"{"a:b":"x\"y:","list":["one","two",""],"n":{"c":1}}"#;
    const XML: &str = "<a>\n  <b>one</b>\n  <c d=\"e\"/>\n</a>";

    fn spoilt(body: &Body, text: &str) -> Reply {
        let mut spoilt = reply("application/json", text);
        body.apply(&mut spoilt, &mut random());
        spoilt
    }

    fn corrupted(corruption: Corruption, text: &str, random: &mut ChaCha8Rng) -> Bytes {
        let mut reply = reply("application/json", text);
        let body = Body { corrupt: Some(corruption), ..Body::default() };
        assert!(body.apply(&mut reply, random));
        reply.body
    }

    #[rstest]
    #[case(0.6, "012345")]
    #[case(0.0, "")]
    #[case(1.0, "0123456789")]
    #[case(0.19, "0")]
    fn the_share_is_what_is_left(#[case] share: f64, #[case] left: &str) {
        let body = Body { truncate: Some(share), ..Body::default() };

        assert_eq!(spoilt(&body, "0123456789").body, left);
    }

    #[rstest]
    #[case(JSON)]
    #[case("[1,2]")]
    #[case("{}")]
    #[case("12")]
    #[case("\"text\"\n")]
    fn corrupt_json_never_parses(#[case] text: &str) {
        let mut random = random();
        for _ in 0..50 {
            let body = corrupted(Corruption::Json, text, &mut random);

            assert!(serde_json::from_slice::<serde_json::Value>(&body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn corrupt_xml_is_not_well_formed() {
        let body = corrupted(Corruption::Json, XML, &mut random());

        let text = std::str::from_utf8(&body).unwrap();
        assert_eq!(super::super::document::markup::Markup::read(text), None, "{text}");
    }

    #[rstest]
    #[case(JSON)]
    #[case(XML)]
    #[case("[\"a\"]")]
    #[case("name,place\nx,y\n")]
    fn one_byte_that_is_no_utf8_leaves_all_else_as_it_was(#[case] text: &str) {
        let mut random = random();
        for _ in 0..50 {
            let body = corrupted(Corruption::Utf8, text, &mut random);

            assert!(std::str::from_utf8(&body).is_err());
            let left: Vec<u8> = body.iter().copied().filter(|byte| *byte != NO_UTF8).collect();
            assert_eq!(left, text.as_bytes());
            // Who reads over it finds the same form.
            if text.starts_with(['{', '[']) {
                let lossy = String::from_utf8_lossy(&body).into_owned();
                let read: serde_json::Value = serde_json::from_str(&lossy).unwrap();
                let original: serde_json::Value = serde_json::from_str(text).unwrap();
                assert_eq!(names(&read), names(&original));
            }
        }
    }

    fn names(value: &serde_json::Value) -> Vec<&String> {
        value.as_object().into_iter().flat_map(serde_json::Map::keys).collect()
    }

    #[test]
    fn corrupt_bytes_keep_the_length() {
        let body = corrupted(Corruption::Bytes, JSON, &mut random());

        assert_eq!(body.len(), JSON.len());
        assert_ne!(body, JSON);
    }

    #[test]
    fn the_rest_of_the_answer_stays() {
        let body = Body {
            empty: true,
            wrong_content_type: Some(WRONG_TYPE),
            wrong_length: true,
            ..Body::default()
        };

        let spoilt = spoilt(&body, JSON);

        assert_eq!((spoilt.status.as_u16(), &spoilt.body[..]), (200, &b""[..]));
        assert_eq!(spoilt.headers.get(&CONTENT_TYPE).unwrap(), "text/html");
        assert_eq!(spoilt.delivery.unwrap().ending, Ending::Overlong);
    }

    #[test]
    fn an_answer_without_a_body_cannot_be_damaged() {
        let body = Body {
            corrupt: Some(Corruption::Utf8),
            truncate: Some(0.5),
            empty: true,
            ..Body::default()
        };

        assert!(!body.apply(&mut reply("application/json", ""), &mut random()));
    }
}
