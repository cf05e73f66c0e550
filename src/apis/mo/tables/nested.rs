//! Records as part of other records: the columns that they need, and the objects made of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use rusqlite::Row;

use crate::apis::mo::context::Context;
use crate::apis::mo::model::Model;
use crate::apis::mo::scientific::rank_word;
use crate::apis::mo::textile;
use crate::apis::mo::tree::{Direction, Node, Object};

/// Records that several others of an answer have in them, each made once.
#[derive(Debug, Default)]
pub struct Recurring {
    users: Once,
    names: Once,
}

/// The records of a kind by their ids.
#[derive(Debug, Default)]
struct Once(RefCell<HashMap<i64, Rc<Object>>>);

impl Once {
    fn node(
        &self,
        id: i64,
        make: impl FnOnce() -> rusqlite::Result<Object>,
    ) -> rusqlite::Result<Node> {
        let mut known = self.0.borrow_mut();
        Ok(Node::Shared(match known.entry(id) {
            Entry::Occupied(entry) => entry.get().clone(),
            Entry::Vacant(entry) => entry.insert(Rc::new(make()?)).clone(),
        }))
    }
}

/// Columns of `mo_users AS u`.
pub const USER: &str = "u.id, u.login, u.name";

pub fn user(context: &Context, row: &Row, at: usize) -> rusqlite::Result<Node> {
    let id: i64 = row.get(at)?;
    context.recurring.users.node(id, || {
        let mut user = Object::new(Model::User.word(), id);
        let (login, name): (String, String) = (row.get(at + 1)?, row.get(at + 2)?);
        user.text("login_name", login.clone());
        user.text("legal_name", if name.is_empty() { login } else { name });
        Ok(user)
    })
}

/// Columns of `mo_names AS n`.
pub const NAME: &str =
    "n.id, n.text_name, n.author, n.rank, n.deprecated, n.correct_spelling_id, n.synonym_id";

pub fn name(context: &Context, row: &Row, at: usize) -> rusqlite::Result<Node> {
    let id: i64 = row.get(at)?;
    context.recurring.names.node(id, || {
        let mut name = Object::new(Model::Name.word(), id);
        name.text("name", row.get::<_, String>(at + 1)?);
        name.text_if("author", row.get(at + 2)?);
        name.word("rank", rank_word(row.get(at + 3)?));
        name.flag_json_if_true("deprecated", row.get(at + 4)?);
        name.flag_json_if_true("misspelled", row.get::<_, Option<i64>>(at + 5)?.is_some());
        name.reference_if("synonym", "synonym", row.get(at + 6)?);
        Ok(name)
    })
}

/// Columns of `mo_locations AS l`.
pub const LOCATION: &str = "l.id, l.name, l.north, l.south, l.east, l.west, l.high, l.low";

/// None when an outer join found no location.
pub fn location(row: &Row, at: usize) -> rusqlite::Result<Option<Object>> {
    let Some(id) = row.get(at)? else { return Ok(None) };
    let mut location = Object::new(Model::Location.word(), id);
    location.text("name", row.get::<_, String>(at + 1)?);
    edges(&mut location, row, at + 2)?;
    altitudes(&mut location, row, at + 6)?;
    Ok(Some(location))
}

/// Four columns: north, south, east, west.
pub fn edges(object: &mut Object, row: &Row, at: usize) -> rusqlite::Result<()> {
    object.push("latitude_north", Node::Degrees(row.get(at)?, Direction::North));
    object.push("latitude_south", Node::Degrees(row.get(at + 1)?, Direction::North));
    object.push("longitude_east", Node::Degrees(row.get(at + 2)?, Direction::East));
    object.push("longitude_west", Node::Degrees(row.get(at + 3)?, Direction::East));
    Ok(())
}

/// Two columns: high, low.
pub fn altitudes(object: &mut Object, row: &Row, at: usize) -> rusqlite::Result<()> {
    for (key, at) in [("altitude_maximum", at), ("altitude_minimum", at + 1)] {
        if let Some(metres) = row.get(at)? {
            object.push(key, Node::MetresFloat(metres));
        }
    }
    Ok(())
}

/// Columns of `mo_images AS i`, its licence `c` and its owner `u`.
pub const IMAGE: &str = "i.id, i.`when`, c.display_name, i.notes, i.vote_cache, i.copyright_holder, \
     i.content_type, i.updated_at, u.id, u.login, u.name";

pub fn image(context: &Context, row: &Row, at: usize) -> rusqlite::Result<Object> {
    let id: i64 = row.get(at)?;
    let mut image = Object::new(Model::Image.word(), id);
    image.push("date", Node::Day(row.get(at + 1)?));
    image.text("license", row.get::<_, String>(at + 2)?);
    let notes: String = row.get(at + 3)?;
    image.html_if("notes", &notes);
    if let Some(quality) = row.get(at + 4)? {
        image.push("quality", Node::NestedQuality(quality));
    }
    image.push("owner", user(context, row, at + 8)?);
    image.text_if("copyright_holder", row.get(at + 5)?);
    let (content_type, updated) = (row.get_ref(at + 6)?.as_str()?, row.get_ref(at + 7)?.as_str()?);
    let url = super::image::original_url(context.site(), id, content_type, updated);
    image.push("original_url", Node::Url(url));
    Ok(image)
}

/// Columns of `mo_comments AS k` and its author `u`.
pub const COMMENT: &str =
    "k.id, k.summary, k.comment, k.created_at, k.updated_at, u.id, u.login, u.name";

pub fn comment(context: &Context, row: &Row, at: usize) -> rusqlite::Result<Object> {
    let mut comment = Object::new(Model::Comment.word(), row.get(at)?);
    comment.html_if("summary", &row.get::<_, String>(at + 1)?);
    comment.html_if("content", &row.get::<_, String>(at + 2)?);
    comment.moment("created_at", row.get(at + 3)?);
    comment.moment("updated_at", row.get(at + 4)?);
    comment.push("owner", user(context, row, at + 5)?);
    Ok(comment)
}

/// Columns of `mo_herbaria AS h`.
pub const HERBARIUM: &str = "h.id, h.code, h.name";

pub fn herbarium(row: &Row, at: usize) -> rusqlite::Result<Object> {
    let mut herbarium = Object::new(Model::Herbarium.word(), row.get(at)?);
    herbarium.text_if("code", row.get(at + 1)?);
    herbarium.text("name", row.get::<_, String>(at + 2)?);
    Ok(herbarium)
}

/// A record with one text: `mo_projects`' title, `mo_field_slips`' code; none when an outer join found none.
pub fn titled(
    row: &Row,
    at: usize,
    model: Model,
    key: &'static str,
) -> rusqlite::Result<Option<Object>> {
    let Some(id) = row.get(at)? else { return Ok(None) };
    let mut object = Object::new(model.word(), id);
    object.text_if(key, row.get(at + 1)?);
    Ok(Some(object))
}

/// Marked-up text, for tables that want the HTML itself.
pub fn html(text: &str) -> Node {
    Node::Html(textile::html(text))
}
