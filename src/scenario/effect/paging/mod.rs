//! Lists whose pages do not join up.

mod cursor;
mod number;
mod offset;
#[cfg(test)]
mod tests;
mod trail;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

pub use self::trail::Trail;
use crate::kit::fields::Fields;
use crate::kit::habits::Habits;
use crate::kit::paging::Paging as Style;
use crate::kit::reply::Reply;
use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

/// What is wrong with the pages of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fault of its own")]
pub struct Paging {
    /// As though so many records came in before the client's place between any two pages: by offset or number of the
    /// page the last are seen again, by cursor the total grows.
    pub drift: Option<u64>,
    /// A later page holds the page before it.
    pub repeat_page: bool,
    /// The next page is this one; where nothing points to the next, the end is never told.
    pub r#loop: bool,
    /// The page says that it is the last.
    pub early_end: bool,
    pub wrong_total: bool,
}

/// The list that a page is of.
pub struct Listing<'l> {
    /// What was asked for.
    pub fields: &'l Fields,
    /// How the endpoint is paged.
    pub style: &'l Style,
    pub habits: &'l Habits,
    /// Runs the endpoint again for other fields, in the same session; what it writes is undone. None when it refuses.
    pub run: &'l mut dyn FnMut(Fields) -> Option<Reply>,
}

impl Paging {
    /// Reads the value of `paging`.
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { drift: 3 }", faults)?;
        let mut switch = |name| members.read(name, read::boolean).unwrap_or(false);
        let paging = Self {
            repeat_page: switch("repeat_page"),
            r#loop: switch("loop"),
            early_end: switch("early_end"),
            wrong_total: switch("wrong_total"),
            drift: members.read("drift", read::count(1)),
        };
        members.finish();
        faults.nothing(node, &paging);
        Some(paging)
    }

    /// Makes the page that was answered another, and tells whether it did.
    ///
    /// `trail` is what the rule remembers in this session of the pages that it saw.
    pub fn apply(
        &self,
        reply: &mut Reply,
        mut listing: Listing,
        trail: &mut Trail,
        random: &mut ChaCha8Rng,
    ) -> bool {
        let before = reply.body.clone();
        match listing.style {
            Style::None => {}
            Style::Offset(style) => self.by_offset(reply, style, &mut listing, random),
            Style::Number(style) => self.by_number(reply, style, &mut listing, random),
            Style::Cursor(style) => self.by_cursor(reply, style, &mut listing, trail, random),
        }
        reply.body != before
    }
}

/// Another number than the true one, by at most a tenth or ten.
fn falsify(total: u64, random: &mut ChaCha8Rng) -> u64 {
    let error = random.random_range(1..=(total / 10).max(10));
    if error <= total && random.random() { total - error } else { total.saturating_add(error) }
}
