//! How a service behaves as a web server, whatever the endpoint.

use http::{HeaderName, HeaderValue};

use super::cors::Cors;
use super::json::JsonStyle;
use super::paging::Paging;
use super::records::Records;

/// The habits of one service. Every API states all of them, so that the five can be laid side by side.
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
#[derive(Debug)]
pub struct Habits {
    /// What is checked, and in which order.
    pub checks: &'static [Check],
    /// Which value counts when a parameter for one value is repeated.
    pub repeated: Repeated,
    /// Whether `name=` is the same as no `name` at all.
    pub empty_is_absent: bool,
    /// Whether `Name=` and `name=` are one parameter.
    pub names_ignore_case: bool,
    pub unknown_params: Unknown,
    /// Whether `/path/` is `/path`.
    pub trailing_slash: bool,
    pub json: JsonStyle,
    pub records: Records,
    /// How lists are paged, where an endpoint does not say otherwise.
    pub paging: Paging,
    /// Whether a client that asked too often is shut out until somebody lets it in again, unless it has credentials.
    pub locks_out: bool,
    pub cors: Cors,
    pub options: Options,
    /// Headers that every answer carries, whatever its status.
    pub headers: &'static [(HeaderName, HeaderValue)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Who is calling?
    Caller,
    /// Is there such a path, with such a method? Where it is not listed, this comes first.
    Path,
    /// May they?
    Access,
    /// Are the parameters well formed?
    Params,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    Ignore,
    Refuse,
}

/// What a plain `OPTIONS` (no preflight) to a known path gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Options {
    /// 200, an `Allow` header, no body.
    Allow,
    /// 200 with this content type and body.
    Body { content_type: &'static str, body: &'static str },
    /// The same refusal as any other method that the path lacks.
    Refuse,
}

/// A host name of the real service, and the path below the API's prefix that it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// Lower case; one `*` stands for any text.
    pub name: &'static str,
    /// Put in front of the request's path: `/v1` where the host leaves it out, else empty.
    pub path: &'static str,
    /// Where the `*` stands in the name.
    star: Option<usize>,
}

impl Host {
    pub const fn new(name: &'static str) -> Self {
        Self::at(name, "")
    }

    /// A host whose root is `path` of the API.
    pub const fn at(name: &'static str, path: &'static str) -> Self {
        Self { name, path, star: place_of_star(name.as_bytes()) }
    }

    /// Whether a request's host, without its port, is this one.
    pub fn is(&self, host: &str) -> bool {
        let (host, name) = (host.as_bytes(), self.name.as_bytes());
        match self.star {
            None => host.eq_ignore_ascii_case(name),
            Some(star) => {
                let (start, end) = (&name[..star], &name[star + 1..]);
                host.len() >= start.len() + end.len()
                    && host[..start.len()].eq_ignore_ascii_case(start)
                    && host[host.len() - end.len()..].eq_ignore_ascii_case(end)
            }
        }
    }
}

/// Found when the name is declared, since every request is asked for its host.
const fn place_of_star(name: &[u8]) -> Option<usize> {
    let mut place = 0;
    while place < name.len() {
        if name[place] == b'*' {
            return Some(place);
        }
        place += 1;
    }
    None
}
