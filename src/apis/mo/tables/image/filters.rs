//! Which images a query is for.

use crate::apis::mo::arguments::{Argument, Value};
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::picture;
use crate::apis::mo::rows::Rows;
use crate::apis::mo::tables::observation::next_level;

const CONTENT_TYPES: Choices = Choices {
    word: "enum",
    values: &["jpg", "gif", "png", "tiff", "bmp", "raw"],
    shown: Shown::Strings,
};
const SIZES: Choices = Choices {
    word: "enum",
    values: &["thumbnail", "small", "medium", "large", "huge"],
    shown: Shown::Symbols,
};
/// Images on an observation of one of these names.
const WITH_NAME: &str = "`mo_images`.`id` IN (SELECT `mo_observation_images`.`image_id` \
     FROM `mo_observation_images` JOIN `mo_observations` \
     ON `mo_observations`.`id` = `mo_observation_images`.`observation_id` \
     WHERE `mo_observations`.`name_id` IN {})";

pub static FILTERS: &[Filter] = &[
    Filter::new(
        Parameter::range("confidence", Kind::Confidence).notes(&[Limit]),
        Rule::Given(of_confidence),
    ),
    Filter::new(
        Parameter::list("content_type", Kind::Choice(CONTENT_TYPES)).notes(&[Limit]),
        Rule::Given(of_content_type),
    ),
    Filter::new(
        Parameter::new("copyright_holder_has", Kind::Text)
            .notes(&[Says("search within copyright holder")]),
        Rule::Has("`mo_images`.`copyright_holder`"),
    ),
    Filter::new(
        Parameter::new("created_at", Kind::TimeRange),
        Rule::Times("`mo_images`.`created_at`"),
    ),
    Filter::new(
        Parameter::new("date", Kind::DateRange).notes(&[Says("when photo taken")]),
        Rule::Days("`mo_images`.`when`"),
    ),
    Filter::new(
        Parameter::new("has_notes", Kind::Boolean),
        Rule::Is("`mo_images`.`notes` <> ''"),
    ),
    Filter::new(
        Parameter::new("has_observation", Kind::True)
            .notes(&[Limit, Says("is attached to an observation?")]),
        Rule::Is(
            "EXISTS (SELECT 1 FROM `mo_observation_images` \
             WHERE `mo_observation_images`.`image_id` = `mo_images`.`id`)",
        ),
    ),
    Filter::new(
        Parameter::new("has_votes", Kind::Boolean),
        Rule::Is("`mo_images`.`vote_cache` IS NOT NULL"),
    ),
    Filter::new(Parameter::records("id", Model::Image), Rule::Id),
    Filter::new(Parameter::new("include_subtaxa", Kind::Boolean), Rule::Aside),
    Filter::new(Parameter::new("include_synonyms", Kind::Boolean), Rule::Aside),
    Filter::new(
        Parameter::record("license", Model::License),
        Rule::Ids("`mo_images`.`license_id` IN {}"),
    ),
    Filter::new(
        Parameter::records("location", Model::Location),
        Rule::Ids(
            "`mo_images`.`id` IN (SELECT `mo_observation_images`.`image_id` \
             FROM `mo_observation_images` JOIN `mo_observations` \
             ON `mo_observations`.`id` = `mo_observation_images`.`observation_id` \
             WHERE `mo_observations`.`location_id` IN {})",
        ),
    ),
    Filter::new(Parameter::records("name", Model::Name), Rule::Names(WITH_NAME)),
    Filter::new(
        Parameter::new("notes_has", Kind::Text).notes(&[Says("search within notes")]),
        Rule::Has("`mo_images`.`notes`"),
    ),
    Filter::new(
        Parameter::records("observation", Model::Observation),
        Rule::Ids(
            "`mo_images`.`id` IN (SELECT `mo_observation_images`.`image_id` \
             FROM `mo_observation_images` WHERE `mo_observation_images`.`observation_id` IN {})",
        ),
    ),
    Filter::new(
        Parameter::new("ok_for_export", Kind::Boolean),
        Rule::Is("`mo_images`.`ok_for_export` = 1"),
    ),
    Filter::new(
        Parameter::records("project", Model::Project),
        Rule::Ids(
            "`mo_images`.`id` IN (SELECT `mo_project_images`.`image_id` \
             FROM `mo_project_images` WHERE `mo_project_images`.`project_id` IN {})",
        ),
    ),
    Filter::new(
        Parameter::range("quality", Kind::Quality).notes(&[Limit]),
        Rule::Given(of_quality),
    ),
    Filter::new(
        Parameter::new("size", Kind::Choice(SIZES)).notes(&[
            Limit,
            Says(
                "width or height at least 160 for thumbnail, 320 for small, 640 for medium, 960 for large, \
                 1280 for huge",
            ),
        ]),
        Rule::Given(of_size),
    ),
    Filter::new(
        Parameter::records("species_list", Model::SpeciesList),
        Rule::Ids(
            "`mo_images`.`id` IN (SELECT `mo_observation_images`.`image_id` \
             FROM `mo_observation_images` JOIN `mo_species_list_observations` \
             ON `mo_species_list_observations`.`observation_id` = `mo_observation_images`.`observation_id` \
             WHERE `mo_species_list_observations`.`species_list_id` IN {})",
        ),
    ),
    Filter::new(
        Parameter::new("updated_at", Kind::TimeRange),
        Rule::Times("`mo_images`.`updated_at`"),
    ),
    Filter::new(
        Parameter::records("user", Model::User).notes(&[Says("who uploaded the photo")]),
        Rule::Ids("`mo_images`.`user_id` IN {}"),
    ),
    Filter::new(
        Parameter::records("synonyms_of", Model::Name).hidden(),
        Rule::SynonymsOf(WITH_NAME),
    ),
    Filter::new(
        Parameter::records("children_of", Model::Name).hidden(),
        Rule::ChildrenOf(WITH_NAME),
    ),
];

fn of_confidence(argument: &Argument, rows: &mut Rows) {
    let (low, high) = match argument {
        Argument::One(Value::Float(level)) => (*level, *level),
        Argument::Range(Value::Float(low), Value::Float(high)) => (*low, *high),
        _ => return,
    };
    // Each end is that of its band: above the level before for positive ones, from the level itself on for others.
    let lower = if low > 0.0 { next_level(low) } else { low };
    let lower_is_open = low > 0.0;
    let (upper, upper_is_open) = if high < 0.0 { (next_level(high), true) } else { (high, false) };
    let mut observations = Rows::of(Model::Observation);
    let above = if lower_is_open {
        "`mo_observations`.`vote_cache` > ?"
    } else {
        "`mo_observations`.`vote_cache` >= ?"
    };
    let below = if upper_is_open {
        "`mo_observations`.`vote_cache` < ?"
    } else {
        "`mo_observations`.`vote_cache` <= ?"
    };
    observations.and(above, [lower.into()]);
    observations.and(below, [upper.into()]);
    rows.and_rows(
        "`mo_images`.`id` IN (SELECT `mo_observation_images`.`image_id` FROM `mo_observation_images` \
         WHERE `mo_observation_images`.`observation_id` IN {})",
        observations,
    );
}

fn of_content_type(argument: &Argument, rows: &mut Rows) {
    let Argument::Many(values) = argument else { return };
    let alternatives = values.iter().filter_map(|value| {
        let Value::Text(word) = value else { return None };
        Some(match word.as_str() {
            "bmp" => ("`mo_images`.`content_type` IN ('image/bmp', ?)", "image/x-ms-bmp"),
            "jpg" => ("`mo_images`.`content_type` = ?", "image/jpeg"),
            "gif" => ("`mo_images`.`content_type` = ?", "image/gif"),
            "png" => ("`mo_images`.`content_type` = ?", "image/png"),
            "tiff" => ("`mo_images`.`content_type` = ?", "image/tiff"),
            _ => (
                "`mo_images`.`content_type` NOT IN ('image/jpeg', 'image/gif', 'image/png', 'image/tiff', \
                 'image/bmp', ?)",
                "image/x-ms-bmp",
            ),
        })
    });
    rows.and_any(alternatives.map(|(sql, kind)| (sql, kind.to_owned().into())).collect());
}

fn of_quality(argument: &Argument, rows: &mut Rows) {
    match argument {
        Argument::One(Value::Float(low)) => {
            rows.and("`mo_images`.`vote_cache` >= ?", [(*low).into()]);
        }
        Argument::Range(Value::Float(low), Value::Float(high)) => {
            let ends = [(*low).into(), (*high).into()];
            rows.and("`mo_images`.`vote_cache` BETWEEN ? AND ?", ends);
        }
        _ => {}
    }
}

fn of_size(argument: &Argument, rows: &mut Rows) {
    let Argument::One(Value::Text(size)) = argument else { return };
    let size = picture::SIZES.iter().find(|known| known.name == size);
    let pixels = i64::from(size.map_or(0, |size| size.pixels));
    let condition = "(`mo_images`.`width` >= ? OR `mo_images`.`height` >= ?)";
    rows.and(condition, [pixels.into(), pixels.into()]);
}
