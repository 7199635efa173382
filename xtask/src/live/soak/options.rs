//! Arguments of the command.

use anyhow::{Context, Result, bail};
use xtask::{
    arguments::number,
    suggest::{question, suggest},
};

use super::random;
use crate::names::unknown_option;

/// The scenarios by name, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    Memory,
    SlowConsumer,
    Losses,
    Redundancy,
    Churn,
}

impl Scenario {
    pub(super) const ALL: [Self; 5] = [
        Self::Memory,
        Self::SlowConsumer,
        Self::Losses,
        Self::Redundancy,
        Self::Churn,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::SlowConsumer => "slow-consumer",
            Self::Losses => "losses",
            Self::Redundancy => "redundancy",
            Self::Churn => "churn",
        }
    }

    fn parse(name: &str) -> Result<Self> {
        if let Some(scenario) = Self::ALL.into_iter().find(|it| it.name() == name) {
            return Ok(scenario);
        }
        let names = Self::ALL.map(Self::name);
        let near = question(&suggest(name, names.map(|name| (name, name))));
        let near = near.unwrap_or_else(|| format!("there are {}", names.join(", ")));
        bail!("unknown scenario `{name}`: {near}")
    }
}

/// How much is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Short,
    Long,
}

#[derive(Debug)]
pub(super) struct Options {
    pub(super) scenarios: Vec<Scenario>,
    pub(super) length: Length,
    pub(super) seed: u64,
    pub(super) help: bool,
}

impl Options {
    pub(super) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            scenarios: Vec::new(),
            length: Length::Short,
            seed: random::seed(),
            help: false,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--help" | "-h" => options.help = true,
                "--long" => options.length = Length::Long,
                "--seed" => {
                    let value = rest.next().context("--seed needs a number")?;
                    options.seed = number(argument, value)?;
                }
                option if option.starts_with('-') => {
                    bail!(
                        "{}\n\n{}",
                        unknown_option(option, &["--long", "--seed", "--help"]),
                        super::USAGE
                    );
                }
                name => {
                    let scenario = Scenario::parse(name)?;
                    if !options.scenarios.contains(&scenario) {
                        options.scenarios.push(scenario);
                    }
                }
            }
        }
        if options.scenarios.is_empty() {
            options.scenarios = Scenario::ALL.to_vec();
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test")]

    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn scenarios_are_selected_by_name() {
        let options = parse("losses --seed 7 churn losses --long").unwrap();
        assert_eq!(options.scenarios, [Scenario::Losses, Scenario::Churn]);
        assert_eq!((options.seed, options.length), (7, Length::Long));
        let all = parse("").unwrap();
        assert_eq!(all.scenarios, Scenario::ALL);
        assert_eq!(all.length, Length::Short);
        for scenario in Scenario::ALL {
            assert!(super::super::USAGE.contains(scenario.name()));
        }
    }

    #[test]
    fn invalid_arguments_are_rejected() {
        for (line, expected) in [
            ("loses", "did you mean `losses`?"),
            ("xyzxyz", "there are memory, "),
            ("--lang", "did you mean `--long`?"),
            ("--seed", "--seed needs a number"),
            ("--seed x", "not a number"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(expected), "{line}: {error}");
        }
    }
}
