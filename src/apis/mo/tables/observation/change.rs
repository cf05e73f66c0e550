//! Changing and deleting observations.

use serde_json::{Map, Value};

use super::create::{LOG, NOTES_HELP, add_image, point, remove_image, resolve, with_fields};
use crate::apis::mo::arguments::{Argument, Arguments};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::tables::{occurrence, project, species_list};

const EDIT: &str = "must have edit permission";

static ADD_IMAGES: Parameter = Parameter::records("add_images", Model::Image).notes(&[Says(EDIT)]);
static ADD_TO_PROJECT: Parameter =
    Parameter::record("add_to_project", Model::Project).notes(&[Says("must be member")]);
static ADD_TO_SPECIES_LIST: Parameter =
    Parameter::record("add_to_species_list", Model::SpeciesList).notes(&[Says(EDIT)]);
static GPS_HIDDEN: Parameter =
    Parameter::new("gps_hidden", Kind::Boolean).notes(&[Says("hide exact coordinates?")]);
static REMOVE_FROM_PROJECT: Parameter = Parameter::record("remove_from_project", Model::Project);
static REMOVE_FROM_SPECIES_LIST: Parameter =
    Parameter::record("remove_from_species_list", Model::SpeciesList).notes(&[Says(EDIT)]);
static REMOVE_IMAGES: Parameter = Parameter::records("remove_images", Model::Image);
static SET_ALTITUDE: Parameter = Parameter::new("set_altitude", Kind::Altitude);
static SET_DATE: Parameter = Parameter::new("set_date", Kind::Date);
static SET_HAS_SPECIMEN: Parameter = Parameter::new("set_has_specimen", Kind::Boolean);
static SET_IS_COLLECTION_LOCATION: Parameter =
    Parameter::new("set_is_collection_location", Kind::Boolean)
        .notes(&[Says("is this location where mushroom was found?")]);
static SET_LATITUDE: Parameter = Parameter::new("set_latitude", Kind::Latitude);
static SET_LOCATION: Parameter =
    Parameter::new("set_location", Kind::PlaceName).notes(&[Limit, NotBlank]);
static SET_LONGITUDE: Parameter = Parameter::new("set_longitude", Kind::Longitude);
static SET_NOTES: Parameter = Parameter::fields("set_notes").notes(&[Says(NOTES_HELP)]);
static SET_THUMBNAIL: Parameter =
    Parameter::record("set_thumbnail", Model::Image).notes(&[Says(EDIT)]);

pub const PARAMETERS: &[&Parameter] = &[
    &ADD_IMAGES,
    &ADD_TO_PROJECT,
    &ADD_TO_SPECIES_LIST,
    &GPS_HIDDEN,
    &LOG,
    &REMOVE_FROM_PROJECT,
    &REMOVE_FROM_SPECIES_LIST,
    &REMOVE_IMAGES,
    &SET_ALTITUDE,
    &SET_DATE,
    &SET_HAS_SPECIMEN,
    &SET_IS_COLLECTION_LOCATION,
    &SET_LATITUDE,
    &SET_LOCATION,
    &SET_LONGITUDE,
    &SET_NOTES,
    &SET_THUMBNAIL,
];

/// Refuses what the request as a whole cannot do, before any observation is changed.
pub fn check(context: &Context, arguments: &Arguments, _: &[i64]) -> Result<(), Error> {
    point(
        arguments.has(&SET_LATITUDE).then_some(0.0),
        arguments.has(&SET_LONGITUDE).then_some(0.0),
    )?;
    point(arguments.float(&SET_LATITUDE), arguments.float(&SET_LONGITUDE))?;
    let thumbnail = arguments.integer(&SET_THUMBNAIL);
    for image in arguments.ids(&ADD_IMAGES).into_iter().chain(thumbnail) {
        permission::must_edit_image(context, image)?;
    }
    if let Some(project) = arguments.integer(&ADD_TO_PROJECT) {
        permission::must_be_member(context, project)?;
    }
    for parameter in [&ADD_TO_SPECIES_LIST, &REMOVE_FROM_SPECIES_LIST] {
        if let Some(list) = arguments.integer(parameter) {
            permission::must_edit_list(context, list)?;
        }
    }
    Ok(())
}

pub fn permit(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    must_be_own_record(context, id)?;
    permission::must_edit_observation(context, id)?;
    let moves = arguments.has(&ADD_TO_PROJECT) || arguments.has(&REMOVE_FROM_PROJECT);
    if moves && !permission::owns(context, Model::Observation, id)? {
        return Err(permission::not_owner(context, Model::Observation, id)?);
    }
    Ok(())
}

pub fn permit_delete(context: &Context, id: i64) -> Result<(), Error> {
    must_be_own_record(context, id)?;
    permission::must_govern_observation(context, id)
}

/// What was imported from elsewhere is changed there.
fn must_be_own_record(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT 1 FROM mo_observations WHERE id = ? AND read_only = 1";
    if !context.any(sql, [id])? {
        return Ok(());
    }
    Err(Error::ObservationIsReadOnly {
        kind: Model::Observation.word(),
        name: super::title(context, id)?,
    })
}

pub fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let flag =
        |parameter, column| arguments.flag(parameter).map(|flag: bool| (column, flag.into()));
    let mut changes = vec![
        arguments.change(&SET_ALTITUDE, "alt"),
        arguments.change(&SET_LATITUDE, "lat"),
        arguments.change(&SET_LONGITUDE, "lng"),
        context.new_day(arguments, &SET_DATE),
        flag(&GPS_HIDDEN, "gps_hidden"),
        flag(&SET_HAS_SPECIMEN, "specimen"),
        flag(&SET_IS_COLLECTION_LOCATION, "is_collection_location"),
    ];
    if let Some(place) = arguments.place(&SET_LOCATION) {
        let point = point(arguments.float(&SET_LATITUDE), arguments.float(&SET_LONGITUDE))?;
        let place = resolve(context, place, point)?;
        changes.push(Some(("where", place.name.into())));
        changes.push(Some(("location_id", place.location.into())));
    }
    if let Some(Argument::Fields(fields)) = arguments.get(&SET_NOTES) {
        let sql = "SELECT notes FROM mo_observations WHERE id = ?";
        let notes: String = context.find(sql, [id])?.unwrap_or_default();
        let notes: Map<String, Value> = serde_json::from_str(&notes).unwrap_or_default();
        changes.push(Some(("notes", with_fields(notes, fields).into())));
    }
    context.update(Model::Observation, id, changes.into_iter().flatten())?;
    change_images(context, arguments, id)?;
    change_memberships(context, arguments, id)?;
    if arguments.has(&SET_HAS_SPECIMEN) {
        let sql = "SELECT occurrence_id FROM mo_observations
                   WHERE id = ? AND occurrence_id IS NOT NULL";
        if let Some(occurrence) = context.find(sql, [id])? {
            occurrence::settle(context, occurrence)?;
        }
    }
    Ok(())
}

fn change_images(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    for image in arguments.ids(&ADD_IMAGES) {
        add_image(context, id, image)?;
    }
    if let Some(thumbnail) = arguments.integer(&SET_THUMBNAIL) {
        add_image(context, id, thumbnail)?;
        let sql = "UPDATE mo_observations SET thumb_image_id = ? WHERE id = ?";
        context.run(sql, [thumbnail, id])?;
    }
    for image in arguments.ids(&REMOVE_IMAGES) {
        remove_image(context, id, image)?;
    }
    Ok(())
}

fn change_memberships(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    if let Some(project) = arguments.integer(&ADD_TO_PROJECT) {
        project::add_observation(context, project, id)?;
    }
    if let Some(project) = arguments.integer(&REMOVE_FROM_PROJECT) {
        project::remove_observation(context, project, id)?;
    }
    if let Some(list) = arguments.integer(&ADD_TO_SPECIES_LIST) {
        species_list::add_observation(context, list, id)?;
    }
    if let Some(list) = arguments.integer(&REMOVE_FROM_SPECIES_LIST) {
        species_list::remove_observation(context, list, id)?;
    }
    Ok(())
}

/// An observation goes with all that is about it alone; its images stay.
pub fn destroy(context: &Context, id: i64) -> Result<(), Error> {
    let sql =
        "SELECT occurrence_id FROM mo_observations WHERE id = ? AND occurrence_id IS NOT NULL";
    let occurrence: Option<i64> = context.find(sql, [id])?;
    for sql in [
        "DELETE FROM mo_votes WHERE observation_id = ?",
        "DELETE FROM mo_namings WHERE observation_id = ?",
        "DELETE FROM mo_comments WHERE target_type = 'Observation' AND target_id = ?",
        "DELETE FROM mo_external_links WHERE observation_id = ?",
        "DELETE FROM mo_sequences WHERE observation_id = ?",
        "DELETE FROM mo_observation_images WHERE observation_id = ?",
        // A collection number goes with its last observation.
        "DELETE FROM mo_collection_numbers WHERE id IN (
             SELECT a.collection_number_id FROM mo_observation_collection_numbers a
             WHERE a.observation_id = ?1 AND NOT EXISTS (
                 SELECT 1 FROM mo_observation_collection_numbers b
                 WHERE b.collection_number_id = a.collection_number_id
                 AND b.observation_id <> ?1))",
        "DELETE FROM mo_observation_collection_numbers WHERE observation_id = ?",
        "DELETE FROM mo_observation_herbarium_records WHERE observation_id = ?",
        "DELETE FROM mo_species_list_observations WHERE observation_id = ?",
        "DELETE FROM mo_project_observations WHERE observation_id = ?",
        "DELETE FROM mo_observations WHERE id = ?",
    ] {
        context.run(sql, [id])?;
    }
    match occurrence {
        Some(occurrence) => occurrence::settle(context, occurrence),
        None => Ok(()),
    }
}
