//! Crawling: fetching what a dataset's publisher serves, and the history of doing so.

use http::StatusCode;
use jiff::ToSpan;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Value, json};
use uuid::Uuid;

use super::crawl_job::{self, Underway};
use super::entity::Deed;
use super::entity::dataset::DATASET;
use super::error::Error;
use super::paging::{self, LIMIT, OFFSET, Window};
use super::part::kinds::ENDPOINT;
use super::record::text;
use super::{moment, part, permission, record};
use crate::kit::call::Call;
use crate::kit::endpoint::{Access, Endpoint};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static KEY: Param<Uuid> = Param::path("key", "Key of the dataset.");
static ATTEMPT: Param<i64> = Param::path("attempt", "Number of the attempt.");
static PLATFORM: Param<Option<String>> =
    Param::optional("platform", "Which crawler to use; all of them are one here.");

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::post("/v1/dataset/{key}/crawl")
            .id("dataset.crawl")
            .summary("Has a dataset crawled")
            .access(Access::Role(permission::EDITOR))
            .takes([&KEY as _, &PLATFORM as _])
            .handler(crawl),
        Endpoint::get("/v1/dataset/process")
            .id("dataset.all-processes")
            .summary("Lists the attempts at crawling any dataset")
            .takes([&LIMIT as _, &OFFSET as _])
            .writes()
            .handler(|call, db| list(call, db, None)),
        Endpoint::get("/v1/dataset/{key}/process")
            .also("/v1/ingestion/history/{key}")
            .id("dataset.processes")
            .summary("Lists the attempts at crawling a dataset")
            .takes([&KEY as _, &LIMIT as _, &OFFSET as _])
            .writes()
            .handler(|call, db| list(call, db, Some(call.get(&KEY)))),
        Endpoint::get("/v1/dataset/{key}/process/{attempt}")
            .id("dataset.process")
            .summary("Shows one attempt at crawling a dataset")
            .takes([&KEY as _, &ATTEMPT as _])
            .writes()
            .handler(get),
    ]
}

fn crawl(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let key = call.get(&KEY).to_string();
    let user = (DATASET.may)(call, db, &DATASET, Deed::Change { key: &key })?;
    let dataset = record::find(db, &DATASET, &key)?
        .ok_or_else(|| Error::NoSuchEntity { entity: DATASET.name, key: key.clone() })?;
    let sql = "SELECT ifnull(max(attempt), 0) + 1 FROM gbif_process WHERE dataset = ?";
    let attempt: i64 = db.prepare_cached(sql)?.query_row([&key], |row| row.get(0))?;
    let endpoints = part::documents(db, &ENDPOINT, dataset.id)?;
    let source = endpoints.iter().find(|endpoint| text(endpoint, "type") != "EML");
    let sql = "SELECT occurrences FROM gbif_volume WHERE dataset = ?";
    let records: Option<i64> =
        db.prepare_cached(sql)?.query_row([&key], |row| row.get(0)).optional()?;
    let finished = call.now.checked_add(2.seconds()).unwrap_or(call.now);
    let attempt_made = Attempt {
        dataset: &key,
        kind: text(&dataset.doc, "type"),
        number: attempt,
        endpoint: source.map(|endpoint| (text(endpoint, "type"), text(endpoint, "url"))),
        started: call.now,
        finished,
        records: records.unwrap_or(0),
    };
    attempt_made.store(db)?;
    if let Some(job) = call.job.follow() {
        crawl_job::begin(call, db, job, (&key, attempt))?;
    }
    let tag = ["crawler.gbif.org", "crawl_attempt", &attempt.to_string()];
    part::set_machine_tag(db, dataset.id, tag, &user, call.now)?;
    record::show(db, &dataset)?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}

/// An attempt at crawling a dataset.
pub struct Attempt<'a> {
    pub dataset: &'a str,
    pub kind: &'a str,
    pub number: i64,
    /// Type and address of what is crawled.
    pub endpoint: Option<(&'a str, &'a str)>,
    pub started: jiff::Timestamp,
    pub finished: jiff::Timestamp,
    pub records: i64,
}

impl Attempt<'_> {
    pub fn store(&self, db: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO gbif_process (dataset, attempt, doc) VALUES (?, ?, ?)";
        let values = (self.dataset, self.number, self.shown().to_string());
        db.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    fn shown(&self) -> Value {
        let (kind, url) = self.endpoint.unwrap_or(("OTHER", ""));
        let of = |kind: &str| if self.kind == kind { "FINISHED" } else { "EMPTY" };
        let records = self.records;
        json!({
            "datasetKey": self.dataset,
            "crawlJob": {
                "datasetKey": self.dataset,
                "endpointType": kind,
                "targetUrl": url,
                "attempt": self.number,
                "properties": {},
            },
            "startedCrawling": moment::written(self.started),
            "finishedCrawling": moment::written(self.finished),
            "finishReason": if self.endpoint.is_some() { "NORMAL" } else { "ABORT" },
            "processStateOccurrence": of("OCCURRENCE"),
            "processStateChecklist": of("CHECKLIST"),
            "processStateSample": of("SAMPLING_EVENT"),
            "declaredCount": records,
            "pagesCrawled": 1,
            "pagesFragmentedSuccessful": 1,
            "pagesFragmentedError": 0,
            "fragmentsEmitted": records,
            "fragmentsReceived": records,
            "rawOccurrencesPersistedNew": if self.number == 1 { records } else { 0 },
            "rawOccurrencesPersistedUpdated": 0,
            "rawOccurrencesPersistedUnchanged": if self.number == 1 { 0 } else { records },
            "rawOccurrencesPersistedError": 0,
            "fragmentsProcessed": records,
            "verbatimOccurrencesPersistedSuccessful": records,
            "verbatimOccurrencesPersistedError": 0,
            "interpretedOccurrencesPersistedSuccessful": records,
            "interpretedOccurrencesPersistedError": 0,
        })
    }
}

const WITH_PROGRESS: &str = "SELECT doc, dataset, attempt, progress
    FROM gbif_process LEFT JOIN gbif_crawl_job USING (dataset, attempt)";

/// An attempt of the store.
enum Found {
    Ended(String),
    Underway(Underway),
}

impl Found {
    fn read(row: &Row) -> rusqlite::Result<Self> {
        let doc = row.get(0)?;
        let Some(progress) = row.get(3)? else { return Ok(Self::Ended(doc)) };
        let underway = Underway { dataset: row.get(1)?, attempt: row.get(2)?, progress, doc };
        Ok(Self::Underway(underway))
    }

    /// As it is answered.
    fn shown(self, call: &Call, db: &Connection) -> rusqlite::Result<String> {
        match self {
            Self::Ended(doc) => Ok(doc),
            Self::Underway(underway) => underway.poll(call, db),
        }
    }
}

fn list(call: &Call, db: &Connection, key: Option<Uuid>) -> Result<Reply, Error> {
    let key = key.map(|key| key.to_string());
    if let Some(key) = &key
        && record::find_id(db, &DATASET, key)?.is_none()
    {
        return Err(Error::NoSuchEntity { entity: DATASET.name, key: key.clone() });
    }
    let window = Window::of(call);
    let rows = if key.is_some() {
        "WHERE dataset = ? ORDER BY attempt DESC"
    } else {
        "WHERE ? IS NULL ORDER BY started DESC, dataset"
    };
    let count = db
        .prepare_cached(&format!("SELECT count(*) FROM gbif_process {rows}"))?
        .query_row([&key], |row| row.get(0))?;
    let mut query = db.prepare_cached(&format!("{WITH_PROGRESS} {rows} LIMIT ? OFFSET ?"))?;
    let found = query
        .query_map((&key, window.limit, window.offset), Found::read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let listed = found
        .into_iter()
        .map(|found| found.shown(call, db))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(paging::page(window, count, &listed))
}

fn get(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let sql = format!("{WITH_PROGRESS} WHERE dataset = ? AND attempt = ?");
    let values = (call.get(&KEY).to_string(), call.get(&ATTEMPT));
    let found = db.prepare_cached(&sql)?.query_row(values, Found::read).optional()?;
    let body = found.ok_or(Error::NotFound)?.shown(call, db)?;
    Ok(Reply::new(StatusCode::OK, "application/json", body))
}
