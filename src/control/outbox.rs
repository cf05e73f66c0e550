//! The mails that the real services would have sent, and what opening their links does.

use bytes::Bytes;
use http::StatusCode;
use http::header::HOST;
use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;
use serde_json::json;

use super::error::Error;
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation, problem};
use crate::kit::call::{Call, Request};
use crate::kit::links;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::store::Transaction;

static ID: Param<String> = Param::path("id", "Id of the mail.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/outbox")
            .id("mail.list")
            .summary("Lists the mails of the session, oldest first")
            .takes([&SESSION as _, &HEADER as _])
            .handler(list),
        Endpoint::post("/__admin/outbox/{id}/follow")
            .id("mail.follow")
            .summary("Does what opening the mail's link would do")
            .takes([&ID as _, &SESSION as _, &HEADER as _])
            .handler(follow),
    ]
}

/// A mail as it is shown.
#[derive(Serialize)]
struct Mail {
    id: i64,
    time: String,
    api: String,
    to: String,
    subject: String,
    text: String,
    /// In the store below the API's prefix, in answers absolute.
    link: Option<String>,
}

impl Mail {
    const COLUMNS: &str = "id, time, api, recipient, subject, text, link";

    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            time: row.get(1)?,
            api: row.get(2)?,
            to: row.get(3)?,
            subject: row.get(4)?,
            text: row.get(5)?,
            link: row.get(6)?,
        })
    }
}

fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let mut mails = session.data.transact(Transaction::Read, |db: &Connection| {
        let sql = format!("SELECT {} FROM wardian_mail ORDER BY id", Mail::COLUMNS);
        db.prepare_cached(&sql)?.query_map([], Mail::read)?.collect::<rusqlite::Result<Vec<_>>>()
    })?;
    let origin = sessions::origin(call, &session);
    for mail in &mut mails {
        mail.link = mail.link.take().map(|path| format!("{origin}/{}{path}", mail.api));
    }
    Ok(call.answer(&json!({ "mails": mails })))
}

fn follow(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let id = call.get(&ID);
    let mail = session.data.transact(Transaction::Read, |db: &Connection| {
        let sql = format!("SELECT {} FROM wardian_mail WHERE id = ?", Mail::COLUMNS);
        db.prepare_cached(&sql)?.query_row([&id], Mail::read).optional()
    })?;
    let mail = mail.ok_or(Error::UnknownMail(id))?;
    let link = mail.link.ok_or(Error::NoLink)?;
    let mount = installation.mount(&mail.api)?;
    let base = format!("{}/{}", sessions::origin(call, &session), mail.api);
    let mut request = http::Request::get(format!("{base}{link}"));
    if let Some(host) = call.request.headers().get(HOST) {
        request = request.header(HOST, host);
    }
    let request: Request = request.body(Bytes::new()).expect("links of mails are addresses").into();
    let path = link.split('?').next().unwrap_or_default();
    let found = mount.route(&request, path);
    let prefix = base.strip_prefix(&links::origin(&request)).unwrap_or_default().to_owned();
    let (reply, _) = mount.answer(&request, found, path, prefix, &session);
    if reply.status.is_success() || reply.status.is_redirection() {
        return Ok(Reply::empty(StatusCode::NO_CONTENT));
    }
    let detail = format!("The link's page answers {}.", reply.status);
    Ok(problem::of(StatusCode::CONFLICT, "Link refused", &detail))
}
