//! What `help=1` tells: the declared parameters.

use super::parameter::Parameter;

/// The parameters of a method, sorted by name.
pub fn of(parameters: impl Iterator<Item = &'static Parameter>) -> String {
    let mut shown: Vec<&Parameter> = parameters.filter(|parameter| !parameter.hidden).collect();
    shown.sort_by_key(|parameter| parameter.name);
    shown.iter().map(|parameter| parameter.help_entry()).collect::<Vec<_>>().join("; ")
}

/// Those that select and those that change.
pub fn of_update(
    query: impl Iterator<Item = &'static Parameter>,
    update: impl Iterator<Item = &'static Parameter>,
) -> String {
    format!("query params: {}; update params: {}", of(query), of(update))
}
