//! `cargo xtask call`: one operation by its name, with parameters by theirs.

mod choose;
mod dry_run;
mod send;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use binance_futures::environment::Environment;

pub(crate) use choose::Chosen;

const USAGE: &str = "\
Usage: cargo xtask call <usdm|coinm> <operation> [name=value …] [options]
       cargo xtask call --jsonl FILE

<operation> is an id (new_order), an alias, a Rust name (NewOrder) or \"METHOD /path\".

  --env mock          the built-in exchange, started for this call; needs no keys (default)
  --env testnet|demo|production
                      the real thing; keys from BINANCE_API_KEY and BINANCE_SECRET_KEY, or
                      the PEM file BINANCE_KEY_FILE and its BINANCE_PASSPHRASE
  --url URL           a server of your own, such as `cargo xtask mock`; keys likewise
  --dry-run           print what would be sent, signature and key masked
  --yes               change things in production without asking
  --jsonl FILE        a dry run for each line {\"product\",\"method\",\"path\",\"params\":{…}}
";

#[derive(Default)]
struct Options {
    words: Vec<String>,
    /// Where a call goes; an exchange started in this process where that is not said.
    environment: Option<Environment>,
    mock: bool,
    dry_run: bool,
    yes: bool,
    jsonl: Option<PathBuf>,
}

/// Reads the arguments and does what they say.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = options(arguments)?;
    if let Some(file) = &options.jsonl {
        if !options.words.is_empty() || options.environment.is_some() || options.mock || options.yes
        {
            bail!("--jsonl goes alone: each line of the file says what is called");
        }
        return dry_run::lines(file);
    }
    let mut words = options.words.iter();
    let (Some(product), Some(operation)) = (words.next(), words.next()) else {
        print!("{USAGE}");
        return Ok(ExitCode::FAILURE);
    };
    let mut parameters = Vec::new();
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            bail!("`{word}` is not a parameter: write name=value");
        };
        parameters.push((name.to_owned(), value.to_owned()));
    }
    let chosen = Chosen::by_name(product, operation, &parameters)?;
    let environment = options.environment.as_ref();
    if options.dry_run {
        return dry_run::one(&chosen, environment);
    }
    send::send(chosen, environment, options.yes)
}

fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--dry-run" => options.dry_run = true,
            "--yes" => options.yes = true,
            "--env" => {
                options.environment = environment(rest.next().map(String::as_str))?;
                options.mock = options.environment.is_none();
            }
            "--url" => {
                let url = rest.next().context("--url wants a URL")?;
                options.environment = Some(Environment::mock(url));
            }
            "--jsonl" => options.jsonl = Some(rest.next().context("--jsonl wants a file")?.into()),
            "--help" | "-h" => {
                print!("{USAGE}");
                std::process::exit(0);
            }
            flag if flag.starts_with("--") => bail!("there is no option {flag}\n\n{USAGE}"),
            word => options.words.push(word.to_owned()),
        }
    }
    Ok(options)
}

/// Where a word says that a call goes; nowhere but here for `mock`.
fn environment(word: Option<&str>) -> Result<Option<Environment>> {
    match word {
        Some("mock") => Ok(None),
        Some(word) => match word.parse() {
            Ok(environment) => Ok(Some(environment)),
            Err(unknown) => bail!("{unknown}; here there is also `mock`"),
        },
        None => bail!("--env wants mock, testnet, demo or production"),
    }
}
