//! `wardian completions`: shell completions.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Args)]
pub struct CompletionsOptions {
    /// The shell to complete in
    shell: Shell,
}

pub fn run(options: &CompletionsOptions) -> Result<ExitCode> {
    let mut command = super::Wardian::command();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "wardian", &mut script);
    super::print(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}
