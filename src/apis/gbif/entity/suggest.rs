//! Suggesting entities while somebody types a title.

use rusqlite::Connection;
use serde_json::json;

use super::Entity;
use crate::apis::gbif::error::Error;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::store::text::fold;

const MOST: usize = 25;

static Q: Param<Option<String>> =
    Param::optional("q", "Part of the title, in any case.").keeps_empty();

/// The endpoint that suggests entities of one kind.
pub fn endpoint(entity: &'static Entity) -> Endpoint {
    Endpoint::get(format!("{}/suggest", entity.path))
        .id(format!("{}.suggest", entity.name))
        .summary("Suggests those whose title contains a text")
        .takes([&Q as _])
        .handler(move |call, db| suggest(call, db, entity))
}

fn suggest(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let Some(q) = call.get(&Q) else { return Ok(call.answer(&json!([]))) };
    let q = fold(q.trim()).into_owned();
    let (mut starting, mut containing) = (Vec::new(), Vec::new());
    for (key, title) in titles(db, entity)? {
        let folded = fold(&title);
        if folded.starts_with(&q) {
            starting.push(json!({ "key": key, "title": title }));
        } else if containing.len() < MOST && folded.contains(&q) {
            containing.push(json!({ "key": key, "title": title }));
        }
        if starting.len() == MOST {
            break;
        }
    }
    starting.extend(containing);
    starting.truncate(MOST);
    Ok(call.answer(&starting))
}

fn titles(db: &Connection, entity: &Entity) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT key, title FROM gbif_entity
               WHERE kind = ? AND deleted IS NULL ORDER BY title, key";
    let mut query = db.prepare_cached(sql)?;
    query.query_map([entity.name], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
