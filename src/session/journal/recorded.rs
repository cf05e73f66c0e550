//! Messages as the journal keeps them.

use bytes::{BufMut, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::scroll::Scroll;
use crate::kit::call::Request;
use crate::kit::reply::Reply;

/// A body longer than this is kept only up to here.
const BODY_KEPT: usize = 64 << 10;

/// A body up to this length is copied: the buffer that it comes in may be far larger than itself.
const BODY_COPIED: usize = 8 << 10;

/// Headers and body of a message: its headers as lines, and behind them its body, unless that is shared.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    text: Bytes,
    /// Where in the text the headers end.
    body_at: usize,
    /// A body that is too long to be copied and short enough to be kept.
    shared_body: Option<Bytes>,
    pub is_truncated: bool,
    /// Bytes of the body as it was sent; none of one that was sent piece by piece.
    pub length: Option<usize>,
}

impl Recorded {
    pub fn of_request(request: &Request, scroll: &mut Scroll) -> Self {
        Self::new(|| request.headers().iter(), request.body(), scroll)
    }

    pub fn of_reply(reply: &Reply, scroll: &mut Scroll) -> Self {
        let recorded = Self::new(|| reply.headers.iter(), &reply.body, scroll);
        match reply.rest {
            Some(_) => Self { is_truncated: true, length: None, ..recorded },
            None => recorded,
        }
    }

    pub(super) fn new<'h, H: Iterator<Item = (&'h HeaderName, &'h HeaderValue)>>(
        headers: impl Fn() -> H,
        body: &Bytes,
        scroll: &mut Scroll,
    ) -> Self {
        let is_shared = (BODY_COPIED + 1..=BODY_KEPT).contains(&body.len());
        let copied: &[u8] = if is_shared { &[] } else { &body[..body.len().min(BODY_KEPT)] };
        let lines = headers().map(|(name, value)| name.as_str().len() + value.len() + 2);
        let body_at = lines.sum();
        let text = scroll.keep(body_at + copied.len(), |text| {
            for (name, value) in headers() {
                text.put_slice(name.as_str().as_bytes());
                text.put_u8(b':');
                text.put_slice(value.as_bytes());
                text.put_u8(b'\n');
            }
            text.put_slice(copied);
        });
        Self {
            text,
            body_at,
            shared_body: is_shared.then(|| body.clone()),
            is_truncated: body.len() > BODY_KEPT,
            length: Some(body.len()),
        }
    }

    /// The headers, read anew.
    pub fn headers(&self) -> HeaderMap {
        let lines = self.text[..self.body_at].split(|byte| *byte == b'\n');
        let pairs = lines.filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let name = HeaderName::from_bytes(&line[..colon]).ok()?;
            Some((name, HeaderValue::from_bytes(&line[colon + 1..]).ok()?))
        });
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        headers
    }

    /// As much of the body as was kept.
    pub fn body(&self) -> &[u8] {
        self.shared_body.as_deref().unwrap_or(&self.text[self.body_at..])
    }

    /// About how much memory it takes beside itself.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.shared_body.as_ref().map_or(0, Bytes::len)
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use http::header::{CONTENT_TYPE, SET_COOKIE};

    use super::*;

    fn body(length: usize) -> Recorded {
        Recorded::new(iter::empty, &vec![b'x'; length].into(), &mut Scroll::default())
    }

    #[test]
    fn long_bodies_are_cut() {
        for length in [0, 1, BODY_COPIED, BODY_COPIED + 1, BODY_KEPT] {
            assert_eq!((body(length).body().len(), body(length).is_truncated), (length, false));
        }

        let cut = body(BODY_KEPT + 1);
        assert_eq!((cut.body().len(), cut.is_truncated), (BODY_KEPT, true));
    }

    #[test]
    fn headers_come_back_as_they_were() {
        let mut headers = HeaderMap::new();
        headers.append(SET_COOKIE, HeaderValue::from_static("a=1; Path=/"));
        headers.append(CONTENT_TYPE, HeaderValue::from_static(""));
        headers.append(SET_COOKIE, HeaderValue::from_bytes(b"b:\xff\t2").unwrap());

        let body = Bytes::from_static(b"a:b\n");
        let kept = Recorded::new(|| headers.iter(), &body, &mut Scroll::default());

        assert_eq!(kept.headers(), headers);
        assert_eq!(kept.body(), b"a:b\n");
    }
}
