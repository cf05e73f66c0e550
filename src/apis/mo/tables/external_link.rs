//! External links: an observation's pages on other sites.

use rusqlite::params;

use super::{nested, objects};
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

static OBSERVATION: Parameter = Parameter::record("observation", Model::Observation);
static EXTERNAL_SITE: Parameter = Parameter::record("external_site", Model::ExternalSite);
static URL: Parameter = Parameter::new("url", Kind::Text);
static SET_URL: Parameter = Parameter::new("set_url", Kind::Text).notes(&[NotBlank]);

const LONGEST: usize = 100;

pub static TABLE: Table = Table {
    name: "external_links",
    model: Model::ExternalLink,
    refused_as: "external_link",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_external_links`.`created_at`"),
        ),
        Filter::new(
            Parameter::records("external_site", Model::ExternalSite),
            Rule::Ids("`mo_external_links`.`external_site_id` IN {}"),
        ),
        Filter::new(Parameter::records("id", Model::ExternalLink), Rule::Id),
        Filter::new(
            Parameter::records("observation", Model::Observation),
            Rule::Ids("`mo_external_links`.`observation_id` IN {}"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_external_links`.`updated_at`"),
        ),
        // Links that are kept by the other site's id have no address of their own to be found in.
        Filter::new(
            Parameter::new("url", Kind::Text),
            Rule::Has("coalesce(`mo_external_links`.`url`, '')"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_external_links`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create { parameters: &[&OBSERVATION, &EXTERNAL_SITE, &URL], run: create }),
    update: Some(Update {
        parameters: &[&SET_URL],
        check: None,
        permit: |context, _, id| permit(context, id),
        run: change,
    }),
    delete: Some(Delete {
        only_if: None,
        permit,
        run: |context, id| {
            context.run("DELETE FROM mo_external_links WHERE id = ?", [id]).map(drop)
        },
    }),
};

/// The stored address, else the one that the site's template gives.
pub fn url(stored: Option<String>, external_id: Option<String>, template: &str) -> String {
    match (stored, external_id) {
        (Some(url), _) if !url.is_empty() => url,
        (_, Some(id)) => template.replace("{id}", &id),
        _ => String::new(),
    }
}

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = format!(
        "SELECT e.id, e.url, e.external_id, s.url_template, e.created_at, e.updated_at,
                e.observation_id, s.id, s.name, {}
         FROM mo_external_links e JOIN mo_external_sites s ON s.id = e.external_site_id
         JOIN mo_users u ON u.id = e.user_id
         WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let mut link = Object::new(Model::ExternalLink.word(), row.get(0)?);
        let (stored, external): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        link.push("url", Node::Url(url(stored, external.clone(), &row.get::<_, String>(3)?)));
        link.push("external_id", external.map_or(Node::Null, Node::Text));
        link.moment("created_at", row.get(4)?).moment("updated_at", row.get(5)?);
        link.reference("observation", Model::Observation.word(), row.get(6)?);
        if detail == Detail::Low {
            link.reference("owner", Model::User.word(), row.get(9)?);
            link.reference("external_site", Model::ExternalSite.word(), row.get(7)?);
        } else {
            link.push("owner", nested::user(context, row, 9)?);
            link.object_if("external_site", nested::titled(row, 7, Model::ExternalSite, "name")?);
        }
        Ok(link)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let need = |parameter: &'static Parameter| {
        arguments.integer(parameter).ok_or(Error::MissingParameter(parameter.name))
    };
    let (observation, site) = (need(&OBSERVATION)?, need(&EXTERNAL_SITE)?);
    let url = arguments.required_text(&URL)?;
    if !permission::may_edit_observation(context, observation)? && !is_site_member(context, site)? {
        return Err(Error::ExternalLinkPermissionDenied);
    }
    check_url(url)?;
    let sql = "SELECT 1 FROM mo_external_links
               WHERE observation_id = ? AND external_site_id = ? AND url = ?";
    if context.any(sql, params![observation, site, url])? {
        return Err(Error::ExternalLinkAlreadyExists(url.to_owned()));
    }
    let sql = "INSERT INTO mo_external_links (user_id, observation_id, external_site_id, url,
               created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    context.insert(sql, params![context.user()?.id, observation, site, url, context.now()])
}

fn check_url(url: &str) -> Result<(), Error> {
    let mut reasons: Vec<std::borrow::Cow<'static, str>> = Vec::new();
    if url.chars().count() > LONGEST {
        reasons.push("Url is too long (maximum is 100 characters)".into());
    }
    if !url.starts_with("http://") && !url.starts_with("https://") {
        reasons.push("Url is invalid".into());
    }
    if reasons.is_empty() {
        return Ok(());
    }
    Err(Error::CreateFailed { kind: Model::ExternalLink.phrase(), name: url.to_owned(), reasons })
}

fn is_site_member(context: &Context, site: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM mo_external_sites s
               JOIN mo_project_members m ON m.project_id = s.project_id
               WHERE s.id = ? AND m.user_id = ?";
    context.any(sql, params![site, context.user()?.id])
}

fn permit(context: &Context, id: i64) -> Result<(), Error> {
    if permission::owns(context, Model::ExternalLink, id)? {
        return Ok(());
    }
    let sql = "SELECT e.external_site_id, o.user_id FROM mo_external_links e
               JOIN mo_observations o ON o.id = e.observation_id WHERE e.id = ?";
    let (site, observer): (i64, i64) =
        context.db.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if observer == context.user()?.id || is_site_member(context, site)? {
        return Ok(());
    }
    Err(permission::refused(context, Model::ExternalLink, id)?)
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    check_url(arguments.text(&SET_URL).unwrap_or_default())?;
    context.update(Model::ExternalLink, id, arguments.change(&SET_URL, "url"))
}
