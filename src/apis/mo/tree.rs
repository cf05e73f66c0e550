//! What an answer shows of a record, as a tree that is written as JSON or as XML.

use std::rc::Rc;

use super::textile;

/// Something an answer shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Null,
    /// Text that the program itself has.
    Word(&'static str),
    Text(String),
    /// Text that is HTML already.
    Html(String),
    Url(String),
    Integer(i64),
    Flag(bool),
    /// `2012-06-26`
    Day(String),
    /// `2012-06-26 12:34:56`, as the store keeps it.
    Moment(String),
    /// A moment that XML calls a date.
    ///
    /// Quirk (contract 3.5): keys and users have their moments declared so.
    MomentAsDate(String),
    Degrees(f64, Direction),
    /// Metres: a whole number in observations, a fraction in locations' JSON.
    Metres(i64),
    MetresFloat(f64),
    Confidence(f64),
    Quality(f64),
    /// An image's quality where the image is part of another record.
    ///
    /// Quirk (contract 3.5): XML then gives the range of confidence.
    NestedQuality(f64),
    /// Another record of which only the id is told.
    Reference {
        kind: &'static str,
        id: i64,
    },
    Object(Object),
    /// One that several others have in them.
    Shared(Rc<Object>),
    /// Members, each an element of this name in XML.
    List(&'static str, Vec<Node>),
    /// Members of which XML does not tell the number.
    Unnumbered(&'static str, Vec<Node>),
    /// Ids of records of this kind: `observation_ids` in JSON.
    Ids(&'static str, Vec<i64>),
    /// An element with its attributes, for the few that XML alone has.
    Element(Vec<(&'static str, String)>),
    /// Texts of which XML tells the number in `length`.
    Lengths(&'static str, Vec<String>),
    /// Fields by name, in the order they have.
    Fields(Vec<(String, String)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    North,
    East,
}

/// Which of the two forms shows a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Both,
    Json,
    Xml,
    /// Both, in XML under this name.
    Named(&'static str),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub key: &'static str,
    pub form: Form,
    pub node: Node,
}

/// A record, or something within one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    /// Its type's word, empty for parts that are no records.
    pub kind: &'static str,
    pub id: Option<i64>,
    pub members: Vec<Member>,
}

impl Object {
    pub fn new(kind: &'static str, id: i64) -> Self {
        Self { kind, id: Some(id), members: Vec::with_capacity(8) }
    }

    /// One that will have many members.
    pub fn large(kind: &'static str, id: i64) -> Self {
        Self { kind, id: Some(id), members: Vec::with_capacity(32) }
    }

    /// Something that is no record: a reason, a parent.
    pub fn part() -> Self {
        Self::default()
    }

    pub fn push(&mut self, key: &'static str, node: Node) -> &mut Self {
        self.members.push(Member { key, form: Form::Both, node });
        self
    }

    /// A member that XML calls otherwise.
    pub fn push_as(&mut self, key: &'static str, in_xml: &'static str, node: Node) -> &mut Self {
        self.members.push(Member { key, form: Form::Named(in_xml), node });
        self
    }

    pub fn json(&mut self, key: &'static str, node: Node) -> &mut Self {
        self.members.push(Member { key, form: Form::Json, node });
        self
    }

    pub fn xml(&mut self, key: &'static str, node: Node) -> &mut Self {
        self.members.push(Member { key, form: Form::Xml, node });
        self
    }

    pub fn text(&mut self, key: &'static str, text: impl Into<String>) -> &mut Self {
        self.push(key, Node::Text(text.into()))
    }

    /// Shown unless empty.
    pub fn text_if(&mut self, key: &'static str, text: String) -> &mut Self {
        if text.is_empty() { self } else { self.text(key, text) }
    }

    /// Marked-up text as HTML, shown unless empty.
    pub fn html_if(&mut self, key: &'static str, text: &str) -> &mut Self {
        if text.is_empty() { self } else { self.push(key, Node::Html(textile::html(text))) }
    }

    pub fn integer(&mut self, key: &'static str, number: i64) -> &mut Self {
        self.push(key, Node::Integer(number))
    }

    pub fn flag(&mut self, key: &'static str, flag: bool) -> &mut Self {
        self.push(key, Node::Flag(flag))
    }

    pub fn word(&mut self, key: &'static str, word: &'static str) -> &mut Self {
        self.push(key, Node::Word(word))
    }

    /// Always in XML, in JSON only when true.
    pub fn flag_json_if_true(&mut self, key: &'static str, flag: bool) -> &mut Self {
        self.members.push(Member {
            key,
            form: if flag { Form::Both } else { Form::Xml },
            node: Node::Flag(flag),
        });
        self
    }

    /// Always in JSON, in XML only when true.
    pub fn flag_xml_if_true(&mut self, key: &'static str, flag: bool) -> &mut Self {
        self.members.push(Member {
            key,
            form: if flag { Form::Both } else { Form::Json },
            node: Node::Flag(flag),
        });
        self
    }

    pub fn moment(&mut self, key: &'static str, moment: String) -> &mut Self {
        self.push(key, Node::Moment(moment))
    }

    /// `null` in JSON when there is none.
    pub fn moment_or_null(&mut self, key: &'static str, moment: Option<String>) -> &mut Self {
        self.push(key, moment.map_or(Node::Null, Node::Moment))
    }

    pub fn reference(&mut self, key: &'static str, kind: &'static str, id: i64) -> &mut Self {
        self.push(key, Node::Reference { kind, id })
    }

    pub fn reference_if(
        &mut self,
        key: &'static str,
        kind: &'static str,
        id: Option<i64>,
    ) -> &mut Self {
        match id {
            Some(id) => self.reference(key, kind, id),
            None => self,
        }
    }

    pub fn object(&mut self, key: &'static str, object: Object) -> &mut Self {
        self.push(key, Node::Object(object))
    }

    pub fn object_if(&mut self, key: &'static str, object: Option<Object>) -> &mut Self {
        match object {
            Some(object) => self.object(key, object),
            None => self,
        }
    }

    /// A list of records, shown unless empty.
    pub fn list_if(
        &mut self,
        key: &'static str,
        member: &'static str,
        objects: Vec<Object>,
    ) -> &mut Self {
        if objects.is_empty() {
            return self;
        }
        self.push(key, Node::List(member, objects.into_iter().map(Node::Object).collect()))
    }
}

/// A decimal as the service writes coordinates: no needless zeros, but one digit after the point.
pub fn decimal(number: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "no place on earth is that far")]
    let tenthousandths = (number * 1e4).round() as i64;
    let sign = if tenthousandths < 0 { "-" } else { "" };
    let tenthousandths = tenthousandths.unsigned_abs();
    let (whole, fraction) = (tenthousandths / 10_000, tenthousandths % 10_000);
    let mut text = format!("{sign}{whole}.{fraction:04}");
    let needless = text.bytes().rev().take(3).take_while(|byte| *byte == b'0').count();
    text.truncate(text.len() - needless);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_at_least_one_digit_after_the_point() {
        assert_eq!(decimal(34.1622), "34.1622");
        assert_eq!(decimal(45.0), "45.0");
        assert_eq!(decimal(-0.0), "0.0");
        assert_eq!(decimal(-118.35), "-118.35");
    }
}
