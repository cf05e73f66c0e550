//! Records in JSON.

use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value};

use super::super::document::json::{Place, records};
use super::{FieldName, Records, garble};
use crate::kit::habits::Habits;
use crate::kit::json::{JsonStyle, write_tree};
use crate::kit::records::Coordinates;

impl Records {
    pub(super) fn spoil_json(&self, tree: &mut Value, habits: &Habits, random: &mut ChaCha8Rng) {
        match records(tree, &habits.records) {
            None => {}
            Some(Place::Alone(record)) => self.spoil_record(record, habits),
            Some(Place::List(list)) => {
                self.rearrange(list, random);
                for record in list {
                    self.spoil_record(record, habits);
                }
            }
        }
    }

    fn spoil_record(&self, record: &mut Value, habits: &Habits) {
        for name in &self.drop_fields {
            for_each(record, name, |object, member| drop(object.shift_remove(member)));
        }
        for name in &self.null_fields {
            for_each(record, name, |object, member| {
                if let Some(value) = object.get_mut(member) {
                    *value = Value::Null;
                }
            });
        }
        if self.swap_coordinates {
            swap(record, &habits.records.coordinates);
        }
        if self.string_numbers {
            let style = JsonStyle { final_newline: false, ..habits.json };
            for_each_value(record, &mut |value| {
                if value.is_number() {
                    *value = String::from_utf8_lossy(&write_tree(style, value)).into();
                }
            });
        }
        if self.mojibake {
            for_each_value(record, &mut |value| {
                if let Value::String(text) = value {
                    garble(text);
                }
            });
        }
    }
}

/// Does something with each object that has the named member.
fn for_each(
    record: &mut Value,
    name: &FieldName,
    mut deed: impl FnMut(&mut Map<String, Value>, &str),
) {
    let (way, last) = name.parts();
    let mut found = members_of(record);
    for part in way {
        let next = found.into_iter().filter_map(|object| object.get_mut(part));
        found = next.flat_map(members_of).collect();
    }
    for object in found {
        deed(object, last);
    }
}

/// An object, or all objects of a list.
fn members_of(value: &mut Value) -> Vec<&mut Map<String, Value>> {
    match value {
        Value::Object(object) => vec![object],
        Value::Array(list) => list.iter_mut().flat_map(members_of).collect(),
        _ => Vec::new(),
    }
}

/// Does something with each value that holds no others.
fn for_each_value(value: &mut Value, deed: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| for_each_value(value, deed)),
        Value::Object(object) => {
            object.values_mut().for_each(|value| for_each_value(value, deed));
        }
        plain => deed(plain),
    }
}

fn swap(value: &mut Value, coordinates: &Coordinates) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| swap(value, coordinates)),
        Value::Object(object) => {
            swap_members(object, coordinates);
            object.values_mut().for_each(|value| swap(value, coordinates));
        }
        _ => {}
    }
}

fn swap_members(object: &mut Map<String, Value>, coordinates: &Coordinates) {
    for (latitude, longitude) in coordinates.pairs {
        if let (Some(first), Some(second)) = (object.get(*latitude), object.get(*longitude)) {
            let (first, second) = (first.clone(), second.clone());
            object.insert((*latitude).to_owned(), second);
            object.insert((*longitude).to_owned(), first);
        }
    }
    for name in coordinates.joined {
        if let Some(Value::String(text)) = object.get_mut(*name)
            && let Some((first, second)) = text.split_once(',')
        {
            *text = format!("{second},{first}");
        }
    }
    if object.get("type").is_some_and(Value::is_string)
        && let Some(positions) = object.get_mut("coordinates")
    {
        swap_positions(positions);
    }
}

/// Swaps the first two numbers of each position of a GeoJSON geometry.
fn swap_positions(value: &mut Value) {
    let Value::Array(list) = value else { return };
    match list.as_mut_slice() {
        [Value::Number(first), Value::Number(second), ..] => std::mem::swap(first, second),
        others => others.iter_mut().for_each(swap_positions),
    }
}
