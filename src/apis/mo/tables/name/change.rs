//! Making and changing names.

use rusqlite::params;

use super::RANK;
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::consensus;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Default, Limit, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::scientific::{self, rank_code, rank_word};
use crate::apis::mo::tables::refuse_blank;

static AUTHOR: Parameter = Parameter::new("author", Kind::Short(100)).notes(&[Limit]);
static CITATION: Parameter = Parameter::new("citation", Kind::Text);
static CLASSIFICATION: Parameter = Parameter::new("classification", Kind::Text);
static DEPRECATED: Parameter =
    Parameter::new("deprecated", Kind::Boolean).notes(&[Default("false")]);
static LOG: Parameter = Parameter::new("log", Kind::Boolean)
    .notes(&[Default("true"), Says("log this action on main page activity log and RSS feed?")]);
static NAME: Parameter = Parameter::new("name", Kind::Short(100)).notes(&[Limit]);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static RANK_GIVEN: Parameter = Parameter::new("rank", Kind::Choice(RANK)).notes(&[Limit]);

pub const CREATE: &[&Parameter] =
    &[&AUTHOR, &CITATION, &CLASSIFICATION, &DEPRECATED, &LOG, &NAME, &NOTES, &RANK_GIVEN];

static CLEAR_SYNONYMS: Parameter = Parameter::new("clear_synonyms", Kind::True).notes(&[
    Limit,
    Says(
        "make it so this name is not synonymized with anything but leave everything it used to be synonymized with \
         synonyms of each other",
    ),
]);
static SET_AUTHOR: Parameter = Parameter::new("set_author", Kind::Short(100)).notes(&[Limit]);
static SET_CITATION: Parameter = Parameter::new("set_citation", Kind::Text);
static SET_CLASSIFICATION: Parameter = Parameter::new("set_classification", Kind::Text);
static SET_CORRECT_SPELLING: Parameter = Parameter::record("set_correct_spelling", Model::Name)
    .notes(&[Says(
        "mark this as misspelt and deprecated and synonymize with the correct spelling",
    )]);
static SET_DEPRECATED: Parameter = Parameter::new("set_deprecated", Kind::Boolean);
static SET_NAME: Parameter = Parameter::new("set_name", Kind::Short(100)).notes(&[Limit]);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);
static SET_RANK: Parameter = Parameter::new("set_rank", Kind::Choice(RANK)).notes(&[Limit]);
static SYNONYMIZE_WITH: Parameter = Parameter::record("synonymize_with", Model::Name);

pub const UPDATE: &[&Parameter] = &[
    &CLEAR_SYNONYMS,
    &SET_AUTHOR,
    &SET_CITATION,
    &SET_CLASSIFICATION,
    &SET_CORRECT_SPELLING,
    &SET_DEPRECATED,
    &SET_NAME,
    &SET_NOTES,
    &SET_RANK,
    &SYNONYMIZE_WITH,
];

pub fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let name = arguments.required_text(&NAME)?;
    let rank = rank_code(arguments.required_text(&RANK_GIVEN)?).unwrap_or(scientific::SPECIES);
    let author = arguments.text(&AUTHOR).unwrap_or_default();
    check_name(name, rank)?;
    must_be_new(context, name, author, None)?;
    let classification = match arguments.text(&CLASSIFICATION).filter(|text| !text.is_empty()) {
        Some(text) => scientific::read_classification(text).ok_or(Error::BadClassification)?,
        None => String::new(),
    };
    let parent = make_parents(context, name)?;
    let classification = match parent {
        Some(parent) if classification.is_empty() => inherited(context, parent)?,
        _ => classification,
    };
    let text = |parameter| arguments.text(parameter).unwrap_or_default();
    let new = New {
        text_name: name,
        author,
        rank,
        deprecated: arguments.flag(&DEPRECATED).unwrap_or_default(),
        citation: text(&CITATION),
        classification: &classification,
        notes: text(&NOTES),
    };
    insert(context, &new)
}

/// A name to be made.
#[derive(Default)]
struct New<'n> {
    text_name: &'n str,
    author: &'n str,
    rank: i64,
    deprecated: bool,
    citation: &'n str,
    classification: &'n str,
    notes: &'n str,
}

fn insert(context: &Context, new: &New) -> Result<i64, Error> {
    let sql = "INSERT INTO mo_names (text_name, author, rank, deprecated, citation, classification, notes,
               user_id, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)";
    let New { text_name, author, rank, deprecated, citation, classification, notes } = *new;
    let (user, now) = (context.user()?.id, context.now());
    let values =
        params![text_name, author, rank, deprecated, citation, classification, notes, user, now];
    let id = context.insert(sql, values)?;
    note_edit(context, id)?;
    Ok(id)
}

fn note_edit(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "INSERT INTO mo_name_versions (name_id, user_id) VALUES (?, ?)";
    context.run(sql, [id, context.user()?.id]).map(drop)
}

fn check_name(name: &str, rank: i64) -> Result<(), Error> {
    if !scientific::is_name(name) {
        return Err(Error::NameDoesntParse(name.to_owned()));
    }
    if !scientific::fits(name, rank) {
        return Err(Error::NameWrongForRank {
            name: name.to_owned(),
            rank: rank_word(rank).to_owned(),
        });
    }
    Ok(())
}

fn must_be_new(context: &Context, name: &str, author: &str, own: Option<i64>) -> Result<(), Error> {
    let sql = "SELECT trim(text_name || ' ' || author) FROM mo_names
               WHERE text_name = ?1 AND (author = ?2 OR ?2 = '') AND id IS NOT ?3";
    match context.find(sql, params![name, author, own])? {
        Some(existing) => Err(Error::NameAlreadyExists(existing)),
        None => Ok(()),
    }
}

/// Makes the names that a name belongs to, as far as they are missing, and gives the lowest of them.
fn make_parents(context: &Context, name: &str) -> Result<Option<i64>, Error> {
    let Some((parent, rank)) = scientific::parent(name) else { return Ok(None) };
    let sql = "SELECT id FROM mo_names WHERE text_name = ? ORDER BY deprecated, id";
    if let Some(id) = context.find(sql, [&parent])? {
        return Ok(Some(id));
    }
    let higher = make_parents(context, &parent)?;
    let classification = match higher {
        Some(higher) => inherited(context, higher)?,
        None => String::new(),
    };
    let new = New { text_name: &parent, rank, classification: &classification, ..New::default() };
    Ok(Some(insert(context, &new)?))
}

fn inherited(context: &Context, parent: i64) -> Result<String, Error> {
    let sql = "SELECT classification FROM mo_names WHERE id = ?";
    Ok(context.find(sql, [parent])?.unwrap_or_default())
}

/// A name stays a name, and several cannot get the same.
pub fn check(_: &Context, arguments: &Arguments, ids: &[i64]) -> Result<(), Error> {
    refuse_blank(arguments, &[&SET_NAME, &SET_RANK])?;
    let names = [&SET_NAME, &SET_AUTHOR, &SET_RANK].iter().any(|p| arguments.has(p));
    if names && ids.len() > 1 {
        return Err(Error::TryingToSetMultipleNamesAtOnce);
    }
    let synonyms = [&CLEAR_SYNONYMS, &SYNONYMIZE_WITH, &SET_CORRECT_SPELLING];
    let given: Vec<&str> =
        synonyms.iter().filter(|p| arguments.has(p)).map(|parameter| parameter.name).collect();
    if given.len() > 1 { Err(Error::OneOrTheOther(given)) } else { Ok(()) }
}

/// Whose name it is, and nobody else's in any way.
pub fn permit(context: &Context, id: i64) -> Result<(), Error> {
    const WORD: &str = "names";
    if !permission::owns(context, Model::Name, id)? {
        return Err(Error::MustBeCreator(WORD));
    }
    let others: [(&str, Error); 4] = [
        (
            "SELECT 1 FROM mo_name_versions WHERE name_id = ? AND user_id <> ?",
            Error::MustBeOnlyEditor(WORD),
        ),
        (
            "SELECT 1 FROM mo_name_descriptions WHERE name_id = ? AND user_id <> ?",
            Error::MustOwnAllDescriptions(WORD),
        ),
        (
            "SELECT 1 FROM mo_observations WHERE name_id = ? AND user_id <> ?",
            Error::MustOwnAllObservations(WORD),
        ),
        ("SELECT 1 FROM mo_namings WHERE name_id = ? AND user_id <> ?", Error::MustOwnAllNamings),
    ];
    let user = context.user()?.id;
    for (sql, error) in others {
        if context.any(sql, [id, user])? {
            return Err(error);
        }
    }
    Ok(())
}

pub fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let sql = "SELECT text_name, author, rank FROM mo_names WHERE id = ?";
    let (name, author, rank): (String, String, i64) = context
        .db
        .prepare_cached(sql)?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let name = arguments.text(&SET_NAME).unwrap_or(&name).to_owned();
    let author = arguments.text(&SET_AUTHOR).unwrap_or(&author).to_owned();
    let rank = arguments.text(&SET_RANK).and_then(rank_code).unwrap_or(rank);
    if arguments.has(&SET_NAME) || arguments.has(&SET_RANK) || arguments.has(&SET_AUTHOR) {
        check_name(&name, rank)?;
        must_be_new(context, &name, &author, Some(id))?;
    }
    let classification = match arguments.text(&SET_CLASSIFICATION) {
        Some("") => Some(String::new()),
        Some(text) => Some(scientific::read_classification(text).ok_or(Error::BadClassification)?),
        None => None,
    };
    let changes = [
        Some(("text_name", name.into())),
        Some(("author", author.into())),
        Some(("rank", rank.into())),
        arguments.change(&SET_CITATION, "citation"),
        arguments.change(&SET_NOTES, "notes"),
        arguments.flag(&SET_DEPRECATED).map(|flag| ("deprecated", flag.into())),
        classification.map(|text| ("classification", text.into())),
    ];
    context.update(Model::Name, id, changes.into_iter().flatten())?;
    if arguments.has(&CLEAR_SYNONYMS) {
        clear_synonyms(context, id)?;
    }
    if let Some(other) = arguments.integer(&SYNONYMIZE_WITH) {
        synonymize(context, id, other)?;
    }
    if let Some(correct) = arguments.integer(&SET_CORRECT_SPELLING) {
        correct_spelling(context, id, correct)?;
    }
    note_edit(context, id)
}

/// A name leaves its group; a group of one is none.
fn clear_synonyms(context: &Context, id: i64) -> Result<(), Error> {
    let group: Option<i64> = context
        .find("SELECT synonym_id FROM mo_names WHERE id = ? AND synonym_id NOT NULL", [id])?;
    context.run("UPDATE mo_names SET synonym_id = NULL WHERE id = ?", [id])?;
    let Some(group) = group else { return Ok(()) };
    let sql = "UPDATE mo_names SET synonym_id = NULL WHERE synonym_id = ?1
               AND (SELECT count(*) FROM mo_names WHERE synonym_id = ?1) = 1";
    context.run(sql, [group]).map(drop)
}

fn synonymize(context: &Context, id: i64, other: i64) -> Result<(), Error> {
    let group_of = |name: i64| {
        let sql = "SELECT synonym_id FROM mo_names WHERE id = ? AND synonym_id NOT NULL";
        context.find::<i64>(sql, [name])
    };
    let group = match (group_of(id)?, group_of(other)?) {
        (Some(own), Some(others)) if own == others => return Ok(()),
        (Some(_), Some(_)) => return Err(Error::CanOnlySynonymizeUnsynonymizedNames),
        (Some(group), None) | (None, Some(group)) => group,
        (None, None) => {
            let sql = "SELECT coalesce(max(synonym_id), 0) + 1 FROM mo_names";
            context.find(sql, [])?.unwrap_or(1)
        }
    };
    context.run("UPDATE mo_names SET synonym_id = ? WHERE id IN (?, ?)", [group, id, other])?;
    Ok(())
}

/// What was called by the misspelt name is called by the correct one from now on.
fn correct_spelling(context: &Context, id: i64, correct: i64) -> Result<(), Error> {
    synonymize(context, id, correct)?;
    let sql = "UPDATE mo_names SET correct_spelling_id = ?, deprecated = 1 WHERE id = ?";
    context.run(sql, [correct, id])?;
    let sql = "SELECT DISTINCT observation_id FROM mo_namings WHERE name_id = ?";
    let observations: Vec<i64> = context.column(sql, [id])?;
    context.run("UPDATE mo_namings SET name_id = ? WHERE name_id = ?", [correct, id])?;
    for observation in observations {
        consensus::recount(context.db, observation)?;
    }
    Ok(())
}
