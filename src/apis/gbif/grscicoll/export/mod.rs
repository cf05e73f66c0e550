//! All that a list finds, as a table to download.

mod columns;

use http::header::CONTENT_DISPOSITION;
use http::{HeaderValue, StatusCode};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use self::columns::{Column, cells, of_kind};
use super::filters::{COUNTRY, GBIF_REGION};
use super::value::{Exact, ExportFormat};
use super::{COLLECTION, INSTITUTION, lists, rules};
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::entity::lists::Rows;
use crate::apis::gbif::entity::rules::Standing;
use crate::apis::gbif::error::Error;
use crate::apis::gbif::paging::OFFSET;
use crate::apis::gbif::record::NEWEST_FIRST;
use crate::apis::gbif::shape::Document;
use crate::kit::call::Call;
use crate::kit::csv::{self, LineEnd, TableStyle};
use crate::kit::endpoint::Endpoint;
use crate::kit::fields::Place;
use crate::kit::filter::json_array;
use crate::kit::param::Param;
use crate::kit::reply::Reply;
use crate::kit::rest::{Rest, Sink};

static FORMAT: Param<Option<Exact<ExportFormat>>> =
    Param::optional("format", "TSV, which it is by default, or CSV.");

/// How many rows are written at once.
const PIECE: usize = 250;

const TABS: TableStyle = TableStyle { delimiter: b'\t', terminator: LineEnd::Lf };
const COMMAS: TableStyle = TableStyle { delimiter: b',', terminator: LineEnd::CrLf };

/// The endpoint of a kind.
pub fn endpoint(entity: &'static Entity) -> Endpoint {
    Endpoint::get(format!("{}/export", entity.path))
        .id(format!("{}.export", entity.id()))
        .summary("Gives all that fit as a table")
        .filters(entity.filters)
        .takes([&FORMAT as _, &OFFSET as _])
        .media_type("text/tab-separated-values")
        .heavy()
        .handler(move |call, db| {
            let rows = rules::rows(call, db, entity, Standing::Live)?;
            // Quirk (contract 6.12): no limit cuts the table off; only that of collections can begin later.
            let skipped = if entity.name == COLLECTION.name { call.get(&OFFSET).0 } else { 0 };
            Ok::<_, Error>(table(call, entity, rows, skipped))
        })
}

/// The endpoint that exports the collections of the institutions that are found.
pub fn for_institution() -> Endpoint {
    Endpoint::get(format!("{}/exportForInstitution", COLLECTION.path))
        .id(format!("{}.export-for-institution", COLLECTION.id()))
        .summary("Gives all collections of the institutions that fit as a table")
        .filters(INSTITUTION.filters)
        .takes([&FORMAT as _])
        .media_type("text/tab-separated-values")
        .heavy()
        .handler(|call, db| {
            let rows = lists::collections_of(call, db)?;
            if rows.count(db)? == 0 {
                return Ok(Reply::empty(StatusCode::NO_CONTENT));
            }
            Ok::<_, Error>(table(call, &COLLECTION, rows, 0))
        })
}

fn table(call: &Call, entity: &'static Entity, rows: Rows, skipped: i64) -> Reply {
    let is_csv = call.get(&FORMAT).is_some_and(|format| format.value == "CSV");
    let (style, media_type, ending) = if is_csv {
        (COMMAS, "text/csv", "csv")
    } else {
        (TABS, "text/tab-separated-values", "tsv")
    };
    let columns = of_kind(entity);
    let head = csv::write(style, [columns.iter().map(|column| column.header)]);
    let file = file_name(call, entity, ending);
    Reply::new(StatusCode::OK, media_type, head)
        .with(CONTENT_DISPOSITION, disposition(&file))
        .followed_by(Rest::stored(move |db, send| {
            write(db, columns, style, (&rows, skipped), send)
        }))
}

/// Writes rows piece by piece, so that there are never many in memory.
fn write(
    db: &Connection,
    columns: &[Column],
    style: TableStyle,
    (rows, skipped): (&Rows, i64),
    send: &mut Sink,
) -> rusqlite::Result<()> {
    let sql = "SELECT shown FROM json_each(?) AS listed
               CROSS JOIN gbif_entity ON gbif_entity.id = listed.value";
    let mut query = db.prepare_cached(sql)?;
    for piece in numbers(db, rows, skipped)?.chunks(PIECE) {
        let piece = json_array(piece.iter().map(|number| Sql::Integer(*number)));
        let mut found = query.query([piece])?;
        let mut lines = Vec::with_capacity(PIECE);
        while let Some(row) = found.next()? {
            let shown: Document = serde_json::from_slice(row.get_ref(0)?.as_bytes()?)
                .expect("what is shown is a JSON object");
            lines.push(cells(columns, &shown));
        }
        if !send(csv::write(style, lines).into()) {
            return Ok(());
        }
    }
    Ok(())
}

/// The numbers of rows, in their order.
fn numbers(db: &Connection, rows: &Rows, skipped: i64) -> rusqlite::Result<Vec<i64>> {
    let order = match rows.place {
        None => NEWEST_FIRST.to_owned(),
        Some(place) => format!("ORDER BY {place}, created DESC, key"),
    };
    let sql = format!("SELECT id FROM {} {} {order} LIMIT -1 OFFSET ?", rows.table, rows.rows);
    let values = rows.values().cloned().chain([Sql::Integer(skipped)]);
    db.prepare_cached(&sql)?.query_map(params_from_iter(values), |row| row.get(0))?.collect()
}

/// Parameters whose values a file's name begins with, in this order, behind region and country.
const NAMED: [&str; 13] = [
    "city",
    "institution",
    "alternativeCode",
    "code",
    "name",
    "contact",
    "identifierType",
    "identifier",
    "machineTagNamespace",
    "machineTagName",
    "machineTagValue",
    "fuzzyName",
    "q",
];

/// `US-insect-collections.tsv`
fn file_name(call: &Call, entity: &Entity, ending: &str) -> String {
    let regions = call.get(&GBIF_REGION).into_iter().map(|region| region.value.to_owned());
    let countries = call.get(&COUNTRY).into_iter().map(|country| country.0.to_owned());
    let is_of_kind = |name: &&&str| **name != "institution" || entity.name == COLLECTION.name;
    let others = NAMED.iter().filter(is_of_kind).flat_map(|name| {
        let any_case = *name != "q";
        let sent = call.fields.as_sent(Place::Query, name, any_case);
        sent.filter(|value| !value.is_empty()).map(str::to_owned).collect::<Vec<String>>()
    });
    let values = regions.chain(countries).chain(others);
    let prefix: String = values.map(|value| value + "-").collect();
    format!("{prefix}{}s.{ending}", entity.name)
}

/// What a browser is told to call the file; headers hold Latin letters only, and no sign that ends the name.
fn disposition(file: &str) -> HeaderValue {
    let as_byte = |letter: char| match letter {
        '"' | '\\' => b'_',
        letter if letter.is_control() => b'_',
        letter => u8::try_from(u32::from(letter)).unwrap_or(b'?'),
    };
    let start = b"attachment; filename=\"".iter().copied();
    let bytes: Vec<u8> = start.chain(file.chars().map(as_byte)).chain([b'"']).collect();
    HeaderValue::from_bytes(&bytes).expect("no byte is a control sign")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_cannot_have_names_that_break_the_header() {
        let said = disposition("é 台 \"x\"\r\nSet-Cookie: a-collections.tsv");
        let expected = b"attachment; filename=\"\xe9 ? _x___Set-Cookie: a-collections.tsv\"";
        assert_eq!(said.as_bytes(), expected);
    }
}
