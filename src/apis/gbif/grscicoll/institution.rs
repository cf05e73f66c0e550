//! Institutions: who keeps collections.

use rusqlite::Connection;

use super::{address, filters, index, master_source, parts, rules};
use crate::apis::gbif::entity::{Change, Entity};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::record::text;
use crate::apis::gbif::shape::{self, Field};
use crate::apis::gbif::vocabulary::LICENSE;

pub static INSTITUTION: Entity = Entity {
    name: "institution",
    path: "/v1/grscicoll/institution",
    schema: |_| shape::schema(INSTITUTION.fields),
    parts: &parts::ALL,
    rules: &rules::GRSCICOLL,
    filters: &filters::OF_INSTITUTIONS,
    demands: &[],
    lists_deleted: true,
    unknown_put: |_| Error::refused("Entity doesn't exist"),
    unknown_delete: |_| Err(Error::refused("Entity to delete doesn't exist")),
    may: rules::admitted,
    complete: rules::complete,
    derive: |_, deriving, shown| {
        master_source::show(deriving, shown);
        Ok(())
    },
    index: index::keep,
    relatives: collections_of_renamed,
    fields: &[
        Field::kept("key"),
        Field::text("code"),
        Field::text("name").required(),
        Field::text("description"),
        Field::texts("types"),
        Field::boolean("active"),
        Field::emails("email"),
        Field::texts("phone"),
        Field::link("homepage"),
        Field::links("catalogUrls"),
        Field::links("apiUrls"),
        Field::texts("institutionalGovernances"),
        Field::texts("disciplines"),
        Field::number("latitude", -90.0, 90.0),
        Field::number("longitude", -180.0, 180.0),
        Field::object("mailingAddress", &address::FIELDS),
        Field::object("address", &address::FIELDS),
        Field::texts("additionalNames"),
        Field::integer("foundingDate"),
        Field::integer("numberSpecimens"),
        Field::link("logoUrl"),
        Field::kept("createdBy"),
        Field::kept("modifiedBy"),
        Field::kept("created"),
        Field::kept("modified"),
        Field::kept("deleted"),
        Field::parts("tags", "tag"),
        Field::parts("identifiers", "identifier"),
        Field::parts("contactPersons", "contactPerson"),
        Field::parts("machineTags", "machineTag"),
        Field::objects("alternativeCodes", &rules::ALTERNATIVE_CODE),
        Field::parts("comments", "comment"),
        Field::parts("occurrenceMappings", "occurrenceMapping"),
        Field::kept("replacedBy"),
        Field::kept("convertedToCollection"),
        Field::kept("masterSource"),
        Field::derived("masterSourceMetadata"),
        Field::boolean("displayOnNHCPortal"),
        Field::kept("occurrenceCount"),
        Field::kept("typeSpecimenCount"),
        Field::link("featuredImageUrl"),
        Field::one_of("featuredImageLicense", &LICENSE),
        Field::text("featuredImageAttribution"),
    ],
};

/// The collections that show an institution's name and code, when these change.
fn collections_of_renamed(db: &Connection, change: &Change) -> rusqlite::Result<Vec<String>> {
    if change.before.is_none() || !(change.touches("name") || change.touches("code")) {
        return Ok(Vec::new());
    }
    let sql = "SELECT key FROM gbif_grscicoll WHERE institution = ? AND kind = 'collection'";
    let mut query = db.prepare_cached(sql)?;
    query.query_map([text(change.after, "key")], |row| row.get(0))?.collect()
}
