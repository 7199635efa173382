//! `cargo xtask list`: all operations, streams and events of the spec.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use xtask::{output::print, workspace::root};

/// Prints a table.
pub(crate) fn table() -> Result<ExitCode> {
    print(&codegen::listing::table(&api()?))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints JSON.
pub(crate) fn json() -> Result<ExitCode> {
    print(&format!("{:#}\n", codegen::listing::json(&api()?)))?;
    Ok(ExitCode::SUCCESS)
}

fn api() -> Result<codegen::ir::Api> {
    codegen::describe(&root()).map_err(|problems| anyhow!("{problems}"))
}
