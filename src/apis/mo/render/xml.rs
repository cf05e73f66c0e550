//! Answers as XML.

use super::{Answer, Outcome, Results};
use crate::apis::mo::error::Error;
use crate::apis::mo::tree::{Direction, Form, Node, Object};
use crate::kit::xml::Element;

const MOMENT: &str = "YYYY-MM-DD HH:MM:SS";

pub fn document(answer: &Answer) -> Vec<u8> {
    let mut root =
        Element::new("response").attribute("xmlns", format!("{}/response.xsd", answer.site));
    if let Some(version) = answer.shown_version() {
        root = root.with(text("version", &format!("{version:?}"), "text/plain"));
    }
    let run_date = answer.run_date.strftime("%Y-%m-%d %H:%M:%S").to_string();
    root =
        root.with(typed("run_date", "date-time").attribute("format", MOMENT).with_text(run_date));
    if let Some(user) = answer.user {
        root = root.with(reference("user", "user", user));
    }
    match &answer.outcome {
        Outcome::Found { search, results } => {
            if let Some(search) = search {
                root = root
                    .with(text("query", &search.sql, "application/x-sql"))
                    .with(integer("number_of_records", search.records))
                    .with(integer("number_of_pages", search.pages))
                    .with(integer("page_number", search.page));
            }
            root = root.with(results_element(results, answer.site));
        }
        Outcome::Failed(errors) => root = root.with(errors_element(errors)),
    }
    let run_time = typed("run_time", "float")
        .attribute("units", "seconds")
        .with_text(format!("{:.4}", answer.run_time));
    let mut bytes = root.with(run_time).document(2);
    bytes.push(b'\n');
    bytes
}

fn results_element(results: &Results, site: &str) -> Element {
    match results {
        Results::Ids { kind, ids } => Element::new("results")
            .attribute("number", ids.len().to_string())
            .with_all(ids.iter().map(|id| reference("result", kind, *id))),
        Results::Objects { table, objects } => Element::new("results")
            .attribute("number", objects.len().to_string())
            .with_all(objects.iter().map(|object| {
                let id = object.id.unwrap_or_default();
                // Quirk (contract 5.5): external links have no page of their own.
                let url = match *table {
                    "external_links" => String::new(),
                    table => format!("{site}/{table}/{id}"),
                };
                let result = Element::new("result")
                    .attribute("id", id.to_string())
                    .attribute("url", url)
                    .attribute("type", object.kind);
                with_members(result, object)
            })),
    }
}

fn errors_element(errors: &[Error]) -> Element {
    let list = errors.iter().enumerate().map(|(index, error)| {
        Element::new("error")
            .attribute("id", (index + 1).to_string())
            .with(Element::text("code", error.code()))
            .with(Element::text("details", error.details()))
            .with(Element::text("fatal", if error.is_fatal() { "true" } else { "false" }))
    });
    Element::new("errors").attribute("number", errors.len().to_string()).with_all(list)
}

fn with_members(element: Element, object: &Object) -> Element {
    let members = object.members.iter().filter(|member| member.form != Form::Json);
    element.with_all(members.filter_map(|member| {
        let name = match member.form {
            Form::Named(name) => name,
            _ => member.key,
        };
        node(name, &member.node)
    }))
}

/// The element of a value; none when there is nothing to show.
fn node(name: &'static str, value: &Node) -> Option<Element> {
    Some(match value {
        Node::Null | Node::Word("") => return None,
        Node::Word(content) => text(name, content, "text/plain"),
        Node::Text(content) if content.is_empty() => return None,
        Node::Text(content) => text(name, content, "text/plain"),
        Node::Html(content) => text(name, content, "text/html"),
        Node::Url(url) if url.is_empty() => return None,
        Node::Url(url) => typed(name, "url").attribute("content_type", "text/x-uri").with_text(url),
        Node::Integer(number) => integer(name, number),
        Node::Flag(flag) => typed(name, "boolean").attribute("value", flag.to_string()),
        Node::Day(day) => typed(name, "date").attribute("format", "YYYY-MM-DD").with_text(day),
        Node::Moment(moment) => {
            typed(name, "date-time").attribute("format", MOMENT).with_text(moment)
        }
        Node::MomentAsDate(moment) => {
            typed(name, "date").attribute("format", "YYYY-MM-DD").with_text(moment)
        }
        Node::Degrees(degrees, direction) => {
            let units = match direction {
                Direction::North => "degrees north",
                Direction::East => "degrees east",
            };
            typed(name, "float").attribute("units", units).with_text(format!("{degrees:.4}"))
        }
        Node::Metres(metres) => integer(name, metres).attribute("units", "meters"),
        Node::MetresFloat(metres) => {
            integer(name, format!("{metres:.0}")).attribute("units", "meters")
        }
        Node::Confidence(value) | Node::NestedQuality(value) => ranged(name, *value, "-3.0 to 3.0"),
        Node::Quality(value) => ranged(name, *value, "0.0 to 4.0"),
        Node::Reference { kind, id } => reference(name, kind, *id),
        Node::Object(object) => nested(name, object),
        Node::Shared(object) => nested(name, object),
        Node::List(_, members) if members.is_empty() => return None,
        Node::List(member, members) => Element::new(name)
            .attribute("number", members.len().to_string())
            .with_all(members.iter().filter_map(|value| node(member, value))),
        Node::Unnumbered(member, members) => {
            Element::new(name).with_all(members.iter().filter_map(|value| node(member, value)))
        }
        Node::Ids(_, ids) if ids.is_empty() => return None,
        Node::Ids(kind, ids) => Element::new(name)
            .attribute("number", ids.len().to_string())
            .with_all(ids.iter().map(|id| reference(kind, kind, *id))),
        Node::Lengths(member, texts) => Element::new(name)
            .attribute("length", texts.len().to_string())
            .with_all(texts.iter().map(|content| text(member, content, "text/plain"))),
        Node::Element(attributes) => attributes
            .iter()
            .fold(Element::new(name), |element, (key, value)| element.attribute(*key, value)),
        Node::Fields(fields) => Element::new(name).with_all(fields.iter().map(|(key, value)| {
            Element::new("notes_field").with(text("key", key, "text/plain")).with(text(
                "value",
                value,
                "text/html",
            ))
        })),
    })
}

fn nested(name: &'static str, object: &Object) -> Element {
    let mut element = Element::new(name);
    if let Some(id) = object.id {
        element = element.attribute("id", id.to_string()).attribute("type", object.kind);
    }
    with_members(element, object)
}

fn typed(name: &str, kind: &str) -> Element {
    Element::new(name).attribute("type", kind)
}

fn text(name: &str, content: &str, media_type: &str) -> Element {
    typed(name, "string").attribute("content_type", media_type).with_text(content)
}

fn integer(name: &str, number: impl std::fmt::Display) -> Element {
    typed(name, "integer").with_text(format!("{number}"))
}

fn ranged(name: &str, value: f64, range: &str) -> Element {
    typed(name, "float").attribute("range", range).with_text(format!("{value:.2}"))
}

fn reference(name: &str, kind: &str, id: i64) -> Element {
    Element::new(name).attribute("id", id.to_string()).attribute("type", kind)
}
