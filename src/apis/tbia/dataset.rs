//! Datasets: what each source has given to the portal.
//!
//! Pages go by the portal's own number of a dataset, and count only what still lies ahead.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{Answer, LIMIT, Links, Meta, Status};
use super::error::Error;
use super::occurrence::sheet::Day;
use super::value::{Days, PageSize};
use super::vocabulary::groups_named;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::{Filter, Where, json_array};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static CREATED: Param<Vec<Days>> =
    Param::repeated("created", "Day on which the dataset came into the portal, or a range.");
static MODIFIED: Param<Vec<Days>> =
    Param::repeated("modified", "Day on which the dataset last changed, or a range.");
static TBIA_DATASET_ID: Param<Vec<String>> =
    Param::repeated("tbiaDatasetID", "The portal's id of the dataset.");
static SOURCE_DATASET_ID: Param<Vec<String>> =
    Param::repeated("sourceDatasetID", "The source's id of the dataset.");
static GBIF_DATASET_ID: Param<Vec<String>> =
    Param::repeated("gbifDatasetID", "GBIF's key of the dataset.");
static DATASET_NAME: Param<Vec<String>> =
    Param::repeated("datasetName", "Part of the dataset's name.");
static RIGHTS_HOLDER: Param<Vec<String>> = Param::repeated("rightsHolder", "Source database.");
static DATASET_TAXON_GROUP: Param<Vec<String>> =
    Param::repeated("datasetTaxonGroup", "Group of organisms that it holds, Chinese or English.");
static CURSOR: Param<Option<String>> =
    Param::optional("cursor", "Number of the dataset before the first.").keeps_empty();

static FILTERS: [Filter; 8] = [
    Filter::custom(&CREATED, |fields, rows| on_days(rows, CREATED.read(fields).ok(), CREATED_ON)),
    Filter::custom(&MODIFIED, |fields, rows| {
        on_days(rows, MODIFIED.read(fields).ok(), MODIFIED_ON)
    }),
    Filter::list(&TBIA_DATASET_ID, "tbiaDatasetID IN (SELECT value FROM json_each(?))"),
    Filter::list(&SOURCE_DATASET_ID, "sourceDatasetID IN (SELECT value FROM json_each(?))"),
    Filter::list(&GBIF_DATASET_ID, "gbifDatasetID IN (SELECT value FROM json_each(?))"),
    Filter::list(
        &DATASET_NAME,
        "EXISTS (SELECT 1 FROM json_each(?) AS part WHERE instr(datasetName, part.value))",
    ),
    Filter::list(&RIGHTS_HOLDER, "rightsHolder IN (SELECT value FROM json_each(?))"),
    Filter::custom(&DATASET_TAXON_GROUP, |fields, rows| {
        let named = DATASET_TAXON_GROUP.read(fields).unwrap_or_default();
        let groups = named.iter().flat_map(|name| groups_named(name));
        rows.and(
            "EXISTS (SELECT 1 FROM json_each(?) AS part
                     WHERE instr(datasetTaxonGroup, part.value))",
            [json_array(groups.map(|group| Value::Text(group.to_owned())))],
        )
    }),
];

const PATH: &str = "/api/v1/dataset";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get(PATH)
            .also("/en-us/api/v1/dataset")
            .also("/zh-hant/api/v1/dataset")
            .id("dataset.list")
            .summary("Lists the datasets of all sources")
            .takes([&LIMIT as _, &CURSOR as _])
            .filters(&FILTERS)
            .returns::<Answer<Vec<Dataset>>>()
            .handler(list),
    ]
}

/// A dataset as the portal lists it; what is unknown is null.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dataset {
    #[serde(skip)]
    number: i64,
    dataset_name: String,
    rights_holder: String,
    #[serde(rename = "tbiaDatasetID")]
    tbia_dataset_id: String,
    #[serde(rename = "sourceDatasetID")]
    source_dataset_id: Option<String>,
    #[serde(rename = "gbifDatasetID")]
    gbif_dataset_id: Option<String>,
    resource_contacts: String,
    occurrence_count: i64,
    dataset_date_start: Option<String>,
    dataset_date_end: Option<String>,
    #[serde(rename = "datasetURL")]
    dataset_url: Option<String>,
    dataset_publisher: Option<String>,
    dataset_license: String,
    dataset_taxon_group: Option<String>,
    created: String,
    modified: String,
}

fn list(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let PageSize::Records(limit) = call.get(&LIMIT) else {
        return Err(Error::IndexRefuses("a negative limit"));
    };
    let cursor: i64 = match call.get(&CURSOR) {
        None => 0,
        Some(text) => text.trim().parse().map_err(|_| Error::IndexRefuses("the cursor"))?,
    };
    let ahead = Where::new("NOT is_deprecated")
        .and("number > ?", [Value::Integer(cursor)])
        .filter(&FILTERS, &call.fields);
    let data = select(db, &ahead, limit)?;
    // Quirk (contract 4.2): what lies behind the cursor is not counted, and on an empty page nothing is.
    let total = if data.is_empty() { 0 } else { count(db, &ahead)? };
    let next = data.last().filter(|_| data.len() == limit).map(|last| last.number.to_string());
    Ok(call.answer(&Answer {
        status: Status::SUCCESS,
        meta: Meta { total, limit },
        links: Links::new(call, PATH, &cursor.to_string(), next.as_deref()),
        data,
    }))
}

const CREATED_ON: &str = "EXISTS (SELECT 1 FROM json_each(?) AS days
    WHERE created BETWEEN days.value ->> 0 AND days.value ->> 1)";
const MODIFIED_ON: &str = "EXISTS (SELECT 1 FROM json_each(?) AS days
    WHERE modified BETWEEN days.value ->> 0 AND days.value ->> 1)";

fn on_days(rows: Where, days: Option<Vec<Days>>, within: &'static str) -> Where {
    let pairs: Vec<[i64; 2]> = days.iter().flatten().map(|days| [days.first, days.last]).collect();
    rows.and(within, [Value::Text(serde_json::json!(pairs).to_string())])
}

/// The dataset of an id, unless it is deprecated.
pub fn find(db: &Connection, id: &str) -> rusqlite::Result<Option<Dataset>> {
    let wanted =
        Where::new("NOT is_deprecated").and("tbiaDatasetID = ?", [Value::Text(id.to_owned())]);
    Ok(select(db, &wanted, 1)?.pop())
}

fn count(db: &Connection, datasets: &Where) -> rusqlite::Result<i64> {
    let sql = format!("SELECT count(*) FROM tbia_dataset {datasets}");
    db.prepare_cached(&sql)?.query_row(params_from_iter(datasets.values()), |row| row.get(0))
}

fn select(db: &Connection, datasets: &Where, limit: usize) -> rusqlite::Result<Vec<Dataset>> {
    let sql = format!("SELECT * FROM tbia_dataset {datasets} ORDER BY number LIMIT ?");
    let limit = Value::Integer(i64::try_from(limit).expect("at most 1000"));
    let values = datasets.values().iter().chain(std::iter::once(&limit));
    db.prepare_cached(&sql)?.query_map(params_from_iter(values), read)?.collect()
}

fn read(row: &Row) -> rusqlite::Result<Dataset> {
    let day = |column| row.get(column).map(|day: Option<i64>| day.map(|day| Day(day).to_string()));
    Ok(Dataset {
        number: row.get("number")?,
        dataset_name: row.get("datasetName")?,
        rights_holder: row.get("rightsHolder")?,
        tbia_dataset_id: row.get("tbiaDatasetID")?,
        source_dataset_id: row.get("sourceDatasetID")?,
        gbif_dataset_id: row.get("gbifDatasetID")?,
        resource_contacts: row.get("resourceContacts")?,
        occurrence_count: row.get("occurrenceCount")?,
        dataset_date_start: day("datasetDateStart")?,
        dataset_date_end: day("datasetDateEnd")?,
        dataset_url: row.get("datasetURL")?,
        dataset_publisher: row.get("datasetPublisher")?,
        dataset_license: row.get("license")?,
        dataset_taxon_group: row.get("datasetTaxonGroup")?,
        created: Day(row.get("created")?).to_string(),
        modified: Day(row.get("modified")?).to_string(),
    })
}

impl Dataset {
    /// What its page shows: names of fields and their values.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let filled = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            ("datasetName", self.dataset_name.clone()),
            ("rightsHolder", self.rights_holder.clone()),
            ("tbiaDatasetID", self.tbia_dataset_id.clone()),
            ("gbifDatasetID", filled(&self.gbif_dataset_id)),
            ("resourceContacts", self.resource_contacts.clone()),
            ("occurrenceCount", self.occurrence_count.to_string()),
            ("datasetPublisher", filled(&self.dataset_publisher)),
            ("datasetLicense", self.dataset_license.clone()),
            ("datasetTaxonGroup", filled(&self.dataset_taxon_group)),
            ("created", self.created.clone()),
            ("modified", self.modified.clone()),
        ]
    }
}
