//! Where a service's answers hold records: for faults in the data.

/// How the answers of one service hold records.
#[derive(Clone, Copy, Debug)]
pub struct Records {
    /// JSON Pointers to lists of records, of which the first that an answer has counts. An answer that is a list itself
    /// needs none.
    pub lists: &'static [&'static str],
    /// Whether an object that has no such list is a record itself.
    pub alone: bool,
    /// Elements that are records in XML, by their path from the root: `response/results/result`. Prefixes of namespaces
    /// are left out.
    pub elements: &'static [&'static str],
    /// The attribute of a list's element that counts its records: `number`.
    pub counted: Option<&'static str>,
    /// Whether a cell of a table may stand in quotation marks.
    pub quoted_cells: bool,
    pub coordinates: Coordinates,
}

/// The members, elements or columns of records that hold coordinates, wherever they stand. Those of GeoJSON are known
/// without being named.
#[derive(Clone, Copy, Debug)]
pub struct Coordinates {
    /// Names of a latitude and of the longitude beside it.
    pub pairs: &'static [(&'static str, &'static str)],
    /// Names of texts that hold both with a comma between.
    pub joined: &'static [&'static str],
}

impl Records {
    /// Of a service that has none.
    pub const NONE: Self = Self {
        lists: &[],
        alone: false,
        elements: &[],
        counted: None,
        quoted_cells: true,
        coordinates: Coordinates { pairs: &[], joined: &[] },
    };
}
