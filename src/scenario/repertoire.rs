//! The scenarios that every session finds: the built-in ones, and those that the operator brought.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rust_embed::RustEmbed;

use super::definition::{LONGEST_TEXT, Reading, Scenario};
use super::read::Fault;
use super::vocabulary::Vocabulary;

#[derive(RustEmbed)]
#[folder = "scenarios/"]
#[include = "*.yaml"]
struct BuiltIn;

/// Where a scenario comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Source {
    BuiltIn,
    /// A file of the operator's.
    Directory,
    /// Added through the control plane.
    Session,
}

/// Scenarios by name, and which of them are active from the start.
#[derive(Debug, Default)]
pub struct Repertoire {
    pub vocabulary: Vocabulary,
    pub scenarios: BTreeMap<String, (Source, Arc<Scenario>)>,
    /// In the order of activation.
    pub active: Vec<String>,
    /// The seed of scenarios that name none follows from it.
    pub world_seed: u64,
}

/// Why a file brings no scenario.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("{}", list(path, faults))]
    Faults { path: PathBuf, faults: Vec<Fault> },
    #[error("cannot read {}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    #[error("{}: there is a scenario {name} already", path.display())]
    Twice { path: PathBuf, name: String },
    #[error("there is no scenario {0}; wardian scenario list shows what there is")]
    Unknown(String),
}

/// Every fault in a line of its own: `file:line:column: message`.
fn list(path: &Path, faults: &[Fault]) -> String {
    let lines = faults.iter().map(|fault| {
        let place = match (fault.mark, fault.path.as_str()) {
            (Some(mark), _) => format!(":{}:{}", mark.line, mark.column),
            (None, "") => String::new(),
            (None, pointer) => format!(" {pointer}"),
        };
        format!("{}{place}: {}", path.display(), fault.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

impl Repertoire {
    /// The built-in scenarios, but for those of APIs that are not there.
    ///
    /// # Panics
    /// When one of them is no text.
    pub fn built_in(vocabulary: Vocabulary, world_seed: u64) -> Self {
        let mut repertoire = Self { vocabulary, world_seed, ..Self::default() };
        for file in BuiltIn::iter() {
            let bytes = BuiltIn::get(&file).expect("it was just listed").data;
            let text = String::from_utf8(bytes.into_owned()).expect("built-in scenarios are text");
            let reading = Reading { vocabulary: &repertoire.vocabulary, folder: None };
            // Where all APIs are there, a test sees to it that no file is left out.
            if let Ok(scenario) = Scenario::from_yaml(&text, reading) {
                let entry = (Source::BuiltIn, Arc::new(scenario));
                repertoire.scenarios.insert(entry.1.name.clone(), entry);
            }
        }
        repertoire
    }

    /// Adds the scenarios of a folder: its `*.yaml`, `*.yml` and `*.json` files.
    ///
    /// # Errors
    /// When one cannot be read, or is named like another.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), Unreadable> {
        let failed = |error| Unreadable::File { path: folder.to_owned(), error };
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
            .map_err(failed)?;
        paths.retain(|path| is_scenario(path));
        paths.sort();
        paths.iter().try_for_each(|path| self.add_file(path).map(drop))
    }

    /// Adds the scenario of a file, and tells its name.
    ///
    /// # Errors
    /// When it cannot be read, or is named like another that is not the same file's.
    pub fn add_file(&mut self, path: &Path) -> Result<String, Unreadable> {
        let scenario = Arc::new(read_file(path, &self.vocabulary)?);
        let name = scenario.name.clone();
        if let Some((_, known)) = self.scenarios.get(&name) {
            // The same file named twice, or a file of the folder named once more.
            if known.yaml == scenario.yaml {
                return Ok(name);
            }
            return Err(Unreadable::Twice { path: path.to_owned(), name });
        }
        self.scenarios.insert(name.clone(), (Source::Directory, scenario));
        Ok(name)
    }

    /// Makes a scenario active from the start: by its name, or the one of a file.
    ///
    /// # Errors
    /// When there is none.
    pub fn activate(&mut self, name_or_file: &str) -> Result<(), Unreadable> {
        let name = if self.scenarios.contains_key(name_or_file) {
            name_or_file.to_owned()
        } else if name_or_file.contains(['/', '\\']) || is_scenario(Path::new(name_or_file)) {
            self.add_file(Path::new(name_or_file))?
        } else {
            return Err(Unreadable::Unknown(name_or_file.to_owned()));
        };
        if !self.active.contains(&name) {
            self.active.push(name);
        }
        Ok(())
    }
}

/// Whether a file is named like a scenario; JSON is YAML as well.
fn is_scenario(path: &Path) -> bool {
    path.extension().is_some_and(|end| ["yaml", "yml", "json"].iter().any(|known| end == *known))
}

/// Reads the scenario of a file.
///
/// # Errors
/// When it cannot be read, or all that is wrong with it.
pub fn read_file(path: &Path, vocabulary: &Vocabulary) -> Result<Scenario, Unreadable> {
    let failed = |error| Unreadable::File { path: path.to_owned(), error };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > LONGEST_TEXT as u64 {
        let error = std::io::Error::other("it is longer than 1 MiB");
        return Err(failed(error));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| failed(std::io::Error::other("it is no UTF-8 text")))?;
    // A file without a folder is in the one that the program runs in.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let reading = Reading { vocabulary, folder: Some(folder.unwrap_or(Path::new("."))) };
    Scenario::from_yaml(&text, reading)
        .map_err(|faults| Unreadable::Faults { path: path.to_owned(), faults })
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "{\n\t\"name\": \"chaos\",\n\t\"title\": \"T \\ud83c\\udf44 \\/\",\n\t\"description\": \"D\",\n\t\"rules\": [\n\t\t{\n\t\t\t\"effect\": { \"delay\": \"1s\" }\n\t\t}\n\t]\n}\n";

    #[test]
    fn scenarios_of_a_folder_are_yaml_or_json() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("chaos.json"), JSON).unwrap();
        let yaml = JSON.replace("chaos", "calm");
        std::fs::write(folder.path().join("calm.yml"), yaml).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "no scenario").unwrap();
        let mut repertoire = Repertoire::default();

        repertoire.add_folder(folder.path()).unwrap();

        let names: Vec<&str> = repertoire.scenarios.keys().map(String::as_str).collect();
        assert_eq!(names, ["calm", "chaos"]);
        assert_eq!(repertoire.scenarios["chaos"].1.title, "T 🍄 /");
    }

    #[test]
    fn what_is_named_like_a_file_is_one() {
        let mut repertoire = Repertoire::default();

        let told = |refusal: Unreadable| refusal.to_string();
        let refusal = repertoire.activate("no-such-file.json").map_err(told);
        assert!(refusal.unwrap_err().starts_with("cannot read no-such-file.json: "));
        let refusal = repertoire.activate("no-such").map_err(told);
        assert!(refusal.unwrap_err().starts_with("there is no scenario no-such; "));
    }
}
