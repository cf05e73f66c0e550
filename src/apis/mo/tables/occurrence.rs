//! Occurrences: several observations of one and the same thing.

use rusqlite::params;

use super::collection_number::observation_ids;
use super::{grouped, nested, objects};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::Says;
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::parse::record;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

static OBSERVATION: Parameter = Parameter::records("observation", Model::Observation);
static PRIMARY_OBSERVATION: Parameter =
    Parameter::record("primary_observation", Model::Observation);
static ADD_OBSERVATION: Parameter = Parameter::records("add_observation", Model::Observation);
static REMOVE_OBSERVATION: Parameter = Parameter::records("remove_observation", Model::Observation);
static SET_PRIMARY_OBSERVATION: Parameter =
    Parameter::record("set_primary_observation", Model::Observation);

/// How many observations one occurrence can have.
const LARGEST: usize = 10;

pub static TABLE: Table = Table {
    name: "occurrences",
    model: Model::Occurrence,
    refused_as: "occurrence",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_occurrences`.`created_at`"),
        ),
        Filter::new(
            Parameter::records("field_slip", Model::FieldSlip),
            Rule::Ids("`mo_occurrences`.`field_slip_id` IN {}"),
        ),
        Filter::new(Parameter::records("id", Model::Occurrence), Rule::Id),
        Filter::new(
            Parameter::records("observation", Model::Observation),
            Rule::Ids(
                "`mo_occurrences`.`id` IN (SELECT `mo_observations`.`occurrence_id` \
                 FROM `mo_observations` WHERE `mo_observations`.`id` IN {})",
            ),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_occurrences`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_occurrences`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create { parameters: &[&OBSERVATION, &PRIMARY_OBSERVATION], run: create }),
    update: Some(Update {
        parameters: &[&ADD_OBSERVATION, &REMOVE_OBSERVATION, &SET_PRIMARY_OBSERVATION],
        check: None,
        permit: |_, _, _| Ok(()),
        run: change,
    }),
    delete: Some(Delete { only_if: None, permit: |_, _| Ok(()), run: dissolve }),
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = "SELECT o.occurrence_id, o.id, n.text_name, o.`when`, o.id = c.primary_observation_id
               FROM mo_observations o JOIN mo_names n ON n.id = o.name_id
               JOIN mo_occurrences c ON c.id = o.occurrence_id
               WHERE o.occurrence_id IN (SELECT value FROM json_each(?)) ORDER BY o.id";
    let mut observations = grouped(context, sql, ids, |row| {
        let mut observation = Object::new(Model::Observation.word(), row.get(1)?);
        observation.text("name", row.get::<_, String>(2)?);
        observation.push("date", Node::Day(row.get(3)?));
        observation.flag("primary", row.get(4)?);
        Ok(observation)
    })?;
    let sql = format!(
        "SELECT c.id, c.primary_observation_id, c.has_specimen, c.created_at, c.updated_at, s.id, s.code,
                {}
         FROM mo_occurrences c JOIN mo_users u ON u.id = c.user_id
         LEFT JOIN mo_field_slips s ON s.id = c.field_slip_id
         WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY c.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut occurrence = Object::new(Model::Occurrence.word(), id);
        let members = observations.remove(&id).unwrap_or_default();
        occurrence.reference("primary_observation", Model::Observation.word(), row.get(1)?);
        occurrence.flag("has_specimen", row.get(2)?);
        occurrence.moment("created_at", row.get(3)?).moment("updated_at", row.get(4)?);
        let member_ids: Vec<i64> = members.iter().filter_map(|member| member.id).collect();
        if detail == Detail::Low {
            observation_ids(&mut occurrence, member_ids);
            occurrence.reference("owner", Model::User.word(), row.get(7)?);
            occurrence.reference_if("field_slip", Model::FieldSlip.word(), row.get(5)?);
        } else {
            let word = Model::Observation.word();
            occurrence.json("observation_ids", Node::Ids(word, member_ids));
            occurrence.push("owner", nested::user(context, row, 7)?);
            let slip = nested::titled(row, 5, Model::FieldSlip, "code")?;
            occurrence.object_if("field_slip", slip);
            occurrence.list_if("observations", "observation", members);
        }
        Ok(occurrence)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let observations = arguments.ids(&OBSERVATION);
    if observations.is_empty() {
        return Err(Error::MissingParameter(OBSERVATION.name));
    }
    if let [only] = observations[..] {
        return Err(record::invalid(OBSERVATION.name, &only.to_string()));
    }
    let primary = match arguments.integer(&PRIMARY_OBSERVATION) {
        Some(primary) if observations.contains(&primary) => primary,
        // One that is none of them is passed over in silence.
        Some(_) => observations.iter().min().copied().unwrap_or_default(),
        None => oldest(context, &observations)?,
    };
    let id = insert(context, primary, None)?;
    for observation in observations {
        take_in(context, id, observation)?;
    }
    settle(context, id)?;
    Ok(id)
}

/// The first that was entered.
fn oldest(context: &Context, observations: &[i64]) -> Result<i64, Error> {
    let sql = "SELECT id FROM mo_observations WHERE id IN (SELECT value FROM json_each(?))
               ORDER BY created_at, id";
    Ok(context.find(sql, [super::listed(observations)])?.unwrap_or_default())
}

fn failed(reason: &'static str) -> Error {
    let kind = Model::Occurrence.phrase();
    Error::CreateFailed { kind, name: String::new(), reasons: vec![reason.into()] }
}

/// A new occurrence without observations yet.
pub fn insert(context: &Context, primary: i64, field_slip: Option<i64>) -> Result<i64, Error> {
    let sql =
        "INSERT INTO mo_occurrences (user_id, primary_observation_id, field_slip_id, created_at,
               updated_at) VALUES (?1, ?2, ?3, ?4, ?4)";
    context.insert(sql, params![context.user()?.id, primary, field_slip, context.now()])
}

/// Makes an observation part of an occurrence, together with all of the occurrence that it was part of.
pub fn take_in(context: &Context, id: i64, observation: i64) -> Result<(), Error> {
    let sql =
        "SELECT occurrence_id FROM mo_observations WHERE id = ? AND occurrence_id IS NOT NULL";
    let former: Option<i64> = context.find(sql, [observation])?;
    if former == Some(id) {
        return Ok(());
    }
    if let Some(former) = former {
        let slip_of =
            "SELECT field_slip_id FROM mo_occurrences WHERE id = ? AND field_slip_id NOT NULL";
        let (own, other): (Option<i64>, Option<i64>) =
            (context.find(slip_of, [id])?, context.find(slip_of, [former])?);
        if own.is_some() && other.is_some() && own != other {
            return Err(failed("Observations have different field slips"));
        }
        let sql =
            "UPDATE mo_occurrences SET field_slip_id = coalesce(field_slip_id, ?) WHERE id = ?";
        context.run(sql, params![other, id])?;
        let sql = "UPDATE mo_observations SET occurrence_id = ? WHERE occurrence_id = ?";
        context.run(sql, [id, former])?;
        context.run("DELETE FROM mo_occurrences WHERE id = ?", [former])?;
    }
    context.run("UPDATE mo_observations SET occurrence_id = ? WHERE id = ?", [id, observation])?;
    Ok(())
}

/// Brings an occurrence in order after its members changed; one that is too small goes, unless it has a field slip.
pub fn settle(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM mo_observations WHERE occurrence_id = ? ORDER BY created_at, id";
    let members: Vec<i64> = context.column(sql, [id])?;
    if members.len() > LARGEST {
        return Err(failed("Observations are too many"));
    }
    let sql = "SELECT 1 FROM mo_occurrences WHERE id = ? AND field_slip_id IS NOT NULL";
    let enough = if context.any(sql, [id])? { 1 } else { 2 };
    if members.len() < enough {
        return dissolve(context, id);
    }
    let sql = "UPDATE mo_occurrences SET updated_at = ?2,
               primary_observation_id = CASE WHEN EXISTS (SELECT 1 FROM mo_observations
                   WHERE id = primary_observation_id AND occurrence_id = ?1)
                   THEN primary_observation_id ELSE ?3 END,
               has_specimen = EXISTS (SELECT 1 FROM mo_observations
                   WHERE occurrence_id = ?1 AND specimen = 1)
               WHERE id = ?1";
    context.run(sql, params![id, context.now(), members[0]])?;
    Ok(())
}

/// Notes that there is a specimen of an observation.
pub fn note_specimen(context: &Context, observation: i64) -> Result<(), Error> {
    context.run("UPDATE mo_observations SET specimen = 1 WHERE id = ?", [observation])?;
    let sql = "UPDATE mo_occurrences SET has_specimen = 1
               WHERE id = (SELECT occurrence_id FROM mo_observations WHERE id = ?)";
    context.run(sql, [observation])?;
    Ok(())
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    for observation in arguments.ids(&ADD_OBSERVATION) {
        take_in(context, id, observation)?;
    }
    let sql = "UPDATE mo_observations SET occurrence_id = NULL WHERE id = ? AND occurrence_id = ?";
    for observation in arguments.ids(&REMOVE_OBSERVATION) {
        context.run(sql, [observation, id])?;
    }
    if let Some(primary) = arguments.integer(&SET_PRIMARY_OBSERVATION) {
        let sql = "SELECT 1 FROM mo_observations WHERE id = ? AND occurrence_id = ?";
        if !context.any(sql, [primary, id])? {
            return Err(failed("Primary observation must be one of the observations"));
        }
        let sql = "UPDATE mo_occurrences SET primary_observation_id = ? WHERE id = ?";
        context.run(sql, [primary, id])?;
    }
    settle(context, id)
}

/// The observations stay.
fn dissolve(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "UPDATE mo_observations SET occurrence_id = NULL WHERE occurrence_id = ?";
    context.run(sql, [id])?;
    context.run("DELETE FROM mo_occurrences WHERE id = ?", [id])?;
    Ok(())
}
