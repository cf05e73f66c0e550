//! Records and members of an answer, be it JSON or XML.

use serde_json::Value;

use super::Document;
use super::json;
use super::markup::Element;
use crate::kit::records::Records;

/// Records that were taken out of an answer.
#[derive(Clone, Debug)]
pub enum Taken {
    Json(Vec<Value>),
    Markup(Vec<Element>),
}

impl Document {
    /// How many records its list holds; none when it has no list.
    pub fn count(&mut self, habit: &Records) -> Option<usize> {
        match self {
            Self::Json(tree) => json::list(tree, habit).map(|list| list.len()),
            Self::Markup(markup) => {
                let (list, name) = list_element(&mut markup.root, habit)?;
                Some(list.elements().filter(|element| element.is_named(name)).count())
            }
            Self::Table(_) | Self::Text(_) => None,
        }
    }

    /// The records of its list.
    pub fn records(&mut self, habit: &Records) -> Option<Taken> {
        match self {
            Self::Json(tree) => json::list(tree, habit).map(|list| Taken::Json(list.clone())),
            Self::Markup(markup) => {
                let (list, name) = list_element(&mut markup.root, habit)?;
                let records = list.elements().filter(|element| element.is_named(name));
                Some(Taken::Markup(records.cloned().collect()))
            }
            Self::Table(_) | Self::Text(_) => None,
        }
    }

    /// Holds these records instead of its own, and counts them where the service counts those of a page.
    pub fn replace_records(&mut self, habit: &Records, records: Taken) {
        match (self, records) {
            (Self::Json(tree), Taken::Json(records)) => {
                if let Some(list) = json::list(tree, habit) {
                    *list = records;
                }
            }
            (Self::Markup(markup), Taken::Markup(records)) => {
                let Some((list, name)) = list_element(&mut markup.root, habit) else { return };
                let (first, _) = list.take_elements(name);
                if let Some(attribute) = habit.counted {
                    list.set_attribute(attribute, &records.len().to_string());
                }
                list.put_elements(first, records);
            }
            _ => {}
        }
    }

    /// The text of the first member that a pointer names.
    pub fn get(&mut self, pointer: &str) -> Option<String> {
        match self {
            Self::Json(tree) => match json::members(tree, pointer).into_iter().next()? {
                Value::String(text) => Some(text.clone()),
                Value::Null => Some(String::new()),
                other => Some(other.to_string()),
            },
            Self::Markup(markup) => {
                let path: Vec<&str> = pointer.split('/').skip(1).collect();
                markup.root.find_mut(&path).first().map(|element| element.text())
            }
            Self::Table(_) | Self::Text(_) => None,
        }
    }

    pub fn number(&mut self, pointer: &str) -> Option<u64> {
        self.get(pointer)?.trim().parse().ok()
    }

    /// Changes the text of each member that a pointer names; numbers and flags stay what they are.
    pub fn change(&mut self, pointer: &str, mut change: impl FnMut(&str) -> String) {
        match self {
            Self::Json(tree) => {
                for member in json::members(tree, pointer) {
                    *member = match &*member {
                        Value::String(text) => Value::String(change(text)),
                        Value::Null => Value::String(change("")),
                        other => {
                            let text = change(&other.to_string());
                            serde_json::from_str(&text).unwrap_or(Value::String(text))
                        }
                    };
                }
            }
            Self::Markup(markup) => {
                let path: Vec<&str> = pointer.split('/').skip(1).collect();
                for element in markup.root.find_mut(&path) {
                    element.set_text(&change(&element.text()));
                }
            }
            Self::Table(_) | Self::Text(_) => {}
        }
    }

    pub fn set(&mut self, pointer: &str, text: &str) {
        self.change(pointer, |_| text.to_owned());
    }

    /// Changes each number that a pointer names.
    pub fn count_on(&mut self, pointer: &str, mut change: impl FnMut(u64) -> u64) {
        self.change(pointer, |text| match text.trim().parse() {
            Ok(number) => change(number).to_string(),
            Err(_) => text.to_owned(),
        });
    }
}

/// The element that holds the records, and what they are called.
fn list_element<'e>(
    root: &'e mut Element,
    habit: &Records,
) -> Option<(&'e mut Element, &'static str)> {
    let paths = habit.elements.iter().map(|path| path.split('/').collect::<Vec<&str>>());
    let is_there = |root: &mut Element, way: &[&str]| !root.find_mut(way).is_empty();
    for path in paths {
        // A root that is a record itself is no list.
        let [first, way @ .., name] = path.as_slice() else { continue };
        if root.is_named(first) && is_there(root, way) {
            return root.find_mut(way).into_iter().next().map(|list| (list, *name));
        }
    }
    None
}

impl Taken {
    pub fn len(&self) -> usize {
        match self {
            Self::Json(records) => records.len(),
            Self::Markup(records) => records.len(),
        }
    }

    /// Without the first few, followed by those of another page, up to so many.
    pub fn skip_and_fill(&mut self, skipped: usize, others: Option<Self>, length: usize) {
        match (self, others) {
            (Self::Json(records), others) => {
                records.drain(..skipped.min(records.len()));
                if let Some(Self::Json(others)) = others {
                    records.extend(others);
                }
                records.truncate(length);
            }
            (Self::Markup(records), others) => {
                records.drain(..skipped.min(records.len()));
                if let Some(Self::Markup(others)) = others {
                    records.extend(others);
                }
                records.truncate(length);
            }
        }
    }
}
