//! Descriptors of data packages: metadata in JSON, kept as they come.

use serde_json::Value;

const DARWIN_CORE: &str = "DWC_DP";
const CATALOGUE_OF_LIFE: &str = "COL_DP";

/// Whether metadata of this type describe a data package.
pub fn is_one(kind: &str) -> bool {
    matches!(kind, DARWIN_CORE | CATALOGUE_OF_LIFE)
}

/// The type of a descriptor, by the profiles that it and its resources name; none if it is no descriptor.
pub fn kind_of(content: &[u8]) -> Option<&'static str> {
    let descriptor: Value = serde_json::from_slice(content).ok()?;
    let resources = descriptor.get("resources")?.as_array()?;
    let names = ["profile", "name", "id"].map(|member| &descriptor[member]);
    let profiles = resources.iter().map(|resource| &resource["profile"]);
    let named: Vec<String> = names
        .into_iter()
        .chain(profiles)
        .filter_map(Value::as_str)
        .map(str::to_lowercase)
        .collect();
    let names_one_of =
        |marks: &[&str]| named.iter().any(|name| marks.iter().any(|mark| name.contains(mark)));
    if names_one_of(&["dwc-dp", "dwc_dp"]) {
        Some(DARWIN_CORE)
    } else if names_one_of(&["coldp", "col-dp", "col_dp", "catalogueoflife"]) {
        Some(CATALOGUE_OF_LIFE)
    } else {
        None
    }
}
