//! `error`: the request is refused, in the words of its API.

use std::time::Duration;

use http::StatusCode;

use crate::kit::reply::{Injected, Rejection, has_no_body};
use crate::scenario::node::{Content, Node};
use crate::scenario::read::{self, Faults, Members};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorEffect {
    pub status: StatusCode,
    /// Instead of the API's own text.
    pub message: Option<String>,
    /// The API's own name of the failure, where it has such.
    pub code: Option<String>,
    /// What the answer's `Retry-After` says.
    pub retry_after: Option<Duration>,
}

impl ErrorEffect {
    pub fn read(node: &Node, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map such as { status: 503 }", faults)?;
        let has_code = matches!(&node.content, Content::Map(members)
            if members.iter().any(|(key, _)| key.name == "code"));
        let status = if has_code {
            // The code says what happened; services that know codes have a status for it.
            members.read("status", read_status).or(Some(StatusCode::INTERNAL_SERVER_ERROR))
        } else {
            members.need("status", read_status)
        };
        let message = members.read("message", read::text);
        let code = members.read("code", read::text);
        let retry_after = members.read("retry_after", read::duration);
        members.finish();
        if let Some(status) = status.filter(|status| has_no_body(*status)) {
            faults.note(node, format!("status {} has no words", status.as_u16()));
        }
        Some(Self { status: status?, message, code, retry_after })
    }

    pub fn rejection(&self) -> Rejection {
        Rejection::Injected(Injected {
            status: self.status,
            message: self.message.clone(),
            code: self.code.clone(),
            retry_after: self.retry_after,
        })
    }
}

/// A status that an answer can have.
pub fn read_status(node: &Node, faults: &Faults) -> Option<StatusCode> {
    let number = node.plain().and_then(serde_json::Value::as_u64);
    let number = number.filter(|number| (200..=599).contains(number));
    let Some(number) = number.and_then(|number| u16::try_from(number).ok()) else {
        faults.expected(node, "a status from 200 to 599");
        return None;
    };
    StatusCode::from_u16(number).ok()
}
