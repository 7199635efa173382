//! Arguments of the command.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{names::unknown_option, target::Target};

pub(super) const USAGE: &str = "\
Usage: cargo xtask call <usdm|coinm> <operation> [name=value …] [options]
       cargo xtask call <usdm|coinm> <operation> --help
       cargo xtask call --jsonl FILE

<operation> is an id (new_order), an alias, a Rust name (NewOrder) or \"METHOD /path\".
`cargo xtask list` prints them all. With --help, the parameters of the operation are listed.

  --env mock          the mock exchange, started for this call; needs no keys (default)
  --env testnet|demo|production
                      that environment of Binance; keys from BINANCE_API_KEY and BINANCE_SECRET_KEY,
                      or from the PEM file BINANCE_KEY_FILE and its BINANCE_PASSPHRASE
  --url URL           another server, such as `cargo xtask mock`; keys as above
  --dry-run           print what would be sent, with signature and key masked
  --yes               do not ask for confirmation in production
  --jsonl FILE        a dry run for each line {\"product\",\"method\",\"path\",\"params\":{…}}
";

const OPTIONS: [&str; 6] = ["--env", "--url", "--dry-run", "--yes", "--jsonl", "--help"];

/// The arguments, without checks of what they name.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// Product, operation and parameters.
    pub(super) words: Vec<String>,
    /// Where the request goes, if given.
    pub(super) target: Option<Target>,
    pub(super) dry_run: bool,
    pub(super) yes: bool,
    pub(super) help: bool,
    pub(super) jsonl: Option<PathBuf>,
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--dry-run" => options.dry_run = true,
                "--yes" => options.yes = true,
                "--help" | "-h" => options.help = true,
                "--env" => options.target = Some(Target::of_environment(rest.next())?),
                "--url" => options.target = Some(Target::of_url(rest.next())?),
                "--jsonl" => {
                    options.jsonl = Some(rest.next().context("--jsonl needs a file")?.into());
                }
                option if option.starts_with('-') => {
                    let unknown = unknown_option(option, &OPTIONS);
                    bail!(
                        "{unknown}\nparameters of an operation have no dashes: name=value\n\n{USAGE}"
                    );
                }
                word => options.words.push(word.to_owned()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use binance_futures::environment::Environment;

    use super::{Options, Target};

    fn parse(line: &str) -> Result<Options, String> {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Options::parse(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn options_can_stand_between_words() {
        let options = parse("usdm --env testnet depth --dry-run symbol=BTCUSDT").unwrap();
        assert_eq!(options.words, ["usdm", "depth", "symbol=BTCUSDT"]);
        assert!(matches!(
            options.target,
            Some(Target::Environment(Environment::Testnet))
        ));
        assert!(options.dry_run);
    }

    #[test]
    fn unknown_options_and_environments_are_rejected() {
        assert!(
            parse("--dryrun")
                .unwrap_err()
                .contains("did you mean `--dry-run`?")
        );
        let error = parse("usdm depth --symbol BTCUSDT").unwrap_err();
        assert!(
            error.starts_with(
                "unknown option `--symbol`\nparameters of an operation have no dashes"
            )
        );
        assert!(parse("--env moon").unwrap_err().contains("`mock`"));
        assert!(parse("--env").unwrap_err().contains("needs mock, testnet"));
    }
}
