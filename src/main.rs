//! The `wardian` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A request makes some thirty pieces of memory and lets them go; the system's allocator takes longer over that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    wardian::cli::run()
}
