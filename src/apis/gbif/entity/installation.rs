//! Installations: the servers that datasets are published from.

use rusqlite::Connection;

use super::filters::{
    BY_CREATED, BY_IDENTIFIER, BY_IDENTIFIER_TYPE, BY_MACHINE_TAG_NAME, BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_VALUE, BY_MODIFIED, BY_WORDS,
};
use super::{Change, Completing, Entity, organization, rules, shrug, stumble};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::{COMMENT, CONTACT, ENDPOINT, IDENTIFIER, MACHINE_TAG, TAG};
use crate::apis::gbif::quirk::INSTALLATION_TYPE as INSTALLATION_TYPE_IGNORED;
use crate::apis::gbif::record::text;
use crate::apis::gbif::shape::{Document, Field};
use crate::apis::gbif::value::{InstallationType, Word};
use crate::apis::gbif::vocabulary::INSTALLATION_TYPE;
use crate::apis::gbif::{permission, record, search, shape};
use crate::kit::fields::Place;
use crate::kit::filter::{Filter, Where};
use crate::kit::param::{AnyParam, Param};

static TYPE: Param<Option<Word<InstallationType>>> =
    Param::optional("type", "The software that it runs.").also(&["installationType"]);
static ORGANIZATION_KEY: Param<Option<uuid::Uuid>> =
    Param::optional("organizationKey", "The organization that owns it.");
static ENDORSED_BY_NODE_KEY: Param<Option<uuid::Uuid>> =
    Param::optional("endorsedByNodeKey", "The node that endorses its organization.");

static FILTERS: [Filter; 11] = [
    BY_WORDS,
    // Quirk (contract 10.11): the documents call it `installationType`, too.
    Filter::custom(&TYPE, |fields, rows| {
        let is_named = fields.all(Place::Query, TYPE.name).next().is_some();
        if is_named || !fields.is_live(&INSTALLATION_TYPE_IGNORED) {
            rows.and_in("type", TYPE.sql_values(fields))
        } else {
            rows
        }
    }),
    BY_IDENTIFIER,
    BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_NAME,
    BY_MACHINE_TAG_VALUE,
    BY_MODIFIED,
    BY_CREATED,
    Filter::equals(&ORGANIZATION_KEY, "organization"),
    Filter::sql(
        &ENDORSED_BY_NODE_KEY,
        "organization IN (SELECT owner.key FROM gbif_entity owner WHERE owner.node = ?)",
    ),
];

pub static INSTALLATION: Entity = Entity {
    name: "installation",
    path: "/v1/installation",
    schema: |_| shape::schema(INSTALLATION.fields),
    parts: &[&CONTACT, &ENDPOINT, &IDENTIFIER, &TAG, &MACHINE_TAG, &COMMENT],
    rules: &rules::REGISTRY,
    filters: &FILTERS,
    // Quirk (contract 5.3): of all entities only this one wants its moments back.
    demands: &["created", "modified"],
    lists_deleted: true,
    unknown_put: stumble,
    unknown_delete: shrug,
    may: permission::of_registry,
    complete,
    derive: |_, _, _| Ok(()),
    index: search::index::keep_words,
    relatives,
    fields: &[
        Field::key("key").by_server(),
        Field::key("organizationKey").required(),
        Field::one_of("type", &INSTALLATION_TYPE).required(),
        Field::text_from("title", 2).required(),
        Field::text("description"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
        Field::moment("deleted").by_server(),
        Field::boolean("disabled"),
        Field::parts("contacts", "contact"),
        Field::parts("endpoints", "endpoint"),
        Field::parts("machineTags", "machineTag"),
        Field::parts("tags", "tag"),
        // Quirk (contract 5.3): they are listed below the installation and never inside it.
        Field::kept_list("identifiers"),
        Field::parts("comments", "comment"),
    ],
};

fn complete(completing: &Completing, installation: &mut Document) -> Result<(), Error> {
    organization::demand_existing(completing.db, installation, "organizationKey", "organization")?;
    if completing.stored.is_none() {
        let password = completing.call.draw(organization::new_password);
        let sql = "INSERT INTO gbif_password (entity, password) VALUES (?, ?)";
        completing.db.prepare_cached(sql)?.execute((text(installation, "key"), password))?;
    }
    Ok(())
}

/// Its datasets are found by the organization that hosts them.
fn relatives(db: &Connection, change: &Change) -> rusqlite::Result<Vec<String>> {
    if change.before.is_none() || !change.touches("organizationKey") {
        return Ok(Vec::new());
    }
    let key = text(change.after, "key").to_owned();
    record::keys(db, &Where::new("kind = 'dataset'").and("installation = ?", [key.into()]))
}
