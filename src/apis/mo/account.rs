//! What the links in mails lead to: pages that verify an account, or let an app use a key.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension, params};

use super::context::written;
use super::page;
use super::request::Refused;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;

static ID: Param<String> = Param::path("id", "Id of the record.");
static AUTH_CODE: Param<Option<String>> =
    Param::optional("auth_code", "What the mail proves to have been read by.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/account/verify/new/{id}")
            .id("account.verify")
            .summary("Verifies an account: the link of a mail")
            .media_type("text/html")
            .takes([&ID as &dyn AnyParam, &AUTH_CODE])
            .writes()
            .handler(|call, db| answer(call, db, verify)),
        Endpoint::get("/account/api_keys/{id}/activate")
            .id("account.activate_key")
            .summary("Lets an app use a key: the link of a mail")
            .media_type("text/html")
            .takes([&ID as &dyn AnyParam])
            .writes()
            .handler(|call, db| answer(call, db, activate)),
    ]
}

/// Where the mail to a new user leads.
pub fn verification_link(user: i64, auth_code: &str) -> String {
    format!("/account/verify/new/{user}?auth_code={auth_code}")
}

/// Where the mail about a key leads that an app has made.
pub fn activation_link(key: i64) -> String {
    format!("/account/api_keys/{key}/activate")
}

/// What a page says, if there is the record that it is about.
type Page = fn(&Call, &Connection, i64) -> rusqlite::Result<Option<&'static str>>;

fn answer(call: &Call, db: &Connection, page: Page) -> Result<Reply, Refused> {
    let said = match call.get(&ID).parse() {
        Ok(id) => page(call, db, id),
        Err(_) => Ok(None),
    };
    match said {
        Ok(Some(sentence)) => Ok(page::html(StatusCode::OK, sentence)),
        Ok(None) => Err(Refused::of(page::not_found(call.request), "no such record".to_owned())),
        Err(error) => Err(Refused::of(page::broken(), error.to_string())),
    }
}

fn verify(call: &Call, db: &Connection, id: i64) -> rusqlite::Result<Option<&'static str>> {
    let sql = "SELECT auth_code, verified IS NOT NULL FROM mo_users WHERE id = ?";
    let found: Option<(String, bool)> =
        db.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((auth_code, is_verified)) = found else { return Ok(None) };
    if is_verified {
        return Ok(Some("Your account has already been verified. Please log in."));
    }
    if auth_code.is_empty() || call.get(&AUTH_CODE) != Some(auth_code) {
        return Ok(Some("Your account has not been verified yet."));
    }
    let sql = "UPDATE mo_users SET verified = ?1, last_login = ?1 WHERE id = ?2";
    db.prepare_cached(sql)?.execute(params![written(call.now), id])?;
    Ok(Some("Your account is now verified."))
}

fn activate(call: &Call, db: &Connection, id: i64) -> rusqlite::Result<Option<&'static str>> {
    let sql = "UPDATE mo_api_keys SET verified = coalesce(verified, ?1) WHERE id = ?2";
    let changed = db.prepare_cached(sql)?.execute(params![written(call.now), id])?;
    Ok((changed > 0).then_some("The API key can now be used."))
}
