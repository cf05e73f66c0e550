//! Which requests a rule is about.

use std::borrow::Cow;
use std::cell::OnceCell;

use http::{HeaderName, Method};
use regex_lite::Regex;
use serde_json::Value;

use super::node::{Content, Node};
use super::read::{self, Faults, Members};
use super::vocabulary::Vocabulary;
use crate::kit::glob::Pattern;
use crate::kit::headers::Headers;

/// What a request has to be like; all that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct Match {
    api: Option<Vec<String>>,
    method: Option<Vec<Method>>,
    path: Option<Pattern>,
    /// The template of its route.
    route: Option<String>,
    query: Vec<(String, TextTest)>,
    header: Vec<(HeaderName, TextTest)>,
    body: BodyTest,
    credential: Option<String>,
}

/// What a text has to be like.
#[derive(Clone, Debug)]
enum TextTest {
    Is(String),
    Matches(Regex),
    Present(bool),
}

/// What a body has to be like.
#[derive(Clone, Debug, Default)]
struct BodyTest {
    contains: Option<String>,
    matches: Option<Regex>,
    /// JSON Pointers, and what stands there.
    json: Vec<(String, Value)>,
}

/// A request, as rules see it. What takes time to find out is found out when the first rule asks.
pub struct Subject<'r> {
    pub api: &'r str,
    pub method: &'r Method,
    /// Below the API's prefix.
    pub path: &'r str,
    /// The template of its route, if it has one.
    pub route: Option<&'r str>,
    /// The text after `?`.
    pub query: &'r str,
    pub headers: &'r Headers,
    pub body: &'r [u8],
    /// User, key or client id, as the API understands the request.
    pub credential: Option<&'r str>,
    parsed: Parsed<'r>,
}

#[derive(Default)]
struct Parsed<'r> {
    query: OnceCell<Vec<(Cow<'r, str>, Cow<'r, str>)>>,
    json: OnceCell<Option<Value>>,
}

/// Something that a request would have to have otherwise to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `method`, `query/limit`, `body/json/title`.
    pub what: String,
    pub expected: String,
}

impl<'r> Subject<'r> {
    #[expect(clippy::too_many_arguments, reason = "a request has that many sides")]
    pub fn new(
        api: &'r str,
        method: &'r Method,
        path: &'r str,
        route: Option<&'r str>,
        query: &'r str,
        headers: &'r Headers,
        body: &'r [u8],
        credential: Option<&'r str>,
    ) -> Self {
        let parsed = Parsed::default();
        Self { api, method, path, route, query, headers, body, credential, parsed }
    }

    /// The values of a parameter of the query string.
    fn query_values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let parse = || form_urlencoded::parse(self.query.as_bytes()).collect();
        let pairs = self.parsed.query.get_or_init(parse);
        pairs.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_ref())
    }

    fn header_values<'s>(&'s self, name: &'s HeaderName) -> impl Iterator<Item = &'s str> {
        self.headers.get_all(name).filter_map(|value| value.to_str().ok())
    }

    fn json(&self) -> Option<&Value> {
        self.parsed.json.get_or_init(|| serde_json::from_slice(self.body).ok()).as_ref()
    }
}

impl Match {
    /// Reads the value of `match`.
    pub fn read(node: &Node, vocabulary: &Vocabulary, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { api: gbif, method: GET }", faults)?;
        let api_name = |node: &Node, faults: &Faults| vocabulary.read_api(node, faults);
        let api = members.read("api", read::one_or_more(api_name));
        let method = members.read("method", read::one_or_more(read_method));
        let path = members.read("path", read_pattern);
        let route = members.read("route", |node, faults| {
            let route = read::text(node, faults)?;
            vocabulary.check_route(api.as_deref(), &route, node, faults)?;
            Some(route)
        });
        let query = members.read("query", |node, faults| {
            read_tests(node, faults, |name, _| Some(name.to_owned()))
        });
        let header = members.read("header", |node, faults| {
            read_tests(node, faults, |name, node| {
                let found = HeaderName::try_from(name.to_ascii_lowercase()).ok();
                if found.is_none() {
                    faults.note(node, format!("{name:?} is no name of a header"));
                }
                found
            })
        });
        let body = members.read("body", BodyTest::read);
        let credential = members.read("credential", read::text);
        members.finish();
        Some(Self {
            api,
            method,
            path,
            route,
            query: query.unwrap_or_default(),
            header: header.unwrap_or_default(),
            body: body.unwrap_or_default(),
            credential,
        })
    }

    /// Whether all of it holds; what is told apart most cheaply comes first.
    pub fn holds(&self, subject: &Subject) -> bool {
        self.api.as_ref().is_none_or(|apis| apis.iter().any(|api| api == subject.api))
            && self.method.as_ref().is_none_or(|methods| methods.contains(subject.method))
            && self.route.as_ref().is_none_or(|route| subject.route == Some(route))
            && self.path.as_ref().is_none_or(|path| path.matches(subject.path))
            && self
                .credential
                .as_ref()
                .is_none_or(|wanted| subject.credential == Some(wanted.as_str()))
            && self.header.iter().all(|(name, test)| test.holds(subject.header_values(name)))
            && self.query.iter().all(|(name, test)| test.holds(subject.query_values(name)))
            && self.body.differences(subject).next().is_none()
    }

    /// What keeps a request from matching; empty when nothing does.
    pub fn differences(&self, subject: &Subject) -> Vec<Difference> {
        let mut differs = Vec::new();
        let mut note = |what: String, expected: String| differs.push(Difference { what, expected });
        if let Some(apis) = &self.api
            && !apis.iter().any(|api| api == subject.api)
        {
            note("api".to_owned(), apis.join(", "));
        }
        if let Some(methods) = &self.method
            && !methods.contains(subject.method)
        {
            let methods: Vec<&str> = methods.iter().map(Method::as_str).collect();
            note("method".to_owned(), methods.join(", "));
        }
        if let Some(path) = self.path.as_ref().filter(|path| !path.matches(subject.path)) {
            note("path".to_owned(), path.as_str().to_owned());
        }
        if let Some(route) = self.route.as_ref().filter(|route| subject.route != Some(route)) {
            note("route".to_owned(), route.clone());
        }
        for (name, test) in &self.query {
            if !test.holds(subject.query_values(name)) {
                note(format!("query/{name}"), test.expected());
            }
        }
        for (name, test) in &self.header {
            if !test.holds(subject.header_values(name)) {
                note(format!("header/{name}"), test.expected());
            }
        }
        if let Some(wanted) = &self.credential
            && subject.credential != Some(wanted)
        {
            note("credential".to_owned(), wanted.clone());
        }
        differs.extend(self.body.differences(subject));
        differs
    }
}

fn read_pattern(node: &Node, faults: &Faults) -> Option<Pattern> {
    let text = read::text(node, faults)?;
    if !text.starts_with(['/', '*']) {
        faults.expected(node, "a path such as /v1/dataset/*, which begins with a slash");
        return None;
    }
    Some(Pattern::new(text))
}

fn read_method(node: &Node, faults: &Faults) -> Option<Method> {
    const KNOWN: [Method; 7] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let text = read::text(node, faults)?;
    let found = KNOWN.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(&text));
    if found.is_none() {
        faults.expected(node, "one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
    found
}

fn read_tests<N>(
    node: &Node,
    faults: &Faults,
    name: impl Fn(&str, &Node) -> Option<N>,
) -> Option<Vec<(N, TextTest)>> {
    let members = Members::of(node, "a map of names and texts", faults)?;
    let tests = members.each().map(|(key, node)| {
        let (name, test) = (name(key, node), TextTest::read(node, faults));
        Some((name?, test?))
    });
    // Every test is read, so that every fault is found.
    let tests: Vec<Option<(N, TextTest)>> = tests.collect();
    tests.into_iter().collect()
}

fn read_regex(node: &Node, faults: &Faults) -> Option<Regex> {
    let text = read::text(node, faults)?;
    match Regex::new(&text) {
        Ok(regex) => Some(regex),
        Err(error) => {
            faults.note(node, format!("{text:?} is no regular expression: {error}"));
            None
        }
    }
}

impl TextTest {
    fn read(node: &Node, faults: &Faults) -> Option<Self> {
        if let Content::Plain(_) = &node.content {
            return read::text(node, faults).map(Self::Is);
        }
        let mut members =
            Members::of(node, "a text, { matches: REGEX } or { present: BOOL }", faults)?;
        let matches = members.take("matches");
        let present = members.take("present");
        members.finish();
        match (matches, present) {
            (Some(regex), None) => read_regex(regex, faults).map(Self::Matches),
            (None, Some(present)) => read::boolean(present, faults).map(Self::Present),
            (None, None) => {
                faults.note(node, "matches or present is missing");
                None
            }
            (Some(_), Some(_)) => {
                faults.note(node, "matches and present do not go together");
                None
            }
        }
    }

    fn holds<'v>(&self, mut values: impl Iterator<Item = &'v str>) -> bool {
        match self {
            Self::Is(text) => values.any(|value| value == text),
            Self::Matches(regex) => values.any(|value| regex.is_match(value)),
            Self::Present(wanted) => values.next().is_some() == *wanted,
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::Is(text) => text.clone(),
            Self::Matches(regex) => format!("matches {regex}"),
            Self::Present(true) => "present".to_owned(),
            Self::Present(false) => "absent".to_owned(),
        }
    }
}

/// Whether two values are the same, however their numbers are written.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same = |(name, a)| b.get(name).is_some_and(|b| is_same(a, b));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => one == other,
    }
}

impl BodyTest {
    fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map of contains, matches and json", faults)?;
        let contains = members.read("contains", read::text);
        let matches = members.read("matches", read_regex);
        let json = members.read("json", |node, faults| {
            let members = Members::of(node, "a map of JSON Pointers and values", faults)?;
            let pairs = members.each().map(|(pointer, value)| {
                if !(pointer.is_empty() || pointer.starts_with('/')) {
                    faults.note(value, format!("{pointer} is no JSON Pointer such as /title"));
                }
                (pointer.to_owned(), value.to_json())
            });
            Some(pairs.collect())
        });
        members.finish();
        Some(Self { contains, matches, json: json.unwrap_or_default() })
    }

    fn differences(&self, subject: &Subject) -> impl Iterator<Item = Difference> {
        let contains = self.contains.as_ref().filter(|wanted| {
            let wanted = wanted.as_bytes();
            !(wanted.is_empty() || subject.body.windows(wanted.len()).any(|part| part == wanted))
        });
        let contains = contains.map(|wanted| ("body/contains".to_owned(), wanted.clone()));
        let matches = self.matches.as_ref().filter(|regex| {
            !std::str::from_utf8(subject.body).is_ok_and(|text| regex.is_match(text))
        });
        let matches = matches.map(|regex| ("body/matches".to_owned(), regex.to_string()));
        let json = self.json.iter().filter(|(pointer, wanted)| {
            let found = subject.json().and_then(|json| json.pointer(pointer));
            !found.is_some_and(|found| is_same(found, wanted))
        });
        let json =
            json.map(|(pointer, wanted)| (format!("body/json{pointer}"), wanted.to_string()));
        let all = contains.into_iter().chain(matches).chain(json);
        all.map(|(what, expected)| Difference { what, expected })
    }
}
