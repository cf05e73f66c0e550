//! Names of fields.

/// A field of a record, as scenarios name it.
///
/// A plain name is a member at the top of a record: in JSON a member, in XML an element or else an attribute, with or
/// without the prefix of its namespace, in a table a column. `location/name` is a member of a member; where lists lie on
/// the way, it is that of each of their members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldName(Vec<String>);

impl FieldName {
    /// None for a name that has an empty part.
    pub fn new(text: &str) -> Option<Self> {
        let parts: Vec<String> = text.split('/').map(str::to_owned).collect();
        parts.iter().all(|part| !part.is_empty()).then_some(Self(parts))
    }

    /// The members on the way, and the one that is meant.
    pub(super) fn parts(&self) -> (&[String], &str) {
        let (last, way) = self.0.split_last().expect("a name has a part");
        (way, last)
    }
}
