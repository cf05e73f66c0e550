//! OAI-PMH 2.0: harvesting all datasets, in two formats, page by page.
//!
//! Whatever is wrong, the status is 200 and the document says what.

mod arguments;
mod records;
mod token;
mod verbs;

use http::StatusCode;
use jiff::Timestamp;
use rusqlite::Connection;

use self::arguments::Arguments;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::{cache, moment};
use crate::kit::call::{Call, Request};
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::{Fields, Place};
use crate::kit::links;
use crate::kit::paging::{Cursor, Paging};
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;
use crate::kit::xml::Element;

const NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/";
const SCHEMA: &str =
    "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd";

static VERB: Param<Option<String>> = Param::optional("verb", "What to do.");
static IDENTIFIER: Param<Option<String>> = Param::optional("identifier", "Key of a dataset.");
static METADATA_PREFIX: Param<Option<String>> =
    Param::optional("metadataPrefix", "`oai_dc` or `eml`.");
static FROM: Param<Option<String>> = Param::optional("from", "Datasets changed since then.");
static UNTIL: Param<Option<String>> = Param::optional("until", "Datasets changed before then.");
static SET: Param<Option<String>> =
    Param::optional("set", "`country:DK`, `dataset_type:CHECKLIST`.");
static RESUMPTION_TOKEN: Param<Option<String>> =
    Param::optional("resumptionToken", "Where to go on.");

const PAGING: Paging = Paging::Cursor(Cursor {
    parameter: "resumptionToken",
    next: "/*/resumptionToken",
    this: None,
    total: None,
    earlier: Some(token::earlier),
});

fn declared() -> [&'static dyn AnyParam; 7] {
    [&VERB, &IDENTIFIER, &METADATA_PREFIX, &FROM, &UNTIL, &SET, &RESUMPTION_TOKEN]
}

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/v1/oai-pmh/registry")
            .id("oai-pmh.registry")
            .searches_when(|fields| {
                fields.all(Place::Query, "verb").any(|verb| verb.starts_with("List"))
            })
            .summary("Answers the six verbs of OAI-PMH")
            .media_type("application/xml")
            .takes(declared())
            .paged(PAGING)
            .heavy()
            .handler(answer),
    ]
}

const INVALID_TOKEN: &str = "The resumption token is invalid";
const NO_RECORDS: &str = "No matches for the query";

/// Whether a request is for the harvesting interface.
pub fn is_asked(request: &Request) -> bool {
    request.uri().path().contains("/oai-pmh/")
}

/// What the protocol calls an error.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ProtocolError {
    code: &'static str,
    text: String,
}

impl ProtocolError {
    fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }

    fn bad_argument(text: impl Into<String>) -> Self {
        Self::new("badArgument", text)
    }

    fn no_records() -> Self {
        Self::new("noRecordsMatch", NO_RECORDS)
    }
}

/// Why there is no answer to a verb.
enum Trouble {
    Protocol(ProtocolError),
    Store(rusqlite::Error),
}

impl From<ProtocolError> for Trouble {
    fn from(error: ProtocolError) -> Self {
        Self::Protocol(error)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

fn answer(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let version = if cache::is_passed(call.request) { "" } else { "/v1" };
    let base_url = format!("{}{version}/oai-pmh/registry", call.base());
    let arguments = Arguments::read(&call.fields);
    let outcome = match &arguments.problem {
        Some(problem) => Err(problem.clone().into()),
        None => verbs::answer(call, db, &arguments, &base_url),
    };
    let mut why = None;
    let content = match outcome {
        Ok(content) => content,
        Err(Trouble::Protocol(ProtocolError { code, text })) => {
            why = Some(format!("{code}: {text}").into());
            Element::text("error", text).attribute("code", code)
        }
        Err(Trouble::Store(error)) => return Err(error.into()),
    };
    Ok(Reply { why, ..framed(arguments.echo(&base_url), call.now, content) })
}

/// The document around what answers a request.
fn framed(echo: Element, now: Timestamp, content: Element) -> Reply {
    let document = Element::new("OAI-PMH")
        .attribute("xmlns", NAMESPACE)
        .attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .attribute("xsi:schemaLocation", SCHEMA)
        .with(Element::text("responseDate", moment::written_in_seconds(now)))
        .with(echo)
        .with(content);
    Reply::new(StatusCode::OK, "application/xml", document.document(0))
}

/// The error of the protocol that a scenario asks for by its code.
pub fn refused(request: &Request, now: Timestamp, code: String, text: Option<String>) -> Reply {
    let mut fields = Fields::new(&super::HABITS);
    fields.push_urlencoded(request.uri().query().unwrap_or_default().as_bytes());
    let base_url = format!("{}{}", links::origin(request), request.uri().path());
    let text = text.unwrap_or_else(|| match code.as_str() {
        "badResumptionToken" => INVALID_TOKEN.to_owned(),
        "noRecordsMatch" => NO_RECORDS.to_owned(),
        _ => String::new(),
    });
    let error = Element::text("error", text).attribute("code", code);
    framed(Arguments::read(&fields).echo(&base_url), now, error)
}
