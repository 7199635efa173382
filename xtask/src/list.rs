//! `cargo xtask list`: what the spec describes.

use std::{io::Write, process::ExitCode};

use anyhow::{Result, anyhow};

use xtask::workspace::root;

/// For people.
pub(crate) fn table() -> Result<ExitCode> {
    print(&codegen::listing::table(&api()?))
}

/// For programs.
pub(crate) fn json() -> Result<ExitCode> {
    print(&format!("{:#}\n", codegen::listing::json(&api()?)))
}

fn api() -> Result<codegen::ir::Api> {
    codegen::describe(&root()).map_err(|problems| anyhow!("{problems}"))
}

/// A reader that stops early (`| head`) is no failure.
fn print(text: &str) -> Result<ExitCode> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}
