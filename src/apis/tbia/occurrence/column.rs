//! The fields of a record: their names, in the order of the wire, and where the store has them.

use std::fmt::Write;
use std::sync::LazyLock;

use super::super::key::Access;

/// A field of a record.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    /// In SQL, over the tables that [`SELECTED_FROM`] joins.
    expression: &'static str,
    pub kind: Kind,
    /// Whether only holders of a key see it.
    is_restricted: bool,
}

/// What the values of a column are on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    /// `2021-10-21`; a whole number in the store.
    Day,
    Flag,
}

const fn text(name: &'static str, expression: &'static str) -> Column {
    Column { name, expression, kind: Kind::Text, is_restricted: false }
}

const fn number(name: &'static str, expression: &'static str) -> Column {
    Column { kind: Kind::Number, ..text(name, expression) }
}

const fn day(name: &'static str, expression: &'static str) -> Column {
    Column { kind: Kind::Day, ..text(name, expression) }
}

const fn flag(name: &'static str, expression: &'static str) -> Column {
    Column { kind: Kind::Flag, ..text(name, expression) }
}

const fn restricted(column: Column) -> Column {
    Column { is_restricted: true, ..column }
}

const SELECTED_FROM: &str = "tbia_occurrence AS o
    JOIN tbia_dataset AS d ON d.number = o.dataset
    JOIN tbia_identification AS i ON i.number = o.identification
    JOIN tbia_area AS a ON a.number = o.area
    LEFT JOIN tbia_taxon AS t ON t.number = o.taxon
    LEFT JOIN tbia_locality AS l ON l.number = o.locality
    LEFT JOIN tbia_recorder AS r ON r.number = o.recorder";

static COLUMNS: [Column; 72] = [
    text("id", "o.id"),
    day("created", "o.created"),
    day("modified", "o.modified"),
    day("standardDate", "o.standardDate"),
    number("standardLatitude", "o.standardLatitude"),
    number("standardLongitude", "o.standardLongitude"),
    restricted(number("standardRawLatitude", "o.standardRawLatitude")),
    restricted(number("standardRawLongitude", "o.standardRawLongitude")),
    number("standardOrganismQuantity", "o.standardOrganismQuantity"),
    text("associatedMedia", "o.associatedMedia"),
    text("basisOfRecord", "o.basisOfRecord"),
    text("catalogNumber", "o.catalogNumber"),
    text("coordinatePrecision", "o.coordinatePrecision"),
    text("coordinateUncertaintyInMeters", "o.coordinateUncertaintyInMeters"),
    flag("dataGeneralizations", "o.dataGeneralizations"),
    text("datasetName", "d.datasetName"),
    text("tbiaDatasetID", "d.tbiaDatasetID"),
    text("sourceDatasetID", "d.sourceDatasetID"),
    text("gbifDatasetID", "d.gbifDatasetID"),
    text("eventDate", "o.eventDate"),
    text("county", "a.county"),
    text("municipality", "a.municipality"),
    restricted(text("rawCounty", "a.rawCounty")),
    restricted(text("rawMunicipality", "a.rawMunicipality")),
    text("license", "d.license"),
    text("locality", "l.locality"),
    text("mediaLicense", "o.mediaLicense"),
    text("occurrenceID", "o.occurrenceID"),
    text("organismQuantity", "o.organismQuantity"),
    text("organismQuantityType", "o.organismQuantityType"),
    text("originalScientificName", "i.originalScientificName"),
    text("preservation", "o.preservation"),
    text("recordedBy", "r.recordedBy"),
    text("recordNumber", "o.recordNumber"),
    text("references", "o.\"references\""),
    text("resourceContacts", "d.recordContacts"),
    text("rightsHolder", "d.rightsHolder"),
    text("sensitiveCategory", "o.sensitiveCategory"),
    day("sourceCreated", "o.sourceCreated"),
    day("sourceModified", "o.sourceModified"),
    text("sourceScientificName", "i.sourceScientificName"),
    text("sourceVernacularName", "i.sourceVernacularName"),
    text("typeStatus", "o.typeStatus"),
    text("verbatimCoordinateSystem", "o.verbatimCoordinateSystem"),
    text("verbatimLatitude", "o.verbatimLatitude"),
    text("verbatimLongitude", "o.verbatimLongitude"),
    restricted(text("verbatimRawLatitude", "o.verbatimRawLatitude")),
    restricted(text("verbatimRawLongitude", "o.verbatimRawLongitude")),
    text("verbatimSRS", "o.verbatimSRS"),
    text("scientificNameID", "i.scientificNameID"),
    text("taxonID", "t.taxonID"),
    flag("match_higher_taxon", "i.match_higher_taxon"),
    text("scientificName", "t.scientificName"),
    text("name_author", "t.name_author"),
    text("bioGroup", "t.bioGroup"),
    text("taxonRank", "t.taxonRank"),
    text("common_name_c", "t.common_name_c"),
    text("alternative_name_c", "t.alternative_name_c"),
    text("synonyms", "t.synonyms"),
    text("misapplied", "t.misapplied"),
    text("kingdom", "t.kingdom"),
    text("kingdom_c", "t.kingdom_c"),
    text("phylum", "t.phylum"),
    text("phylum_c", "t.phylum_c"),
    text("class", "t.class"),
    text("class_c", "t.class_c"),
    text("order", "t.\"order\""),
    text("order_c", "t.order_c"),
    text("family", "t.family"),
    text("family_c", "t.family_c"),
    text("genus", "t.genus"),
    text("genus_c", "t.genus_c"),
];

/// The columns that somebody sees, and the statement that reads them from the record of one number.
pub struct Selection {
    pub columns: Vec<&'static Column>,
    pub sql: String,
}

/// By access, and whether flags are texts.
static SELECTIONS: LazyLock<[[Selection; 2]; 2]> = LazyLock::new(|| {
    [Access::Public, Access::Partner]
        .map(|access| [false, true].map(|writes_flags| Selection::new(access, writes_flags)))
});

/// As the index keeps it.
static WRITTEN_FLAG: Column =
    text("match_higher_taxon", "iif(i.match_higher_taxon, 'True', 'False')");

impl Selection {
    pub fn of(access: Access, writes_flags: bool) -> &'static Self {
        &SELECTIONS[usize::from(access == Access::Partner)][usize::from(writes_flags)]
    }

    fn new(access: Access, writes_flags: bool) -> Self {
        let is_seen = |column: &&Column| access == Access::Partner || !column.is_restricted;
        let as_written = |column: &'static Column| {
            let is_written = writes_flags && column.name == WRITTEN_FLAG.name;
            if is_written { &WRITTEN_FLAG } else { column }
        };
        let columns: Vec<&'static Column> =
            COLUMNS.iter().filter(is_seen).map(as_written).collect();
        let mut sql = String::from("SELECT ");
        for (position, column) in columns.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(sql, "{comma}{}", column.expression).expect("memory takes every text");
        }
        write!(sql, " FROM {SELECTED_FROM} WHERE o.number = ?").expect("memory takes every text");
        Self { columns, sql }
    }
}
