//! Records in XML.

use rand_chacha::ChaCha8Rng;

use super::super::document::markup::{Element, Markup, Node};
use super::{FieldName, Records, garble};
use crate::kit::records::{Coordinates, Records as Habit};

impl Records {
    pub(super) fn spoil_markup(&self, markup: &mut Markup, habit: &Habit, random: &mut ChaCha8Rng) {
        for path in habit.elements {
            let path: Vec<&str> = path.split('/').collect();
            let (root, path) = path.split_first().expect("a path names the root");
            if !markup.root.is_named(root) {
                continue;
            }
            let Some((name, way)) = path.split_last() else {
                return self.spoil_element(&mut markup.root, habit);
            };
            for list in markup.root.find_mut(way) {
                let (first, mut records) = list.take_elements(name);
                let is_alone = way.is_empty();
                if !is_alone {
                    self.rearrange(&mut records, random);
                }
                for record in &mut records {
                    self.spoil_element(record, habit);
                }
                list.put_elements(first, records);
            }
        }
    }

    fn spoil_element(&self, record: &mut Element, habit: &Habit) {
        for name in &self.drop_fields {
            for_each(record, name, |parent, field| {
                if parent.take_elements(field).1.is_empty() {
                    parent.remove_attribute(field);
                }
            });
        }
        for name in &self.null_fields {
            for_each(record, name, |parent, field| {
                let elements = parent.find_mut(&[field]);
                if elements.is_empty() {
                    parent.set_attribute(field, "");
                } else {
                    elements.into_iter().for_each(Element::clear);
                }
            });
        }
        if self.swap_coordinates {
            for_each_element(record, &mut |element| swap(element, &habit.coordinates));
        }
        if self.string_numbers {
            for_each_element(record, &mut |element| {
                if matches!(element.attribute("type"), Some("integer" | "float" | "decimal")) {
                    element.set_attribute("type", "string");
                }
            });
        }
        if self.mojibake {
            for_each_element(record, &mut |element| {
                element.attribute_values_mut().for_each(garble);
                for node in &mut element.content {
                    if let Node::Text(text) = node {
                        garble(text);
                    }
                }
            });
        }
    }
}

/// Does something with each element that may have the named field.
fn for_each(record: &mut Element, name: &FieldName, mut deed: impl FnMut(&mut Element, &str)) {
    let (way, last) = name.parts();
    let way: Vec<&str> = way.iter().map(String::as_str).collect();
    for parent in record.find_mut(&way) {
        deed(parent, last);
    }
}

fn for_each_element(element: &mut Element, deed: &mut impl FnMut(&mut Element)) {
    deed(element);
    element.elements_mut().for_each(|element| for_each_element(element, deed));
}

fn swap(parent: &mut Element, coordinates: &Coordinates) {
    for (latitude, longitude) in coordinates.pairs {
        let content_of = |name: &str| {
            parent.elements().find(|element| element.is_named(name)).map(|it| it.content.clone())
        };
        if let (Some(first), Some(second)) = (content_of(latitude), content_of(longitude)) {
            for (name, content) in [(latitude, second), (longitude, first)] {
                if let Some(element) = parent.elements_mut().find(|it| it.is_named(name)) {
                    element.content = content;
                }
            }
        }
    }
    for name in coordinates.joined {
        for element in parent.elements_mut().filter(|element| element.is_named(name)) {
            if let Some((first, second)) = element.text().split_once(',') {
                element.set_text(&format!("{second},{first}"));
            }
        }
    }
}
