//! Boxes on the map, and what lies in them.

use std::collections::BTreeSet;

use rusqlite::types::Value;

use super::arguments::Arguments;
use super::context::Context;
use super::error::Error;
use super::model::Model;
use super::rows::{Rows, any_of};

/// Square kilometres beyond which a location is too large for its centre to stand for what was seen there.
const HUGE: f64 = 24_000.0;

/// How far a location may reach out of a box that it lies in, in degrees.
const TOLERANCE: f64 = 0.0001;

const KILOMETRES_OF_A_DEGREE: f64 = 111.32;

/// Edges in degrees; `west` is greater than `east` where the box crosses the 180th meridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edges {
    pub north: f64,
    pub south: f64,
    pub east: f64,
    pub west: f64,
}

impl Edges {
    /// The box that a request asks for: all four edges or none.
    pub fn of(arguments: &Arguments) -> Result<Option<Self>, Error> {
        let edges = ["north", "south", "east", "west"].map(|edge| arguments.float_named(edge));
        match edges {
            [None, None, None, None] => Ok(None),
            [Some(north), Some(south), Some(east), Some(west)]
                if south <= north
                    && [north, south, east, west].iter().any(|edge| edge.abs() > 0.0) =>
            {
                Ok(Some(Self { north, south, east, west }))
            }
            _ => Err(Error::NeedAllFourEdges),
        }
    }

    fn width(self) -> f64 {
        let width = self.east - self.west;
        if width < 0.0 { width + 360.0 } else { width }
    }

    /// Square kilometres.
    pub fn area(self) -> f64 {
        let middle = f64::midpoint(self.north, self.south).to_radians();
        let height = (self.north - self.south) * KILOMETRES_OF_A_DEGREE;
        height * self.width() * KILOMETRES_OF_A_DEGREE * middle.cos()
    }

    /// Latitude and longitude.
    pub fn center(self) -> (f64, f64) {
        let longitude = self.west + self.width() / 2.0;
        let longitude = if longitude > 180.0 { longitude - 360.0 } else { longitude };
        (f64::midpoint(self.north, self.south), longitude)
    }

    pub fn contains(self, latitude: f64, longitude: f64) -> bool {
        let in_width = if self.west <= self.east {
            (self.west..=self.east).contains(&longitude)
        } else {
            longitude >= self.west || longitude <= self.east
        };
        (self.south..=self.north).contains(&latitude) && in_width
    }

    fn values(self) -> [Value; 4] {
        [self.south, self.north, self.west, self.east].map(Value::Real)
    }

    /// A condition on a point, with four values.
    fn around(self, latitude: &str, longitude: &str) -> String {
        let word = if self.west <= self.east { "AND" } else { "OR" };
        format!(
            "{latitude} >= ? AND {latitude} <= ? AND ({longitude} >= ? {word} {longitude} <= ?)"
        )
    }

    /// Where an observation counts as made: at its coordinates if everybody may see them, else at the centre of its
    /// location, unless that is huge.
    fn holds_observation(self) -> (String, [Value; 8]) {
        let point = self.around("`mo_observations`.`lat`", "`mo_observations`.`lng`");
        let center = self.around("`mo_locations`.`center_lat`", "`mo_locations`.`center_lng`");
        let condition = format!(
            "CASE WHEN `mo_observations`.`lat` IS NOT NULL AND `mo_observations`.`gps_hidden` = 0 THEN {point} \
             ELSE EXISTS (SELECT 1 FROM `mo_locations` WHERE `mo_locations`.`id` = `mo_observations`.`location_id` \
             AND `mo_locations`.`box_area` <= {HUGE} AND {center}) END"
        );
        let [a, b, c, d] = self.values();
        (condition, [a.clone(), b.clone(), c.clone(), d.clone(), a, b, c, d])
    }
}

/// Observations in the box that the request asks for.
pub fn observations(_: &Context, arguments: &Arguments, rows: &mut Rows) -> Result<(), Error> {
    if let Some(edges) = Edges::of(arguments)? {
        let (condition, values) = edges.holds_observation();
        rows.push(condition, values);
    }
    Ok(())
}

/// Sequences of observations in the box that the request asks for.
pub fn sequences(context: &Context, arguments: &Arguments, rows: &mut Rows) -> Result<(), Error> {
    if Edges::of(arguments)?.is_some() {
        let mut inside = Rows::of(Model::Observation);
        observations(context, arguments, &mut inside)?;
        rows.and_rows("`mo_sequences`.`observation_id` IN {}", inside);
    }
    Ok(())
}

/// Locations that lie wholly in the box that the request asks for.
pub fn locations(_: &Context, arguments: &Arguments, rows: &mut Rows) -> Result<(), Error> {
    let Some(edges) = Edges::of(arguments)? else { return Ok(()) };
    let bounds = [
        edges.south - TOLERANCE,
        edges.north + TOLERANCE,
        edges.west - TOLERANCE,
        edges.east + TOLERANCE,
    ];
    let values = bounds.map(Value::Real);
    if edges.west <= edges.east {
        rows.and(
            "`mo_locations`.`south` >= ? AND `mo_locations`.`north` <= ? AND `mo_locations`.`west` >= ? \
             AND `mo_locations`.`east` <= ? AND `mo_locations`.`west` <= `mo_locations`.`east`",
            values,
        );
    } else {
        // Across the 180th meridian: on either side of it, or across it too.
        let [south, north, west, east] = values;
        rows.and(
            "`mo_locations`.`south` >= ? AND `mo_locations`.`north` <= ? AND CASE \
             WHEN `mo_locations`.`west` > `mo_locations`.`east` \
             THEN `mo_locations`.`west` >= ? AND `mo_locations`.`east` <= ? \
             ELSE `mo_locations`.`west` >= ? OR `mo_locations`.`east` <= ? END",
            [south, north, west.clone(), east.clone(), west, east],
        );
    }
    Ok(())
}

/// Observations in the boxes of these locations, places nested in them included.
pub fn in_locations(context: &Context, locations: &[i64], rows: &mut Rows) -> Result<(), Error> {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    for id in locations.iter().collect::<BTreeSet<_>>() {
        let (condition, bound) = edges_of(context, *id)?.holds_observation();
        conditions.push(format!("({condition})"));
        values.extend(bound);
    }
    if conditions.is_empty() {
        rows.nothing();
    } else {
        rows.push(any_of(&conditions), values);
    }
    Ok(())
}

/// The edges of a location.
pub fn edges_of(context: &Context, location: i64) -> Result<Edges, Error> {
    let sql = "SELECT north, south, east, west FROM mo_locations WHERE id = ?";
    Ok(context.db.prepare_cached(sql)?.query_row([location], |row| {
        Ok(Edges { north: row.get(0)?, south: row.get(1)?, east: row.get(2)?, west: row.get(3)? })
    })?)
}

/// Observations whose place ends in a text; a continent stands for its countries.
pub fn in_region(context: &Context, region: &str, rows: &mut Rows) -> Result<(), Error> {
    let of_continent = "SELECT 1 FROM mo_countries WHERE continent = ?";
    if context.any(of_continent, [region])? {
        // The country is what follows the last comma. Each place is looked at once, which the limit is for: SQLite would
        // else look at those of all observations.
        rows.and(
            "`mo_observations`.`where` IN (SELECT `where` FROM \
             (SELECT DISTINCT `where` FROM `mo_observations` LIMIT -1) \
             WHERE ltrim(substr(`where`, 1 + length(rtrim(`where`, replace(`where`, ',', ''))))) \
             IN (SELECT `mo_countries`.`name` FROM `mo_countries` WHERE `mo_countries`.`continent` = ?))",
            [Value::Text(region.to_owned())],
        );
        return Ok(());
    }
    let end = region.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let pattern = Value::Text(format!("%{end}"));
    rows.and("`mo_observations`.`where` LIKE ? ESCAPE '\\'", [pattern]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_may_cross_the_180th_meridian() {
        let fiji = Edges { north: -12.0, south: -21.0, east: -178.0, west: 177.0 };

        assert!(fiji.contains(-17.0, 179.0) && fiji.contains(-17.0, -179.0));
        assert!(!fiji.contains(-17.0, 0.0));
        assert!((fiji.center().1 - 179.5).abs() < 1e-9);
        assert!((fiji.width() - 5.0).abs() < 1e-9);
    }

    #[test]
    fn the_area_shrinks_towards_the_poles() {
        let at = |south: f64| Edges { north: south + 1.0, south, east: 1.0, west: 0.0 }.area();

        assert!((at(0.0) - 12_391.0).abs() < 5.0, "{}", at(0.0));
        assert!(at(60.0) < at(0.0) / 1.9);
    }
}
