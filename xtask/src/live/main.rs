//! Commands that need the generated crate. `cargo xtask` builds and runs this binary.

mod call;
mod conform;
mod json;
mod mock;
mod names;
mod soak;
mod streams;
mod target;

use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::arguments::split;

fn main() -> ExitCode {
    let arguments = split(std::env::args().skip(1));
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
        Some((command, rest)) if command == "stream" => streams::stream(rest),
        Some((command, rest)) if command == "compare-sockets" => streams::compare_sockets(rest),
        Some((command, rest)) if command == "mock" => mock::run(rest),
        Some((command, rest)) if command == "soak" => soak::run(rest),
        _ => bail!("usage: cargo xtask conform, call, stream, compare-sockets, mock or soak"),
    }
}
