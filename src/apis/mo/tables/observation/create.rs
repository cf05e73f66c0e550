//! Making observations.

use rusqlite::params;
use serde_json::{Map, Value};

use super::UNKNOWN;
use super::parts::REASONS;
use crate::apis::mo::arguments::{Argument, Arguments};
use crate::apis::mo::consensus;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::geography::Edges;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Default, Limit, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::parse::record::{self, Place};
use crate::apis::mo::parse::scalar;
use crate::apis::mo::permission;
use crate::apis::mo::tables::{
    collection_number, field_slip, herbarium_record, project, species_list,
};

const SOURCES: Choices = Choices {
    word: "enum",
    values: &["mo_website", "mo_android_app", "mo_iphone_app", "mo_api"],
    shown: Shown::Symbols,
};

static ACCESSION_NUMBER: Parameter =
    Parameter::new("accession_number", Kind::Text).notes(&[Says("unique fungarium id")]);
static ALTITUDE: Parameter = Parameter::new("altitude", Kind::Altitude);
static CODE: Parameter = Parameter::new("code", Kind::Text);
static COLLECTION_NUMBER: Parameter = Parameter::new("collection_number", Kind::Text);
static COLLECTORS_NAME: Parameter = Parameter::new("collectors_name", Kind::Text);
static DATE: Parameter = Parameter::new("date", Kind::Date);
static GPS_HIDDEN: Parameter = Parameter::new("gps_hidden", Kind::Boolean)
    .notes(&[Default("false"), Says("hide exact coordinates?")]);
static HAS_SPECIMEN: Parameter = Parameter::new("has_specimen", Kind::Boolean);
static HERBARIUM: Parameter = Parameter::record("herbarium", Model::Herbarium);
static IMAGES: Parameter = Parameter::records("images", Model::Image);
static INITIAL_DET: Parameter =
    Parameter::new("initial_det", Kind::Text).notes(&[Says("initial determination")]);
static IS_COLLECTION_LOCATION: Parameter = Parameter::new("is_collection_location", Kind::Boolean)
    .notes(&[Default("true"), Says("is this location where mushroom was found?")]);
static LATITUDE: Parameter = Parameter::new("latitude", Kind::Latitude);
static LOCATION: Parameter = Parameter::new("location", Kind::PlaceName).notes(&[Limit]);
pub static LOG: Parameter = Parameter::new("log", Kind::Boolean)
    .notes(&[Default("true"), Says("log this action on main page activity log and RSS feed?")]);
static LONGITUDE: Parameter = Parameter::new("longitude", Kind::Longitude);
static NAME: Parameter = Parameter::record("name", Model::Name).notes(&[Default("Fungi")]);
static NOTES: Parameter = Parameter::fields("notes").notes(&[Says(NOTES_HELP)]);
static PROJECTS: Parameter =
    Parameter::records("projects", Model::Project).notes(&[Says("must be member")]);
static REASON_GIVEN: [Parameter; 4] = [
    Parameter::new("reason_1", Kind::Text),
    Parameter::new("reason_2", Kind::Text),
    Parameter::new("reason_3", Kind::Text),
    Parameter::new("reason_4", Kind::Text),
];
static SOURCE: Parameter =
    Parameter::new("source", Kind::Choice(SOURCES)).notes(&[Limit, Default("mo_api")]);
static SPECIES_LISTS: Parameter = Parameter::records("species_lists", Model::SpeciesList)
    .notes(&[Says("must have edit permission")]);
static THUMBNAIL: Parameter = Parameter::record("thumbnail", Model::Image);
static VOTE: Parameter = Parameter::new("vote", Kind::Float).notes(&[Default("3")]);

// The service's stray quotation mark (contract 4.3).
pub const NOTES_HELP: &str =
    "set value of notes field using square braces, e.g., set_notes%5BCap%5D=red\"";

pub const PARAMETERS: &[&Parameter] = &[
    &ACCESSION_NUMBER,
    &ALTITUDE,
    &CODE,
    &COLLECTION_NUMBER,
    &COLLECTORS_NAME,
    &DATE,
    &GPS_HIDDEN,
    &HAS_SPECIMEN,
    &HERBARIUM,
    &IMAGES,
    &INITIAL_DET,
    &IS_COLLECTION_LOCATION,
    &LATITUDE,
    &LOCATION,
    &LOG,
    &LONGITUDE,
    &NAME,
    &NOTES,
    &PROJECTS,
    &REASON_GIVEN[0],
    &REASON_GIVEN[1],
    &REASON_GIVEN[2],
    &REASON_GIVEN[3],
    &SOURCE,
    &SPECIES_LISTS,
    &THUMBNAIL,
    &VOTE,
];

/// Words for a place that is nowhere in particular.
const ANYWHERE: [&str; 6] = ["unknown", "earth", "world", "worldwide", "anywhere", "everywhere"];

pub fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let user = context.user()?;
    let place = arguments.place(&LOCATION).ok_or(Error::MissingParameter(LOCATION.name))?;
    let point = point(arguments.float(&LATITUDE), arguments.float(&LONGITUDE))?;
    let has_specimen = has_specimen(arguments)?;
    let images = images(arguments);
    for project in arguments.ids(&PROJECTS) {
        permission::must_be_member(context, project)?;
    }
    for list in arguments.ids(&SPECIES_LISTS) {
        permission::must_edit_list(context, list)?;
    }
    let place = resolve(context, place, point)?;
    let name = arguments.integer(&NAME).unwrap_or(UNKNOWN);
    let vote = vote(arguments)?;
    let notes = with_fields(Map::new(), arguments.fields(&NOTES).unwrap_or_default());
    let sql = "INSERT INTO mo_observations (user_id, `when`, `where`, location_id, lat, lng, alt,
               gps_hidden, is_collection_location, name_id, notes, source, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)";
    let day = arguments.day(&DATE).map_or_else(|| context.today(), |day| day.to_string());
    let source = arguments.text(&SOURCE).filter(|source| !source.is_empty()).unwrap_or("mo_api");
    let id = context.insert(
        sql,
        params![
            user.id,
            day,
            place.name,
            place.location,
            point.map(|(latitude, _)| latitude),
            point.map(|(_, longitude)| longitude),
            arguments.integer(&ALTITUDE),
            arguments.flag(&GPS_HIDDEN).unwrap_or(false),
            arguments.flag(&IS_COLLECTION_LOCATION).unwrap_or(true),
            name,
            notes,
            source,
            context.now()
        ],
    )?;
    propose(context, arguments, id, name, vote)?;
    for image in images {
        add_image(context, id, image)?;
    }
    for project in arguments.ids(&PROJECTS) {
        project::add_observation(context, project, id)?;
    }
    for list in arguments.ids(&SPECIES_LISTS) {
        species_list::add_observation(context, list, id)?;
    }
    if has_specimen {
        add_specimen(context, arguments, id)?;
    }
    if let Some(code) = arguments.text(&CODE).filter(|code| !code.is_empty()) {
        field_slip::attach_by_code(context, code, id)?;
    }
    Ok(id)
}

/// Both of them or neither.
pub fn point(latitude: Option<f64>, longitude: Option<f64>) -> Result<Option<(f64, f64)>, Error> {
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Ok(Some((latitude, longitude))),
        (None, None) => Ok(None),
        _ => Err(Error::LatLongMustBothBeSet),
    }
}

/// How sure the observer is.
fn vote(arguments: &Arguments) -> Result<f64, Error> {
    let vote = arguments.float(&VOTE).unwrap_or(3.0);
    if (-3.0..=3.0).contains(&vote) {
        Ok(vote)
    } else {
        Err(scalar::beyond(&vote.to_string(), "-3..3"))
    }
}

/// Whether there is a specimen, said or implied.
fn has_specimen(arguments: &Arguments) -> Result<bool, Error> {
    let implying =
        [&HERBARIUM, &COLLECTORS_NAME, &COLLECTION_NUMBER, &INITIAL_DET, &ACCESSION_NUMBER];
    let given = implying.iter().find(|parameter| arguments.has(parameter));
    match (arguments.flag(&HAS_SPECIMEN), given) {
        (Some(false), Some(parameter)) => {
            Err(Error::CanOnlyUseThisFieldIfHasSpecimen(parameter.name))
        }
        (Some(true), _) => Ok(true),
        // A blank text, which forms send, implies nothing.
        _ => Ok([&HERBARIUM, &COLLECTION_NUMBER, &ACCESSION_NUMBER]
            .iter()
            .any(|parameter| !matches!(arguments.get(parameter), None | Some(Argument::Blank)))),
    }
}

/// The images in their order, the thumbnail in front unless it is among them.
fn images(arguments: &Arguments) -> Vec<i64> {
    let mut images = arguments.ids(&IMAGES);
    if let Some(thumbnail) = arguments.integer(&THUMBNAIL) {
        images.retain(|image| *image != thumbnail);
        images.insert(0, thumbnail);
    }
    images
}

/// Where it was: somewhere on Earth is, with coordinates, the smallest location around them.
pub fn resolve(
    context: &Context,
    place: &Place,
    point: Option<(f64, f64)>,
) -> Result<Place, Error> {
    if !ANYWHERE.contains(&place.name.to_lowercase().as_str()) {
        return Ok(place.clone());
    }
    if let Some((latitude, longitude)) = point {
        let sql = "SELECT id, name, north, south, east, west FROM mo_locations
                   WHERE south <= ?1 AND north >= ?1 ORDER BY box_area";
        let mut query = context.db.prepare_cached(sql)?;
        let mut rows = query.query([latitude])?;
        while let Some(row) = rows.next()? {
            let edges = Edges {
                north: row.get(2)?,
                south: row.get(3)?,
                east: row.get(4)?,
                west: row.get(5)?,
            };
            if edges.contains(latitude, longitude) {
                return Ok(Place { location: row.get(0)?, name: row.get(1)? });
            }
        }
    }
    record::place(context.db, "Earth")
}

/// Notes with fields set, or taken away by a blank value; as the store keeps them.
pub fn with_fields(mut notes: Map<String, Value>, fields: &[(String, String)]) -> String {
    for (name, text) in fields {
        if text.is_empty() {
            notes.shift_remove(name);
        } else {
            notes.insert(name.clone(), Value::String(text.clone()));
        }
    }
    Value::Object(notes).to_string()
}

/// The observer's own opinion: a naming, with reasons and a vote.
fn propose(
    context: &Context,
    arguments: &Arguments,
    id: i64,
    name: i64,
    vote: f64,
) -> Result<(), Error> {
    let user = context.user()?.id;
    let mut reasons = Map::new();
    for (number, parameter) in (1..=REASONS.len()).zip(&REASON_GIVEN) {
        if let Some(text) = arguments.text(parameter) {
            reasons.insert(number.to_string(), text.into());
        }
    }
    let sql =
        "INSERT INTO mo_namings (observation_id, name_id, user_id, reasons, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    let reasons = Value::Object(reasons).to_string();
    let naming = context.insert(sql, params![id, name, user, reasons, context.now()])?;
    let sql =
        "INSERT INTO mo_votes (naming_id, observation_id, user_id, value) VALUES (?, ?, ?, ?)";
    context.insert(sql, params![naming, id, user, vote])?;
    consensus::recount(context.db, id)
}

/// Puts an image behind the others of an observation; the first one stands for it.
pub fn add_image(context: &Context, observation: i64, image: i64) -> Result<(), Error> {
    let sql = "INSERT OR IGNORE INTO mo_observation_images (observation_id, image_id, rank)
               SELECT ?1, ?2, coalesce(max(rank), 0) + 1 FROM mo_observation_images
               WHERE observation_id = ?1";
    context.run(sql, [observation, image])?;
    let sql =
        "UPDATE mo_observations SET thumb_image_id = coalesce(thumb_image_id, ?2), updated_at = ?3
               WHERE id = ?1";
    context.run(sql, params![observation, image, context.now()]).map(drop)
}

/// Takes an image off an observation; when it stood for it, the first of those left does.
pub fn remove_image(context: &Context, observation: i64, image: i64) -> Result<(), Error> {
    let sql = "DELETE FROM mo_observation_images WHERE observation_id = ? AND image_id = ?";
    context.run(sql, [observation, image])?;
    let sql = "UPDATE mo_observations SET updated_at = ?3, thumb_image_id = CASE thumb_image_id WHEN ?2 THEN
               (SELECT image_id FROM mo_observation_images WHERE observation_id = ?1 ORDER BY rank LIMIT 1)
               ELSE thumb_image_id END WHERE id = ?1";
    context.run(sql, params![observation, image, context.now()]).map(drop)
}

fn add_specimen(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let user = context.user()?;
    let given = |parameter| arguments.text(parameter).filter(|text| !text.is_empty());
    context.run("UPDATE mo_observations SET specimen = 1 WHERE id = ?", [id])?;
    if let Some(number) = given(&COLLECTION_NUMBER) {
        let collector = given(&COLLECTORS_NAME).unwrap_or(&user.legal_name);
        collection_number::attach(context, id, collector, number)?;
    }
    let herbarium = match arguments.integer(&HERBARIUM) {
        Some(herbarium) => herbarium,
        None => personal_herbarium(context)?,
    };
    let specimen = herbarium_record::Specimen {
        observation: id,
        herbarium,
        accession_number: given(&ACCESSION_NUMBER),
        initial_det: given(&INITIAL_DET),
        notes: "",
    };
    herbarium_record::attach(context, &specimen).map(drop)
}

/// The caller's own herbarium, which is made when it is first needed.
fn personal_herbarium(context: &Context) -> Result<i64, Error> {
    let user = context.user()?;
    let sql = "SELECT id FROM mo_herbaria WHERE personal_user_id = ?";
    if let Some(id) = context.find(sql, [user.id])? {
        return Ok(id);
    }
    let name = format!("{}: Personal Fungarium", user.legal_name);
    let sql = "INSERT INTO mo_herbaria (name, personal_user_id, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?3)";
    let id = context.insert(sql, params![name, user.id, context.now()])?;
    let sql = "INSERT INTO mo_herbarium_curators (herbarium_id, user_id) VALUES (?, ?)";
    context.run(sql, [id, user.id])?;
    Ok(id)
}
