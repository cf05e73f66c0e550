//! Records by id, or by the texts under which people know them.

use rusqlite::{Connection, OptionalExtension, params};

use super::scalar::is_digits;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;

/// A record that can be commented on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub model: Model,
    pub id: i64,
}

/// A place: a location, or just its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub location: Option<i64>,
    pub name: String,
}

/// The one record that the text of the parameter `name` refers to.
pub fn one(db: &Connection, model: Model, name: &str, text: &str) -> Result<i64, Error> {
    if is_digits(text) {
        return by_id(db, model, text);
    }
    match model {
        Model::Name => one_name(db, name, text),
        _ => by_text(db, model, name, text),
    }
}

/// All records that a member of a list refers to: of a name without author those of all authors.
pub fn all(db: &Connection, model: Model, name: &str, text: &str) -> Result<Vec<i64>, Error> {
    if model != Model::Name || is_digits(text) {
        return Ok(vec![one(db, model, name, text)?]);
    }
    let named = names(db, text)?;
    if named.is_empty() {
        return Err(no_name(text));
    }
    Ok(named.into_iter().map(|name| name.id).collect())
}

/// A record with this number, which has to exist.
pub fn by_id(db: &Connection, model: Model, text: &str) -> Result<i64, Error> {
    let missing = || Error::ObjectNotFoundByID { model, id: text.to_owned() };
    let id: i64 = text.parse().map_err(|_| missing())?;
    if exists(db, model, id)? { Ok(id) } else { Err(missing()) }
}

pub fn exists(db: &Connection, model: Model, id: i64) -> Result<bool, Error> {
    let sql = ["SELECT 1 FROM ", model.table(), " WHERE id = ?"].concat();
    Ok(db.prepare_cached(&sql)?.exists([id])?)
}

/// `observation #12` and the like.
pub fn target(db: &Connection, text: &str) -> Result<Target, Error> {
    let invalid = || {
        Error::BadParameterValue(format!(
            "Invalid or unknown object, \"{text}\", examples: \"name #1234\", \"observation #54321\", \"species_list #42\"."
        ))
    };
    let (word, number) = text.trim().rsplit_once([' ', '_']).ok_or_else(invalid)?;
    let number = number.strip_prefix('#').unwrap_or(number);
    if !is_digits(number) {
        return Err(invalid());
    }
    let word = word.trim().to_ascii_lowercase().replace(' ', "_");
    let model = Model::COMMENTED.into_iter().find(|model| model.word() == word);
    let model = model.ok_or_else(|| {
        let words = Model::COMMENTED.map(|model| format!(":{}", model.word()));
        super::scalar::beyond(text, &format!("[{}]", words.join(", ")))
    })?;
    // Quirk (contract 3.9): the number shown is the whole text.
    let missing = || Error::ObjectNotFoundByID { model, id: text.to_owned() };
    let id = number.parse().map_err(|_| missing())?;
    if exists(db, model, id)? { Ok(Target { model, id }) } else { Err(missing()) }
}

/// A place by id or name, or whatever text it is.
pub fn place(db: &Connection, text: &str) -> Result<Place, Error> {
    let location = if is_digits(text) {
        Some(by_id(db, Model::Location, text)?)
    } else {
        location_named(db, text)?
    };
    let name = match location {
        Some(id) => {
            let sql = "SELECT name FROM mo_locations WHERE id = ?";
            db.prepare_cached(sql)?.query_row([id], |row| row.get(0))?
        }
        None => super::scalar::short(text, 1024)?,
    };
    Ok(Place { location, name })
}

/// The location of a name, in postal order or the other way round.
pub fn location_named(db: &Connection, text: &str) -> Result<Option<i64>, Error> {
    let sql = "SELECT id FROM mo_locations WHERE name IN (?, ?) ORDER BY id";
    Ok(db
        .prepare_cached(sql)?
        .query_row(params![text, reversed(text)], |row| row.get(0))
        .optional()?)
}

/// `USA, California, Burbank` as `Burbank, California, USA`.
fn reversed(text: &str) -> String {
    let parts: Vec<&str> = text.split(", ").collect();
    parts.into_iter().rev().collect::<Vec<_>>().join(", ")
}

fn by_text(db: &Connection, model: Model, name: &str, text: &str) -> Result<i64, Error> {
    let sql = match model {
        Model::User => "SELECT id FROM mo_users WHERE ?1 IN (login, name, email)",
        Model::Herbarium => {
            "SELECT id FROM mo_herbaria WHERE ?1 IN (name, code) ORDER BY name <> ?1"
        }
        Model::Project => "SELECT id FROM mo_projects WHERE title = ?1",
        Model::SpeciesList => "SELECT id FROM mo_species_lists WHERE title = ?1",
        Model::ExternalSite => "SELECT id FROM mo_external_sites WHERE fold(name) = fold(?1)",
        Model::Location => "SELECT id FROM mo_locations WHERE name = ?1",
        _ => return Err(invalid(name, text)),
    };
    if text.is_empty() {
        return Err(invalid(name, text));
    }
    let found = match model {
        Model::Location => location_named(db, text)?,
        _ => db.prepare_cached(sql)?.query_row([text], |row| row.get(0)).optional()?,
    };
    found.ok_or_else(|| match model {
        Model::ExternalSite => invalid(name, text),
        _ => Error::ObjectNotFoundByString { model, text: text.to_owned() },
    })
}

/// A refusal of text that names no record, worded by the parameter's own name.
pub fn invalid(name: &str, text: &str) -> Error {
    let accepted = match name {
        "user" => "user, \"{}\", accept numerical id, login or name.",
        "location" => "location, \"{}\", accept numerical id or location name.",
        "name" => "name, \"{}\", accept numerical id or scientific name (author not required).",
        "project" => "project, \"{}\", accept numerical id or project name.",
        "species_list" => {
            "observation list, \"{}\", accept numerical id or observation list title."
        }
        "herbarium" => "fungarium, \"{}\", accept numerical id, code or name.",
        "image" => "image, \"{}\", accept only numerical id.",
        "license" => "license, \"{}\", accept only numerical id.",
        "observation" => "observation, \"{}\", accept only numerical id.",
        "external_site" => {
            return Error::BadParameterValue(format!("Invalid external site, \"{text}\"."));
        }
        // Quirk (contract 3.9): a message that has no translation shows as its tag.
        _ => {
            return Error::BadParameterValue(format!(
                "[:api_bad_{name}_parameter_value(val=\"{text}\",type=:{name})]"
            ));
        }
    };
    Error::BadParameterValue(format!("Invalid or unknown {}", accepted.replace("{}", text)))
}

/// A name as a request finds it.
struct Named {
    id: i64,
    full: String,
    text_name: String,
    deprecated: bool,
}

fn names(db: &Connection, text: &str) -> Result<Vec<Named>, Error> {
    // The text is the name alone or begins with it: a name is at least its first word.
    let sql = "SELECT id, trim(text_name || ' ' || author) AS full, text_name, deprecated
               FROM mo_names
               WHERE text_name = ?1 OR (text_name >= ?2 AND text_name <= ?1 AND full = ?1)
               ORDER BY id";
    let first_word = text.split(' ').next().unwrap_or_default();
    let read = |row: &rusqlite::Row| {
        Ok(Named {
            id: row.get(0)?,
            full: row.get(1)?,
            text_name: row.get(2)?,
            deprecated: row.get(3)?,
        })
    };
    Ok(db
        .prepare_cached(sql)?
        .query_map(params![text, first_word], read)?
        .collect::<rusqlite::Result<_>>()?)
}

fn one_name(db: &Connection, parameter: &str, text: &str) -> Result<i64, Error> {
    if text.is_empty() {
        return Err(invalid(parameter, text));
    }
    let mut found = names(db, text)?;
    if found.is_empty() {
        return Err(no_name(text));
    }
    if found.iter().any(|name| name.full == text && name.full != name.text_name) {
        found.retain(|name| name.full == text);
    }
    if found.len() > 1 && found.iter().any(|name| !name.deprecated) {
        found.retain(|name| !name.deprecated);
    }
    match &found[..] {
        [only] => Ok(only.id),
        several => Err(Error::AmbiguousName {
            text: text.to_owned(),
            matches: several.iter().map(|name| name.full.clone()).collect(),
        }),
    }
}

fn no_name(text: &str) -> Error {
    if crate::apis::mo::scientific::is_name(text) {
        Error::ObjectNotFoundByString { model: Model::Name, text: text.to_owned() }
    } else {
        Error::NameDoesntParse(text.to_owned())
    }
}
