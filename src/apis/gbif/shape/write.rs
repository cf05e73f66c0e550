//! Documents as clients get them: fields in order, with what stands for those that are absent.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Absent, Document, Field};

/// Writes a document with its fields in order, and what stands for those that are absent.
pub fn write(fields: &[Field], document: &Document) -> String {
    let mut text = String::with_capacity(256);
    for field in fields {
        match (document.get(field.name), field.absent) {
            (Some(value), _) if !value.is_null() => push_member(&mut text, field.name, value),
            (_, Absent::Omitted) => {}
            (_, Absent::EmptyList) => push_raw(&mut text, field.name, "[]"),
            (_, Absent::False) => push_raw(&mut text, field.name, "false"),
        }
    }
    close(text)
}

/// Adds a member to the text of an object that [`close`] will end.
pub fn push_member(text: &mut String, name: &str, value: &Value) {
    push_name(text, name);
    write!(text, "{value}").expect("memory takes every byte");
}

/// Adds a member whose value is JSON already.
pub fn push_raw(text: &mut String, name: &str, value: &str) {
    push_name(text, name);
    text.push_str(value);
}

fn push_name(text: &mut String, name: &str) {
    text.push(if text.is_empty() { '{' } else { ',' });
    text.push('"');
    text.push_str(name);
    text.push_str("\":");
}

pub fn close(mut text: String) -> String {
    if text.is_empty() {
        text.push('{');
    }
    text.push('}');
    text
}
