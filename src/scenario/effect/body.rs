//! Bodies that arrive damaged: cut short, unreadable, under a wrong name.

use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use strum::{EnumString, VariantNames};

use crate::kit::delivery::{Delivery, Ending};
use crate::kit::reply::Reply;

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
    /// Damages an answer, and tells whether it is another now.
    pub fn apply(&self, reply: &mut Reply, random: &mut ChaCha8Rng) -> bool {
        let (body, content_type) = (reply.body.clone(), reply.headers.get(CONTENT_TYPE).cloned());
        if let Some(corruption) = self.corrupt {
            reply.body = corruption.spoil(&reply.body, random);
        }
        if let Some(share) = self.truncate {
            reply.body.truncate(part(reply.body.len(), share));
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
            || reply.headers.get(CONTENT_TYPE) != content_type.as_ref()
    }
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
