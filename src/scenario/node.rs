//! Values of a scenario file, each with the place where it stands.

use std::collections::HashSet;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer};
use serde_json::Value;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Location, Spanned};

use super::anything::Anything;
use super::place::Place;
use super::plain::Plain;
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

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Anything that holds nothing else.
    Plain(Plain),
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
        let parsed = Parsed::from_yaml(text).map_err(|error| {
            let mark = error.location().map(|at| Mark { line: at.line(), column: at.column() });
            let message = in_words(error.without_snippet());
            Fault { path: String::new(), message, mark }
        })?;
        Ok(parsed.0.placed(Place::default()))
    }

    /// Reads a JSON text.
    ///
    /// # Errors
    /// The first place at which it is no JSON, or a member that stands twice.
    pub fn from_json_text(text: &str) -> Result<Self, Fault> {
        let parsed: Unplaced = serde_json::from_str(text).map_err(|error| {
            let mark = Mark { line: error.line() as u64, column: error.column() as u64 };
            let message = format!("the text is no JSON: {}", without_place(&error.to_string()));
            Fault { path: String::new(), message, mark: Some(mark) }
        })?;
        let node = parsed.0.placed(Place::default());
        match node.repeated() {
            Some((name, value)) => Err(Fault::at(value, format!("{name} stands twice"))),
            None => Ok(node),
        }
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
            plain => Content::Plain(plain.into()),
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

    /// The first member that is named like one before it.
    fn repeated(&self) -> Option<(&str, &Self)> {
        match &self.content {
            Content::Plain(_) => None,
            Content::List(items) => items.iter().find_map(Self::repeated),
            Content::Map(members) => {
                let mut seen = HashSet::new();
                members.iter().find_map(|(key, value)| {
                    let is_new = seen.insert(key.name.as_str());
                    if is_new { value.repeated() } else { Some((key.name.as_str(), value)) }
                })
            }
        }
    }

    /// The value of a member.
    pub fn member(&self, name: &str) -> Option<&Self> {
        let Content::Map(members) = &self.content else { return None };
        members.iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The value of what holds nothing else.
    pub fn plain(&self) -> Option<&Value> {
        match &self.content {
            Content::Plain(plain) => Some(&plain.value),
            Content::List(_) | Content::Map(_) => None,
        }
    }

    /// The value without its places; what was taken as a text is the text that was taken.
    pub fn to_json(&self) -> Value {
        match &self.content {
            Content::Plain(plain) => plain.to_json(),
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
            Content::Plain(Plain { value: Value::Null, .. }) => "nothing".to_owned(),
            Content::Plain(plain) => plain.value.to_string(),
        }
    }
}

/// What is wrong with a YAML text.
fn in_words(error: &serde_saphyr::Error) -> String {
    // Where aliases make them, the breach is hidden in another error.
    if error.to_string().contains("budget breached: Nodes") {
        return "the text has more values than can be read".to_owned();
    }
    if let serde_saphyr::Error::Budget { breach, .. } = error {
        let much = match breach {
            BudgetBreach::Nodes { .. } => "values",
            BudgetBreach::Aliases { .. } | BudgetBreach::AliasAnchorRatio { .. } => "aliases",
            BudgetBreach::Anchors { .. } => "anchors",
            _ => "parts",
        };
        return format!("the text has more {much} than can be read");
    }
    without_place(&error.to_string()).to_owned()
}

/// A parser's message without the place, which is told beside it, and without what a programmer could do about it.
fn without_place(message: &str) -> &str {
    let ends = [" at line ", ", set ", "; use "].iter().filter_map(|end| message.find(end));
    &message[..ends.min().unwrap_or(message.len())]
}

/// A node of a text that is being read, its place unknown yet.
struct Parsed(Node);

impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut spanned = Spanned::<Unmarked>::deserialize(deserializer)?;
        let mark = Some(mark_of(&spanned));
        if let (Content::Plain(plain), Some(bytes)) =
            (&mut spanned.value.0, bytes_of(&spanned.defined))
        {
            plain.stands_at(bytes);
        }
        Ok(Self(Node { content: spanned.value.0, mark, place: Place::default() }))
    }
}

impl Parsed {
    fn from_yaml(text: &str) -> Result<Self, serde_saphyr::Error> {
        // YAML 1.2 knows no other booleans than true and false, and no numbers such as 1_000.
        let options = serde_saphyr::options! {
            strict_booleans: true,
            underscored_numbers_as_strings: true,
        };
        let mut parsed: Self = serde_saphyr::from_str_with_options(text, options)?;
        parsed.0.spell(text);
        Ok(parsed)
    }
}

impl Node {
    fn spell(&mut self, text: &str) {
        match &mut self.content {
            Content::Plain(plain) => plain.spell(text),
            Content::List(items) => items.iter_mut().for_each(|item| item.spell(text)),
            Content::Map(members) => {
                for (_, value) in members {
                    value.spell(text);
                }
            }
        }
    }
}

fn mark_of<T>(spanned: &Spanned<T>) -> Mark {
    let at = spanned.referenced;
    Mark { line: at.line(), column: at.column() }
}

fn bytes_of(location: &Location) -> Option<Range<usize>> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    Some(start..start + usize::try_from(span.byte_len()?).ok()?)
}

impl From<Parsed> for Node {
    fn from(Parsed(node): Parsed) -> Self {
        node
    }
}

impl From<Spanned<String>> for Key {
    fn from(name: Spanned<String>) -> Self {
        Self { mark: Some(mark_of(&name)), name: name.value }
    }
}

struct Unmarked(Content);

impl<'de> Deserialize<'de> for Unmarked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything::<Spanned<String>, Parsed>(PhantomData)).map(Self)
    }
}

/// The same of a JSON text, which tells no places.
struct Unplaced(Node);

impl<'de> Deserialize<'de> for Unplaced {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let content = deserializer.deserialize_any(Anything::<String, Self>(PhantomData))?;
        Ok(Self(Node { content, mark: None, place: Place::default() }))
    }
}

impl From<Unplaced> for Node {
    fn from(Unplaced(node): Unplaced) -> Self {
        node
    }
}

impl From<String> for Key {
    fn from(name: String) -> Self {
        Self { name, mark: None }
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
    fn plain_values_are_those_of_yaml_1_2() {
        let yaml = "[true, False, NO, yes, y, on, 1.10, 0x1F, 1_000, ~, '5', !!str 5, 2026-01-31]";
        let node = Node::from_yaml(yaml).expect("it is YAML");

        let values = json!([
            true,
            false,
            "NO",
            "yes",
            "y",
            "on",
            1.1,
            31,
            "1_000",
            null,
            "5",
            "5",
            "2026-01-31"
        ]);
        assert_eq!(node.to_json(), values);
    }

    #[test]
    fn plain_values_are_texts_as_they_are_written() {
        let yaml = "\u{feff}# é\n- &a 1.10\n- 007\n- 1e3\n- True\n- 0x1F\n- '1.10'\n- 臺\n- *a\n- 18446744073709551616\n- !!float '2.50'\n";
        let node = Node::from_yaml(yaml).expect("it is YAML");

        let Content::List(items) = &node.content else { panic!("{node:?}") };
        let texts = items.iter().map(|item| match &item.content {
            Content::Plain(plain) => plain.take_text().expect("it is something"),
            _ => panic!("{item:?}"),
        });
        let texts: Vec<String> = texts.collect();
        let written = json!([
            "1.10",
            "007",
            "1e3",
            "True",
            "0x1F",
            "1.10",
            "臺",
            "1.10",
            "18446744073709551616",
            "2.5"
        ]);
        assert_eq!(json!(texts), written);
        assert_eq!(node.to_json(), written, "shown is what was taken");
    }

    #[test]
    fn a_text_that_holds_too_much_is_refused_in_words() {
        let flood = format!("[{}]", "1,".repeat(250_001));
        let fault = Node::from_yaml(&flood).expect_err("that is a lot");
        assert_eq!(fault.message, "the text has more values than can be read");
    }

    #[test]
    fn json_is_the_same_tree_without_places() {
        let value = json!({ "a": [null, true, 1.5, { "b": "c" }], "__": {}, "n": -1 });

        let node = Node::from_json(value.clone());

        assert_eq!(node.to_json(), value);
        assert_eq!(node.mark, None);
        let read = Node::from_json_text(&value.to_string()).expect("it is JSON");
        assert_eq!(read, node);
    }

    #[test]
    fn json_whose_members_stand_twice_is_refused() {
        let fault = Node::from_json_text(r#"{"a": [1, {"b": 1, "c/": {"b": 1}, "c/": 2}]}"#);
        let fault = fault.expect_err("c/ stands twice");
        assert_eq!((&*fault.path, &*fault.message), ("/a/1/c~1", "c/ stands twice"));
        let fault = Node::from_json_text("{\n  a: 1}").expect_err("a is no JSON");
        assert_eq!(fault.message, "the text is no JSON: key must be a string");
        assert_eq!(fault.mark, Some(Mark { line: 2, column: 3 }));
    }
}
