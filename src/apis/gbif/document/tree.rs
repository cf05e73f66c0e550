//! XML documents of others, read into a tree.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper documents are refused: nobody writes them in earnest.
const DEEPEST: usize = 100;

/// An element without its namespace.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Branch {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Branch>,
    /// Its own text, blanks around it taken off.
    pub text: String,
}

impl Branch {
    /// Reads a document; none when it is not well formed.
    pub fn read(content: &[u8]) -> Option<Self> {
        let content = std::str::from_utf8(content).ok()?;
        let mut reader = Reader::from_str(content.trim_start_matches('\u{feff}'));
        let mut open: Vec<Branch> = vec![Self::default()];
        loop {
            match reader.read_event().ok()? {
                Event::Start(start) => open.push(Self::begin(&start)?),
                Event::Empty(start) => {
                    let branch = Self::begin(&start)?;
                    open.last_mut()?.children.push(branch);
                }
                Event::End(_) => {
                    let mut branch = open.pop()?;
                    branch.text.truncate(branch.text.trim_end().len());
                    branch.text.drain(..branch.text.len() - branch.text.trim_start().len());
                    open.last_mut()?.children.push(branch);
                }
                Event::Text(text) => open.last_mut()?.text += &text,
                Event::CData(text) => open.last_mut()?.text += &text,
                Event::GeneralRef(reference) => {
                    let text = match reference.resolve_char_ref().ok()? {
                        Some(character) => character.to_string(),
                        None => {
                            quick_xml::escape::resolve_predefined_entity(&reference)?.to_owned()
                        }
                    };
                    open.last_mut()?.text += &text;
                }
                Event::Eof => break,
                Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
            }
            if open.len() > DEEPEST {
                return None;
            }
        }
        // Only a document that was closed has one open branch left: the one around its root.
        let [around] = <[Branch; 1]>::try_from(open).ok()?;
        around.children.into_iter().next()
    }

    fn begin(start: &BytesStart) -> Option<Self> {
        let name = start.local_name().into_inner().to_owned();
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.ok()?;
            let name = attribute.key.local_name().into_inner();
            let value = quick_xml::escape::unescape(&attribute.value).ok()?;
            attributes.push((name.to_owned(), value.into_owned()));
        }
        Some(Self { name, attributes, ..Self::default() })
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn all<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The branch at the end of a path of names.
    pub fn at(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |branch, name| branch.child(name))
    }

    /// The text at the end of a path of names, if there is any.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|branch| branch.text.as_str()).filter(|text| !text.is_empty())
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The texts of all children of this name, one paragraph each.
    pub fn paragraphs(&self) -> Option<String> {
        let mut texts: Vec<&str> = self.all("para").map(|para| para.text.as_str()).collect();
        if texts.is_empty() {
            texts.push(&self.text);
        }
        texts.retain(|text| !text.is_empty());
        (!texts.is_empty()).then(|| texts.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_lose_their_namespace() {
        let root = Branch::read(b"<?xml version='1.0'?><a:b x:y='1&lt;'><c>t &amp; u</c></a:b>");
        let root = root.unwrap();
        assert_eq!(root.name, "b");
        assert_eq!(root.attribute("y"), Some("1<"));
        assert_eq!(root.text_at("c"), Some("t & u"));
    }

    #[test]
    fn what_is_not_well_formed_is_nothing() {
        for text in ["", "<a>", "<a></b>", "hello", "<a>&nope;</a>"] {
            assert_eq!(Branch::read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Branch::read("<a>".repeat(10_000).as_bytes()), None);
    }
}
