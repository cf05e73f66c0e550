//! What TBIA's parameters accept: days and their ranges, boxes, circles, polygons, flags, page sizes.
//!
//! Days are whole numbers as in the store: 20211021.

use jiff::civil::Date;
use rusqlite::types::Value;

use crate::kit::geometry::Shape;
use crate::kit::value::{Expects, FromText};

/// The number by which the store knows a day: 20211021.
pub fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// A day or a range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub first: i64,
    pub last: i64,
}

impl Days {
    /// `None` for a single day that is none, `Some(None)` for a range with such an end.
    #[expect(clippy::option_option, reason = "the two failures are answered differently")]
    fn parse(text: &str) -> Option<Option<Self>> {
        let parts: Vec<&str> = text.split(',').collect();
        if let [first, last] = parts[..] {
            return Some(parse_day(first).zip(parse_day(last)).map(Self::of));
        }
        // Quirk (contract 3.3): of three days or more the first counts, alone.
        let day = parse_day(parts[0])?;
        Some(Some(Self::of((day, day))))
    }

    fn of((first, last): (i64, i64)) -> Self {
        Self { first, last }
    }
}

/// `2021-10-21` or `2021-1-5`: four digits of the year, one or two of month and day.
fn parse_day(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4..=4)?;
    let month = digits(parts.next()?, 1..=2)?;
    let day = digits(parts.next()?, 1..=2)?;
    if parts.next().is_some() || year == 0 {
        return None;
    }
    let date = Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    Some(day_number(date))
}

fn digits(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let is_number = length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

impl FromText for Days {
    const EXPECTS: Expects = Expects::Form("YYYY-MM-DD, or two such days joined by a comma");

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text).flatten()
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.first)
    }
}

/// The days of an event, where a range that is none does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventDays(pub Option<Days>);

impl FromText for EventDays {
    const EXPECTS: Expects = Days::EXPECTS;

    fn from_text(text: &str) -> Option<Self> {
        // Quirk (contract 3.3): an invalid range is ignored, an invalid day refused.
        Days::parse(text).map(Self)
    }

    fn into_sql(self) -> Value {
        self.0.map_or(Value::Null, Days::into_sql)
    }
}

/// A box between two meridians and two parallels, its edges included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub east: f64,
    pub north: f64,
    pub west: f64,
    pub south: f64,
}

impl FromText for Bounds {
    const EXPECTS: Expects = Expects::Form("maxLon,maxLat,minLon,minLat");

    fn from_text(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(',').collect();
        let [east, north, west, south] = parts[..] else { return None };
        let (east, north) = (degrees(east, 180.0)?, degrees(north, 90.0)?);
        let (west, south) = (degrees(west, 180.0)?, degrees(south, 90.0)?);
        (east >= west && north >= south).then_some(Self { east, north, west, south })
    }

    fn into_sql(self) -> Value {
        Value::Null
    }
}

/// A number of degrees from minus `most` to `most`.
fn degrees(text: &str, most: f64) -> Option<f64> {
    let number: f64 = text.trim().parse().ok()?;
    // Quirk (contract 4.1): zero is taken for no number at all.
    (number.abs() <= most && number != 0.0).then_some(number)
}

/// A circle on the globe, with a radius in kilometres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circle {
    pub longitude: f64,
    pub latitude: f64,
    /// Negative ones pass the check, and only the index refuses them.
    pub radius: f64,
}

impl FromText for Circle {
    const EXPECTS: Expects = Expects::Form("lon,lat,radius in whole kilometres");

    fn from_text(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(',').collect();
        let [longitude, latitude, radius] = parts[..] else { return None };
        // Nothing on Earth is farther away, and numbers without end would be one more case.
        let radius = whole_number(radius)?.clamp(-1e6, 1e6);
        Some(Self {
            longitude: degrees(longitude, 180.0)?,
            latitude: degrees(latitude, 90.0)?,
            radius,
        })
    }

    fn into_sql(self) -> Value {
        Value::Null
    }
}

/// A whole number of any size, blanks around it allowed.
fn whole_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole { text.parse().ok() } else { None }
}

/// The well-known text of a polygon or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polygon {
    /// The polygons as they stand in a `MULTIPOLYGON`: `((0 0, …)), ((5 5, …))`.
    pub members: String,
}

impl FromText for Polygon {
    const EXPECTS: Expects = Expects::Form("a WKT POLYGON or MULTIPOLYGON");

    fn from_text(text: &str) -> Option<Self> {
        Shape::parse(text)?;
        let text = text.trim_ascii();
        let list = &text[text.find('(')?..];
        let is_multi = text.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("MULTI"));
        let members = if is_multi { &list[1..list.len() - 1] } else { list };
        Some(Self { members: members.to_owned() })
    }

    fn into_sql(self) -> Value {
        Value::Text(self.members)
    }
}

/// `true` or `false`, in lower case only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag(pub bool);

impl FromText for Flag {
    const EXPECTS: Expects = Expects::OneOf(&["true", "false"]);

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "true" => Some(Self(true)),
            "false" => Some(Self(false)),
            _ => None,
        }
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.0.into())
    }
}

/// `true` or `y`, `false` or `n`; anything else does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Perhaps(pub Option<bool>);

impl FromText for Perhaps {
    const EXPECTS: Expects = Expects::Form("true, y, false or n");

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(match text {
            "true" | "y" => Some(true),
            "false" | "n" => Some(false),
            _ => None,
        }))
    }

    fn into_sql(self) -> Value {
        self.0.map_or(Value::Null, |flag| Value::Integer(flag.into()))
    }
}

/// A number; anything else does not count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity(pub Option<f64>);

impl FromText for Quantity {
    const EXPECTS: Expects = Expects::Number;

    fn from_text(text: &str) -> Option<Self> {
        Some(Self(text.trim().parse().ok().filter(|number: &f64| number.is_finite())))
    }

    fn into_sql(self) -> Value {
        self.0.map_or(Value::Null, Value::Real)
    }
}

/// How many records a page holds. Never refused when it is read: what is no number counts as 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSize {
    /// At most 1000, whatever was asked for.
    Records(usize),
    /// The index refuses to count backwards.
    Negative,
}

impl PageSize {
    const DEFAULT: Self = Self::Records(20);
    const MOST: f64 = 1000.0;
}

impl FromText for PageSize {
    const EXPECTS: Expects = Expects::Integer { min: 0, max: 1000 };

    fn from_text(text: &str) -> Option<Self> {
        let Some(size) = whole_number(text) else { return Some(Self::DEFAULT) };
        if size < 0.0 {
            return Some(Self::Negative);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 1000"
        )]
        let records = size.min(Self::MOST) as usize;
        Some(Self::Records(records))
    }

    fn into_sql(self) -> Value {
        Value::Null
    }
}

/// A year, or the first and the last of several; one alone has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Years {
    pub first: i64,
    pub last: i64,
}

impl FromText for Years {
    const EXPECTS: Expects = Expects::Form("a year, or two joined by a comma");

    fn from_text(text: &str) -> Option<Self> {
        let year = |text: &str| digits(text.trim(), 1..=4).map(i64::from);
        match text.split_once(',') {
            Some((first, last)) => Some(Self { first: year(first)?, last: year(last)? }),
            // Quirk (contract 4.2): one year means from then on.
            None => Some(Self { first: year(text)?, last: 9999 }),
        }
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.first)
    }
}

/// The mesh of the map, in hundredths of a degree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grid {
    One,
    Five,
    Ten,
    Hundred,
}

impl Grid {
    pub fn hundredths(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Five => 5,
            Self::Ten => 10,
            Self::Hundred => 100,
        }
    }

    /// The degrees that a map of this mesh may span.
    pub fn widest(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Five => 10.0,
            Self::Ten => 20.0,
            Self::Hundred => 40.0,
        }
    }
}

impl FromText for Grid {
    const EXPECTS: Expects = Expects::OneOf(&["1", "5", "10", "100"]);

    fn from_text(text: &str) -> Option<Self> {
        Some(match text {
            "1" => Self::One,
            "5" => Self::Five,
            "10" => Self::Ten,
            "100" => Self::Hundred,
            _ => return None,
        })
    }

    fn into_sql(self) -> Value {
        Value::Integer(self.hundredths())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::day("2021-10-21", Some((20_211_021, 20_211_021)))]
    #[case::short("2021-1-5", Some((20_210_105, 20_210_105)))]
    #[case::range("2021-10-21,2021-10-25", Some((20_211_021, 20_211_025)))]
    #[case::backwards("2021-10-25,2021-10-21", Some((20_211_025, 20_211_021)))]
    #[case::three("2021-10-21,x,y", Some((20_211_021, 20_211_021)))]
    #[case::leap("2020-02-29", Some((20_200_229, 20_200_229)))]
    #[case::impossible("2021-02-30", None)]
    #[case::year("2021", None)]
    #[case::month("2021-10", None)]
    #[case::joined("20211021", None)]
    #[case::slashes("2021/10/21", None)]
    #[case::time("2021-10-21T00:00:00", None)]
    #[case::blank(" 2021-10-21", None)]
    #[case::short_year("921-10-21", None)]
    #[case::long_year("02021-10-21", None)]
    #[case::year_zero("0000-10-21", None)]
    #[case::signs("2021-+1-05", None)]
    #[case::open_end("2021-10-21,", None)]
    #[case::open_start(",2021-10-25", None)]
    #[case::blank_after_comma("2021-06-01, 2023-08-16", None)]
    #[case::commas(",,", None)]
    fn days_are_read_strictly(#[case] text: &str, #[case] days: Option<(i64, i64)>) {
        assert_eq!(Days::from_text(text), days.map(Days::of));
    }

    #[test]
    fn a_broken_range_of_event_days_does_not_count_but_a_broken_day_is_refused() {
        assert_eq!(EventDays::from_text("2021-10-21,"), Some(EventDays(None)));
        assert_eq!(EventDays::from_text("2021-10"), None);
    }

    #[rstest]
    #[case::plain("122,24,121,23", true)]
    #[case::decimals("121.5, 23.9 ,121.4,23.8", true)]
    #[case::a_point("121.5,23.9,121.5,23.9", true)]
    #[case::west_first("121,23,122,24", false)]
    #[case::three("122,24,121", false)]
    #[case::five("122,24,121,23,1", false)]
    #[case::zero("122,24,121,0", false)]
    #[case::zero_point_zero("0.0,24,-121,-3", false)]
    #[case::too_far_east("180.1,24,121,23", false)]
    #[case::too_far_north("122,90.5,121,23", false)]
    #[case::not_a_number("nan,24,121,23", false)]
    #[case::infinite("inf,24,121,23", false)]
    #[case::words("a,b,c,d", false)]
    fn bounds_are_maximum_first(#[case] text: &str, #[case] is_valid: bool) {
        assert_eq!(Bounds::from_text(text).is_some(), is_valid);
    }

    #[rstest]
    #[case::plain("121.488,22.661,10", Some(10.0))]
    #[case::blanks(" 121.488 , 22.661 , 10 ", Some(10.0))]
    #[case::negative("121.488,22.661,-1", Some(-1.0))]
    #[case::decimal_radius("121.488,22.661,10.5", None)]
    #[case::no_radius("121.488,22.661", None)]
    #[case::empty_radius("121.488,22.661,", None)]
    #[case::zero_longitude("0,22.661,10", None)]
    #[case::too_far("191.488,22.661,10", None)]
    fn the_radius_of_a_circle_is_whole(#[case] text: &str, #[case] radius: Option<f64>) {
        assert_eq!(Circle::from_text(text).map(|circle| circle.radius), radius);
    }

    #[rstest]
    #[case("7", PageSize::Records(7))]
    #[case(" 7 ", PageSize::Records(7))]
    #[case("1001", PageSize::Records(1000))]
    #[case("99999999999999999999999999", PageSize::Records(1000))]
    #[case("0", PageSize::Records(0))]
    #[case("abc", PageSize::Records(20))]
    #[case("10.5", PageSize::Records(20))]
    #[case("-1", PageSize::Negative)]
    #[case("-99999999999999999999999999", PageSize::Negative)]
    fn page_sizes_are_read_leniently(#[case] text: &str, #[case] size: PageSize) {
        assert_eq!(PageSize::from_text(text), Some(size));
    }

    #[test]
    fn polygons_are_kept_as_members_of_a_multipolygon() {
        let one = Polygon::from_text(" polygon ((0 0, 4 0, 4 4, 0 0)) ").unwrap();
        let two = "MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((9 9,8 9,8 8,9 9)))";

        assert_eq!(one.members, "((0 0, 4 0, 4 4, 0 0))");
        assert_eq!(
            Polygon::from_text(two).unwrap().members,
            "((0 0,4 0,4 4,0 0)),((9 9,8 9,8 8,9 9))"
        );
        assert_eq!(Polygon::from_text("POINT(1 2)"), None);
    }

    #[rstest]
    #[case("2020,2025", Some((2020, 2025)))]
    #[case("2024", Some((2024, 9999)))]
    #[case("20x", None)]
    #[case("2020,", None)]
    #[case("2020,2021,2022", None)]
    fn one_year_alone_has_no_end(#[case] text: &str, #[case] years: Option<(i64, i64)>) {
        assert_eq!(Years::from_text(text).map(|years| (years.first, years.last)), years);
    }
}
