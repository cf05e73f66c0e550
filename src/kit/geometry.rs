//! Shapes on the map, as requests give them, and distances on the globe.

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::{Coord, Rect};

/// The mean radius of the Earth in kilometres, as the services' search engines have it.
const EARTH_RADIUS: f64 = 6_371.008_771_4;

/// The most positions that a shape may have.
const MOST_POSITIONS: usize = 10_000;

/// The kilometres between two places on the great circle, by the haversine formula.
pub fn distance(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let (lat1, lon1) = (lat1.to_radians(), lon1.to_radians());
    let (lat2, lon2) = (lat2.to_radians(), lon2.to_radians());
    let north = ((lat2 - lat1) / 2.0).sin().powi(2);
    let east = ((lon2 - lon1) / 2.0).sin().powi(2);
    // Rounding may lead a little past 1, where there is no arc sine.
    let square = (north + lat1.cos() * lat2.cos() * east).clamp(0.0, 1.0);
    2.0 * EARTH_RADIUS * square.sqrt().asin()
}

/// One or more polygons in degrees; what lies on an edge lies inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    polygons: Vec<Polygon>,
}

/// The outer ring, then the holes.
type Polygon = Vec<Ring>;

#[derive(Debug, Clone, PartialEq)]
struct Ring {
    positions: Vec<Coord>,
    bounds: Rect,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Inside,
    Edge,
    Outside,
}

impl Shape {
    /// Reads well-known text: `POLYGON` or `MULTIPOLYGON`, longitude first, a third coordinate
    /// ignored.
    ///
    /// `None` for all that is not exactly this: rings that are not closed or have less than four
    /// positions, numbers that are not finite, a prefix, something left over, or more than 10,000
    /// positions.
    pub fn parse(text: &str) -> Option<Self> {
        // One comma follows each position but the last, so this bounds the work before any is done.
        if text.bytes().filter(|&byte| byte == b',').count() >= MOST_POSITIONS {
            return None;
        }
        let mut reader = Reader { rest: text };
        let polygons = if reader.keyword("MULTIPOLYGON").is_some() {
            reader.list(Reader::polygon)?
        } else {
            reader.keyword("POLYGON")?;
            vec![reader.polygon()?]
        };
        reader.rest.trim_ascii().is_empty().then_some(Self { polygons })
    }

    /// The smallest box around the shape: its least and greatest longitude (x) and latitude (y).
    pub fn bounds(&self) -> Rect {
        let outer = self.polygons.iter().filter_map(|rings| rings.first());
        let corners = outer.flat_map(|ring| [ring.bounds.min(), ring.bounds.max()]);
        bounds_of(corners)
    }

    /// Whether the place lies inside or on an edge.
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        let place = Coord { x: lon, y: lat };
        self.polygons.iter().any(|rings| {
            let mut sides = rings.iter().map(|ring| ring.side(place));
            match sides.next() {
                Some(Side::Inside) => sides.all(|side| side != Side::Inside),
                Some(Side::Edge) => true,
                Some(Side::Outside) | None => false,
            }
        })
    }
}

impl Ring {
    fn new(positions: Vec<Coord>) -> Option<Self> {
        let is_closed = positions.len() >= 4 && positions.first() == positions.last();
        is_closed.then(|| Self { bounds: bounds_of(positions.iter().copied()), positions })
    }

    /// By the even-odd rule: inside is what a ray to the east leaves through an odd number of
    /// edges.
    fn side(&self, place: Coord) -> Side {
        let (min, max) = (self.bounds.min(), self.bounds.max());
        if !((min.x..=max.x).contains(&place.x) && (min.y..=max.y).contains(&place.y)) {
            return Side::Outside;
        }
        let mut is_inside = false;
        for edge in self.positions.windows(2) {
            let (lower, upper) =
                if edge[0].y <= edge[1].y { (edge[0], edge[1]) } else { (edge[1], edge[0]) };
            if place.y < lower.y || place.y > upper.y {
                continue;
            }
            match RobustKernel::orient2d(lower, upper, place) {
                Orientation::Collinear => {
                    let (west, east) = (lower.x.min(upper.x), lower.x.max(upper.x));
                    if (west..=east).contains(&place.x) {
                        return Side::Edge;
                    }
                }
                // A corner counts for the edge above it only, so that the ray meets it once.
                Orientation::CounterClockwise if place.y < upper.y => is_inside = !is_inside,
                _ => {}
            }
        }
        if is_inside { Side::Inside } else { Side::Outside }
    }
}

fn bounds_of(positions: impl Iterator<Item = Coord>) -> Rect {
    let nothing = (Coord { x: f64::MAX, y: f64::MAX }, Coord { x: f64::MIN, y: f64::MIN });
    let (min, max) = positions.fold(nothing, |(min, max), position| {
        (
            Coord { x: min.x.min(position.x), y: min.y.min(position.y) },
            Coord { x: max.x.max(position.x), y: max.y.max(position.y) },
        )
    });
    Rect::new(min, max)
}

/// Reads well-known text from left to right.
///
/// Ours, since the parsers to be had accept what follows the shape, close open rings, or take `+-5`
/// for a number.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    /// The keyword, with the `Z` that may follow it, up to the parenthesis.
    fn keyword(&mut self, keyword: &str) -> Option<()> {
        let text = self.rest.trim_ascii_start();
        let (word, list) = text.split_at(text.find('(')?);
        let head = word.get(..keyword.len())?;
        let tail = word[keyword.len()..].trim_ascii();
        if !head.eq_ignore_ascii_case(keyword)
            || !(tail.is_empty() || tail.eq_ignore_ascii_case("z"))
        {
            return None;
        }
        self.rest = list;
        Some(())
    }

    fn polygon(&mut self) -> Option<Polygon> {
        self.list(|reader| Ring::new(reader.list(Self::position)?))
    }

    fn position(&mut self) -> Option<Coord> {
        let (text, rest) = self.rest.split_at(self.rest.find([',', ')'])?);
        self.rest = rest;
        let mut numbers = text
            .split_ascii_whitespace()
            .map(|number| number.parse().ok().filter(|number: &f64| number.is_finite()));
        let position = Coord { x: numbers.next()??, y: numbers.next()?? };
        let is_whole = numbers.next().is_none_or(|height| height.is_some());
        (is_whole && numbers.next().is_none()).then_some(position)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        self.mark('(')?;
        loop {
            items.push(item(self)?);
            if self.mark(',').is_none() {
                self.mark(')')?;
                return Some(items);
            }
        }
    }

    fn mark(&mut self, mark: char) -> Option<()> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(mark)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("POLYGON((0 0,4 0,4 4,0 4,0 0))")]
    #[case::blanks(" polygon  ( ( 0 0 , 4\t0,\n4 4,0 4,0 0 ) ) ")]
    #[case::exponents("Polygon((0e0 0,4E0 0,.4e1 +4.0,0 4.,-0 0))")]
    #[case::heights("POLYGON((0 0 7,4 0 7,4 4 -1e2,0 4 7,0 0 7))")]
    #[case::z("POLYGON Z ((0 0 7,4 0 7,4 4 7,0 4 7,0 0 7))")]
    #[case::joined_z("polygonz((0 0 7,4 0 7,4 4 7,0 4 7,0 0 7))")]
    #[case::multi("MULTIPOLYGON(((0 0,4 0,4 4,0 4,0 0)))")]
    #[case::multi_with_blanks("multipolygon ( ( (0 0,4 0,4 4,0 4,0 0) ) )")]
    fn shapes_are_read_in_many_spellings(#[case] text: &str) {
        let shape = Shape::parse(text).unwrap();

        let corners = [Coord { x: 0.0, y: 0.0 }, Coord { x: 4.0, y: 4.0 }];
        assert_eq!(shape.bounds(), Rect::new(corners[0], corners[1]));
        assert!(shape.contains(1.0, 3.0));
        assert!(!shape.contains(1.0, 5.0));
    }

    #[rstest]
    #[case::nothing("")]
    #[case::keyword_alone("POLYGON")]
    #[case::empty("POLYGON EMPTY")]
    #[case::empty_list("POLYGON()")]
    #[case::empty_ring("POLYGON(())")]
    #[case::missing_parenthesis("POLYGON((0 0,4 0,4 4,0 4,0 0)")]
    #[case::one_parenthesis("POLYGON(0 0,4 0,4 4,0 4,0 0)")]
    #[case::one_parenthesis_too_many("POLYGON((0 0,4 0,4 4,0 4,0 0)))")]
    #[case::multi_of_rings("MULTIPOLYGON((0 0,4 0,4 4,0 4,0 0))")]
    #[case::unclosed("POLYGON((0 0,4 0,4 4,0 4))")]
    #[case::unclosed_hole("POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2))")]
    #[case::three_positions("POLYGON((0 0,4 0,0 0))")]
    #[case::letters("POLYGON((a b,4 0,4 4,0 4,a b))")]
    #[case::one_number("POLYGON((0,4,4,0))")]
    #[case::four_numbers("POLYGON((0 0 1 1,4 0 1 1,4 4 1 1,0 4 1 1,0 0 1 1))")]
    #[case::no_number("POLYGON((0 0 x,4 0 1,4 4 1,0 4 1,0 0 1))")]
    #[case::two_signs("POLYGON((+-0 0,4 0,4 4,0 4,0 0))")]
    #[case::not_a_number("POLYGON((nan 0,4 0,4 4,0 4,nan 0))")]
    #[case::infinite("POLYGON((0 0,inf 0,4 4,0 4,0 0))")]
    #[case::too_great("POLYGON((0 0,1e999 0,4 4,0 4,0 0))")]
    #[case::comma_at_the_end("POLYGON((0 0,4 0,4 4,0 4,0 0,))")]
    #[case::prefix("SRID=4326;POLYGON((0 0,4 0,4 4,0 4,0 0))")]
    #[case::garbage_after("POLYGON((0 0,4 0,4 4,0 4,0 0)) x")]
    #[case::nul_after("POLYGON((0 0,4 0,4 4,0 4,0 0))\0")]
    #[case::two_shapes("POLYGON((0 0,4 0,4 4,0 4,0 0)),((0 0,4 0,4 4,0 4,0 0))")]
    #[case::point("POINT(1 2)")]
    #[case::collection("GEOMETRYCOLLECTION(POLYGON((0 0,4 0,4 4,0 4,0 0)))")]
    #[case::longer_word("POLYGONS((0 0,4 0,4 4,0 4,0 0))")]
    #[case::other_letters("POLYGO\u{274}((0 0,4 0,4 4,0 4,0 0))")]
    fn all_else_is_refused(#[case] text: &str) {
        assert_eq!(Shape::parse(text), None);
    }

    #[test]
    fn ten_thousand_positions_are_the_most() {
        let ring = |count: usize| {
            let positions =
                (0..count - 1).map(|at| format!("{at} {}", at * at)).collect::<Vec<_>>();
            format!("POLYGON(({},0 0))", positions.join(","))
        };

        assert!(Shape::parse(&ring(10_000)).is_some());
        assert_eq!(Shape::parse(&ring(10_001)), None);
    }

    #[test]
    fn megabytes_of_parentheses_are_refused_like_one() {
        let deep = "(".repeat(5_000_000);
        assert_eq!(Shape::parse(&format!("POLYGON{deep}")), None);
        assert_eq!(Shape::parse(&format!("MULTIPOLYGON{deep}")), None);
        assert_eq!(Shape::parse(&"GEOMETRYCOLLECTION(".repeat(300_000)), None);
        assert_eq!(Shape::parse(&format!("POLYGON((0 {}))", "1".repeat(5_000_000))), None);
    }

    #[rstest]
    #[case::inside(1.0, 1.0, true)]
    #[case::corner(0.0, 0.0, true)]
    #[case::edge(9.0, 4.0, true)]
    #[case::slanted_edge(8.0, 7.0, true)]
    #[case::beyond_the_slanted_edge(8.0, 7.1, false)]
    #[case::in_the_hole(3.0, 3.0, false)]
    #[case::edge_of_the_hole(2.0, 3.0, true)]
    #[case::corner_of_the_hole(4.0, 4.0, true)]
    #[case::level_with_corners(-1.0, 6.0, false)]
    #[case::between_the_two(11.0, 1.0, false)]
    #[case::in_the_second(21.0, 1.0, true)]
    fn places_lie_inside_or_outside(#[case] lon: f64, #[case] lat: f64, #[case] is_inside: bool) {
        let shape = Shape::parse(
            "MULTIPOLYGON(((0 0,9 0,9 6,7 8,0 8,0 0),(2 2,4 2,4 4,2 4,2 2)),((20 0,22 0,22 2,20 0)))",
        )
        .unwrap();
        assert_eq!(shape.contains(lon, lat), is_inside);
    }

    #[test]
    fn rings_that_cross_themselves_follow_the_even_odd_rule() {
        let pentagram = Shape::parse("POLYGON((0 3,6 3,1 0,3 5,5 0,0 3))").unwrap();
        assert!(pentagram.contains(3.0, 4.0));
        assert!(!pentagram.contains(3.0, 2.5));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(?i)(multi)?polygon ?z? ?[(]{1,3}[-+0-9.eE, ()nai]{0,60}") {
            let _ = Shape::parse(&text);
        }

        #[test]
        fn points_on_edges_are_inside_wherever_the_edge_lies(
            ax in -180..180_i32, ay in -90..90_i32, bx in -180..180_i32, by in -90..90_i32,
        ) {
            // The middle of two whole degrees is exact in binary, so it lies on the edge exactly.
            let text = format!("POLYGON(({ax} {ay},{bx} {by},500 {ay},{ax} {ay}))");
            let shape = Shape::parse(&text).unwrap();
            prop_assert!(shape.contains(f64::from(ax + bx) / 2.0, f64::from(ay + by) / 2.0));
        }
    }
}
