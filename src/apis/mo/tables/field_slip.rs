//! Field slips: numbered papers that go along with a find.

use rusqlite::params;

use super::collection_number::observation_ids;
use super::{grouped, nested, objects, occurrence};
use crate::apis::mo::arguments::{Argument, Arguments, Value};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::rows::Rows;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

// Texts without a translation show as their tag (contract 4.2, 4.3).
static CODE: Parameter =
    Parameter::new("code", Kind::Text).notes(&[NotBlank, Says("[:api_help_code]")]);
static OBSERVATION: Parameter = Parameter::record("observation", Model::Observation);
static PROJECT: Parameter = Parameter::record("project", Model::Project);
static SET_CODE: Parameter =
    Parameter::new("set_code", Kind::Text).notes(&[NotBlank, Says("[:api_help_set_code]")]);
static SET_OBSERVATION: Parameter = Parameter::record("set_observation", Model::Observation);
static SET_PROJECT: Parameter = Parameter::record("set_project", Model::Project);

const WITH_OBSERVATION: &str = "`mo_field_slips`.`id` IN (SELECT `mo_occurrences`.`field_slip_id` \
     FROM `mo_occurrences` JOIN `mo_observations` ON `mo_observations`.`occurrence_id` = `mo_occurrences`.`id` \
     WHERE `mo_observations`.`id` IN {})";

pub static TABLE: Table = Table {
    name: "field_slips",
    model: Model::FieldSlip,
    refused_as: "field_slip",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("code", Kind::Text).notes(&[Says("[:api_help_code]")]),
            Rule::Given(has_code),
        ),
        Filter::new(
            Parameter::new("code_has", Kind::Text).notes(&[Says("[:api_help_code_has]")]),
            Rule::Has("`mo_field_slips`.`code`"),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_field_slips`.`created_at`"),
        ),
        Filter::new(Parameter::records("id", Model::FieldSlip), Rule::Id),
        Filter::new(
            Parameter::record("observation", Model::Observation),
            Rule::Ids(WITH_OBSERVATION),
        ),
        Filter::new(
            Parameter::record("project", Model::Project),
            Rule::Ids("`mo_field_slips`.`project_id` IN {}"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_field_slips`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_field_slips`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create { parameters: &[&CODE, &OBSERVATION, &PROJECT], run: create }),
    update: Some(Update {
        parameters: &[&SET_CODE, &SET_OBSERVATION, &SET_PROJECT],
        check: None,
        permit: |context, _, id| permit(context, id),
        run: change,
    }),
    delete: Some(Delete { only_if: None, permit, run: destroy }),
};

fn has_code(argument: &Argument, rows: &mut Rows) {
    if let Argument::One(Value::Text(code)) = argument {
        rows.and("`mo_field_slips`.`code` = ?", [code.to_uppercase().into()]);
    }
}

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = "SELECT c.field_slip_id, o.id FROM mo_occurrences c
               JOIN mo_observations o ON o.occurrence_id = c.id
               WHERE c.field_slip_id IN (SELECT value FROM json_each(?)) ORDER BY o.id";
    let mut observations = grouped(context, sql, ids, |row| row.get::<_, i64>(1))?;
    let sql = format!(
        "SELECT s.id, s.code, s.created_at, s.updated_at, p.id, p.title, {} FROM mo_field_slips s
         LEFT JOIN mo_projects p ON p.id = s.project_id LEFT JOIN mo_users u ON u.id = s.user_id
         WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut slip = Object::new(Model::FieldSlip.word(), id);
        slip.text("code", row.get::<_, String>(1)?);
        slip.moment("created_at", row.get(2)?).moment("updated_at", row.get(3)?);
        if let Some(observations) = observations.remove(&id) {
            observation_ids(&mut slip, observations);
        }
        let (project, user): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(6)?);
        if detail == Detail::Low {
            let id_or_null = |id: Option<i64>| id.map_or(Node::Null, Node::Integer);
            slip.json("project_id", id_or_null(project)).json("user_id", id_or_null(user));
            for (key, kind, id) in [("project", "project", project), ("user", "user", user)] {
                if let Some(id) = id {
                    slip.xml(key, Node::Reference { kind, id });
                }
            }
        } else {
            slip.object_if("project", nested::titled(row, 4, Model::Project, "title")?);
            if user.is_some() {
                slip.push("user", nested::user(context, row, 6)?);
            }
        }
        Ok(slip)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let code = arguments.required_text(&CODE)?;
    let id = insert(context, code, arguments.integer(&PROJECT))?;
    if let Some(observation) = arguments.integer(&OBSERVATION) {
        permission::must_edit_observation(context, observation)?;
        attach(context, id, observation)?;
    }
    Ok(id)
}

/// A new slip; its project is the one whose prefix it has, unless another is named.
fn insert(context: &Context, code: &str, project: Option<i64>) -> Result<i64, Error> {
    let code = check_code(context, code, None)?;
    let project = match project {
        Some(project) => Some(project),
        None => project_of(context, &code)?,
    };
    let sql = "INSERT INTO mo_field_slips (code, project_id, user_id, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?4)";
    context.insert(sql, params![code, project, context.user()?.id, context.now()])
}

fn project_of(context: &Context, code: &str) -> Result<Option<i64>, Error> {
    let prefix = code.rsplit_once('-').map_or(code, |(prefix, _)| prefix);
    context.find("SELECT id FROM mo_projects WHERE field_slip_prefix = ?", [prefix])
}

/// The code in capitals, if it can be one and nobody else has it.
fn check_code(context: &Context, code: &str, own: Option<i64>) -> Result<String, Error> {
    let code = code.to_uppercase();
    if code.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-')) {
        return Err(Error::CreateFailed {
            kind: Model::FieldSlip.phrase(),
            name: code,
            reasons: vec!["Code must contain something other than digits, dots and dashes".into()],
        });
    }
    let sql = "SELECT 1 FROM mo_field_slips WHERE code = ? AND id IS NOT ?";
    if context.any(sql, params![code, own])? {
        return Err(Error::CodeAlreadyUsed(code));
    }
    Ok(code)
}

/// Puts a slip on an observation: through the occurrence of either, or a new one.
fn attach(context: &Context, slip: i64, observation: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM mo_occurrences WHERE field_slip_id = ?";
    let of_slip: Option<i64> = context.find(sql, [slip])?;
    let sql = "SELECT c.id FROM mo_occurrences c JOIN mo_observations o ON o.occurrence_id = c.id
               WHERE o.id = ? AND c.field_slip_id IS NULL";
    let of_observation: Option<i64> = context.find(sql, [observation])?;
    let occurrence = match (of_slip, of_observation) {
        (Some(occurrence), _) => occurrence,
        (None, Some(occurrence)) => {
            let sql = "UPDATE mo_occurrences SET field_slip_id = ? WHERE id = ?";
            context.run(sql, [slip, occurrence])?;
            occurrence
        }
        (None, None) => occurrence::insert(context, observation, Some(slip))?,
    };
    occurrence::take_in(context, occurrence, observation)?;
    occurrence::settle(context, occurrence)
}

/// Finds or makes the slip of a code for a new observation, which also joins the slip's project where it may.
pub fn attach_by_code(context: &Context, code: &str, observation: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM mo_field_slips WHERE code = ?";
    let slip = match context.find(sql, [code.to_uppercase()])? {
        Some(slip) => slip,
        None => insert(context, code, None)?,
    };
    attach(context, slip, observation)?;
    let sql = "SELECT project_id FROM mo_field_slips WHERE id = ? AND project_id IS NOT NULL";
    if let Some(project) = context.find(sql, [slip])?
        && permission::is_project_member(context, project)?
    {
        super::project::add_observation(context, project, observation)?;
    }
    Ok(())
}

fn permit(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT user_id, project_id FROM mo_field_slips WHERE id = ?";
    let (owner, project): (Option<i64>, Option<i64>) =
        context.db.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some(owner) = owner else { return Ok(()) };
    if owner == context.user()?.id {
        return Ok(());
    }
    let trusts =
        "SELECT 1 FROM mo_project_members WHERE project_id = ? AND user_id = ? AND trusting = 1";
    if let Some(project) = project
        && permission::is_project_admin(context, project)?
        && context.any(trusts, [project, owner])?
    {
        return Ok(());
    }
    Err(permission::refused(context, Model::FieldSlip, id)?)
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let code = match arguments.text(&SET_CODE) {
        Some(code) => Some(("code", check_code(context, code, Some(id))?.into())),
        None => None,
    };
    let changes = [code, arguments.change(&SET_PROJECT, "project_id")];
    context.update(Model::FieldSlip, id, changes.into_iter().flatten())?;
    if let Some(observation) = arguments.integer(&SET_OBSERVATION) {
        permission::must_edit_observation(context, observation)?;
        detach(context, id)?;
        attach(context, id, observation)?;
    }
    Ok(())
}

/// Takes a slip off its observations; their occurrence stays if it is one without the slip.
fn detach(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT id FROM mo_occurrences WHERE field_slip_id = ?";
    let occurrences: Vec<i64> = context.column(sql, [id])?;
    context.run("UPDATE mo_occurrences SET field_slip_id = NULL WHERE field_slip_id = ?", [id])?;
    for occurrence in occurrences {
        occurrence::settle(context, occurrence)?;
    }
    Ok(())
}

fn destroy(context: &Context, id: i64) -> Result<(), Error> {
    detach(context, id)?;
    context.run("DELETE FROM mo_field_slips WHERE id = ?", [id])?;
    Ok(())
}
