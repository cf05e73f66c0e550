//! Sending, changing and deleting images.

use rusqlite::params;

use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::permission;
use crate::apis::mo::tables::{observation, project};
use crate::apis::mo::upload;

const VOTES: Choices =
    Choices { word: "enum", values: &["1", "2", "3", "4"], shown: Shown::Numbers };

const PRIVATE_NAME: &str = "original file name or other private identifier";

static COPYRIGHT_HOLDER: Parameter =
    Parameter::new("copyright_holder", Kind::Short(255)).notes(&[Limit]);
static DATE: Parameter = Parameter::new("date", Kind::Date).notes(&[Says("when photo taken")]);
static LICENSE: Parameter = Parameter::record("license", Model::License);
pub static MD5SUM: Parameter = Parameter::new("md5sum", Kind::Text);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static OBSERVATIONS: Parameter = Parameter::records("observations", Model::Observation)
    .notes(&[Says("must have edit permission")]);
pub static ORIGINAL_NAME: Parameter =
    Parameter::new("original_name", Kind::Short(120)).notes(&[Limit, Says(PRIVATE_NAME)]);
static PROJECTS: Parameter =
    Parameter::records("projects", Model::Project).notes(&[Says("must be member")]);
static UPLOAD: Parameter = Parameter::new("upload", Kind::Upload);
pub static UPLOAD_FILE: Parameter = Parameter::new("upload_file", Kind::Text);
pub static UPLOAD_URL: Parameter = Parameter::new("upload_url", Kind::Text);
static VOTE: Parameter = Parameter::new("vote", Kind::Choice(VOTES)).notes(&[Limit]);
static SET_COPYRIGHT_HOLDER: Parameter =
    Parameter::new("set_copyright_holder", Kind::Short(255)).notes(&[Limit]);
static SET_DATE: Parameter =
    Parameter::new("set_date", Kind::Date).notes(&[Says("when photo taken")]);
static SET_DHASH: Parameter = Parameter::new("set_dhash", Kind::Hash).notes(&[Limit]);
static SET_LICENSE: Parameter = Parameter::record("set_license", Model::License);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);
static SET_ORIGINAL_NAME: Parameter =
    Parameter::new("set_original_name", Kind::Short(120)).notes(&[Limit, Says(PRIVATE_NAME)]);

pub const CREATE: &[&Parameter] = &[
    &COPYRIGHT_HOLDER,
    &DATE,
    &LICENSE,
    &MD5SUM,
    &NOTES,
    &OBSERVATIONS,
    &ORIGINAL_NAME,
    &PROJECTS,
    &UPLOAD,
    &UPLOAD_FILE,
    &UPLOAD_URL,
    &VOTE,
];

pub const UPDATE: &[&Parameter] =
    &[&SET_COPYRIGHT_HOLDER, &SET_DATE, &SET_DHASH, &SET_LICENSE, &SET_NOTES, &SET_ORIGINAL_NAME];

pub fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let user = context.user()?;
    let observations = arguments.ids(&OBSERVATIONS);
    let projects = arguments.ids(&PROJECTS);
    for id in &observations {
        permission::must_edit_observation(context, *id)?;
    }
    for id in &projects {
        permission::must_be_member(context, *id)?;
    }
    let file = upload::receive(context, arguments)?;
    let day = match (arguments.day(&DATE), observations.first()) {
        (Some(day), _) => day.to_string(),
        (None, Some(first)) => context
            .find("SELECT `when` FROM mo_observations WHERE id = ?", [first])?
            .unwrap_or_default(),
        (None, None) => context.today(),
    };
    let holder = arguments.text(&COPYRIGHT_HOLDER).filter(|holder| !holder.is_empty());
    let license = arguments.integer(&LICENSE).unwrap_or(user.license);
    // Who wishes so keeps the names of their files; most do not.
    let keeps =
        context.any("SELECT 1 FROM mo_users WHERE id = ? AND keep_filenames = 1", [user.id])?;
    let original_name = arguments.text(&ORIGINAL_NAME).filter(|_| keeps).unwrap_or_default();
    let sql = "INSERT INTO mo_images (user_id, `when`, copyright_holder, license_id, notes, original_name,
               content_type, width, height, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)";
    let id = context.insert(
        sql,
        params![
            user.id,
            day,
            holder.unwrap_or(&user.legal_name),
            license,
            arguments.text(&NOTES).unwrap_or_default(),
            original_name,
            file.content_type,
            file.width,
            file.height,
            context.now()
        ],
    )?;
    let sql = "INSERT INTO mo_image_files (image_id, content) VALUES (?, ?)";
    context.run(sql, params![id, &file.content[..]])?;
    for observation in observations {
        observation::add_image(context, observation, id)?;
    }
    for project in projects {
        project::add_image(context, project, id)?;
    }
    if let Some(vote) = arguments.text(&VOTE).filter(|vote| !vote.is_empty()) {
        let vote: i64 = vote.parse().unwrap_or_default();
        let sql = "INSERT INTO mo_image_votes (image_id, user_id, value) VALUES (?, ?, ?)";
        context.run(sql, [id, user.id, vote])?;
        context
            .run("UPDATE mo_images SET vote_cache = ? WHERE id = ?", params![vote as f64, id])?;
    }
    Ok(id)
}

/// The hash of an image's look is the business of administrators; all else that of whoever may edit it.
pub fn permit(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    if arguments.has(&SET_DHASH) { Ok(()) } else { permission::must_edit_image(context, id) }
}

/// The hash of an image's look is the business of administrators, and goes alone.
pub fn check(context: &Context, arguments: &Arguments, _: &[i64]) -> Result<(), Error> {
    if !arguments.has(&SET_DHASH) {
        return Ok(());
    }
    if !context.user()?.is_admin {
        return Err(Error::MustBeSiteAdmin);
    }
    let others = [&SET_COPYRIGHT_HOLDER, &SET_DATE, &SET_LICENSE, &SET_NOTES, &SET_ORIGINAL_NAME];
    match others.iter().find(|parameter| arguments.has(parameter)) {
        Some(other) => Err(Error::OneOrTheOther(vec![SET_DHASH.name, other.name])),
        None => Ok(()),
    }
}

pub fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    if let Some(new) = arguments.text(&SET_DHASH) {
        let sql = "SELECT dhash FROM mo_images WHERE id = ? AND dhash IS NOT NULL";
        match context.find::<String>(sql, [id])? {
            Some(old) if old != new => {
                return Err(Error::ImageDhashMismatch { id, old, new: new.to_owned() });
            }
            _ => {}
        }
    }
    let changes = [
        arguments.change(&SET_COPYRIGHT_HOLDER, "copyright_holder"),
        context.new_day(arguments, &SET_DATE),
        arguments.change(&SET_DHASH, "dhash"),
        arguments.change(&SET_LICENSE, "license_id"),
        arguments.change(&SET_NOTES, "notes"),
        arguments.change(&SET_ORIGINAL_NAME, "original_name"),
    ];
    context.update(Model::Image, id, changes.into_iter().flatten())
}

pub fn destroy(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT observation_id FROM mo_observation_images WHERE image_id = ?";
    for observation in context.column::<i64>(sql, [id])? {
        observation::remove_image(context, observation, id)?;
    }
    for sql in [
        "UPDATE mo_users SET image_id = NULL WHERE image_id = ?",
        "DELETE FROM mo_project_images WHERE image_id = ?",
        "DELETE FROM mo_image_votes WHERE image_id = ?",
        "DELETE FROM mo_image_files WHERE image_id = ?",
        "DELETE FROM mo_images WHERE id = ?",
    ] {
        context.run(sql, [id])?;
    }
    Ok(())
}
