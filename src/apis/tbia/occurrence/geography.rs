//! Where records lie: boxes, circles and polygons over their public coordinates.
//!
//! Each condition begins with a box around all that is asked for, which an index answers; the shapes themselves are
//! looked at only within it.

use rusqlite::types::Value;

use super::super::error::Error;
use super::super::value::{Bounds, Circle, Polygon};
use super::filters::read;
use crate::kit::fields::Fields;
use crate::kit::filter::Where;
use crate::kit::geometry::Shape;
use crate::kit::param::Param;

pub static BOUNDED_BY: Param<Vec<Bounds>> = Param::repeated(
    "boundedBy",
    "A box around the place, greatest values first: maxLon,maxLat,minLon,minLat.",
);
pub static POLYGON: Param<Vec<Polygon>> =
    Param::repeated("polygon", "A polygon around the place, as well-known text.");
pub static CIRCLE: Param<Vec<Circle>> =
    Param::repeated("circle", "A circle around the place: lon,lat,radius in whole kilometres.");

/// The kilometres of one degree of latitude, rounded down so that boxes come out too large.
const DEGREE: f64 = 111.0;

/// Refuses what the parameters' own checks let through and the index does not.
///
/// # Errors
/// On a negative radius, and on more polygons than can be looked at together.
pub fn check(fields: &Fields) -> Result<(), Error> {
    if read(&CIRCLE, fields).iter().any(|circle| circle.radius < 0.0) {
        return Err(Error::IndexRefuses("a negative radius"));
    }
    let polygons = read(&POLYGON, fields);
    if polygons.len() > 1 && Shape::parse(&multipolygon(&polygons)).is_none() {
        return Err(Error::IndexRefuses("so many positions of polygons"));
    }
    Ok(())
}

pub fn in_bounds(fields: &Fields, rows: Where) -> Where {
    let boxes = read(&BOUNDED_BY, fields);
    let rows = in_box(rows, boxes.iter().copied());
    if boxes.len() == 1 {
        return rows;
    }
    let corners = boxes.iter().map(|b| list([b.west, b.east, b.south, b.north]));
    rows.and(
        "EXISTS (SELECT 1 FROM json_each(?) AS box
                 WHERE o.standardLongitude BETWEEN box.value ->> 0 AND box.value ->> 1
                   AND o.standardLatitude BETWEEN box.value ->> 2 AND box.value ->> 3)",
        [nested(corners)],
    )
}

pub fn in_circles(fields: &Fields, rows: Where) -> Where {
    let circles = read(&CIRCLE, fields);
    let rows = in_box(rows, circles.iter().map(Circle::bounds));
    if let [circle] = circles[..] {
        return rows.and(
            "distance(o.standardLatitude, o.standardLongitude, ?, ?) <= ?",
            [circle.latitude, circle.longitude, circle.radius].map(Value::Real),
        );
    }
    let parts = circles.iter().map(|c| list([c.latitude, c.longitude, c.radius]));
    rows.and(
        "EXISTS (SELECT 1 FROM json_each(?) AS circle
                 WHERE distance(o.standardLatitude, o.standardLongitude, circle.value ->> 0, circle.value ->> 1)
                       <= circle.value ->> 2)",
        [nested(parts)],
    )
}

pub fn in_polygons(fields: &Fields, rows: Where) -> Where {
    let text = multipolygon(&read(&POLYGON, fields));
    let Some(shape) = Shape::parse(&text) else { return rows.and("FALSE", []) };
    let hull = shape.bounds();
    let hull =
        Bounds { west: hull.min().x, east: hull.max().x, south: hull.min().y, north: hull.max().y };
    in_box(rows, [hull])
        .and("within(?, o.standardLatitude, o.standardLongitude)", [Value::Text(text)])
}

impl Circle {
    fn bounds(&self) -> Bounds {
        let height = self.radius / DEGREE;
        let (south, north) = (self.latitude - height, self.latitude + height);
        let narrowest = south.abs().max(north.abs());
        let width = height / narrowest.to_radians().cos();
        let (west, east) = (self.longitude - width, self.longitude + width);
        // Around a pole or across the antimeridian a box says nothing.
        if narrowest >= 90.0 || west < -180.0 || east > 180.0 {
            return Bounds { west: -180.0, east: 180.0, south, north };
        }
        Bounds { west, east, south, north }
    }
}

/// Adds the box around all these.
fn in_box(rows: Where, boxes: impl IntoIterator<Item = Bounds>) -> Where {
    let hull = boxes.into_iter().reduce(|a, b| Bounds {
        west: a.west.min(b.west),
        east: a.east.max(b.east),
        south: a.south.min(b.south),
        north: a.north.max(b.north),
    });
    let Some(hull) = hull else { return rows };
    rows.and(
        "o.standardLatitude >= ? AND o.standardLatitude <= ?
         AND o.standardLongitude >= ? AND o.standardLongitude <= ?",
        [hull.south, hull.north, hull.west, hull.east].map(Value::Real),
    )
}

fn multipolygon(polygons: &[Polygon]) -> String {
    let members: Vec<&str> = polygons.iter().map(|polygon| polygon.members.as_str()).collect();
    format!("MULTIPOLYGON({})", members.join(","))
}

fn list<const N: usize>(numbers: [f64; N]) -> serde_json::Value {
    serde_json::Value::from(numbers.to_vec())
}

fn nested(lists: impl Iterator<Item = serde_json::Value>) -> Value {
    Value::Text(serde_json::Value::Array(lists.collect()).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::geometry::distance;

    #[test]
    fn the_box_around_a_circle_holds_all_of_it() {
        let circle = Circle { longitude: 121.5, latitude: 25.0, radius: 10.0 };

        let bounds = circle.bounds();

        assert!(distance(25.0, 121.5, bounds.north, 121.5) > 10.0);
        assert!(distance(25.0, 121.5, 25.0, bounds.east) > 10.0);
        assert!(distance(25.0, 121.5, bounds.south, bounds.west) > 10.0);
    }

    #[test]
    fn circles_that_reach_a_pole_or_the_antimeridian_go_all_around() {
        let polar = Circle { longitude: 1.0, latitude: 89.0, radius: 500.0 };
        let eastern = Circle { longitude: 179.9, latitude: 1.0, radius: 50.0 };

        for circle in [polar, eastern] {
            assert_eq!((circle.bounds().west, circle.bounds().east), (-180.0, 180.0));
        }
    }
}
