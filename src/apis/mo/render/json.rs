//! Answers as JSON.

use super::{Answer, Outcome, Results};
use crate::apis::mo::error::Error;
use crate::apis::mo::tree::{Form, Node, Object, decimal};
use crate::kit::json::{JsonStyle, Writer};

pub fn document(answer: &Answer, style: JsonStyle) -> Vec<u8> {
    let mut json = Writer::new(style);
    json.object(|it| envelope(it, answer));
    json.into_bytes()
}

fn envelope(json: &mut Writer, answer: &Answer) {
    match answer.shown_version() {
        Some(version) => json.key("version").float(version),
        None => json.key("version").null(),
    }
    json.key("run_date").text(&answer.run_date.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string());
    if let Some(user) = answer.user {
        json.key("user").integer(user);
    }
    match &answer.outcome {
        Outcome::Found { search, results } => {
            if let Some(search) = search {
                json.key("query").text(&search.sql);
                json.key("number_of_records").count(search.records);
                json.key("number_of_pages").count(search.pages);
                json.key("page_number").integer(search.page);
            }
            json.key("results");
            match results {
                Results::Ids { ids, .. } => json.array(ids, |json, id| json.integer(*id)),
                Results::Objects { objects, .. } => json.array(objects, record),
            }
        }
        Outcome::Failed(errors) => json.key("errors").array(errors, failure),
    }
    json.key("run_time").float(answer.run_time);
}

fn failure(json: &mut Writer, error: &Error) {
    json.object(|it| {
        it.key("code").text(&error.code());
        it.key("details").text(&error.details());
        it.key("fatal").text(if error.is_fatal() { "true" } else { "false" });
        if let Some(trace) = error.trace() {
            it.key("trace").text(trace);
        }
    });
}

/// A record with its type, which those within others do not have.
fn record(json: &mut Writer, record: &Object) {
    json.object(|it| {
        if let Some(id) = record.id {
            it.key("id").integer(id);
        }
        it.key("type").text(record.kind);
        members(it, record);
    });
}

fn nested(json: &mut Writer, object: &Object) {
    json.object(|it| {
        if let Some(id) = object.id {
            it.key("id").integer(id);
        }
        members(it, object);
    });
}

fn members(json: &mut Writer, object: &Object) {
    for member in object.members.iter().filter(|member| member.form != Form::Xml) {
        match &member.node {
            Node::Reference { id, .. } => json.key_in_parts(&[member.key, "_id"]).integer(*id),
            value => node(json.key(member.key), value),
        }
    }
}

fn node(json: &mut Writer, value: &Node) {
    match value {
        Node::Null | Node::Element(_) | Node::Lengths(..) => json.null(),
        Node::Word(text) => json.text(text),
        Node::Text(text) | Node::Html(text) | Node::Url(text) | Node::Day(text) => json.text(text),
        Node::Moment(moment) | Node::MomentAsDate(moment) => self::moment(json, moment),
        Node::Integer(number) | Node::Metres(number) => json.integer(*number),
        Node::MetresFloat(number)
        | Node::Confidence(number)
        | Node::Quality(number)
        | Node::NestedQuality(number) => json.float(*number),
        Node::Flag(flag) => json.flag(*flag),
        Node::Degrees(degrees, _) => json.text(&decimal(*degrees)),
        Node::Reference { id, .. } => json.integer(*id),
        Node::Object(object) => nested(json, object),
        Node::Shared(object) => nested(json, object),
        Node::List(_, members) | Node::Unnumbered(_, members) => json.array(members, node),
        Node::Ids(_, ids) => json.array(ids, |json, id| json.integer(*id)),
        Node::Fields(fields) => json.object(|it| {
            for (name, value) in fields {
                it.foreign_key(name).text(value);
            }
        }),
    }
}

/// `2012-06-26 12:34:56` as `2012-06-26T12:34:56.000Z`.
fn moment(json: &mut Writer, moment: &str) {
    match moment.split_at_checked(10) {
        Some((day, time)) if !time.is_empty() => {
            json.text_in_parts(&[day, "T", &time[1..], ".000Z"]);
        }
        _ => json.text_in_parts(&[moment, ".000Z"]),
    }
}
