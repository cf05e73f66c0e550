//! The `wardian` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wardian::cli::run()
}
