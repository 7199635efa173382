//! Commands of this workspace. `cargo xtask` lists them.
//!
//! This binary links the generator only, so that a broken generated file never stands in the way of its own repair.
//! Commands that need the generated crate are passed on to a second binary, which cargo builds first.

mod ci;
mod generate;
mod layers;
mod list;
mod root;

use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo xtask <command>

  gen             write binance-futures/src/generated from spec/
  gen --check     fail where that folder is not what spec/ says
  list            every operation, stream and event as a table
  list --json     the same as data
  conform PATH…   decode recorded or documented payloads with the generated types and compare
  call …          one operation by its name: `cargo xtask call --help`
  mock            an exchange that any client can be pointed at; --port, --key and --secret where they matter
  ci              what continuous integration runs
";

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
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["gen"] => generate::write(),
        ["gen", "--check"] => generate::check(),
        ["list"] => list::table(),
        ["list", "--json"] => list::json(),
        ["layers"] => layers::run(),
        ["ci"] => ci::run(),
        ["conform" | "call" | "mock", ..] => live(arguments),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("there is no command `{}`\n\n{USAGE}", words.join(" ")),
    }
}

/// Builds and runs the binary that links the generated crate.
fn live(arguments: &[String]) -> Result<ExitCode> {
    let status = Command::new(root::cargo())
        .args([
            "run",
            "--quiet",
            "--package",
            "xtask",
            "--features",
            "live",
            "--bin",
            "live",
            "--",
        ])
        .args(arguments)
        .status()?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
