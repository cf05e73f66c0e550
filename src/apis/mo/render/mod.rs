//! Answers as bytes: one tree, two forms.

pub mod json;
pub mod xml;

use http::StatusCode;
use jiff::Timestamp;

use super::error::Error;
use super::tree::Object;
use crate::kit::call::Request;
use crate::kit::json::JsonStyle;
use crate::kit::negotiate;
use crate::kit::reply::Reply;

/// The form in which a client wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Xml,
}

impl Format {
    /// By parameter or extension, else by the `Accept` header, else JSON; none for one that does not exist.
    pub fn of(request: &Request, wanted: Option<&str>) -> Option<Self> {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) {
            return match wanted {
                "json" => Some(Self::Json),
                "xml" => Some(Self::Xml),
                _ => None,
            };
        }
        if let Some(format) = Self::of_extension(request) {
            return Some(format);
        }
        if !request.headers().has(http::header::ACCEPT) {
            return Some(Self::Json);
        }
        let offers = ["application/json", "text/html", "application/xml", "text/xml"];
        Some(match negotiate::choose(request, &offers) {
            Some("application/xml" | "text/xml") => Self::Xml,
            _ => Self::Json,
        })
    }
}

impl Format {
    /// The format that the path ends in.
    pub fn of_extension(request: &Request) -> Option<Self> {
        match request.uri().path().rsplit_once('.')?.1 {
            "json" => Some(Self::Json),
            "xml" => Some(Self::Xml),
            _ => None,
        }
    }
}

/// What a request is answered with.
#[derive(Debug)]
pub struct Answer<'a> {
    pub site: &'a str,
    pub version: f64,
    pub run_date: Timestamp,
    /// The owner of the key.
    pub user: Option<i64>,
    pub outcome: Outcome,
    /// Seconds.
    pub run_time: f64,
}

#[derive(Debug)]
pub enum Outcome {
    Found { search: Option<Search>, results: Results },
    Failed(Vec<Error>),
}

/// The query that selected the records, and which page of them is shown.
#[derive(Debug)]
pub struct Search {
    pub sql: String,
    pub records: usize,
    pub pages: usize,
    pub page: i64,
}

#[derive(Debug)]
pub enum Results {
    Ids { kind: &'static str, ids: Vec<i64> },
    Objects { table: &'static str, objects: Vec<Object> },
}

impl Answer<'_> {
    pub fn reply(&self, format: Format, style: JsonStyle) -> Reply {
        match format {
            Format::Json => {
                let body = json::document(self, style);
                Reply::new(StatusCode::OK, "application/json; charset=utf-8", body)
            }
            Format::Xml => {
                Reply::new(StatusCode::OK, "application/xml; charset=utf-8", xml::document(self))
            }
        }
    }

    /// Quirk (contract 7.3): when rendering fails, the version is gone.
    fn shown_version(&self) -> Option<f64> {
        let is_gone = matches!(&self.outcome, Outcome::Failed(errors) if errors.iter().all(Error::is_of_rendering));
        (!is_gone).then_some(self.version)
    }
}
