//! The binary that depends on the generated crate.

use std::process::{Command, ExitCode};

use anyhow::Result;
use xtask::workspace::cargo;

/// Builds and runs the second binary. Cargo shows on standard error what it builds.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let mut command = Command::new(cargo());
    command
        .args([
            "run",
            "--package",
            "xtask",
            "--features",
            "live",
            "--bin",
            "live",
            "--",
        ])
        .args(arguments);
    replace(command)
}

/// Becomes the command, so that a signal to this process reaches it. Cargo does the same with the binary it runs.
#[cfg(unix)]
fn replace(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    // Returns only if the command cannot be started.
    Err(command.exec().into())
}

/// Runs the command and returns its exit code.
#[cfg(not(unix))]
fn replace(mut command: Command) -> Result<ExitCode> {
    let code = command.status()?.code();
    Ok(code
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
