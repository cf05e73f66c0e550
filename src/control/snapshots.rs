//! Snapshots: taken, listed, put back, thrown away, and carried as files.

use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use serde_json::json;

use super::body::Body;
use super::error::{Error, Fault};
use super::sessions::{self, HEADER, SESSION};
use super::{Endpoint, Installation};
use crate::kit::call::Call;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::session::name::{BadName, SessionName};
use crate::session::snapshot::{Snapshot, State};
use crate::store::{Database, File, Transaction};

const MEDIA_TYPE: &str = "application/vnd.sqlite3";

static NAME: Param<String> = Param::path("name", "Name of the snapshot.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/__admin/snapshots")
            .id("snapshot.list")
            .summary("Lists all snapshots")
            .handler(list),
        Endpoint::post("/__admin/snapshots")
            .id("snapshot.create")
            .summary("Takes a snapshot of the session")
            .takes([&SESSION as _, &HEADER as _])
            .handler(create),
        Endpoint::delete("/__admin/snapshots/{name}")
            .id("snapshot.delete")
            .summary("Throws a snapshot away")
            .takes([&NAME as _])
            .handler(delete),
        Endpoint::post("/__admin/snapshots/{name}/restore")
            .id("snapshot.restore")
            .summary("Puts a snapshot's state into the session")
            .takes([&NAME as _, &SESSION as _, &HEADER as _])
            .handler(restore),
        Endpoint::get("/__admin/snapshots/{name}/file")
            .id("snapshot.download")
            .summary("Gives a snapshot's data as a SQLite database")
            .takes([&NAME as _])
            .media_type(MEDIA_TYPE)
            .handler(download),
        Endpoint::put("/__admin/snapshots/{name}/file")
            .id("snapshot.upload")
            .summary("Makes a snapshot of a SQLite database that was downloaded or built before")
            .takes([&NAME as _])
            .accepts(&[MEDIA_TYPE, "application/octet-stream"])
            .handler(upload),
    ]
}

#[derive(Serialize)]
struct Shown<'s> {
    name: &'s str,
    session: Option<&'s str>,
    created_at: Timestamp,
    bytes: usize,
}

impl<'s> Shown<'s> {
    fn of(snapshot: &'s Snapshot) -> Self {
        Self {
            name: snapshot.name.as_str(),
            session: snapshot.session.as_ref().map(SessionName::as_str),
            created_at: snapshot.created_at,
            bytes: snapshot.state.data.len(),
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "every handler may fail")]
fn list(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let snapshots = installation.sessions.snapshots();
    let shown: Vec<Shown> = snapshots.iter().map(|snapshot| Shown::of(snapshot)).collect();
    Ok(call.answer(&json!({ "snapshots": shown })))
}

fn create(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    let mut body = Body::read(call)?;
    let name = "a name: 1 to 64 letters, digits, dots, underscores or hyphens";
    let name: Option<SessionName> =
        body.optional("name", name, |value| value.as_str()?.parse().ok());
    body.finish()?;
    let name = name.ok_or_else(|| Fault::new("/name", "is missing"))?;
    let taken_of = Some(session.name.clone());
    let snapshot = installation.sessions.keep(name, taken_of, session.state()?)?;
    Ok(call.answer_with(StatusCode::CREATED, &Shown::of(&snapshot)))
}

fn delete(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    installation.sessions.drop_snapshot(&call.get(&NAME))?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn restore(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let session = sessions::chosen(call, installation)?;
    Body::read(call)?.finish()?;
    let snapshot = installation.sessions.find_snapshot(&call.get(&NAME))?;
    session.restore(&snapshot.state)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

fn download(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let snapshot = installation.sessions.find_snapshot(&call.get(&NAME))?;
    let disposition = format!("attachment; filename=\"{}.db\"", snapshot.name);
    let disposition = HeaderValue::try_from(disposition).expect("names are header text");
    let file = snapshot.state.data.to_bytes();
    Ok(Reply::new(StatusCode::OK, MEDIA_TYPE, file).with(CONTENT_DISPOSITION, disposition))
}

fn upload(call: &Call, installation: &Installation) -> Result<Reply, Error> {
    let name: SessionName =
        call.get(&NAME).parse().map_err(|bad: BadName| Fault::new("name", bad.to_string()))?;
    let data = File::of_bytes(call.request.body().to_vec())
        .map_err(|error| Fault::new("", error.to_string()))?;
    check(&data, installation.sessions.world())?;
    let state = State { data, ..installation.sessions.pristine() };
    let snapshot = installation.sessions.keep(name, None, state)?;
    Ok(call.answer_with(StatusCode::CREATED, &Shown::of(&snapshot)))
}

/// Whether a database is sound and has the tables of this world.
fn check(data: &File, world: &File) -> Result<(), Error> {
    let refused = |message: &str| Error::from(Fault::new("", message));
    let unsound = |error: rusqlite::Error| refused(&format!("the database is damaged: {error}"));
    let schema = |file: &File| {
        Database::fork(file).transact(Transaction::Read, |db: &Connection| {
            let sql = "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name";
            let mut query = db.prepare(sql)?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<Vec<(String, String)>>>()
        })
    };
    if schema(data).map_err(unsound)? != schema(world)? {
        return Err(refused("the database has other tables than this version's worlds"));
    }
    let found = Database::fork(data).transact(Transaction::Read, |db: &Connection| {
        db.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
    });
    match found.map_err(unsound)?.as_str() {
        "ok" => Ok(()),
        damage => Err(refused(&format!("the database is damaged: {damage}"))),
    }
}
