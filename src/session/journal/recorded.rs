//! Messages as the journal keeps them.

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use super::scroll::Scroll;
use crate::kit::call::Request;
use crate::kit::headers::Headers;
use crate::kit::reply::Reply;

/// A body longer than this is kept only up to here.
const BODY_KEPT: usize = 64 << 10;

/// Headers and body of a message.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// A line for each.
    headers: Bytes,
    body: Bytes,
    pub is_truncated: bool,
    /// Bytes of the body as it was sent; none of one that was sent piece by piece.
    pub length: Option<usize>,
}

impl Recorded {
    pub fn of_request(request: &Request, scroll: &mut Scroll) -> Self {
        Self::new(request.headers().iter(), request.body(), scroll)
    }

    pub fn of_reply(reply: &Reply, scroll: &mut Scroll) -> Self {
        let recorded = Self::new(reply.headers.iter(), &reply.body, scroll);
        match reply.rest {
            Some(_) => Self { is_truncated: true, length: None, ..recorded },
            None => recorded,
        }
    }

    pub(super) fn new<'h>(
        headers: impl Iterator<Item = (&'h HeaderName, &'h HeaderValue)>,
        body: &Bytes,
        scroll: &mut Scroll,
    ) -> Self {
        let headers = scroll.write(|lines| {
            for (name, value) in headers {
                lines.extend_from_slice(name.as_str().as_bytes());
                lines.push(b':');
                lines.extend_from_slice(value.as_bytes());
                lines.push(b'\n');
            }
        });
        let is_truncated = body.len() > BODY_KEPT;
        let length = Some(body.len());
        let body =
            if is_truncated { scroll.keep(&body[..BODY_KEPT]) } else { scroll.keep_body(body) };
        Self { headers, body, is_truncated, length }
    }

    /// The headers, read anew.
    pub fn headers(&self) -> Headers {
        let lines = self.headers.split(|byte| *byte == b'\n');
        let pairs = lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            Some((name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?))
        });
        let mut headers = Headers::default();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        headers
    }

    /// As much of the body as was kept.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// About how much memory it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        self.headers.len() + self.body.len()
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use http::header::{CONTENT_TYPE, SET_COOKIE};

    use super::*;

    fn body(length: usize) -> Recorded {
        Recorded::new(iter::empty(), &vec![b'x'; length].into(), &mut Scroll::default())
    }

    #[test]
    fn long_bodies_are_cut() {
        for length in [0, 1, 1_000, BODY_KEPT] {
            assert_eq!((body(length).body().len(), body(length).is_truncated), (length, false));
        }

        let cut = body(BODY_KEPT + 1);
        assert_eq!((cut.body().len(), cut.is_truncated), (BODY_KEPT, true));
    }

    #[test]
    fn headers_come_back_as_they_were() {
        let mut headers = Headers::default();
        headers.append(SET_COOKIE, HeaderValue::from_static("a=1; Path=/"));
        headers.append(CONTENT_TYPE, HeaderValue::from_static(""));
        headers.append(SET_COOKIE, HeaderValue::from_bytes(b"b:\xff\t2").unwrap());

        let body = Bytes::from_static(b"a:b\n");
        let kept = Recorded::new(headers.iter(), &body, &mut Scroll::default());

        assert_eq!(kept.headers(), headers);
        assert_eq!(kept.body(), b"a:b\n");
    }
}
