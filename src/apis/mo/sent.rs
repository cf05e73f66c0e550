//! What a request sends, wherever it stands: path, query string, form, JSON body.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;

use crate::kit::call::{Call, Request};
use crate::kit::fields::{Fields, Place};
use crate::kit::upload;

use super::error::Error;

/// The parameters of a request by name: trimmed, the last of several, hashes apart.
#[derive(Debug, Default)]
pub struct Sent {
    values: BTreeMap<String, String>,
    hashes: BTreeMap<String, Vec<(String, String)>>,
    /// Names under which files came where none is taken.
    files: Vec<String>,
}

impl Sent {
    /// # Errors
    /// When the body of a PATCH or DELETE says that it is JSON and is none.
    pub fn of(call: &Call) -> Result<Self, Error> {
        let mut sent = Self::read(call.request, &call.fields)?;
        if let Some(id) = call.fields.all(Place::Path, "id").last() {
            sent.add("id", id);
        }
        let files = call.uploads.iter().map(|file| &file.field);
        sent.files = files.filter(|field| *field != "upload").cloned().collect();
        Ok(sent)
    }

    /// What a request sends that nobody has read yet; of a body that cannot be read nothing.
    pub fn unread(request: &Request) -> Self {
        let mut fields = Fields::new(&super::HABITS);
        fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
        let form = upload::read_form(request, &mut fields).ok();
        form.and_then(|_| Self::read(request, &fields).ok()).unwrap_or_default()
    }

    fn read(request: &Request, fields: &Fields) -> Result<Self, Error> {
        let mut sent = Self::default();
        for (name, value) in fields.query() {
            sent.add(name, value);
        }
        if matches!(*request.method(), Method::PATCH | Method::DELETE) {
            sent.add_json(request)?;
        }
        Ok(sent)
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = value.trim();
        match name.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
            Some((name, key)) if !name.is_empty() => {
                let hash = self.hashes.entry(name.to_owned()).or_default();
                hash.retain(|(known, _)| known != key);
                hash.push((key.to_owned(), value.to_owned()));
            }
            _ if name.is_empty() => {}
            _ => drop(self.values.insert(name.to_owned(), value.to_owned())),
        }
    }

    fn add_json(&mut self, request: &Request) -> Result<(), Error> {
        let body = request.body();
        let is_json = upload::media_type(request).as_deref() == Some("application/json");
        if !is_json || body.is_empty() {
            return Ok(());
        }
        let tree: Value =
            serde_json::from_slice(body).map_err(|e| Error::MalformedBody(e.to_string()))?;
        let Value::Object(members) = tree else { return Ok(()) };
        for (name, value) in members {
            match value {
                Value::Object(hash) => {
                    for (key, value) in hash {
                        self.add(&format!("{name}[{key}]"), &plain(&value));
                    }
                }
                Value::Array(list) => {
                    let list: Vec<String> = list.iter().map(plain).collect();
                    self.add(&name, &list.join(","));
                }
                other => self.add(&name, &plain(&other)),
            }
        }
        Ok(())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub fn hash(&self, name: &str) -> Option<&[(String, String)]> {
        self.hashes.get(name).map(Vec::as_slice)
    }

    /// Whether it is there at all, blank or not.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The names that nothing is known of, in alphabetical order: `foo`, and `id[]` where `id` takes no fields.
    pub fn unknown(
        &self,
        is_known: impl Fn(&str) -> bool,
        takes_fields: impl Fn(&str) -> bool,
    ) -> Vec<String> {
        let values = self.values.keys().chain(&self.files).filter(|name| !is_known(name)).cloned();
        let fields = self.hashes.iter().flat_map(|(name, fields)| {
            let takes_fields = takes_fields(name);
            let unknown = fields.iter().filter(move |(key, _)| !takes_fields || key.is_empty());
            unknown.map(move |(key, _)| format!("{name}[{key}]"))
        });
        let mut unknown: Vec<String> = values.chain(fields).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
