//! What answers show of an image.

use jiff::Timestamp;
use jiff::tz::Offset;
use rusqlite::params;

use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::picture;
use crate::apis::mo::table::Detail;
use crate::apis::mo::tables::{collection_number, grouped, listed, nested, objects};
use crate::apis::mo::tree::{Node, Object};
use crate::apis::mo::upload;

/// Where the image itself is served: changed images have another address.
fn url(site: &str, folder: &str, id: i64, extension: &str, updated: &str) -> String {
    let (id, updated) = (id.to_string(), moment(updated).as_second().to_string());
    [site, "/images/", folder, "/", &id, ".", extension, "?", &updated].concat()
}

/// A moment as the store writes it.
pub fn moment(text: &str) -> Timestamp {
    text.parse().and_then(|moment| Offset::UTC.to_timestamp(moment)).unwrap_or_default()
}

pub fn original_url(site: &str, id: i64, content_type: &str, updated: &str) -> String {
    url(site, "orig", id, picture::extension(content_type), updated)
}

pub fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let mut observations = match detail {
        Detail::High => {
            let sql = "SELECT image_id, observation_id FROM mo_observation_images
                       WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY observation_id";
            grouped(context, sql, ids, |row| row.get::<_, i64>(1))?
        }
        _ => std::collections::HashMap::new(),
    };
    let site = context.site();
    let is_post = *context.call.request.method() == http::Method::POST;
    let permitted = permitted(context, ids)?;
    let sql = format!(
        "SELECT i.id, i.`when`, i.copyright_holder, i.notes, i.vote_cache, i.created_at, i.updated_at,
                i.original_name, i.num_views, i.last_view, i.ok_for_export, c.display_name,
                i.content_type, i.width, i.height, f.content, {}
         FROM mo_images i JOIN mo_licenses c ON c.id = i.license_id JOIN mo_users u ON u.id = i.user_id
         LEFT JOIN mo_image_files f ON f.image_id = i.id AND {}
         WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY i.id",
        nested::USER,
        // Only who sends an image is told its sum.
        if is_post { "TRUE" } else { "FALSE" },
    );
    objects(context, &sql, ids, |row| {
        let id: i64 = row.get(0)?;
        let mut image = Object::large(Model::Image.word(), id);
        let it = &mut image;
        it.push("date", Node::Day(row.get(1)?));
        it.text("copyright_holder", row.get::<_, String>(2)?);
        it.html_if("notes", &row.get::<_, String>(3)?);
        if let Some(quality) = row.get(4)? {
            it.push("quality", Node::Quality(quality));
        }
        let updated: String = row.get(6)?;
        it.moment("created_at", row.get(5)?).moment("updated_at", updated.clone());
        if permitted.contains(&id) {
            it.text_if("original_name", row.get(7)?);
        }
        it.integer("number_of_views", row.get(8)?);
        if let Some(moment) = row.get(9)? {
            it.moment("last_viewed", moment);
        }
        it.flag_xml_if_true("ok_for_export", row.get(10)?);
        it.text("license", row.get::<_, String>(11)?);
        let content_type: String = row.get(12)?;
        it.text("content_type", content_type.clone());
        if let Some(file) = row.get::<_, Option<Vec<u8>>>(15)? {
            it.text("md5sum", upload::md5(&file));
        }
        let sides: (Option<i64>, Option<i64>) = (row.get(13)?, row.get(14)?);
        for (key, pixels) in [("width", sides.0), ("height", sides.1)] {
            if let Some(pixels) = pixels {
                it.integer(key, pixels);
            }
        }
        it.push("original_url", Node::Url(original_url(site, id, &content_type, &updated)));
        if detail == Detail::Low {
            it.reference("owner", Model::User.word(), row.get(16)?);
        } else {
            it.push("owner", nested::user(context, row, 16)?);
            add_files(it, site, id, &content_type, &updated, sides);
            let ids = observations.remove(&id).unwrap_or_default();
            collection_number::observation_ids(it, ids);
        }
        Ok(image)
    })
}

/// Those that the caller may edit.
fn permitted(context: &Context, ids: &[i64]) -> Result<Vec<i64>, Error> {
    let Some(user) = context.user_id() else { return Ok(Vec::new()) };
    let sql = "SELECT i.id FROM mo_images i WHERE i.id IN (SELECT value FROM json_each(?1))
               AND (i.user_id = ?2 OR EXISTS (SELECT 1 FROM mo_project_images p
                    JOIN mo_project_members m ON m.project_id = p.project_id AND m.admin = 1
                    WHERE p.image_id = i.id AND m.user_id = ?2))";
    context.column(sql, params![listed(ids), user])
}

/// The same picture in seven files, in an order that clients rely on.
fn add_files(
    image: &mut Object,
    site: &str,
    id: i64,
    content_type: &str,
    updated: &str,
    sides: (Option<i64>, Option<i64>),
) {
    let mut urls = Vec::with_capacity(7);
    let mut files = Vec::with_capacity(7);
    for file in &picture::FILES {
        let (extension, kind) = if file.keeps_type {
            (picture::extension(content_type), content_type)
        } else {
            ("jpg", "image/jpeg")
        };
        let url = url(site, file.folder, id, extension, updated);
        urls.push(Node::Text(url.clone()));
        let mut attributes = vec![("url", url), ("content_type", kind.to_owned())];
        if let (Some(width), Some(height)) = sides {
            let (width, height) = picture::scaled(width, height, file.pixels);
            attributes.extend([("width", width.to_string()), ("height", height.to_string())]);
        }
        attributes.push(("size", file.name.to_owned()));
        files.push(Node::Element(attributes));
    }
    image.json("files", Node::List("file", urls));
    image.xml("files", Node::List("file", files));
}
