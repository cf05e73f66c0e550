//! Images themselves: what was uploaded, or a drawing in its place.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension};

use super::page;
use super::parse::scalar::is_digits;
use super::picture::{self, Drawing, Form, LARGEST_DRAWING, SIZES, scaled};
use super::request::Refused;
use super::tables::image::moment;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;
use crate::kit::validators::Version;

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
    updated: String,
    /// Bytes of what was uploaded, if it was.
    uploaded: Option<i64>,
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Refused> {
    find(call, db)
        .map_err(|error| Refused::of(page::broken(), error.to_string()))?
        .ok_or_else(|| Refused::of(page::not_found(call.request), "no such image".to_owned()))
}

fn find(call: &Call, db: &Connection) -> rusqlite::Result<Option<Reply>> {
    let (folder, file) = (call.get(&SIZE), call.get(&FILE));
    let pixels = SIZES.iter().find(|size| size.folder == folder).map(|size| size.pixels);
    let Some((id, extension)) = file.split_once('.') else { return Ok(None) };
    let Some(id) = id.parse().ok().filter(|_| is_digits(id)) else { return Ok(None) };
    if pixels.is_none() && folder != "orig" {
        return Ok(None);
    }
    let Some(image) = image(db, id)? else { return Ok(None) };
    let is_original = folder == "orig" && extension == picture::extension(&image.content_type);
    let drawn = match (is_original, image.content_type.as_str()) {
        (true, _) if image.uploaded.is_some() => None,
        (true, "image/png") => Some(Form::Png),
        _ if extension == "jpg" => Some(Form::Jpeg),
        _ => return Ok(None),
    };
    let updated = moment(&image.updated);
    // Two sessions may each have an image of this id and time, but hardly of this length too.
    let length = image.uploaded.unwrap_or_default();
    let tag = format!("{id}-{folder}-{extension}-{:x}-{length:x}", updated.as_second());
    let version = Version::new(&tag, updated);
    if let Some(held) = version.held(call.request) {
        return Ok(Some(held));
    }
    let whole = match drawn {
        Some(form) => draw(id, &image, pixels, form),
        None => reply(&image.content_type, content(db, id)?),
    };
    Ok(Some(version.answer(call.request, whole)))
}

fn draw(id: i64, image: &Image, pixels: Option<u32>, form: Form) -> Reply {
    let longer = pixels.unwrap_or(LARGEST_DRAWING);
    let (width, height) = scaled(image.width, image.height, Some(longer));
    let side = |pixels: i64| u32::try_from(pixels.max(1)).unwrap_or(longer).min(longer);
    let drawing = Drawing { id, width: side(width), height: side(height), form };
    let kind = if form == Form::Png { "image/png" } else { "image/jpeg" };
    reply(kind, picture::draw(&drawing).to_vec())
}

fn image(db: &Connection, id: i64) -> rusqlite::Result<Option<Image>> {
    let sql =
        "SELECT i.content_type, coalesce(i.width, 640), coalesce(i.height, 480), i.updated_at,
                      length(f.content)
               FROM mo_images i LEFT JOIN mo_image_files f ON f.image_id = i.id WHERE i.id = ?";
    db.prepare_cached(sql)?
        .query_row([id], |row| {
            Ok(Image {
                content_type: row.get(0)?,
                width: row.get(1)?,
                height: row.get(2)?,
                updated: row.get(3)?,
                uploaded: row.get(4)?,
            })
        })
        .optional()
}

fn content(db: &Connection, id: i64) -> rusqlite::Result<Vec<u8>> {
    let sql = "SELECT content FROM mo_image_files WHERE image_id = ?";
    db.prepare_cached(sql)?.query_row([id], |row| row.get(0))
}

fn reply(content_type: &str, content: Vec<u8>) -> Reply {
    let mut reply = Reply::new(StatusCode::OK, "image/jpeg", content);
    if let Ok(value) = http::HeaderValue::from_str(content_type) {
        reply.headers.insert(http::header::CONTENT_TYPE, value);
    }
    reply
}
