//! Which observations a query is for.

use rusqlite::types::Value as Sql;

use crate::apis::mo::arguments::{Argument, Value};
use crate::apis::mo::filter::{Filter, Rule, ids_of};
use crate::apis::mo::geography;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::parse::split_list;
use crate::apis::mo::quirk::NO_LOCATIONS_PARAMETER;
use crate::apis::mo::rows::{Rows, any_of};

pub static FILTERS: &[Filter] = &[
    Filter::new(
        Parameter::new("comments_has", Kind::Text)
            .notes(&[Says("search within comments summary and body")]),
        Rule::HasWithin(
            "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'Observation' \
             AND `mo_comments`.`target_id` = `mo_observations`.`id` AND {})",
            "`mo_comments`.`summary` || ' ' || `mo_comments`.`comment`",
        ),
    ),
    Filter::new(
        Parameter::new("confidence", Kind::Confidence).notes(&[Limit]),
        Rule::Given(in_band),
    ),
    Filter::new(
        Parameter::new("created_at", Kind::TimeRange),
        Rule::Times("`mo_observations`.`created_at`"),
    ),
    Filter::new(
        Parameter::new("date", Kind::DateRange).notes(&[Says("when seen")]),
        Rule::Days("`mo_observations`.`when`"),
    ),
    Filter::new(
        Parameter::new("east", Kind::Longitude).notes(&[Says("max longitude")]),
        Rule::Aside,
    ),
    // Quirk (contract 4.2): accepted, and without effect.
    Filter::new(
        Parameter::new("gps_hidden", Kind::Boolean).notes(&[Says("hide exact coordinates?")]),
        Rule::Aside,
    ),
    Filter::new(
        Parameter::new("has_comments", Kind::Boolean),
        Rule::Is(
            "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'Observation' \
             AND `mo_comments`.`target_id` = `mo_observations`.`id`)",
        ),
    ),
    Filter::new(
        Parameter::new("has_images", Kind::Boolean),
        Rule::Is("`mo_observations`.`thumb_image_id` IS NOT NULL"),
    ),
    Filter::new(
        Parameter::new("has_name", Kind::Boolean).notes(&[Says("group or genus or better")]),
        // Whatever the help says: anything but the name of what nobody can name.
        Rule::Is(HAS_NAME),
    ),
    Filter::new(
        Parameter::new("has_notes", Kind::Boolean),
        Rule::Is("`mo_observations`.`notes` <> '{}'"),
    ),
    Filter::new(
        Parameter::list("has_notes_field", Kind::Text)
            .notes(&[Says("is given observation notes template field filled in?")]),
        Rule::Given(has_notes_field),
    ),
    Filter::new(
        Parameter::new("has_public_lat_lng", Kind::Boolean),
        Rule::Is("`mo_observations`.`lat` IS NOT NULL AND `mo_observations`.`gps_hidden` = 0"),
    ),
    Filter::new(
        Parameter::new("has_specimen", Kind::Boolean),
        Rule::Is(
            "CASE WHEN `mo_observations`.`occurrence_id` IS NULL THEN `mo_observations`.`specimen` = 1 \
             ELSE (SELECT `mo_occurrences`.`has_specimen` FROM `mo_occurrences` \
             WHERE `mo_occurrences`.`id` = `mo_observations`.`occurrence_id`) = 1 END",
        ),
    ),
    Filter::new(
        Parameter::records("herbarium", Model::Herbarium),
        Rule::Ids(
            "`mo_observations`.`id` IN (SELECT `mo_observation_herbarium_records`.`observation_id` \
             FROM `mo_observation_herbarium_records` JOIN `mo_herbarium_records` \
             ON `mo_herbarium_records`.`id` = `mo_observation_herbarium_records`.`herbarium_record_id` \
             WHERE `mo_herbarium_records`.`herbarium_id` IN {})",
        ),
    ),
    Filter::new(
        Parameter::records("herbarium_record", Model::HerbariumRecord),
        Rule::Ids(
            "`mo_observations`.`id` IN (SELECT `mo_observation_herbarium_records`.`observation_id` \
             FROM `mo_observation_herbarium_records` \
             WHERE `mo_observation_herbarium_records`.`herbarium_record_id` IN {})",
        ),
    ),
    Filter::new(Parameter::records("id", Model::Observation), Rule::Id),
    Filter::new(Parameter::new("include_subtaxa", Kind::Boolean), Rule::Aside),
    Filter::new(Parameter::new("include_synonyms", Kind::Boolean), Rule::Aside),
    Filter::new(
        Parameter::new("is_collection_location", Kind::Boolean)
            .notes(&[Says("is this location where mushroom was found?")]),
        Rule::Is("`mo_observations`.`is_collection_location` = 1"),
    ),
    Filter::new(
        Parameter::records("location", Model::Location),
        Rule::Custom(|context, _, argument, rows| {
            geography::in_locations(context, &ids_of(argument), rows)
        }),
    ),
    // Gone from the service, but documented (contract 10.1): the whole text is one term.
    Filter::new(
        Parameter::new("locations", Kind::Text).hidden().gone_in(&NO_LOCATIONS_PARAMETER),
        Rule::Given(place_contains),
    ),
    Filter::new(
        Parameter::records("name", Model::Name),
        Rule::Names("`mo_observations`.`name_id` IN {}"),
    ),
    Filter::new(
        Parameter::new("north", Kind::Latitude).notes(&[Says("max latitude")]),
        Rule::Aside,
    ),
    Filter::new(
        Parameter::new("notes_has", Kind::Text).notes(&[Says("search within notes")]),
        Rule::Has(NOTES_TEXT),
    ),
    Filter::new(
        Parameter::records("project", Model::Project),
        Rule::Ids(
            "`mo_observations`.`id` IN (SELECT `mo_project_observations`.`observation_id` \
             FROM `mo_project_observations` WHERE `mo_project_observations`.`project_id` IN {})",
        ),
    ),
    Filter::new(
        Parameter::new("region", Kind::Text)
            .notes(&[Says("matches locations which end in this, e.g. \"California, USA\"")]),
        Rule::Custom(|context, _, argument, rows| match argument {
            Argument::One(Value::Text(region)) => geography::in_region(context, region, rows),
            _ => Ok(()),
        }),
    ),
    Filter::new(
        Parameter::new("south", Kind::Latitude).notes(&[Says("min latitude")]),
        Rule::Aside,
    ),
    Filter::new(
        Parameter::records("species_list", Model::SpeciesList),
        Rule::Ids(
            "`mo_observations`.`id` IN (SELECT `mo_species_list_observations`.`observation_id` \
             FROM `mo_species_list_observations` \
             WHERE `mo_species_list_observations`.`species_list_id` IN {})",
        ),
    ),
    Filter::new(
        Parameter::new("updated_at", Kind::TimeRange),
        Rule::Times("`mo_observations`.`updated_at`"),
    ),
    Filter::new(
        Parameter::records("user", Model::User).notes(&[Says("observer")]),
        Rule::Ids("`mo_observations`.`user_id` IN {}"),
    ),
    Filter::new(
        Parameter::new("west", Kind::Longitude).notes(&[Says("min longitude")]),
        Rule::Aside,
    ),
    Filter::new(
        Parameter::records("synonyms_of", Model::Name).hidden(),
        Rule::SynonymsOf("`mo_observations`.`name_id` IN {}"),
    ),
    Filter::new(
        Parameter::records("children_of", Model::Name).hidden(),
        Rule::ChildrenOf("`mo_observations`.`name_id` IN {}"),
    ),
];

/// The band below a level: `2` is what lies above 1 and up to 2, `-2` what lies from -2 on and below -1.
fn in_band(argument: &Argument, rows: &mut Rows) {
    let Argument::One(Value::Float(level)) = argument else { return };
    let (level, next) = (*level, next_level(*level));
    let column = if level > 0.0 {
        "`mo_observations`.`vote_cache` > ? AND `mo_observations`.`vote_cache` <= ?"
    } else if level < 0.0 {
        "`mo_observations`.`vote_cache` < ? AND `mo_observations`.`vote_cache` >= ?"
    } else {
        "`mo_observations`.`vote_cache` BETWEEN ? AND ?"
    };
    rows.and(column, [Sql::Real(next), Sql::Real(level)]);
}

/// The next level towards zero.
pub fn next_level(level: f64) -> f64 {
    if level > 0.0 {
        level.ceil() - 1.0
    } else if level < 0.0 {
        level.floor() + 1.0
    } else {
        0.0
    }
}

/// The notes as people read them: a line for each field, and what is no field by itself.
const NOTES_TEXT: &str = "CASE `mo_observations`.`notes` WHEN '{}' THEN '' ELSE (SELECT group_concat( \
     CASE json_each.key WHEN 'Other' THEN json_each.value ELSE json_each.key || ': ' || json_each.value END, char(10)) \
     FROM json_each(`mo_observations`.`notes`)) END";

const HAS_NAME: &str = "`mo_observations`.`name_id` <> 1";
const _: () = assert!(super::UNKNOWN == 1);

fn has_notes_field(argument: &Argument, rows: &mut Rows) {
    let fields = match argument {
        Argument::Many(values) => values.as_slice(),
        Argument::One(value) => std::slice::from_ref(value),
        _ => return,
    };
    let places = vec!["?"; fields.len()].join(", ");
    let condition = format!(
        "EXISTS (SELECT 1 FROM json_each(`mo_observations`.`notes`) WHERE json_each.key IN ({places}))"
    );
    rows.push(condition, fields.iter().map(Value::to_sql));
}

fn place_contains(argument: &Argument, rows: &mut Rows) {
    let Argument::One(Value::Text(text)) = argument else { return };
    // Quirk (contract 10.1): it is a list only where commas are escaped.
    let terms = if text.contains("\\,") { split_list(text) } else { vec![text.clone()] };
    let condition = "(`mo_observations`.`where` LIKE ? ESCAPE '\\' OR `mo_observations`.`location_id` IN \
         (SELECT `mo_locations`.`id` FROM `mo_locations` WHERE `mo_locations`.`name` LIKE ? ESCAPE '\\'))";
    let patterns = terms.iter().flat_map(|term| {
        let pattern = term.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = Sql::Text(format!("%{pattern}%"));
        [pattern.clone(), pattern]
    });
    rows.push(any_of(&vec![condition; terms.len()]), patterns.collect::<Vec<_>>());
}
