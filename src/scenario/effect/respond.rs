//! `respond`: an answer that the scenario holds itself.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};

use super::error::read_status;
use crate::kit::headers::Headers;
use crate::kit::reply::{Reply, has_no_body};
use crate::scenario::node::Node;
use crate::scenario::read::{self, Faults, Members};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Respond {
    status: StatusCode,
    headers: Headers,
    body: Bytes,
}

/// Bytes of the largest file that is read.
const LARGEST: u64 = 32 << 20;

impl Respond {
    /// Files are read from `folder`; none for a scenario that came in a request, which must not read the server's.
    pub fn read(node: &Node, folder: Option<&Path>, faults: &Faults) -> Option<Self> {
        let mut members = Members::of(node, "a map of status, headers and body", faults)?;
        let status = members.read("status", read_status).unwrap_or(StatusCode::OK);
        let headers = members.read("headers", read_headers).unwrap_or_default();
        let body = members.read("body", read::text).map(Bytes::from);
        let file = members.read("body_file", |node, faults| read_file(node, folder, faults));
        members.finish();
        if body.is_some() && file.is_some() {
            faults.note(node, "body and body_file do not go together");
        }
        let body = body.or(file).unwrap_or_default();
        if !body.is_empty() && has_no_body(status) {
            faults.note(node, format!("an answer with status {} has no body", status.as_u16()));
        }
        Some(Self { status, headers, body })
    }

    pub fn reply(&self) -> Reply {
        let mut reply = Reply::empty(self.status);
        reply.headers.clone_from(&self.headers);
        reply.body = self.body.clone();
        reply
    }
}

fn read_headers(node: &Node, faults: &Faults) -> Option<Headers> {
    // What the server says of its connections itself.
    const OWN: [&str; 3] = ["content-length", "transfer-encoding", "connection"];
    let mut headers = Headers::default();
    for (name, node) in Members::of(node, "a map of names and texts", faults)?.each() {
        let Some(text) = read::text(node, faults) else { continue };
        match (HeaderName::try_from(name), HeaderValue::try_from(text)) {
            (Ok(name), _) if OWN.contains(&name.as_str()) => {
                faults.note(node, format!("{name} is the server's own"));
            }
            (Ok(name), Ok(value)) => headers.append(name, value),
            (Err(_), _) => faults.note(node, format!("{name:?} is no name of a header")),
            (_, Err(_)) => faults.note(node, "is no value of a header"),
        }
    }
    Some(headers)
}

fn read_file(node: &Node, folder: Option<&Path>, faults: &Faults) -> Option<Bytes> {
    let name = read::text(node, faults)?;
    let Some(folder) = folder else {
        faults.note(node, "body_file is for files of --scenarios-dir and --scenario alone");
        return None;
    };
    let path: PathBuf = folder.join(&name);
    let size = std::fs::metadata(&path).map(|facts| facts.len());
    match size
        .and_then(|size| if size > LARGEST { Ok(None) } else { std::fs::read(&path).map(Some) })
    {
        Ok(Some(body)) => Some(body.into()),
        Ok(None) => {
            faults.note(node, format!("{name} is larger than 32 MiB"));
            None
        }
        Err(error) => {
            faults.note(node, format!("cannot read {name}: {error}"));
            None
        }
    }
}
