//! XML as a tree that keeps what it does not understand as it was written: declarations, comments, blanks.

use std::fmt;

use quick_xml::Reader;
use quick_xml::escape;
use quick_xml::events::{BytesStart, Event};

/// A whole document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    before: String,
    pub root: Element,
    after: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The blanks that stand before it.
    lead: String,
    name: String,
    /// Names and escaped values.
    attributes: Vec<(String, String)>,
    pub content: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Element(Element),
    /// Anything else, escaped as it stands in the document.
    Text(String),
}

/// Elements within each other that are read; no answer of a service has nearly as many.
const DEEPEST: usize = 128;

/// The name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

impl Markup {
    /// None when the text is not well formed, or too deep.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        let mut open: Vec<Element> = Vec::new();
        let (mut before, mut root, mut after) = (String::new(), None, String::new());
        let mut position = 0;
        loop {
            let event = reader.read_event().ok()?;
            let end = usize::try_from(reader.buffer_position()).ok()?;
            let raw = text.get(position..end)?;
            position = end;
            let closed = match event {
                Event::Eof => break,
                Event::Start(_) if open.len() == DEEPEST => return None,
                Event::Start(tag) => {
                    let element = Element::begin(&tag, open.last_mut())?;
                    open.push(element);
                    continue;
                }
                Event::Empty(tag) => Element::begin(&tag, open.last_mut())?,
                Event::End(_) => {
                    let mut element = open.pop()?;
                    if element.content.is_empty() {
                        // It has two tags where one would do.
                        element.push_text("");
                    }
                    element
                }
                _ => {
                    match open.last_mut() {
                        Some(parent) => parent.push_text(raw),
                        None if root.is_none() => before.push_str(raw),
                        None => after.push_str(raw),
                    }
                    continue;
                }
            };
            match open.last_mut() {
                Some(parent) => parent.content.push(Node::Element(closed)),
                None => root = Some(closed),
            }
        }
        Some(Self { before, root: root.filter(|_| open.is_empty())?, after })
    }
}

impl Element {
    /// The element of a tag, which takes over the blanks before it from its parent.
    fn begin(tag: &BytesStart, parent: Option<&mut Self>) -> Option<Self> {
        let name = tag.name().into_inner().to_owned();
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            let name = attribute.key.into_inner().to_owned();
            let value = attribute.value.replace('"', "&quot;");
            attributes.push((name, value));
        }
        let lead = parent.map(Self::take_blanks).unwrap_or_default();
        Some(Self { lead, name, attributes, content: Vec::new() })
    }

    fn push_text(&mut self, raw: &str) {
        match self.content.last_mut() {
            Some(Node::Text(text)) => text.push_str(raw),
            _ => self.content.push(Node::Text(raw.to_owned())),
        }
    }

    /// The blanks at the end of what it holds so far, if there is nothing else since the last element.
    fn take_blanks(&mut self) -> String {
        match self.content.last() {
            Some(Node::Text(text)) if text.trim().is_empty() => {}
            _ => return String::new(),
        }
        match self.content.pop() {
            Some(Node::Text(blanks)) => blanks,
            _ => String::new(),
        }
    }

    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || local(&self.name) == name
    }

    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.content.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements that a path names, one below the other; `*` stands for any.
    pub fn find_mut(&mut self, path: &[&str]) -> Vec<&mut Self> {
        let mut found = vec![self];
        for name in path {
            let below = found.into_iter().flat_map(Self::elements_mut);
            found = below.filter(|element| *name == "*" || element.is_named(name)).collect();
        }
        found
    }

    /// The text that it holds itself.
    pub fn text(&self) -> String {
        let texts = self.content.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        let text: String = texts.collect();
        escape::unescape(&text).map(std::borrow::Cow::into_owned).unwrap_or(text)
    }

    /// Holds this text and nothing else.
    pub fn set_text(&mut self, text: &str) {
        self.content.clear();
        if !text.is_empty() {
            self.content.push(Node::Text(escape::escape(text).into_owned()));
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name || local(known) == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Gives an attribute that it has another value.
    pub fn set_attribute(&mut self, name: &str, value: &str) {
        for (known, kept) in &mut self.attributes {
            if known == name || local(known) == name {
                *kept = escape::escape(value).into_owned();
            }
        }
    }

    pub fn remove_attribute(&mut self, name: &str) {
        self.attributes.retain(|(known, _)| known != name && local(known) != name);
    }

    pub fn clear(&mut self) {
        self.attributes.clear();
        self.content.clear();
    }

    /// The escaped values of all attributes but declarations of namespaces.
    pub fn attribute_values_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let own = self.attributes.iter_mut().filter(|(name, _)| !name.starts_with("xml"));
        own.map(|(_, value)| value)
    }

    /// Takes out the elements of this name, wherever they stand among the others.
    pub fn take_elements(&mut self, name: &str) -> (usize, Vec<Self>) {
        let is_meant =
            |node: &Node| matches!(node, Node::Element(element) if element.is_named(name));
        let first = self.content.iter().position(is_meant).unwrap_or(self.content.len());
        let mut taken = Vec::new();
        let nodes = std::mem::take(&mut self.content);
        for node in nodes {
            match node {
                Node::Element(element) if element.is_named(name) => taken.push(element),
                other => self.content.push(other),
            }
        }
        (first, taken)
    }

    /// Puts elements in where others were taken out.
    pub fn put_elements(&mut self, first: usize, elements: Vec<Self>) {
        let at = first.min(self.content.len());
        self.content.splice(at..at, elements.into_iter().map(Node::Element));
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}{}{}", self.before, self.root, self.after)
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}<{}", self.lead, self.name)?;
        for (name, value) in &self.attributes {
            write!(f, " {name}=\"{value}\"")?;
        }
        if self.content.is_empty() {
            return f.write_str("/>");
        }
        f.write_str(">")?;
        for node in &self.content {
            match node {
                Node::Element(element) => write!(f, "{element}")?,
                Node::Text(text) => f.write_str(text)?,
            }
        }
        write!(f, "</{}>", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_the_same() {
        for text in [
            "<a/>",
            "<a></a>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a b=\"1 &lt; 2\">\n  <c:d>x &amp; y</c:d>\n  <e/>\n</a>\n",
            "<!-- first --><a>one<b>two</b>three<![CDATA[<four>]]><!-- last --></a>",
        ] {
            assert_eq!(Markup::read(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_not_well_formed_is_not_read() {
        for text in ["", "text", "<a>", "<a></b>", "<a b=c/>"] {
            assert_eq!(Markup::read(text), None, "{text}");
        }
    }

    #[test]
    fn megabytes_of_elements_within_each_other_are_not_read() {
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));

        assert!(Markup::read(&deep(DEEPEST)).is_some());
        assert_eq!(Markup::read(&deep(DEEPEST + 1)), None);
        assert_eq!(Markup::read(&deep(1_000_000)), None);
    }

    #[test]
    fn elements_take_the_blanks_before_them_along() {
        let mut markup = Markup::read("<a>\n  <b>1</b>\n  <c/>\n  <b>2</b>\n</a>").unwrap();

        let (first, mut taken) = markup.root.take_elements("b");
        taken.reverse();
        markup.root.put_elements(first, taken);

        assert_eq!(markup.to_string(), "<a>\n  <b>2</b>\n  <b>1</b>\n  <c/>\n</a>");
    }
}
