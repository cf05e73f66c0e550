//! Finding records and members in JSON.

use serde_json::Value;

use crate::kit::records::Records;

/// Where the records of an answer are.
pub enum Place<'t> {
    List(&'t mut Vec<Value>),
    /// The answer is the only record.
    Alone(&'t mut Value),
}

/// The records of an answer; none when it has no place for any.
pub fn records<'t>(tree: &'t mut Value, records: &Records) -> Option<Place<'t>> {
    match tree {
        Value::Array(list) => Some(Place::List(list)),
        Value::Object(_) => {
            let pointer = records
                .lists
                .iter()
                .find(|pointer| tree.pointer(pointer).is_some_and(Value::is_array));
            match pointer {
                Some(pointer) => {
                    tree.pointer_mut(pointer).and_then(Value::as_array_mut).map(Place::List)
                }
                None => records.alone.then_some(Place::Alone(tree)),
            }
        }
        _ => None,
    }
}

/// The list of an answer's records.
pub fn list<'t>(tree: &'t mut Value, habits: &Records) -> Option<&'t mut Vec<Value>> {
    match records(tree, habits)? {
        Place::List(list) => Some(list),
        Place::Alone(_) => None,
    }
}

/// The members that a pointer names, in which `*` stands for any member.
pub fn members<'t>(tree: &'t mut Value, pointer: &str) -> Vec<&'t mut Value> {
    let mut found = vec![tree];
    for name in pointer.split('/').skip(1) {
        found = found
            .into_iter()
            .filter_map(Value::as_object_mut)
            .flat_map(|object| object.iter_mut())
            .filter(|(member, _)| name == "*" || *member == name)
            .map(|(_, value)| value)
            .collect();
    }
    found
}
