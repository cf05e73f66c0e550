//! Locations: named boxes on the map.

use rusqlite::params;

use super::{comments, nested, objects, refuse_blank};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::geography::{self, Edges};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::place_name;
use crate::apis::mo::table::{Create, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::Object;

const POSTAL: &str = "in postal format with country last regardless of user preference";

static NAME: Parameter = Parameter::new("name", Kind::Short(1024)).notes(&[Limit, Says(POSTAL)]);
static NORTH: Parameter = Parameter::new("north", Kind::Latitude);
// Quirk (contract 4.3): the southern edge is read as a longitude.
static SOUTH: Parameter = Parameter::new("south", Kind::Longitude);
static EAST: Parameter = Parameter::new("east", Kind::Longitude);
static WEST: Parameter = Parameter::new("west", Kind::Longitude);
static HIGH: Parameter = Parameter::new("high", Kind::Altitude);
static LOW: Parameter = Parameter::new("low", Kind::Altitude);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static SET_EAST: Parameter = Parameter::new("set_east", Kind::Longitude);
static SET_HIGH: Parameter = Parameter::new("set_high", Kind::Altitude);
static SET_LOW: Parameter = Parameter::new("set_low", Kind::Altitude);
static SET_NAME: Parameter =
    Parameter::new("set_name", Kind::Short(1024)).notes(&[Limit, NotBlank, Says(POSTAL)]);
static SET_NORTH: Parameter = Parameter::new("set_north", Kind::Latitude);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);
static SET_SOUTH: Parameter = Parameter::new("set_south", Kind::Longitude);
static SET_WEST: Parameter = Parameter::new("set_west", Kind::Longitude);

pub static TABLE: Table = Table {
    name: "locations",
    model: Model::Location,
    refused_as: "location",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_locations`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("east", Kind::Longitude).notes(&[Says("max longitude")]),
            Rule::Aside,
        ),
        Filter::new(Parameter::records("id", Model::Location), Rule::Id),
        Filter::new(
            Parameter::new("north", Kind::Latitude).notes(&[Says("max latitude")]),
            Rule::Aside,
        ),
        Filter::new(
            Parameter::new("south", Kind::Latitude).notes(&[Says("min latitude")]),
            Rule::Aside,
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_locations`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator / first to use")]),
            Rule::Ids("`mo_locations`.`user_id` IN {}"),
        ),
        Filter::new(
            Parameter::new("west", Kind::Longitude).notes(&[Says("min longitude")]),
            Rule::Aside,
        ),
    ],
    also: Some(geography::locations),
    show,
    create: Some(Create {
        parameters: &[&NAME, &NORTH, &SOUTH, &EAST, &WEST, &HIGH, &LOW, &NOTES],
        run: create,
    }),
    update: Some(Update {
        parameters: &[
            &SET_EAST, &SET_HIGH, &SET_LOW, &SET_NAME, &SET_NORTH, &SET_NOTES, &SET_SOUTH,
            &SET_WEST,
        ],
        check: Some(check),
        permit: |context, _, id| permit(context, id),
        run: change,
    }),
    delete: None,
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let mut talk = match detail {
        Detail::High => comments(context, Model::Location, ids)?,
        _ => std::collections::HashMap::new(),
    };
    let sql = "SELECT id, name, north, south, east, west, high, low, notes, created_at, updated_at,
                      num_views, last_view, ok_for_export
               FROM mo_locations WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
    objects(context, sql, ids, |row| {
        let id = row.get(0)?;
        let mut location = Object::large(Model::Location.word(), id);
        location.text("name", row.get::<_, String>(1)?);
        nested::edges(&mut location, row, 2)?;
        nested::altitudes(&mut location, row, 6)?;
        location.html_if("notes", &row.get::<_, String>(8)?);
        location.moment("created_at", row.get(9)?).moment("updated_at", row.get(10)?);
        location.integer("number_of_views", row.get(11)?);
        location.moment_or_null("last_viewed", row.get(12)?);
        location.flag_xml_if_true("ok_for_export", row.get(13)?);
        location.list_if("comments", "comment", talk.remove(&id).unwrap_or_default());
        Ok(location)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let name = arguments.required_text(&NAME)?;
    let need = |parameter: &'static Parameter| {
        arguments.float(parameter).ok_or(Error::MissingParameter(parameter.name))
    };
    let edges = Edges {
        north: need(&NORTH)?,
        south: need(&SOUTH)?,
        east: need(&EAST)?,
        west: need(&WEST)?,
    };
    must_be_new(context, name, None)?;
    place_name::check(context, name)?;
    check_edges(name, edges)?;
    let (high, low) = (arguments.integer(&HIGH), arguments.integer(&LOW));
    let notes = arguments.text(&NOTES).unwrap_or_default();
    let (latitude, longitude) = edges.center();
    let sql = "INSERT INTO mo_locations (name, north, south, east, west, box_area, center_lat,
               center_lng, high, low, notes, user_id, created_at, updated_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13)";
    let Edges { north, south, east, west } = edges;
    let (user, now) = (context.user()?.id, context.now());
    let metres = |metres: Option<i64>| metres.map(|metres| metres as f64);
    let id = context.insert(
        sql,
        params![
            name,
            north,
            south,
            east,
            west,
            edges.area(),
            latitude,
            longitude,
            metres(high),
            metres(low),
            notes,
            user,
            now
        ],
    )?;
    note_edit(context, id)?;
    Ok(id)
}

fn must_be_new(context: &Context, name: &str, own: Option<i64>) -> Result<(), Error> {
    let sql = "SELECT 1 FROM mo_locations WHERE name = ? AND id IS NOT ?";
    if context.any(sql, params![name, own])? {
        return Err(Error::LocationAlreadyExists(name.to_owned()));
    }
    Ok(())
}

fn check_edges(name: &str, edges: Edges) -> Result<(), Error> {
    let reason = if edges.north < edges.south {
        "North must be greater than South"
    } else if edges.south < -90.0 {
        "South must be between -90 and 90"
    } else {
        return Ok(());
    };
    let kind = Model::Location.phrase();
    Err(Error::CreateFailed { kind, name: name.to_owned(), reasons: vec![reason.into()] })
}

fn note_edit(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "INSERT INTO mo_location_versions (location_id, user_id) VALUES (?, ?)";
    context.run(sql, [id, context.user()?.id]).map(drop)
}

/// Quirk (contract 4.3): several locations cannot be changed at once, whatever is being set.
fn check(context: &Context, arguments: &Arguments, ids: &[i64]) -> Result<(), Error> {
    refuse_blank(arguments, &[&SET_NORTH, &SET_SOUTH, &SET_EAST, &SET_WEST])?;
    if ids.len() > 1 {
        return Err(Error::TryingToSetMultipleLocationsToSameName);
    }
    if let Some(name) = arguments.text(&SET_NAME) {
        must_be_new(context, name, ids.first().copied())?;
        place_name::check(context, name)?;
    }
    Ok(())
}

/// Whose location it is, and nobody else's in any way.
fn permit(context: &Context, id: i64) -> Result<(), Error> {
    const WORD: &str = "locations";
    if !permission::owns(context, Model::Location, id)? {
        return Err(Error::MustBeCreator(WORD));
    }
    let others: [(&str, Error); 6] = [
        (
            "SELECT 1 FROM mo_location_versions WHERE location_id = ? AND user_id <> ?",
            Error::MustBeOnlyEditor(WORD),
        ),
        (
            "SELECT 1 FROM mo_location_descriptions WHERE location_id = ? AND user_id <> ?",
            Error::MustOwnAllDescriptions(WORD),
        ),
        (
            "SELECT 1 FROM mo_observations WHERE location_id = ? AND user_id <> ?",
            Error::MustOwnAllObservations(WORD),
        ),
        (
            "SELECT 1 FROM mo_species_lists WHERE location_id = ? AND user_id <> ?",
            Error::MustOwnAllSpeciesLists(WORD),
        ),
        (
            "SELECT 1 FROM mo_users WHERE location_id = ? AND id <> ?",
            Error::AnotherUsersProfileLocation,
        ),
        (
            "SELECT 1 FROM mo_herbaria WHERE location_id = ? AND personal_user_id IS NOT ?",
            Error::MustNotHaveAnyHerbaria,
        ),
    ];
    let user = context.user()?.id;
    for (sql, error) in others {
        if context.any(sql, [id, user])? {
            return Err(error);
        }
    }
    Ok(())
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let former = geography::edges_of(context, id)?;
    let edges = Edges {
        north: arguments.float(&SET_NORTH).unwrap_or(former.north),
        south: arguments.float(&SET_SOUTH).unwrap_or(former.south),
        east: arguments.float(&SET_EAST).unwrap_or(former.east),
        west: arguments.float(&SET_WEST).unwrap_or(former.west),
    };
    check_edges(&permission::title(context, Model::Location, id)?, edges)?;
    let (latitude, longitude) = edges.center();
    let metres = |parameter: &'static Parameter, column| {
        let given = arguments.has(parameter);
        given.then(|| (column, arguments.integer(parameter).map(|metres| metres as f64).into()))
    };
    let changes = [
        arguments.change(&SET_NAME, "name"),
        arguments.change(&SET_NOTES, "notes"),
        metres(&SET_HIGH, "high"),
        metres(&SET_LOW, "low"),
        Some(("north", edges.north.into())),
        Some(("south", edges.south.into())),
        Some(("east", edges.east.into())),
        Some(("west", edges.west.into())),
        Some(("box_area", edges.area().into())),
        Some(("center_lat", latitude.into())),
        Some(("center_lng", longitude.into())),
    ];
    context.update(Model::Location, id, changes.into_iter().flatten())?;
    if let Some(name) = arguments.text(&SET_NAME) {
        for table in ["mo_observations", "mo_species_lists"] {
            let sql = format!("UPDATE {table} SET `where` = ? WHERE location_id = ?");
            context.run(&sql, params![name, id])?;
        }
    }
    note_edit(context, id)
}
