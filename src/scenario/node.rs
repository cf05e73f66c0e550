//! Values of a scenario file, each with the place where it stands.

use std::fmt;
use std::rc::Rc;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_saphyr::Spanned;

use super::read::Fault;

/// Line and column, both from 1, as an editor counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub line: u64,
    pub column: u64,
}

/// A value of a YAML or JSON text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub content: Content,
    /// Where it stands; JSON does not say.
    pub mark: Option<Mark>,
    pub place: Place,
}

/// The way to a value from the top, written as a JSON Pointer. What has the same way up shares it, however long it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place(Option<Rc<(Place, Step)>>);

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Item(usize),
    Member(Rc<str>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Anything that holds nothing else.
    Plain(Value),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// The name of a member.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    pub name: String,
    pub mark: Option<Mark>,
}

impl Node {
    /// Reads a YAML text.
    ///
    /// # Errors
    /// The first place at which it is no YAML, or a member stands twice.
    pub fn from_yaml(text: &str) -> Result<Self, Fault> {
        let parsed: Parsed = serde_saphyr::from_str(text).map_err(|error| {
            let mark = error.location().map(|at| Mark { line: at.line(), column: at.column() });
            let message = error.without_snippet().to_string();
            // The place is told beside the message, and what a programmer could do about it concerns nobody.
            let ends = [" at line ", ", set ", "; use "].iter().filter_map(|end| message.find(end));
            let end = ends.min().unwrap_or(message.len());
            let message = message[..end].to_owned();
            Fault { path: String::new(), message, mark }
        })?;
        Ok(parsed.0.placed(Place::default()))
    }

    /// A JSON value as a tree, which stands nowhere.
    pub fn from_json(value: Value) -> Self {
        Self::unplaced(value).placed(Place::default())
    }

    fn unplaced(value: Value) -> Self {
        let content = match value {
            Value::Array(items) => Content::List(items.into_iter().map(Self::unplaced).collect()),
            Value::Object(members) => {
                let members = members.into_iter();
                let members = members.map(|(name, value)| {
                    let key = Key { name, mark: None };
                    (key, Self::unplaced(value))
                });
                Content::Map(members.collect())
            }
            plain => Content::Plain(plain),
        };
        Self { content, mark: None, place: Place::default() }
    }

    fn placed(self, place: Place) -> Self {
        let content = match self.content {
            Content::List(items) => {
                let items = items.into_iter().enumerate();
                Content::List(items.map(|(nth, item)| item.placed(place.item(nth))).collect())
            }
            Content::Map(members) => {
                let members = members.into_iter().map(|(key, value)| {
                    let value = value.placed(place.member(&key.name));
                    (key, value)
                });
                Content::Map(members.collect())
            }
            plain @ Content::Plain(_) => plain,
        };
        Self { content, place, ..self }
    }

    /// The value of a member.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Content::Map(members) = &self.content else { return None };
        members.iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The value without its places.
    pub fn to_json(&self) -> Value {
        match &self.content {
            Content::Plain(value) => value.clone(),
            Content::List(items) => items.iter().map(Self::to_json).collect(),
            Content::Map(members) => {
                let members = members.iter();
                members.map(|(key, value)| (key.name.clone(), value.to_json())).collect()
            }
        }
    }

    /// What it is, for messages.
    pub fn kind(&self) -> String {
        match &self.content {
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a map".to_owned(),
            Content::Plain(Value::Null) => "nothing".to_owned(),
            Content::Plain(value) => value.to_string(),
        }
    }
}

impl Place {
    /// The place of an item of the list that is here.
    fn item(&self, nth: usize) -> Self {
        Self(Some(Rc::new((self.clone(), Step::Item(nth)))))
    }

    /// The place of a member of the map that is here.
    pub fn member(&self, name: &str) -> Self {
        Self(Some(Rc::new((self.clone(), Step::Member(name.into())))))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0.as_deref() {
            None => Ok(()),
            Some((above, Step::Item(nth))) => write!(f, "{above}/{nth}"),
            Some((above, Step::Member(name))) => {
                write!(f, "{above}/{}", name.replace('~', "~0").replace('/', "~1"))
            }
        }
    }
}

/// A node of a text that is being read, its place unknown yet.
struct Parsed(Node);

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Unmarked>::deserialize(deserializer)?;
        let mark = Some(mark_of(&spanned));
        Ok(Self(Node { content: spanned.value.0, mark, place: Place::default() }))
    }
}

fn mark_of<T>(spanned: &Spanned<T>) -> Mark {
    let at = spanned.referenced;
    Mark { line: at.line(), column: at.column() }
}

struct Unmarked(Content);

impl<'de> Deserialize<'de> for Unmarked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything).map(Self)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Content;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Content, E> {
        Ok(Content::Plain(Value::Null))
    }

    fn visit_none<E: Error>(self) -> Result<Content, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Plain(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Plain(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Plain(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Content, E> {
        Ok(Content::Plain(value.into()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Content, E> {
        Ok(Content::Plain(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
        let mut items = Vec::new();
        while let Some(Parsed(item)) = list.next_element()? {
            items.push(item);
        }
        Ok(Content::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<Spanned<String>>()? {
            let mark = Some(mark_of(&name));
            let Parsed(value) = map.next_value()?;
            members.push((Key { name: name.value, mark }, value));
        }
        Ok(Content::Map(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_know_where_they_stand() {
        let node = Node::from_yaml("a: 1\nb:\n  - x/y: 60%\n").expect("it is YAML");

        assert_eq!(node.to_json(), json!({ "a": 1, "b": [{ "x/y": "60%" }] }));
        let Content::Map(members) = &node.content else { panic!("{node:?}") };
        let (key, list) = &members[1];
        assert_eq!(key.mark, Some(Mark { line: 2, column: 1 }));
        let Content::List(items) = &list.content else { panic!("{list:?}") };
        let Content::Map(inner) = &items[0].content else { panic!("{items:?}") };
        assert_eq!(inner[0].1.mark, Some(Mark { line: 3, column: 10 }));
        assert_eq!(inner[0].1.place.to_string(), "/b/0/x~1y");
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_place() {
        let fault = Node::from_yaml("a: 1\na: 2\n").expect_err("a stands twice");
        assert_eq!(fault.mark, Some(Mark { line: 2, column: 1 }));
        let fault = Node::from_yaml("a:\n\tb: 1").expect_err("a tab indents");
        assert_eq!(fault.mark, Some(Mark { line: 2, column: 2 }));
    }

    #[test]
    fn json_is_the_same_tree_without_places() {
        let value = json!({ "a": [null, true, 1.5, { "b": "c" }] });

        let node = Node::from_json(value.clone());

        assert_eq!(node.to_json(), value);
        assert_eq!(node.mark, None);
    }
}
