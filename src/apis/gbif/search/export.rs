//! All that a search finds, as a table.

use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use rusqlite::Connection;
use serde_json::Value;

use super::{Search, facets, kept};
use crate::apis::gbif::error::Error;
use crate::apis::gbif::licence;
use crate::kit::call::Call;
use crate::kit::csv::{self, LineEnd, TableStyle};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

const HEADER: [&str; 19] = [
    "dataset_key",
    "title",
    "doi",
    "license",
    "type",
    "sub_type",
    "hosting_organization_key",
    "hosting_organization_title",
    "hosting_country",
    "publishing_organization_key",
    "publishing_organization_title",
    "publishing_country",
    "publication_date",
    "modified",
    "endorsing_node_key",
    "network_keys",
    "project_identifier",
    "occurrence_records_count",
    "name_usages_count",
];

pub static FORMAT: Param<Option<String>> =
    Param::optional("format", "`TSV` (the default) or `CSV`, in any case.");

pub fn export(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let format = call.get(&FORMAT).unwrap_or_default().to_ascii_lowercase();
    let (style, media_type, disposition) = match format.as_str() {
        "" | "tsv" => (
            TableStyle { delimiter: b'\t', terminator: LineEnd::Lf },
            "text/tab-separated-values",
            "attachment; filename=gbif_datasets.tsv",
        ),
        "csv" => (
            TableStyle { delimiter: b',', terminator: LineEnd::CrLf },
            "text/csv",
            "attachment; filename=gbif_datasets.csv",
        ),
        _ => {
            let format = call.get(&FORMAT).unwrap_or_default();
            let text = format!("Cannot parse {format} into a known ExportFormat");
            return Err(Error::Unreadable(text));
        }
    };
    let mut rows = vec![HEADER.map(str::to_owned)];
    let search = Search::read(call, db)?;
    let hits = if search.sought.is_some() { facets::ranked(db, &search)? } else { Vec::new() };
    let ids = search.ranked(db, hits, None)?;
    let columns = "found, modified, (SELECT doc ->> 'pubDate' FROM gbif_entity
                                     WHERE gbif_entity.id = gbif_hit.id)";
    rows.extend(kept(db, &ids, columns, |row| {
        let modified: String = row.get(1)?;
        let published: Option<String> = row.get(2)?;
        Ok(cells(&row.get(0)?, &modified, published.as_deref()))
    })?);
    Ok(Reply::new(StatusCode::OK, media_type, csv::write(style, rows))
        .with(CONTENT_DISPOSITION, HeaderValue::from_static(disposition)))
}

fn cells(found: &Value, modified: &str, published: Option<&str>) -> [String; 19] {
    let cell = |member: &str| match &found[member] {
        Value::String(text) => text.replace(['\t', '\n', '\r'], " "),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
        _ => String::new(),
    };
    let day = |moment: &str| moment.get(..10).unwrap_or_default().to_owned();
    [
        cell("key"),
        cell("title"),
        cell("doi"),
        found["license"].as_str().map(licence::name_of).unwrap_or_default().to_owned(),
        cell("type"),
        cell("subtype"),
        cell("hostingOrganizationKey"),
        cell("hostingOrganizationTitle"),
        cell("hostingCountry"),
        cell("publishingOrganizationKey"),
        cell("publishingOrganizationTitle"),
        cell("publishingCountry"),
        published.map(day).unwrap_or_default(),
        day(modified),
        cell("endorsingNodeKey"),
        cell("networkKeys"),
        cell("projectIdentifier"),
        cell("recordCount"),
        cell("nameUsagesCount"),
    ]
}
