//! Collections: what institutions keep.

use rusqlite::{Connection, OptionalExtension};

use super::{address, filters, index, master_source, parts, rules};
use crate::apis::gbif::entity::{Deriving, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::maybe_text;
use crate::apis::gbif::shape::{self, Document, Field};
use crate::apis::gbif::vocabulary::LICENSE;

pub static COLLECTION: Entity = Entity {
    name: "collection",
    path: "/v1/grscicoll/collection",
    schema: |_| shape::schema(COLLECTION.fields),
    parts: &parts::ALL,
    rules: &rules::GRSCICOLL,
    filters: &filters::OF_COLLECTIONS,
    demands: &[],
    lists_deleted: true,
    unknown_put: |_| Error::refused("Entity doesn't exist"),
    unknown_delete: |_| Err(Error::refused("Entity to delete doesn't exist")),
    may: rules::admitted,
    complete: rules::complete,
    derive,
    index: index::keep,
    relatives: |_, _| Ok(Vec::new()),
    fields: &[
        Field::kept("key"),
        Field::text("code"),
        Field::text("name").required(),
        Field::text("description"),
        Field::texts("contentTypes"),
        Field::boolean("active"),
        Field::boolean("personalCollection"),
        Field::doi("doi"),
        Field::emails("email"),
        Field::texts("phone"),
        Field::link("homepage"),
        Field::links("catalogUrls"),
        Field::links("apiUrls"),
        Field::texts("preservationTypes"),
        Field::text("accessionStatus"),
        Field::key("institutionKey"),
        Field::object("mailingAddress", &address::FIELDS),
        Field::object("address", &address::FIELDS),
        Field::kept("createdBy"),
        Field::kept("modifiedBy"),
        Field::kept("created"),
        Field::kept("modified"),
        Field::kept("deleted"),
        Field::parts("tags", "tag"),
        Field::parts("identifiers", "identifier"),
        Field::parts("contactPersons", "contactPerson"),
        Field::integer("numberSpecimens"),
        Field::parts("machineTags", "machineTag"),
        Field::text("taxonomicCoverage"),
        Field::text("geographicCoverage"),
        Field::text("notes"),
        Field::texts("incorporatedCollections"),
        Field::objects("alternativeCodes", &rules::ALTERNATIVE_CODE),
        Field::parts("comments", "comment"),
        Field::parts("occurrenceMappings", "occurrenceMapping"),
        Field::kept("replacedBy"),
        Field::kept("masterSource"),
        Field::derived("masterSourceMetadata"),
        Field::text("department"),
        Field::text("division"),
        Field::boolean("displayOnNHCPortal"),
        Field::kept("occurrenceCount"),
        Field::kept("typeSpecimenCount"),
        Field::link("featuredImageUrl"),
        Field::one_of("featuredImageLicense", &LICENSE),
        Field::text("temporalCoverage"),
        Field::text("featuredImageAttribution"),
        Field::derived("institutionName"),
        Field::derived("institutionCode"),
    ],
};

/// The institution stays named when it is deleted.
fn derive(db: &Connection, deriving: &Deriving, shown: &mut Document) -> rusqlite::Result<()> {
    master_source::show(deriving, shown);
    let Some(key) = maybe_text(&deriving.record.doc, "institutionKey") else { return Ok(()) };
    let sql = "SELECT doc ->> 'name', doc ->> 'code' FROM gbif_entity WHERE key = ?";
    let named: Option<(Option<String>, Option<String>)> = db
        .prepare_cached(sql)?
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (name, code) = named.unwrap_or_default();
    for (member, text) in [("institutionName", name), ("institutionCode", code)] {
        if let Some(text) = text {
            shown.insert(member.to_owned(), text.into());
        }
    }
    Ok(())
}
