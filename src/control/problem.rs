//! Problem details (RFC 9457): the form of all refusals that are wardian's own.

use http::StatusCode;
use serde_json::{Value, json};

use crate::kit::mount::Mount;
use crate::kit::nearest::nearest_route;
use crate::kit::reply::Reply;

/// A problem with a title that is the same for all of its kind, and a detail about this one.
pub fn of(status: StatusCode, title: &str, detail: &str) -> Reply {
    with(status, title, detail, &json!({}))
}

/// A problem with further members.
pub fn with(status: StatusCode, title: &str, detail: &str, members: &Value) -> Reply {
    let mut body = json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "detail": detail,
    });
    if let (Some(body), Some(members)) = (body.as_object_mut(), members.as_object()) {
        body.extend(members.clone());
    }
    Reply::new(status, "application/problem+json", body.to_string())
}

/// A path that belongs to no API and not to wardian.
pub fn outside(mounts: &[Mount], path: &str) -> Reply {
    let prefixes: Vec<String> =
        mounts.iter().map(|mount| format!("/{}", mount.api.name())).collect();
    let detail = format!("Nothing is mounted at {path}.");
    with(StatusCode::NOT_FOUND, "Not found", &detail, &json!({ "prefixes": prefixes }))
}

/// A path that the control plane lacks.
pub fn no_such_route<'t>(path: &str, templates: impl IntoIterator<Item = &'t str>) -> Reply {
    let detail = format!("The control plane has no {path}.");
    let members = json!({ "nearest": nearest_route(path, templates) });
    with(StatusCode::NOT_FOUND, "Not found", &detail, &members)
}

/// A path that the real service has and wardian does not emulate: a client must not take it for missing data.
pub fn unemulated(title: &str, path: &str, nearest: Option<&str>) -> Reply {
    let detail = format!("{title} has {path}, wardian does not emulate it.");
    let members = json!({ "nearest": nearest });
    with(StatusCode::NOT_IMPLEMENTED, "Not emulated", &detail, &members)
}
