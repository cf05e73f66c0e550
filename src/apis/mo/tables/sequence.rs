//! Sequences: DNA read from what was observed.

use std::borrow::Cow;

use rusqlite::params;

use super::{nested, objects};
use crate::apis::mo::arguments::Arguments;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::geography;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::permission;
use crate::apis::mo::table::{Create, Delete, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

const ARCHIVES: Choices =
    Choices { word: "archive", values: &["GenBank", "ENA", "UNITE"], shown: Shown::Symbols };

static OBSERVATION: Parameter = Parameter::record("observation", Model::Observation);
static LOCUS: Parameter = Parameter::new("locus", Kind::Text);
static BASES: Parameter = Parameter::new("bases", Kind::Text);
static ARCHIVE: Parameter = Parameter::new("archive", Kind::Choice(ARCHIVES)).notes(&[Limit]);
static ACCESSION: Parameter = Parameter::new("accession", Kind::Short(255)).notes(&[Limit]);
static NOTES: Parameter = Parameter::new("notes", Kind::Text);
static SET_LOCUS: Parameter = Parameter::new("set_locus", Kind::Text).notes(&[NotBlank]);
static SET_BASES: Parameter = Parameter::new("set_bases", Kind::Text);
static SET_ARCHIVE: Parameter =
    Parameter::new("set_archive", Kind::Choice(ARCHIVES)).notes(&[Limit]);
static SET_ACCESSION: Parameter = Parameter::new("set_accession", Kind::Short(255)).notes(&[Limit]);
static SET_NOTES: Parameter = Parameter::new("set_notes", Kind::Text);

/// How many characters of the locus XML shows (contract 5.18).
const LOCUS_WIDTH: usize = 24;

/// What constrains a sequence by its observation.
const OF_OBSERVATION: &str = "`mo_sequences`.`observation_id` IN {}";

pub static TABLE: Table = Table {
    name: "sequences",
    model: Model::Sequence,
    refused_as: "sequence",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::list("accession", Kind::Text),
            Rule::Exact("`mo_sequences`.`accession`"),
        ),
        Filter::new(
            Parameter::new("accession_has", Kind::Text)
                .notes(&[Says("search within accession number")]),
            Rule::Has("`mo_sequences`.`accession`"),
        ),
        Filter::new(
            Parameter::list("archive", Kind::Choice(ARCHIVES)).notes(&[Limit]),
            Rule::Exact("`mo_sequences`.`archive`"),
        ),
        Filter::new(
            Parameter::new("confidence", Kind::Confidence).notes(&[Limit]),
            Rule::OfObservation(OF_OBSERVATION, "confidence"),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_sequences`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("east", Kind::Longitude).notes(&[Says("max longitude")]),
            Rule::Aside,
        ),
        Filter::new(
            Parameter::new("has_images", Kind::Boolean),
            Rule::OfObservation(OF_OBSERVATION, "has_images"),
        ),
        Filter::new(
            Parameter::new("has_name", Kind::Boolean).notes(&[Says("group or genus or better")]),
            Rule::OfObservation(OF_OBSERVATION, "has_name"),
        ),
        Filter::new(
            Parameter::new("has_notes_field", Kind::Text)
                .notes(&[Says("is given observation notes template field filled in?")]),
            Rule::OfObservation(OF_OBSERVATION, "has_notes_field"),
        ),
        Filter::new(
            Parameter::new("has_obs_notes", Kind::Boolean).notes(&[Says("observation has notes?")]),
            Rule::OfObservation(OF_OBSERVATION, "has_notes"),
        ),
        Filter::new(
            Parameter::new("has_specimen", Kind::Boolean),
            Rule::OfObservation(OF_OBSERVATION, "has_specimen"),
        ),
        Filter::new(
            Parameter::records("herbarium", Model::Herbarium),
            Rule::OfObservation(OF_OBSERVATION, "herbarium"),
        ),
        Filter::new(
            Parameter::records("herbarium_record", Model::HerbariumRecord),
            Rule::OfObservation(OF_OBSERVATION, "herbarium_record"),
        ),
        Filter::new(Parameter::records("id", Model::Sequence), Rule::Id),
        Filter::new(Parameter::new("include_subtaxa", Kind::Boolean), Rule::Aside),
        Filter::new(Parameter::new("include_synonyms", Kind::Boolean), Rule::Aside),
        Filter::new(
            Parameter::new("is_collection_location", Kind::Boolean)
                .notes(&[Says("is this location where mushroom was found?")]),
            Rule::OfObservation(OF_OBSERVATION, "is_collection_location"),
        ),
        Filter::new(
            Parameter::records("location", Model::Location),
            Rule::OfObservation(OF_OBSERVATION, "location"),
        ),
        Filter::new(Parameter::list("locus", Kind::Text), Rule::Exact("`mo_sequences`.`locus`")),
        Filter::new(
            Parameter::new("locus_has", Kind::Text).notes(&[Says("search within locus")]),
            Rule::Has("`mo_sequences`.`locus`"),
        ),
        Filter::new(
            Parameter::records("name", Model::Name),
            Rule::OfObservation(OF_OBSERVATION, "name"),
        ),
        Filter::new(
            Parameter::new("north", Kind::Latitude).notes(&[Says("max latitude")]),
            Rule::Aside,
        ),
        Filter::new(
            Parameter::new("notes_has", Kind::Text).notes(&[Says("search within notes")]),
            Rule::Has("`mo_sequences`.`notes`"),
        ),
        Filter::new(
            Parameter::new("obs_date", Kind::DateRange).notes(&[Says("observation date")]),
            Rule::OfObservation(OF_OBSERVATION, "date"),
        ),
        Filter::new(
            Parameter::new("obs_notes_has", Kind::Text)
                .notes(&[Says("search within observation notes")]),
            Rule::OfObservation(OF_OBSERVATION, "notes_has"),
        ),
        Filter::new(
            Parameter::records("observer", Model::User),
            Rule::OfObservation(OF_OBSERVATION, "user"),
        ),
        Filter::new(
            Parameter::records("project", Model::Project),
            Rule::OfObservation(OF_OBSERVATION, "project"),
        ),
        Filter::new(
            Parameter::new("south", Kind::Latitude).notes(&[Says("min latitude")]),
            Rule::Aside,
        ),
        Filter::new(
            Parameter::records("species_list", Model::SpeciesList),
            Rule::OfObservation(OF_OBSERVATION, "species_list"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_sequences`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_sequences`.`user_id` IN {}"),
        ),
        Filter::new(
            Parameter::new("west", Kind::Longitude).notes(&[Says("min longitude")]),
            Rule::Aside,
        ),
        Filter::new(
            Parameter::records("synonyms_of", Model::Name).hidden(),
            Rule::OfObservation(OF_OBSERVATION, "synonyms_of"),
        ),
        Filter::new(
            Parameter::records("children_of", Model::Name).hidden(),
            Rule::OfObservation(OF_OBSERVATION, "children_of"),
        ),
    ],
    also: Some(geography::sequences),
    show,
    create: Some(Create {
        parameters: &[&OBSERVATION, &LOCUS, &BASES, &ARCHIVE, &ACCESSION, &NOTES],
        run: create,
    }),
    update: Some(Update {
        parameters: &[&SET_ACCESSION, &SET_ARCHIVE, &SET_BASES, &SET_LOCUS, &SET_NOTES],
        check: None,
        permit: |context, _, id| permission::must_own(context, Model::Sequence, id),
        run: change,
    }),
    delete: Some(Delete {
        only_if: None,
        permit: |context, id| permission::must_own(context, Model::Sequence, id),
        run: |context, id| context.run("DELETE FROM mo_sequences WHERE id = ?", [id]).map(drop),
    }),
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = format!(
        "SELECT s.id, s.locus, s.bases, s.archive, s.accession, s.notes, s.created_at, s.updated_at,
                s.observation_id, {}
         FROM mo_sequences s JOIN mo_users u ON u.id = s.user_id
         WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let mut sequence = Object::new(Model::Sequence.word(), row.get(0)?);
        let (locus, bases): (String, String) = (row.get(1)?, row.get(2)?);
        if !locus.is_empty() {
            sequence.xml("locus", Node::Text(locus.chars().take(LOCUS_WIDTH).collect()));
            sequence.json("locus", Node::Text(locus));
        }
        if !bases.is_empty() {
            let html = format!("<div class=\"textile\">{bases}</div>");
            sequence.xml("bases", Node::Html(html));
            sequence.json("bases", Node::Text(bases));
        }
        sequence.text_if("archive", row.get(3)?).text_if("accession", row.get(4)?);
        sequence.html_if("notes", &row.get::<_, String>(5)?);
        sequence.moment("created_at", row.get(6)?).moment("updated_at", row.get(7)?);
        sequence.reference("observation", Model::Observation.word(), row.get(8)?);
        if detail == Detail::Low {
            sequence.reference("user", Model::User.word(), row.get(9)?);
        } else {
            sequence.push("user", nested::user(context, row, 9)?);
        }
        Ok(sequence)
    })
}

/// What a sequence says, as far as it has to hold together.
struct Content {
    observation: i64,
    locus: String,
    bases: String,
    archive: String,
    accession: String,
}

impl Content {
    fn check(&self, context: &Context, own: Option<i64>) -> Result<(), Error> {
        let mut reasons: Vec<Cow<'static, str>> = Vec::new();
        if self.bases.is_empty() && (self.archive.is_empty() || self.accession.is_empty()) {
            reasons.push("Either Bases or Archive and Accession must be filled in".into());
        }
        if self.archive.is_empty() != self.accession.is_empty() {
            reasons.push("Archive and Accession must both be filled in, or neither".into());
        }
        if !self.bases.is_empty() && !is_iupac(&self.bases) {
            reasons.push("Bases has invalid codes".into());
        }
        if self.is_duplicate(context, own)? {
            reasons.push("Sequence is a duplicate of another one of this observation".into());
        }
        if reasons.is_empty() {
            return Ok(());
        }
        let kind = Model::Sequence.phrase();
        Err(Error::CreateFailed { kind, name: self.locus.clone(), reasons })
    }

    /// Whether another sequence of the observation has the same codes or the same accession.
    fn is_duplicate(&self, context: &Context, own: Option<i64>) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM mo_sequences
                   WHERE observation_id = ?1 AND id IS NOT ?2 AND ?3 <> '' AND accession = ?3";
        if context.any(sql, params![self.observation, own, self.accession])? {
            return Ok(true);
        }
        let sql = "SELECT bases FROM mo_sequences
                   WHERE observation_id = ?1 AND id IS NOT ?2 AND ?3 <> '' AND bases <> ''";
        let others: Vec<String> =
            context.column(sql, params![self.observation, own, self.bases])?;
        Ok(others.iter().any(|other| codes(other).eq(codes(&self.bases))))
    }
}

/// What FASTA writes down, in capitals: without the line of description, blanks and the numbers of lines.
fn codes(bases: &str) -> impl Iterator<Item = char> {
    let lines = match bases.strip_prefix('>') {
        Some(fasta) => fasta.split_once('\n').map_or("", |(_, lines)| lines),
        None => bases,
    };
    let is_filler = |c: &char| c.is_whitespace() || c.is_ascii_digit();
    lines.chars().filter(move |c| !is_filler(c)).map(|c| c.to_ascii_uppercase())
}

/// Whether all are codes of nucleotides, and there is one.
fn is_iupac(bases: &str) -> bool {
    let mut codes = codes(bases).peekable();
    codes.peek().is_some() && codes.all(|code| "ACGTURYSWKMBDHVN.-".contains(code))
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let observation =
        arguments.integer(&OBSERVATION).ok_or(Error::MissingParameter(OBSERVATION.name))?;
    let locus = arguments.required_text(&LOCUS)?.to_owned();
    let text = |parameter| arguments.text(parameter).unwrap_or_default().to_owned();
    let said = Content {
        observation,
        locus,
        bases: text(&BASES),
        archive: text(&ARCHIVE),
        accession: text(&ACCESSION),
    };
    said.check(context, None)?;
    let sql = "INSERT INTO mo_sequences (observation_id, user_id, locus, bases, archive, accession, notes,
               created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)";
    let Content { locus, bases, archive, accession, .. } = said;
    let user = context.user()?.id;
    context.insert(
        sql,
        params![observation, user, locus, bases, archive, accession, text(&NOTES), context.now()],
    )
}

fn change(context: &Context, arguments: &Arguments, id: i64) -> Result<(), Error> {
    let sql =
        "SELECT observation_id, locus, bases, archive, accession FROM mo_sequences WHERE id = ?";
    let mut said = context.db.prepare_cached(sql)?.query_row([id], |row| {
        Ok(Content {
            observation: row.get(0)?,
            locus: row.get(1)?,
            bases: row.get(2)?,
            archive: row.get(3)?,
            accession: row.get(4)?,
        })
    })?;
    let set = |parameter, member: &mut String| {
        if let Some(text) = arguments.text(parameter) {
            text.clone_into(member);
        }
    };
    set(&SET_LOCUS, &mut said.locus);
    set(&SET_BASES, &mut said.bases);
    set(&SET_ARCHIVE, &mut said.archive);
    set(&SET_ACCESSION, &mut said.accession);
    said.check(context, Some(id))?;
    let changes = [
        Some(("locus", said.locus.into())),
        Some(("bases", said.bases.into())),
        Some(("archive", said.archive.into())),
        Some(("accession", said.accession.into())),
        arguments.change(&SET_NOTES, "notes"),
    ];
    context.update(Model::Sequence, id, changes.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_codes_of_nucleotides() {
        assert!(is_iupac("acgtRYN-") && is_iupac(">ITS\n1 ACGT\n61 acgt") && is_iupac("AC GT\n"));
        assert!(!is_iupac("ACGX") && !is_iupac(">only a title") && !is_iupac("123"));
    }
}
