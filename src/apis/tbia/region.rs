//! Which taxa live in a county or township.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::error::Error;
use super::vocabulary::groups_named;
use crate::kit::call::Call;
use crate::kit::endpoint::Endpoint;
use crate::kit::filter::{Filter, Where, json_array};
use crate::kit::param::Param;
use crate::kit::reply::Reply;

static COUNTY: Param<Option<String>> = Param::optional("county", "County or city.");
static MUNICIPALITY: Param<Option<String>> =
    Param::optional("municipality", "Township or district.");
static BIO_GROUP: Param<Vec<String>> =
    Param::repeated("bioGroup", "Group of organisms, Chinese or English.");
static ONLY_IN_TAIWAN: Param<Option<String>> =
    Param::optional("only_in_taiwan", "yes leaves out what is not known to live in Taiwan.");
static EXCLUDE_CULTURED: Param<Option<String>> =
    Param::optional("exclude_cultured", "yes leaves out what is only kept or grown.");

static FILTERS: [Filter; 5] = [
    Filter::sql(
        &COUNTY,
        "o.area IN (SELECT number FROM tbia_area WHERE coalesce(county, rawCounty) = ?)",
    ),
    Filter::sql(
        &MUNICIPALITY,
        "o.area IN (SELECT number FROM tbia_area
                    WHERE coalesce(municipality, rawMunicipality) = ?)",
    ),
    Filter::custom(&BIO_GROUP, |fields, rows| {
        let named = BIO_GROUP.read(fields).unwrap_or_default();
        let groups = named.iter().flat_map(|name| groups_named(name));
        rows.and(
            "t.bioGroup IN (SELECT value FROM json_each(?))",
            [json_array(groups.map(|group| Value::Text(group.to_owned())))],
        )
    }),
    Filter::sql(&ONLY_IN_TAIWAN, "? <> 'yes' OR t.is_in_taiwan"),
    Filter::sql(&EXCLUDE_CULTURED, "? <> 'yes' OR t.alien_type IS NOT 'cultured'"),
];

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/get_taxon_by_region")
            .also("/en-us/get_taxon_by_region")
            .also("/zh-hant/get_taxon_by_region")
            .id("taxon.by_region")
            .summary("Lists the taxa that were recorded in a county or township")
            .filters(&FILTERS)
            .returns::<Vec<String>>()
            .heavy()
            .handler(list),
    ]
}

fn list(call: &Call, db: &Connection) -> Result<Reply, Error> {
    let recorded = Where::new("t.species IS NOT NULL").filter(&FILTERS, &call.fields);
    Ok(call.answer(&select(db, &recorded)?))
}

/// Species and what is below them, with their genera and families.
fn select(db: &Connection, recorded: &Where) -> rusqlite::Result<Vec<String>> {
    let sql = format!(
        "WITH present AS MATERIALIZED (
            SELECT DISTINCT t.number, t.genus, t.family
            FROM tbia_tally_of_kinds AS o JOIN tbia_taxon AS t ON t.number = o.taxon {recorded}
         )
         SELECT taxonID FROM tbia_taxon
         WHERE number IN (SELECT number FROM present)
            OR taxonRank = 'genus' AND scientificName IN (SELECT genus FROM present)
            OR taxonRank = 'family' AND scientificName IN (SELECT family FROM present)
         ORDER BY number"
    );
    db.prepare_cached(&sql)?
        .query_map(params_from_iter(recorded.values()), |row| row.get(0))?
        .collect()
}
