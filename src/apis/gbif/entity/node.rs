//! Nodes: the participants, which endorse organizations.

use super::filters::{
    BY_CREATED, BY_IDENTIFIER, BY_IDENTIFIER_TYPE, BY_MACHINE_TAG_NAME, BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_VALUE, BY_MODIFIED, BY_WORDS,
};
use super::{Entity, rules, shrug, stumble};
use crate::apis::gbif::part::kinds::{COMMENT, ENDPOINT, IDENTIFIER, MACHINE_TAG, TAG};
use crate::apis::gbif::shape::Field;
use crate::apis::gbif::vocabulary::{CONTINENT, GBIF_REGION, NODE_TYPE, PARTICIPATION_STATUS};
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

pub static NODE: Entity = Entity {
    name: "node",
    path: "/v1/node",
    schema: |_| shape::schema(NODE.fields),
    // Contacts of nodes come from a directory of participants and are no parts.
    parts: &[&ENDPOINT, &IDENTIFIER, &TAG, &MACHINE_TAG, &COMMENT],
    rules: &rules::REGISTRY,
    filters: &FILTERS,
    demands: &[],
    lists_deleted: false,
    unknown_put: stumble,
    unknown_delete: shrug,
    may: permission::of_registry,
    complete: |_, _| Ok(()),
    derive: |_, _, _| Ok(()),
    index: search::index::keep_words,
    relatives: |_, _| Ok(Vec::new()),
    fields: &[
        Field::key("key").by_server(),
        Field::one_of("type", &NODE_TYPE).required(),
        Field::one_of("participationStatus", &PARTICIPATION_STATUS).required(),
        Field::kept("participantSince"),
        Field::kept("dateSignedMOU"),
        Field::one_of("gbifRegion", &GBIF_REGION),
        Field::one_of("continent", &CONTINENT),
        Field::text_from("title", 2).required(),
        Field::kept("participantTitle"),
        Field::kept("abbreviation"),
        Field::kept("description"),
        Field::kept_list("email"),
        Field::kept_list("phone"),
        Field::kept_list("homepage"),
        Field::link("logoUrl"),
        Field::kept_list("address"),
        Field::text("city"),
        Field::text("province"),
        Field::country("country"),
        Field::text("postalCode"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
        Field::moment("deleted").by_server(),
        Field::kept_list("contacts"),
        Field::parts("endpoints", "endpoint"),
        Field::parts("machineTags", "machineTag"),
        Field::parts("tags", "tag"),
        Field::parts("identifiers", "identifier"),
        Field::parts("comments", "comment"),
    ],
};
