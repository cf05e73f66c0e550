//! Suggesting institutions and collections while somebody types.

use rusqlite::{Connection, Row};
use serde_json::{Value, json};

use super::words;
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::error::Error;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static Q: Param<Option<String>> =
    Param::optional("q", "Beginnings of words of code and name, all of them.");

pub fn endpoint(entity: &'static Entity) -> Endpoint {
    Endpoint::get(format!("{}/suggest", entity.path))
        .id(format!("{}.suggest", entity.id()))
        .summary("Suggests those whose code and name have words that begin so")
        .takes([&Q as _])
        .handler(move |call, db| suggest(call, db, entity))
}

fn suggest(call: &Call, db: &Connection, entity: &'static Entity) -> Result<Reply, Error> {
    let read = |row: &Row| {
        let mut shown = json!({ "key": row.get::<_, String>(0)? });
        for (column, member) in [(1, "code"), (2, "name")] {
            if let Some(text) = row.get::<_, Option<String>>(column)? {
                shown[member] = text.into();
            }
        }
        Ok(shown)
    };
    let Some(q) = call.get(&Q) else {
        let sql = "SELECT key, code, name FROM gbif_grscicoll
                   WHERE kind = ? AND deleted IS NULL ORDER BY created DESC, key LIMIT 20";
        let mut query = db.prepare_cached(sql)?;
        let found = query.query_map([entity.name], read)?;
        return Ok(call.answer(&found.collect::<rusqlite::Result<Vec<Value>>>()?));
    };
    let Some(expression) = words::expression(&q) else { return Ok(call.answer(&json!([]))) };
    let sql = "SELECT key, code, name FROM gbif_grscicoll_text
               CROSS JOIN gbif_grscicoll ON id = gbif_grscicoll_text.rowid
               WHERE gbif_grscicoll_text MATCH ? AND kind = ? AND deleted IS NULL
               ORDER BY bm25(gbif_grscicoll_text), created DESC, key LIMIT 20";
    let mut query = db.prepare_cached(sql)?;
    let found = query.query_map((format!("heading : ({expression})"), entity.name), read)?;
    Ok(call.answer(&found.collect::<rusqlite::Result<Vec<Value>>>()?))
}
