//! Images themselves: what was uploaded, or a drawing in its place.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension};

use super::page;
use super::picture::{self, Drawing, Form, SIZES, scaled};
use super::request::Refused;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;

static SIZE: Param<String> =
    Param::path("size", "Folder of a size: thumb, 320, 640, 960, 1280 or orig.");
static FILE: Param<String> = Param::path("file", "Id and extension: 901.jpg.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/images/{size}/{file}")
            .id("image_file.get")
            .summary("An image in one of its sizes")
            .media_type("image/jpeg")
            .takes([&SIZE as &dyn AnyParam, &FILE])
            .heavy()
            .handler(get),
    ]
}

/// What the store knows of an image's file.
struct Image {
    content_type: String,
    width: i64,
    height: i64,
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Refused> {
    let (folder, file) = (call.get(&SIZE), call.get(&FILE));
    find(db, &folder, &file)
        .map_err(|error| Refused::of(page::broken(), error.to_string()))?
        .ok_or_else(|| Refused::of(page::not_found(call.request), "no such image".to_owned()))
}

fn find(db: &Connection, folder: &str, file: &str) -> rusqlite::Result<Option<Reply>> {
    let pixels = SIZES.iter().find(|size| size.folder == folder).map(|size| size.pixels);
    let Some((id, extension)) = file.split_once('.') else { return Ok(None) };
    let Ok(id) = id.parse::<i64>() else { return Ok(None) };
    if pixels.is_none() && folder != "orig" {
        return Ok(None);
    }
    let Some(image) = image(db, id)? else { return Ok(None) };
    let is_original = folder == "orig" && extension == picture::extension(&image.content_type);
    if is_original && let Some(content) = content(db, id)? {
        return Ok(Some(reply(&image.content_type, content)));
    }
    let form = match (is_original, image.content_type.as_str()) {
        (true, "image/png") => Form::Png,
        _ if extension == "jpg" => Form::Jpeg,
        _ => return Ok(None),
    };
    let (width, height) = scaled(image.width, image.height, pixels);
    let side = |pixels: i64| u32::try_from(pixels.clamp(1, 10_000)).expect("it was clamped");
    let drawing = Drawing { id, width: side(width), height: side(height), form };
    let kind = if form == Form::Png { "image/png" } else { "image/jpeg" };
    Ok(Some(reply(kind, picture::draw(&drawing).to_vec())))
}

fn image(db: &Connection, id: i64) -> rusqlite::Result<Option<Image>> {
    let sql = "SELECT content_type, coalesce(width, 640), coalesce(height, 480) FROM mo_images
               WHERE id = ?";
    db.prepare_cached(sql)?
        .query_row([id], |row| {
            Ok(Image { content_type: row.get(0)?, width: row.get(1)?, height: row.get(2)? })
        })
        .optional()
}

fn content(db: &Connection, id: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    let sql = "SELECT content FROM mo_image_files WHERE image_id = ?";
    db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()
}

fn reply(content_type: &str, content: Vec<u8>) -> Reply {
    let mut reply = Reply::new(StatusCode::OK, "image/jpeg", content);
    if let Ok(value) = http::HeaderValue::from_str(content_type) {
        reply.headers.insert(http::header::CONTENT_TYPE, value);
    }
    reply
}
