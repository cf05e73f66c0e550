//! Descriptions of names, of which only the public ones are ever shown.

use super::objects;
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::Says;
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::table::{Detail, HEAVY, Table};
use crate::apis::mo::tree::{Node, Object};

pub static TABLE: Table = Table {
    name: "name_descriptions",
    model: Model::NameDescription,
    refused_as: "name_description",
    pages: HEAVY,
    reads: true,
    scope: Some("`mo_name_descriptions`.`public` = 1"),
    filters: &[
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_name_descriptions`.`created_at`"),
        ),
        Filter::new(Parameter::records("id", Model::NameDescription), Rule::Id),
        Filter::new(Parameter::new("include_subtaxa", Kind::Boolean), Rule::Aside),
        Filter::new(Parameter::new("include_synonyms", Kind::Boolean), Rule::Aside),
        Filter::new(
            Parameter::records("name", Model::Name),
            Rule::Names("`mo_name_descriptions`.`name_id` IN {}"),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_name_descriptions`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator / first to use")]),
            Rule::Ids("`mo_name_descriptions`.`user_id` IN {}"),
        ),
        Filter::new(
            Parameter::records("synonyms_of", Model::Name).hidden(),
            Rule::SynonymsOf("`mo_name_descriptions`.`name_id` IN {}"),
        ),
        Filter::new(
            Parameter::records("children_of", Model::Name).hidden(),
            Rule::ChildrenOf("`mo_name_descriptions`.`name_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: None,
    update: None,
    delete: None,
};

/// The texts, in the order in which answers show them.
const TEXTS: &[&str] = &[
    "gen_desc",
    "diag_desc",
    "distribution",
    "habitat",
    "look_alikes",
    "uses",
    "notes",
    "refs",
    "classification",
];

fn show(context: &Context, ids: &[i64], _: Detail) -> Result<Vec<Object>, Error> {
    let sql = format!(
        "SELECT d.id, d.name_id, d.created_at, d.updated_at, d.num_views, d.last_view,
                d.ok_for_export, d.source_type, d.source_name, c.display_name, d.public, d.locale,
                d.{}
         FROM mo_name_descriptions d JOIN mo_licenses c ON c.id = d.license_id
         JOIN mo_names n ON n.id = d.name_id
         WHERE d.id IN (SELECT value FROM json_each(?)) ORDER BY d.id",
        TEXTS.join(", d.").replace("d.classification", "n.classification")
    );
    objects(context, &sql, ids, |row| {
        let mut description = Object::large(Model::NameDescription.word(), row.get(0)?);
        let it = &mut description;
        it.integer("name_id", row.get(1)?);
        it.moment("created_at", row.get(2)?).moment("updated_at", row.get(3)?);
        it.integer("number_of_views", row.get(4)?);
        it.moment_or_null("last_viewed", row.get(5)?);
        it.flag_xml_if_true("ok_for_export", row.get(6)?);
        it.text("source_type", row.get::<_, String>(7)?);
        it.text_if("source_name", row.get(8)?);
        it.text("license", row.get::<_, String>(9)?);
        it.flag_xml_if_true("public", row.get(10)?);
        it.text("locale", row.get::<_, String>(11)?);
        for (index, key) in TEXTS.iter().enumerate() {
            let text: String = row.get(12 + index)?;
            if !text.is_empty() {
                // In XML the texts stand as they were written.
                it.json(key, super::nested::html(&text)).xml(key, Node::Text(text));
            }
        }
        Ok(description)
    })
}
