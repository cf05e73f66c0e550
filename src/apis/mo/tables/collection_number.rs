//! Collection numbers: a collector's name and number, on one or more observations.

use rusqlite::params;

use super::{grouped, nested, objects, observation};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

static OBSERVATION: Parameter = Parameter::record("observation", Model::Observation)
    .notes(&[Says("must have edit permission")]);
static COLLECTOR: Parameter =
    Parameter::new("collector", Kind::Text).notes(&[Says("collector's name")]);
static NUMBER: Parameter =
    Parameter::new("number", Kind::Text).notes(&[Says("collector's number")]);
// Texts without a translation show as their tag (contract 4.3).
static ADD_OBSERVATION: Parameter = Parameter::records("add_observation", Model::Observation)
    .notes(&[Says("[:api_help_add_observation]")]);
static REMOVE_OBSERVATION: Parameter = Parameter::records("remove_observation", Model::Observation)
    .notes(&[Says("[:api_help_remove_observation]")]);
static SET_COLLECTOR: Parameter = Parameter::new("set_collector", Kind::Text)
    .notes(&[NotBlank, Says("[:api_help_set_collector]")]);
static SET_NUMBER: Parameter =
    Parameter::new("set_number", Kind::Text).notes(&[NotBlank, Says("[:api_help_set_number]")]);

pub static TABLE: Table = Table {
    name: "collection_numbers",
    model: Model::CollectionNumber,
    refused_as: "collection_number",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("collector", Kind::Text).notes(&[Says("collector's name")]),
            Rule::Exact("`mo_collection_numbers`.`name`"),
        ),
        Filter::new(
            Parameter::new("collector_has", Kind::Text)
                .notes(&[Says("search within collector's name")]),
            Rule::Has("`mo_collection_numbers`.`name`"),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_collection_numbers`.`created_at`"),
        ),
        Filter::new(Parameter::records("id", Model::CollectionNumber), Rule::Id),
        Filter::new(
            Parameter::new("number", Kind::Text).notes(&[Says("collector's number")]),
            Rule::Exact("`mo_collection_numbers`.`number`"),
        ),
        Filter::new(
            Parameter::new("number_has", Kind::Text)
                .notes(&[Says("search within collector's number")]),
            Rule::Has("`mo_collection_numbers`.`number`"),
        ),
        Filter::new(
            Parameter::records("observation", Model::Observation),
            Rule::Ids(
                "`mo_collection_numbers`.`id` IN \
                 (SELECT `mo_observation_collection_numbers`.`collection_number_id` \
                 FROM `mo_observation_collection_numbers` \
                 WHERE `mo_observation_collection_numbers`.`observation_id` IN {})",
            ),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_collection_numbers`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_collection_numbers`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create { parameters: &[&OBSERVATION, &COLLECTOR, &NUMBER], run: create }),
    update: Some(Update {
        parameters: &[&ADD_OBSERVATION, &REMOVE_OBSERVATION, &SET_COLLECTOR, &SET_NUMBER],
        check: None,
        permit: |context, _, id| permit(context, id),
        run: change,
    }),
    delete: Some(Delete { only_if: None, permit, run: destroy }),
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = "SELECT collection_number_id, observation_id FROM mo_observation_collection_numbers
               WHERE collection_number_id IN (SELECT value FROM json_each(?)) ORDER BY observation_id";
    let mut observations = grouped(context, sql, ids, |row| row.get::<_, i64>(1))?;
    let sql = format!(
        "SELECT x.id, x.name, x.number, x.created_at, x.updated_at, {} FROM mo_collection_numbers x
         JOIN mo_users u ON u.id = x.user_id
         WHERE x.id IN (SELECT value FROM json_each(?)) ORDER BY x.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut number = Object::new(Model::CollectionNumber.word(), id);
        number.text_if("collector", row.get(1)?).text_if("number", row.get(2)?);
        number.moment("created_at", row.get(3)?).moment("updated_at", row.get(4)?);
        if detail == Detail::Low {
            number.reference("user", Model::User.word(), row.get(5)?);
        } else {
            number.push("user", nested::user(context, row, 5)?);
            if let Some(observations) = observations.remove(&id) {
                observation_ids(&mut number, observations);
            }
        }
        Ok(number)
    })
}

/// The observations that a record is on.
pub fn observation_ids(object: &mut Object, ids: Vec<i64>) {
    let ids = Node::Ids(Model::Observation.word(), ids);
    object.push_as("observation_ids", "observations", ids);
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let observation =
        arguments.integer(&OBSERVATION).ok_or(Error::MissingParameter(OBSERVATION.name))?;
    let number = arguments.required_text(&NUMBER)?;
    let own = &context.user()?.legal_name;
    let collector = arguments.text(&COLLECTOR).filter(|name| !name.is_empty()).unwrap_or(own);
    permission::must_edit_observation(context, observation)?;
    attach(context, observation, collector, number)
}

/// Puts a number on an observation: the one that exists, else a new one.
pub fn attach(
    context: &Context,
    observation: i64,
    collector: &str,
    number: &str,
) -> Result<i64, Error> {
    let sql = "SELECT id FROM mo_collection_numbers WHERE name = ? AND number = ?";
    let id = if let Some(id) = context.find(sql, params![collector, number])? {
        id
    } else {
        let sql =
            "INSERT INTO mo_collection_numbers (user_id, name, number, created_at, updated_at)
                   VALUES (?1, ?2, ?3, ?4, ?4)";
        context.insert(sql, params![context.user()?.id, collector, number, context.now()])?
    };
    add_to(context, observation, id)?;
    Ok(id)
}

fn add_to(context: &Context, observation: i64, id: i64) -> Result<(), Error> {
    let sql = "INSERT OR IGNORE INTO mo_observation_collection_numbers
               (observation_id, collection_number_id) VALUES (?, ?)";
    if context.run(sql, [observation, id])? > 0 {
        observation::note_change(context, observation)?;
    }
    super::occurrence::note_specimen(context, observation)
}

fn permit(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT 1 FROM mo_observation_collection_numbers a
               JOIN mo_observations o ON o.id = a.observation_id
               WHERE a.collection_number_id = ? AND o.user_id = ?";
    if permission::owns(context, Model::CollectionNumber, id)?
        || context.any(sql, [id, context.user()?.id])?
    {
        return Ok(());
    }
    Err(permission::refused(context, Model::CollectionNumber, id)?)
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let (added, removed) = (arguments.ids(&ADD_OBSERVATION), arguments.ids(&REMOVE_OBSERVATION));
    for observation in added.iter().chain(&removed) {
        permission::must_edit_observation(context, *observation)?;
    }
    let changes =
        [arguments.change(&SET_COLLECTOR, "name"), arguments.change(&SET_NUMBER, "number")];
    context.update(Model::CollectionNumber, id, changes.into_iter().flatten())?;
    for observation in added {
        add_to(context, observation, id)?;
    }
    let sql = "DELETE FROM mo_observation_collection_numbers
               WHERE observation_id = ? AND collection_number_id = ?";
    for observation in &removed {
        if context.run(sql, [*observation, id])? > 0 {
            observation::note_change(context, *observation)?;
        }
    }
    if !removed.is_empty() && observations_of(context, id)?.is_empty() {
        return destroy(context, id);
    }
    merge(context, id)
}

/// A number that became the same as another one gives its observations to that one.
fn merge(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT o.id FROM mo_collection_numbers c
               JOIN mo_collection_numbers o ON o.name = c.name AND o.number = c.number AND o.id <> c.id
               WHERE c.id = ? ORDER BY o.id";
    let Some(existing) = context.find(sql, [id])? else { return Ok(()) };
    for observation in observations_of(context, id)? {
        add_to(context, observation, existing)?;
    }
    context.merged.borrow_mut().push((id, existing));
    destroy(context, id)
}

fn observations_of(context: &Context, id: i64) -> Result<Vec<i64>, Error> {
    let sql = "SELECT observation_id FROM mo_observation_collection_numbers
               WHERE collection_number_id = ?";
    context.column(sql, [id])
}

fn destroy(context: &Context, id: i64) -> Result<(), Error> {
    for observation in observations_of(context, id)? {
        observation::note_change(context, observation)?;
    }
    let sql = "DELETE FROM mo_observation_collection_numbers WHERE collection_number_id = ?";
    context.run(sql, [id])?;
    context.run("DELETE FROM mo_collection_numbers WHERE id = ?", [id])?;
    Ok(())
}
