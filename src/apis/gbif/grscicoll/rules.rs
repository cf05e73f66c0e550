//! The rules that institutions and collections are kept under.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::Value;

use super::filters::{FUZZY_NAME, Q, SORT_BY, SORT_ORDER};
use super::institution::INSTITUTION;
use super::parts::CONTACT_PERSON;
use super::{address, audit, contact, filters, index, master_source, parts, similarity, words};
use crate::apis::gbif::entity::lists::{Rows, Tier};
use crate::apis::gbif::entity::rules::{Event, Phase, Rules, Standing, Step, gives};
use crate::apis::gbif::entity::{Completing, Deed, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::{Act, Part};
use crate::apis::gbif::permission;
use crate::apis::gbif::quirk;
use crate::apis::gbif::record::{self, Record, maybe_text, text};
use crate::apis::gbif::shape::{Document, Field, Sent};
use crate::kit::call::Call;
use crate::kit::endpoint::Access;
use crate::kit::filter::{Where, json_array};

pub static ALTERNATIVE_CODE: [Field; 2] = [Field::text("code"), Field::text("description")];

pub static GRSCICOLL: Rules = Rules {
    editors: Access::Role(permission::GRSCICOLL_EDITOR),
    forbids: &[],
    demands: &[],
    has_titles: false,
    examine,
    permit,
    permit_part,
    rows,
    witness,
};

fn witness(call: &Call, db: &Connection, event: &Event) -> Result<(), Error> {
    audit::witness(call, db, event)?;
    let Event::Changed { record, .. } = event else { return Ok(()) };
    // What is suggested of an entity is found by the country in which that is now.
    let sql = "UPDATE gbif_grscicoll_suggestion SET country = ? WHERE entity = ?";
    let country = address::either(&record.doc, "country");
    db.prepare_cached(sql)?.execute((country, record.key()))?;
    Ok(())
}

/// Under what name a deed is written down; whether it may be done was decided at the gate.
pub fn admitted(call: &Call, _: &Connection, _: &'static Entity, _: Deed) -> Result<String, Error> {
    Ok(call.caller.identity().map(|user| user.name.clone()).unwrap_or_default())
}

/// The parts that come with an entity are checked, and left where they are.
fn examine(entity: &'static Entity, sent: &mut Sent, phase: Phase) -> Result<(), Error> {
    if phase == Phase::Making {
        if !sent.values.contains_key("code") {
            sent.object("code", "must not be null");
        }
        address::refuse_keys(sent);
    }
    examine_parts(sent, "contactPersons", &CONTACT_PERSON, phase)?;
    if entity.name != INSTITUTION.name {
        examine_parts(sent, "tags", &parts::TAG, phase)?;
        examine_parts(sent, "machineTags", &parts::MACHINE_TAG, phase)?;
    }
    Ok(())
}

/// Checks the parts of one kind that came with an entity, and whether they have keys where they must.
fn examine_parts(
    sent: &mut Sent,
    member: &str,
    part: &'static Part,
    phase: Phase,
) -> Result<(), Error> {
    let Some(Value::Array(given)) = sent.whole.get(member).cloned() else { return Ok(()) };
    for one in given {
        let Value::Object(one) = one else {
            let text = format!("Cannot deserialize a member of {member}");
            return Err(Error::Unreadable(text));
        };
        let mut one = Sent::of(part.fields, one)?;
        match phase {
            Phase::Making => one.refuse(&["key"]),
            Phase::Changing => one.demand(&["key"]),
        }
        sent.violations.append(&mut one.violations);
    }
    Ok(())
}

fn permit(step: &Step) -> Result<(), Error> {
    match step {
        Step::Make { sent } if gives(sent, "key") => {
            Err(Error::refused("Unable to create an entity which already has a key"))
        }
        Step::Make { sent } => check_contacts(sent),
        Step::Change { stored, sent } => {
            permit_change(stored, sent)?;
            check_contacts(sent)
        }
        Step::Delete { stored } => permit_deletion(stored),
    }
}

fn check_contacts(sent: &Document) -> Result<(), Error> {
    let contacts = sent.get("contactPersons").and_then(Value::as_array).into_iter().flatten();
    contacts.filter_map(Value::as_object).try_for_each(contact::check_user_ids)
}

// Quirk (contract 6.2): in this order, one refusal at a time.
pub fn permit_change(stored: &Record, sent: &Document) -> Result<(), Error> {
    let stored_doc = &stored.doc;
    let has_code = maybe_text(sent, "code").is_some_and(|code| !code.trim().is_empty());
    if stored_doc.contains_key("code") && !has_code {
        return Err(Error::refused("Not allowed to delete the code of a primary entity"));
    }
    if stored_doc.contains_key("replacedBy") {
        return Err(Error::refused("Not allowed to update a replaced entity"));
    }
    if gives(sent, "replacedBy") {
        return Err(Error::refused("Not allowed to replace an entity while updating"));
    }
    if stored.entity.name == INSTITUTION.name {
        if stored_doc.contains_key("convertedToCollection") {
            let text = "Not allowed to update a replaced or converted institution";
            return Err(Error::refused(text));
        }
        if gives(sent, "convertedToCollection") {
            let text = "Not allowed to replace or convert an institution while updating";
            return Err(Error::refused(text));
        }
    }
    if gives(sent, "deleted") {
        return Err(Error::refused(if stored.is_deleted() {
            "Unable to update a previously deleted entity unless you clear the deletion timestamp"
        } else {
            "Can't delete an entity when updating"
        }));
    }
    address::refuse_new_keys(stored_doc, sent)
}

pub fn permit_deletion(stored: &Record) -> Result<(), Error> {
    if text(&stored.doc, "masterSource") != "GRSCICOLL" {
        let text = "Cannot delete an entity whose master source is not GRSciColl";
        return Err(Error::refused(text));
    }
    if stored.is_deleted() {
        let text =
            "Unable to update a previously deleted entity unless you clear the deletion timestamp";
        return Err(Error::refused(text));
    }
    Ok(())
}

// Quirk (contract 6.4): who keeps the data elsewhere keeps the contacts there too.
fn permit_part(db: &Connection, part: &'static Part, entity: i64, act: Act) -> Result<(), Error> {
    if part.name != CONTACT_PERSON.name {
        return Ok(());
    }
    let sql = "SELECT master_source FROM gbif_grscicoll WHERE id = ?";
    let master: String = db.prepare_cached(sql)?.query_row([entity], |row| row.get(0))?;
    if master == "GRSCICOLL" {
        return Ok(());
    }
    Err(Error::refused(match act {
        Act::Add => "Cannot add contacts to an entity whose master source is not GRSciColl",
        Act::Change => "Cannot update contacts from an entity whose master source is not GRSciColl",
        Act::Remove => "Cannot remove contacts from an entity whose master source is not GRSciColl",
    }))
}

/// Fills in what GRSciColl adds when an entity is made or changed.
pub fn complete(completing: &Completing, entity: &mut Document) -> Result<(), Error> {
    let stored = completing.stored.map(|record| &record.doc);
    if let Some(record) = completing.stored {
        master_source::keep_locked(record, entity);
    } else {
        entity.insert("masterSource".to_owned(), "GRSCICOLL".into());
        entity.insert("occurrenceCount".to_owned(), 0.into());
        entity.insert("typeSpecimenCount".to_owned(), 0.into());
    }
    entity.entry("displayOnNHCPortal").or_insert(Value::Bool(true));
    name_concepts(completing.call, entity)?;
    keep_one_of_each_code(entity);
    if completing.call.is_live(&quirk::ADDRESS_KEYS) {
        address::detach_keyless(completing.call, stored, entity);
    }
    address::number(completing.db, stored, entity)?;
    demand_institution(completing, entity)
}

/// Puts the names of concepts in the place of older ones.
fn name_concepts(call: &Call, entity: &mut Document) -> Result<(), Error> {
    let knows_older = !call.is_live(&quirk::OLDER_CONCEPTS);
    let mut unknown = Vec::new();
    let all = super::vocabulary::OF_INSTITUTIONS.iter().chain(&super::vocabulary::OF_COLLECTIONS);
    for vocabulary in all {
        let mut name = |text: &str| {
            let concept = vocabulary.concept(text).filter(|name| knows_older || *name == text);
            if concept.is_none() {
                let vocabulary = vocabulary.name;
                unknown.push(format!("{text} is not a concept of the {vocabulary} vocabulary"));
            }
            concept.unwrap_or(text).to_owned()
        };
        let named = match entity.get(vocabulary.member) {
            Some(Value::String(text)) => Value::String(name(text)),
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(Value::as_str)
                .map(|text| Value::String(name(text)))
                .collect(),
            _ => continue,
        };
        entity.insert(vocabulary.member.to_owned(), named);
    }
    if unknown.is_empty() { Ok(()) } else { Err(Error::Refused(unknown.join(";\n"))) }
}

// Quirk (contract 5.1): alternative codes are a map, of which a repeated code keeps one entry.
fn keep_one_of_each_code(entity: &mut Document) {
    let mut kept = Document::new();
    for code in index::alternative_codes(entity) {
        if let Some(name) = code["code"].as_str() {
            kept.insert(name.to_owned(), code.clone());
        }
    }
    if entity.contains_key("alternativeCodes") {
        let codes = kept.into_iter().map(|(_, code)| code).collect();
        entity.insert("alternativeCodes".to_owned(), codes);
    }
}

fn demand_institution(completing: &Completing, entity: &Document) -> Result<(), Error> {
    let Some(key) = maybe_text(entity, "institutionKey") else { return Ok(()) };
    match record::find_id(completing.db, &INSTITUTION, key)? {
        Some(_) => Ok(()),
        // Quirk (grscicoll contract 10): a constraint of the database is all that the live service has for it.
        None if completing.call.is_live(&quirk::BROKEN_REFERENCES) => {
            Err(Error::Dangling { member: "institutionKey", key: key.to_owned() })
        }
        None => Err(Error::Refused(format!("Institution not found with key {key}"))),
    }
}

/// The rows of a list, in the order that the request asks for.
pub fn rows(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    standing: Standing,
) -> Result<Rows, Error> {
    let rows = Where::new(match standing {
        Standing::Live => "deleted IS NULL",
        Standing::Deleted => "deleted IS NOT NULL",
    });
    let rows = rows.and("kind = ?", [entity.name.to_owned().into()]);
    if call.is_live(&quirk::CONTACT_KEYS)
        && let Some(key) = filters::contact_key(&call.fields)
    {
        return Err(Error::Unreadable(format!("Invalid value {key} for parameter contact")));
    }
    let mut rows = rows.filter(entity.filters, &call.fields);
    if call.is_live(&quirk::OLDER_CONCEPTS) && filters::names_older_concepts(&call.fields) {
        rows = rows.and("FALSE", []);
    }
    let mut rows = Rows { table: "gbif_grscicoll", ..Rows::all(rows) };
    if let Some(q) = call.get(&Q) {
        let is_narrowed = entity
            .filters
            .iter()
            .any(|filter| filter.param.name() != Q.name && filter.param.is_given(&call.fields));
        let standing = words::standing(entity.name).filter(|_| standing == Standing::Live);
        find(&mut rows, &q, standing.filter(|_| !is_narrowed));
    } else if call.get(&SORT_BY).is_some() {
        // Those without a number come last, whatever the order.
        let descends = call.get(&SORT_ORDER).is_some_and(|order| order.value == "DESC");
        rows.place =
            Some(if descends { "coalesce(-specimens, 9e18)" } else { "coalesce(specimens, 9e18)" });
    }
    if let Some(name) = call.get(&FUZZY_NAME) {
        let alike = similarity::alike(db, entity, &name)?;
        let keys = alike.iter().map(|(id, _)| Sql::Integer(*id));
        rows.rows = rows.rows.and("id IN (SELECT value FROM json_each(?))", [json_array(keys)]);
        if rows.place.is_none() {
            rows.table = "(SELECT value ->> 0 AS alike_id, -(value ->> 1) AS likeness
                           FROM json_each(?)) CROSS JOIN gbif_grscicoll ON id = alike_id";
            rows.bound = vec![serde_json::to_string(&alike).expect("numbers serialize").into()];
            rows.place = Some("likeness");
        }
    }
    Ok(rows)
}

/// Narrows rows to those that words find, in their own texts or in those of a contact person; the best come first. With
/// `standing`, all of that standing are wanted.
fn find(rows: &mut Rows, q: &str, standing: Option<&str>) {
    let Some(expression) = words::expression(q) else {
        rows.rows = rows.rows.clone().and("FALSE", []);
        return;
    };
    // Quirk (grscicoll contract 6.7): what is found weighs as much as where it stands, however long the text is.
    rows.table = "(SELECT text_id, -sum(weight) AS relevance FROM (
             SELECT rowid AS text_id, 1 AS weight
             FROM gbif_grscicoll_text WHERE gbif_grscicoll_text MATCH ?1
             UNION ALL
             SELECT rowid, 10 FROM gbif_grscicoll_text
             WHERE gbif_grscicoll_text MATCH 'heading : (' || ?1 || ')'
             UNION ALL
             SELECT rowid, 4 FROM gbif_grscicoll_text
             WHERE gbif_grscicoll_text MATCH 'body : (' || ?1 || ')'
             UNION ALL
             SELECT rowid, 2 FROM gbif_grscicoll_text
             WHERE gbif_grscicoll_text MATCH 'place : (' || ?1 || ')'
             UNION ALL
             SELECT rowid / 1024, 0 FROM gbif_grscicoll_person
             WHERE gbif_grscicoll_person MATCH ?1
         ) GROUP BY text_id) CROSS JOIN gbif_grscicoll ON id = text_id";
    rows.unordered = Some(
        "(SELECT rowid AS text_id FROM gbif_grscicoll_text WHERE gbif_grscicoll_text MATCH ?1
          UNION
          SELECT rowid / 1024 FROM gbif_grscicoll_person WHERE gbif_grscicoll_person MATCH ?1
         ) CROSS JOIN gbif_grscicoll ON id = text_id",
    );
    rows.tiers = tiers(&expression, standing);
    rows.exact = standing.map(|standing| Tier {
        table: TEXTS,
        bound: format!("({expression}) AND standing : \"{standing}\"").into(),
        is_exact: true,
    });
    rows.bound = vec![expression.into()];
    rows.place = Some("relevance");
}

/// Entities in whose own texts an expression finds something.
const TEXTS: &str =
    "(SELECT rowid AS text_id FROM gbif_grscicoll_text WHERE gbif_grscicoll_text MATCH ?1)";

/// What is found, by what it weighs, the heaviest first.
fn tiers(expression: &str, standing: Option<&str>) -> Vec<Tier> {
    let columns = ["heading", "body", "place"].map(|name| format!("{name} : ({expression})"));
    // The places weigh 10, 4 and 2, so this is the order of their sums.
    let mut tiers: Vec<Tier> = (0..8)
        .map(|absent| {
            let is_in = |place: usize| absent & (4 >> place) == 0;
            let (within, without): (Vec<usize>, Vec<usize>) =
                (0..columns.len()).partition(|place| is_in(*place));
            let join = |places: Vec<usize>, how: &str| {
                let texts: Vec<&str> =
                    places.iter().map(|place| columns[*place].as_str()).collect();
                texts.join(how)
            };
            let mut found =
                if within.is_empty() { expression.to_owned() } else { join(within, " AND ") };
            if !without.is_empty() {
                found = format!("({found}) NOT ({})", join(without, " OR "));
            }
            if let Some(standing) = standing {
                found = format!("({found}) AND standing : \"{standing}\"");
            }
            Tier { table: TEXTS, bound: found.into(), is_exact: standing.is_some() }
        })
        .collect();
    tiers.push(Tier {
        table: "(SELECT rowid / 1024 AS text_id FROM gbif_grscicoll_person
                 WHERE gbif_grscicoll_person MATCH ?1
                 EXCEPT
                 SELECT rowid FROM gbif_grscicoll_text WHERE gbif_grscicoll_text MATCH ?1)",
        bound: expression.to_owned().into(),
        is_exact: false,
    });
    tiers
}
