//! Answers as JSON.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use super::{Answer, Outcome, Results};
use crate::apis::mo::error::Error;
use crate::apis::mo::tree::{Form, Node, Object, decimal};

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &self.shown_version())?;
        let run_date = self.run_date.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        map.serialize_entry("run_date", &run_date)?;
        if let Some(user) = self.user {
            map.serialize_entry("user", &user)?;
        }
        match &self.outcome {
            Outcome::Found { search, results } => {
                if let Some(search) = search {
                    map.serialize_entry("query", &search.sql)?;
                    map.serialize_entry("number_of_records", &search.records)?;
                    map.serialize_entry("number_of_pages", &search.pages)?;
                    map.serialize_entry("page_number", &search.page)?;
                }
                match results {
                    Results::Ids { ids, .. } => map.serialize_entry("results", ids)?,
                    Results::Objects { objects, .. } => {
                        let shown: Vec<Shown> = objects.iter().map(Shown::Record).collect();
                        map.serialize_entry("results", &shown)?;
                    }
                }
            }
            Outcome::Failed(errors) => {
                let shown: Vec<Failure> = errors.iter().map(Failure).collect();
                map.serialize_entry("errors", &shown)?;
            }
        }
        map.serialize_entry("run_time", &self.run_time)?;
        map.end()
    }
}

struct Failure<'e>(&'e Error);

impl Serialize for Failure<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.0.code())?;
        map.serialize_entry("details", &self.0.details())?;
        map.serialize_entry("fatal", if self.0.is_fatal() { "true" } else { "false" })?;
        if let Some(trace) = self.0.trace() {
            map.serialize_entry("trace", trace)?;
        }
        map.end()
    }
}

enum Shown<'o> {
    /// With its type.
    Record(&'o Object),
    Nested(&'o Object),
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (Shown::Record(object) | Shown::Nested(object)) = self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = object.id {
            map.serialize_entry("id", &id)?;
        }
        if matches!(self, Shown::Record(_)) {
            map.serialize_entry("type", object.kind)?;
        }
        for member in &object.members {
            if member.form == Form::Xml {
                continue;
            }
            match &member.node {
                Node::Reference { id, .. } => map.serialize_entry(with_id(member.key), id)?,
                node => map.serialize_entry(member.key, node)?,
            }
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null | Self::Element(_) | Self::Lengths(..) => serializer.serialize_none(),
            Self::Text(text) | Self::Html(text) | Self::Url(text) | Self::Day(text) => {
                serializer.serialize_str(text)
            }
            Self::Moment(moment) | Self::MomentAsDate(moment) => {
                serializer.serialize_str(&iso(moment))
            }
            Self::Integer(number) | Self::Metres(number) => serializer.serialize_i64(*number),
            Self::MetresFloat(number)
            | Self::Confidence(number)
            | Self::Quality(number)
            | Self::NestedQuality(number) => serializer.serialize_f64(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Degrees(degrees, _) => serializer.serialize_str(&decimal(*degrees)),
            Self::Reference { id, .. } => serializer.serialize_i64(*id),
            Self::Object(object) => Shown::Nested(object).serialize(serializer),
            Self::List(_, members) => {
                let mut list = serializer.serialize_seq(Some(members.len()))?;
                for member in members {
                    list.serialize_element(member)?;
                }
                list.end()
            }
            Self::Ids(_, ids) => ids.serialize(serializer),
            Self::Fields(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// `2012-06-26 12:34:56` as `2012-06-26T12:34:56.000Z`.
fn iso(moment: &str) -> String {
    let mut text = String::with_capacity(24);
    text.push_str(moment);
    if text.len() > 10 {
        text.replace_range(10..11, "T");
    }
    text.push_str(".000Z");
    text
}

/// `owner` as `owner_id`. The references that answers have, and what they are called in JSON.
fn with_id(key: &'static str) -> &'static str {
    match key {
        "owner" => "owner_id",
        "user" => "user_id",
        "creator" => "creator_id",
        "observation" => "observation_id",
        "location" => "location_id",
        "image" => "image_id",
        "primary_image" => "primary_image_id",
        "primary_observation" => "primary_observation_id",
        "project" => "project_id",
        "herbarium" => "herbarium_id",
        "personal_user" => "personal_user_id",
        "external_site" => "external_site_id",
        "field_slip" => "field_slip_id",
        "occurrence" => "occurrence_id",
        "naming" => "naming_id",
        "name" => "name_id",
        "synonym" => "synonym_id",
        other => other,
    }
}
