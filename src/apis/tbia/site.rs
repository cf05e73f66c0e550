//! The portal's own pages that clients link to, and what its proxy answers.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use quick_xml::escape::escape;
use rusqlite::{Connection, OptionalExtension};

use super::dataset;
use super::error::Error;
use super::key::Access;
use super::occurrence::sheet::Sheet;
use super::page::{self, Language};
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static ID: Param<String> = Param::path("id", "The portal's id of the record.");
static TBIA_DATASET_ID: Param<String> =
    Param::path("tbiaDatasetID", "The portal's id of the dataset.");

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain";

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        in_all_languages("/api/doc")
            .id("site.documentation")
            .summary("Shows how the API is used")
            .media_type(HTML)
            .handler(|call, _| Ok::<_, Error>(documentation(call))),
        in_all_languages("/occurrence/{id}/")
            .id("site.occurrence")
            .summary("Shows an observation")
            .takes([&ID as _])
            .media_type(HTML)
            .handler(|call, db| record(call, db, Kind::Observation)),
        in_all_languages("/collection/{id}/")
            .id("site.collection")
            .summary("Shows a specimen of a collection")
            .takes([&ID as _])
            .media_type(HTML)
            .handler(|call, db| record(call, db, Kind::Specimen)),
        in_all_languages("/dataset/{tbiaDatasetID}/")
            .id("site.dataset")
            .summary("Shows a dataset")
            .takes([&TBIA_DATASET_ID as _])
            .media_type(HTML)
            .handler(dataset),
        in_all_languages("/occurrence/{id}")
            .id("site.occurrence-slash")
            .summary("Leads to the observation's page")
            .takes([&ID as _])
            .media_type(HTML)
            .handler(add_slash),
        in_all_languages("/collection/{id}")
            .id("site.collection-slash")
            .summary("Leads to the specimen's page")
            .takes([&ID as _])
            .media_type(HTML)
            .handler(add_slash),
        in_all_languages("/dataset/{tbiaDatasetID}")
            .id("site.dataset-slash")
            .summary("Leads to the dataset's page")
            .takes([&TBIA_DATASET_ID as _])
            .media_type(HTML)
            .handler(add_slash),
        Endpoint::get("/healthcheck")
            .id("site.health")
            .summary("Tells that the proxy is up")
            .media_type(TEXT)
            .handler(|_, _| Ok::<_, Error>(Reply::new(StatusCode::OK, TEXT, "ok"))),
        Endpoint::get("/robots.txt")
            .id("site.robots")
            .summary("Tells crawlers where not to go")
            .media_type(TEXT)
            .handler(|_, _| Ok::<_, Error>(Reply::new(StatusCode::OK, TEXT, ROBOTS))),
    ]
}

const ROBOTS: &str = "User-agent: *\nDisallow: /api*\n";

fn in_all_languages(path: &str) -> Endpoint {
    let [english, chinese] = [Language::English, Language::Chinese].map(Language::code);
    Endpoint::get(path).also(format!("/{english}{path}")).also(format!("/{chinese}{path}"))
}

/// What a record is of, which decides by which address its page is found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Observation,
    Specimen,
}

fn documentation(call: &Call) -> Reply {
    let language = Language::of(call.request);
    let title = language.choose("API 說明文件", "API documentation");
    let lead = language.choose(
        "以 GET 查詢物種出現紀錄，回傳 JSON。",
        "GET requests search the occurrence records; answers are JSON.",
    );
    let endpoints = super::occurrence::endpoints();
    let params: Vec<(&'static str, String)> = endpoints
        .iter()
        .flat_map(Endpoint::all_params)
        .map(|param| (param.name(), param.help().to_owned()))
        .collect();
    let base = escape(call.base());
    let content = format!(
        "<h1>{title}</h1>\n<p>{lead}</p>\n<p><code>{base}/api/v1/occurrence</code></p>\n\
         {}",
        table(&params)
    );
    Reply::html(StatusCode::OK, page::page(language, title, &content))
}

fn record(call: &Call, db: &Connection, kind: Kind) -> Result<Reply, Error> {
    let number = find(db, &call.get(&ID), kind)?.ok_or(Error::NoSuchPage)?;
    let sheet = Sheet::read(db, Access::Public, false, &[number])?;
    let language = Language::of(call.request);
    let title = match kind {
        Kind::Observation => language.choose("物種出現紀錄", "Occurrence record"),
        Kind::Specimen => language.choose("自然史典藏", "Natural history collection"),
    };
    let content = format!("<h1>{title}</h1>\n{}", table(&sheet.facts()));
    Ok(Reply::html(StatusCode::OK, page::page(language, title, &content)))
}

fn dataset(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let dataset = dataset::find(db, &call.get(&TBIA_DATASET_ID))?.ok_or(Error::NoSuchPage)?;
    let language = Language::of(call.request);
    let title = language.choose("資料集", "Dataset");
    let content = format!("<h1>{title}</h1>\n{}", table(&dataset.facts()));
    Ok(Reply::html(StatusCode::OK, page::page(language, title, &content)))
}

/// The framework sends those who leave out the last slash to where it is.
fn add_slash(call: &Call, _: &Connection) -> Result<Reply, Error> {
    let query = call.request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let target = format!("{}{}/{query}", call.base(), call.path);
    let target = HeaderValue::try_from(target).map_err(|_| Error::NoSuchPage)?;
    let reply = Reply::new(StatusCode::MOVED_PERMANENTLY, HTML, "");
    Ok(reply.with(LOCATION, target))
}

/// Names and values as a table; what has no value is left out.
fn table(facts: &[(&'static str, String)]) -> String {
    let filled = facts.iter().filter(|(_, value)| !value.is_empty());
    let rows: Vec<String> = filled
        .map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>", escape(value)))
        .collect();
    format!("<table>\n{}\n</table>", rows.join("\n"))
}

fn find(db: &Connection, id: &str, kind: Kind) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT o.number FROM tbia_occurrence AS o
               JOIN tbia_dataset AS d ON d.number = o.dataset
               WHERE o.id = ? AND d.is_collection = ?";
    db.prepare_cached(sql)?.query_row((id, kind == Kind::Specimen), |row| row.get(0)).optional()
}
