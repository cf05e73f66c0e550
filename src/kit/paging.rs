//! How clients walk through a service's lists, page by page: for faults in paging.
//!
//! Members of answers are named by JSON Pointers, in which `*` stands for any member. In XML they are elements, the
//! names being those below the root.

/// How the pages of a list are asked for, and what they say of each other.
#[derive(Clone, Copy, Debug)]
pub enum Paging {
    /// There are no pages.
    None,
    Offset(Offset),
    Number(Number),
    Cursor(Cursor),
}

/// A client says how many records it skips.
#[derive(Clone, Copy, Debug)]
pub struct Offset {
    /// The parameter, first as the service's documents call it.
    pub offset: &'static [&'static str],
    /// The parameter for the length of a page.
    pub limit: &'static [&'static str],
    /// Where the answer repeats the offset.
    pub shown_offset: Option<&'static str>,
    /// Where the answer tells the length that it kept to.
    pub shown_limit: Option<&'static str>,
    /// Where the answer tells how many records there are on all pages.
    pub total: Option<&'static str>,
    /// Where the answer says whether it is the last page.
    pub end: Option<&'static str>,
}

/// A client says the number of a page; the first is 1.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// The parameter.
    pub page: &'static str,
    /// Where the answer repeats the number.
    pub shown_page: &'static str,
    /// Where the answer tells how many pages there are.
    pub pages: &'static str,
    /// Where the answer tells how many records there are on all pages.
    pub total: &'static str,
}

/// A page says by what mark the next one is asked for: cursors, resumption tokens.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// The parameter that takes the mark.
    pub parameter: &'static str,
    /// Where the answer tells the mark of the next page, alone or as a link.
    pub next: &'static str,
    /// Where the answer links to itself.
    pub this: Option<&'static str>,
    /// Where the answer tells how many records there are on all pages.
    pub total: Option<&'static str>,
    /// The mark of the place so many records earlier, where marks hold an offset.
    pub earlier: Option<fn(&str, u64) -> Option<String>>,
}
