//! Comments, on records of seven kinds.

use rusqlite::params;

use super::{nested, objects};
use crate::apis::mo::arguments::{Argument, Arguments, Value};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::{Limit, NotBlank, Says};
use crate::apis::mo::parameter::{Choices, Kind, Parameter, Shown};
use crate::apis::mo::permission;
use crate::apis::mo::rows::Rows;
use crate::apis::mo::table::{Create, Delete, Detail, LIGHT, Table, Update};
use crate::apis::mo::tree::{Node, Object};

static SUMMARY: Parameter = Parameter::new("summary", Kind::Short(100)).notes(&[Limit]);
static CONTENT: Parameter = Parameter::new("content", Kind::Text);
static TARGET: Parameter = Parameter::new("target", Kind::Object).notes(&[Limit]);
static SET_SUMMARY: Parameter =
    Parameter::new("set_summary", Kind::Short(100)).notes(&[Limit, NotBlank]);
static SET_CONTENT: Parameter = Parameter::new("set_content", Kind::Text);

const TYPES: Choices = Choices {
    word: "enum",
    values: &[
        "location",
        "location_description",
        "name",
        "name_description",
        "observation",
        "project",
        "species_list",
    ],
    shown: Shown::Symbols,
};

pub static TABLE: Table = Table {
    name: "comments",
    model: Model::Comment,
    refused_as: "comment",
    pages: LIGHT,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("content_has", Kind::Text).notes(&[Says("search within body")]),
            Rule::Has("`mo_comments`.`comment`"),
        ),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_comments`.`created_at`"),
        ),
        Filter::new(Parameter::records("id", Model::Comment), Rule::Id),
        Filter::new(
            Parameter::new("summary_has", Kind::Text).notes(&[Says("search within summary")]),
            Rule::Has("`mo_comments`.`summary`"),
        ),
        Filter::new(
            Parameter::new("target", Kind::Object)
                .notes(&[Limit, Says("e.g. \"observation #1234\" or \"name #5678\"")]),
            Rule::Given(on_target),
        ),
        Filter::new(
            Parameter::list("type", Kind::Choice(TYPES)).notes(&[Limit]),
            Rule::Given(on_types),
        ),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_comments`.`updated_at`"),
        ),
        Filter::new(
            Parameter::records("user", Model::User).notes(&[Says("creator")]),
            Rule::Ids("`mo_comments`.`user_id` IN {}"),
        ),
    ],
    also: None,
    show,
    create: Some(Create { parameters: &[&SUMMARY, &CONTENT, &TARGET], run: create }),
    update: Some(Update {
        parameters: &[&SET_CONTENT, &SET_SUMMARY],
        check: None,
        permit: |context, _, id| permission::must_own(context, Model::Comment, id),
        run: |context, arguments, id| {
            let changes = [
                arguments.change(&SET_SUMMARY, "summary"),
                arguments.change(&SET_CONTENT, "comment"),
            ];
            context.update(Model::Comment, id, changes.into_iter().flatten())
        },
    }),
    delete: Some(Delete {
        only_if: None,
        permit: |context, id| permission::must_own(context, Model::Comment, id),
        run: |context, id| context.run("DELETE FROM mo_comments WHERE id = ?", [id]).map(drop),
    }),
};

fn on_target(argument: &Argument, rows: &mut Rows) {
    if let Argument::One(Value::Target(target)) = argument {
        let class = target.model.class().to_owned();
        rows.and("`mo_comments`.`target_type` = ?", [class.into()]);
        rows.and("`mo_comments`.`target_id` = ?", [target.id.into()]);
    }
}

fn on_types(argument: &Argument, rows: &mut Rows) {
    let Argument::Many(types) = argument else { return };
    let classes = types.iter().filter_map(|value| {
        let Value::Text(word) = value else { return None };
        let model = Model::COMMENTED.into_iter().find(|model| model.word() == word)?;
        Some(("`mo_comments`.`target_type` = ?", model.class().to_owned().into()))
    });
    rows.and_any(classes.collect());
}

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = format!(
        "SELECT k.id, k.summary, k.comment, k.created_at, k.updated_at, k.target_type, k.target_id, {}
         FROM mo_comments k JOIN mo_users u ON u.id = k.user_id
         WHERE k.id IN (SELECT value FROM json_each(?)) ORDER BY k.id",
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let mut comment = Object::new(Model::Comment.word(), row.get(0)?);
        comment.html_if("summary", &row.get::<_, String>(1)?);
        comment.html_if("content", &row.get::<_, String>(2)?);
        comment.moment("created_at", row.get(3)?).moment("updated_at", row.get(4)?);
        let (class, target): (String, i64) = (row.get(5)?, row.get(6)?);
        comment.json("object_type", Node::Text(class.clone()));
        comment.json("object_id", Node::Integer(target));
        let element = vec![("id", target.to_string()), ("type", class)];
        comment.xml("object", Node::Element(element));
        if detail == Detail::Low {
            comment.reference("owner", Model::User.word(), row.get(7)?);
        } else {
            comment.push("owner", nested::user(context, row, 7)?);
        }
        Ok(comment)
    })
}

fn create(context: &Context, arguments: &Arguments) -> Result<i64, Error> {
    let summary = arguments.required_text(&SUMMARY)?;
    let text = arguments.required_text(&CONTENT)?;
    let Some(Argument::One(Value::Target(target))) = arguments.get(&TARGET) else {
        return Err(Error::MissingParameter(TARGET.name));
    };
    let sql =
        "INSERT INTO mo_comments (user_id, summary, comment, target_type, target_id, created_at,
               updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)";
    let class = target.model.class();
    context.insert(sql, params![context.user()?.id, summary, text, class, target.id, context.now()])
}
