//! Species lists: observations that somebody puts together for any reason.

use rusqlite::params;

use super::{comments, nested, objects};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Default, Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::parse::record::{self, Place};
use crate::apis::mo::permission;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

static DATE: Parameter = Parameter::new("date", Kind::Date);
static LOCATION: Parameter =
    Parameter::new("location", Kind::PlaceName).notes(&[Limit, Default("Earth")]);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static TITLE: Parameter = Parameter::new("title", Kind::Short(100)).notes(&[Limit]);
static ADD_OBSERVATIONS: Parameter = Parameter::records("add_observations", Model::Observation);
static REMOVE_OBSERVATIONS: Parameter =
    Parameter::records("remove_observations", Model::Observation);
static SET_DATE: Parameter = Parameter::new("set_date", Kind::Date);
static SET_LOCATION: Parameter =
    Parameter::new("set_location", Kind::PlaceName).notes(&[Limit, NotBlank]);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);
static SET_TITLE: Parameter =
    Parameter::new("set_title", Kind::Short(100)).notes(&[Limit, NotBlank]);

/// Lists with an observation of one of these names.
const WITH_NAME: &str = "`mo_species_lists`.`id` IN (SELECT `mo_species_list_observations`.`species_list_id` \
     FROM `mo_species_list_observations` JOIN `mo_observations` \
     ON `mo_observations`.`id` = `mo_species_list_observations`.`observation_id` \
     WHERE `mo_observations`.`name_id` IN {})";

pub static TABLE: Table = Table {
    name: "species_lists",
    model: Model::SpeciesList,
    refused_as: "species_list",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("comments_has", Kind::Text)
                .notes(&[Says("search within comments summary and body")]),
            Rule::HasWithin(
                "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'SpeciesList' \
                 AND `mo_comments`.`target_id` = `mo_species_lists`.`id` AND {})",
                "`mo_comments`.`summary` || ' ' || `mo_comments`.`comment`",
            ),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_species_lists`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("date", Kind::DateRange)
                .notes(&[Says("this date can mean anything you want")]),
            Rule::Days("`mo_species_lists`.`when`"),
        ),
        Filter::new(
            Parameter::new("has_comments", Kind::True).notes(&[Limit]),
            Rule::Is(
                "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'SpeciesList' \
                 AND `mo_comments`.`target_id` = `mo_species_lists`.`id`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_notes", Kind::Boolean),
            Rule::Is("`mo_species_lists`.`notes` <> ''"),
        ),
        Filter::new(Parameter::records("id", Model::SpeciesList), Rule::Id),
        Filter::new(Parameter::new("include_subtaxa", Kind::Boolean), Rule::Aside),
        Filter::new(Parameter::new("include_synonyms", Kind::Boolean), Rule::Aside),
        Filter::new(
            Parameter::records("location", Model::Location),
            Rule::Ids("`mo_species_lists`.`location_id` IN {}"),
        ),
        Filter::new(Parameter::records("name", Model::Name), Rule::Names(WITH_NAME)),
        Filter::new(
            Parameter::new("notes_has", Kind::Text).notes(&[Says("search within notes")]),
            Rule::Has("`mo_species_lists`.`notes`"),
        ),
        Filter::new(
            Parameter::records("project", Model::Project),
            Rule::Ids(
                "`mo_species_lists`.`id` IN (SELECT `mo_project_species_lists`.`species_list_id` \
                 FROM `mo_project_species_lists` \
                 WHERE `mo_project_species_lists`.`project_id` IN {})",
            ),
        ),
        Filter::new(
            Parameter::new("title_has", Kind::Text).notes(&[Says("search within title")]),
            Rule::Has("`mo_species_lists`.`title`"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_species_lists`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_species_lists`.`user_id` IN {}"),
        ),
        Filter::new(
            Parameter::records("synonyms_of", Model::Name).hidden(),
            Rule::SynonymsOf(WITH_NAME),
        ),
        Filter::new(
            Parameter::records("children_of", Model::Name).hidden(),
            Rule::ChildrenOf(WITH_NAME),
        ),
    ],
    also: None,
    show,
    create: Some(Create { parameters: &[&DATE, &LOCATION, &NOTES, &TITLE], run: create }),
    update: Some(Update {
        parameters: &[
            &ADD_OBSERVATIONS,
            &REMOVE_OBSERVATIONS,
            &SET_DATE,
            &SET_LOCATION,
            &SET_NOTES,
            &SET_TITLE,
        ],
        check: Some(check),
        permit: |context, _, id| permission::must_edit_list(context, id),
        run: change,
    }),
    delete: Some(Delete { only_if: None, permit: permission::must_edit_list, run: destroy }),
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let mut talk = match detail {
        Detail::High => comments(context, Model::SpeciesList, ids)?,
        _ => std::collections::HashMap::new(),
    };
    let sql = format!(
        "SELECT s.id, s.title, s.notes, s.`when`, s.created_at, s.updated_at, s.`where`, {}, {}
         FROM mo_species_lists s JOIN mo_users u ON u.id = s.user_id
         LEFT JOIN mo_locations l ON l.id = s.location_id
         WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        nested::USER,
        nested::LOCATION
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut list = Object::new(Model::SpeciesList.word(), id);
        list.text("title", row.get::<_, String>(1)?);
        list.html_if("notes", &row.get::<_, String>(2)?);
        list.push("date", Node::Day(row.get(3)?));
        list.moment("created_at", row.get(4)?).moment("updated_at", row.get(5)?);
        let place: String = row.get(6)?;
        if detail == Detail::Low {
            list.reference("owner", Model::User.word(), row.get(7)?);
            match row.get(10)? {
                Some(location) => list.reference("location", Model::Location.word(), location),
                None => list.text_if("location_name", place),
            };
        } else {
            list.push("owner", nested::user(context, row, 7)?);
            match nested::location(row, 10)? {
                Some(location) => list.object("location", location),
                None => list.text_if("location_name", place),
            };
            list.list_if("comments", "comment", talk.remove(&id).unwrap_or_default());
        }
        Ok(list)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let title = arguments.required_text(&TITLE)?;
    must_be_new(context, title, None)?;
    let day = arguments.day(&DATE).map_or_else(|| context.today(), |day| day.to_string());
    let place = match arguments.place(&LOCATION) {
        Some(place) => place.clone(),
        None => record::place(context.db, "Earth")?,
    };
    let Place { location, name } = place;
    let notes = arguments.text(&NOTES).unwrap_or_default();
    let sql = "INSERT INTO mo_species_lists (user_id, title, `when`, `where`, location_id, notes,
               created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)";
    let (user, now) = (context.user()?.id, context.now());
    context.insert(sql, params![user, title, day, name, location, notes, now])
}

fn must_be_new(context: &Context, title: &str, own: Option<i64>) -> Result<(), Error> {
    let sql = "SELECT 1 FROM mo_species_lists WHERE title = ? AND id IS NOT ?";
    if context.any(sql, params![title, own])? {
        return Err(Error::SpeciesListAlreadyExists(title.to_owned()));
    }
    Ok(())
}

/// Quirk (contract 7.2): several lists of one title are refused in the words for locations.
fn check(context: &Context, arguments: &Arguments, ids: &[i64]) -> Result<(), Error> {
    let Some(title) = arguments.text(&SET_TITLE) else { return Ok(()) };
    if ids.len() > 1 {
        return Err(Error::TryingToSetMultipleLocationsToSameName);
    }
    must_be_new(context, title, ids.first().copied())
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let mut changes = vec![
        arguments.change(&SET_TITLE, "title"),
        arguments.change(&SET_NOTES, "notes"),
        context.new_day(arguments, &SET_DATE),
    ];
    if let Some(place) = arguments.place(&SET_LOCATION) {
        changes.push(Some(("where", place.name.clone().into())));
        changes.push(Some(("location_id", place.location.into())));
    }
    context.update(Model::SpeciesList, id, changes.into_iter().flatten())?;
    for observation in arguments.ids(&ADD_OBSERVATIONS) {
        add_observation(context, id, observation)?;
    }
    for observation in arguments.ids(&REMOVE_OBSERVATIONS) {
        remove_observation(context, id, observation)?;
    }
    Ok(())
}

pub fn add_observation(context: &Context, list: i64, observation: i64) -> Result<(), Error> {
    let sql = "INSERT OR IGNORE INTO mo_species_list_observations (species_list_id, observation_id)
               VALUES (?, ?)";
    context.run(sql, [list, observation]).map(drop)
}

pub fn remove_observation(context: &Context, list: i64, observation: i64) -> Result<(), Error> {
    let sql = "DELETE FROM mo_species_list_observations
               WHERE species_list_id = ? AND observation_id = ?";
    context.run(sql, [list, observation]).map(drop)
}

fn destroy(context: &Context, id: i64) -> Result<(), Error> {
    for sql in [
        "DELETE FROM mo_species_list_observations WHERE species_list_id = ?",
        "DELETE FROM mo_project_species_lists WHERE species_list_id = ?",
        "DELETE FROM mo_comments WHERE target_type = 'SpeciesList' AND target_id = ?",
        "DELETE FROM mo_species_lists WHERE id = ?",
    ] {
        context.run(sql, [id])?;
    }
    Ok(())
}
