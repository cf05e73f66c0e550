//! SQL functions that every connection has.

use std::borrow::Cow;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

use super::text;
use crate::kit::geometry::{self, Shape};

/// Registers
///
/// - `fold(text)`: the form in which texts are compared, see [`text::fold`];
/// - `distance(lat1, lon1, lat2, lon2)`: kilometres on the great circle between two places;
/// - `within(shape, lat, lon)`: whether a place lies in a shape, its edges included. The shape is
///   well-known text, and is read once for all rows if it is a constant or a bound parameter.
///
/// NULL in any place gives NULL.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    // Innocuous: they may stand in the indexes and generated columns of a file that is not trusted.
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("fold", 1, flags, |context| Ok(fold(context)))?;
    connection.create_scalar_function("distance", 4, flags, distance)?;
    connection.create_scalar_function("within", 3, flags, within)
}

fn fold(context: &Context<'_>) -> Option<String> {
    let text = match context.get_raw(0) {
        ValueRef::Null => return None,
        ValueRef::Integer(number) => Cow::Owned(number.to_string()),
        ValueRef::Real(number) => Cow::Owned(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes),
    };
    Some(text::fold(&text).into_owned())
}

fn distance(context: &Context<'_>) -> rusqlite::Result<Option<f64>> {
    Ok(place(context, 0)?
        .zip(place(context, 2)?)
        .map(|((lat1, lon1), (lat2, lon2))| geometry::distance(lat1, lon1, lat2, lon2)))
}

fn within(context: &Context<'_>) -> rusqlite::Result<Option<bool>> {
    let Some((lat, lon)) = place(context, 1)? else { return Ok(None) };
    if context.get_raw(0) == ValueRef::Null {
        return Ok(None);
    }
    let shape = context.get_or_create_aux(0, |value| -> Result<Shape, Error> {
        let well_known_text = match value {
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => str::from_utf8(bytes).ok(),
            _ => None,
        };
        well_known_text.and_then(Shape::parse).ok_or_else(|| {
            Error::UserFunctionError("within: the shape is no POLYGON or MULTIPOLYGON".into())
        })
    })?;
    Ok(Some(shape.contains(lon, lat)))
}

/// The latitude and longitude that stand at this place among the arguments.
fn place(context: &Context<'_>, at: usize) -> rusqlite::Result<Option<(f64, f64)>> {
    let (lat, lon): (Option<f64>, Option<f64>) = (context.get(at)?, context.get(at + 1)?);
    Ok(lat.zip(lon))
}

#[cfg(test)]
mod tests {
    use rusqlite::types::Value;

    use super::*;

    fn evaluate(sql: &str) -> rusqlite::Result<Value> {
        let db = Connection::open_in_memory()?;
        register(&db)?;
        db.query_row(&format!("SELECT {sql}"), [], |row| row.get(0))
    }

    #[test]
    fn fold_folds_text_and_leaves_null() {
        assert_eq!(evaluate("fold('Été 臺')"), Ok(Value::Text("ete 台".into())));
        assert_eq!(evaluate("fold(NULL)"), Ok(Value::Null));
        assert_eq!(evaluate("fold(42)"), Ok(Value::Text("42".into())));
    }

    #[test]
    fn fold_can_be_indexed() {
        let db = Connection::open_in_memory().unwrap();
        register(&db).unwrap();
        db.execute_batch(
            "PRAGMA trusted_schema = OFF; CREATE TABLE place (name TEXT);
             CREATE INDEX place_name ON place (fold(name)); INSERT INTO place VALUES ('臺北');",
        )
        .unwrap();

        let plan: String = db
            .query_row(
                "EXPLAIN QUERY PLAN SELECT rowid FROM place WHERE fold(name) = fold('台北')",
                [],
                |row| row.get("detail"),
            )
            .unwrap();

        assert!(plan.contains("INDEX place_name (<expr>=?)"), "{plan}");
    }

    #[test]
    fn distance_is_that_of_the_great_circle() {
        let Ok(Value::Real(taipei_to_kaohsiung)) =
            evaluate("distance(25.0375, 121.5637, 22.6273, 120.3014)")
        else {
            panic!("not a number");
        };
        assert!((taipei_to_kaohsiung - 297.0).abs() < 1.0, "{taipei_to_kaohsiung}");
        assert_eq!(evaluate("distance(25, 121, 25, 121)"), Ok(Value::Real(0.0)));
        assert_eq!(evaluate("distance(25, NULL, 25, 121)"), Ok(Value::Null));
    }

    #[test]
    fn within_tells_places_in_a_shape() {
        let square = "'POLYGON((120 20, 122 20, 122 25, 120 25, 120 20))'";
        assert_eq!(evaluate(&format!("within({square}, 23, 121)")), Ok(Value::Integer(1)));
        assert_eq!(evaluate(&format!("within({square}, 121, 23)")), Ok(Value::Integer(0)));
        assert_eq!(evaluate(&format!("within({square}, 25, 120)")), Ok(Value::Integer(1)));
        assert_eq!(evaluate(&format!("within({square}, NULL, 120)")), Ok(Value::Null));
        assert_eq!(evaluate("within(NULL, 23, 121)"), Ok(Value::Null));
        assert_eq!(
            evaluate("within('POINT(1 2)', 23, 121)").unwrap_err().to_string(),
            "within: the shape is no POLYGON or MULTIPOLYGON"
        );
    }
}
