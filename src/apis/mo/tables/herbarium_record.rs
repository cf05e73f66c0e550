//! Herbarium records: specimens of observations, kept in a herbarium under a number.

use rusqlite::params;

use super::collection_number::observation_ids;
use super::{grouped, nested, objects, observation};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{NotBlank, Says};
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::permission;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::Object;

static OBSERVATION: Parameter = Parameter::record("observation", Model::Observation);
static HERBARIUM: Parameter = Parameter::record("herbarium", Model::Herbarium);
static ACCESSION_NUMBER: Parameter =
    Parameter::new("accession_number", Kind::Text).notes(&[Says("unique fungarium id")]);
static INITIAL_DET: Parameter =
    Parameter::new("initial_det", Kind::Text).notes(&[Says("initial determination")]);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static ADD_OBSERVATION: Parameter = Parameter::records("add_observation", Model::Observation);
static REMOVE_OBSERVATION: Parameter = Parameter::records("remove_observation", Model::Observation);
static SET_ACCESSION_NUMBER: Parameter = Parameter::new("set_accession_number", Kind::Text)
    .notes(&[NotBlank, Says("[:api_help_set_accession_number]")]);
static SET_HERBARIUM: Parameter =
    Parameter::record("set_herbarium", Model::Herbarium).notes(&[NotBlank]);
static SET_INITIAL_DET: Parameter = Parameter::new("set_initial_det", Kind::Text)
    .notes(&[NotBlank, Says("[:api_help_set_initial_det]")]);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);

const LONGEST_NUMBER: usize = 80;

pub static TABLE: Table = Table {
    name: "herbarium_records",
    model: Model::HerbariumRecord,
    refused_as: "herbarium_record",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("accession_number", Kind::Text).notes(&[Says("unique fungarium id")]),
            Rule::Exact("`mo_herbarium_records`.`accession_number`"),
        ),
        Filter::new(
            Parameter::new("accession_number_has", Kind::Text)
                .notes(&[Says("search within accession number")]),
            Rule::Has("`mo_herbarium_records`.`accession_number`"),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_herbarium_records`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("has_notes", Kind::Boolean),
            Rule::Is("`mo_herbarium_records`.`notes` <> ''"),
        ),
        Filter::new(
            Parameter::records("herbarium", Model::Herbarium),
            Rule::Ids("`mo_herbarium_records`.`herbarium_id` IN {}"),
        ),
        Filter::new(Parameter::records("id", Model::HerbariumRecord), Rule::Id),
        Filter::new(
            Parameter::new("initial_det", Kind::Text).notes(&[Says("initial determination")]),
            Rule::Exact("`mo_herbarium_records`.`initial_det`"),
        ),
        Filter::new(
            Parameter::new("initial_det_has", Kind::Text)
                .notes(&[Says("search within initial determination")]),
            Rule::Has("`mo_herbarium_records`.`initial_det`"),
        ),
        Filter::new(
            Parameter::new("notes_has", Kind::Text).notes(&[Says("search within notes")]),
            Rule::Has("`mo_herbarium_records`.`notes`"),
        ),
        Filter::new(
            Parameter::records("observation", Model::Observation),
            Rule::Ids(
                "`mo_herbarium_records`.`id` IN \
                 (SELECT `mo_observation_herbarium_records`.`herbarium_record_id` \
                 FROM `mo_observation_herbarium_records` \
                 WHERE `mo_observation_herbarium_records`.`observation_id` IN {})",
            ),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_herbarium_records`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_herbarium_records`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create {
        parameters: &[&OBSERVATION, &HERBARIUM, &ACCESSION_NUMBER, &INITIAL_DET, &NOTES],
        run: create,
    }),
    update: Some(Update {
        parameters: &[
            &ADD_OBSERVATION,
            &REMOVE_OBSERVATION,
            &SET_ACCESSION_NUMBER,
            &SET_HERBARIUM,
            &SET_INITIAL_DET,
            &SET_NOTES,
        ],
        check: None,
        permit: |context, _, id| permit(context, id),
        run: change,
    }),
    delete: Some(Delete { only_if: None, permit, run: destroy }),
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = "SELECT herbarium_record_id, observation_id FROM mo_observation_herbarium_records
               WHERE herbarium_record_id IN (SELECT value FROM json_each(?)) ORDER BY observation_id";
    let mut observations = grouped(context, sql, ids, |row| row.get::<_, i64>(1))?;
    let sql = format!(
        "SELECT r.id, r.initial_det, r.accession_number, r.notes, r.created_at, r.updated_at, {}, {}
         FROM mo_herbarium_records r JOIN mo_herbaria h ON h.id = r.herbarium_id
         JOIN mo_users u ON u.id = r.user_id
         WHERE r.id IN (SELECT value FROM json_each(?)) ORDER BY r.id",
        nested::HERBARIUM,
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let id = row.get(0)?;
        let mut record = Object::new(Model::HerbariumRecord.word(), id);
        record.text_if("initial_determination", row.get(1)?);
        record.text_if("accession_number", row.get(2)?);
        record.html_if("notes", &row.get::<_, String>(3)?);
        record.moment("created_at", row.get(4)?).moment("updated_at", row.get(5)?);
        if detail == Detail::Low {
            record.reference("herbarium", Model::Herbarium.word(), row.get(6)?);
            record.reference("user", Model::User.word(), row.get(9)?);
        } else {
            record.object("herbarium", nested::herbarium(row, 6)?);
            record.push("user", nested::user(context, row, 9)?);
            observation_ids(&mut record, observations.remove(&id).unwrap_or_default());
        }
        Ok(record)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let observation =
        arguments.integer(&OBSERVATION).ok_or(Error::MissingParameter(OBSERVATION.name))?;
    let herbarium = arguments.integer(&HERBARIUM).ok_or(Error::MissingParameter(HERBARIUM.name))?;
    let given = |parameter| arguments.text(parameter).filter(|text| !text.is_empty());
    attach(
        context,
        &Specimen {
            observation,
            herbarium,
            accession_number: given(&ACCESSION_NUMBER),
            initial_det: given(&INITIAL_DET),
            notes: given(&NOTES).unwrap_or_default(),
        },
    )
}

/// A specimen on its way into a herbarium.
pub struct Specimen<'s> {
    pub observation: i64,
    pub herbarium: i64,
    pub accession_number: Option<&'s str>,
    pub initial_det: Option<&'s str>,
    pub notes: &'s str,
}

/// Puts a record on an observation: the one that has this number already, else a new one.
pub fn attach(context: &Context, specimen: &Specimen) -> Result<i64, Error> {
    let Specimen { observation, herbarium, .. } = *specimen;
    let is_curator = permission::is_curator(context, herbarium)?;
    if !is_curator && !permission::may_edit_observation(context, observation)? {
        return Err(Error::CantAddHerbariumRecord);
    }
    let number = match specimen.accession_number {
        Some(number) => number.to_owned(),
        None => default_number(context, observation)?,
    };
    check_number(&number)?;
    let sql = "SELECT id FROM mo_herbarium_records WHERE herbarium_id = ? AND accession_number = ?";
    let id = match context.find(sql, params![herbarium, number])? {
        Some(id) if may_edit(context, id)? => id,
        Some(_) => return Err(exists(context, herbarium, number)?),
        None => {
            let det = match specimen.initial_det {
                Some(det) => det.to_owned(),
                None => context
                    .find(
                        "SELECT trim(n.text_name || ' ' || n.author) FROM mo_observations o
                         JOIN mo_names n ON n.id = o.name_id WHERE o.id = ?",
                        [observation],
                    )?
                    .unwrap_or_default(),
            };
            let sql = "INSERT INTO mo_herbarium_records (herbarium_id, user_id, initial_det,
                       accession_number, notes, created_at, updated_at)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
            let (user, now) = (context.user()?.id, context.now());
            context.insert(sql, params![herbarium, user, det, number, specimen.notes, now])?
        }
    };
    add_to(context, observation, id)?;
    Ok(id)
}

/// The observation's only collection number, else its own id.
fn default_number(context: &Context, observation: i64) -> Result<String, Error> {
    let sql = "SELECT c.name || ' ' || c.number FROM mo_observation_collection_numbers a
               JOIN mo_collection_numbers c ON c.id = a.collection_number_id
               WHERE a.observation_id = ?";
    let mut numbers: Vec<String> = context.column(sql, [observation])?;
    Ok(match numbers.pop() {
        Some(number) if numbers.is_empty() => number,
        _ => format!("MO {observation}"),
    })
}

fn check_number(number: &str) -> Result<(), Error> {
    if number.chars().count() <= LONGEST_NUMBER {
        return Ok(());
    }
    Err(Error::CreateFailed {
        kind: Model::HerbariumRecord.phrase(),
        name: number.to_owned(),
        reasons: vec!["Accession number is too long (maximum is 80 characters)".into()],
    })
}

fn exists(context: &Context, herbarium: i64, number: String) -> Result<Error, Error> {
    let herbarium = permission::title(context, Model::Herbarium, herbarium)?;
    Ok(Error::HerbariumRecordAlreadyExists { number, herbarium })
}

fn add_to(context: &Context, observation: i64, id: i64) -> Result<(), Error> {
    let sql = "INSERT OR IGNORE INTO mo_observation_herbarium_records
               (observation_id, herbarium_record_id) VALUES (?, ?)";
    if context.run(sql, [observation, id])? > 0 {
        observation::note_change(context, observation)?;
    }
    super::occurrence::note_specimen(context, observation)
}

fn may_edit(context: &Context, id: i64) -> Result<bool, Error> {
    let sql = "SELECT herbarium_id FROM mo_herbarium_records WHERE id = ?";
    let herbarium: i64 = context.find(sql, [id])?.unwrap_or_default();
    Ok(permission::owns(context, Model::HerbariumRecord, id)?
        || permission::is_curator(context, herbarium)?)
}

fn permit(context: &Context, id: i64) -> Result<(), Error> {
    if may_edit(context, id)? {
        Ok(())
    } else {
        Err(permission::refused(context, Model::HerbariumRecord, id)?)
    }
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let (added, removed) = (arguments.ids(&ADD_OBSERVATION), arguments.ids(&REMOVE_OBSERVATION));
    for observation in added.iter().chain(&removed) {
        permission::must_edit_observation(context, *observation)?;
    }
    let sql = "SELECT herbarium_id, accession_number FROM mo_herbarium_records WHERE id = ?";
    let (herbarium, number): (i64, String) =
        context.db.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let herbarium = arguments.integer(&SET_HERBARIUM).unwrap_or(herbarium);
    let number = arguments.text(&SET_ACCESSION_NUMBER).map_or(number, str::to_owned);
    check_number(&number)?;
    let sql = "SELECT 1 FROM mo_herbarium_records
               WHERE herbarium_id = ? AND accession_number = ? AND id <> ?";
    if context.any(sql, params![herbarium, number, id])? {
        return Err(exists(context, herbarium, number)?);
    }
    let changes = [
        arguments.change(&SET_ACCESSION_NUMBER, "accession_number"),
        arguments.change(&SET_HERBARIUM, "herbarium_id"),
        arguments.change(&SET_INITIAL_DET, "initial_det"),
        arguments.change(&SET_NOTES, "notes"),
    ];
    context.update(Model::HerbariumRecord, id, changes.into_iter().flatten())?;
    for observation in added {
        add_to(context, observation, id)?;
    }
    let sql = "DELETE FROM mo_observation_herbarium_records
               WHERE observation_id = ? AND herbarium_record_id = ?";
    for observation in removed {
        if context.run(sql, [observation, id])? > 0 {
            observation::note_change(context, observation)?;
        }
    }
    Ok(())
}

fn destroy(context: &Context, id: i64) -> Result<(), Error> {
    let sql = "SELECT observation_id FROM mo_observation_herbarium_records
               WHERE herbarium_record_id = ?";
    for observation in context.column(sql, [id])? {
        observation::note_change(context, observation)?;
    }
    let sql = "DELETE FROM mo_observation_herbarium_records WHERE herbarium_record_id = ?";
    context.run(sql, [id])?;
    context.run("DELETE FROM mo_herbarium_records WHERE id = ?", [id])?;
    Ok(())
}
