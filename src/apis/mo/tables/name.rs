//! Names: the scientific names of fungi, with what they are called otherwise.

mod change;

use std::collections::BTreeSet;

use super::{comments, grouped, nested, objects};
use crate::apis::mo::arguments::{Argument, Arguments, Value};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::geography;
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Default, Limit, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::parse::record;
use crate::apis::mo::rows::Rows;
use crate::apis::mo::scientific::{self, GENUS, RANK_NAMES, rank_word};
use crate::apis::mo::table::{Create, Detail, STANDARD, Table, Update};
use crate::apis::mo::tree::{Node, Object};

pub const RANK: Choices = Choices { word: "enum", values: RANK_NAMES, shown: Shown::Strings };

const MISSPELLINGS: Choices =
    Choices { word: "enum", values: &["no", "include", "either", "only"], shown: Shown::Symbols };

pub static TABLE: Table = Table {
    name: "names",
    model: Model::Name,
    refused_as: "name",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("author_has", Kind::Text).notes(&[Says("search within author")]),
            Rule::Has("`mo_names`.`author`"),
        ),
        Filter::new(
            Parameter::new("citation_has", Kind::Text).notes(&[Says("search within citation")]),
            Rule::Has("`mo_names`.`citation`"),
        ),
        Filter::new(
            Parameter::new("classification_has", Kind::Text)
                .notes(&[Says("search within classification")]),
            Rule::Has("`mo_names`.`text_name` || ' ' || `mo_names`.`classification`"),
        ),
        Filter::new(
            Parameter::new("comments_has", Kind::Text)
                .notes(&[Says("search within comments summary and body")]),
            Rule::HasWithin(
                "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'Name' \
                 AND `mo_comments`.`target_id` = `mo_names`.`id` AND {})",
                "`mo_comments`.`summary` || ' ' || `mo_comments`.`comment`",
            ),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_names`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("has_author", Kind::Boolean),
            Rule::Is("`mo_names`.`author` <> ''"),
        ),
        Filter::new(
            Parameter::new("has_citation", Kind::Boolean),
            Rule::Is("`mo_names`.`citation` <> ''"),
        ),
        Filter::new(
            Parameter::new("has_classification", Kind::Boolean),
            Rule::Is("`mo_names`.`classification` <> ''"),
        ),
        Filter::new(
            Parameter::new("has_comments", Kind::True).notes(&[Limit]),
            Rule::Is(
                "EXISTS (SELECT 1 FROM `mo_comments` WHERE `mo_comments`.`target_type` = 'Name' \
                 AND `mo_comments`.`target_id` = `mo_names`.`id`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_description", Kind::Boolean),
            Rule::Is(
                "EXISTS (SELECT 1 FROM `mo_name_descriptions` \
                 WHERE `mo_name_descriptions`.`name_id` = `mo_names`.`id`)",
            ),
        ),
        Filter::new(
            Parameter::new("has_notes", Kind::Boolean),
            Rule::Is("`mo_names`.`notes` <> ''"),
        ),
        Filter::new(
            Parameter::new("has_synonyms", Kind::Boolean),
            Rule::Is("`mo_names`.`synonym_id` IS NOT NULL"),
        ),
        Filter::new(Parameter::records("id", Model::Name), Rule::Id),
        Filter::new(Parameter::new("include_subtaxa", Kind::Boolean), Rule::Aside),
        Filter::new(Parameter::new("include_synonyms", Kind::Boolean), Rule::Aside),
        Filter::new(
            Parameter::new("is_deprecated", Kind::Boolean),
            Rule::Is("`mo_names`.`deprecated` = 1"),
        ),
        Filter::new(Parameter::list("location", Kind::Text), Rule::Custom(observed_in)),
        // Its condition is made even when it is absent: see `misspellings`.
        Filter::new(
            Parameter::new("misspellings", Kind::Choice(MISSPELLINGS)).notes(&[
                Default("no"),
                Limit,
                Says(
                    "include misspellings? \"include\" means do not care and \"only\" means only show misspelt names",
                ),
            ]),
            Rule::Aside,
        ),
        Filter::new(Parameter::records("name", Model::Name), Rule::Names("`mo_names`.`id` IN {}")),
        Filter::new(
            Parameter::new("notes_has", Kind::Text).notes(&[Says("search within notes")]),
            Rule::Has("`mo_names`.`notes`"),
        ),
        Filter::new(
            Parameter::new("ok_for_export", Kind::Boolean),
            Rule::Is("`mo_names`.`ok_for_export` = 1"),
        ),
        Filter::new(
            Parameter::new("rank", Kind::Choice(RANK)).notes(&[Limit]),
            Rule::Given(of_rank),
        ),
        Filter::new(Parameter::list("species_list", Kind::Text), Rule::Custom(listed_in)),
        Filter::new(
            Parameter::new("text_name_has", Kind::Text).notes(&[Says("search within name")]),
            Rule::Has("`mo_names`.`text_name`"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_names`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator / first to use")]),
            Rule::Ids("`mo_names`.`user_id` IN {}"),
        ),
        Filter::new(
            Parameter::records("synonyms_of", Model::Name).hidden(),
            Rule::SynonymsOf("`mo_names`.`id` IN {}"),
        ),
        Filter::new(
            Parameter::records("children_of", Model::Name).hidden(),
            Rule::ChildrenOf("`mo_names`.`id` IN {}"),
        ),
    ],
    also: Some(misspellings),
    show,
    create: Some(Create { parameters: change::CREATE, run: change::create }),
    update: Some(Update {
        parameters: change::UPDATE,
        check: Some(change::check),
        permit: |context, _, id| change::permit(context, id),
        run: change::change,
    }),
    delete: None,
};

/// Misspelt names are left out unless the request wants them.
#[expect(clippy::unnecessary_wraps, reason = "the conditions of other tables can fail")]
fn misspellings(_: &Context, arguments: &Arguments, rows: &mut Rows) -> Result<(), Error> {
    let wanted = match arguments.named("misspellings") {
        Some(Argument::One(Value::Text(wanted))) => wanted.as_str(),
        _ => "no",
    };
    match wanted {
        "no" => rows.and("`mo_names`.`correct_spelling_id` IS NULL", []),
        "only" => rows.and("`mo_names`.`correct_spelling_id` IS NOT NULL", []),
        _ => {}
    }
    Ok(())
}

fn of_rank(argument: &Argument, rows: &mut Rows) {
    if let Argument::One(Value::Text(rank)) = argument {
        let code = scientific::rank_code(rank).unwrap_or_default();
        rows.and("`mo_names`.`rank` = ?", [code.into()]);
    }
}

/// The ids of records that texts name, as the lists of plain text want them.
fn named(context: &Context, model: Model, argument: &Argument) -> Result<Vec<i64>, Error> {
    let Argument::Many(values) = argument else { return Ok(Vec::new()) };
    let texts = values.iter().filter_map(|value| match value {
        Value::Text(text) => Some(text),
        _ => None,
    });
    texts.map(|text| record::one(context.db, model, model.word(), text)).collect()
}

/// Names of what was observed in the boxes of locations.
fn observed_in(
    context: &Context,
    _: &Arguments,
    argument: &Argument,
    rows: &mut Rows,
) -> Result<(), Error> {
    let locations = named(context, Model::Location, argument)?;
    let mut observations = Rows::of(Model::Observation);
    geography::in_locations(context, &locations, &mut observations)?;
    rows.and_rows(
        "`mo_names`.`id` IN (SELECT `mo_observations`.`name_id` FROM `mo_observations` \
         WHERE `mo_observations`.`id` IN {})",
        observations,
    );
    Ok(())
}

fn listed_in(
    context: &Context,
    _: &Arguments,
    argument: &Argument,
    rows: &mut Rows,
) -> Result<(), Error> {
    rows.and_ids(
        "`mo_names`.`id` IN (SELECT `mo_observations`.`name_id` FROM `mo_observations` \
         JOIN `mo_species_list_observations` \
         ON `mo_species_list_observations`.`observation_id` = `mo_observations`.`id` \
         WHERE `mo_species_list_observations`.`species_list_id` IN {})",
        &named(context, Model::SpeciesList, argument)?,
    );
    Ok(())
}

/// Names as `include_synonyms` and `include_subtaxa` widen them.
pub fn widened(context: &Context, arguments: &Arguments, names: &[i64]) -> Result<Vec<i64>, Error> {
    let is_on = |name| arguments.flag_named(name) == Some(true);
    let mut names = names.to_vec();
    if is_on("include_synonyms") {
        names = with_synonyms(context, &names)?;
    }
    if is_on("include_subtaxa") {
        names.extend(subtaxa(context, &names)?);
        names.sort_unstable();
        names.dedup();
    }
    Ok(names)
}

/// Names and all that share a group of synonyms with them.
pub fn with_synonyms(context: &Context, names: &[i64]) -> Result<Vec<i64>, Error> {
    let sql = "SELECT value FROM json_each(?1) UNION
               SELECT o.id FROM mo_names n JOIN mo_names o ON o.synonym_id = n.synonym_id
               WHERE n.id IN (SELECT value FROM json_each(?1)) ORDER BY 1";
    context.column(sql, [super::listed(names)])
}

/// What is below names, without themselves and their other spellings.
pub fn below(context: &Context, names: &[i64]) -> Result<Vec<i64>, Error> {
    let sql = "SELECT DISTINCT o.id FROM mo_names n
               JOIN mo_names o ON o.text_name = n.text_name OR o.correct_spelling_id = n.id
               WHERE n.id IN (SELECT value FROM json_each(?))";
    let same: BTreeSet<i64> = context
        .column(sql, [super::listed(names)])?
        .into_iter()
        .chain(names.iter().copied())
        .collect();
    let below: BTreeSet<i64> = subtaxa(context, names)?.into_iter().collect();
    Ok(below.difference(&same).copied().collect())
}

/// What begins with a name, and what a genus or anything higher has below it.
fn subtaxa(context: &Context, names: &[i64]) -> Result<Vec<i64>, Error> {
    let sql = "SELECT text_name, rank FROM mo_names WHERE id IN (SELECT value FROM json_each(?))";
    let names: BTreeSet<(String, i64)> = context
        .db
        .prepare_cached(sql)?
        .query_map([super::listed(names)], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for (name, rank) in names {
        // From a blank to the sign after it: everything that goes on with another word.
        let (from, to) = (format!("{name} "), format!("{name}!"));
        let sql = "SELECT id FROM mo_names WHERE text_name >= ? AND text_name < ?";
        found.extend(context.column::<i64>(sql, [from, to])?);
        if rank >= GENUS {
            let sql = "SELECT id FROM mo_names WHERE instr(classification, ?) > 0";
            found.extend(context.column::<i64>(sql, [format!(": _{name}_")])?);
        }
    }
    Ok(found)
}

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let high = detail == Detail::High;
    let mut talk =
        if high { comments(context, Model::Name, ids)? } else { std::collections::HashMap::new() };
    let mut synonyms = if high {
        let sql = format!(
            "SELECT m.id, {} FROM mo_names m JOIN mo_names n ON n.synonym_id = m.synonym_id AND n.id <> m.id
             WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY n.id",
            nested::NAME
        );
        grouped(context, &sql, ids, |row| nested::name(context, row, 1))?
    } else {
        std::collections::HashMap::new()
    };
    let sql =
        "SELECT id, text_name, author, rank, deprecated, correct_spelling_id, citation, notes,
                      created_at, updated_at, num_views, last_view, ok_for_export, classification,
                      synonym_id
               FROM mo_names WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
    objects(context, sql, ids, |row| {
        let id = row.get(0)?;
        let mut name = Object::large(Model::Name.word(), id);
        let it = &mut name;
        it.text("name", row.get::<_, String>(1)?).text_if("author", row.get(2)?);
        it.word("rank", rank_word(row.get(3)?));
        it.flag_xml_if_true("deprecated", row.get(4)?);
        it.flag_xml_if_true("misspelled", row.get::<_, Option<i64>>(5)?.is_some());
        it.html_if("citation", &row.get::<_, String>(6)?);
        it.html_if("notes", &row.get::<_, String>(7)?);
        it.moment("created_at", row.get(8)?).moment("updated_at", row.get(9)?);
        it.integer("number_of_views", row.get(10)?);
        it.moment_or_null("last_viewed", row.get(11)?);
        it.flag_xml_if_true("ok_for_export", row.get(12)?);
        it.list_if("parents", "parent", parents(&row.get::<_, String>(13)?));
        if let Some(group) = row.get(14)? {
            if high {
                let others = synonyms.remove(&id).unwrap_or_default();
                it.push("synonyms", Node::List("synonym", others));
            } else {
                it.reference("synonym", "synonym", group);
            }
        }
        it.list_if("comments", "comment", talk.remove(&id).unwrap_or_default());
        Ok(name)
    })
}

/// What a name belongs to, from the top down.
fn parents(classification: &str) -> Vec<Object> {
    let lines = scientific::classification(classification).into_iter();
    lines
        .map(|(rank, parent)| {
            let mut part = Object::part();
            part.text("name", parent).text("rank", rank.to_lowercase());
            part
        })
        .collect()
}
