//! `wardian scenario`: what scenarios there are, one of them, whether files are right.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use crate::apis;
use crate::scenario::repertoire::{self, Repertoire, Unreadable};
use crate::scenario::vocabulary::Vocabulary;

#[derive(Subcommand)]
pub enum ScenarioCommand {
    /// Lists the built-in scenarios and those of --scenarios-dir
    List(Folder),
    /// Prints a scenario as YAML
    Show {
        name: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Checks files, and tells all that is wrong with them
    Check {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Args)]
pub struct Folder {
    /// Folder with further scenarios, *.yaml, *.yml and *.json
    #[arg(long, env = "WARDIAN_SCENARIOS_DIR", value_name = "DIR")]
    scenarios_dir: Option<PathBuf>,
}

pub fn run(command: &ScenarioCommand) -> Result<ExitCode> {
    match command {
        ScenarioCommand::List(folder) => list(&folder.repertoire()?),
        ScenarioCommand::Show { name, folder } => show(&folder.repertoire()?, name),
        ScenarioCommand::Check { files } => check(files),
    }
}

impl Folder {
    fn repertoire(&self) -> Result<Repertoire> {
        let mut repertoire = Repertoire::built_in(Vocabulary::of_apis(&apis::all()), 0);
        if let Some(folder) = &self.scenarios_dir {
            repertoire.add_folder(folder)?;
        }
        Ok(repertoire)
    }
}

fn list(repertoire: &Repertoire) -> Result<ExitCode> {
    let longest = repertoire.scenarios.keys().map(String::len).max().unwrap_or_default();
    let mut out = String::new();
    for (name, (source, scenario)) in &repertoire.scenarios {
        let source: &str = (*source).into();
        writeln!(out, "{name:longest$}  {source:9}  {}", scenario.title)?;
    }
    super::print(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn show(repertoire: &Repertoire, name: &str) -> Result<ExitCode> {
    let Some((_, scenario)) = repertoire.scenarios.get(name) else {
        bail!(Unreadable::Unknown(name.to_owned()));
    };
    super::print(&scenario.to_yaml())?;
    Ok(ExitCode::SUCCESS)
}

fn check(files: &[PathBuf]) -> Result<ExitCode> {
    let vocabulary = Vocabulary::of_apis(&apis::all());
    let mut out = String::new();
    let mut code = ExitCode::SUCCESS;
    for path in files {
        match repertoire::read_file(path, &vocabulary) {
            Ok(scenario) => {
                let rules = scenario.rules.len();
                writeln!(out, "{}: {}, rules: {rules}", path.display(), scenario.name)?;
            }
            Err(unreadable) => {
                code = ExitCode::FAILURE;
                writeln!(out, "{unreadable}")?;
            }
        }
    }
    super::print(&out)?;
    Ok(code)
}
