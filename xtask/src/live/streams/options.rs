//! Arguments of the commands that read streams.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use xtask::arguments::number;

use crate::{names::unknown_option, target::Target};

/// How topics are written, for the usage of both commands.
macro_rules! topic_usage {
    () => {
        "\
<topic> is a name (btcusdt@aggTrade), or an id (agg_trades), an alias or a Rust name (AggTrades), followed by its parameters.
Several topics follow each other; a parameter can have several values: agg_trades symbol=BTCUSDT,ETHUSDT.
All of them must be in one URL group. `cargo xtask list` prints all topics.
"
    };
}
pub(super) use topic_usage;

/// What a command accepts.
pub(super) struct Command {
    pub(super) usage: &'static str,
    pub(super) options: &'static [&'static str],
}

/// The arguments, without checks of what they name.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// Product, topics and parameters.
    pub(super) words: Vec<String>,
    pub(super) target: Target,
    pub(super) output: Output,
    pub(super) count: Option<u64>,
    pub(super) time: Option<Duration>,
    /// The seed by which the connections of the mock exchange differ.
    pub(super) variation: Option<u64>,
    pub(super) help: bool,
}

/// How events are printed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// The name of the topic and the typed event.
    #[default]
    Typed,
    /// The JSON text of the event, as received.
    Raw,
    /// The typed event, encoded as JSON.
    Json,
}

impl Options {
    pub(super) fn parse(arguments: &[String], command: &Command) -> Result<Self> {
        let usage = command.usage;
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let is_option = argument.starts_with('-');
            if is_option && argument != "-h" && !command.options.contains(&argument.as_str()) {
                let unknown = unknown_option(argument, command.options);
                bail!("{unknown}\nparameters of a topic have no dashes: name=value\n\n{usage}");
            }
            match argument.as_str() {
                "--help" | "-h" => options.help = true,
                "--env" => options.target = Target::of_environment(rest.next())?,
                "--url" => options.target = Target::of_url(rest.next())?,
                "--raw" => options.set_output(Output::Raw)?,
                "--json" => options.set_output(Output::Json)?,
                "--count" => options.count = Some(positive(argument, rest.next())?),
                "--seconds" => {
                    let seconds = positive(argument, rest.next())?;
                    options.time = Some(Duration::from_secs(seconds));
                }
                "--variation" => {
                    options.variation = Some(number(argument, value(argument, rest.next())?)?);
                }
                word => options.words.push(word.to_owned()),
            }
        }
        if options.variation.is_some() && !matches!(options.target, Target::Mock) {
            bail!("--variation is an option of the mock exchange that this command starts");
        }
        Ok(options)
    }

    fn set_output(&mut self, output: Output) -> Result<()> {
        if self.output != Output::Typed && self.output != output {
            bail!("--raw and --json cannot be combined");
        }
        self.output = output;
        Ok(())
    }
}

fn value<'a>(option: &str, value: Option<&'a String>) -> Result<&'a String> {
    value.with_context(|| format!("{option} needs a number"))
}

fn positive(option: &str, value: Option<&String>) -> Result<u64> {
    // Larger times would overflow the clock.
    match number(option, self::value(option, value)?)? {
        number @ 1..=1_000_000_000 => Ok(number),
        number => bail!("`{option} {number}`: not between 1 and 1,000,000,000"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;
    use crate::streams::{compare, print};

    fn parse(line: &str) -> Result<Options, String> {
        let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
        Options::parse(&arguments, &print::COMMAND).map_err(|error| error.to_string())
    }

    #[test]
    fn options_can_stand_between_words() {
        let options = parse("usdm --seconds 5 agg_trades --raw symbol=BTCUSDT --count 3").unwrap();
        assert_eq!(options.words, ["usdm", "agg_trades", "symbol=BTCUSDT"]);
        assert_eq!(options.output, Output::Raw);
        assert_eq!(options.time, Some(Duration::from_secs(5)));
        assert_eq!(options.count, Some(3));
        assert!(matches!(options.target, Target::Mock));
    }

    #[test]
    fn invalid_options_are_rejected() {
        for (line, expected) in [
            ("--secnds 5", "did you mean `--seconds`?"),
            (
                "usdm --symbol BTCUSDT",
                "parameters of a topic have no dashes",
            ),
            ("--variation 1", "unknown option `--variation`"),
            ("--seconds", "--seconds needs a number"),
            ("--seconds 0", "not between 1 and"),
            ("--count -1", "`--count -1`: not a number"),
            ("--raw --json", "cannot be combined"),
            ("--env moon", "`mock`"),
            ("--env", "needs mock, testnet"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }

    #[test]
    fn only_the_mock_exchange_of_the_command_has_a_variation() {
        let parse = |line: &str| {
            let arguments: Vec<String> = line.split(' ').map(str::to_owned).collect();
            Options::parse(&arguments, &compare::COMMAND)
        };
        assert_eq!(parse("usdm --variation 0").unwrap().variation, Some(0));
        assert!(parse("usdm --variation 1 --env testnet").is_err());
        assert!(parse("usdm --raw").is_err());
    }
}
