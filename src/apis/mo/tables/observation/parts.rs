//! The parts of observations: one query for each kind, for all the observations of a page.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::model::Model;
use crate::apis::mo::tables::{Kept, grouped, nested};
use crate::apis::mo::tree::{Form, Member, Node, Object};

/// What people tick when they say why they think so; numbered from 1.
pub const REASONS: [&str; 4] = [
    "Recognized by sight",
    "Used references",
    "Based on microscopic features",
    "Based on chemical features",
];

/// Parts by the observation that they belong to.
pub type ById = HashMap<i64, Vec<Object>>;

/// Loads one kind of part of several observations.
pub type Load = fn(&Context, &[i64]) -> Result<ById, Error>;

pub fn images(context: &Context, ids: &[i64]) -> Result<ById, Error> {
    static SQL: LazyLock<Kept> = LazyLock::new(|| {
        Kept::new(format!(
            "SELECT a.observation_id, {} FROM mo_observation_images a
             JOIN mo_images i ON i.id = a.image_id JOIN mo_licenses c ON c.id = i.license_id
             JOIN mo_users u ON u.id = i.user_id
             WHERE a.observation_id IN (SELECT value FROM json_each(?)) ORDER BY a.rank",
            nested::IMAGE
        ))
    });
    grouped(context, &*SQL, ids, |row| nested::image(context, row, 1))
}

pub fn namings(context: &Context, ids: &[i64]) -> Result<ById, Error> {
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
        naming.push("name", nested::name(context, row, 7)?);
        naming.push("owner", nested::user(context, row, 4)?);
        naming.push("confidence", Node::Confidence(row.get(2)?));
        let reasons = reasons(&row.get::<_, String>(3)?);
        // In XML the element is there even when it is empty.
        let form = if reasons.is_empty() { Form::Xml } else { Form::Both };
        let node = Node::Unnumbered("reason", reasons);
        naming.members.push(Member { key: "reasons", form, node });
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
        reason.word("reason", REASONS.get(number.checked_sub(1)?)?);
        reason.text("notes", notes.as_str().unwrap_or_default());
        Some(Node::Object(reason))
    });
    shown.collect()
}

pub fn votes(context: &Context, ids: &[i64]) -> Result<ById, Error> {
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
            vote.word("owner", "anonymous");
        } else {
            vote.push("owner", nested::user(context, row, 5)?);
        }
        Ok(vote)
    })
}

pub fn collection_numbers(context: &Context, ids: &[i64]) -> Result<ById, Error> {
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

pub fn herbarium_records(context: &Context, ids: &[i64]) -> Result<ById, Error> {
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

pub fn sequences(context: &Context, ids: &[i64]) -> Result<ById, Error> {
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

pub fn external_links(context: &Context, ids: &[i64]) -> Result<ById, Error> {
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
