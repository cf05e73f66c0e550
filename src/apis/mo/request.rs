//! The way of a request through the API, from its version to its answer.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use http::StatusCode;
use jiff::Timestamp;
use rusqlite::Connection;

use super::context::Context;
use super::error::Error;
use super::key;
use super::page;
use super::quirk::ACCEPT_ANYTHING_AS_XML;
use super::render::{Answer, Format, Outcome};
use super::sent::Sent;
use super::table::{Detail, Done, Refusal, Table};
use super::tables::nested::Recurring;
use super::{route, tables, upload};
use crate::kit::call::{Call, Request};
use crate::kit::endpoint::{Endpoint, Failure};
use crate::kit::fields::Place;
use crate::kit::links;
use crate::kit::outside::Outside;
use crate::kit::reply::Reply;

/// A request that ends without its answer.
pub struct Refused {
    reply: Box<Reply>,
    why: String,
}

impl Refused {
    pub fn of(reply: Reply, why: String) -> Self {
        Self { reply: Box::new(reply), why }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl Failure for Refused {
    fn into_reply(self, _: &Call) -> Reply {
        *self.reply
    }
}

/// Answers a request to a table.
///
/// Whatever is refused is undone; only the use of a key stays counted, as it does in the service.
pub fn answer(
    table: &'static Table,
    upload_hosts: &Arc<[String]>,
    call: &Call,
    db: &Connection,
) -> Result<Reply, Refused> {
    let started = Instant::now();
    if call.fields.all(Place::Path, "id").any(|id| !id.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Refused::of(page::not_found(call.request), "no such path".to_owned()));
    }
    let sent =
        Sent::of(call).map_err(|error| Refused::of(page::bad_request(), error.to_string()))?;
    let Some(format) = format(call, &sent) else {
        let reply = Reply::empty(StatusCode::NOT_ACCEPTABLE);
        return Err(Refused::of(reply, "no such format".to_owned()));
    };
    let mut context = Context {
        call,
        db,
        user: None,
        upload_hosts,
        recurring: Recurring::default(),
        merged: RefCell::default(),
    };
    let outcome = attempt(table, &mut context, &sent);
    if call.outside.is_some_and(Outside::is_asked) {
        // Nothing of this run stays, not even that the key was used.
        return Err(Refused::of(page::broken(), "a file is still to be fetched".to_owned()));
    }
    let fetching = call.outside.map(Outside::took).unwrap_or_default();
    let answer = Answer {
        site: context.site(),
        version: sent.get("version").and_then(|text| read_version(text).ok()).unwrap_or(VERSION),
        run_date: call.now,
        user: context.user_id(),
        run_time: (started.elapsed() + fetching).as_secs_f64(),
        outcome: match outcome {
            Ok(done) => Outcome::Found { search: done.search, results: done.results },
            Err(refusal) => Outcome::Failed(refusal.into_errors()),
        },
    };
    let mut reply = answer.reply(format, call.habits.json);
    let Outcome::Failed(errors) = &answer.outcome else { return Ok(reply) };
    let why: Vec<String> = errors.iter().map(Error::details).collect();
    let why = why.join("; ");
    if context.user.is_none() {
        // Nothing was written that could be kept.
        return Err(Refused::of(reply, why));
    }
    reply.why = Some(why.into());
    Ok(reply)
}

/// The form of the answer; none for one that does not exist.
fn format(call: &Call, sent: &Sent) -> Option<Format> {
    let wanted = sent.get("format").filter(|wanted| !wanted.is_empty());
    let is_open = wanted.is_none() && Format::of_extension(call.request).is_none();
    // Quirk (contract 10.5): documented is that JSON is the default.
    if is_open && call.header("accept") == Some("*/*") && call.is_live(&ACCEPT_ANYTHING_AS_XML) {
        return Some(Format::Xml);
    }
    Format::of(call.request, wanted)
}

/// The endpoints of the API's root, which is no table.
pub fn index() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api2")
            .id("index.get")
            .summary("Refuses, since no table is named")
            .handler(|call, _| Err::<Reply, _>(no_table(call))),
        // Quirk (contract 1): the root takes what the table of keys takes.
        route::create_at(&tables::api_key::TABLE, "/api2", "index.create"),
    ]
}

/// Quirk (contract 1): the only envelope with a status of its own.
fn no_table(call: &Call) -> Refused {
    let mut reply = refusal(call.request, call.now, Error::BadAction);
    reply.status = StatusCode::BAD_REQUEST;
    Refused::of(reply, Error::BadAction.details())
}

/// The answer to a request that never came to a table.
pub fn refusal(request: &Request, now: Timestamp, error: Error) -> Reply {
    let answer = Answer {
        site: &site(request),
        version: VERSION,
        run_date: now,
        user: None,
        run_time: 0.0,
        outcome: Outcome::Failed(vec![error]),
    };
    let format = Format::of(request, Sent::unread(request).get("format")).unwrap_or(Format::Json);
    answer.reply(format, super::HABITS.json)
}

/// Where the service's site is reached, by a request that was not routed.
fn site(request: &Request) -> String {
    let path = request.uri().path();
    let prefix = path.find("/api2").map_or("", |end| &path[..end]);
    format!("{}{prefix}", links::origin(request))
}

/// Version, key, then the table's own business.
fn attempt(table: &'static Table, context: &mut Context, sent: &Sent) -> Result<Done, Refusal> {
    if let Some(version) = sent.get("version").filter(|version| !version.is_empty()) {
        read_version(version)?;
    }
    if let Some(key) = sent.get("api_key").filter(|key| !key.is_empty()) {
        let present = context.call.present(context.db);
        context.user = Some(key::owner(present, context.call, key)?);
    }
    let method = context.call.request.method();
    let takes_file = *method == http::Method::POST && table.name == "images";
    if !takes_file && upload::carries_file(context.call) {
        return Err(Error::UnexpectedUpload.into());
    }
    if context.user.is_none() {
        return table.run(method, context, sent);
    }
    run(context.db, "SAVEPOINT work")?;
    let done = table.run(method, context, sent);
    if matches!(done, Err(Refusal::Whole(_))) {
        run(context.db, "ROLLBACK TO work")?;
        context.call.forget_draws(context.db).map_err(Error::from)?;
    }
    run(context.db, "RELEASE work")?;
    done
}

fn run(db: &Connection, sql: &str) -> Result<(), Error> {
    db.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// The version of the API that answers say unless another is asked for, which changes nothing else.
const VERSION: f64 = 2.0;

/// `2.0` and the like.
fn read_version(text: &str) -> Result<f64, Error> {
    let version = super::parse::scalar::float(text)?;
    let parts = text.split_once('.');
    if parts.is_some_and(|(whole, _)| super::parse::scalar::is_digits(whole)) {
        Ok(version)
    } else {
        Err(Error::BadVersion(text.to_owned()))
    }
}

/// Quirk (contract 7.3): detail and page are only read while rendering, which then fails.
pub fn detail(sent: &Sent) -> Result<Detail, Error> {
    match sent.get("detail").map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "none") => Ok(Detail::None),
        Some("low") => Ok(Detail::Low),
        Some("high") => Ok(Detail::High),
        Some(_) => {
            let text = sent.get("detail").unwrap_or_default();
            Err(while_rendering(&super::parse::scalar::beyond(text, "[:none, :low, :high]")))
        }
    }
}

pub fn page(sent: &Sent) -> Result<i64, Error> {
    match sent.get("page").filter(|page| !page.is_empty()) {
        None => Ok(1),
        Some(text) => super::parse::scalar::integer(text).map_err(|error| while_rendering(&error)),
    }
}

fn while_rendering(error: &Error) -> Error {
    Error::RenderFailed(format!(
        "{error}\napp/classes/api2/core/parameters.rb:58:in 'parse'\napp/classes/api2/core/results.rb:24:in 'detail'"
    ))
}
