//! External sites: where else an observation can be found.

use super::{nested, objects};
use crate::apis::mo::context::Context;
use crate::apis::mo::error::Error;
use crate::apis::mo::filter::{Filter, Rule};
use crate::apis::mo::model::Model;
use crate::apis::mo::parameter::{Kind, Parameter};
use crate::apis::mo::table::{Detail, LIGHT, Table};
use crate::apis::mo::tree::Object;

pub static TABLE: Table = Table {
    name: "external_sites",
    model: Model::ExternalSite,
    refused_as: "external_sites",
    pages: LIGHT,
    reads: true,
    scope: None,
    filters: &[
        Filter::new(Parameter::records("id", Model::ExternalSite), Rule::Id),
        Filter::new(Parameter::new("name", Kind::Text), Rule::Has("`mo_external_sites`.`name`")),
    ],
    also: None,
    show,
    create: None,
    update: None,
    delete: None,
};

fn show(context: &Context, ids: &[i64], detail: Detail) -> Result<Vec<Object>, Error> {
    let sql = "SELECT s.id, s.name, p.id, p.title FROM mo_external_sites s
               JOIN mo_projects p ON p.id = s.project_id
               WHERE s.id IN (SELECT value FROM json_each(?)) ORDER BY s.id";
    objects(context, sql, ids, |row| {
        let mut site = Object::new(Model::ExternalSite.word(), row.get(0)?);
        site.text("name", row.get::<_, String>(1)?);
        if detail == Detail::Low {
            site.reference("project", Model::Project.word(), row.get(2)?);
        } else {
            site.object_if("project", nested::titled(row, 2, Model::Project, "title")?);
        }
        Ok(site)
    })
}
