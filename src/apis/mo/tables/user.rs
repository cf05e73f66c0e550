//! Users: those who observe and discuss.

use std::borrow::Cow;

use rusqlite::params;

use super::{api_key, nested, objects};
use crate::apis::mo::account;
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::key;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Default, Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::permission;
use crate::apis::mo::quirk::{DELETE_USERS, USER_PATCH_RESETS};
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};
use crate::kit::outbox::Mail;

const LOCALES: Choices =
    Choices { word: "lang", values: &["en", "fr", "el", "ru", "es", "pt"], shown: Shown::Strings };

static CREATE_KEY: Parameter = Parameter::new("create_key", Kind::Text).notes(&[Says(
    "if you pass in your app name here it will create an api key for the user for your app to use",
)]);
static EMAIL: Parameter = Parameter::new("email", Kind::Email).notes(&[Limit]);
static IMAGE: Parameter = Parameter::record("image", Model::Image);
static LICENSE: Parameter =
    Parameter::record("license", Model::License).notes(&[Default("varies")]);
static LOCALE: Parameter =
    Parameter::new("locale", Kind::Choice(LOCALES)).notes(&[Default("en"), Limit]);
static LOCATION: Parameter = Parameter::record("location", Model::Location);
static LOGIN: Parameter = Parameter::new("login", Kind::Short(80)).notes(&[Limit]);
static MAILING_ADDRESS: Parameter = Parameter::new("mailing_address", Kind::Text);
static NAME: Parameter = Parameter::new("name", Kind::Short(80)).notes(&[Limit]);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static PASSWORD: Parameter = Parameter::new("password", Kind::Short(80)).notes(&[Limit]);
static SET_IMAGE: Parameter =
    Parameter::record("set_image", Model::Image).notes(&[Says("must be owner")]);
static SET_LICENSE: Parameter = Parameter::record("set_license", Model::License).notes(&[NotBlank]);
static SET_LOCALE: Parameter =
    Parameter::new("set_locale", Kind::Choice(LOCALES)).notes(&[NotBlank, Default("en"), Limit]);
static SET_LOCATION: Parameter = Parameter::record("set_location", Model::Location);
static SET_MAILING_ADDRESS: Parameter = Parameter::new("set_mailing_address", Kind::Text);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);

static FILTERS: &[Filter] = &[
    Filter::new(
        Parameter::new("created_at", Kind::TimeRange),
        Rule::Times("`mo_users`.`created_at`"),
    ),
    Filter::new(Parameter::records("id", Model::User), Rule::Id),
    Filter::new(
        Parameter::new("updated_at", Kind::TimeRange),
        Rule::Times("`mo_users`.`updated_at`"),
    ),
];

const CREATE: &[&Parameter] = &[
    &CREATE_KEY,
    &EMAIL,
    &IMAGE,
    &LICENSE,
    &LOCALE,
    &LOCATION,
    &LOGIN,
    &MAILING_ADDRESS,
    &NAME,
    &NOTES,
    &PASSWORD,
];

const UPDATE: &[&Parameter] =
    &[&SET_IMAGE, &SET_LICENSE, &SET_LOCALE, &SET_LOCATION, &SET_MAILING_ADDRESS, &SET_NOTES];

pub static TABLE: Table = Table {
    name: "users",
    model: Model::User,
    refused_as: "user",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: FILTERS,
    also: None,
    show,
    create: Some(Create { parameters: CREATE, run: create }),
    update: Some(Update {
        parameters: UPDATE,
        check: Some(|context, arguments, _| match arguments.integer(&SET_IMAGE) {
            Some(image) if !permission::owns(context, Model::Image, image)? => {
                Err(permission::not_owner(context, Model::Image, image)?)
            }
            _ => Ok(()),
        }),
        permit: |context, _, id| {
            if context.user()?.id == id {
                Ok(())
            } else {
                Err(permission::refused(context, Model::User, id)?)
            }
        },
        run: change,
    }),
    // Quirk (contract 10.4): documented is that nobody closes an account.
    delete: Some(Delete {
        only_if: Some(&DELETE_USERS),
        permit: |context, id| {
            let own = context.user()?.id == id;
            if own { Ok(()) } else { Err(Error::CanOnlyDeleteYourOwnAccount) }
        },
        run: close,
    }),
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let high = detail == Detail::High;
    let caller = context.user_id();
    // Whoever makes an account is told its keys.
    let is_post = *context.call.request.method() == http::Method::POST;
    let mut keys = std::collections::HashMap::new();
    for id in ids.iter().filter(|id| high && (is_post || Some(**id) == caller)) {
        keys.insert(*id, api_key::of_user(context, *id)?);
    }
    let sql = format!(
        "SELECT p.id, p.login, p.name, p.created_at, p.verified, p.last_login, p.last_activity,
                p.contribution, p.notes, p.notes_template, p.mailing_address, p.image_id, {}, {}
         FROM mo_users p LEFT JOIN mo_locations l ON l.id = p.location_id
         LEFT JOIN mo_images i ON i.id = p.image_id LEFT JOIN mo_licenses c ON c.id = i.license_id
         LEFT JOIN mo_users u ON u.id = i.user_id
         WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
        nested::LOCATION,
        nested::IMAGE
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut user = Object::large(Model::User.word(), id);
        let it = &mut user;
        it.text("login_name", row.get::<_, String>(1)?).text_if("legal_name", row.get(2)?);
        it.push("joined", Node::MomentAsDate(row.get(3)?));
        let verified: Option<String> = row.get(4)?;
        it.push("verified", verified.map_or(Node::Null, Node::MomentAsDate));
        it.moment_or_null("last_login", row.get(5)?).moment_or_null("last_activity", row.get(6)?);
        it.integer("contribution", row.get(7)?);
        it.html_if("notes", &row.get::<_, String>(8)?);
        add_template(it, &row.get::<_, String>(9)?);
        it.text_if("mailing_address", row.get(10)?);
        let image: Option<i64> = row.get(11)?;
        if high {
            it.object_if("location", nested::location(row, 12)?);
            if image.is_some() {
                it.object("image", nested::image(context, row, 20)?);
            }
            it.list_if("api_keys", "api_key", keys.remove(&id).unwrap_or_default());
        } else {
            it.reference_if("location", Model::Location.word(), row.get(12)?);
            it.reference_if("image", Model::Image.word(), image);
        }
        Ok(user)
    })
}

/// The fields that somebody likes to fill in: a list in JSON, counted by another attribute in XML.
fn add_template(user: &mut Object, template: &str) {
    let fields: Vec<String> = template
        .split(',')
        .map(|field| field.trim().to_owned())
        .filter(|field| !field.is_empty())
        .collect();
    if fields.is_empty() {
        return;
    }
    user.xml("notes_template", Node::Lengths("field", fields.clone()));
    user.json("notes_template", Node::List("field", fields.into_iter().map(Node::Text).collect()));
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let login = arguments.required_text(&LOGIN)?;
    let email = arguments.required_text(&EMAIL)?;
    let password = arguments.required_text(&PASSWORD)?;
    let text = |parameter| arguments.text(parameter).unwrap_or_default();
    // Accounts are told apart as the service's database compares texts: whatever the case.
    if context.any("SELECT 1 FROM mo_users WHERE fold(login) = fold(?)", [login])? {
        return Err(Error::UserAlreadyExists(login.to_owned()));
    }
    check(login, password)?;
    let sql = "INSERT INTO mo_users (login, name, email, password, created_at, updated_at, notes,
               mailing_address, location_id, image_id, license_id, locale, auth_code)
               VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let locale = arguments.text(&LOCALE).filter(|locale| !locale.is_empty()).unwrap_or("en");
    let auth_code = context.call.draw(key::draw);
    let id = context.insert(
        sql,
        params![
            login,
            text(&NAME),
            email,
            password,
            context.now(),
            text(&NOTES),
            text(&MAILING_ADDRESS),
            arguments.integer(&LOCATION),
            arguments.integer(&IMAGE),
            arguments.integer(&LICENSE).unwrap_or(DEFAULT_LICENSE),
            locale,
            auth_code
        ],
    )?;
    if let Some(app) = arguments.text(&CREATE_KEY).filter(|app| !app.is_empty()) {
        api_key::insert(context, id, app, false)?;
    }
    Mail {
        api: "mo",
        to: email,
        subject: "Email Verification",
        text: &format!(
            "Welcome to Mushroom Observer, {login}! Open the link to verify your email address."
        ),
        link: Some(&account::verification_link(id, &auth_code)),
    }
    .send(context.call.now, context.db)?;
    Ok(id)
}

/// `Creative Commons Wikipedia Compatible v3.0`.
const DEFAULT_LICENSE: i64 = 3;

fn check(login: &str, password: &str) -> Result<(), Error> {
    let mut reasons: Vec<Cow<'static, str>> = Vec::new();
    if !(3..=40).contains(&login.chars().count()) {
        reasons.push("Login must be between 3 and 40 characters".into());
    }
    if !(5..=40).contains(&password.chars().count()) {
        reasons.push("Password must be between 5 and 40 characters".into());
    }
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Error::CreateFailed { kind: Model::User.phrase(), name: login.to_owned(), reasons })
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let changes = [
        arguments.change(&SET_IMAGE, "image_id"),
        arguments.change(&SET_LICENSE, "license_id"),
        arguments.change(&SET_LOCALE, "locale"),
        arguments.change(&SET_LOCATION, "location_id"),
        arguments.change(&SET_MAILING_ADDRESS, "mailing_address"),
        arguments.change(&SET_NOTES, "notes"),
    ];
    if context.call.is_live(&USER_PATCH_RESETS) {
        let sql =
            "UPDATE mo_users SET notes = '', mailing_address = '', locale = 'en' WHERE id = ?";
        context.run(sql, [id])?;
    }
    context.update(Model::User, id, changes.into_iter().flatten())
}

/// Somebody leaves: login and address are free for others, the keys are gone, and what they made stays.
fn close(context: &Context, id: i64) -> Result<(), Error> {
    context.run("DELETE FROM mo_api_keys WHERE user_id = ?", [id])?;
    let sql =
        "UPDATE mo_users SET login = 'deleted user ' || id, name = '', email = '', password = '',
               notes = '', notes_template = '', mailing_address = '', location_id = NULL,
               image_id = NULL, blocked = 1, updated_at = ?2 WHERE id = ?1";
    context.run(sql, params![id, context.now()]).map(drop)
}
