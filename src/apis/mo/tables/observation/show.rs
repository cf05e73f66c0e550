//! What answers show of an observation.

use std::collections::HashMap;
use std::sync::LazyLock;

use rusqlite::Row;
use serde_json::Value;

use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::table::Detail;
use crate::apis::mo::tables::{Kept, Query, comments, grouped, nested, objects};
use crate::apis::mo::textile;
use crate::apis::mo::tree::{Direction, Node, Object};

/// What people tick when they say why they think so; numbered from 1.
pub const REASONS: [&str; 4] = [
    "Recognized by sight",
    "Used references",
    "Based on microscopic features",
    "Based on chemical features",
];

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

type ById = HashMap<i64, Vec<Object>>;

fn high(context: &Context, ids: &[i64]) -> Result<Vec<Object>, Error> {
    let mut parts = Parts::default();
    let mut shown = Vec::with_capacity(ids.len());
    {
        let (sql, ids) = HIGH.bound(ids);
        let mut query = context.db.prepare_cached(&sql)?;
        let mut rows = query.query([ids])?;
        while let Some(row) = rows.next()? {
            shown.push(High::read(row, &mut parts)?);
        }
    }
    let Parts([images, talk, numbers, records, sequences, links]) = parts;
    let when = |is_needed: bool, load: Load| {
        if is_needed { load(context, ids) } else { Ok(ById::default()) }
    };
    let mut images = when(images, load_images)?;
    let mut namings = load_namings(context, ids)?;
    let mut votes = load_votes(context, ids)?;
    let mut talk = when(talk, |context, ids| comments(context, Model::Observation, ids))?;
    let mut numbers = when(numbers, load_collection_numbers)?;
    let mut records = when(records, load_herbarium_records)?;
    let mut sequences = when(sequences, load_sequences)?;
    let mut links = when(links, load_external_links)?;
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

/// Loads one kind of part of several observations.
type Load = fn(&Context, &[i64]) -> Result<ById, Error>;

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
    fn read(row: &Row, parts: &mut Parts) -> rusqlite::Result<Self> {
        let mut object = base(row, Detail::High)?;
        object.object("owner", nested::user(row, 16)?);
        let name = nested::name(row, 19)?;
        object.push_as("consensus", "consensus_name", Node::Object(name));
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

fn load_images(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(format!(
            "SELECT a.observation_id, {} FROM mo_observation_images a
             JOIN mo_images i ON i.id = a.image_id JOIN mo_licenses c ON c.id = i.license_id
             JOIN mo_users u ON u.id = i.user_id
             WHERE a.observation_id IN (SELECT value FROM json_each(?)) ORDER BY a.rank",
            nested::IMAGE
        ))
    });
    let site = context.site();
    grouped(context, &*SQL, ids, |row| nested::image(row, 1, site))
}

fn load_namings(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(format!(
            "SELECT g.observation_id, g.id, g.vote_cache, g.reasons, {}, {} FROM mo_namings g
             JOIN mo_users u ON u.id = g.user_id JOIN mo_names n ON n.id = g.name_id
             WHERE g.observation_id IN (SELECT value FROM json_each(?)) ORDER BY g.id",
            nested::USER,
            nested::NAME
        ))
    });
    grouped(context, &*SQL, ids, |row| {
        let mut naming = Object::new("naming", row.get(1)?);
        naming.object("name", nested::name(row, 7)?);
        naming.object("owner", nested::user(row, 4)?);
        naming.push("confidence", Node::Confidence(row.get(2)?));
        let reasons = reasons(&row.get::<_, String>(3)?);
        if !reasons.is_empty() {
            naming.json("reasons", Node::List("reason", reasons.clone()));
        }
        // In XML the element is there even when it is empty, and has no number.
        let mut list = Object::part();
        for reason in reasons {
            list.push("reason", reason);
        }
        naming.xml("reasons", Node::Object(list));
        Ok(naming)
    })
}

/// `{"1":"","2":"Arora"}` as what was ticked and what was written there.
fn reasons(text: &str) -> Vec<Node> {
    if text == "{}" {
        return Vec::new();
    }
    let Ok(Value::Object(reasons)) = serde_json::from_str(text) else { return Vec::new() };
    let shown = reasons.iter().filter_map(|(number, notes)| {
        let number: usize = number.parse().ok()?;
        let mut reason = Object::part();
        reason.text("reason", *REASONS.get(number.checked_sub(1)?)?);
        reason.text("notes", notes.as_str().unwrap_or_default());
        Some(Node::Object(reason))
    });
    shown.collect()
}

fn load_votes(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(
            "SELECT v.observation_id, v.id, v.value, v.naming_id, u.votes_anonymous, u.id, u.login,
                      u.name
               FROM mo_votes v JOIN mo_users u ON u.id = v.user_id
               WHERE v.observation_id IN (SELECT value FROM json_each(?)) ORDER BY v.id",
        )
    });
    grouped(context, &*SQL, ids, |row| {
        let mut vote = Object::new("vote", row.get(1)?);
        vote.push("confidence", Node::Confidence(row.get(2)?));
        vote.reference("naming", "naming", row.get(3)?);
        if row.get(4)? {
            vote.text("owner", "anonymous");
        } else {
            vote.object("owner", nested::user(row, 5)?);
        }
        Ok(vote)
    })
}

fn load_collection_numbers(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(
            "SELECT a.observation_id, x.id, x.name, x.number FROM mo_observation_collection_numbers a
               JOIN mo_collection_numbers x ON x.id = a.collection_number_id
               WHERE a.observation_id IN (SELECT value FROM json_each(?)) ORDER BY x.id",
        )
    });
    grouped(context, &*SQL, ids, |row| {
        let mut number = Object::new(Model::CollectionNumber.word(), row.get(1)?);
        number.text_if("collector", row.get(2)?).text_if("number", row.get(3)?);
        Ok(number)
    })
}

fn load_herbarium_records(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(format!(
            "SELECT a.observation_id, r.id, r.accession_number, {}
             FROM mo_observation_herbarium_records a
             JOIN mo_herbarium_records r ON r.id = a.herbarium_record_id
             JOIN mo_herbaria h ON h.id = r.herbarium_id
             WHERE a.observation_id IN (SELECT value FROM json_each(?)) ORDER BY r.id",
            nested::HERBARIUM
        ))
    });
    grouped(context, &*SQL, ids, |row| {
        let mut record = Object::new(Model::HerbariumRecord.word(), row.get(1)?);
        record.text_if("accession_number", row.get(2)?);
        record.object("herbarium", nested::herbarium(row, 3)?);
        Ok(record)
    })
}

fn load_sequences(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(
            "SELECT observation_id, id, locus, bases, archive, accession, notes FROM mo_sequences
               WHERE observation_id IN (SELECT value FROM json_each(?)) ORDER BY id",
        )
    });
    grouped(context, &*SQL, ids, |row| {
        let mut sequence = Object::new(Model::Sequence.word(), row.get(1)?);
        sequence.text_if("locus", row.get(2)?).text_if("bases", row.get(3)?);
        sequence.text_if("archive", row.get(4)?).text_if("accession", row.get(5)?);
        sequence.html_if("notes", &row.get::<_, String>(6)?);
        Ok(sequence)
    })
}

fn load_external_links(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(
            "SELECT e.observation_id, e.id, e.url, e.external_id, s.url_template
               FROM mo_external_links e JOIN mo_external_sites s ON s.id = e.external_site_id
               WHERE e.observation_id IN (SELECT value FROM json_each(?)) ORDER BY e.id",
        )
    });
    grouped(context, &*SQL, ids, |row| {
        let mut link = Object::new(Model::ExternalLink.word(), row.get(1)?);
        let (url, id): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let url = crate::apis::mo::tables::external_link::url(url, id, &row.get::<_, String>(4)?);
        if !url.is_empty() {
            link.push("url", Node::Url(url));
        }
        Ok(link)
    })
}
