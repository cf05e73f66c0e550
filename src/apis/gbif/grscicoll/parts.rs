//! What institutions and collections hold lists of.

use super::{contact, identifier, occurrence_mapping};
use crate::apis::gbif::part::kinds::{self, as_sent};
use crate::apis::gbif::part::{Changes, Order, Part};
use crate::apis::gbif::shape::{self, Field};
use crate::apis::gbif::vocabulary::{IDENTIFIER_TYPE, MASTER_SOURCE, USER_ID_TYPE};

pub static ALL: [&Part; 6] =
    [&CONTACT_PERSON, &IDENTIFIER, &TAG, &MACHINE_TAG, &COMMENT, &OCCURRENCE_MAPPING];

/// What is said against a blank text in a part: only in entities it stands for none.
const ANY_SIZE: &str = "size must be between 1 and 2147483647";

static USER_ID: [Field; 2] = [Field::one_of("type", &USER_ID_TYPE).required(), Field::text("id")];

pub static CONTACT_PERSON: Part = Part {
    name: "contactPerson",
    schema: |_| shape::schema(CONTACT_PERSON.fields),
    order: Order::OldestFirst,
    forbids: &[],
    has_key: Some("Cannot create a contact that already has a key"),
    changes: Some(Changes {
        demands: &[],
        keys_differ: Some("The contact key in the path has to match the key in the body"),
        by_body: false,
    }),
    unknown_delete: Some("Contact to delete doesn't exist"),
    deletes_by_query: false,
    prepare: contact::prepare,
    fields: &[
        Field::kept("key"),
        Field::text("firstName").not_blank("First name cannot be empty"),
        Field::text("lastName").not_blank("Last name cannot be empty"),
        Field::texts("position"),
        Field::texts("phone"),
        Field::texts("fax"),
        Field::emails("email"),
        Field::texts("address"),
        Field::text("city").not_blank("City cannot be empty"),
        Field::text("province").not_blank("Province cannot be empty"),
        Field::country("country"),
        Field::text("postalCode").not_blank("Postal code cannot be empty"),
        Field::boolean("primary"),
        Field::texts("taxonomicExpertise"),
        Field::text("notes"),
        Field::objects("userIds", &USER_ID),
        Field::kept("createdBy"),
        Field::kept("modifiedBy"),
        Field::kept("created"),
        Field::kept("modified"),
    ],
};

pub static IDENTIFIER: Part = Part {
    name: kinds::IDENTIFIER.name,
    schema: |_| shape::schema(IDENTIFIER.fields),
    order: Order::NewestFirst,
    forbids: &["key"],
    has_key: None,
    changes: None,
    unknown_delete: Some("Identifier to delete doesn't exist"),
    deletes_by_query: false,
    prepare: identifier::prepare,
    fields: &[
        Field::kept("key"),
        Field::one_of("type", &IDENTIFIER_TYPE).required(),
        Field::text("identifier").required().not_blank(ANY_SIZE),
        Field::kept("createdBy"),
        Field::kept("created"),
        Field::boolean("primary"),
    ],
};

pub static TAG: Part = Part {
    name: kinds::TAG.name,
    schema: kinds::TAG.schema,
    order: Order::NewestFirst,
    forbids: &["key"],
    has_key: None,
    changes: None,
    unknown_delete: Some("Tag to delete doesn't exist"),
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::text("value").required().not_blank(ANY_SIZE),
        Field::text("createdBy").by_server(),
        Field::moment("created").by_server(),
    ],
};

pub static MACHINE_TAG: Part = Part {
    name: kinds::MACHINE_TAG.name,
    schema: kinds::MACHINE_TAG.schema,
    order: Order::ByNamespace,
    forbids: &["key"],
    has_key: None,
    changes: None,
    unknown_delete: Some("Machine Tag to delete doesn't exist"),
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::text_of("namespace", 1, 255).required().not_blank("size must be between 1 and 255"),
        Field::text_of("name", 1, 255).required().not_blank("size must be between 1 and 255"),
        Field::text_of("value", 1, 700).required().not_blank("size must be between 1 and 700"),
        Field::text("createdBy").by_server(),
        Field::moment("created").by_server(),
    ],
};

pub static COMMENT: Part = Part {
    name: kinds::COMMENT.name,
    schema: kinds::COMMENT.schema,
    order: Order::NewestFirst,
    forbids: &["key"],
    has_key: None,
    changes: None,
    unknown_delete: Some("Comment to delete doesn't exist"),
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::integer("key").by_server(),
        Field::text("content").required().not_blank(ANY_SIZE),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
    ],
};

pub static OCCURRENCE_MAPPING: Part = Part {
    name: "occurrenceMapping",
    schema: |_| shape::schema(OCCURRENCE_MAPPING.fields),
    order: Order::NewestFirst,
    forbids: &["key"],
    has_key: None,
    changes: None,
    unknown_delete: Some("Occurrence Mapping to delete doesn't exist"),
    deletes_by_query: false,
    prepare: occurrence_mapping::prepare,
    fields: &[
        Field::kept("key"),
        Field::text("code").not_blank(ANY_SIZE),
        Field::text("parentCode").not_blank(ANY_SIZE),
        Field::text("identifier").not_blank(ANY_SIZE),
        Field::key("datasetKey").required(),
        Field::kept("createdBy"),
        Field::kept("created"),
    ],
};

/// Where an entity's data come from; an entity has one at most, and shows it as an object.
pub static MASTER_SOURCE_METADATA: Part = Part {
    name: "masterSourceMetadata",
    schema: |_| shape::schema(MASTER_SOURCE_METADATA.fields),
    order: Order::NewestFirst,
    forbids: &[],
    has_key: Some("Cannot create a metadata that already has a key"),
    changes: None,
    unknown_delete: None,
    deletes_by_query: false,
    prepare: as_sent,
    fields: &[
        Field::kept("key"),
        Field::one_of("source", &MASTER_SOURCE).required(),
        Field::text("sourceId").required(),
        Field::kept("createdBy"),
        Field::kept("created"),
    ],
};
