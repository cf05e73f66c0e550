//! What must hold of any input.

use std::sync::LazyLock;

use wardian::apis;
use wardian::scenario::definition::{Reading, Scenario};
use wardian::scenario::read::Fault;
use wardian::scenario::vocabulary::Vocabulary;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::of_apis(&apis::all()));

/// Reads bytes as a scenario file, and what can be read once more as it is shown.
///
/// # Panics
/// When the reader does, or tells something that cannot be.
pub fn read_scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Scenario::from_yaml(text, reading()) {
        Err(faults) => check_faults(&faults, text),
        Ok(scenario) => check_shown(&scenario),
    }
}

fn reading() -> Reading<'static> {
    Reading { vocabulary: &VOCABULARY, folder: None }
}

fn check_faults(faults: &[Fault], text: &str) {
    assert!(!faults.is_empty(), "refused without a reason");
    // YAML breaks lines at carriage returns as well.
    let lines = text.split(['\n', '\r']).count() as u64;
    for fault in faults {
        assert!(!fault.message.is_empty(), "{fault:?}");
        let Some(mark) = fault.mark else { continue };
        // What is missing at the end stands behind it.
        assert!((1..=lines + 1).contains(&mark.line) && mark.column >= 1, "{fault:?}");
    }
}

/// Both forms in which a scenario is shown must give the same scenario again.
fn check_shown(scenario: &Scenario) {
    let from_json = Scenario::from_json(&scenario.definition.to_string(), reading());
    let from_json = from_json.unwrap_or_else(|faults| panic!("shown as JSON: {faults:?}"));
    // Made from JSON, it has no text of its own to show.
    let yaml = from_json.to_yaml();
    let from_yaml = Scenario::from_yaml(&yaml, reading());
    let from_yaml = from_yaml.unwrap_or_else(|faults| panic!("shown as {yaml}: {faults:?}"));
    assert_eq!(from_json.definition, scenario.definition);
    assert_eq!(from_yaml.definition, scenario.definition, "shown as {yaml}");
}
