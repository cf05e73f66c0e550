//! What a client may know of a file already: which version of it, and which of its bytes.

use std::ops::Range;

use http::header::{
    ACCEPT_RANGES, CONTENT_RANGE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED,
    RANGE,
};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

use super::call::Request;
use super::reply::Reply;

/// A version of a file, told by its tag and by when it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    tag: String,
    modified: Timestamp,
}

impl Version {
    /// A version with a tag that no other has, of letters, digits and the like; clients see the time to the second.
    pub fn new(tag: &str, modified: Timestamp) -> Self {
        let modified = Timestamp::from_second(modified.as_second());
        Self { tag: format!("\"{tag}\""), modified: modified.unwrap_or_default() }
    }

    /// The answer to a client that has this version already.
    pub fn held(&self, request: &Request) -> Option<Reply> {
        let is_held = match header(request, IF_NONE_MATCH) {
            Some(tags) => tags.split(',').any(|tag| {
                let tag = tag.trim();
                tag == "*" || tag.trim_start_matches("W/") == self.tag
            }),
            None => header(request, IF_MODIFIED_SINCE)
                .and_then(moment)
                .is_some_and(|since| self.modified <= since),
        };
        is_held.then(|| self.named_on(Reply::empty(StatusCode::NOT_MODIFIED)))
    }

    /// The answer that holds this version, or the part of it that the client asks for.
    pub fn answer(&self, request: &Request, mut reply: Reply) -> Reply {
        let length = reply.body.len();
        match self.part(request, length) {
            Part::Whole => {}
            Part::Of(range) => {
                let (first, last) = (range.start, range.end - 1);
                reply.status = StatusCode::PARTIAL_CONTENT;
                reply.body = reply.body.slice(range);
                reply = with_text(reply, CONTENT_RANGE, &format!("bytes {first}-{last}/{length}"));
            }
            Part::Nothing => {
                let reply = Reply::empty(StatusCode::RANGE_NOT_SATISFIABLE);
                return with_text(reply, CONTENT_RANGE, &format!("bytes */{length}"));
            }
        }
        self.named_on(reply).with(ACCEPT_RANGES, HeaderValue::from_static("bytes"))
    }

    fn named_on(&self, reply: Reply) -> Reply {
        let modified = DateTimePrinter::new().timestamp_to_rfc9110_string(&self.modified);
        let reply = with_text(reply, ETAG, &self.tag);
        with_text(reply, LAST_MODIFIED, &modified.unwrap_or_default())
    }

    fn part(&self, request: &Request, length: usize) -> Part {
        let same = header(request, IF_RANGE)
            .is_none_or(|known| known == self.tag || moment(known) == Some(self.modified));
        match header(request, RANGE) {
            Some(range) if same && *request.method() == Method::GET => part(range, length),
            _ => Part::Whole,
        }
    }
}

/// Which bytes a client gets.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Of(Range<usize>),
    /// It asks for bytes beyond the end.
    Nothing,
}

/// What one range of bytes stands for; several, and what cannot be read, are as if nothing had been said.
fn part(text: &str, length: usize) -> Part {
    let Some((unit, range)) = text.split_once('=') else { return Part::Whole };
    let Some((first, last)) = range.split_once('-') else { return Part::Whole };
    if !unit.eq_ignore_ascii_case("bytes") {
        return Part::Whole;
    }
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..length.min(last.saturating_add(1)),
        (Some(first), None) if last.is_empty() => first..length,
        (None, Some(count)) if first.is_empty() => length.saturating_sub(count)..length,
        _ => return Part::Whole,
    };
    if range.is_empty() { Part::Nothing } else { Part::Of(range) }
}

/// A number of digits alone; one that is too large for any file is the largest there is.
fn number(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(usize::MAX))
}

fn header(request: &Request, name: HeaderName) -> Option<&str> {
    request.headers().get(name)?.to_str().ok()
}

fn moment(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

fn with_text(reply: Reply, name: HeaderName, text: &str) -> Reply {
    match HeaderValue::try_from(text) {
        Ok(value) => reply.with(name, value),
        Err(_) => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_bytes_from_the_start_or_the_end() {
        for (text, expected) in [
            ("bytes=0-0", Part::Of(0..1)),
            ("bytes=2-", Part::Of(2..10)),
            ("bytes=-3", Part::Of(7..10)),
            ("bytes=-30", Part::Of(0..10)),
            ("bytes=4-18446744073709551615", Part::Of(4..10)),
            ("Bytes=0-99999999999999999999", Part::Of(0..10)),
            ("bytes=-99999999999999999999", Part::Of(0..10)),
            ("bytes=99999999999999999999-", Part::Nothing),
            ("bytes=+1-2", Part::Whole),
            ("bytes=10-", Part::Nothing),
            ("bytes=10-12", Part::Nothing),
            ("bytes=-0", Part::Nothing),
            ("bytes=3-2", Part::Whole),
            ("bytes=0-1,4-5", Part::Whole),
            ("bytes=-", Part::Whole),
            ("letters=0-1", Part::Whole),
        ] {
            assert_eq!(part(text, 10), expected, "{text}");
        }
        assert_eq!(part("bytes=0-", 0), Part::Nothing);
    }
}
