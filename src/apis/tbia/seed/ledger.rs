//! Writing records into the tables, what they share only once.

use std::collections::HashMap;
use std::hash::Hash;

use rusqlite::{Connection, params};

use super::super::blur::Spot;
use super::super::value::day_number;
use super::draft::Record;
use super::naming::Naming;
use super::row_number;
use super::spot::Area;
use super::taiwan::Taiwan;
use crate::store::text::fold;

/// The numbers of what was written before.
pub struct Ledger<'t> {
    taiwan: &'t Taiwan,
    db: &'t Connection,
    records: i64,
    namings: Numbers<Naming>,
    /// Areas, hidden or not.
    areas: Numbers<(Area, bool)>,
    localities: Numbers<String>,
    recorders: Numbers<String>,
}

/// Numbers in the order of first appearance, from one.
struct Numbers<K>(HashMap<K, i64>);

impl<K: Hash + Eq> Numbers<K> {
    /// The number of a key, which is written if it is new.
    fn of(
        &mut self,
        key: K,
        write: impl FnOnce(i64, &K) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<i64> {
        if let Some(number) = self.0.get(&key) {
            return Ok(*number);
        }
        let number = i64::try_from(self.0.len() + 1).expect("memory ends sooner");
        write(number, &key)?;
        self.0.insert(key, number);
        Ok(number)
    }
}

const INSERT: &str = "INSERT INTO tbia_occurrence VALUES
    (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
     ?, ?, ?, ?)";

impl<'t> Ledger<'t> {
    pub fn new(taiwan: &'t Taiwan, db: &'t Connection) -> Self {
        Self {
            taiwan,
            db,
            records: 0,
            namings: Numbers(HashMap::new()),
            areas: Numbers(HashMap::new()),
            localities: Numbers(HashMap::new()),
            recorders: Numbers(HashMap::new()),
        }
    }

    /// Writes the record with the next greater id.
    pub fn write(&mut self, record: Record) -> rusqlite::Result<()> {
        let taxon = record.naming.taxon;
        let identification = self.identification(record.naming)?;
        let area = self.area(record.area, record.is_hidden)?;
        let locality = self.locality(record.locality)?;
        let recorder = self.recorder(record.recorded_by)?;
        let licence = &self.taiwan.datasets[record.dataset].licence;
        let (public, raw) = (record.place.public.as_ref(), record.place.raw.as_ref());
        let latitude = |spot: Option<&Spot>| spot.map(|spot| spot.latitude);
        let longitude = |spot: Option<&Spot>| spot.map(|spot| spot.longitude);
        self.records += 1;
        self.db.prepare_cached(INSERT)?.execute(params![
            self.records,
            record.id,
            row_number(record.dataset + 1),
            taxon.map(row_number),
            identification,
            area,
            locality,
            recorder,
            day_number(record.created),
            day_number(record.modified),
            record.event.day.map(day_number),
            latitude(public),
            longitude(public),
            record.quantity.standard,
            record.basis,
            record.sensitive_category,
            record.media.kind,
            record.specimen.type_status,
            record.specimen.preservation,
            record.specimen.record_number,
            record.specimen.catalog_number,
            record.occurrence_id,
            latitude(raw),
            longitude(raw),
            record.media.addresses,
            record.place.precision,
            record.uncertainty,
            record.is_generalized,
            record.event.verbatim,
            record.media.kind.map(|_| licence),
            record.quantity.verbatim,
            record.quantity.unit,
            record.link,
            record.source_created.map(day_number),
            record.source_modified.map(day_number),
            record.notation,
            public.map(|spot| &spot.verbatim_latitude),
            public.map(|spot| &spot.verbatim_longitude),
            raw.map(|spot| &spot.verbatim_latitude),
            raw.map(|spot| &spot.verbatim_longitude),
            record.datum,
        ])?;
        Ok(())
    }

    fn identification(&mut self, naming: Naming) -> rusqlite::Result<i64> {
        let (db, taiwan) = (self.db, self.taiwan);
        self.namings.of(naming, |number, naming| {
            let sql = "INSERT INTO tbia_identification VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
            db.prepare_cached(sql)?.execute(params![
                number,
                naming.taxon.map(row_number),
                naming.is_matched_higher,
                naming.scientific,
                naming.vernacular,
                naming.original,
                naming.name_id,
                naming.searched(taiwan),
            ])?;
            Ok(())
        })
    }

    fn area(&mut self, area: Area, is_hidden: bool) -> rusqlite::Result<i64> {
        let db = self.db;
        self.areas.of((area, is_hidden), |number, (area, is_hidden)| {
            let columns =
                if *is_hidden { "rawCounty, rawMunicipality" } else { "county, municipality" };
            let sql = format!("INSERT INTO tbia_area (number, {columns}) VALUES (?, ?, ?)");
            db.execute(&sql, (number, &area.county, &area.municipality))?;
            Ok(())
        })
    }

    fn locality(&mut self, locality: Option<String>) -> rusqlite::Result<Option<i64>> {
        let Some(locality) = locality else { return Ok(None) };
        let db = self.db;
        let number = self.localities.of(locality, |number, locality| {
            let sql = "INSERT INTO tbia_locality VALUES (?, ?)";
            db.prepare_cached(sql)?.execute((number, locality)).map(drop)
        })?;
        Ok(Some(number))
    }

    fn recorder(&mut self, recorded_by: Option<String>) -> rusqlite::Result<Option<i64>> {
        let Some(recorded_by) = recorded_by else { return Ok(None) };
        let db = self.db;
        let number = self.recorders.of(recorded_by, |number, name| {
            let sql = "INSERT INTO tbia_recorder VALUES (?, ?, ?)";
            db.prepare_cached(sql)?.execute((number, name, fold(name))).map(drop)
        })?;
        Ok(Some(number))
    }
}
