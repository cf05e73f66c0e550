//! Every way a registry request can fail, and how the registry words it.
//!
//! Three voices speak: a filter in front of everything (message and line end, no content type), the registry itself
//! (plain text), and the framework below it (JSON).

use http::header::{ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::auth::{self, Scheme};
use super::{grscicoll, json_bytes, moment, oai, vocabulary};
use crate::kit::call::{Call, Request};
use crate::kit::credential::AuthFault;
use crate::kit::endpoint::Failure;
use crate::kit::reply::{Injected, Rejection, Reply};
use crate::kit::value::Expects;

/// What callers are told whom nobody knows.
const NOBODY: &str = "Unauthenticated or incomplete request";

/// One field that does not keep to its constraints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub field: String,
    pub message: String,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing has the key that the path ends with.
    #[error("nothing is there")]
    NotFound,
    /// Something that a request is about is not there, in the registry's words.
    #[error("{0}")]
    Missing(String),
    /// Nothing has the key whose parts or lists are asked for.
    #[error("Entity {entity} not found with key {key}")]
    NoSuchEntity { entity: &'static str, key: String },
    #[error("{NOBODY}")]
    NotLoggedIn,
    /// An organization or installation came with a wrong password.
    #[error("{0}")]
    BadLogin(String),
    /// The filter in front of all writes turned the request away.
    #[error("{0}")]
    Forbidden(String),
    /// A method's own check of roles did.
    #[error("Access Denied")]
    AccessDenied,
    /// No failure: the client asked for no more than whether it might.
    #[error("permissions were to be checked only, and suffice")]
    PermissionsOnly,
    #[error("{0}")]
    Unreadable(String),
    #[error("Required request body is missing")]
    NoBody,
    #[error("constraints are violated: {}", fields_of(.0))]
    Invalid(Vec<Violation>),
    /// A rule of the registry, in its words.
    #[error("{0}")]
    Refused(String),
    /// A member names an entity that is not there.
    #[error("{member} {key} does not exist")]
    Dangling { member: &'static str, key: String },
    #[error("the keys of path and body differ")]
    KeysDiffer,
    /// A rule demands a member, and does not say which.
    #[error("a member is missing")]
    Incomplete,
    #[error("Contacts are manually managed in the Directory")]
    ContactsOfNode,
    /// The framework's refusal, or its failure.
    #[error("{1}")]
    Framework(StatusCode, &'static str),
    #[error("a name that the registry does not know: {0}")]
    NoSuchName(String),
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

impl Error {
    pub fn violation(field: &str, message: &str) -> Self {
        Self::Invalid(vec![Violation { field: field.to_owned(), message: message.to_owned() }])
    }

    /// A rule of the registry, in its words.
    pub fn refused(text: &str) -> Self {
        Self::Refused(text.to_owned())
    }

    pub const UNSUPPORTED_MEDIA: Self =
        Self::Framework(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body is no JSON by its type");
}

impl Failure for Error {
    fn into_reply(self, call: &Call) -> Reply {
        let text = |status, body: String| Reply::new(status, text_type(call.request), body);
        match self {
            Self::NotFound => text(StatusCode::NOT_FOUND, not_found(call.path)),
            Self::Missing(message) => text(StatusCode::NOT_FOUND, message),
            Self::NoSuchEntity { .. } => filtered(StatusCode::NOT_FOUND, &self.to_string()),
            Self::NotLoggedIn => not_logged_in(call.request),
            Self::BadLogin(message) => filtered(StatusCode::UNAUTHORIZED, &message),
            Self::Forbidden(message) => filtered(StatusCode::FORBIDDEN, &message),
            Self::AccessDenied => text(StatusCode::FORBIDDEN, self.to_string()),
            Self::PermissionsOnly => Reply::empty(StatusCode::OK),
            // Quirk (grscicoll contract 7): there the framework says so, the registry in its own voice.
            Self::NoBody if grscicoll::is_asked(call.request) => {
                framework(call.request, call.now, StatusCode::BAD_REQUEST, None)
            }
            Self::NoBody => text(StatusCode::BAD_REQUEST, self.to_string()),
            Self::Unreadable(reason) | Self::Refused(reason) => {
                text(StatusCode::BAD_REQUEST, reason)
            }
            Self::Invalid(violations) => {
                text(StatusCode::UNPROCESSABLE_ENTITY, list_of(violations))
            }
            // Quirk (contract 6.1): nothing but a constraint of its database keeps the registry from taking it.
            Self::Dangling { .. } => {
                framework(call.request, call.now, StatusCode::INTERNAL_SERVER_ERROR, None)
            }
            Self::KeysDiffer | Self::Incomplete => Reply::empty(StatusCode::BAD_REQUEST),
            Self::ContactsOfNode => text(StatusCode::NOT_IMPLEMENTED, self.to_string()),
            Self::Framework(status, _) => framework(call.request, call.now, status, None),
            Self::NoSuchName(_) => {
                let uri = format!("Entity not found for uri: {}", below_version(call.path));
                text(StatusCode::NOT_FOUND, uri)
            }
            Self::Store(error) => worded(call.request, call.now, error.into()),
            Self::Rejected(rejection) => worded(call.request, call.now, rejection),
        }
    }
}

/// How a refusal in plain text names its type: GRSciColl adds the charset.
fn text_type(request: &Request) -> &'static str {
    if grscicoll::is_asked(request) { "text/plain;charset=UTF-8" } else { "text/plain" }
}

/// The registry's words for what the shared code found wrong.
pub fn worded(request: &Request, now: Timestamp, rejection: Rejection) -> Reply {
    let bad = |text: String| Reply::new(StatusCode::BAD_REQUEST, text_type(request), text);
    let by_framework = |status| framework(request, now, status, None);
    match rejection {
        Rejection::NoSuchPath | Rejection::BadPath => by_framework(StatusCode::NOT_FOUND),
        Rejection::WrongMethod { .. } | Rejection::BadParam { .. }
            if grscicoll::is_not_there(request) =>
        {
            by_framework(StatusCode::NOT_FOUND)
        }
        Rejection::WrongMethod { allow } => {
            let allow: Vec<String> = allow
                .into_iter()
                .filter(|method| method != "HEAD" && method != "OPTIONS")
                .collect();
            let allow = HeaderValue::try_from(allow.join(",")).expect("methods are header text");
            by_framework(StatusCode::METHOD_NOT_ALLOWED).with(ALLOW, allow)
        }
        Rejection::NotAuthenticated => not_logged_in(request),
        // Quirk (contract 2.4): the filter that checks credentials asks for none.
        Rejection::BadCredentials { reason } => {
            let status = if reason.starts_with("Invalid syntax") {
                StatusCode::BAD_REQUEST
            } else {
                StatusCode::UNAUTHORIZED
            };
            filtered(status, &reason)
        }
        Rejection::NotAllowed { .. } => {
            Reply::new(StatusCode::FORBIDDEN, "text/plain", "Access Denied")
        }
        Rejection::MissingParam { name } => {
            bad(format!("Required request parameter '{name}' is not present"))
        }
        Rejection::BadParam { name, text, expects } if grscicoll::is_asked(request) => {
            bad(grscicoll::bad_param(name, &text, expects))
        }
        Rejection::BadParam { name, text, expects } => bad(bad_param(name, &text, expects)),
        Rejection::BadBody { reason } => bad(reason),
        Rejection::UnknownParams { .. } => by_framework(StatusCode::BAD_REQUEST),
        Rejection::TooLarge { .. } => by_framework(StatusCode::PAYLOAD_TOO_LARGE),
        Rejection::HeadersTooLarge => by_framework(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
        Rejection::NotAcceptable => by_framework(StatusCode::NOT_ACCEPTABLE),
        Rejection::UnsupportedMedia => by_framework(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        Rejection::Injected(fault) => injected(request, now, fault),
        Rejection::AuthFault(fault) => auth_fault(request, now, fault),
        Rejection::Broken { .. } => by_framework(StatusCode::INTERNAL_SERVER_ERROR),
        Rejection::Failed { reply, .. } => *reply,
    }
}

/// What a scenario asks for, in the shape in which the registry would refuse with that status.
fn injected(request: &Request, now: Timestamp, fault: Injected) -> Reply {
    let Injected { status, message, code, .. } = fault;
    if let Some(code) = code.filter(|_| oai::is_asked(request)) {
        return oai::refused(request, now, code, message);
    }
    let by_framework = status.is_server_error() || matches!(status.as_u16(), 405 | 406 | 415 | 429);
    if by_framework || oai::is_asked(request) {
        return framework(request, now, status, message);
    }
    let text = |text: String| Reply::new(status, text_type(request), text);
    match (status, message) {
        (_, Some(message)) => text(message),
        (StatusCode::UNAUTHORIZED, None) => unauthenticated(request),
        (StatusCode::FORBIDDEN, None) => forbidden(request),
        (StatusCode::NOT_FOUND, None) => text(not_found(asked_path(request))),
        (_, None) => text(status.canonical_reason().unwrap_or_default().to_owned()),
    }
}

/// What a scenario makes of the caller's credentials.
fn auth_fault(request: &Request, now: Timestamp, fault: AuthFault) -> Reply {
    let is_token = auth::scheme(request) == Scheme::Token;
    let (status, reply) = match fault {
        AuthFault::Forbid => (StatusCode::FORBIDDEN, forbidden(request)),
        // Quirk (contract 2.1): the filter of writes knows nothing of a token that is no good, and so nobody.
        AuthFault::Expire | AuthFault::Revoke if is_token && passes_filter(request) => {
            (StatusCode::FORBIDDEN, filtered(StatusCode::FORBIDDEN, NOBODY))
        }
        _ => (StatusCode::UNAUTHORIZED, unauthenticated(request)),
    };
    if oai::is_asked(request) { framework(request, now, status, None) } else { reply }
}

/// Whether the filter in front of all writes looks at a request; it leaves the users' own endpoints alone.
fn passes_filter(request: &Request) -> bool {
    !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS)
        && !asked_path(request).starts_with("/user/")
}

/// A caller whose credentials do not pass.
fn unauthenticated(request: &Request) -> Reply {
    match auth::basic(request) {
        Ok(Some((name, _))) => filtered(StatusCode::UNAUTHORIZED, &auth::failed(&name)),
        _ => not_logged_in(request),
    }
}

/// A caller who may not do this: the filter says so of writes, methods by themselves of anything else.
fn forbidden(request: &Request) -> Reply {
    let status = StatusCode::FORBIDDEN;
    match auth::scheme(request) {
        Scheme::None => filtered(status, NOBODY),
        _ if !passes_filter(request) => {
            Reply::new(status, text_type(request), Error::AccessDenied.to_string())
        }
        _ if grscicoll::is_asked(request) => {
            filtered(status, "User has no GrSciColl editor rights")
        }
        _ => filtered(status, "User has no editor rights"),
    }
}

fn bad_param(name: &str, text: &str, expects: Expects) -> String {
    match expects {
        Expects::Uuid => match name {
            "organizationKey" => format!("Invalid UUID for organization key: {text}"),
            "endorsedByNodeKey" => format!("Invalid UUID for node key: {text}"),
            "networkKey" => format!("Invalid UUID for network key: {text}"),
            _ => format!("Invalid UUID string: {text}"),
        },
        Expects::OneOf(values) => {
            let vocabulary = vocabulary::of_values(values).map_or("value", |known| known.name);
            format!("Cannot parse {text} into a known {vocabulary}")
        }
        Expects::Form("Country") => format!("Cannot parse {text} into a known Country"),
        Expects::Integer { .. } => format!("Invalid integer range: {text}"),
        _ => format!("Invalid value for {name}: {text}"),
    }
}

// Quirk (contract 7.1): for datasets the path is cut off after its first slash.
fn not_found(path: &str) -> String {
    let path = below_version(path);
    let is_dataset = path.strip_prefix("/dataset/").is_some_and(|key| !key.contains('/'));
    format!("Entity not found for uri: {}", if is_dataset { "/" } else { path })
}

/// The path as the registry itself sees it: the version belongs to what stands in front of it.
fn below_version(path: &str) -> &str {
    path.strip_prefix("/v1").unwrap_or(path)
}

/// The same of a request that was not routed.
fn asked_path(request: &Request) -> &str {
    let path = request.uri().path();
    let below = path.find("/gbif/").filter(|at| *at == 0 || path.starts_with("/session/"));
    let path = below.map_or(path, |at| &path[at + "/gbif".len()..]);
    path.strip_prefix("/v1").filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

/// The filter's way to refuse: a line of text without a content type.
pub fn filtered(status: StatusCode, message: &str) -> Reply {
    Reply { body: format!("{message}\r\n").into(), ..Reply::empty(status) }
}

fn not_logged_in(request: &Request) -> Reply {
    let prefers_403 =
        request.headers().get("gbif-prefer-403-over-401").is_some_and(|value| value == "true");
    let status = if prefers_403 { StatusCode::FORBIDDEN } else { StatusCode::UNAUTHORIZED };
    Reply::new(status, "text/plain", Error::NotLoggedIn.to_string())
        .with(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"GBIF\""))
}

fn framework(
    request: &Request,
    now: Timestamp,
    status: StatusCode,
    message: Option<String>,
) -> Reply {
    let reason = status.canonical_reason();
    let mut body = json!({
        "timestamp": moment::written(now),
        "status": status.as_u16(),
        "error": reason.map_or_else(|| format!("Http Status {}", status.as_u16()), str::to_owned),
    });
    if let Some(message) = message {
        body["message"] = message.into();
    }
    body["path"] = asked_path(request).into();
    let mut reply = Reply::empty(status);
    reply.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    reply.body = json_bytes(&body).into();
    reply
}

fn fields_of(violations: &[Violation]) -> String {
    let fields: Vec<&str> = violations.iter().map(|violation| violation.field.as_str()).collect();
    fields.join(", ")
}

fn list_of(mut violations: Vec<Violation>) -> String {
    violations.sort();
    let items: Vec<String> = violations
        .iter()
        .map(|Violation { field, message }| {
            format!("<li>Validation of [{field}] failed: {message}</li>")
        })
        .collect();
    format!("<ul>{}</ul>", items.concat())
}
