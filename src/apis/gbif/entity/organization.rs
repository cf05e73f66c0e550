//! Organizations: who publishes. A node endorses them.

use rand::RngExt;
use rusqlite::Connection;
use serde_json::json;

use super::filters::{
    BY_CONTACT_EMAIL, BY_CONTACT_USER_ID, BY_CREATED, BY_IDENTIFIER, BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAME, BY_MACHINE_TAG_NAMESPACE, BY_MACHINE_TAG_VALUE, BY_MODIFIED, BY_WORDS,
};
use super::{Change, Completing, Deriving, Entity, rules, shrug, stumble};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::part::kinds::{COMMENT, CONTACT, ENDPOINT, IDENTIFIER, MACHINE_TAG, TAG};
use crate::apis::gbif::record::{maybe_text, text};
use crate::apis::gbif::shape::{Document, Field};
use crate::apis::gbif::value::{CountryCode, Range, Yes};
use crate::apis::gbif::vocabulary::ENDORSEMENT_STATUS;
use crate::apis::gbif::{endorsement, moment, permission, record, search, shape};
use crate::kit::filter::{Filter, Where};
use crate::kit::param::Param;

static COUNTRY: Param<Option<CountryCode>> = Param::optional("country", "Its country.");
static IS_ENDORSED: Param<Option<Yes>> =
    Param::optional("isEndorsed", "Whether a node endorses it.");
static NETWORK_KEY: Param<Option<uuid::Uuid>> =
    Param::optional("networkKey", "A network that it publishes a dataset in.");
static NUM_PUBLISHED_DATASETS: Param<Option<Range<i64>>> =
    Param::optional("numPublishedDatasets", "How many datasets it publishes: `5`, `1,*`.");
static CAN_MODIFY: Param<Option<String>> =
    Param::optional("canModify", "Name of a user who may change it.");

static FILTERS: [Filter; 15] = [
    BY_WORDS,
    Filter::equals(&COUNTRY, "country"),
    Filter::equals(&IS_ENDORSED, "approved"),
    BY_IDENTIFIER,
    BY_IDENTIFIER_TYPE,
    BY_MACHINE_TAG_NAMESPACE,
    BY_MACHINE_TAG_NAME,
    BY_MACHINE_TAG_VALUE,
    BY_MODIFIED,
    BY_CREATED,
    BY_CONTACT_USER_ID,
    BY_CONTACT_EMAIL,
    Filter::sql(
        &NETWORK_KEY,
        "key IN (SELECT dataset.organization FROM gbif_constituent
                 JOIN gbif_entity dataset ON dataset.key = gbif_constituent.dataset
                                         AND dataset.deleted IS NULL
                 WHERE network = ?)",
    ),
    Filter::custom(&NUM_PUBLISHED_DATASETS, |fields, rows| {
        let Ok(Some(range)) = NUM_PUBLISHED_DATASETS.read(fields) else { return rows };
        let (from, to) = (range.from.unwrap_or(0), range.to.unwrap_or(i64::MAX));
        rows.and(
            "(SELECT count(*) FROM gbif_entity dataset
              WHERE dataset.organization = gbif_entity.key AND dataset.kind = 'dataset'
                AND dataset.deleted IS NULL) BETWEEN ? AND ?",
            [from.into(), to.into()],
        )
    }),
    Filter::custom(&CAN_MODIFY, may_modify),
];

/// Those that a user may change: an administrator all, an editor those in scope.
fn may_modify(fields: &crate::kit::fields::Fields, rows: Where) -> Where {
    let user = CAN_MODIFY.read(fields).ok().flatten().unwrap_or_default();
    rows.and(
        "EXISTS (SELECT 1 FROM gbif_user WHERE name = ? AND (roles LIKE '%\"REGISTRY_ADMIN\"%'
                 OR roles LIKE '%\"REGISTRY_EDITOR\"%' AND EXISTS
                 (SELECT 1 FROM gbif_right WHERE user = gbif_user.name AND gbif_right.kind = 'entity'
                  AND value IN (gbif_entity.key, gbif_entity.node))))",
        [user.into()],
    )
}

pub static ORGANIZATION: Entity = Entity {
    name: "organization",
    path: "/v1/organization",
    schema: |_| shape::schema(ORGANIZATION.fields),
    parts: &[&CONTACT, &ENDPOINT, &IDENTIFIER, &TAG, &MACHINE_TAG, &COMMENT],
    rules: &rules::REGISTRY,
    filters: &FILTERS,
    demands: &[],
    lists_deleted: true,
    unknown_put: stumble,
    unknown_delete: shrug,
    may: permission::of_registry,
    complete,
    derive,
    index: search::index::keep_words,
    relatives,
    fields: &[
        Field::key("key").by_server(),
        Field::key("endorsingNodeKey").required(),
        Field::boolean("endorsementApproved"),
        Field::one_of("endorsementStatus", &ENDORSEMENT_STATUS),
        Field::text_from("title", 2).required(),
        Field::text_of("abbreviation", 1, 30),
        Field::text("description"),
        Field::language("language").required(),
        Field::texts("email"),
        Field::texts("phone"),
        Field::links("homepage"),
        Field::link("logoUrl"),
        Field::texts("address"),
        Field::text("city"),
        Field::text("province"),
        Field::country("country").required(),
        Field::text("postalCode"),
        Field::number("latitude", -90.0, 90.0),
        Field::number("longitude", -180.0, 180.0),
        Field::derived("numPublishedDatasets"),
        Field::text("createdBy").by_server(),
        Field::text("modifiedBy").by_server(),
        Field::moment("created").by_server(),
        Field::moment("modified").by_server(),
        Field::moment("deleted").by_server(),
        Field::moment("endorsed").by_server(),
        Field::parts("contacts", "contact"),
        Field::parts("endpoints", "endpoint"),
        Field::parts("machineTags", "machineTag"),
        Field::parts("tags", "tag"),
        Field::parts("identifiers", "identifier"),
        Field::parts("comments", "comment"),
    ],
};

fn complete(completing: &Completing, organization: &mut Document) -> Result<(), Error> {
    demand_existing(completing.db, organization, "endorsingNodeKey", "node")?;
    if let Some(stored) = completing.stored {
        for member in ["endorsementApproved", "endorsementStatus"] {
            organization.shift_remove(member);
            if let Some(value) = stored.doc.get(member) {
                organization.insert(member.to_owned(), value.clone());
            }
        }
        return Ok(());
    }
    let is_approved = organization.get("endorsementApproved") == Some(&json!(true));
    organization.insert("endorsementApproved".to_owned(), is_approved.into());
    if is_approved {
        let now = moment::written(completing.call.now);
        organization.insert("endorsementStatus".to_owned(), "ENDORSED".into());
        organization.insert("endorsed".to_owned(), now.into());
    } else {
        organization.entry("endorsementStatus").or_insert_with(|| "WAITING_FOR_ENDORSEMENT".into());
        endorsement::ask(completing, organization)?;
    }
    let password = completing.call.draw(new_password);
    let sql = "INSERT INTO gbif_password (entity, password) VALUES (?, ?)";
    completing.db.prepare_cached(sql)?.execute((text(organization, "key"), password))?;
    Ok(())
}

/// A password of letters and digits.
pub fn new_password(random: &mut rand_chacha::ChaCha8Rng) -> String {
    (0..12).map(|_| char::from(random.sample(rand::distr::Alphanumeric))).collect()
}

/// Refuses a member that names an entity that does not exist.
pub fn demand_existing(
    db: &Connection,
    doc: &Document,
    member: &'static str,
    entity: &str,
) -> Result<(), Error> {
    let Some(key) = maybe_text(doc, member) else { return Ok(()) };
    let kind = super::find(entity).expect("members name known kinds");
    if record::find_id(db, kind, key)?.is_some() {
        return Ok(());
    }
    Err(Error::Dangling { member, key: key.to_owned() })
}

fn derive(db: &Connection, deriving: &Deriving, shown: &mut Document) -> rusqlite::Result<()> {
    let sql = "SELECT count(*) FROM gbif_entity
               WHERE organization = ? AND kind = 'dataset' AND deleted IS NULL";
    let count: i64 =
        db.prepare_cached(sql)?.query_row([deriving.record.key()], |row| row.get(0))?;
    shown.insert("numPublishedDatasets".to_owned(), count.into());
    Ok(())
}

fn relatives(db: &Connection, change: &Change) -> rusqlite::Result<Vec<String>> {
    let shows = ["title", "country", "endorsingNodeKey"].iter().any(|name| change.touches(name));
    if change.before.is_none() || !shows {
        return Ok(Vec::new());
    }
    let key = text(change.after, "key").to_owned();
    let datasets = Where::new("kind = 'dataset'").and(
        "organization = ? OR installation IN (SELECT own.key FROM gbif_entity own
                                              WHERE own.organization = ? AND own.kind = 'installation')",
        [key.clone().into(), key.into()],
    );
    record::keys(db, &datasets)
}
