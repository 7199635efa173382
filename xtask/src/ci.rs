//! `cargo xtask ci`: the checks of continuous integration.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use xtask::workspace::root;

/// Runs the script that continuous integration runs.
pub(crate) fn run() -> Result<ExitCode> {
    let status = Command::new("bash")
        .arg(".ci/run")
        .current_dir(root())
        .status()
        .context("cannot run .ci/run")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
