//! Herbaria: institutions and private persons who keep specimens.

use super::{nested, objects};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::Note::Says;
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::table::{Detail, STANDARD, Table};
use crate::apis::mo::tree::Object;

pub static TABLE: Table = Table {
    name: "herbaria",
    model: Model::Herbarium,
    // Quirk (contract 4.1): refusals speak of another table.
    refused_as: "external_sites",
    pages: STANDARD,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(
            Parameter::new("address", Kind::Text).notes(&[Says("postal address")]),
            Rule::Has("`mo_herbaria`.`mailing_address`"),
        ),
        Filter::new(Parameter::new("code", Kind::Text), Rule::Has("`mo_herbaria`.`code`")),
        Filter::new(
            Parameter::new("created_at", Kind::TimeRange),
            Rule::Times("`mo_herbaria`.`created_at`"),
        ),
        Filter::new(
            Parameter::new("description", Kind::Text),
            Rule::Has("`mo_herbaria`.`description`"),
        ),
        Filter::new(Parameter::records("id", Model::Herbarium), Rule::Id),
        Filter::new(Parameter::new("name", Kind::Text), Rule::Has("`mo_herbaria`.`name`")),
        Filter::new(
            Parameter::new("updated_at", Kind::TimeRange),
            Rule::Times("`mo_herbaria`.`updated_at`"),
        ),
    ],
    also: None,
    show,
    create: None,
    update: None,
    delete: None,
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = format!(
        "SELECT h.id, h.code, h.name, h.email, h.mailing_address, h.description, h.created_at,
                h.updated_at, h.personal_user_id, {}, {}
         FROM mo_herbaria h LEFT JOIN mo_locations l ON l.id = h.location_id
         LEFT JOIN mo_users u ON u.id = h.personal_user_id
         WHERE h.id IN (SELECT value FROM json_each(?)) ORDER BY h.id",
        nested::LOCATION,
        nested::USER
    );
    objects(context, &sql, ids, |row| {
        let mut herbarium = Object::new(Model::Herbarium.word(), row.get(0)?);
        for (key, at) in [("code", 1), ("name", 2), ("email", 3), ("address", 4)] {
            herbarium.text_if(key, row.get(at)?);
        }
        herbarium.html_if("description", &row.get::<_, String>(5)?);
        herbarium.moment("created_at", row.get(6)?).moment("updated_at", row.get(7)?);
        let person: Option<i64> = row.get(8)?;
        if detail == Detail::Low {
            herbarium.reference_if("location", Model::Location.word(), row.get(9)?);
            herbarium.reference_if("personal_user", Model::User.word(), person);
        } else {
            herbarium.object_if("location", nested::location(row, 9)?);
            if person.is_some() {
                herbarium.push("personal_user", nested::user(context, row, 17)?);
            }
        }
        Ok(herbarium)
    })
}
