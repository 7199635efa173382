//! Commands of this workspace. `cargo xtask` lists them.
//!
//! This binary depends on the generator but not on the generated crate, so that generated code that does not compile can
//! be generated again. Commands that need the generated crate are in a second binary, `live`, which cargo builds first.

mod ci;
mod generate;
mod layers;
mod list;
mod live_binary;

use std::process::ExitCode;

use anyhow::{Result, bail};
use xtask::suggest::{question, suggest};

const USAGE: &str = "\
Usage: cargo xtask <command>

  gen             write binance-futures/src/generated from spec/
  gen --check     fail if that folder is not up to date
  list            list all operations, streams and events as a table
  list --json     the same as JSON
  layers          check the order of modules and find import cycles
  conform PATH…   decode recorded payloads with the generated types: `cargo xtask conform --help`
  call …          send one request by its name: `cargo xtask call --help`
  stream …        print the events of topics: `cargo xtask stream --help`
  compare-sockets …
                  compare what two connections receive: `cargo xtask compare-sockets --help`
  mock …          serve the mock exchange: `cargo xtask mock --help`
  soak …          run the streams against a server with faults: `cargo xtask soak --help`
  ci              run the checks of continuous integration
";

/// The first words of all commands.
const COMMANDS: [&str; 10] = [
    "gen",
    "list",
    "layers",
    "conform",
    "call",
    "stream",
    "compare-sockets",
    "mock",
    "soak",
    "ci",
];

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
        [
            "conform" | "call" | "stream" | "compare-sockets" | "mock" | "soak",
            ..,
        ] => live_binary::run(arguments),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        [command, ..] => {
            let near = suggest(command, COMMANDS.map(|command| (command, command)));
            // A known command that gets here has unknown options.
            let near = if near.contains(command) {
                None
            } else {
                question(&near)
            };
            let near = near.map_or_else(String::new, |near| format!(": {near}"));
            bail!("unknown command `{}`{near}\n\n{USAGE}", words.join(" "))
        }
    }
}
