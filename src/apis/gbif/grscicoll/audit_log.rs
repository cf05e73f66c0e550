//! Reading the audit log, which is for administrators alone.

use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;

use super::value::{CollectionEntityType, Exact};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::{self, LIMIT, OFFSET, Window};
use crate::apis::gbif::{json_bytes, permission, quirk};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::filter::{Filter, Where};
use crate::kit::param::{AnyParam, Param};
use crate::kit::reply::Reply;

static TRACE_ID: Param<Option<i64>> =
    Param::optional("traceId", "What all events of one request share.");
static ENTITY_TYPE: Param<Option<Exact<CollectionEntityType>>> =
    Param::optional("collectionEntityType", "INSTITUTION or COLLECTION.");
static SUB_ENTITY_TYPE: Param<Option<String>> =
    Param::optional("subEntityType", "The kind of part that was concerned: Identifier.");
static OPERATION: Param<Option<String>> = Param::optional("operation", "What was done: CREATE.");
static ENTITY_KEY: Param<Option<uuid::Uuid>> =
    Param::optional("collectionEntityKey", "Key of the entity.");
static CREATED_BY: Param<Option<String>> = Param::optional("createdBy", "Name of who did it.");
static DATE_FROM: Param<Option<jiff::civil::Date>> =
    Param::optional("dateFrom", "The first day: 2024-06-12.");
static DATE_TO: Param<Option<jiff::civil::Date>> =
    Param::optional("dateTo", "The last day: 2024-06-12.");

static FILTERS: [Filter; 8] = [
    Filter::equals(&TRACE_ID, "trace"),
    Filter::equals(&ENTITY_TYPE, "kind"),
    Filter::equals(&SUB_ENTITY_TYPE, "part"),
    Filter::equals(&OPERATION, "operation"),
    Filter::equals(&ENTITY_KEY, "entity"),
    Filter::equals(&CREATED_BY, "created_by"),
    Filter::sql(&DATE_FROM, "created >= ?"),
    // Quirk (grscicoll contract 10): the day itself counts, as documented.
    Filter::custom(&DATE_TO, |fields, rows| {
        let whole_day = "created < date(?, '+1 day')";
        let is_live = fields.is_live(&quirk::DATE_TO);
        rows.and(if is_live { "created <= ?" } else { whole_day }, DATE_TO.sql_values(fields))
    }),
];

pub fn endpoint() -> Endpoint {
    Endpoint::get("/v1/grscicoll/auditLog")
        .id("grscicoll.audit-log")
        .summary("Says who did what, the newest first")
        .access(Access::Role(permission::GRSCICOLL_ADMIN))
        .takes([&LIMIT as &dyn AnyParam, &OFFSET])
        .filters(&FILTERS)
        .handler(list)
}

/// One event, as answered.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    key: i64,
    trace_id: i64,
    collection_entity_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_entity_type: Option<String>,
    operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection_entity_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_entity_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    replacement_key: Option<String>,
    created: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by: Option<String>,
    // Quirk (contract 5.13): the states are JSON in strings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pre_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_state: Option<String>,
}

impl Shown {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get("key")?,
            trace_id: row.get("trace")?,
            collection_entity_type: row.get("kind")?,
            sub_entity_type: row.get("part")?,
            operation: row.get("operation")?,
            collection_entity_key: row.get("entity")?,
            sub_entity_key: row.get("part_key")?,
            replacement_key: row.get("replacement")?,
            created: row.get("created")?,
            created_by: row.get("created_by")?,
            pre_state: row.get("pre_state")?,
            post_state: row.get("post_state")?,
        })
    }
}

fn list(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let window = Window::of(call);
    let rows = Where::new("TRUE").filter(&FILTERS, &call.fields);
    let sql = format!("SELECT count(*) FROM gbif_grscicoll_audit {rows}");
    let count =
        db.prepare_cached(&sql)?.query_row(params_from_iter(rows.values()), |row| row.get(0))?;
    let sql = format!(
        "SELECT * FROM gbif_grscicoll_audit {rows} ORDER BY created DESC, key DESC LIMIT ? OFFSET ?"
    );
    let values = rows.values().iter().cloned().chain(window.values());
    let mut query = db.prepare_cached(&sql)?;
    let results = query
        .query_map(params_from_iter(values), |row| Ok(json_bytes(&Shown::read(row)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(paging::page(window, count, &results))
}
