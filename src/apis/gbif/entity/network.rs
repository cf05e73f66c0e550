//! Networks: datasets that belong together.

use rusqlite::Connection;

use super::filters::{
    BY_CREATED, BY_IDENTIFIER, BY_IDENTIFIER_TYPE, BY_MACHINE_TAG_NAME, BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_VALUE, BY_MODIFIED, BY_WORDS,
};
use super::{Change, Deriving, Entity, rules, shrug, stumble};
use crate::apis::gbif::part::kinds::{COMMENT, CONTACT, ENDPOINT, IDENTIFIER, MACHINE_TAG, TAG};
use crate::apis::gbif::record::text;
use crate::apis::gbif::shape::{Document, Field};
use crate::apis::gbif::{permission, search, shape};
use crate::kit::filter::Filter;

static FILTERS: [Filter; 8] = [
    BY_WORDS,
    BY_IDENTIFIER,
    BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_NAME,
    BY_MACHINE_TAG_VALUE,
    BY_MODIFIED,
    BY_CREATED,
];

pub static NETWORK: Entity = Entity {
    name: "network",
    path: "/v1/network",
    schema: |_| shape::schema(NETWORK.fields),
    parts: &[&CONTACT, &ENDPOINT, &IDENTIFIER, &TAG, &MACHINE_TAG, &COMMENT],
    rules: &rules::REGISTRY,
    filters: &FILTERS,
    demands: &[],
    lists_deleted: false,
    unknown_put: stumble,
    unknown_delete: shrug,
    may: permission::of_registry,
    complete: |_, _| Ok(()),
    derive,
    index: search::index::keep_words,
    relatives,
    fields: &[
        Field::key("key").by_server(),
        Field::text_from("title", 2).required(),
        Field::text("description"),
        Field::language("language").required(),
        Field::derived("numConstituents"),
        Field::texts("email"),
        Field::texts("phone"),
        Field::links("homepage"),
        Field::link("logoUrl"),
        Field::texts("address"),
        Field::text("city"),
        Field::text("province"),
        Field::country("country"),
        Field::text("postalCode"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
        Field::moment("deleted").by_server(),
        Field::parts("contacts", "contact"),
        Field::parts("endpoints", "endpoint"),
        Field::parts("machineTags", "machineTag"),
        Field::parts("tags", "tag"),
        // Quirk (contract 5.5): they are listed below the network and never inside it.
        Field::kept_list("identifiers"),
        Field::parts("comments", "comment"),
    ],
};

fn derive(db: &Connection, deriving: &Deriving, shown: &mut Document) -> rusqlite::Result<()> {
    let sql = "SELECT count(*) FROM gbif_constituent
               JOIN gbif_entity ON gbif_entity.key = dataset AND deleted IS NULL
               WHERE network = ?";
    let count: i64 =
        db.prepare_cached(sql)?.query_row([deriving.record.key()], |row| row.get(0))?;
    shown.insert("numConstituents".to_owned(), count.into());
    Ok(())
}

fn relatives(db: &Connection, change: &Change) -> rusqlite::Result<Vec<String>> {
    if change.before.is_none() || !(change.touches("title") || change.touches("deleted")) {
        return Ok(Vec::new());
    }
    let sql = "SELECT dataset FROM gbif_constituent WHERE network = ?";
    let mut query = db.prepare_cached(sql)?;
    query.query_map([text(change.after, "key")], |row| row.get(0))?.collect()
}
