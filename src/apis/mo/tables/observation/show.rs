//! What answers show of an observation.

use std::sync::LazyLock;

use rusqlite::Row;
use serde_json::Value;

use super::parts::{self, ById, Load};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::table::Detail;
use crate::apis::mo::tables::{Kept, Query, comments, nested, objects};
use crate::apis::mo::textile;
use crate::apis::mo::tree::{Direction, Node, Object};

const BASE: &str = "o.id, o.`when`, o.lat, o.lng, o.alt, o.gps_hidden, o.specimen,
     c.has_specimen, o.occurrence_id, o.is_collection_location, o.vote_cache, o.created_at,
     o.updated_at, o.num_views, o.last_view, o.notes";

static LOW: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new(format!(
        "SELECT {BASE}, o.user_id, o.name_id, n.text_name, o.location_id, o.`where`,
                o.thumb_image_id
         FROM mo_observations o JOIN mo_names n ON n.id = o.name_id
         LEFT JOIN mo_occurrences c ON c.id = o.occurrence_id
         WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY o.id"
    ))
});

/// The last columns tell which of the parts there are at all.
static HIGH: LazyLock<Kept> = LazyLock::new(|| {
    Kept::new(format!(
        "SELECT {BASE}, {}, {}, o.`where`, {}, o.thumb_image_id, s.id, s.code,
                c.primary_observation_id,
                EXISTS (SELECT 1 FROM mo_observation_images WHERE observation_id = o.id),
                EXISTS (SELECT 1 FROM mo_comments
                        WHERE target_type = 'Observation' AND target_id = o.id),
                EXISTS (SELECT 1 FROM mo_observation_collection_numbers WHERE observation_id = o.id),
                EXISTS (SELECT 1 FROM mo_observation_herbarium_records WHERE observation_id = o.id),
                EXISTS (SELECT 1 FROM mo_sequences WHERE observation_id = o.id),
                EXISTS (SELECT 1 FROM mo_external_links WHERE observation_id = o.id)
         FROM mo_observations o JOIN mo_users u ON u.id = o.user_id
         JOIN mo_names n ON n.id = o.name_id
         LEFT JOIN mo_locations l ON l.id = o.location_id
         LEFT JOIN mo_occurrences c ON c.id = o.occurrence_id
         LEFT JOIN mo_field_slips s ON s.id = c.field_slip_id
         WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY o.id",
        nested::USER,
        nested::NAME,
        nested::LOCATION
    ))
});

pub fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    match detail {
        Detail::High => high(context, ids),
        _ => objects(context, &*LOW, ids, low),
    }
}

fn base(row: &Row, detail: Detail) -> rusqlite::Result<Object> {
    let mut observation = Object::large(Model::Observation.word(), row.get(0)?);
    let it = &mut observation;
    it.push("date", Node::Day(row.get(1)?));
    let is_hidden: bool = row.get(5)?;
    if let (Some(latitude), Some(longitude)) = (row.get(2)?, row.get(3)?) {
        if is_hidden {
            it.push("latitude", Node::Null).push("longitude", Node::Null);
        } else {
            it.push("latitude", Node::Degrees(latitude, Direction::North));
            it.push("longitude", Node::Degrees(longitude, Direction::East));
        }
    }
    if let Some(altitude) = row.get(4)? {
        it.push("altitude", Node::Metres(altitude));
    }
    it.flag("gps_hidden", is_hidden);
    let own: bool = row.get(6)?;
    it.flag("specimen_available", own || row.get::<_, Option<bool>>(7)?.unwrap_or_default());
    if let Some(occurrence) = row.get(8)? {
        it.json("occurrence_id", Node::Integer(occurrence));
        if detail == Detail::Low {
            it.xml(
                "occurrence",
                Node::Reference { kind: Model::Occurrence.word(), id: occurrence },
            );
        }
    }
    it.flag("is_collection_location", row.get(9)?);
    if let Some(confidence) = row.get(10)? {
        it.push("confidence", Node::Confidence(confidence));
    }
    it.moment("created_at", row.get(11)?);
    it.moment("updated_at", row.get(12)?);
    it.integer("number_of_views", row.get(13)?);
    it.moment_or_null("last_viewed", row.get(14)?);
    let notes: String = row.get(15)?;
    add_notes(it, &notes);
    Ok(observation)
}

fn add_notes(observation: &mut Object, notes: &str) {
    if notes == "{}" {
        return;
    }
    let Ok(Value::Object(notes)) = serde_json::from_str(notes) else { return };
    let html = |value: &Value| textile::html(value.as_str().unwrap_or_default());
    let fields: Vec<(String, String)> = notes
        .iter()
        .filter(|(name, _)| *name != "Other")
        .map(|(name, value)| (name.clone(), html(value)))
        .collect();
    if !fields.is_empty() {
        observation.push("notes_fields", Node::Fields(fields));
    }
    if let Some(other) = notes.get("Other") {
        observation.push("notes", Node::Html(html(other)));
    }
}

fn low(row: &Row) -> rusqlite::Result<Object> {
    let mut observation = base(row, Detail::Low)?;
    let it = &mut observation;
    it.reference("owner", Model::User.word(), row.get(16)?);
    let name: i64 = row.get(17)?;
    it.json("consensus_id", Node::Integer(name));
    it.xml("consensus_id", Node::Reference { kind: Model::Name.word(), id: name });
    it.text("consensus_name", row.get::<_, String>(18)?);
    let (location, place): (Option<i64>, String) = (row.get(19)?, row.get(20)?);
    if let Some(location) = location {
        it.json("location_id", Node::Integer(location));
    }
    it.json("location_name", Node::Text(place.clone()));
    it.xml("location", place_element(location, place));
    it.reference_if("primary_image", Model::Image.word(), row.get(21)?);
    Ok(observation)
}

/// Quirk (contract 5.15): in XML a place is one element with its name as an attribute.
fn place_element(location: Option<i64>, name: String) -> Node {
    let mut attributes = Vec::with_capacity(3);
    if let Some(id) = location {
        attributes.push(("id", id.to_string()));
    }
    attributes.extend([("name", name), ("type", "location".to_owned())]);
    Node::Element(attributes)
}

/// Which parts at least one of the observations has.
#[derive(Default)]
struct Parts([bool; 6]);

fn high(context: &Context, ids: &[i64]) -> Result<Vec<Object>, Error> {
    let mut parts = Parts::default();
    let mut shown = Vec::with_capacity(ids.len());
    {
        let (sql, ids) = HIGH.bound(ids);
        let mut query = context.db.prepare_cached(&sql)?;
        let mut rows = query.query([ids])?;
        while let Some(row) = rows.next()? {
            shown.push(High::read(context, row, &mut parts)?);
        }
    }
    let Parts([images, talk, numbers, records, sequences, links]) = parts;
    let when = |is_needed: bool, load: Load| {
        if is_needed { load(context, ids) } else { Ok(ById::default()) }
    };
    let mut images = when(images, parts::images)?;
    let mut namings = parts::namings(context, ids)?;
    let mut votes = parts::votes(context, ids)?;
    let mut talk = when(talk, |context, ids| comments(context, Model::Observation, ids))?;
    let mut numbers = when(numbers, parts::collection_numbers)?;
    let mut records = when(records, parts::herbarium_records)?;
    let mut sequences = when(sequences, parts::sequences)?;
    let mut links = when(links, parts::external_links)?;
    let whole = shown.into_iter().map(|high| {
        let id = high.id;
        let take = |parts: &mut ById| parts.remove(&id).unwrap_or_default();
        let mut it = high.object;
        it.list_if("namings", "naming", take(&mut namings));
        it.list_if("votes", "vote", take(&mut votes));
        if let Some(location) = high.location {
            it.object("location", location);
        } else {
            it.json("location_name", Node::Text(high.place.clone()));
            it.xml("location", place_element(None, high.place));
        }
        let (primary, others): (Vec<Object>, Vec<Object>) =
            take(&mut images).into_iter().partition(|image| image.id == high.thumbnail);
        it.object_if("primary_image", primary.into_iter().next());
        it.list_if("images", "image", others);
        it.list_if("comments", "comment", take(&mut talk));
        it.list_if("collection_numbers", "collection_number", take(&mut numbers));
        it.list_if("herbarium_records", "herbarium_record", take(&mut records));
        it.list_if("sequences", "sequence", take(&mut sequences));
        it.list_if("external_links", "external_link", take(&mut links));
        it.object_if("field_slip", high.field_slip);
        it.object_if("occurrence", high.occurrence);
        it
    });
    Ok(whole.collect())
}

/// An observation whose parts are still to come.
struct High {
    id: i64,
    object: Object,
    place: String,
    location: Option<Object>,
    thumbnail: Option<i64>,
    field_slip: Option<Object>,
    occurrence: Option<Object>,
}

impl High {
    fn read(context: &Context, row: &Row, parts: &mut Parts) -> rusqlite::Result<Self> {
        let mut object = base(row, Detail::High)?;
        object.push("owner", nested::user(context, row, 16)?);
        object.push_as("consensus", "consensus_name", nested::name(context, row, 19)?);
        for (index, has) in parts.0.iter_mut().enumerate() {
            *has |= row.get::<_, bool>(39 + index)?;
        }
        let occurrence = match (row.get::<_, Option<i64>>(8)?, row.get::<_, Option<i64>>(38)?) {
            (Some(id), Some(primary)) => {
                let mut occurrence = Object::new(Model::Occurrence.word(), id);
                let kind = Model::Observation.word();
                occurrence.reference("primary_observation", kind, primary);
                if row.get::<_, Option<bool>>(7)?.unwrap_or_default() {
                    occurrence.flag("has_specimen", true);
                }
                Some(occurrence)
            }
            _ => None,
        };
        Ok(Self {
            id: row.get(0)?,
            object,
            place: row.get(26)?,
            location: nested::location(row, 27)?,
            thumbnail: row.get(35)?,
            field_slip: nested::titled(row, 36, Model::FieldSlip, "code")?,
            occurrence,
        })
    }
}
