//! Who may change what.

use rusqlite::params;

use super::context::Context;
use super::error::Error;
use super::model::Model;
use super::tables::observation;

/// A refusal to change a record.
pub fn refused(context: &Context, model: Model, id: i64) -> Result<Error, Error> {
    Ok(Error::MustHaveEditPermission { kind: model.phrase(), name: title(context, model, id)? })
}

/// A refusal because the caller does not own a record.
pub fn not_owner(context: &Context, model: Model, id: i64) -> Result<Error, Error> {
    Ok(Error::MustBeOwner { kind: model.phrase(), name: title(context, model, id)? })
}

/// As messages quote a record: by name or title where it has one, else by number.
pub fn title(context: &Context, model: Model, id: i64) -> Result<String, Error> {
    let sql = match model {
        Model::Observation => return observation::title(context, id),
        Model::Location => "SELECT name FROM mo_locations WHERE id = ?",
        Model::Name => "SELECT trim(text_name || ' ' || author) FROM mo_names WHERE id = ?",
        Model::Comment => "SELECT summary FROM mo_comments WHERE id = ?",
        Model::Project => "SELECT title FROM mo_projects WHERE id = ?",
        Model::SpeciesList => "SELECT title FROM mo_species_lists WHERE id = ?",
        Model::Herbarium => "SELECT name FROM mo_herbaria WHERE id = ?",
        Model::User => "SELECT login FROM mo_users WHERE id = ?",
        Model::ExternalSite => "SELECT name FROM mo_external_sites WHERE id = ?",
        _ => return Ok(format!("#{id}")),
    };
    Ok(context.find(sql, [id])?.unwrap_or_else(|| format!("#{id}")))
}

/// Whether the caller made a record.
pub fn owns(context: &Context, model: Model, id: i64) -> Result<bool, Error> {
    let sql = format!("SELECT 1 FROM {} WHERE id = ? AND user_id = ?", model.table());
    context.any(&sql, params![id, context.user()?.id])
}

/// Refuses whoever did not make a record.
pub fn must_own(context: &Context, model: Model, id: i64) -> Result<(), Error> {
    if owns(context, model, id)? { Ok(()) } else { Err(refused(context, model, id)?) }
}

/// Whether the caller may edit an observation: whoever governs it, and whose collection number is on it.
pub fn may_edit_observation(context: &Context, id: i64) -> Result<bool, Error> {
    Ok(governs_observation(context, id)? || is_linked_collector(context, id)?)
}

/// Whether an observation is the caller's, or in a project that the caller is an admin of and its owner trusts.
fn governs_observation(context: &Context, id: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_project_observations p
               JOIN mo_observations o ON o.id = p.observation_id
               JOIN mo_project_members a ON a.project_id = p.project_id AND a.user_id = ?2 AND a.admin = 1
               JOIN mo_project_members m ON m.project_id = p.project_id AND m.user_id = o.user_id
                AND m.trusting = 1
               WHERE p.observation_id = ?1";
    Ok(owns(context, Model::Observation, id)?
        || context.any(sql, params![id, context.user()?.id])?)
}

/// Whether a collection number of the caller's is on an observation, whoever entered it.
fn is_linked_collector(context: &Context, id: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_observation_collection_numbers a
               JOIN mo_collection_numbers c ON c.id = a.collection_number_id
               WHERE a.observation_id = ?1 AND c.name IN (?2, ?3)";
    let user = context.user()?;
    context.any(sql, params![id, user.legal_name, user.login])
}

/// To delete an observation is not the collector's business.
pub fn must_govern_observation(context: &Context, id: i64) -> Result<(), Error> {
    if governs_observation(context, id)? {
        Ok(())
    } else {
        Err(refused(context, Model::Observation, id)?)
    }
}

pub fn must_edit_observation(context: &Context, id: i64) -> Result<(), Error> {
    if may_edit_observation(context, id)? {
        Ok(())
    } else {
        Err(refused(context, Model::Observation, id)?)
    }
}

/// Whether the caller may edit an image: its owner, or an admin of a project that it belongs to.
pub fn may_edit_image(context: &Context, id: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_project_images p JOIN mo_project_members a
               ON a.project_id = p.project_id AND a.user_id = ?2 AND a.admin = 1 WHERE p.image_id = ?1";
    Ok(owns(context, Model::Image, id)? || context.any(sql, params![id, context.user()?.id])?)
}

pub fn must_edit_image(context: &Context, id: i64) -> Result<(), Error> {
    if may_edit_image(context, id)? { Ok(()) } else { Err(refused(context, Model::Image, id)?) }
}

/// Whether the caller may edit a species list: its owner, or an admin of a project that holds it.
pub fn may_edit_list(context: &Context, id: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_project_species_lists p JOIN mo_project_members a
               ON a.project_id = p.project_id AND a.user_id = ?2 AND a.admin = 1
               WHERE p.species_list_id = ?1";
    Ok(owns(context, Model::SpeciesList, id)?
        || context.any(sql, params![id, context.user()?.id])?)
}

pub fn must_edit_list(context: &Context, id: i64) -> Result<(), Error> {
    if may_edit_list(context, id)? {
        Ok(())
    } else {
        Err(refused(context, Model::SpeciesList, id)?)
    }
}

pub fn is_project_admin(context: &Context, project: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_project_members WHERE project_id = ? AND user_id = ? AND admin = 1";
    context.any(sql, params![project, context.user()?.id])
}

pub fn is_project_member(context: &Context, project: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_project_members WHERE project_id = ? AND user_id = ?";
    context.any(sql, params![project, context.user()?.id])
}

pub fn must_be_member(context: &Context, project: i64) -> Result<(), Error> {
    if is_project_member(context, project)? {
        Ok(())
    } else {
        Err(Error::MustBeMember(title(context, Model::Project, project)?))
    }
}

/// Whether the caller looks after a herbarium: a curator, or whose own it is.
pub fn is_curator(context: &Context, herbarium: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_herbaria h LEFT JOIN mo_herbarium_curators c
               ON c.herbarium_id = h.id AND c.user_id = ?2
               WHERE h.id = ?1 AND (c.user_id IS NOT NULL OR h.personal_user_id = ?2)";
    context.any(sql, params![herbarium, context.user()?.id])
}
