//! `wardian completions`: shell completions.

use std::io::stdout;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Args)]
pub struct CompletionsOptions {
    /// The shell to complete in
    shell: Shell,
}

pub fn run(options: &CompletionsOptions) -> ExitCode {
    let mut command = super::Wardian::command();
    clap_complete::generate(options.shell, &mut command, "wardian", &mut stdout());
    ExitCode::SUCCESS
}
