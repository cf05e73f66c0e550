//! The map: how many records lie in each cell of a grid, as GeoJSON.

use std::borrow::Cow;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::envelope::Status;
use super::error::Error;
use super::value::{Bounds, Grid, Years};
use super::vocabulary::groups_named;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::{Filter, Where, json_array};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static YEAR: Param<Option<Years>> =
    Param::optional("year", "First and last year; one alone has no end.");
static GRID: Param<Grid> = Param::or("grid", "1", "Mesh in hundredths of a degree.");
static BOUNDED_BY: Param<Bounds> =
    Param::required("boundedBy", "The box to show: maxLon,maxLat,minLon,minLat.");
static TAXON_ID: Param<Vec<String>> = Param::repeated("taxonID", "TaiCOL id of the very taxon.");
static BIO_GROUP: Param<Vec<String>> =
    Param::repeated("bioGroup", "Group of organisms, Chinese or English.");
static COUNTY: Param<Vec<String>> = Param::repeated("county", "County or city.");
static MUNICIPALITY: Param<Vec<String>> = Param::repeated("municipality", "Township or district.");

static FILTERS: [Filter; 5] = [
    Filter::custom(&YEAR, |fields, rows| match YEAR.read(fields) {
        Ok(Some(years)) => rows.and(
            "o.standardDate >= ? AND o.standardDate <= ?",
            [years.first * 10_000, years.last * 10_000 + 9_999].map(Value::Integer),
        ),
        _ => rows,
    }),
    Filter::list(
        &TAXON_ID,
        "o.taxon IN (SELECT number FROM tbia_taxon
                     WHERE taxonID IN (SELECT value FROM json_each(?)))",
    ),
    Filter::custom(&BIO_GROUP, |fields, rows| {
        let named = BIO_GROUP.read(fields).unwrap_or_default();
        let groups = named.iter().flat_map(|name| groups_named(name));
        rows.and(
            "o.taxon IN (SELECT number FROM tbia_taxon
                         WHERE bioGroup IN (SELECT value FROM json_each(?)))",
            [json_array(groups.map(|group| Value::Text(group.to_owned())))],
        )
    }),
    Filter::list(
        &COUNTY,
        "o.area IN (SELECT number FROM tbia_area
                    WHERE county IN (SELECT value FROM json_each(?)))",
    ),
    Filter::list(
        &MUNICIPALITY,
        "o.area IN (SELECT number FROM tbia_area
                    WHERE municipality IN (SELECT value FROM json_each(?)))",
    ),
];

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/v1/map")
            .also("/en-us/api/v1/map")
            .also("/zh-hant/api/v1/map")
            .id("map.grid")
            .summary("Counts the records in each cell of a grid")
            .takes([&GRID as _, &BOUNDED_BY as _])
            .filters(&FILTERS)
            .returns::<Map>()
            .heavy()
            .handler(grid),
    ]
}

/// A map without the counts and links of other answers.
#[derive(Serialize, JsonSchema)]
struct Map {
    status: Status,
    data: Cells,
}

/// The cells that hold records, as a GeoJSON collection; an empty object when none does.
struct Cells {
    grid: Grid,
    cells: Vec<Cell>,
}

/// A cell, counted from the south-west corner of the world.
struct Cell {
    x: i64,
    y: i64,
    count: i64,
}

fn grid(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let (grid, bounds) = (call.get(&GRID), call.get(&BOUNDED_BY));
    let span = (bounds.east - bounds.west).max(bounds.north - bounds.south);
    if span > grid.widest() {
        return Err(Error::TooWide);
    }
    let wanted = Where::new(
        "o.standardLatitude >= ? AND o.standardLatitude <= ?
         AND o.standardLongitude >= ? AND o.standardLongitude <= ?",
    )
    .filter(&FILTERS, &call.fields);
    let cells = count(db, grid, bounds, &wanted)?;
    Ok(call.answer(&Map { status: Status::SUCCESS, data: Cells { grid, cells } }))
}

/// The box is bound first, for the question marks with which `wanted` begins.
fn count(
    db: &Connection,
    grid: Grid,
    bounds: Bounds,
    wanted: &Where,
) -> rusqlite::Result<Vec<Cell>> {
    let sql = format!(
        "SELECT CAST((o.standardLongitude + 180) / (? / 100.0) AS INTEGER) AS x,
                CAST((o.standardLatitude + 90) / (? / 100.0) AS INTEGER) AS y, count(*)
         FROM tbia_occurrence AS o {wanted} GROUP BY x, y ORDER BY x, y"
    );
    let mesh = [Value::Integer(grid.hundredths()), Value::Integer(grid.hundredths())];
    let corners = [bounds.south, bounds.north, bounds.west, bounds.east].map(Value::Real);
    let values = mesh.iter().chain(&corners).chain(wanted.values());
    db.prepare_cached(&sql)?
        .query_map(params_from_iter(values), |row| {
            Ok(Cell { x: row.get(0)?, y: row.get(1)?, count: row.get(2)? })
        })?
        .collect()
}

impl Serialize for Cells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut collection = serializer.serialize_map(None)?;
        if !self.cells.is_empty() {
            let features: Vec<Feature> =
                self.cells.iter().map(|cell| Feature::of(cell, self.grid)).collect();
            collection.serialize_entry("type", "FeatureCollection")?;
            collection.serialize_entry("features", &features)?;
        }
        collection.end()
    }
}

#[derive(Serialize)]
struct Feature {
    #[serde(rename = "type")]
    kind: &'static str,
    geometry: Geometry,
    properties: Properties,
}

#[derive(Serialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [[[f64; 2]; 5]; 1],
}

#[derive(Serialize)]
struct Properties {
    counts: i64,
    current_grid_level: String,
    current_grid: String,
}

impl Feature {
    fn of(cell: &Cell, grid: Grid) -> Self {
        let mesh = grid.hundredths();
        // In whole hundredths first: 30121 / 100 is exact where 301.2 + 0.01 is not.
        let longitude = |x: i64| (x * mesh - 18_000) as f64 / 100.0;
        let latitude = |y: i64| (y * mesh - 9_000) as f64 / 100.0;
        let (west, east) = (longitude(cell.x), longitude(cell.x + 1));
        let (south, north) = (latitude(cell.y), latitude(cell.y + 1));
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        Self {
            kind: "Feature",
            geometry: Geometry { kind: "Polygon", coordinates: [ring] },
            properties: Properties {
                counts: cell.count,
                current_grid_level: format!("grid_{mesh}"),
                current_grid: format!("{}_{}", cell.x, cell.y),
            },
        }
    }
}

impl JsonSchema for Cells {
    fn schema_name() -> Cow<'static, str> {
        "Cells".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "type": { "const": "FeatureCollection" },
                "features": { "type": "array", "items": { "type": "object" } },
            },
        })
    }
}
