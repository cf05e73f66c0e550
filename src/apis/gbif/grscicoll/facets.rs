//! Counting the values by which a search for institutions or collections could be narrowed.

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::institution::INSTITUTION;
use crate::apis::gbif::entity::Entity;
use crate::apis::gbif::entity::lists::Rows;
use crate::apis::gbif::search::facets::{Count, Counts, Cut, last, named};
use crate::apis::gbif::vocabulary::same_word;
use crate::kit::call::Call;

const USUAL_LIMIT: usize = 10;

/// A facet as it is answered.
#[derive(Debug, Serialize)]
pub struct Facet {
    field: &'static str,
    cardinality: usize,
    counts: Vec<Count>,
}

/// Where the values of a facet stand.
#[derive(Clone, Copy, Debug)]
enum Values {
    Column(&'static str),
    /// Concepts, each with all that stand above it.
    Terms(&'static str),
    /// Of descriptors, of which there are none.
    None,
}

const OF_INSTITUTIONS: [(&str, Values); 5] = [
    ("COUNTRY", Values::Column("country")),
    ("CITY", Values::Column("city")),
    ("TYPE", Values::Terms("types")),
    ("DISCIPLINE", Values::Terms("disciplines")),
    ("INSTITUTIONAL_GOVERNANCE", Values::Terms("institutionalGovernances")),
];

const OF_COLLECTIONS: [(&str, Values); 20] = [
    ("COUNTRY", Values::Column("country")),
    ("CITY", Values::Column("city")),
    ("PRESERVATION_TYPE", Values::Terms("preservationTypes")),
    ("CONTENT_TYPE", Values::Terms("contentTypes")),
    ("ACCESSION_STATUS", Values::Terms("accessionStatus")),
    ("INSTITUTION_KEY", Values::Column("institution")),
    ("TYPE_STATUS", Values::None),
    ("DESCRIPTOR_COUNTRY", Values::None),
    ("TAXON_KEY", Values::None),
    ("KINGDOM_KEY", Values::None),
    ("PHYLUM_KEY", Values::None),
    ("CLASS_KEY", Values::None),
    ("ORDER_KEY", Values::None),
    ("FAMILY_KEY", Values::None),
    ("GENUS_KEY", Values::None),
    ("SPECIES_KEY", Values::None),
    ("OBJECT_CLASSIFICATION", Values::None),
    ("BIOME", Values::None),
    ("BIOME_TYPE", Values::None),
    ("RECORDED_BY", Values::None),
];

/// Counts the facets that a request asks for; unknown ones are passed over.
pub fn count(
    call: &Call,
    db: &Connection,
    entity: &'static Entity,
    (found, all): (&Rows, &Rows),
) -> rusqlite::Result<Vec<Facet>> {
    let known: &[(&str, Values)] =
        if entity.name == INSTITUTION.name { &OF_INSTITUTIONS } else { &OF_COLLECTIONS };
    // Quirk (grscicoll contract 4.6): with this, no filter at all applies to facets.
    let is_multiselect = last(&call.fields, "facetMultiselect")
        .is_some_and(|text| text.eq_ignore_ascii_case("true"));
    let rows = if is_multiselect { all } else { found };
    let mut facets: Vec<Facet> = Vec::new();
    for spelling in named(&call.fields, "facet") {
        let Some((field, values)) = known.iter().find(|(field, _)| same_word(field, spelling))
        else {
            continue;
        };
        if facets.iter().any(|facet| facet.field == *field) {
            continue;
        }
        let counts = values.count(db, rows)?;
        let cut = Cut::read(&call.fields, spelling, USUAL_LIMIT);
        facets.push(Facet { field, cardinality: counts.len(), counts: cut.apply(counts) });
    }
    Ok(facets)
}

impl Values {
    fn count(self, db: &Connection, rows: &Rows) -> rusqlite::Result<Counts> {
        let (table, condition) = (rows.unordered.unwrap_or(rows.table), &rows.rows);
        let sql = match self {
            Self::None => return Ok(Counts::new()),
            Self::Column(column) => format!(
                "SELECT {column}, count(*) FROM {table} {condition} AND {column} IS NOT NULL GROUP BY 1"
            ),
            Self::Terms(field) => format!(
                "SELECT value, count(*) FROM gbif_grscicoll_term
                 WHERE field = '{field}' AND entry IN (SELECT id FROM {table} {condition}) GROUP BY 1"
            ),
        };
        let mut query = db.prepare_cached(&sql)?;
        let counts = query.query_map(params_from_iter(rows.values()), |row| {
            let count: i64 = row.get(1)?;
            Ok((row.get(0)?, usize::try_from(count).expect("counts are not negative")))
        })?;
        counts.collect()
    }
}
