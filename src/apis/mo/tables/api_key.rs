//! API keys: made for oneself or, by an app, for another user. They are never listed.

use rusqlite::params;

use super::objects;
use crate::apis::mo::account;
use crate::apis::mo::arguments::{Argument, Arguments};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::key;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::Says;
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::quirk::API_KEYS_FOR_USER_ONLY;
use crate::apis::mo::table::{Create, Detail, LIGHT, Table};
use crate::apis::mo::tree::{Node, Object};

static APP: Parameter = Parameter::new("app", Kind::Text)
    .notes(&[Says("identifier used to help user distinguish which api key belongs to which app")]);
static FOR_USER: Parameter =
    Parameter::record("for_user", Model::User).notes(&[Says("user you are creating api key for")]);
static PASSWORD: Parameter = Parameter::new("password", Kind::Text)
    .notes(&[Says("password of the user you are creating an API key for")]);
// Documented under this name (contract 10.3).
static USER: Parameter =
    Parameter::record("user", Model::User).hidden().gone_in(&API_KEYS_FOR_USER_ONLY);

pub static TABLE: Table = Table {
    name: "api_keys",
    // The type has no query of its own; users stand in.
    model: Model::ApiKey,
    refused_as: "api_keys",
    pages: LIGHT,
    reads: false,
    scope: None,
    filters: &[],
    also: None,
    show,
    create: Some(Create { parameters: &[&APP, &FOR_USER, &PASSWORD, &USER], run: create }),
    update: None,
    delete: None,
};

const COLUMNS: &str = "id, key, notes, created_at, last_used, verified, num_uses";

fn show(context: &Context, ids: &[i64], _: Detail) -> Result<Vec<Object>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM mo_api_keys WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
    );
    objects(context, &sql, ids, |row| {
        let mut key = Object::new(Model::ApiKey.word(), row.get(0)?);
        key.text("key", row.get::<_, String>(1)?);
        key.html_if("notes", &row.get::<_, String>(2)?);
        let moment = |moment: Option<String>| moment.map_or(Node::Null, Node::MomentAsDate);
        key.push("created_at", moment(row.get(3)?));
        key.push("last_used", moment(row.get(4)?));
        key.push("verified", moment(row.get(5)?));
        key.integer("num_uses", row.get(6)?);
        Ok(key)
    })
}

/// The keys of a user, as part of that user.
pub fn of_user(context: &Context, user: i64) -> Result<Vec<Object>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM mo_api_keys WHERE user_id = ? ORDER BY id");
    let mut query = context.db.prepare_cached(&sql)?;
    let keys = query.query_map([user], |row| {
        let mut key = Object::new(Model::ApiKey.word(), row.get(0)?);
        key.text("key", row.get::<_, String>(1)?);
        key.text_if("notes", row.get(2)?);
        for (name, at) in [("created_at", 3), ("last_used", 4), ("verified", 5)] {
            if let Some(moment) = row.get(at)? {
                key.push(name, Node::MomentAsDate(moment));
            }
        }
        // The service's own slip of the pen (contract 5.1).
        key.integer("num_users", row.get(6)?);
        Ok(key)
    })?;
    Ok(keys.collect::<rusqlite::Result<_>>()?)
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let caller = context.user()?;
    let named = |parameter: &Parameter| arguments.integer(parameter);
    let app = match arguments.text(&APP).filter(|app| !app.is_empty()) {
        Some(app) => app.to_owned(),
        None if arguments.has(&USER) => caller.app.clone(),
        None => return Err(Error::MissingParameter(APP.name)),
    };
    let owner = named(&FOR_USER).or(named(&USER)).unwrap_or(caller.id);
    if owner == caller.id {
        return insert(context, owner, &app, true);
    }
    match arguments.get(&PASSWORD) {
        None => {
            let id = insert(context, owner, &app, false)?;
            ask_to_verify(context, owner, id, &app)?;
            Ok(id)
        }
        Some(password) => {
            let known: String = context
                .find("SELECT password FROM mo_users WHERE id = ?", [owner])?
                .unwrap_or_default();
            if !matches!(password, Argument::One(text) if text.to_sql() == known.clone().into()) {
                return Err(Error::PasswordIncorrect);
            }
            let sql = "SELECT id FROM mo_api_keys WHERE user_id = ? AND notes = ? ORDER BY id";
            match context.find(sql, params![owner, app])? {
                Some(id) => {
                    let sql =
                        "UPDATE mo_api_keys SET verified = coalesce(verified, ?) WHERE id = ?";
                    context.run(sql, params![context.now(), id])?;
                    Ok(id)
                }
                None => insert(context, owner, &app, true),
            }
        }
    }
}

/// A new key of a user for an app.
pub fn insert(context: &Context, user: i64, app: &str, verified: bool) -> Result<i64, Error> {
    let sql = "INSERT INTO mo_api_keys (user_id, key, notes, created_at, verified)
               VALUES (?, ?, ?, ?, ?)";
    let now = context.now();
    let verified = verified.then_some(&now);
    context.insert(sql, params![user, context.call.draw(key::draw), app, now, verified])
}

/// The mail that asks a user to let an app use a key.
fn ask_to_verify(context: &Context, user: i64, key: i64, app: &str) -> Result<(), Error> {
    let to: String =
        context.find("SELECT email FROM mo_users WHERE id = ?", [user])?.unwrap_or_default();
    crate::kit::outbox::Mail {
        api: "mo",
        to: &to,
        subject: "API Key Verification",
        text: &format!(
            "The app \"{app}\" asks for a key to Mushroom Observer in your name. Open the link to let it use one; \
             ignore this mail if you do not know the app."
        ),
        link: Some(&account::activation_link(key)),
    }
    .send(context.call.now, context.db)?;
    Ok(())
}
