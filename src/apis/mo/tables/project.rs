//! Projects: people who gather observations, images and lists for a purpose.

use rusqlite::params;

use super::{comments, nested, objects};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::quirk::PREFIX_AS_PROJECT_TITLE;
use crate::apis::mo::table::{Create, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

static ADMINS: Parameter = Parameter::records("admins", Model::User);
static FIELD_SLIP_PREFIX: Parameter = Parameter::new("field_slip_prefix", Kind::Text);
static MEMBERS: Parameter = Parameter::records("members", Model::User);
static SUMMARY: Parameter = Parameter::new("summary", Kind::Text);
static TITLE: Parameter = Parameter::new("title", Kind::Short(100)).notes(&[Limit]);
static ADD_ADMINS: Parameter = Parameter::records("add_admins", Model::User);
static ADD_IMAGES: Parameter =
    Parameter::records("add_images", Model::Image).notes(&[Says("must be owner")]);
static ADD_MEMBERS: Parameter = Parameter::records("add_members", Model::User);
static ADD_OBSERVATIONS: Parameter =
    Parameter::records("add_observations", Model::Observation).notes(&[Says("must be owner")]);
static ADD_SPECIES_LISTS: Parameter =
    Parameter::records("add_species_lists", Model::SpeciesList).notes(&[Says("must be owner")]);
static REMOVE_ADMINS: Parameter = Parameter::records("remove_admins", Model::User);
static REMOVE_IMAGES: Parameter = Parameter::records("remove_images", Model::Image);
static REMOVE_MEMBERS: Parameter = Parameter::records("remove_members", Model::User);
static REMOVE_OBSERVATIONS: Parameter =
    Parameter::records("remove_observations", Model::Observation);
static REMOVE_SPECIES_LISTS: Parameter =
    Parameter::records("remove_species_lists", Model::SpeciesList);
static SET_FIELD_SLIP_PREFIX: Parameter = Parameter::new("set_field_slip_prefix", Kind::Text);
static SET_SUMMARY: Parameter = Parameter::new("set_summary", Kind::Text);
static SET_TITLE: Parameter =
    Parameter::new("set_title", Kind::Short(100)).notes(&[Limit, NotBlank]);

pub static TABLE: Table = Table {
    name: "projects",
    model: Model::Project,
    refused_as: "project",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("comments_has", Kind::Text)
                .notes(&[Says("search within comments summary and body")]),
            Rule::HasWithin(
                "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'Project' \
                 AND `mo_comments`.`target_id` = `mo_projects`.`id` AND {})",
                "`mo_comments`.`summary` || ' ' || `mo_comments`.`comment`",
            ),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_projects`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("field_slip_prefix_has", Kind::Text)
                .notes(&[Says("search within field slip prefix")]),
            Rule::Has("coalesce(`mo_projects`.`field_slip_prefix`, '')"),
        ),
        Filter::new(
            Parameter::new("has_comments", Kind::True).notes(&[Limit]),
            Rule::Is(
                "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'Project' \
                 AND `mo_comments`.`target_id` = `mo_projects`.`id`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_images", Kind::True).notes(&[Limit]),
            Rule::Is(
                "`mo_projects`.`id` IN (SELECT `mo_project_images`.`project_id` FROM `mo_project_images`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_observations", Kind::True).notes(&[Limit]),
            Rule::Is(
                "`mo_projects`.`id` IN (SELECT `mo_project_observations`.`project_id` \
                 FROM `mo_project_observations`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_species_lists", Kind::True).notes(&[Limit]),
            Rule::Is(
                "`mo_projects`.`id` IN (SELECT `mo_project_species_lists`.`project_id` \
                 FROM `mo_project_species_lists`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_summary", Kind::Boolean),
            Rule::Is("`mo_projects`.`summary` <> ''"),
        ),
        Filter::new(Parameter::records("id", Model::Project), Rule::Id),
        Filter::new(
            Parameter::new("summary_has", Kind::Text).notes(&[Says("search within summary")]),
            Rule::Has("`mo_projects`.`summary`"),
        ),
        Filter::new(
            Parameter::new("title_has", Kind::Text).notes(&[Says("search within title")]),
            Rule::Has("`mo_projects`.`title`"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_projects`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_projects`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create {
        parameters: &[&ADMINS, &FIELD_SLIP_PREFIX, &MEMBERS, &SUMMARY, &TITLE],
        run: create,
    }),
    update: Some(Update {
        parameters: &[
            &ADD_ADMINS,
            &ADD_IMAGES,
            &ADD_MEMBERS,
            &ADD_OBSERVATIONS,
            &ADD_SPECIES_LISTS,
            &REMOVE_ADMINS,
            &REMOVE_MEMBERS,
            &REMOVE_IMAGES,
            &REMOVE_OBSERVATIONS,
            &REMOVE_SPECIES_LISTS,
            &SET_FIELD_SLIP_PREFIX,
            &SET_SUMMARY,
            &SET_TITLE,
        ],
        check: Some(check),
        permit: |context, _, id| permit(context, id),
        run: change,
    }),
    delete: None,
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let mut talk = match detail {
        Detail::High => comments(context, Model::Project, ids)?,
        _ => std::collections::HashMap::new(),
    };
    let sql = format!(
        "SELECT p.id, p.title, p.summary, p.created_at, p.updated_at, p.field_slip_prefix, {}
         FROM mo_projects p JOIN mo_users u ON u.id = p.user_id
         WHERE p.id IN (SELECT value FROM json_each(?)) ORDER BY p.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut project = Object::new(Model::Project.word(), id);
        let (title, prefix): (String, Option<String>) = (row.get(1)?, row.get(5)?);
        match &prefix {
            Some(prefix) if context.call.is_live(&PREFIX_AS_PROJECT_TITLE) => {
                project.json("title", Node::Text(prefix.clone())).xml("title", Node::Text(title))
            }
            _ => project.text("title", title),
        };
        if let Some(prefix) = prefix {
            project.xml("field_slip_prefix", Node::Text(prefix));
        }
        project.html_if("summary", &row.get::<_, String>(2)?);
        project.moment("created_at", row.get(3)?).moment("updated_at", row.get(4)?);
        if detail == Detail::Low {
            project.reference("creator", Model::User.word(), row.get(6)?);
        } else {
            project.push("creator", nested::user(context, row, 6)?);
            project.list_if("comments", "comment", talk.remove(&id).unwrap_or_default());
        }
        Ok(project)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let title = arguments.required_text(&TITLE)?;
    must_be_new(context, title, None)?;
    let caller = context.user()?.id;
    let prefix = arguments.text(&FIELD_SLIP_PREFIX).filter(|prefix| !prefix.is_empty());
    check_prefix(context, title, prefix, None)?;
    let summary = arguments.text(&SUMMARY).unwrap_or_default();
    let sql = "INSERT INTO mo_projects (user_id, title, summary, field_slip_prefix, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    let prefix = prefix.map(str::to_uppercase);
    let id = context.insert(sql, params![caller, title, summary, prefix, context.now()])?;
    for member in arguments.ids(&MEMBERS) {
        join(context, id, member, false)?;
    }
    for admin in arguments.ids(&ADMINS).into_iter().chain([caller]) {
        join(context, id, admin, true)?;
    }
    Ok(id)
}

fn must_be_new(context: &Context, title: &str, own: Option<i64>) -> Result<(), Error> {
    let sql = "SELECT 1 FROM mo_projects WHERE title = ? AND id IS NOT ?";
    if context.any(sql, params![title, own])? {
        return Err(Error::ProjectTaken);
    }
    // Each project has groups of users, named after it.
    let group = title.strip_suffix(".admin");
    let sql = "SELECT 1 FROM mo_projects WHERE title = ?";
    if let Some(group) = group
        && context.any(sql, [group])?
    {
        return Err(Error::UserGroupTaken(title.to_owned()));
    }
    Ok(())
}

fn check_prefix(
    context: &Context,
    title: &str,
    prefix: Option<&str>,
    own: Option<i64>,
) -> Result<(), Error> {
    let Some(prefix) = prefix else { return Ok(()) };
    let sql = "SELECT 1 FROM mo_projects WHERE field_slip_prefix = ? AND id IS NOT ?";
    if context.any(sql, params![prefix.to_uppercase(), own])? {
        return Err(Error::CreateFailed {
            kind: Model::Project.phrase(),
            name: title.to_owned(),
            reasons: vec!["Field slip prefix has already been taken".into()],
        });
    }
    Ok(())
}

/// Admins are members too.
fn join(context: &Context, project: i64, user: i64, as_admin: bool) -> Result<(), Error> {
    let sql = "INSERT INTO mo_project_members (project_id, user_id, admin) VALUES (?1, ?2, ?3)
               ON CONFLICT (project_id, user_id) DO UPDATE SET admin = max(admin, excluded.admin)";
    context.run(sql, params![project, user, as_admin]).map(drop)
}

fn permit(context: &Context, id: i64) -> Result<(), Error> {
    if permission::is_project_admin(context, id)? {
        return Ok(());
    }
    Err(Error::MustBeAdmin(permission::title(context, Model::Project, id)?))
}

/// Only what is one's own can be added; several projects cannot get one title.
fn check(context: &Context, arguments: &Arguments, ids: &[i64]) -> Result<(), Error> {
    for (parameter, model) in [
        (&ADD_IMAGES, Model::Image),
        (&ADD_OBSERVATIONS, Model::Observation),
        (&ADD_SPECIES_LISTS, Model::SpeciesList),
    ] {
        for id in arguments.ids(parameter) {
            if !permission::owns(context, model, id)? {
                return Err(permission::not_owner(context, model, id)?);
            }
        }
    }
    match arguments.text(&SET_TITLE) {
        None => Ok(()),
        Some(_) if ids.len() > 1 => Err(Error::ProjectTaken),
        Some(title) => must_be_new(context, title, ids.first().copied()),
    }
}

/// What is done with each member of a list.
static EACH: [(&Parameter, &str); 8] = [
    (
        &REMOVE_ADMINS,
        "UPDATE mo_project_members SET admin = 0 WHERE project_id = ? AND user_id = ?",
    ),
    (&REMOVE_MEMBERS, "DELETE FROM mo_project_members WHERE project_id = ? AND user_id = ?"),
    (&ADD_OBSERVATIONS, ADD_OBSERVATION),
    (
        &REMOVE_OBSERVATIONS,
        "DELETE FROM mo_project_observations WHERE project_id = ? AND observation_id = ?",
    ),
    (&ADD_IMAGES, ADD_IMAGE),
    (&REMOVE_IMAGES, "DELETE FROM mo_project_images WHERE project_id = ? AND image_id = ?"),
    (
        &ADD_SPECIES_LISTS,
        "INSERT OR IGNORE INTO mo_project_species_lists (project_id, species_list_id) VALUES (?, ?)",
    ),
    (
        &REMOVE_SPECIES_LISTS,
        "DELETE FROM mo_project_species_lists WHERE project_id = ? AND species_list_id = ?",
    ),
];

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let prefix = arguments.text(&SET_FIELD_SLIP_PREFIX);
    let title = permission::title(context, Model::Project, id)?;
    check_prefix(context, &title, prefix.filter(|prefix| !prefix.is_empty()), Some(id))?;
    let prefix = prefix.map(|prefix| {
        let prefix = Some(prefix.to_uppercase()).filter(|prefix| !prefix.is_empty());
        ("field_slip_prefix", prefix.into())
    });
    let changes =
        [arguments.change(&SET_TITLE, "title"), arguments.change(&SET_SUMMARY, "summary"), prefix];
    context.update(Model::Project, id, changes.into_iter().flatten())?;
    for (parameter, as_admin) in [(&ADD_MEMBERS, false), (&ADD_ADMINS, true)] {
        for user in arguments.ids(parameter) {
            join(context, id, user, as_admin)?;
        }
    }
    for (parameter, sql) in &EACH {
        for other in arguments.ids(parameter) {
            context.run(sql, [id, other])?;
        }
    }
    Ok(())
}

const ADD_OBSERVATION: &str =
    "INSERT OR IGNORE INTO mo_project_observations (project_id, observation_id) VALUES (?, ?)";

const ADD_IMAGE: &str =
    "INSERT OR IGNORE INTO mo_project_images (project_id, image_id) VALUES (?, ?)";

/// An observation, and its images with it.
pub fn add_observation(context: &Context, project: i64, observation: i64) -> Result<(), Error> {
    context.run(ADD_OBSERVATION, [project, observation])?;
    let sql = "INSERT OR IGNORE INTO mo_project_images (project_id, image_id)
               SELECT ?, image_id FROM mo_observation_images WHERE observation_id = ?";
    context.run(sql, [project, observation]).map(drop)
}

pub fn remove_observation(context: &Context, project: i64, observation: i64) -> Result<(), Error> {
    let sql = "DELETE FROM mo_project_observations WHERE project_id = ? AND observation_id = ?";
    context.run(sql, [project, observation]).map(drop)
}

pub fn add_image(context: &Context, project: i64, image: i64) -> Result<(), Error> {
    context.run(ADD_IMAGE, [project, image]).map(drop)
}
