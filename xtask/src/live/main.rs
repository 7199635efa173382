//! Commands that need the generated crate. `cargo xtask` builds and calls this binary.

mod call;
mod compare;
mod conform;
mod json;
mod mock;
mod operations;
mod payloads;

use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    match arguments.split_first() {
        Some((command, rest)) if command == "conform" => conform::run(rest),
        Some((command, rest)) if command == "call" => call::run(rest),
        Some((command, rest)) if command == "mock" => mock::run(rest),
        _ => bail!("usage: cargo xtask conform, call or mock"),
    }
}
