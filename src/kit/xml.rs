//! XML: a small tree of elements, written by `quick-xml`.
//!
//! Documents that a service builds element by element (OAI-PMH, EML, Mushroom Observer's answers) are built here as
//! [`Element`]s, so that escaping and nesting cannot go wrong.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An element: its name, attributes and content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    content: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Element(Element),
    Text(String),
    /// Markup that is well formed already.
    Raw(String),
}

impl Element {
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), attributes: Vec::new(), content: Vec::new() }
    }

    /// An element that holds text alone.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(name).with_text(text)
    }

    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    pub fn with(mut self, child: Element) -> Self {
        self.content.push(Node::Element(child));
        self
    }

    pub fn with_all(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.content.extend(children.into_iter().map(Node::Element));
        self
    }

    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.content.push(Node::Text(text.into()));
        self
    }

    /// Puts in markup as it is. It must be well formed: a document kept in the store, never a client's text.
    pub fn with_markup(mut self, markup: impl Into<String>) -> Self {
        self.content.push(Node::Raw(markup.into()));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// The document with this root, `indent` blanks a level (0: one line).
    pub fn document(&self, indent: usize) -> Vec<u8> {
        let mut writer = match indent {
            0 => Writer::new(Vec::new()),
            blanks => Writer::new_with_indent(Vec::new(), b' ', blanks),
        };
        self.begin_document(&mut writer).expect("memory takes every byte");
        writer.into_inner()
    }

    fn begin_document(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.write(writer)
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> std::io::Result<()> {
        let attributes = self.attributes.iter().map(|(name, value)| (&**name, allowed(value)));
        let attributes: Vec<_> = attributes.collect();
        let attributes = attributes.iter().map(|(name, value)| (*name, &**value));
        let start = BytesStart::new(&*self.name).with_attributes(attributes);
        if self.content.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        for node in &self.content {
            match node {
                Node::Element(child) => child.write(writer)?,
                Node::Text(text) => {
                    writer.write_event(Event::Text(BytesText::new(&allowed(text))))?;
                }
                Node::Raw(markup) => {
                    writer.write_event(Event::Text(BytesText::from_escaped(&**markup)))?;
                }
            }
        }
        writer.write_event(Event::End(BytesEnd::new(&*self.name)))
    }
}

/// The text without the control characters that XML 1.0 cannot hold even escaped.
fn allowed(text: &str) -> std::borrow::Cow<'_, str> {
    let is_allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}')
    };
    if text.chars().all(is_allowed) {
        text.into()
    } else {
        text.chars().filter(|c| is_allowed(*c)).collect::<String>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out_everywhere() {
        let root = Element::new("a").attribute("b", "x\u{1}\u{0}y").with_text("x\u{fffe}y");

        let document = String::from_utf8(root.document(0)).unwrap();
        assert!(document.ends_with("<a b=\"xy\">xy</a>"), "{document}");
    }

    #[test]
    fn text_and_attributes_are_escaped() {
        let root = Element::new("a").attribute("b", "\"<&").with(Element::text("c", "1 < 2 & 3"));

        let text = String::from_utf8(root.document(0)).unwrap();

        let declaration = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        let body = r#"<a b="&quot;&lt;&amp;"><c>1 &lt; 2 &amp; 3</c></a>"#;
        assert_eq!(text, format!("{declaration}{body}"));
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_left_out() {
        let text = String::from_utf8(Element::text("a", "x\u{0}\u{b}y\n").document(0)).unwrap();

        assert!(text.ends_with("<a>xy\n</a>"), "{text}");
    }

    #[test]
    fn indented_documents_put_each_element_on_a_line() {
        let root = Element::new("a").with(Element::text("b", "1")).with(Element::new("c"));

        let text = String::from_utf8(root.document(2)).unwrap();

        assert!(text.ends_with("\n<a>\n  <b>1</b>\n  <c/>\n</a>"), "{text}");
    }
}
