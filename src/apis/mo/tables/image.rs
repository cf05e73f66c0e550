//! Images: photos of what was observed.

use rusqlite::params;

use super::{grouped, nested, objects};
use crate::apis::mo::arguments::{Argument, Arguments, Value};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::permission;
use crate::apis::mo::picture;
use crate::apis::mo::rows::Rows;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tables::observation::{self, next_level};
use crate::apis::mo::tree::{Node, Object};
use crate::apis::mo::upload;

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

/// Images on an observation of one of these names.
const WITH_NAME: &str = "`mo_images`.`id` IN (SELECT `mo_observation_images`.`image_id` \
     FROM `mo_observation_images` JOIN `mo_observations` \
     ON `mo_observations`.`id` = `mo_observation_images`.`observation_id` \
     WHERE `mo_observations`.`name_id` IN {})";

pub static TABLE: Table = Table {
    name: "images",
    model: Model::Image,
    refused_as: "image",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
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
    ],
    also: None,
    show,
    create: Some(Create {
        parameters: &[
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
        ],
        run: create,
    }),
    update: Some(Update {
        parameters: &[
            &SET_COPYRIGHT_HOLDER,
            &SET_DATE,
            &SET_DHASH,
            &SET_LICENSE,
            &SET_NOTES,
            &SET_ORIGINAL_NAME,
        ],
        check: Some(check),
        permit: |context, arguments, id| {
            if arguments.has(&SET_DHASH) { Ok(()) } else { permission::must_edit_image(context, id) }
        },
        run: change,
    }),
    delete: Some(Delete { permit: permission::must_edit_image, run: destroy }),
};

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

/// Where the image itself is served: changed images have another address.
pub fn url(site: &str, folder: &str, id: i64, extension: &str, updated: &str) -> String {
    format!("{site}/images/{folder}/{id}.{extension}?{}", unix_seconds(updated))
}

pub fn original_url(site: &str, id: i64, content_type: &str, updated: &str) -> String {
    url(site, "orig", id, picture::extension(content_type), updated)
}

fn unix_seconds(written: &str) -> i64 {
    let moment: Option<jiff::civil::DateTime> = written.replacen(' ', "T", 1).parse().ok();
    let zoned = moment.and_then(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).ok());
    zoned.map_or(0, |zoned| zoned.timestamp().as_second())
}

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let mut observations = match detail {
        Detail::High => {
            let sql = "SELECT image_id, observation_id FROM mo_observation_images
                       WHERE image_id IN (SELECT value FROM json_each(?)) ORDER BY observation_id";
            grouped(context, sql, ids, |row| row.get::<_, i64>(1))?
        }
        _ => std::collections::HashMap::new(),
    };
    let site = context.site();
    let is_post = *context.call.request.method() == http::Method::POST;
    let permitted = permitted(context, ids)?;
    let sql = format!(
        "SELECT i.id, i.`when`, i.copyright_holder, i.notes, i.vote_cache, i.created_at, i.updated_at,
                i.original_name, i.num_views, i.last_view, i.ok_for_export, c.display_name,
                i.content_type, i.width, i.height, f.content, {}
         FROM mo_images i JOIN mo_licenses c ON c.id = i.license_id JOIN mo_users u ON u.id = i.user_id
         LEFT JOIN mo_image_files f ON f.image_id = i.id AND {}
         WHERE i.id IN (SELECT value FROM json_each(?)) ORDER BY i.id",
        nested::USER,
        // Only who sends an image is told its sum.
        if is_post { "TRUE" } else { "FALSE" },
    );
    objects(context, &sql, ids, |row| {
        let id: i64 = row.get(0)?;
        let mut image = Object::new(Model::Image.word(), id);
        let it = &mut image;
        it.push("date", Node::Day(row.get(1)?));
        it.text("copyright_holder", row.get::<_, String>(2)?);
        it.html_if("notes", &row.get::<_, String>(3)?);
        if let Some(quality) = row.get(4)? {
            it.push("quality", Node::Quality(quality));
        }
        let updated: String = row.get(6)?;
        it.moment("created_at", row.get(5)?).moment("updated_at", updated.clone());
        if permitted.contains(&id) {
            it.text_if("original_name", row.get(7)?);
        }
        it.integer("number_of_views", row.get(8)?);
        if let Some(moment) = row.get(9)? {
            it.moment("last_viewed", moment);
        }
        it.flag_xml_if_true("ok_for_export", row.get(10)?);
        it.text("license", row.get::<_, String>(11)?);
        let content_type: String = row.get(12)?;
        it.text("content_type", content_type.clone());
        if let Some(file) = row.get::<_, Option<Vec<u8>>>(15)? {
            it.text("md5sum", upload::md5(&file));
        }
        let sides: (Option<i64>, Option<i64>) = (row.get(13)?, row.get(14)?);
        for (key, pixels) in [("width", sides.0), ("height", sides.1)] {
            if let Some(pixels) = pixels {
                it.integer(key, pixels);
            }
        }
        it.push("original_url", Node::Url(original_url(site, id, &content_type, &updated)));
        if detail == Detail::Low {
            it.reference("owner", Model::User.word(), row.get(16)?);
        } else {
            it.object("owner", nested::user(row, 16)?);
            add_files(it, site, id, &content_type, &updated, sides);
            let ids = observations.remove(&id).unwrap_or_default();
            super::collection_number::observation_ids(it, ids);
        }
        Ok(image)
    })
}

/// Those that the caller may edit.
fn permitted(context: &Context, ids: &[i64]) -> Result<Vec<i64>, Error> {
    let Some(user) = context.user_id() else { return Ok(Vec::new()) };
    let sql = "SELECT i.id FROM mo_images i WHERE i.id IN (SELECT value FROM json_each(?1))
               AND (i.user_id = ?2 OR EXISTS (SELECT 1 FROM mo_project_images p
                    JOIN mo_project_members m ON m.project_id = p.project_id AND m.admin = 1
                    WHERE p.image_id = i.id AND m.user_id = ?2))";
    context.column(sql, params![super::listed(ids), user])
}

/// The same picture in seven files, in an order that clients rely on.
fn add_files(
    image: &mut Object,
    site: &str,
    id: i64,
    content_type: &str,
    updated: &str,
    sides: (Option<i64>, Option<i64>),
) {
    let mut urls = Vec::with_capacity(7);
    let mut files = Vec::with_capacity(7);
    for file in &picture::FILES {
        let (extension, kind) = if file.keeps_type {
            (picture::extension(content_type), content_type)
        } else {
            ("jpg", "image/jpeg")
        };
        let url = url(site, file.folder, id, extension, updated);
        urls.push(Node::Text(url.clone()));
        let mut attributes = vec![("url", url), ("content_type", kind.to_owned())];
        if let (Some(width), Some(height)) = sides {
            let (width, height) = picture::scaled(width, height, file.pixels);
            attributes.extend([("width", width.to_string()), ("height", height.to_string())]);
        }
        attributes.push(("size", file.name.to_owned()));
        files.push(Node::Element(attributes));
    }
    image.json("files", Node::List("file", urls));
    image.xml("files", Node::List("file", files));
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
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
        super::project::add_image(context, project, id)?;
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

/// The hash of an image's look is the business of administrators, and goes alone.
fn check(context: &Context, arguments: &Arguments, _: &[i64]) -> Result<(), Error> {
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

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
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
        arguments.day(&SET_DATE).map(|day| ("when", day.to_string().into())),
        arguments.change(&SET_DHASH, "dhash"),
        arguments.change(&SET_LICENSE, "license_id"),
        arguments.change(&SET_NOTES, "notes"),
        arguments.change(&SET_ORIGINAL_NAME, "original_name"),
    ];
    context.update(Model::Image, id, changes.into_iter().flatten())
}

fn destroy(context: &Context, id: i64) -> Result<(), Error> {
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
