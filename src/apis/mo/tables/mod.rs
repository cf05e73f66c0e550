//! The nineteen tables, one file each.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use rusqlite::Row;
use rusqlite::types::Value;

use super::arguments::{Argument, Arguments};
use super::context::Context;
use super::error::Error;
use super::model::Model;
use super::parameter::Parameter;
use super::table::Table;
use super::tree::Object;

pub mod api_key;
pub mod collection_number;
pub mod comment;
pub mod external_link;
pub mod external_site;
pub mod field_slip;
pub mod herbarium;
pub mod herbarium_record;
pub mod image;
pub mod location;
pub mod location_description;
pub mod name;
pub mod name_description;
pub mod nested;
pub mod observation;
pub mod occurrence;
pub mod project;
pub mod sequence;
pub mod species_list;
pub mod user;

/// All tables, in alphabetical order.
pub static ALL: [&Table; 19] = [
    &api_key::TABLE,
    &collection_number::TABLE,
    &comment::TABLE,
    &external_link::TABLE,
    &external_site::TABLE,
    &field_slip::TABLE,
    &herbarium::TABLE,
    &herbarium_record::TABLE,
    &image::TABLE,
    &location_description::TABLE,
    &location::TABLE,
    &name_description::TABLE,
    &name::TABLE,
    &observation::TABLE,
    &occurrence::TABLE,
    &project::TABLE,
    &sequence::TABLE,
    &species_list::TABLE,
    &user::TABLE,
];

/// A list of ids as SQL takes it: `IN (SELECT value FROM json_each(?))`.
pub fn listed(ids: &[i64]) -> String {
    let mut text = String::with_capacity(ids.len() * 8 + 2);
    text.push('[');
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text += &id.to_string();
    }
    text.push(']');
    text
}

/// A query for records of a list. One record is looked up as such, which takes a third of the time.
trait Query {
    /// The text for these ids, and what it binds.
    fn bound(&self, ids: &[i64]) -> (Cow<'_, str>, Value);
}

impl Query for str {
    fn bound(&self, ids: &[i64]) -> (Cow<'_, str>, Value) {
        match ids {
            [id] => (self.replacen(LISTED, "= ?", 1).into(), Value::Integer(*id)),
            several => (self.into(), Value::Text(listed(several))),
        }
    }
}

impl Query for String {
    fn bound(&self, ids: &[i64]) -> (Cow<'_, str>, Value) {
        self.as_str().bound(ids)
    }
}

/// A query that is asked so often that both of its texts are kept.
struct Kept {
    one: String,
    several: String,
}

impl Kept {
    fn new(sql: impl Into<String>) -> Self {
        let several = sql.into();
        Self { one: several.replacen(LISTED, "= ?", 1), several }
    }
}

impl Query for Kept {
    fn bound(&self, ids: &[i64]) -> (Cow<'_, str>, Value) {
        match ids {
            [id] => (self.one.as_str().into(), Value::Integer(*id)),
            several => (self.several.as_str().into(), Value::Text(listed(several))),
        }
    }
}

/// How queries of this module's users name the records that they are for.
const LISTED: &str = "IN (SELECT value FROM json_each(?))";

/// One object for each row of a query whose only value is a list of ids.
fn objects(
    context: &Context,
    query: &(impl Query + ?Sized),
    ids: &[i64],
    make: impl FnMut(&Row) -> rusqlite::Result<Object>,
) -> Result<Vec<Object>, Error> {
    let (sql, ids) = query.bound(ids);
    let objects = context
        .db
        .prepare_cached(&sql)?
        .query_map([ids], make)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(objects)
}

/// What belongs to each of several records: the first column of a row says to which.
fn grouped<T>(
    context: &Context,
    query: &(impl Query + ?Sized),
    ids: &[i64],
    mut make: impl FnMut(&Row) -> rusqlite::Result<T>,
) -> Result<HashMap<i64, Vec<T>>, Error> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    let (sql, ids) = query.bound(ids);
    let mut query = context.db.prepare_cached(&sql)?;
    let mut rows = query.query([ids])?;
    while let Some(row) = rows.next()? {
        groups.entry(row.get(0)?).or_default().push(make(row)?);
    }
    Ok(groups)
}

/// Refuses to clear what a record cannot be without.
fn refuse_blank(arguments: &Arguments, parameters: &[&'static Parameter]) -> Result<(), Error> {
    let is_blank = |parameter: &&&Parameter| arguments.get(parameter) == Some(&Argument::Blank);
    match parameters.iter().find(is_blank) {
        Some(parameter) => Err(Error::ParameterCantBeBlank(parameter.name)),
        None => Ok(()),
    }
}

/// The comments on each of several records of a class.
fn comments(
    context: &Context,
    model: Model,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<Object>>, Error> {
    static QUERIES: LazyLock<[Kept; 7]> = LazyLock::new(|| {
        Model::COMMENTED.map(|model| {
            Kept::new(format!(
                "SELECT k.target_id, {} FROM mo_comments k JOIN mo_users u ON u.id = k.user_id
                 WHERE k.target_type = '{}' AND k.target_id {LISTED} ORDER BY k.id",
                nested::COMMENT,
                model.class()
            ))
        })
    });
    let at = Model::COMMENTED.iter().position(|commented| *commented == model);
    let query = &QUERIES[at.expect("only what can be commented on is asked for")];
    grouped(context, query, ids, |row| nested::comment(context, row, 1))
}
