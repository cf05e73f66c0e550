//! Logging in, and the management of users and of what they may edit.

use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::auth::{self, Scheme, User};
use super::error::Error;
use super::paging::{self, LIMIT, OFFSET, Window};
use super::{expect_json, permission, place, vocabulary};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::store::text::fold;

static NAME: Param<String> = Param::path("name", "Name of a user.");
static VALUE: Param<String> = Param::path("value", "What the user may edit.");
static Q: Param<Option<String>> = Param::optional("q", "Part of a name or e-mail address.");

const USER: Access = Access::Role(permission::USER);
const ADMIN: Access = Access::Role(permission::ADMIN);

pub fn endpoints() -> Vec<Endpoint> {
    let log_in = |endpoint: Endpoint, id: &str| {
        endpoint.id(id).summary("Logs in and gives a token").access(USER).reads().handler(login)
    };
    let show = |endpoint: Endpoint, id: &str| {
        endpoint.id(id).summary("Says who is logged in").access(USER).reads()
    };
    let mut endpoints = vec![
        log_in(Endpoint::get("/v1/user/login"), "user.login"),
        log_in(Endpoint::post("/v1/user/login"), "user.login-by-post"),
        show(Endpoint::post("/v1/user/whoami"), "user.whoami").handler(whoami),
        show(Endpoint::get("/v1/user/auth/basic"), "user.auth-basic").handler(by_password),
        show(Endpoint::post("/v1/user/auth/basic"), "user.auth-basic-by-post").handler(by_password),
        show(Endpoint::get("/v1/user/auth/jwt"), "user.auth-jwt").handler(by_token),
        show(Endpoint::post("/v1/user/auth/jwt"), "user.auth-jwt-by-post").handler(by_token),
        Endpoint::put("/v1/user/changePassword")
            .id("user.change-password")
            .summary("Changes the caller's password")
            .access(USER)
            .handler(change_password),
        Endpoint::get("/v1/admin/user/roles")
            .id("user.roles")
            .summary("Lists the roles that users can have")
            .handler(|call, _| Ok::<_, Error>(call.answer(&vocabulary::USER_ROLE.values))),
        Endpoint::get("/v1/admin/user/search")
            .id("user.search")
            .summary("Finds users by name and e-mail address")
            .access(ADMIN)
            .takes([&Q as _, &LIMIT as _, &OFFSET as _])
            .handler(search),
        Endpoint::get("/v1/admin/user/{name}")
            .id("user.get")
            .summary("Shows a user")
            .access(ADMIN)
            .takes([&NAME as _])
            .handler(get),
    ];
    for right in &RIGHTS {
        endpoints.extend(right.endpoints());
    }
    endpoints
}

fn known(call: &Call, db: &Connection) -> Result<User, Error> {
    let identity = permission::logged_in(call)?;
    auth::find_user(db, &identity.name)?.ok_or(Error::NotLoggedIn)
}

/// What is answered about a user who is logged in.
fn logged_user(db: &Connection, user: &User, token: Option<&str>) -> rusqlite::Result<Value> {
    let mut shown = json!({
        "userName": user.name,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "settings": user.settings,
        "key": user.key,
    });
    if let Some(token) = token {
        shown["token"] = token.into();
    }
    shown["roles"] = json!(user.roles);
    shown["editorRoleScopes"] = json!(rights(db, &user.name, "entity")?);
    Ok(shown)
}

fn created_if_posted(call: &Call) -> StatusCode {
    if call.request.method() == http::Method::POST { StatusCode::CREATED } else { StatusCode::OK }
}

fn uncached(reply: Reply) -> Reply {
    reply.with(CACHE_CONTROL, HeaderValue::from_static("no-cache, private"))
}

fn login(call: &Call, db: &Connection) -> Result<Reply, Error> {
    demand(call, Scheme::Basic)?;
    let user = known(call, db)?;
    let token = auth::new_token(db, &user.name, call.now)?;
    let body = logged_user(db, &user, Some(&token))?;
    Ok(uncached(call.answer_with(created_if_posted(call), &body)))
}

fn whoami(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let body = logged_user(db, &known(call, db)?, None)?;
    Ok(uncached(call.answer_with(StatusCode::CREATED, &body)))
}

fn by_password(call: &Call, db: &Connection) -> Result<Reply, Error> {
    demand(call, Scheme::Basic)?;
    let body = logged_user(db, &known(call, db)?, None)?;
    Ok(uncached(call.answer_with(created_if_posted(call), &body)))
}

fn by_token(call: &Call, db: &Connection) -> Result<Reply, Error> {
    demand(call, Scheme::Token)?;
    let body = logged_user(db, &known(call, db)?, auth::token(call.request))?;
    Ok(call.answer_with(created_if_posted(call), &body))
}

fn demand(call: &Call, scheme: Scheme) -> Result<(), Error> {
    if auth::scheme(call.request) == scheme { Ok(()) } else { Err(Error::NotLoggedIn) }
}

fn change_password(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let user = known(call, db)?;
    expect_json(call)?;
    let body: Value = call.json()?;
    let password = body["password"].as_str().map(str::trim).filter(|text| !text.is_empty());
    let password = password.ok_or_else(|| Error::violation("password", "must not be null"))?;
    let sql = "UPDATE gbif_user SET password = ? WHERE key = ?";
    db.prepare_cached(sql)?.execute((password, user.key))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// What is answered to those who manage users.
fn managed(user: &User) -> Value {
    json!({
        "key": user.key,
        "userName": user.name,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "roles": user.roles,
        "settings": user.settings,
    })
}

fn search(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let q = call.get(&Q).unwrap_or_default();
    let q = fold(q.trim());
    let matches = |user: &User| {
        [&user.name, &user.email, &user.first_name, &user.last_name]
            .iter()
            .any(|text| fold(text).contains(&*q))
    };
    let found: Vec<Value> =
        auth::all_users(db)?.iter().filter(|user| matches(user)).map(managed).collect();
    let count = i64::try_from(found.len()).expect("nobody has so many users");
    let window = Window::of(call);
    let results: Vec<String> = window.cut(found).iter().map(Value::to_string).collect();
    Ok(paging::page(window, count, &results))
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let user = auth::find_user(db, &call.get(&NAME))?.ok_or(Error::NotFound)?;
    Ok(call.answer(&managed(&user)))
}

/// One of the three lists of what a user may edit.
struct Right {
    /// As it is kept.
    kind: &'static str,
    /// Last segment of its path.
    segment: &'static str,
    /// The value in its written form.
    read: fn(&str) -> Option<String>,
}

static RIGHTS: [Right; 3] = [
    Right {
        kind: "entity",
        segment: "editorRight",
        read: |text| text.parse::<uuid::Uuid>().ok().map(|key| key.to_string()),
    },
    Right { kind: "namespace", segment: "namespaceRight", read: |text| Some(text.to_owned()) },
    Right {
        kind: "country",
        segment: "countryRight",
        read: |text| place::country_code(text).map(str::to_owned),
    },
];

impl Right {
    fn endpoints(&'static self) -> [Endpoint; 3] {
        let path = format!("/v1/admin/user/{{name}}/{}", self.segment);
        [
            Endpoint::get(&path)
                .id(format!("user.{}.list", self.segment))
                .summary("Lists what a user may edit")
                .access(ADMIN)
                .takes([&NAME as _])
                .handler(|call, db| self.list(call, db)),
            Endpoint::post(&path)
                .id(format!("user.{}.create", self.segment))
                .summary("Lets a user edit one thing more")
                .access(ADMIN)
                .takes([&NAME as _])
                .handler(|call, db| self.add(call, db)),
            Endpoint::delete(format!("{path}/{{value}}"))
                .id(format!("user.{}.delete", self.segment))
                .summary("Takes a user the right to edit one thing")
                .access(ADMIN)
                .takes([&NAME as _, &VALUE as _])
                .handler(|call, db| self.remove(call, db)),
        ]
    }

    fn list(&self, call: &Call, db: &Connection) -> Result<Reply, Error> {
        let user = auth::find_user(db, &call.get(&NAME))?.ok_or(Error::NotFound)?;
        Ok(call.answer(&rights(db, &user.name, self.kind)?))
    }

    fn add(&self, call: &Call, db: &Connection) -> Result<Reply, Error> {
        permission::admin(call)?;
        let user = auth::find_user(db, &call.get(&NAME))?.ok_or(Error::NotFound)?;
        let body = std::str::from_utf8(call.request.body()).unwrap_or_default();
        let text = body.trim().trim_matches('"');
        let value = (self.read)(text).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| Error::Unreadable(format!("Invalid value: {text}")))?;
        let sql = "INSERT INTO gbif_right (user, kind, value) VALUES (?, ?, ?)
                   ON CONFLICT DO NOTHING";
        let is_new = db.prepare_cached(sql)?.execute((&user.name, self.kind, &value))? > 0;
        if !is_new {
            return Err(Error::Framework(StatusCode::CONFLICT, "the user has that right"));
        }
        Ok(call.answer_with(StatusCode::CREATED, &value))
    }

    fn remove(&self, call: &Call, db: &Connection) -> Result<Reply, Error> {
        permission::admin(call)?;
        let user = auth::find_user(db, &call.get(&NAME))?.ok_or(Error::NotFound)?;
        let value = call.get(&VALUE);
        let value = (self.read)(&value).unwrap_or(value);
        let sql = "DELETE FROM gbif_right WHERE user = ? AND kind = ? AND value = ?";
        let is_gone = db.prepare_cached(sql)?.execute((&user.name, self.kind, &value))? > 0;
        if is_gone { Ok(Reply::empty(StatusCode::NO_CONTENT)) } else { Err(Error::NotFound) }
    }
}

/// What a user may edit of one kind.
pub fn rights(db: &Connection, user: &str, kind: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT value FROM gbif_right WHERE user = ? AND kind = ? ORDER BY value";
    db.prepare_cached(sql)?.query_map((user, kind), |row| row.get(0))?.collect()
}

/// All users, as `/__admin/credentials` shows them.
pub fn credentials(db: &Connection) -> rusqlite::Result<Value> {
    let mut list = Vec::new();
    for user in auth::all_users(db)? {
        list.push(json!({
            "username": user.name,
            "password": user.password,
            "email": user.email,
            "roles": user.roles,
            "scopes": rights(db, &user.name, "entity")?,
            "countries": rights(db, &user.name, "country")?,
            "namespaces": rights(db, &user.name, "namespace")?,
        }));
    }
    Ok(Value::Array(list))
}
