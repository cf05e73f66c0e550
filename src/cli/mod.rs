//! The command line: one file per command.

mod completions;
mod healthcheck;
mod openapi;
mod options;
mod scenario;
mod serve;
mod world;

use std::io::{Write, stdout};
use std::process::ExitCode;

use anyhow::Context;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

use self::options::ServeOptions;

/// A self-hosted emulator of the web APIs that biodiversity software is built on.
#[derive(Parser)]
#[command(name = "wardian", version, about, args_conflicts_with_subcommands = true)]
pub struct Wardian {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeOptions,
}

/// The same where a command is named. The options of the default command must not be looked for in the environment
/// then: another command is not to fail by a variable that is not its own.
#[derive(Parser)]
#[command(name = "wardian", version, about)]
struct NamedCommand {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts the server (what `wardian` alone does too).
    Serve(Box<ServeOptions>),
    /// Builds and describes worlds.
    #[command(subcommand)]
    World(world::WorldCommand),
    /// Lists, prints and checks scenarios.
    #[command(subcommand)]
    Scenario(scenario::ScenarioCommand),
    /// Prints the OpenAPI 3.1 document of an API.
    Openapi(openapi::OpenapiOptions),
    /// Ends with 0 when a server answers ready, else with 1.
    Healthcheck(healthcheck::HealthcheckOptions),
    /// Prints shell completions.
    Completions(completions::CompletionsOptions),
}

/// Reads the command line and runs what it says.
///
/// The exit code is 0 for success, 1 for failure, 2 for a command line that cannot be understood.
pub fn run() -> ExitCode {
    let command = match read_command() {
        Ok(command) => command,
        Err(refusal) => return refuse(&refusal),
    };
    let outcome = match command {
        Command::Serve(options) => serve::run(&options),
        Command::World(command) => world::run(&command),
        Command::Scenario(command) => scenario::run(&command),
        Command::Openapi(options) => openapi::run(&options),
        Command::Healthcheck(options) => healthcheck::run(&options),
        Command::Completions(options) => completions::run(&options),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn read_command() -> Result<Command, clap::Error> {
    let names_command = std::env::args_os()
        .nth(1)
        .is_some_and(|first| NamedCommand::command().find_subcommand(&first).is_some());
    if names_command {
        return NamedCommand::try_parse().map(|named| named.command);
    }
    let wardian = Wardian::try_parse()?;
    Ok(wardian.command.unwrap_or_else(|| Command::Serve(Box::new(wardian.serve))))
}

/// Help and version as they are; what is wrong with a command line in one line.
fn refuse(refusal: &clap::Error) -> ExitCode {
    if matches!(refusal.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Whoever closed the pipe has read enough.
        let _ = refusal.print();
        return ExitCode::SUCCESS;
    }
    let text = refusal.to_string();
    let reason = text.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
    complain(&format!("{reason}; wardian --help shows what there is"));
    ExitCode::from(2)
}

/// Prints what a command was asked for. Whoever closes the pipe has read enough.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.context("cannot write"),
    }
}

/// One line, whatever caused it.
#[expect(clippy::print_stderr, reason = "this is where the program speaks to its user")]
fn complain(reason: &str) {
    let line: Vec<&str> = reason.lines().map(str::trim).filter(|part| !part.is_empty()).collect();
    eprintln!("wardian: {}", line.join(" "));
}
